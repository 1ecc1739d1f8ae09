// Compares Trocar's reader of audit logs with libauparse, event by event and field by field, over every audit log below a folder.
//
// usage: auparse_differential DIRECTORY      (TROCAR_DATA in the environment wins over DIRECTORY)
//
// Compared: events (stamp, serial, node), records of each, their types, each field's name and raw value in order; of what is
// decoded: hex-encoded text, arguments of EXECVE, names of system calls and architectures, user names of ENRICHED logs.
// Exit 0: equal, or different only in a way named in kAllowed; 1: other differences; 77: no data (a skip).
#include <auparse.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/ingest/evidence_walk.h"
#include "importers/builtin_importers.h"
#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_names.h"
#include "importers/readers/audit/audit_record.h"
#include "tests/support/recording_sink.h"

namespace {

using namespace trocar;
using Pairs = std::vector<std::pair<std::string, std::string>>;
using Key = std::tuple<std::int64_t, std::uint32_t, std::uint32_t, std::string>;  ///< seconds, milliseconds, serial, node

struct Allowed {
    const char* name;
    const char* why;
};
constexpr std::array<Allowed, 10> kAllowed{{
    {"split_there", "an event that libauparse gives in parts, because records of others came between; its records compare unordered"},
    {"lost_there", "an event whose records stand in the log and that libauparse does not give"},
    {"eoe_there", "a record EOE, which libauparse takes for a mark and gives sometimes"},
    {"enriched_there", "the names behind 0x1d of ENRICHED logs are fields here; libauparse uses them to interpret"},
    {"empty_there", "a name without a value, which libauparse drops"},
    {"blank_there", "a quoted text with blanks in a field that is never encoded: libauparse ends it at the first blank"},
    {"bracket_there", "the bracket that closes a value, which libauparse takes off even where one opens it"},
    {"avc_words_there", "seresult and seperms, which libauparse makes of the words of 'avc: denied { read } for'"},
    {"cut_here", "a field beyond the limit of an event, counted as audit_fields_cut; its record is kept"},
    {"call_unnamed_here", "a system call of which only the number is kept; the tables here name those that matter to injection"},
}};

struct Count {
    std::uint64_t events = 0, records = 0, fields = 0, decoded = 0, wrong = 0;
    std::map<std::string, std::uint64_t> allowed;
    std::vector<std::string> examples;

    void differs(const std::string& what) {
        if (++wrong <= 12) {
            examples.push_back(what);
        }
    }
};

struct Record {
    std::string type;
    Pairs fields;
    Pairs read;  ///< what libauparse's interpretation or our event has for the same fields
    std::vector<int> kinds;
};

struct Event {
    std::vector<Record> records;
    bool split = false;
    std::string command_line;
};
using Events = std::map<Key, Event>;

constexpr const char* kNoField = "(not a field)";

/// Our events: the raw fields from the raw records, what was made of them from the event's fields.
class OurSink final : public test::RecordingSink {
public:
    explicit OurSink(Events& out) : out_(out) {}
    void event(const RawEvent& e) override {
        test::RecordingSink::event(e);
        const test::RecordedEvent mine = std::move(events.back());
        events.clear();
        if (blocks.size() > 1) {
            blocks.erase(blocks.begin(), blocks.end() - 1);
            block_offsets.clear();
        }
        std::size_t at = 0;
        std::string_view lines = mine.raw;
        Event* event = nullptr;
        while (!lines.empty()) {
            const std::size_t end = std::min(lines.find('\n'), lines.size());
            AuditHead head;
            if (read_audit_head(lines.substr(0, end), head)) {
                if (event == nullptr) {
                    event = &out_[{head.seconds, head.millis, head.serial, std::string(head.node)}];
                    event->command_line = mine.field("CommandLine");
                }
                take(head, mine.fields, at, *event);
            }
            lines.remove_prefix(std::min(end + 1, lines.size()));
        }
    }

private:
    /// `at`: the record's place among the event's fields, behind its type.
    static void take(const AuditHead& head, const Pairs& made, std::size_t& at, Event& event) {
        Record& record = event.records.emplace_back();
        record.type = head.type;
        while (at < made.size() && !(made[at].first == "type" && made[at].second == head.type)) {
            ++at;
        }
        ++at;
        AuditTokens tokens(head.body);
        for (AuditToken token; tokens.next(token);) {
            std::string name(token.name);
            const bool argument = head.type == "EXECVE" && name.size() > 1 && name[0] == 'a' && std::isdigit(name[1]) != 0;
            std::string value(token.value);
            if (!argument && at < made.size() && made[at].first == name) {
                record.read.emplace_back(token.enriched ? "+" + name : name, made[at++].second);
            } else {
                record.read.emplace_back(name, kNoField);
            }
            record.fields.emplace_back(token.enriched ? "+" + name : name, value);
        }
    }
    Events& out_;
};

struct Closed {
    void operator()(auparse_state_t* state) const { auparse_destroy(state); }
};

std::string text(const char* p) { return p == nullptr ? std::string() : std::string(p); }

std::string unquoted(std::string value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        return value.substr(1, value.size() - 2);
    }
    return value;
}

