#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <tsl/robin_map.h>

namespace trocar {

/// Texts this long go into text blocks, each once, rather than into the interned strings: scripts and rendered messages
/// would make those as large as the evidence, and packed they take a fifth.
inline constexpr std::size_t kLongText = 200;

/// Where the long texts of an import lie, so that a repeated one is not stored again. Known by a 128-bit hash under a
/// secret of this run: evidence cannot be made to collide. Memory is bounded: the texts seen longest ago are forgotten
/// and, should they come again, stored again. Thread safety: none.
class LongTexts {
public:
    struct Place {
        std::uint32_t block = kNone, offset = 0;
        std::uint32_t seen = 0;  ///< how often it came
    };
    static constexpr std::uint32_t kNone = 0xffffffffU;

    LongTexts();
    /// The text's place to fill in (block kNone) or to use; valid until the next call.
    [[nodiscard]] Place& place(std::string_view text);

private:
    struct Key {
        std::uint64_t low, high;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const noexcept { return static_cast<std::size_t>(key.low); }
    };
    using Map = tsl::robin_map<Key, Place, KeyHash>;

    std::array<std::byte, 192> secret_{};  ///< XXH3's own default secret is as long
    Map young_, old_;
};

}  // namespace trocar
