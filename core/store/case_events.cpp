// Rows and raw records on demand, by primary key; and the passes over event.detail that filters make.

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "core/base/text.h"
#include "core/ingest/evidence_walk.h"
#include "core/store/connection.h"
#include "core/store/detail_scan.h"
#include "core/store/import_batch.h"
#include "core/store/text_blocks.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

Error damaged(const Database& db, const std::string& what) {
    return {ErrorKind::case_damaged, "the case " + db.path() + " is damaged: " + what,
            "import the evidence into a new case"};
}

Error no_event(const Database& db, EventId id) {
    return {ErrorKind::usage, "the case " + db.path() + " holds no event " + std::to_string(id.value), ""};
}

/// Longest text shown of one field; a hostile case may claim any number of fields of any length.
constexpr std::size_t kMaxRowText = std::size_t{32} << 20;

ProcessId life_of(const CaseTables& t, ReferenceId reference) {
    return reference.value < t.life_of_reference.size() ? t.life_of_reference[reference.value] : ProcessId{};
}

std::string path_of_source(Database& db, std::uint32_t source) {
    Query q = db.query(Sql::select_source_path);
    q.integer(source);
    return q.next() ? std::string(q.text_at(0)) : std::string{};
}

/// A block that the case does not hold, read again from the evidence and checked.
Result<std::string> read_from_evidence(Database& db, std::uint32_t source, std::uint64_t offset, std::uint32_t size,
                                       std::uint64_t hash) {
    const std::string path = path_of_source(db, source);
    const std::string remedy = "the case was imported with --keep reference: put the evidence file back where it was";
    Result<std::unique_ptr<Input>> input = open_input(path);
    if (!input.ok()) {
        return Error{ErrorKind::unreadable, "the raw record is in the evidence file, which is gone: " +
                     input.error().message, remedy};
    }
    std::string bytes(size, '\0');
    const Result<std::size_t> got =
        input.value()->read_at(offset, {reinterpret_cast<std::byte*>(bytes.data()), bytes.size()});
    if (!got.ok()) {
        return got.error();
    }
    if (got.value() != bytes.size() || XXH3_64bits(bytes.data(), bytes.size()) != hash) {
        return Error{ErrorKind::unreadable,
                     "the raw record is in the evidence file " + path + ", which has changed since the import", remedy};
    }
    return bytes;
}

struct RawWhere {
    std::uint32_t source = 0;
    DetailHead head;
};

Result<RawWhere> where_is(CaseFile::Connection& connection, EventId id) {
    Database& db = *connection.db;
    Query q = db.query(Sql::select_event_raw);
    q.id(id);
    if (!q.next()) {
        return q.status().ok() ? no_event(db, id) : q.status().error();
    }
    VarintReader reader(q.blob_at(2));
    RawWhere where{q.u32_at(0), read_detail_head(reader)};
    if (!where.head.ok) {
        return damaged(db, "event " + std::to_string(id.value) + " does not decode");
    }
    if (where.head.raw_block == RawBlockId::kNone) {
        return Error{ErrorKind::unreadable, "the raw record of event " + std::to_string(id.value) + " was not kept", ""};
    }
    return where;
}

}  // namespace

Result<std::string> decode_raw(Database& db, const RawBlockRow& row, Bytes data) {
    if (row.size > kMaxRawBlockBytes) {
        return damaged(db, "raw block " + std::to_string(row.id) + " claims " + std::to_string(row.size) + " bytes");
    }
    if (static_cast<RawCodec>(row.codec) == RawCodec::not_kept) {
        return read_from_evidence(db, row.source, row.source_offset, row.size, row.hash);
    }
    return decode_block(db, "raw block " + std::to_string(row.id), row.size, row.codec, row.hash, data);
}

Result<std::string> read_raw_block(CaseFile::Connection& connection, std::uint32_t block) {
    Database& db = *connection.db;
    Query q = db.query(Sql::select_raw_block);
    q.integer(block);
    if (!q.next()) {
        return q.status().ok() ? damaged(db, "raw block " + std::to_string(block) + " is missing") : q.status().error();
    }
    return decode_raw(db, {block, q.u32_at(0), q.unsigned_at(1), q.u32_at(2), q.u32_at(3), q.unsigned_at(4)},
                      q.blob_at(5));
}

Result<std::string> CaseFile::raw_record(EventId id) {
    Result<RawWhere> where = where_is(*connection_, id);
    if (!where.ok()) {
        return where.error();
    }
    Result<std::string> block = read_raw_block(*connection_, where.value().head.raw_block);
    if (!block.ok()) {
        return block.error();
    }
    const RawPlace place = where.value().head.raw;
    if (place.offset > block.value().size() || place.length > block.value().size() - place.offset) {
        return damaged(*connection_->db, "the record of event " + std::to_string(id.value) + " lies outside its block");
    }
    return block.value().substr(place.offset, place.length);
}

