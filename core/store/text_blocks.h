#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/store/database.h"
#include "core/store/detail_codec.h"

namespace trocar {

/// Reads values of event.detail that are texts: interned strings by their id, long ones from text blocks, the last few
/// blocks kept. Thread safety: that of the Database.
class TextReader {
public:
    explicit TextReader(Database& db) : db_(db) {}

    /// A text within a text block; valid until the next call. Errors: damaged.
    [[nodiscard]] Result<std::string_view> long_text(std::uint64_t block, std::uint64_t offset, std::uint64_t length);
    /// Any value as people read it; "" where the case is damaged.
    [[nodiscard]] std::string shown(const DetailValue& value);

private:
    Database& db_;
    struct Block {
        std::uint64_t id;
        std::string bytes;
    };
    Result<const std::string*> unpacked(std::uint64_t id);

    std::vector<Block> blocks_;  ///< the last used one at the end
    std::size_t kept_bytes_ = 0;
};

/// Bytes of a packed block (raw or text), checked. `what` names it in errors.
[[nodiscard]] Result<std::string> decode_block(const Database& db, const std::string& what, std::uint32_t size,
                                               std::uint32_t codec, std::uint64_t hash, Bytes data);

}  // namespace trocar
