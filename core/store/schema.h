#pragma once

#include <cstdint>
#include <span>

namespace trocar {

/// SQLite header field that names the file type: "TROC" (sqlite.org/fileformat2.html, offset 68).
inline constexpr std::uint32_t kApplicationId = 0x54524f43;
/// SQLite header field user_version (offset 60): counts schema versions. A higher one is refused by name.
inline constexpr std::uint32_t kSchemaVersion = 1;
inline constexpr int kPageBytes = 16384;

/// One step from version `to - 1` to `to`; append-only, run in a transaction.
struct Migration {
    std::uint32_t to = 0;
    const char* sql = nullptr;
};

/// core/store/schema.sql, embedded at build.
extern const char* const kSchemaSql;
/// core/store/migrations/NNN_what.sql in order, NNN being the version they lead to.
[[nodiscard]] std::span<const Migration> migrations();

}  // namespace trocar
