#include "core/store/import_finish.h"

#include <algorithm>
#include <future>
#include <numeric>
#include <string>

#include "core/resolve/lives.h"
#include "core/store/time_order.h"

namespace trocar {
namespace {

Status write_names(Database& db, const ImportTables& t) {
    for (std::size_t i = t.hosts_stored; i < t.hosts.size(); ++i) {
        if (Status s = db.query(Sql::insert_host).integer(static_cast<std::int64_t>(i)).text(t.hosts[i]).run(); !s.ok()) {
            return s;
        }
    }
    for (std::size_t i = t.channels_stored; i < t.channels.size(); ++i) {
        const ImportTables::Channel& c = t.channels[i];
        if (Status s = db.query(Sql::insert_channel)
                           .integer(static_cast<std::int64_t>(i))
                           .id(c.host)
                           .text(c.provider)
                           .text(c.name)
                           .id(t.strings.find(c.provider))
                           .id(t.strings.find(c.name))
                           .run();
            !s.ok()) {
            return s;
        }
    }
    for (std::size_t i = t.case_fields_stored; i < t.case_fields.size(); ++i) {
        if (Status s = db.query(Sql::insert_field).integer(static_cast<std::int64_t>(i)).text(t.case_fields[i]).run();
            !s.ok()) {
            return s;
        }
    }
    for (std::size_t i = t.layouts_stored; i < t.layouts.size(); ++i) {
        const std::vector<std::byte> bytes = encode_layout(t.layouts[i]);
        if (Status s = db.query(Sql::insert_layout).integer(static_cast<std::int64_t>(i)).blob(bytes).run(); !s.ok()) {
            return s;
        }
    }
    return {};
}

Status write_losses(Database& db, const SourceRow& source) {
    for (const LossRow& loss : source.losses) {
        std::int64_t id = 0;
        {
            Query q = db.query(Sql::insert_loss);
            q.id(source.info.id).text(loss.count.name).integer(static_cast<int>(loss.count.severity));
            q.text(loss.count.help).unsigned_integer(loss.count.count);
            id = q.next() ? q.integer_at(0) : 0;
            if (Status s = q.run(); !s.ok()) {
                return s;
            }
        }
        for (std::size_t i = 0; i < loss.count.places.size(); ++i) {
            const LossPlace& place = loss.count.places[i];
            Query q = db.query(Sql::insert_loss_place);
            q.integer(id).unsigned_integer(place.record).unsigned_integer(place.offset).text(place.what);
            q.id(loss.raw[i].block);
            if (loss.raw[i].block.none()) {
                q.null().null();
            } else {
                q.integer(loss.raw[i].place.offset).integer(loss.raw[i].place.length);
            }
            if (Status s = q.run(); !s.ok()) {
                return s;
            }
        }
    }
    return {};
}

Status write_sources(Database& db, const ImportTables& t) {
    const UtcNanos now = wall_clock_now();
    for (const SourceRow& source : t.sources) {
        if (source.stored) {
            continue;
        }
        const SourceInfo& info = source.info;
        Query q = db.query(Sql::insert_source);
        q.id(info.id).text(info.path).text(info.sha256).text(source.head_sha256).unsigned_integer(info.size);
        q.text(info.importer).integer(info.importer_version).integer(source.first_event).unsigned_integer(info.events);
        q.time(info.first_time).time(info.last_time).integer(info.complete ? 1 : 0).integer(info.raw_kept ? 1 : 0);
        q.integer(info.clock_offset.count).time(now);
        Status s = q.run();
        if (s.ok()) {
            s = write_losses(db, source);
        }
        if (!s.ok()) {
            return s;
        }
    }
    return {};
}

Status write_references(Database& db, const std::vector<ProcessReference>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const ProcessReference& row = rows[i];
        const std::string guid = row.guid.none() ? std::string{} : format_guid(row.guid);
        Query q = db.query(Sql::insert_reference);
        q.integer(static_cast<std::int64_t>(i)).id(row.host);
        if (guid.empty()) {
            q.null();
        } else {
            q.text(guid);
        }
        if (row.has_pid) {
            q.integer(row.pid);
        } else {
            q.null();
        }
        q.id(row.image).id(row.later_image).time(row.first_seen).time(row.last_seen).time(row.created).time(row.exited);
        q.id(row.command_line).id(row.user).id(row.integrity).id(row.parent).id(row.create_event).id(row.exit_event);
        if (Status s = q.run(); !s.ok()) {
            return s;
        }
    }
    return {};
}

/// "not known" text ids are stored as the empty string's.
StringId or_empty(StringId id) { return id.none() ? StringId{0} : id; }

Status write_lives(Database& db, const ProcessTable& lives) {
    for (std::size_t i = 0; i < lives.lives.size(); ++i) {
        const ProcessLife& life = lives.lives[i];
        const std::string guid = life.guid.none() ? std::string{} : format_guid(life.guid);
        Query q = db.query(Sql::insert_process);
        q.integer(static_cast<std::int64_t>(i)).id(life.host);
        if (guid.empty()) {
            q.null();
        } else {
            q.text(guid);
        }
        q.integer(life.pid).id(or_empty(life.image)).id(or_empty(life.later_image)).id(or_empty(life.command_line));
        q.id(or_empty(life.user)).id(or_empty(life.integrity)).id(or_empty(life.key)).id(life.parent);
        q.time(life.start).time(life.end).time(life.first_seen).time(life.last_seen);
        q.id(life.create_event).id(life.exit_event).integer(life.start_inferred ? 1 : 0);
        if (Status s = q.run(); !s.ok()) {
            return s;
        }
    }
    for (std::size_t i = 0; i < lives.life_of_reference.size(); ++i) {
        if (Status s = db.query(Sql::insert_reference_life)
                           .integer(static_cast<std::int64_t>(i))
                           .id(lives.life_of_reference[i])
                           .run();
            !s.ok()) {
            return s;
        }
    }
    return {};
}

Status write_new_strings(Database& db, ImportTables& t) {
    for (; t.strings_stored < t.strings.size(); ++t.strings_stored) {
        if (Status s = db.query(Sql::insert_string)
                           .integer(t.strings_stored)
                           .text(t.strings.text(StringId{t.strings_stored}))
                           .run();
            !s.ok()) {
            return s;
        }
    }
    return {};
}

}  // namespace

