#include "tests/support/etl_writer.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace trocar::test {
namespace {

constexpr std::size_t kWindow = 8192;
constexpr std::size_t kShortest = 3;

class Packing {
public:
    explicit Packing(std::string_view in) : in_(in) {}

    std::string run() {
        std::unordered_map<std::uint32_t, std::size_t> last;
        for (std::size_t at = 0; at < in_.size();) {
            const std::size_t from = at + kShortest <= in_.size() ? find(last, at) : std::string::npos;
            const std::size_t length = from == std::string::npos ? 0 : common(from, at);
            if (length >= kShortest) {
                item(true);
                match(at - from, length - kShortest);
                at += length;
            } else {
                item(false);
                out_ += in_[at++];
            }
        }
        if (bit_ == 32) {
            flags_at_ = out_.size();
            out_.append(4, '\0');
        }
        for (unsigned bit = bit_ == 32 ? 0 : bit_; bit < 32;
             ++bit) {  // the end is told by matches that do not come
            set(bit);
        }
        return out_;
    }

private:
    std::size_t find(std::unordered_map<std::uint32_t, std::size_t>& last, std::size_t at) const {
        const auto byte = [&](std::size_t i) {
            return static_cast<std::uint32_t>(static_cast<unsigned char>(in_[at + i]));
        };
        const std::uint32_t key = byte(0) | byte(1) << 8U | byte(2) << 16U;
        const auto found = last.find(key);
        const std::size_t from =
            found == last.end() || at - found->second > kWindow ? std::string::npos : found->second;
        last[key] = at;
        return from;
    }

    std::size_t common(std::size_t from, std::size_t at) const {
        std::size_t length = 0;
        while (at + length < in_.size() && in_[from + length] == in_[at + length]) {
            ++length;
        }
        return length;
    }

    void item(bool is_match) {
        if (bit_ == 32) {
            flags_at_ = out_.size();
            out_.append(4, '\0');
            bit_ = 0;
        }
        if (is_match) {
            set(bit_);
        }
        ++bit_;
    }

    void set(unsigned bit) {
        char& byte = out_[flags_at_ + (31 - bit) / 8];
        byte = static_cast<char>(static_cast<unsigned char>(byte) | 1U << ((31 - bit) % 8));
    }

    void put(std::uint64_t v, int size) {
        for (int i = 0; i < size; ++i) {
            out_ += static_cast<char>(v >> (8 * i) & 0xffU);
        }
    }

    void match(std::size_t distance, std::size_t length) {
        put((distance - 1) << 3U | std::min<std::size_t>(length, 7), 2);
        if (length < 7) {
            return;
        }
        const auto nibble = static_cast<unsigned>(std::min<std::size_t>(length - 7, 15));
        if (half_ == std::string::npos) {
            half_ = out_.size();
            put(nibble, 1);
        } else {
            out_[half_] = static_cast<char>(static_cast<unsigned char>(out_[half_]) | nibble << 4U);
            half_ = std::string::npos;
        }
        if (nibble == 15) {
            put(std::min<std::size_t>(length - 22, 255), 1);
            if (length - 22 >= 255) {
                put(length < 65536 ? length : 0, 2);
                put(length, length < 65536 ? 0 : 4);
            }
        }
    }

    std::string_view in_;
    std::string out_;
    std::size_t flags_at_ = 0;
    std::size_t half_ = std::string::npos;
    unsigned bit_ = 32;
};

}  // namespace

std::string pack_lz77(std::string_view bytes) {
    return Packing(bytes).run();
}

}  // namespace trocar::test
