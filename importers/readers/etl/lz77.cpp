#include "importers/readers/etl/lz77.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace trocar::etl {
namespace {

/// [MS-XCA] 2.4.4: flags of 32 items, each a literal or a match; two matches share the byte of half lengths.
class Expansion {
public:
    Expansion(Bytes packed, std::span<std::byte> out) : in_(packed), out_(out) {}

    Expanded run() {
        std::uint32_t flags = 0;
        int left = 0;
        while (written_ < out_.size()) {
            if (left == 0) {
                if (!take(flags)) {
                    break;
                }
                left = 32;
            }
            --left;
            if (!((flags >> left & 1U) != 0 ? match() : literal())) {
                break;
            }
        }
        return {written_, written_ == out_.size()};
    }

private:
    static constexpr std::size_t kNone = SIZE_MAX;

    template <class T>
    bool take(T& value) {
        if (in_.size() - at_ < sizeof(T)) {
            return false;
        }
        value = load_le<T>(in_.data() + at_);
        at_ += sizeof(T);
        return true;
    }

    bool literal() {
        if (at_ == in_.size()) {
            return false;
        }
        out_[written_++] = in_[at_++];
        return true;
    }

    /// The upper part of a length of 7 or more, in ever longer fields.
    bool more_length(std::size_t& length) {
        std::uint8_t nibble = 0;
        if (half_ == kNone) {
            half_ = at_;
            if (!take(nibble)) {
                return false;
            }
            nibble &= 15U;
        } else {
            nibble = static_cast<std::uint8_t>(std::to_integer<unsigned>(in_[half_]) >> 4U);
            half_ = kNone;
        }
        length = nibble;
        if (nibble != 15) {
            length += 7;
            return true;
        }
        std::uint8_t byte = 0;
        if (!take(byte)) {
            return false;
        }
        length = byte + std::size_t{15 + 7};
        return byte != 255 || long_length(length);
    }

    bool long_length(std::size_t& length) {
        std::uint16_t word = 0;
        std::uint32_t wide = 0;
        if (!take(word) || (word == 0 && !take(wide))) {
            return false;
        }
        length = word == 0 ? wide : word;
        return length >= 15 + 7;
    }

    bool match() {
        std::uint16_t token = 0;
        if (!take(token)) {
            return false;
        }
        std::size_t length = token & 7U;
        const std::size_t distance = (token >> 3U) + std::size_t{1};
        if ((length == 7 && !more_length(length)) || distance > written_) {
            return false;
        }
        length = std::min(length + 3, out_.size() - written_);
        for (std::size_t i = 0; i < length; ++i, ++written_) {  // may overlap itself: byte by byte
            out_[written_] = out_[written_ - distance];
        }
        return true;
    }

    Bytes in_;
    std::span<std::byte> out_;
    std::size_t at_ = 0;
    std::size_t written_ = 0;
    std::size_t half_ = kNone;  ///< where the byte lies whose upper half is the next length
};

}  // namespace

Expanded expand_lz77(Bytes packed, std::span<std::byte> out) noexcept {
    return Expansion(packed, out).run();
}

}  // namespace trocar::etl