Result<RenderedRecord> CaseFile::render(EventId id, const ImporterList& importers) {
    Result<RawWhere> where = where_is(*connection_, id);
    if (!where.ok()) {
        return where.error();
    }
    Result<std::string> block = read_raw_block(*connection_, where.value().head.raw_block);
    if (!block.ok()) {
        return block.error();
    }
    const RawPlace place = where.value().head.raw;
    if (place.offset > block.value().size() || place.length > block.value().size() - place.offset) {
        return damaged(*connection_->db, "the record of event " + std::to_string(id.value) + " lies outside its block");
    }
    std::string importer_name;
    {
        Query q = connection_->db->query(Sql::select_source_importer);
        q.integer(where.value().source);
        importer_name = q.next() ? std::string(q.text_at(0)) : std::string{};
    }
    for (const auto& importer : importers) {
        if (importer->name() == importer_name) {
            return importer->render(as_bytes(block.value()), place);
        }
    }
    return Error{ErrorKind::unreadable, "this Trocar has no importer \"" + importer_name + "\" to show the record", ""};
}

Result<std::vector<EventRow>> CaseFile::events(std::span<const EventId> ids) {
    Database& db = *connection_->db;
    Result<const CaseTables*> tables = case_tables(*connection_);
    if (!tables.ok()) {
        return tables.error();
    }
    const CaseTables& t = *tables.value();
    std::vector<EventRow> rows;
    rows.reserve(ids.size());
    TextReader reader(db);
    Query q = db.query(Sql::select_event);
    for (const EventId id : ids) {
        q.again();
        q.id(id);
        if (!q.next()) {
            return q.status().ok() ? no_event(db, id) : q.status().error();
        }
        const std::uint32_t channel = q.u32_at(3);
        const std::uint32_t operation = q.u32_at(5);
        if (channel >= t.channels.size() || operation >= kOperationCount) {
            return damaged(db, "event " + std::to_string(id.value) + " does not decode");
        }
        EventRow& row = rows.emplace_back();
        row.id = id;
        row.source = SourceId{q.u32_at(0)};
        row.record = q.unsigned_at(1);
        row.time = q.time_at(2);
        row.host = t.channels[channel].host;
        row.provider = t.channels[channel].provider;
        row.channel = t.channels[channel].channel;
        row.event_id = q.u32_at(4);
        row.operation = static_cast<Operation>(operation);
        row.actor = life_of(t, q.id_at<ReferenceId>(6));
        row.target = life_of(t, q.id_at<ReferenceId>(7));
        row.value = q.unsigned_at(8);
        row.text = StringId{q.u32_at(9)};
        row.flags = q.u32_at(10);
        std::size_t shown = 0;
        const bool decoded = visit_detail(q.blob_at(11), row.time, t.layouts, [&](const DetailValue& value) {
            const bool known = value.field.field < t.fields.size();
            std::string text = shown < kMaxRowText ? reader.shown(value) : std::string{};
            shown += text.size();
            row.fields.emplace_back(known ? t.fields[value.field.field] : std::string("?"), std::move(text));
        });
        if (!decoded) {
            return damaged(db, "event " + std::to_string(id.value) + " does not decode");
        }
    }
    return rows;
}

Status scan_details(CaseFile::Connection& connection, std::stop_token stop,
                    const std::function<void(EventId, const DetailValue&)>& visit) {
    Database& db = *connection.db;
    Result<const CaseTables*> tables = case_tables(connection);
    if (!tables.ok()) {
        return tables.error();
    }
    constexpr std::uint32_t kStopEvery = 4096;
    Query q = db.query(Sql::select_event_details);
    for (std::uint32_t expected = 0; q.next(); ++expected) {
        if (expected % kStopEvery == 0 && stop.stop_requested()) {
            return cancelled("the filter");
        }
        const EventId id{q.u32_at(0)};
        if (id.value != expected) {
            return damaged(db, "its events are not in order");
        }
        if (!visit_detail(q.blob_at(2), q.time_at(1), tables.value()->layouts,
                          [&](const DetailValue& value) { visit(id, value); })) {
            return damaged(db, "event " + std::to_string(id.value) + " does not decode");
        }
    }
    return q.status();
}

Result<std::vector<EventId>> CaseFile::events_with_strings(const std::vector<bool>& matching, std::stop_token stop) {
    std::vector<EventId> found;
    const Status s = scan_details(*connection_, std::move(stop), [&](EventId id, const DetailValue& value) {
        if (is_string(value.field.form) && value.number < matching.size() && matching[value.number] &&
            (found.empty() || found.back() != id)) {
            found.push_back(id);
        }
    });
    if (!s.ok()) {
        return s.error();
    }
    return found;
}

Result<std::vector<EventId>> CaseFile::events_with_field(std::string_view field, const std::vector<bool>& matching,
                                                         std::stop_token stop) {
    Result<const CaseTables*> tables = case_tables(*connection_);
    if (!tables.ok()) {
        return tables.error();
    }
    std::vector<bool> wanted(tables.value()->fields.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        wanted[i] = equal_ignoring_case(tables.value()->fields[i], field);
    }
    std::vector<EventId> found;
    const Status s = scan_details(*connection_, std::move(stop), [&](EventId id, const DetailValue& value) {
        if (is_string(value.field.form) && value.field.field < wanted.size() && wanted[value.field.field] &&
            value.number < matching.size() && matching[value.number] && (found.empty() || found.back() != id)) {
            found.push_back(id);
        }
    });
    if (!s.ok()) {
        return s.error();
    }
    return found;
}

}  // namespace trocar
