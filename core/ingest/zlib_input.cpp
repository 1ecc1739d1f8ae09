#include "core/ingest/zlib_input.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace trocar {
namespace {

constexpr std::uint64_t kZlibHead = 2, kZlibEnd = 4;     // CMF, FLG; ADLER32
constexpr std::uint64_t kGzipEnd = 8;                    // CRC32, ISIZE: libarchive reads past them
constexpr std::array<std::byte, 10> kGzipHead{std::byte{0x1f}, std::byte{0x8b}, std::byte{8}};

}  // namespace

bool is_zlib(Bytes head, std::string_view name) {
    if (head.size() <= kZlibHead + kZlibEnd || !(ends_ignoring_case(name, ".zlib") || ends_ignoring_case(name, ".zz"))) {
        return false;
    }
    constexpr unsigned kDeflate = 8, kPresetDictionary = 0x20;
    const auto cmf = std::to_integer<unsigned>(head[0]), flg = std::to_integer<unsigned>(head[1]);
    return (cmf & 0xfU) == kDeflate && (cmf >> 4U) <= 7 && (cmf * 256 + flg) % 31 == 0 && (flg & kPresetDictionary) == 0;
}

std::uint64_t ZlibAsGzip::deflated() const {
    return zlib_.size() - std::min(zlib_.size(), kZlibHead + kZlibEnd);
}

std::uint64_t ZlibAsGzip::size() const {
    return kGzipHead.size() + deflated() + kGzipEnd;
}

Result<std::size_t> ZlibAsGzip::read_at(std::uint64_t offset, std::span<std::byte> out) {
    if (offset < kGzipHead.size()) {
        const std::size_t n = std::min<std::size_t>(out.size(), kGzipHead.size() - static_cast<std::size_t>(offset));
        std::copy_n(kGzipHead.begin() + static_cast<std::ptrdiff_t>(offset), n, out.begin());
        return n;
    }
    const std::uint64_t inside = offset - kGzipHead.size();
    if (inside < deflated()) {
        return zlib_.read_at(kZlibHead + inside, out.first(std::min<std::uint64_t>(out.size(), deflated() - inside)));
    }
    const std::size_t n = std::min<std::uint64_t>(out.size(), offset < size() ? size() - offset : 0);
    std::fill_n(out.begin(), n, std::byte{});
    return n;
}

}  // namespace trocar