bool read_theirs(const std::string& bytes, Events& out, Count& count) {
    const std::unique_ptr<auparse_state_t, Closed> state(auparse_init(AUSOURCE_BUFFER, bytes.c_str()));
    if (!state) {
        return false;
    }
    auparse_state_t* au = state.get();
    auparse_set_escape_mode(au, AUPARSE_ESC_RAW);
    while (auparse_next_event(au) > 0) {
        const au_event_t* stamp = auparse_get_timestamp(au);
        if (stamp == nullptr || auparse_first_record(au) <= 0) {
            continue;
        }
        const Key key{stamp->sec, stamp->milli, static_cast<std::uint32_t>(stamp->serial), text(stamp->host)};
        const auto [found, added] = out.try_emplace(key);
        count.allowed["split_there"] += added ? 0U : 1U;
        found->second.split = found->second.split || !added;
        do {
            Record& record = found->second.records.emplace_back();
            record.type = text(auparse_get_type_name(au));
            if (auparse_first_field(au) <= 0) {
                continue;
            }
            do {
                const std::string name = text(auparse_get_field_name(au));
                if ((name == "type" || name == "node") && record.fields.empty()) {
                    continue;  // of the head
                }
                record.fields.emplace_back(name, unquoted(text(auparse_get_field_str(au))));
                record.read.emplace_back(name, text(auparse_interpret_field(au)));
                record.kinds.push_back(auparse_get_field_type(au));
            } while (auparse_next_field(au) > 0);
        } while (auparse_next_record(au) > 0);
    }
    return true;
}

