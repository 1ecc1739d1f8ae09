#include "core/store/import_tables.h"

#include <utility>

#include "core/base/text.h"
#include "core/model/field.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

constexpr std::uint16_t kUnused = 0xffff;

Error damaged(const Database& db, const char* what) {
    return {ErrorKind::case_damaged, "the case " + db.path() + " is damaged: " + what,
            "import the evidence into a new case"};
}

std::uint64_t hash_of(const Layout& layout) {
    std::uint64_t hash = layout.size();
    for (const LayoutField& field : layout) {
        hash = (hash ^ (std::uint64_t{field.field} << 8 | static_cast<std::uint64_t>(field.form))) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 29;
    }
    return hash;
}

}  // namespace

HostId ImportTables::host(std::string_view name) {
    if (last_host_ < hosts.size() && hosts[last_host_] == name) {
        return {static_cast<std::uint32_t>(last_host_)};
    }
    if (hosts.size() >= kMaxChannels && !host_by_name_.contains(lower_ascii(name))) {
        return {static_cast<std::uint32_t>(hosts.size() - 1)};  // no channel is free for it either: counted there
    }
    const auto next = static_cast<std::uint32_t>(hosts.size());
    const auto [found, inserted] = host_by_name_.try_emplace(lower_ascii(name), next);
    if (inserted) {
        hosts.emplace_back(name);
        strings.intern(name);
    }
    last_host_ = found->second;
    return {found->second};
}

std::uint16_t ImportTables::channel(HostId host, std::string_view provider, std::string_view channel_name, bool& fits) {
    fits = true;
    if (last_channel_ < channels.size()) {
        const Channel& last = channels[last_channel_];
        if (last.host == host && last.provider == provider && last.name == channel_name) {
            return static_cast<std::uint16_t>(last_channel_);
        }
    }
    std::string key = std::to_string(host.value);
    key += '\0';
    key += provider;
    key += '\0';
    key += channel_name;
    const auto found = channel_by_name_.find(key);
    if (found != channel_by_name_.end()) {
        last_channel_ = found->second;
        return found->second;
    }
    if (channels.size() >= kMaxChannels) {
        fits = false;
        return static_cast<std::uint16_t>(channels.size() - 1);
    }
    last_channel_ = channels.size();
    channel_by_name_.emplace(std::move(key), static_cast<std::uint16_t>(last_channel_));
    channels.push_back({host, std::string(provider), std::string(channel_name)});
    strings.intern(provider);
    strings.intern(channel_name);
    return static_cast<std::uint16_t>(last_channel_);
}

FieldId ImportTables::field(std::string_view name) {
    if (const FieldId known = known_field(name); !known.none()) {
        return known;
    }
    const auto found = dynamic_fields_.find(std::string(name));
    if (found != dynamic_fields_.end()) {
        return {found->second};
    }
    if (dynamic_names_.size() >= kMaxDynamicFields) {
        return {};
    }
    const auto id = static_cast<std::uint16_t>(kFirstDynamicField + dynamic_names_.size());
    dynamic_names_.emplace_back(name);
    dynamic_fields_.emplace(std::string(name), id);
    return {id};
}

std::string_view ImportTables::field_name(FieldId id) const {
    if (id.value < kFirstDynamicField) {
        return known_field_name(id);
    }
    const std::size_t i = id.value - kFirstDynamicField;
    return i < dynamic_names_.size() ? std::string_view(dynamic_names_[i]) : std::string_view{};
}

std::uint16_t ImportTables::case_field(FieldId id) {
    if (case_field_of_.size() <= id.value) {
        case_field_of_.resize(std::size_t{id.value} + 1, kUnused);
    }
    std::uint16_t& at = case_field_of_[id.value];
    if (at == kUnused) {
        const std::string name(field_name(id));
        const auto [found, inserted] = stored_fields_.try_emplace(name, static_cast<std::uint16_t>(case_fields.size()));
        if (inserted) {
            case_fields.push_back(name);
        }
        at = found->second;
    }
    return at;
}

std::uint32_t ImportTables::layout(const Layout& layout) {
    std::uint64_t hash = hash_of(layout);
    for (;; ++hash) {  // equal hashes of unequal layouts: the next number is free or theirs
        const auto [found, inserted] =
            layout_by_hash_.try_emplace(hash, static_cast<std::uint32_t>(layouts.size()));
        if (inserted) {
            layouts.push_back(layout);
        }
        if (layouts[found->second] == layout) {
            return found->second;
        }
    }
}

std::uint32_t ImportTables::guid_text(const Guid& guid) {
    const auto found = guid_texts_.find(guid);
    if (found != guid_texts_.end()) {
        return found->second;
    }
    const std::uint32_t id = strings.intern(format_guid(guid)).value;
    guid_texts_.emplace(guid, id);
    return id;
}

