#include "importers/readers/text/text_arena.h"

#include <algorithm>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kChunk = 256U << 10U;
constexpr std::size_t kPadding = 64;
constexpr std::size_t kKeptAtMost = 64U << 20U;

}  // namespace

void TextArena::reset() noexcept {
    if (chunks_.size() > 1) {
        std::swap(chunks_.front(), chunks_.back());  // the newest is the largest
        chunks_.resize(1);
    }
    if (!chunks_.empty() && chunks_.front().size > kKeptAtMost) {
        chunks_.clear();
    }
    used_ = 0;
}

char* TextArena::take(std::size_t size) {
    if (chunks_.empty() || size + kPadding > chunks_.back().size - used_) {
        const std::size_t last = chunks_.empty() ? 0 : chunks_.back().size;
        const std::size_t next = std::max({kChunk, last * 2, size + kPadding});
        chunks_.push_back({std::make_unique_for_overwrite<char[]>(next), next});
        used_ = 0;
    }
    char* at = chunks_.back().bytes.get() + used_;
    used_ += size;
    return at;
}

}  // namespace trocar