std::string as_argument(const std::string& argument) {
    if (!argument.empty() && argument.find_first_of(" \t\n\"'\\$`*?;&|<>(){}[]#~") == std::string::npos) {
        return argument;
    }
    std::string out = "'";
    for (const char c : argument) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

class Comparison {
public:
    Comparison(const std::string& file, const std::string& bytes, Count& count) : file_(file), bytes_(bytes), count_(count) {}

    void compare(Events& ours, Events& theirs) {
        for (auto& [key, mine] : ours) {
            const auto other = theirs.find(key);
            where_ = file_ + " " + std::to_string(std::get<0>(key)) + "." + std::to_string(std::get<1>(key)) + ":" +
                     std::to_string(std::get<2>(key));
            if (other == theirs.end()) {
                stands_in_log(key) ? allow("lost_there") : differs("only here");
                continue;
            }
            ++count_.events;
            if (other->second.split) {
                in_any_order(mine);
                in_any_order(other->second);
            }
            event(mine, other->second);
        }
        for (const auto& [key, other] : theirs) {
            if (!ours.contains(key)) {
                where_ = file_ + " serial " + std::to_string(std::get<2>(key));
                differs("only in libauparse");
            }
        }
    }

private:
    void differs(const std::string& what) { count_.differs(where_ + ": " + what); }
    void allow(const char* name) { ++count_.allowed[name]; }

    [[nodiscard]] bool stands_in_log(const Key& key) const {
        std::array<char, 64> stamp{};
        std::snprintf(stamp.data(), stamp.size(), "audit(%lld.%03u:%u)", static_cast<long long>(std::get<0>(key)), std::get<1>(key),
                      std::get<2>(key));
        return bytes_.find(stamp.data()) != std::string::npos;
    }

    static void in_any_order(Event& event) {
        const auto order = [](const Record& r) {
            std::string out = r.type;
            for (const auto& [name, value] : r.fields) {
                out += name.starts_with('+') || value.empty() ? std::string() : " " + name + "=" + value;
            }
            return out;
        };
        std::sort(event.records.begin(), event.records.end(),
                  [&](const Record& a, const Record& b) { return order(a) < order(b); });
    }

    void event(Event& mine, Event& other) {
        const auto is_mark = [](const Record& r) { return r.type == "EOE"; };
        count_.allowed["eoe_there"] += std::erase_if(mine.records, is_mark);
        std::erase_if(other.records, is_mark);
        std::size_t fields = 0;
        for (const Record& r : mine.records) {
            fields += r.fields.size();
        }
        cut_ = fields > AuditEventMapper::kMaxFields - 64;
        if (mine.records.size() != other.records.size()) {
            differs(std::to_string(mine.records.size()) + " records here, " + std::to_string(other.records.size()) + " there");
            return;
        }
        std::map<unsigned long, std::string> parts;
        for (std::size_t i = 0; i < mine.records.size(); ++i) {
            ++count_.records;
            record(mine.records[i], other.records[i]);
            arguments(other.records[i], parts);
        }
        std::string line;
        for (const auto& [index, value] : parts) {
            line += (line.empty() ? "" : " ") + as_argument(value);
        }
        if (!line.empty() && mine.command_line != line) {
            differs("arguments " + mine.command_line + " here, " + line + " there");
        }
    }

    /// A long argument is in parts, a1[0] a1[1], over several records.
    void arguments(const Record& other, std::map<unsigned long, std::string>& parts) {
        if (other.type != "EXECVE") {
            return;
        }
        for (const auto& [name, value] : other.read) {
            if (name.size() > 1 && name[0] == 'a' && std::isdigit(name[1]) != 0 && !name.ends_with("_len")) {
                parts[std::strtoul(name.c_str() + 1, nullptr, 10)] += value;
            }
        }
        ++count_.decoded;
    }

    void record(const Record& mine, const Record& other) {
        if (mine.type != other.type) {
            differs("type " + mine.type + " here, " + other.type + " there");
        }
        Pairs raw, read, enriched;
        for (std::size_t i = 0; i < mine.fields.size(); ++i) {
            if (mine.fields[i].first.starts_with('+')) {
                enriched.emplace_back(mine.fields[i].first.substr(1), mine.fields[i].second);
                allow("enriched_there");
            } else {
                raw.push_back(mine.fields[i]);
                read.push_back(mine.read[i]);
            }
        }
        std::uint32_t arch = 0;
        std::size_t at = 0;
        for (std::size_t i = 0; i < other.fields.size(); ++i) {
            const auto& [name, value] = other.fields[i];
            if (name == "seresult" || name == "seperms") {
                allow("avc_words_there");
                continue;
            }
            while (at < raw.size() && raw[at].second.empty() && raw[at].first != name) {
                allow("empty_there");
                ++at;
            }
            if (at >= raw.size() || raw[at].first != name) {
                differs(mine.type + ": field " + (at < raw.size() ? raw[at].first : "(none)") + " here, " + name + "=" + value + " there");
                return;
            }
            ++count_.fields;
            if (raw[at].second != value) {
                const char* known = raw[at].second == value + ")" ? "bracket_there"
                                    : raw[at].second.starts_with(value.substr(1) + " ") && value.starts_with('"') ? "blank_there"
                                                                                                                : nullptr;
                known != nullptr ? allow(known) : differs(mine.type + ": " + name + "=" + raw[at].second + " here, " + value + " there");
                ++at;
                continue;
            }
            if (name == "arch") {
                arch = static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 16));
            }
            decoded(mine.type, other.kinds[i], arch, value, read[at], other.read[i].second, enriched);
            ++at;
        }
        if (at != raw.size()) {
            differs(mine.type + ": field " + raw[at].first + " only here");
        }
    }

    void decoded(const std::string& type, int kind, std::uint32_t arch, const std::string& value,
                 const std::pair<std::string, std::string>& mine, const std::string& other, const Pairs& enriched) {
        std::string here;
        if (cut_ && mine.second == kNoField) {
            allow("cut_here");
            return;
        }
        switch (kind) {
            case AUPARSE_TYPE_ESCAPED:
            case AUPARSE_TYPE_ESCAPED_FILE:
            case AUPARSE_TYPE_PROCTITLE:
                if (type == "EXECVE") {
                    return;
                }
                here = mine.second;
                break;
            case AUPARSE_TYPE_SYSCALL:
                here = syscall_name(arch, static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 10)));
                if (here.empty()) {
                    allow("call_unnamed_here");
                    return;
                }
                break;
            case AUPARSE_TYPE_ARCH:
                here = audit_arch_name(static_cast<std::uint32_t>(std::strtoul(value.c_str(), nullptr, 16)));
                break;
            case AUPARSE_TYPE_UID: {
                std::string name = mine.first;
                std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
                const auto found = std::find_if(enriched.begin(), enriched.end(), [&](const auto& p) { return p.first == name; });
                if (found == enriched.end()) {
                    return;  // libauparse asks the machine it runs on
                }
                here = found->second;
                break;
            }
            default: return;
        }
        ++count_.decoded;
        if (here != other) {
            differs(type + ": " + mine.first + " reads " + here + " here, " + other + " there");
        }
    }

    std::string file_, where_;
    const std::string& bytes_;
    bool cut_ = false;  ///< the event at hand has more fields than are kept
    Count& count_;
};

