#include "core/store/long_texts.h"

#include <cstring>
#include <random>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

/// Texts in a generation; two are kept, about 80 bytes a text.
constexpr std::size_t kGeneration = std::size_t{1} << 17;

}  // namespace

LongTexts::LongTexts() {
    static_assert(sizeof(secret_) >= XXH3_SECRET_SIZE_MIN);
    std::random_device random;
    for (std::size_t i = 0; i < secret_.size(); i += sizeof(std::uint32_t)) {
        const std::uint32_t word = random();
        std::memcpy(secret_.data() + i, &word, sizeof(word));
    }
}

LongTexts::Place& LongTexts::place(std::string_view text) {
    const XXH128_hash_t hash = XXH3_128bits_withSecret(text.data(), text.size(), secret_.data(), secret_.size());
    const Key key{hash.low64, hash.high64};
    if (const auto found = young_.find(key); found != young_.end()) {
        return found.value();
    }
    if (young_.size() >= kGeneration) {
        old_ = std::exchange(young_, Map{});
    }
    Place place;
    if (const auto found = old_.find(key); found != old_.end()) {
        place = found->second;
    }
    return young_.insert_or_assign(key, place).first.value();
}

}  // namespace trocar