Status ImportTables::load(CaseFile::Connection& connection) {
    Database& db = *connection.db;
    connection.tables.data_version = -1;
    Result<const CaseTables*> loaded = case_tables(connection);
    if (!loaded.ok()) {
        return loaded.error();
    }
    const CaseTables& t = *loaded.value();
    Query texts = db.query(Sql::select_strings);
    while (texts.next()) {
        if (texts.u32_at(0) != strings_stored || strings.append_loaded(texts.text_at(1)).value != strings_stored) {
            return damaged(db, "its strings are not in order");
        }
        ++strings_stored;
    }
    if (Status s = texts.status(); !s.ok()) {
        return s;
    }
    for (const std::string& name : t.hosts) {
        static_cast<void>(host(name));
    }
    if (hosts.size() != t.hosts.size()) {
        return damaged(db, "two hosts have one name");
    }
    hosts_stored = hosts.size();
    for (std::size_t i = 0; i < t.channels.size(); ++i) {
        bool fits = true;
        static_cast<void>(channel(t.channels[i].host, t.providers[i], t.channel_names[i], fits));
    }
    if (channels.size() != t.channels.size()) {
        return damaged(db, "two channels have one name");
    }
    channels_stored = channels.size();
    for (const std::string& name : t.fields) {
        stored_fields_.try_emplace(name, static_cast<std::uint16_t>(case_fields.size()));
        case_fields.push_back(name);
    }
    case_fields_stored = case_fields.size();
    for (const Layout& known : t.layouts) {
        static_cast<void>(layout(known));
    }
    if (layouts.size() != t.layouts.size()) {
        return damaged(db, "two layouts are one");
    }
    layouts_stored = layouts.size();
    {
        Query q = db.query(Sql::next_raw_block);
        next_raw_block = q.next() ? q.u32_at(0) : 0;
    }
    {
        Query q = db.query(Sql::next_text_block);
        next_text_block = q.next() ? q.u32_at(0) : 0;
    }
    Query q = db.query(Sql::select_sources);
    std::uint64_t events = 0;
    while (q.next()) {
        SourceRow& row = sources.emplace_back();
        row.stored = true;
        row.info.id = SourceId{q.u32_at(0)};
        row.info.path = q.text_at(1);
        row.info.sha256 = q.text_at(2);
        row.head_sha256 = q.text_at(3);
        row.info.size = q.unsigned_at(4);
        row.first_event = q.u32_at(7);
        row.info.events = q.u32_at(8);
        row.info.complete = q.integer_at(11) != 0;
        if (row.info.id.value + std::size_t{1} != sources.size() || row.first_event != events) {
            return damaged(db, "its sources are not in order");
        }
        events += row.info.events;
    }
    if (Status s = q.status(); !s.ok()) {
        return s;
    }
    if (Status s = load_references(db); !s.ok()) {
        return s;
    }
    return load_events(db);
}

Status ImportTables::load_references(Database& db) {
    std::vector<ProcessReference> rows;
    Query q = db.query(Sql::select_references);
    const auto string_at = [&](int column) {
        const std::uint32_t id = q.u32_at(column);
        return StringId{id < strings.size() ? id : 0};
    };
    while (q.next()) {
        if (q.u32_at(0) != rows.size() || q.u32_at(1) >= hosts.size()) {
            return damaged(db, "its process references are not in order");
        }
        ProcessReference& row = rows.emplace_back();
        row.host = HostId{q.u32_at(1)};
        row.guid = parse_guid(q.text_at(2)).value_or(Guid{});
        row.has_pid = !q.null_at(3);
        row.pid = row.has_pid ? q.u32_at(3) : 0;
        row.image = string_at(4);
        row.later_image = string_at(5);
        row.first_seen = q.time_at(6);
        row.last_seen = q.time_at(7);
        row.created = q.time_at(8);
        row.exited = q.time_at(9);
        row.command_line = string_at(10);
        row.user = string_at(11);
        row.integrity = string_at(12);
        row.parent = q.id_at<ReferenceId>(13);
        row.create_event = q.id_at<EventId>(14);
        row.exit_event = q.id_at<EventId>(15);
    }
    for (ProcessReference& row : rows) {
        if (row.parent.value >= rows.size()) {
            row.parent = {};
        }
    }
    references.load(std::move(rows));
    return q.status();
}

Status ImportTables::load_events(Database& db) {
    Query q = db.query(Sql::select_event_columns);
    const auto references_known = static_cast<std::uint32_t>(references.rows().size());
    const auto reference_at = [&](int column) {
        const auto id = q.id_at<ReferenceId>(column);
        return id.value < references_known ? id.value : ReferenceId::kNone;
    };
    while (q.next()) {
        const std::uint32_t channel = q.u32_at(4);
        const std::uint32_t operation = q.u32_at(6);
        if (q.u32_at(0) != columns.size() || channel >= channels.size() || operation >= kOperationCount) {
            return damaged(db, "its events are not in order");
        }
        columns.time.push_back(q.time_at(3));
        columns.record.push_back(q.unsigned_at(2));
        columns.value.push_back(q.unsigned_at(9));
        columns.actor.push_back(reference_at(7));
        columns.target.push_back(reference_at(8));
        columns.text.push_back(q.u32_at(10));
        columns.flags.push_back(q.u32_at(11));
        columns.event_id.push_back(q.u32_at(5));
        columns.channel.push_back(static_cast<std::uint16_t>(channel));
        columns.operation.push_back(static_cast<Operation>(operation));
    }
    if (Status s = q.status(); !s.ok()) {
        return s;
    }
    const std::uint64_t listed = sources.empty() ? 0 : sources.back().first_event + sources.back().info.events;
    return listed == columns.size() ? Status{} : Status{damaged(db, "its sources and events do not agree")};
}

}  // namespace trocar