void check(Input& input, const ImporterList& importers, Count& all, std::size_t& files) {
    const auto head = read_head(input);
    if (!head.ok()) {
        return;
    }
    const auto answers = probe_all(importers, head.value(), input.name());
    if (answers.empty() || answers.front().probe.confidence <= 0 || answers.front().importer->name() != "linux_audit") {
        return;
    }
    std::string bytes(static_cast<std::size_t>(input.size()), '\0');
    const auto got = input.read_at(0, std::as_writable_bytes(std::span(bytes)));
    Events ours, theirs;
    Count count;
    OurSink sink(ours);
    if (!got.ok() || !answers.front().importer->parse(input, {}, sink, {}).ok() || !read_theirs(bytes, theirs, count)) {
        count.differs("cannot be read");
    }
    Comparison(input.name().substr(input.name().rfind('/') + 1), bytes, count).compare(ours, theirs);
    ++files;
    std::printf("%s: %zu events here, %zu in libauparse; %llu records, %llu fields, %llu decoded values compared; %llu differ\n",
                input.name().c_str(), ours.size(), theirs.size(), static_cast<unsigned long long>(count.records),
                static_cast<unsigned long long>(count.fields), static_cast<unsigned long long>(count.decoded),
                static_cast<unsigned long long>(count.wrong));
    for (const std::string& example : count.examples) {
        std::printf("    %s\n", example.c_str());
    }
    all.events += count.events;
    all.records += count.records;
    all.fields += count.fields;
    all.decoded += count.decoded;
    all.wrong += count.wrong;
    for (const auto& [name, n] : count.allowed) {
        all.allowed[name] += n;
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: auparse_differential DIRECTORY\n");
        return 2;
    }
    const char* chosen = std::getenv("TROCAR_DATA");
    const std::string directory = chosen != nullptr ? chosen : argv[1];
    const ImporterList importers = builtin_importers();
    Count all;
    std::size_t files = 0;
    std::vector<SkippedItem> skipped;
    const Status walked = walk_evidence(
        {directory}, {}, [&](Input& input) { check(input, importers, all, files); return true; }, skipped, {});
    if (!walked.ok() || files == 0) {
        std::printf("SKIPPED: no audit log below %s; nothing was compared\n", directory.c_str());
        return 77;
    }
    std::printf("\n%zu files, %llu events, %llu records, %llu fields, %llu decoded values compared; %llu differences\n", files,
                static_cast<unsigned long long>(all.events), static_cast<unsigned long long>(all.records),
                static_cast<unsigned long long>(all.fields), static_cast<unsigned long long>(all.decoded),
                static_cast<unsigned long long>(all.wrong));
    for (const Allowed& allowed : kAllowed) {
        std::printf("  allowed %s: %llu  (%s)\n", allowed.name, static_cast<unsigned long long>(all.allowed[allowed.name]),
                    allowed.why);
    }
    return all.wrong != 0 || all.events == 0 ? 1 : 0;
}