std::vector<std::uint32_t> time_order(const ImportTables& t) {
    std::vector<const SourceRow*> by_hash;
    for (const SourceRow& source : t.sources) {
        by_hash.push_back(&source);
    }
    std::sort(by_hash.begin(), by_hash.end(), [](const SourceRow* a, const SourceRow* b) {
        return a->info.sha256 != b->info.sha256 ? a->info.sha256 < b->info.sha256 : a->first_event < b->first_event;
    });
    std::vector<std::uint32_t> order(t.columns.size());
    auto at = order.begin();
    for (const SourceRow* source : by_hash) {
        const auto end = at + static_cast<std::ptrdiff_t>(source->info.events);
        std::iota(at, end, source->first_event);
        at = end;
    }
    sort_by_time(t.columns.time, order);
    return order;
}

Derived derive(ImportTables& t) {
    std::vector<StringId> hosts;
    for (const std::string& host : t.hosts) {
        hosts.push_back(t.strings.find(host));
    }
    return {resolve_lives(t.references.rows(), hosts, t.strings), time_order(t)};
}

Status finish_import(Database& db, ImportTables& t, const Derived& derived, std::stop_token stop) {
    const auto stopped = [&] { return stop.stop_requested(); };
    // Encoding, the larger part, on the core that the rows no longer need. Where no thread can be had, it runs at get().
    auto event_columns =
        std::async([&] { return encode_event_columns(t, derived.lives, derived.order, stop); });
    Status s = write_signals(db, t, derived.lives, derived.order);
    for (const EncodedBlock& block : event_columns.get()) {
        if (s.ok()) {
            s = write_block(db, block);
        }
    }
    const auto then = [&](auto&& write) {
        if (s.ok() && !stopped()) {
            s = write();
        }
    };
    then([&] { return write_names(db, t); });
    then([&] { return write_sources(db, t); });
    then([&] { return write_references(db, t.references.rows()); });
    then([&] { return write_lives(db, derived.lives); });
    then([&] { return write_new_strings(db, t); });
    then([&] { return write_counts(db, t, derived.order); });
    return s.ok() && stopped() ? cancelled("the import") : s;
}

}  // namespace trocar
