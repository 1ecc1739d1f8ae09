#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/case_file.h"
#include "core/store/database.h"
#include "core/store/detail_codec.h"

namespace trocar {

/// Small tables that reading a row needs, kept until another connection changes the case.
struct CaseTables {
    std::int64_t data_version = -1;
    std::vector<EventColumns::Channel> channels;
    std::vector<std::string> providers, channel_names;
    std::vector<std::string> hosts;
    std::vector<std::string> fields;              ///< by the case's own field id
    std::vector<Layout> layouts;
    std::vector<ProcessId> life_of_reference;
    std::uint64_t events = 0;
    std::uint32_t lives = 0;
};

/// What a CaseFile holds.
struct CaseFile::Connection {
    std::string path;
    Mode mode = Mode::read_only;
    std::unique_ptr<Database> db;
    CaseTables tables;
};

/// Loads or keeps `connection.tables`.
[[nodiscard]] Result<const CaseTables*> case_tables(CaseFile::Connection& connection);

/// Nanoseconds of the wall clock, for stamps of the log.
[[nodiscard]] UtcNanos wall_clock_now();

/// Opens and checks a case file as hostile input; shared by CaseFile::open and the importer.
[[nodiscard]] Result<std::unique_ptr<Database>> open_checked(const std::string& path, bool edit);
/// Makes a new case at `path`, which must not exist. In rollback-journal mode.
[[nodiscard]] Result<std::unique_ptr<Database>> create_database(const std::string& path);
/// One line of the log, in the transaction of the caller.
[[nodiscard]] Status write_log(Database& db, std::string_view kind, std::string_view what);

/// event_field() and event_fields() for the query console (docs/case-schema.md).
[[nodiscard]] Status register_case_functions(Database& db);

/// Raw bytes of one block, decoded and checked; `damage` says why not.
[[nodiscard]] Result<std::string> read_raw_block(CaseFile::Connection& connection, std::uint32_t block);

}  // namespace trocar
