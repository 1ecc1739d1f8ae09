#include "core/store/text_blocks.h"

#include <zstd.h>

#include <utility>

#include "core/store/import_batch.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

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

Result<std::string_view> TextReader::long_text(const DetailValue& value) {
    const std::string what = "text block " + std::to_string(value.number);
    if (value.number != block_) {
        Query q = db_.query(Sql::select_text_block);
        q.unsigned_integer(value.number);
        if (!q.next()) {
            return q.status().ok() ? damaged(db_, what + " is missing") : q.status().error();
        }
        Result<std::string> bytes = decode_block(db_, what, q.u32_at(0), q.u32_at(1), q.unsigned_at(2), q.blob_at(3));
        if (!bytes.ok()) {
            return bytes.error();
        }
        bytes_ = std::move(bytes).value();
        block_ = value.number;
    }
    if (value.offset > bytes_.size() || value.length > bytes_.size() - value.offset) {
        return damaged(db_, "a text lies outside " + what);
    }
    return std::string_view(bytes_).substr(value.offset, value.length);
}

std::string TextReader::shown(const DetailValue& value) {
    if (value.field.form == ValueForm::in_block) {
        const Result<std::string_view> text = long_text(value);
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
