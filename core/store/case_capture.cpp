// Loading what the engine and the timeline read. Everything is checked: a case comes from elsewhere, and ids from it
// are used as indexes without looking twice.

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "core/store/column_codec.h"
#include "core/store/connection.h"

namespace trocar {
namespace {

Error damaged(const Database& db, const std::string& what) {
    return {ErrorKind::case_damaged, "the case " + db.path() + " is damaged: " + what,
            "import the evidence into a new case"};
}

/// Least bytes that an event takes in a case: bounds what a damaged file can make us reserve.
constexpr std::uint64_t kLeastBytesPerEvent = 16;
/// Rows between looks at the stop token.
constexpr std::uint32_t kStopEvery = 4096;

std::uint64_t file_bytes(const std::string& path) {
    std::error_code code;
    std::uint64_t sum = 0;
    for (const std::string& part : {path, path + "-wal"}) {
        const std::uintmax_t size = std::filesystem::file_size(part, code);
        sum += code ? 0 : size;
    }
    return sum;
}

class Loader {
public:
    Loader(CaseFile::Connection& connection, std::stop_token stop)
        : connection_(connection), db_(*connection.db), stop_(std::move(stop)), bytes_(file_bytes(connection.path)) {}

    Status load(Capture& capture);

private:
    Status strings(StringTable& strings);
    Status sources(Capture& capture);
    Status lives(Capture& capture);
    Status signals(Capture& capture);
    Status pairs(Capture& capture);
    Status check_signals(const Capture& capture);
    Status operations(Capture& capture);

