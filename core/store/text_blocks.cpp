#include "core/store/text_blocks.h"

#include <zstd.h>

#include <algorithm>
#include <utility>

#include "core/store/import_batch.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

/// Blocks kept unpacked: texts that repeat lie in blocks of long ago. Ours are 256 KiB; a hostile case's may be 64 MiB.
constexpr std::size_t kKeptBlocks = 32;
constexpr std::size_t kKeptBytes = std::size_t{16} << 20;

Error damaged(const Database& db, const std::string& what) {
    return {ErrorKind::case_damaged, "the case " + db.path() + " is damaged: " + what,
            "import the evidence into a new case"};
}

}  // namespace

Result<std::string> decode_block(const Database& db, const std::string& what, std::uint32_t size, std::uint32_t codec,
                                 std::uint64_t hash, Bytes data) {
    if (size > kMaxRawBlockBytes) {
        return damaged(db, what + " claims " + std::to_string(size) + " bytes");
    }
    std::string bytes;
    switch (static_cast<RawCodec>(codec)) {
        case RawCodec::stored: bytes.assign(reinterpret_cast<const char*>(data.data()), data.size()); break;
        case RawCodec::zstd:
            bytes.resize(size);
            if (ZSTD_decompress(bytes.data(), bytes.size(), data.data(), data.size()) != size) {
                return damaged(db, what + " does not decode");
            }
            break;
        default: return damaged(db, what + " has an unknown packing");
    }
    if (bytes.size() != size || XXH3_64bits(bytes.data(), bytes.size()) != hash) {
        return damaged(db, what + " does not match its checksum");
    }
    return bytes;
}

Result<const std::string*> TextReader::unpacked(std::uint64_t id) {
    const auto found = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& block) { return block.id == id; });
    if (found != blocks_.end()) {
        std::rotate(found, found + 1, blocks_.end());
        return &blocks_.back().bytes;
    }
    const std::string what = "text block " + std::to_string(id);
    Query q = db_.query(Sql::select_text_block);
    q.unsigned_integer(id);
    if (!q.next()) {
        return q.status().ok() ? damaged(db_, what + " is missing") : q.status().error();
    }
    Result<std::string> bytes = decode_block(db_, what, q.u32_at(0), q.u32_at(1), q.unsigned_at(2), q.blob_at(3));
    if (!bytes.ok()) {
        return bytes.error();
    }
    kept_bytes_ += bytes.value().size();
    blocks_.push_back({id, std::move(bytes).value()});
    while (blocks_.size() > 1 && (blocks_.size() > kKeptBlocks || kept_bytes_ > kKeptBytes)) {
        kept_bytes_ -= blocks_.front().bytes.size();
        blocks_.erase(blocks_.begin());
    }
    return &blocks_.back().bytes;
}

Result<std::string_view> TextReader::long_text(std::uint64_t block, std::uint64_t offset, std::uint64_t length) {
    const Result<const std::string*> bytes = unpacked(block);
    if (!bytes.ok()) {
        return bytes.error();
    }
    const std::string_view all = *bytes.value();
    if (offset > all.size() || length > all.size() - offset) {
        return damaged(db_, "a text lies outside text block " + std::to_string(block));
    }
    return all.substr(offset, length);
}

std::string TextReader::shown(const DetailValue& value) {
    if (value.field.form == ValueForm::in_block) {
        const Result<std::string_view> text = long_text(value.number, value.offset, value.length);
        return text.ok() ? std::string(text.value()) : std::string{};
    }
    if (!is_string(value.field.form)) {
        return shown_value(value);
    }
    Query q = db_.query(Sql::select_string);
    q.unsigned_integer(value.number);
    return q.next() ? std::string(q.text_at(0)) : std::string{};
}

}  // namespace trocar
