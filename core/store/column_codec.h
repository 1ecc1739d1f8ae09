#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_cursor.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/database.h"

namespace trocar {

// A column is stored in blocks of kColumnBlockRows values, each block as (value - base) / scale in the fewest whole
// bytes (frame of reference), optionally packed by zstd. Values are unsigned; see the mappings below.
// Block: u8 packing (0 plain, 1 zstd), u8 width (0..8), u64 base, u64 scale (little-endian), then rows * width bytes.

inline constexpr std::size_t kColumnBlockRows = 65'536;
enum class Packing : std::uint8_t { plain = 0, zstd = 1 };

[[nodiscard]] std::vector<std::byte> encode_column_block(std::span<const std::uint64_t> values, Packing packing);

/// Width-reduced values of one block, ready to expand. Thread safety: none.
class ColumnBlock {
public:
    /// False: damaged. `block` must live as long as this.
    [[nodiscard]] bool open(Bytes block, std::size_t rows);
    /// Expands all rows; `map` turns the stored number into the column's type.
    template <class T, class Map>
    void expand(T* out, Map map) const {
        const std::byte* p = values_.data();
        const std::uint64_t mask = width_ == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * width_)) - 1;
        std::size_t i = 0;
        if (width_ == 0) {
            std::fill_n(out, rows_, map(base_));
            return;
        }
        for (; i + 8 < rows_; ++i, p += width_) {  // the 8-byte load stays inside: at least 8 more values follow
            out[i] = map(base_ + (load_le<std::uint64_t>(p) & mask) * scale_);
        }
        for (; i < rows_; ++i, p += width_) {
            std::array<std::byte, 8> last{};
            std::memcpy(last.data(), p, width_);
            out[i] = map(base_ + load_le<std::uint64_t>(last.data()) * scale_);
        }
    }

private:
    Bytes values_;
    std::vector<std::byte> unpacked_;
    std::size_t rows_ = 0;
    std::uint64_t base_ = 0, scale_ = 1;
    std::uint8_t width_ = 0;
};

/// Order-preserving map of stamps to unsigned numbers.
inline std::uint64_t stored_time(UtcNanos t) { return static_cast<std::uint64_t>(t.count) ^ (std::uint64_t{1} << 63); }
inline UtcNanos time_of_stored(std::uint64_t v) { return {static_cast<std::int64_t>(v ^ (std::uint64_t{1} << 63))}; }
/// Ids with "none" (all ones) as 0, so that a few of them do not widen a block.
inline std::uint64_t stored_id(std::uint32_t id) { return static_cast<std::uint32_t>(id + 1U); }
inline std::uint32_t id_of_stored(std::uint64_t v) { return static_cast<std::uint32_t>(v) - 1U; }

/// Asks for huge pages behind a large reserve: first touch of fresh memory is dear.
void advise_huge_pages(const void* data, std::size_t bytes);

/// One block of a column on its way into the case.
struct EncodedBlock {
    std::string_view column;  ///< a literal
    std::size_t number = 0, rows = 0;
    std::vector<std::byte> bytes;
};

[[nodiscard]] Status write_block(Database& db, const EncodedBlock& block);

/// Encodes rows 0..rows-1 of a column; `at(i)` gives the stored number. Hands each block to `take(EncodedBlock&&)`, which
/// answers a Status; stops at the first error.
template <class At, class Take>
[[nodiscard]] Status encode_column(std::string_view name, std::size_t rows, Packing packing, At at, Take take) {
    std::vector<std::uint64_t> values;
    for (std::size_t first = 0, number = 0; first < rows; first += kColumnBlockRows, ++number) {
        const std::size_t count = std::min(kColumnBlockRows, rows - first);
        values.resize(count);
        for (std::size_t i = 0; i < count; ++i) {
            values[i] = at(first + i);
        }
        if (Status s = take(EncodedBlock{name, number, count, encode_column_block(values, packing)}); !s.ok()) {
            return s;
        }
    }
    return {};
}

/// Reads a whole column. Errors: damaged, or more than `most` rows.
template <class T, class Map>
[[nodiscard]] Status read_column(Database& db, std::string_view name, std::uint64_t most, std::vector<T>& out, Map map) {
    const auto damaged = [&](const char* why) {
        return Error{ErrorKind::case_damaged, "the case " + db.path() + " is damaged: column " + std::string(name) + " " + why,
                     "import the evidence into a new case"};
    };
    out.clear();
    Query q = db.query(Sql::select_column_blocks);
    q.text(name);
    ColumnBlock block;
    for (std::int64_t expected = 0; q.next(); ++expected) {
        const std::uint64_t rows = q.unsigned_at(1);
        if (q.integer_at(0) != expected || rows == 0 || rows > kColumnBlockRows ||
            out.size() % kColumnBlockRows != 0 || rows > most - out.size()) {
            return damaged("has rows that cannot be");
        }
        if (!block.open(q.blob_at(2), rows)) {
            return damaged("does not decode");
        }
        if (expected == 0 && most < (std::uint64_t{1} << 33)) {
            out.reserve(rows < kColumnBlockRows ? rows : most);
            advise_huge_pages(out.data(), out.capacity() * sizeof(T));
        }
        const std::size_t at = out.size();
        out.resize(at + rows);
        block.expand(out.data() + at, map);
    }
    return q.status();
}

}  // namespace trocar