    CaseFile::Connection& connection_;
    Database& db_;
    std::stop_token stop_;
    std::uint64_t bytes_;
    std::uint32_t string_count_ = 0;
};

Status Loader::strings(StringTable& strings) {
    Query q = db_.query(Sql::select_strings);
    std::uint32_t expected = 0;
    while (q.next()) {
        if (q.u32_at(0) != expected || strings.append_loaded(q.text_at(1)).value != expected ||
            strings.text_bytes() > bytes_) {
            return damaged(db_, "its strings are not in order");
        }
        if (++expected % kStopEvery == 0 && stop_.stop_requested()) {
            return cancelled("opening the case");
        }
    }
    string_count_ = strings.size();
    return q.status();
}

Status Loader::sources(Capture& capture) {
    Query q = db_.query(Sql::select_sources);
    std::uint64_t events = 0;
    while (q.next()) {
        if (q.u32_at(0) != capture.sources.size() || q.u32_at(7) != events) {
            return damaged(db_, "its sources are not in order");
        }
        CaptureSource& source = capture.sources.emplace_back();
        source.name = q.text_at(1);
        const std::string_view digest = q.text_at(2);
        for (std::size_t i = 0; i < source.sha256.size() && digest.size() == 2 * source.sha256.size(); ++i) {
            const auto nibble = [&](char c) {
                return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= '0' && c <= '9' ? c - '0' : 0;
            };
            source.sha256[i] = static_cast<unsigned char>(nibble(digest[2 * i]) * 16 + nibble(digest[2 * i + 1]));
        }
        source.first_event = q.u32_at(7);
        source.event_count = q.u32_at(8);
        events += source.event_count;
        const UtcNanos first = q.time_at(9);
        const UtcNanos last = q.time_at(10);
        if (!first.none()) {
            capture.first_time = capture.first_time.none() ? first : std::min(capture.first_time, first);
        }
        if (!last.none()) {
            capture.last_time = capture.last_time.none() ? last : std::max(capture.last_time, last);
        }
    }
    if (events > bytes_ / kLeastBytesPerEvent) {
        return damaged(db_, "it names more events than it holds");
    }
    capture.event_count = events;
    return q.status();
}

Status Loader::lives(Capture& capture) {
    std::vector<ProcessLife>& lives = capture.processes.lives;
    Query q = db_.query(Sql::select_processes);
    const auto string_at = [&](int column) {
        const std::uint32_t id = q.u32_at(column);
        return StringId{id < string_count_ ? id : 0};
    };
    const auto event_at = [&](int column) {
        const auto id = q.id_at<EventId>(column);
        return id.value < capture.event_count ? id : EventId{};
    };
    while (q.next()) {
        if (q.u32_at(0) != lives.size() || q.u32_at(1) >= capture.hosts.size()) {
            return damaged(db_, "its processes are not in order");
        }
        ProcessLife& life = lives.emplace_back();
        life.host = HostId{q.u32_at(1)};
        life.guid = parse_guid(q.text_at(2)).value_or(Guid{});
        life.pid = q.u32_at(3);
        life.image = string_at(4);
        life.later_image = string_at(5);
        life.command_line = string_at(6);
        life.user = string_at(7);
        life.integrity = string_at(8);
        life.key = string_at(9);
        life.parent = q.id_at<ProcessId>(10);
        life.start = q.time_at(11);
        life.end = q.time_at(12);
        life.first_seen = q.time_at(13);
        life.last_seen = q.time_at(14);
        life.create_event = event_at(15);
        life.exit_event = event_at(16);
        life.start_inferred = q.integer_at(17) != 0;
    }
    if (Status s = q.status(); !s.ok()) {
        return s;
    }
    for (ProcessLife& life : lives) {
        if (life.parent.value >= lives.size()) {
            life.parent = {};
        }
    }
    // A tree is walked upwards: parents in a circle are cut. Marks: 0 not visited, else the walk that visited it.
    std::vector<std::uint32_t> mark(lives.size(), 0);
    for (std::uint32_t start = 0; start < lives.size(); ++start) {
        std::uint32_t at = start;
        while (mark[at] == 0) {
            mark[at] = start + 1;
            const ProcessId parent = lives[at].parent;
            if (parent.none()) {
                break;
            }
            if (mark[parent.value] == start + 1) {
                lives[at].parent = {};
                break;
            }
            at = parent.value;
        }
    }
    return {};
}

Status Loader::pairs(Capture& capture) {
    std::vector<std::uint32_t> source, target, first;
    const std::uint64_t most = capture.signals.size();
    Status s = read_column(db_, "pair.source", most, source, id_of_stored);
    if (s.ok()) {
        s = read_column(db_, "pair.target", most, target, id_of_stored);
    }
    if (s.ok()) {
        s = read_column(db_, "pair.first", most, first, [](std::uint64_t v) { return static_cast<std::uint32_t>(v); });
    }
    if (!s.ok()) {
        return s;
    }
    if (source.size() != target.size() || source.size() != first.size()) {
        return damaged(db_, "the columns of its pairs differ in length");
    }
    const std::size_t lives = capture.processes.lives.size();
    std::vector<Pair>& pairs = capture.signals.pairs;
    pairs.resize(source.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const std::uint32_t last =
            i + 1 < pairs.size() ? first[i + 1] : static_cast<std::uint32_t>(capture.signals.size());
        pairs[i] = {ProcessId{source[i]}, ProcessId{target[i]}, first[i], last};
        const bool in_order =
            i == 0 ? first[i] == 0
                   : std::pair(target[i - 1], source[i - 1]) < std::pair(target[i], source[i]);
        if (!in_order || first[i] >= last || last > capture.signals.size() || target[i] >= lives ||
            (source[i] != ProcessId::kNone && source[i] >= lives) || source[i] == target[i]) {
            return damaged(db_, "its pairs are not in order");
        }
    }
    if (pairs.empty() && capture.signals.size() != 0) {
        return damaged(db_, "its signals belong to no pair");
    }
    return {};
}

Status Loader::signals(Capture& capture) {
    SignalTable& t = capture.signals;
    constexpr std::uint64_t kMostSignals = 0xffffffffU;
    const std::uint64_t most = std::min(2 * capture.event_count, kMostSignals);  // an event plays two roles at most
    const auto to_u32 = [](std::uint64_t v) { return static_cast<std::uint32_t>(v); };
    Status s = read_column(db_, "signal.time", most, t.time, time_of_stored);
    if (s.ok()) {
        s = read_column(db_, "signal.event", t.size(), t.event, [&](std::uint64_t v) { return EventId{to_u32(v)}; });
    }
    if (s.ok()) {
        s = read_column(db_, "signal.value", t.size(), t.value, [](std::uint64_t v) { return v; });
    }
    if (s.ok()) {
        s = read_column(db_, "signal.text", t.size(), t.text, [&](std::uint64_t v) { return StringId{to_u32(v)}; });
    }
    if (s.ok()) {
        s = read_column(db_, "signal.flags", t.size(), t.flags, to_u32);
    }
    if (s.ok()) {
        s = read_column(db_, "signal.role", t.size(), t.role,
                        [](std::uint64_t v) { return static_cast<Role>(std::min<std::uint64_t>(v, 255)); });
    }
    if (s.ok()) {
        s = read_column(db_, "signal.record", t.size(), capture.record, [](std::uint64_t v) { return v; });
    }
    if (!s.ok()) {
        return s;
    }
    for (const std::size_t size : {t.event.size(), t.value.size(), t.text.size(), t.flags.size(), t.role.size(),
                                   capture.record.size()}) {
        if (size != t.size()) {
            return damaged(db_, "the columns of its signals differ in length");
        }
    }
    s = pairs(capture);
    return s.ok() ? check_signals(capture) : s;
}

Status Loader::check_signals(const Capture& capture) {
    const SignalTable& t = capture.signals;
    const auto events = static_cast<std::uint32_t>(capture.event_count);
    bool good = true;
    for (std::size_t i = 0; i < t.size(); ++i) {
        good &= t.event[i].value < events && t.text[i].value < string_count_ &&
                static_cast<unsigned>(t.role[i]) < static_cast<unsigned>(kRoleCount) && !t.time[i].none();
    }
    for (const Pair& pair : t.pairs) {
        for (std::uint32_t i = pair.first + 1; i < pair.last; ++i) {
            good &= t.time[i - 1] <= t.time[i];
        }
    }
    return good ? Status{} : Status{damaged(db_, "its signals are not in order")};
}

Status Loader::operations(Capture& capture) {
    Query q = db_.query(Sql::select_operation_counts);
    while (q.next()) {
        OperationCount count;
        count.host = HostId{q.u32_at(0)};
        const std::uint32_t operation = q.u32_at(1);
        if (count.host.value >= capture.hosts.size() || operation >= kOperationCount ||
            capture.operations.size() >= capture.hosts.size() * kOperationCount) {
            return damaged(db_, "its counts are not in order");
        }
        count.operation = static_cast<Operation>(operation);
        count.count = q.unsigned_at(2);
        count.first = q.time_at(3);
        count.last = q.time_at(4);
        capture.total_by_operation[operation] += count.count;
        capture.operations.push_back(std::move(count));
    }
    if (Status s = q.status(); !s.ok()) {
        return s;
    }
    Query gaps = db_.query(Sql::select_operation_gaps);
    std::size_t at = 0;
    constexpr std::size_t kMostGaps = 10'000;  // of one operation on one host
    while (gaps.next()) {
        // Both come by host and operation: a merge.
        const std::uint32_t host = gaps.u32_at(0);
        const std::uint32_t operation = gaps.u32_at(1);
        while (at < capture.operations.size() &&
               std::pair(capture.operations[at].host.value, static_cast<std::uint32_t>(capture.operations[at].operation)) <
                   std::pair(host, operation)) {
            ++at;
        }
        if (at == capture.operations.size() || capture.operations[at].host.value != host ||
            static_cast<std::uint32_t>(capture.operations[at].operation) != operation ||
            capture.operations[at].gaps.size() == kMostGaps) {
            return damaged(db_, "its gaps are not in order");
        }
        capture.operations[at].gaps.emplace_back(gaps.time_at(2), gaps.time_at(3));
    }
    return gaps.status();
}

Status Loader::load(Capture& capture) {
    auto strings_table = std::make_shared<StringTable>();
    if (Status s = strings(*strings_table); !s.ok()) {
        return s;
    }
    Result<const CaseTables*> tables = case_tables(connection_);
    if (!tables.ok()) {
        return tables.error();
    }
    for (const std::string& host : tables.value()->hosts) {
        const StringId id = strings_table->find(host);
        capture.hosts.push_back(id.none() ? StringId{0} : id);
    }
    capture.strings = strings_table;
    Status s = sources(capture);
    if (s.ok()) {
        s = lives(capture);
    }
    if (s.ok()) {
        capture.processes.life_of_reference = tables.value()->life_of_reference;
        for (ProcessId& life : capture.processes.life_of_reference) {
            life = life.value < capture.processes.lives.size() ? life : ProcessId{};
        }
        if (stop_.stop_requested()) {
            return cancelled("opening the case");
        }
        s = signals(capture);
    }
    if (!s.ok()) {
        return s;
    }
    capture.creations = find_creations(capture);
    return operations(capture);
}

}  // namespace

Result<std::shared_ptr<const Capture>> CaseFile::load_capture(std::stop_token stop) {
    auto capture = std::make_shared<Capture>();
    if (Status s = Loader(*connection_, std::move(stop)).load(*capture); !s.ok()) {
        return s.error();
    }
    return std::shared_ptr<const Capture>(std::move(capture));
}

Result<std::shared_ptr<const EventColumns>> CaseFile::load_event_columns(std::stop_token stop) {
    Database& db = *connection_->db;
    Result<const CaseTables*> tables = case_tables(*connection_);
    if (!tables.ok()) {
        return tables.error();
    }
    const CaseTables& t = *tables.value();
    if (t.events > file_bytes(connection_->path) / kLeastBytesPerEvent) {
        return damaged(db, "it names more events than it holds");
    }
    auto columns = std::make_shared<EventColumns>();
    columns->channels = t.channels;
    Status s;
    const auto column = [&](std::string_view name, auto& out, auto map) {
        if (s.ok() && stop.stop_requested()) {
            s = cancelled("opening the case");
        }
        if (s.ok()) {
            s = read_column(db, name, t.events, out, map);
            if (s.ok() && out.size() != t.events) {
                s = damaged(db, "column " + std::string(name) + " is too short");
            }
        }
    };
    const auto life = [lives = t.lives](std::uint64_t v) {
        const std::uint32_t id = id_of_stored(v);
        return ProcessId{id < lives ? id : ProcessId::kNone};
    };
    const auto u16 = [](std::uint64_t v) { return static_cast<std::uint16_t>(std::min<std::uint64_t>(v, 0xffff)); };
    column("event.id", columns->id, [](std::uint64_t v) { return EventId{static_cast<std::uint32_t>(v)}; });
    column("event.time", columns->time, time_of_stored);
    column("event.operation", columns->operation, [](std::uint64_t v) {
        return v < static_cast<std::uint64_t>(kOperationCount) ? static_cast<Operation>(v) : Operation::generic;
    });
    column("event.actor", columns->actor, life);
    column("event.target", columns->target, life);
    column("event.channel", columns->channel, u16);
    column("event.event_id", columns->event_id, u16);
    column("event.text", columns->text, [](std::uint64_t v) { return StringId{static_cast<std::uint32_t>(v)}; });
    column("event.value", columns->value, [](std::uint64_t v) { return v; });
    if (!s.ok()) {
        return s.error();
    }
    bool good = true;
    for (std::size_t i = 0; i < columns->size(); ++i) {
        good &= columns->id[i].value < t.events && columns->channel[i] < t.channels.size() &&
                (i == 0 || columns->time[i - 1] <= columns->time[i]);
    }
    if (!good) {
        return damaged(db, "its event columns are not in order");
    }
    return std::shared_ptr<const EventColumns>(std::move(columns));
}

}  // namespace trocar
