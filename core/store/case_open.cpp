#include <sqlite3.h>

#include <array>
#include <bit>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/detect/event_signals.h"
#include "core/model/operation.h"
#include "core/model/signal.h"
#include "core/store/connection.h"
#include "core/store/new_file.h"
#include "core/store/schema.h"

namespace trocar {
namespace {

/// The 100-byte header of an SQLite file (sqlite.org/fileformat2.html, section 1.3); big-endian.
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kPageSizeAt = 16, kPageCountAt = 28, kUserVersionAt = 60, kApplicationIdAt = 68;

std::uint32_t be32(const unsigned char* p) {
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

Error damaged(const std::string& path, const std::string& why, const std::string& remedy) {
    return {ErrorKind::case_damaged, "cannot open the case " + path + ": " + why, remedy};
}

struct HeaderFacts {
    std::uint32_t version = 0;
};

/// Checks the header before SQLite sees the file.
Result<HeaderFacts> check_header(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code code;
    const fs::file_status status = fs::status(path, code);
    if (!fs::exists(status)) {
        return Error{ErrorKind::unreadable, "there is no case " + path, "check the path"};
    }
    if (!fs::is_regular_file(status)) {
        return damaged(path, "it is not a file", "");
    }
    std::uintmax_t size = fs::file_size(path, code);
    std::ifstream file(path, std::ios::binary);
    if (code || !file) {
        return Error{ErrorKind::unreadable, "cannot read the case " + path, "check the permissions"};
    }
    std::array<unsigned char, kHeaderBytes> header{};
    file.read(reinterpret_cast<char*>(header.data()), kHeaderBytes);
    if (file.gcount() != static_cast<std::streamsize>(kHeaderBytes) ||
        std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0) {
        return damaged(path, size == 0 ? "it is empty" : "it is not a Trocar case",
                       "to open a capture, import it into a case");
    }
    if (be32(header.data() + kApplicationIdAt) != kApplicationId) {
        return damaged(path, "it is an SQLite database of another program", "to open a capture, import it into a case");
    }
    HeaderFacts facts{be32(header.data() + kUserVersionAt)};
    if (facts.version > kSchemaVersion) {
        return damaged(path,
                       "it was made by a newer Trocar (case version " + std::to_string(facts.version) +
                           ", this one reads up to " + std::to_string(kSchemaVersion) + ")",
                       "open it with the newer Trocar");
    }
    if (facts.version == 0) {
        return damaged(path, "it holds no case version", "import the evidence into a new case");
    }
    const std::uint32_t stored = std::uint32_t{header[kPageSizeAt]} << 8 | header[kPageSizeAt + 1];
    const std::uint64_t page = stored == 1 ? 65536 : stored;
    const std::uint64_t expected = page * be32(header.data() + kPageCountAt);
    // A WAL may hold the pages that the file does not have yet; a commit may just have brought them.
    if (size < expected && !fs::exists(path + "-wal", code) && !fs::exists(path + "-journal", code)) {
        size = fs::file_size(path, code);
    } else {
        size = expected;
    }
    if (size < expected) {
        return damaged(path,
                       "it is cut off: " + std::to_string(size) + " of " + std::to_string(expected) + " bytes are there",
                       "copy it again, or import the evidence into a new case");
    }
    return facts;
}

using SchemaObjects = std::vector<std::array<std::string, 4>>;

Result<SchemaObjects> schema_objects(Database& db) {
    SchemaObjects objects;
    Query q = db.query(Sql::schema_objects);
    while (q.next()) {
        objects.push_back({std::string(q.text_at(0)), std::string(q.text_at(1)), std::string(q.text_at(2)),
                           std::string(q.text_at(3))});
    }
    if (Status s = q.status(); !s.ok()) {
        return s.error();
    }
    return objects;
}

/// What a case of our own making holds.
const SchemaObjects& expected_objects() {
    static const SchemaObjects objects = [] {
        Result<std::unique_ptr<Database>> memory = Database::open(":memory:", Database::Access::create);
        if (!memory.ok() || !memory.value()->run(kSchemaSql).ok()) {
            return SchemaObjects{};
        }
        Result<SchemaObjects> found = schema_objects(*memory.value());
        return found.ok() ? found.value() : SchemaObjects{};
    }();
    return objects;
}

/// A file that holds a trigger, view or index that Trocar did not make is refused: it could run in our name.
Status check_schema(Database& db) {
    Result<SchemaObjects> found = schema_objects(db);
    if (!found.ok()) {
        return found.error();
    }
    for (const auto& object : found.value()) {
        bool known = false;
        for (const auto& expected : expected_objects()) {
            known = known || expected == object;
        }
        if (!known) {
            return damaged(db.path(), "it holds a " + object[0] + " \"" + object[1] + "\" that Trocar did not make",
                           "import the evidence into a new case");
        }
    }
    if (found.value().size() != expected_objects().size()) {
        return damaged(db.path(), "tables are missing", "import the evidence into a new case");
    }
    return {};
}

Status migrate(Database& db, std::uint32_t version) {
    for (const Migration& step : migrations()) {
        if (step.to <= version) {
            continue;
        }
        if (Status s = db.begin_immediate(); !s.ok()) {
            return s;
        }
        if (Status s = db.run(step.sql); !s.ok()) {  // ends with its own PRAGMA user_version
            db.rollback();
            return s;
        }
        if (Status s = db.commit(); !s.ok()) {
            return s;
        }
    }
    return {};
}

Status fill_vocabulary(Database& db) {
    for (int i = 0; i < kOperationCount; ++i) {
        const auto operation = static_cast<Operation>(i);
        if (Status s = db.query(Sql::insert_operation).integer(i).text(name(operation)).run(); !s.ok()) {
            return s;
        }
        const EventRoles roles = roles_of(operation);
        for (std::uint8_t r = 0; r < roles.count; ++r) {
            if (Status s = db.query(Sql::insert_operation_role)
                               .integer(i)
                               .integer(static_cast<int>(roles.roles[r]))
                               .text(name(roles.roles[r]))
                               .integer(roles.target_only ? 1 : 0)
                               .run();
                !s.ok()) {
                return s;
            }
        }
    }
    return {};
}

}  // namespace

UtcNanos wall_clock_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

Status write_log(Database& db, std::string_view kind, std::string_view what) {
    return db.query(Sql::insert_log).time(wall_clock_now()).text(kind).text(what).run();
}

namespace {

/// The bytes of a case that holds nothing yet.
Status fill_new_case(Database& db) {
    Status s = db.run("PRAGMA page_size=16384; PRAGMA application_id=0x54524f43; PRAGMA user_version=1");
    if (s.ok()) {
        s = db.run(kSchemaSql);
    }
    if (s.ok()) {
        s = fill_vocabulary(db);
    }
    if (s.ok()) {
        s = db.query(Sql::insert_meta).text("created_by").text("Trocar " TROCAR_VERSION).run();
    }
    if (s.ok()) {
        s = write_log(db, "case", "case made by Trocar " TROCAR_VERSION);
    }
    return s;
}

}  // namespace

Result<std::unique_ptr<Database>> create_database(const std::string& path) {
    // Made in memory and put in its place whole: another Trocar that looks, or a kill, never finds half of a case.
    Result<std::unique_ptr<Database>> memory = Database::open(":memory:", Database::Access::create);
    if (!memory.ok()) {
        return memory;
    }
    Status s = fill_new_case(*memory.value());
    if (!s.ok()) {
        return s.error();
    }
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, void (*)(void*)> image(
        sqlite3_serialize(memory.value()->handle(), "main", &size, 0), sqlite3_free);
    if (image == nullptr || size <= 0) {
        return Error{ErrorKind::limit, "cannot make the case " + path + ": not enough memory", ""};
    }
    s = write_new_file(path, Bytes(reinterpret_cast<const std::byte*>(image.get()), static_cast<std::size_t>(size)));
    if (!s.ok()) {
        return s.error();
    }
    return Database::open(path, Database::Access::read_write);
}

Result<std::unique_ptr<Database>> open_checked(const std::string& path, bool edit) {
    Result<HeaderFacts> header = check_header(path);
    if (!header.ok()) {
        return header.error();
    }
    Result<std::unique_ptr<Database>> opened =
        Database::open(path, edit ? Database::Access::read_write : Database::Access::read_only);
    if (!opened.ok()) {
        return opened;
    }
    Status s = check_schema(*opened.value());
    if (!s.ok() && !edit) {
        std::error_code code;
        const int sqlite = sqlite3_errcode(opened.value()->handle()) & 0xff;
        if (sqlite == SQLITE_CANTOPEN && !std::filesystem::exists(path + "-wal", code)) {
            // WAL mode on a medium where no -shm can be made: nothing can be writing to it either.
            opened = Database::open(path, Database::Access::read_only_immutable);
            if (!opened.ok()) {
                return opened;
            }
            s = check_schema(*opened.value());
        } else if (sqlite == SQLITE_READONLY || sqlite == SQLITE_CANTOPEN) {
            // A killed writer left a journal: SQLite may roll it back only when it may write.
            opened = Database::open(path, Database::Access::read_write);
            if (!opened.ok()) {
                return opened;
            }
            s = check_schema(*opened.value());
        }
    }
    if (!s.ok()) {
        return s.error();
    }
    Database& db = *opened.value();
    if (edit && sqlite3_db_readonly(db.handle(), "main") == 1) {
        return Error{ErrorKind::storage, "cannot change the case " + path + ": it is read-only",
                     "copy it to a folder that can be written"};
    }
    if (header.value().version < kSchemaVersion) {
        if (!edit) {
            return damaged(path, "it was made by an older Trocar", "open it once for editing: that upgrades it");
        }
        s = migrate(db, header.value().version);
    }
    if (s.ok()) {
        s = db.run("PRAGMA mmap_size=1073741824");
    }
    if (!s.ok()) {
        return s.error();
    }
    return opened;
}

}  // namespace trocar
