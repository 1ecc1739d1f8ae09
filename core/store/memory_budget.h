#pragma once

#include <cstdint>

namespace trocar {

/// Memory that SQLite may take on this thread while the object lives: an allocation beyond it fails (SQLITE_NOMEM) for
/// the statement that asked. SQLite's own limits are of the whole process and would fail an import that runs beside.
/// What is freed counts again, so that connections belong inside the budget from open to close.
/// Thread safety: made, asked and ended on one thread; one at a time there.
class MemoryBudget {
public:
    explicit MemoryBudget(std::int64_t bytes);
    ~MemoryBudget();
    MemoryBudget(const MemoryBudget&) = delete;
    MemoryBudget& operator=(const MemoryBudget&) = delete;

    /// Puts the counting under SQLite, once; asked before the first connection opens. False when something else had
    /// started SQLite before: nothing is counted then. Thread safety: any thread.
    static bool install();
    /// An allocation was refused.
    [[nodiscard]] bool exhausted() const;
};

}  // namespace trocar
