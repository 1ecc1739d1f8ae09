#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace trocar {

using Bytes = std::span<const std::byte>;

/// Walks bytes of hostile origin, little-endian. Every read names what it reads; the first read past the end
/// latches the failure, further reads give zero, and error() says "{what} at offset {n} needs {k} bytes".
/// Thread safety: none, a value on the stack. Hot loops check `remaining()` once and use load_le directly.
class ByteCursor {
public:
    explicit ByteCursor(Bytes bytes, std::size_t base = 0) : bytes_(bytes), base_(base) {}

    [[nodiscard]] std::uint8_t u8(const char* what) { return read<std::uint8_t>(what); }
    [[nodiscard]] std::uint16_t u16(const char* what) { return read<std::uint16_t>(what); }
    [[nodiscard]] std::uint32_t u32(const char* what) { return read<std::uint32_t>(what); }
    [[nodiscard]] std::uint64_t u64(const char* what) { return read<std::uint64_t>(what); }
    [[nodiscard]] Bytes bytes(std::size_t count, const char* what) {
        if (!need(count, what)) {
            return {};
        }
        Bytes out = bytes_.subspan(at_, count);
        at_ += count;
        return out;
    }
    void skip(std::size_t count, const char* what) {
        if (need(count, what)) {
            at_ += count;
        }
    }
    /// Absolute position within the span given; past the end fails.
    void seek(std::size_t position, const char* what) {
        if (position > bytes_.size()) {
            fail(what, 0);
            return;
        }
        at_ = position;
    }

    [[nodiscard]] std::size_t position() const { return at_; }
    [[nodiscard]] std::size_t remaining() const { return failed_ ? 0 : bytes_.size() - at_; }
    [[nodiscard]] bool failed() const { return failed_; }
    /// What failed first; only valid when failed().
    [[nodiscard]] std::string error() const {
        return std::string(what_ ? what_ : "?") + " at offset " + std::to_string(base_ + failed_at_) +
               " needs " + std::to_string(needed_) + " bytes, " + std::to_string(bytes_.size() - failed_at_) +
               " left";
    }

private:
    template <class T>
    T read(const char* what) {
        if (!need(sizeof(T), what)) {
            return T{};
        }
        T v;
        std::memcpy(&v, bytes_.data() + at_, sizeof(T));
        at_ += sizeof(T);
        return v;
    }
    bool need(std::size_t count, const char* what) {
        if (failed_ || count > bytes_.size() - at_) {
            fail(what, count);
            return false;
        }
        return true;
    }
    void fail(const char* what, std::size_t count) {
        if (!failed_) {
            failed_ = true;
            what_ = what;
            failed_at_ = at_;
            needed_ = count;
        }
    }

    Bytes bytes_;
    std::size_t base_ = 0;
    std::size_t at_ = 0;
    std::size_t failed_at_ = 0;
    std::size_t needed_ = 0;
    const char* what_ = nullptr;
    bool failed_ = false;
};

/// Unaligned little-endian load; the caller has checked the bounds.
template <class T>
[[nodiscard]] inline T load_le(const std::byte* p) noexcept {
    static_assert(std::endian::native == std::endian::little, "big-endian hosts are not supported");
    T v;
    std::memcpy(&v, p, sizeof(T));
    return v;
}

inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace trocar
