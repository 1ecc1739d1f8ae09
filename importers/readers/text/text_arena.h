#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace trocar {

/// Memory for texts made while one record is read (escapes resolved); kept from record to record, so that the
/// steady state allocates nothing. Pointers are good until reset(). Thread safety: one thread.
class TextArena {
public:
    void reset() noexcept;
    /// `size` bytes to write, and 64 readable ones behind them.
    [[nodiscard]] char* take(std::size_t size);

private:
    struct Chunk {
        std::unique_ptr<char[]> bytes;
        std::size_t size = 0;
    };
    std::vector<Chunk> chunks_;
    std::size_t used_ = 0;
};

}  // namespace trocar
