#pragma once

#include "core/base/loss.h"
#include "core/base/seeded_hash.h"
#include "importers/etw_text/etw_notation.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace trocar {

inline constexpr LossKind kProcmonCreatorUnknown{
    "procmon_thread_creator_unknown", LossSeverity::warning,
    "A thread was created, and the log does not tell by which process: it names no creating thread, or has no other "
    "row of that thread."};

/// What a row of Process Monitor's log says, CSV or PML. Views live as long as the row.
struct ProcmonRow {
    std::string_view operation;  ///< "Thread Create"
    std::uint32_t pid = kEtwNoProcess, tid = kEtwNoProcess;
    std::string_view image, path, command_line;
    std::optional<std::uint32_t> made;        ///< Thread Create, Thread Exit: the thread; Process Create: the child
    std::optional<std::uint32_t> parent;      ///< Process Start
    std::optional<std::uint64_t> base, size;  ///< Load Image
};

/// Gives rows the meaning of the Kernel-Process events that say the same, and knows which process a thread belongs to:
/// as rows before said, in a second walk also as later ones did in the first. Bounded. Thread safety: one thread.
class ProcmonRows {
public:
    static constexpr std::size_t kMaxThreads = 1U << 20U;
    /// Fills provider, id, process and fields of `out.event`, and what it cannot tell into `out.noted`.
    void tell(const ProcmonRow& row, EtwRecord& out);

private:
    void made(const ProcmonRow& row, EtwRecord& out);
    void remember(std::uint32_t tid, std::uint32_t pid);
    [[nodiscard]] std::optional<std::uint32_t> process_of(std::uint32_t tid) const;

    std::unordered_map<std::uint32_t, std::uint32_t, SeededHash> threads_;
};

}  // namespace trocar
