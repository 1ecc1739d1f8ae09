#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/database.h"
#include "core/store/detail_codec.h"

namespace trocar {

/// Reads values of event.detail that are texts: interned strings by their id, long ones from text blocks, the last block
/// kept. Thread safety: that of the Database.
class TextReader {
public:
    explicit TextReader(Database& db) : db_(db) {}

    /// Text of a value of form in_block; valid until the next call. Errors: damaged.
    [[nodiscard]] Result<std::string_view> long_text(const DetailValue& value);
    /// Any value as people read it; "" where the case is damaged.
    [[nodiscard]] std::string shown(const DetailValue& value);

private:
    Database& db_;
    std::uint64_t block_ = UINT64_MAX;
    std::string bytes_;
};

/// Bytes of a packed block (raw or text), checked. `what` names it in errors.
[[nodiscard]] Result<std::string> decode_block(const Database& db, const std::string& what, std::uint32_t size,
                                               std::uint32_t codec, std::uint64_t hash, Bytes data);

}  // namespace trocar
