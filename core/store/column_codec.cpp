#include "core/store/column_codec.h"

#include <zstd.h>

#include <numeric>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace trocar {
namespace {

constexpr std::size_t kBlockHead = 2 + 8 + 8;
constexpr int kZstdLevel = 1;

/// Greatest number that divides every value less `base`; 1 when all are equal.
std::uint64_t common_step(std::span<const std::uint64_t> values, std::uint64_t base) {
    std::uint64_t step = 0;
    for (const std::uint64_t v : values) {
        step = std::gcd(step, v - base);
        if (step == 1) {
            break;
        }
    }
    return step == 0 ? 1 : step;
}

template <class Reduce>
void put_reduced(std::span<const std::uint64_t> values, std::uint8_t width, std::byte* p, Reduce reduce) {
    for (const std::uint64_t v : values) {
        const std::uint64_t reduced = reduce(v);
        std::memcpy(p, &reduced, 8);  // little-endian: the bytes beyond `width` are overwritten by the next value
        p += width;
    }
}

}  // namespace

std::vector<std::byte> encode_column_block(std::span<const std::uint64_t> values, Packing packing) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const std::uint64_t base = values.empty() ? 0 : *least;
    const std::uint64_t scale = common_step(values, base);
    const std::uint64_t span = values.empty() ? 0 : (*most - base) / scale;
    std::uint8_t width = 0;
    while (width < 8 && (span >> (8 * width)) != 0) {
        ++width;
    }
    std::vector<std::byte> plain(values.size() * width + 8);
    if (scale == 1) {
        put_reduced(values, width, plain.data(), [&](std::uint64_t v) { return v - base; });
    } else {
        put_reduced(values, width, plain.data(), [&](std::uint64_t v) { return (v - base) / scale; });
    }
    plain.resize(values.size() * width);

    std::vector<std::byte> out(kBlockHead);
    if (packing == Packing::zstd && !plain.empty()) {
        out.resize(kBlockHead + ZSTD_compressBound(plain.size()));
        const std::size_t size =
            ZSTD_compress(out.data() + kBlockHead, out.size() - kBlockHead, plain.data(), plain.size(), kZstdLevel);
        if (ZSTD_isError(size) != 0 || size >= plain.size()) {
            packing = Packing::plain;
        } else {
            out.resize(kBlockHead + size);
        }
    } else {
        packing = Packing::plain;
    }
    if (packing == Packing::plain) {
        out.resize(kBlockHead);
        out.insert(out.end(), plain.begin(), plain.end());
    }
    out[0] = static_cast<std::byte>(packing);
    out[1] = static_cast<std::byte>(width);
    std::memcpy(out.data() + 2, &base, 8);
    std::memcpy(out.data() + 10, &scale, 8);
    return out;
}

Status write_block(Database& db, const EncodedBlock& block) {
    return db.query(Sql::insert_column_block)
        .text(block.column)
        .integer(static_cast<std::int64_t>(block.number))
        .integer(static_cast<std::int64_t>(block.rows))
        .blob(block.bytes)
        .run();
}

bool ColumnBlock::open(Bytes block, std::size_t rows) {
    if (block.size() < kBlockHead || block[1] > std::byte{8}) {
        return false;
    }
    width_ = static_cast<std::uint8_t>(block[1]);
    base_ = load_le<std::uint64_t>(block.data() + 2);
    scale_ = load_le<std::uint64_t>(block.data() + 10);
    rows_ = rows;
    const std::size_t plain = rows * width_;
    const Bytes body = block.subspan(kBlockHead);
    if (block[0] == std::byte{0}) {
        values_ = body;
        return body.size() == plain;
    }
    if (block[0] != std::byte{1}) {
        return false;
    }
    unpacked_.resize(plain);
    values_ = unpacked_;
    return ZSTD_decompress(unpacked_.data(), plain, body.data(), body.size()) == plain;
}

void advise_huge_pages([[maybe_unused]] const void* data, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__)
    constexpr std::size_t kHuge = std::size_t{2} << 20;
    if (bytes >= 2 * kHuge) {
        const auto begin = (reinterpret_cast<std::uintptr_t>(data) + kHuge - 1) & ~(kHuge - 1);
        const auto end = (reinterpret_cast<std::uintptr_t>(data) + bytes) & ~(kHuge - 1);
        if (end > begin) {
            madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // NOLINT(performance-no-int-to-ptr)
        }
    }
#endif
}

}  // namespace trocar
