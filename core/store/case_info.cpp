#include <unordered_map>
#include <utility>

#include "core/store/connection.h"

namespace trocar {
namespace {

/// Most sources, losses and counts read of one case.
constexpr std::size_t kMaxSources = 1'000'000;
constexpr std::size_t kMaxLossRows = 4'000'000;

Error damaged(const Database& db, const char* what) {
    return {ErrorKind::case_damaged, "the case " + db.path() + " is damaged: " + what,
            "import the evidence into a new case"};
}

Status load_sources(Database& db, CaseInfo& info) {
    Query q = db.query(Sql::select_sources);
    while (q.next()) {
        if (q.u32_at(0) != info.sources.size() || info.sources.size() == kMaxSources) {
            return damaged(db, "its sources are not in order");
        }
        SourceInfo source;
        source.id = SourceId{q.u32_at(0)};
        source.path = q.text_at(1);
        source.sha256 = q.text_at(2);
        source.size = q.unsigned_at(4);
        source.importer = q.text_at(5);
        source.importer_version = static_cast<int>(q.u32_at(6) & 0x7fffffffU);
        source.events = q.u32_at(8);
        source.first_time = q.time_at(9);
        source.last_time = q.time_at(10);
        source.complete = q.integer_at(11) != 0;
        source.raw_kept = q.integer_at(12) != 0;
        source.clock_offset = {q.integer_at(13)};
        info.events += source.events;
        if (!source.first_time.none() && (info.first_time.none() || source.first_time < info.first_time)) {
            info.first_time = source.first_time;
        }
        if (!source.last_time.none() && (info.last_time.none() || source.last_time > info.last_time)) {
            info.last_time = source.last_time;
        }
        info.sources.push_back(std::move(source));
    }
    return q.status();
}

Status load_losses(Database& db, CaseInfo& info) {
    std::unordered_map<std::int64_t, std::pair<std::size_t, std::size_t>> place_of;  // loss id -> source, index
    Query losses = db.query(Sql::select_losses);
    while (losses.next()) {
        const std::uint32_t source = losses.u32_at(1);
        const std::uint32_t severity = losses.u32_at(3);
        if (source >= info.sources.size() || severity > 2 || place_of.size() == kMaxLossRows) {
            return damaged(db, "its loss counters are not in order");
        }
        LossCount loss;
        loss.name = losses.text_at(2);
        loss.severity = static_cast<LossSeverity>(severity);
        loss.help = losses.text_at(4);
        loss.count = losses.unsigned_at(5);
        place_of.emplace(losses.integer_at(0), std::pair{source, info.sources[source].losses.size()});
        info.sources[source].losses.push_back(std::move(loss));
    }
    if (Status s = losses.status(); !s.ok()) {
        return s;
    }
    Query places = db.query(Sql::select_loss_places);
    for (std::size_t rows = 0; places.next(); ++rows) {
        const auto found = place_of.find(places.integer_at(0));
        if (found == place_of.end() || rows == kMaxLossRows) {
            return damaged(db, "its loss counters are not in order");
        }
        auto& kept = info.sources[found->second.first].losses[found->second.second].places;
        if (kept.size() < LossCount::kKeptPlaces) {
            kept.push_back({places.unsigned_at(1), places.unsigned_at(2), std::string(places.text_at(3))});
        }
    }
    return places.status();
}

Status load_channels(CaseFile::Connection& connection, CaseInfo& info) {
    Result<const CaseTables*> tables = case_tables(connection);
    if (!tables.ok()) {
        return tables.error();
    }
    const CaseTables& t = *tables.value();
    info.hosts = t.hosts;
    Query q = connection.db->query(Sql::select_channel_counts);
    while (q.next()) {
        const std::uint32_t channel = q.u32_at(0);
        const std::uint32_t operation = q.u32_at(2);
        if (channel >= t.channels.size() || operation >= kOperationCount || info.channels.size() == kMaxLossRows) {
            return damaged(*connection.db, "its channel counts are not in order");
        }
        info.channels.push_back({t.hosts[t.channels[channel].host.value], t.providers[channel], t.channel_names[channel],
                                 q.u32_at(1), static_cast<Operation>(operation), q.unsigned_at(3)});
    }
    return q.status();
}

}  // namespace

Result<const CaseTables*> case_tables(CaseFile::Connection& connection) {
    Database& db = *connection.db;
    std::int64_t version = 0;
    {
        Query q = db.query(Sql::data_version);
        if (!q.next()) {
            return q.status().ok() ? damaged(db, "it has no version") : q.status().error();
        }
        version = q.integer_at(0);
    }
    CaseTables& kept = connection.tables;
    if (kept.data_version == version) {
        return &kept;
    }
    CaseTables t;
    // Ids of these tables are dense from 0: anything else is damage, and ends the reading of a file made to be endless.
    constexpr const char* kOrder = "its small tables are not in order";
    Query hosts = db.query(Sql::select_hosts);
    while (hosts.next()) {
        if (hosts.u32_at(0) != t.hosts.size()) {
            return damaged(db, kOrder);
        }
        t.hosts.emplace_back(hosts.text_at(1));
    }
    Query channels = db.query(Sql::select_channels);
    while (channels.next()) {
        if (channels.u32_at(0) != t.channels.size() || channels.u32_at(1) >= t.hosts.size()) {
            return damaged(db, kOrder);
        }
        t.channels.push_back({HostId{channels.u32_at(1)}, StringId{channels.u32_at(4)}, StringId{channels.u32_at(5)}});
        t.providers.emplace_back(channels.text_at(2));
        t.channel_names.emplace_back(channels.text_at(3));
    }
    Query fields = db.query(Sql::select_fields);
    while (fields.next()) {
        if (fields.u32_at(0) != t.fields.size()) {
            return damaged(db, kOrder);
        }
        t.fields.emplace_back(fields.text_at(1));
    }
    Query layouts = db.query(Sql::select_layouts);
    while (layouts.next()) {
        t.layouts.emplace_back();
        if (layouts.u32_at(0) + std::size_t{1} != t.layouts.size() ||
            !decode_layout(layouts.blob_at(1), t.layouts.back())) {
            return damaged(db, kOrder);
        }
    }
    {
        Query q = db.query(Sql::count_processes);
        if (q.next()) {
            t.lives = q.u32_at(0);
        }
    }
    Query lives = db.query(Sql::select_reference_lives);
    while (lives.next()) {
        if (lives.u32_at(0) != t.life_of_reference.size()) {
            return damaged(db, kOrder);
        }
        const auto life = lives.id_at<ProcessId>(1);
        t.life_of_reference.push_back(life.value < t.lives ? life : ProcessId{});
    }
    {
        Query q = db.query(Sql::event_limits);
        if (q.next()) {
            t.events = q.u32_at(0);
        }
    }
    for (const Query* q : {&hosts, &channels, &fields, &layouts, &lives}) {
        if (Status s = q->status(); !s.ok()) {
            return s.error();
        }
    }
    t.data_version = version;
    kept = std::move(t);
    return &kept;
}

Result<CaseInfo> CaseFile::info() {
    Database& db = *connection_->db;
    CaseInfo info;
    info.path = connection_->path;
    Status s = load_sources(db, info);
    if (s.ok()) {
        s = load_losses(db, info);
    }
    if (s.ok()) {
        s = load_channels(*connection_, info);
    }
    if (!s.ok()) {
        return s.error();
    }
    info.processes = connection_->tables.lives;
    Query q = db.query(Sql::select_open_imports);
    while (q.next() && info.unfinished.size() < kMaxSources) {
        info.unfinished.push_back(std::string(q.text_at(1)) + " at " + format_iso_time(q.time_at(0)) +
                                  " and did not end: nothing of it is in the case; import it again");
    }
    Query skipped = db.query(Sql::select_not_read);
    while (skipped.next() && info.not_read.size() < kMaxSources) {
        info.not_read.push_back({skipped.time_at(0), std::string(skipped.text_at(1))});
    }
    for (const Query* read : {&q, &skipped}) {
        if (Status status = read->status(); !status.ok()) {
            return status.error();
        }
    }
    return info;
}

}  // namespace trocar
