#include "importers/linux_json/linux_json_reader.h"

#include <simdjson.h>

#include <charconv>

#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_interpreted.h"
#include "importers/linux_audit/auoms_line.h"
#include "importers/linux_json/dom_values.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_arena.h"
#include "importers/windows_event/event_xml.h"
#include "importers/windows_event/windows_event.h"

namespace trocar {
namespace {

namespace dom = simdjson::dom;

constexpr LossKind kBroken{"json_record_broken", LossSeverity::error,
                           "A record is not valid JSON and was not read; its bytes are kept."};
constexpr LossKind kBadCharacters{"json_bad_characters", LossSeverity::warning,
                                  "A record holds bytes that are no UTF-8, or raw control characters; they were replaced "
                                  "and the record was read."};
constexpr LossKind kNoRecord{"json_not_a_linux_record", LossSeverity::error,
                             "A JSON record that is none of laurel, auditbeat, AUOMS or Sysmon for Linux; its bytes are kept."};
constexpr LossKind kUnknownValue{"audit_value_unreadable", LossSeverity::warning,
                                 "A value of a record is a name that is not known here; it was kept as text."};
constexpr LossKind kCut{"json_fields_cut", LossSeverity::warning,
                        "A record has more values than the limit, or nests deeper; the rest is in the raw record."};
constexpr LossKind kBadXml{"xml_event_damaged", LossSeverity::error,
                           "An event is not well-formed XML and was not read; its bytes are kept."};

/// Members in which collectors put the message they carry: Log Analytics, Elastic, journald, Splunk, fluentd.
constexpr std::string_view kCarriers[] = {"SyslogMessage", "message", "MESSAGE", "Message", "msg", "_raw", "log"};

bool is_sysmon_xml(std::string_view text) {
    const std::size_t at = text.find("<Event");
    return at != std::string_view::npos && text.find("Linux-Sysmon", at) != std::string_view::npos;
}

/// laurel's ID: "1739218487.007:22145057".
bool read_id(std::string_view id, UtcNanos& time, std::uint64_t& serial) {
    const std::size_t dot = id.find('.'), colon = id.find(':');
    std::int64_t seconds = 0, millis = 0;
    if (dot == std::string_view::npos || colon == std::string_view::npos || dot > colon || colon - dot != 4 ||
        !whole_number(id.substr(0, dot), seconds) || !whole_number(id.substr(dot + 1, 3), millis) ||
        !whole_number(id.substr(colon + 1), serial) || seconds < 0 || seconds > 9'000'000'000 || millis < 0) {
        return false;
    }
    time = UtcNanos{seconds * kSecond.count + millis * kMillisecond.count};
    return true;
}

bool upper_case(std::string_view name) {
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
           name.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

/// What a collector carries as text, if anything.
struct Carried {
    LinuxJsonShape shape = LinuxJsonShape::none;
    std::string_view text;
};
Carried carried(dom::object object) {
    for (const std::string_view name : kCarriers) {
        const std::string_view text = string_at(object, {name});
        AuditHead head;
        if (!text.empty() && is_sysmon_xml(text)) {
            return {LinuxJsonShape::sysmon_text, text};
        }
        if (!text.empty() && read_audit_head(text, head)) {
            return {LinuxJsonShape::audit_text, text};
        }
    }
    return {};
}

LinuxJsonShape shape_of_object(dom::object object) {
    UtcNanos time;
    std::uint64_t serial = 0;
    if (read_id(string_at(object, {"ID"}), time, serial)) {
        return LinuxJsonShape::laurel;
    }
    if (const Carried c = carried(object); c.shape != LinuxJsonShape::none) {
        return c.shape;
    }
    dom::element value;
    if (element_at(object, {"auditd", "sequence"}, value) || element_at(object, {"auditd", "data"}, value)) {
        return LinuxJsonShape::auditbeat;
    }
    return LinuxJsonShape::none;
}

}  // namespace

std::string_view name(LinuxJsonShape shape) noexcept {
    switch (shape) {
        case LinuxJsonShape::none: break;
        case LinuxJsonShape::laurel: return "laurel's audit events";
        case LinuxJsonShape::auditbeat: return "auditbeat's audit events";
        case LinuxJsonShape::audit_text: return "audit records carried as text";
        case LinuxJsonShape::sysmon_text: return "Sysmon for Linux events carried as text";
    }
    return "not known";
}

struct LinuxJsonReader::State {
    State(EventSink& s, const ImportHints& hints)
        : sink(s), host(hints.host), audit(s, hints.host), xml(s, arena), windows(s) {}

    bool parse(const Pieces::Piece& from, dom::object& out);
    void laurel(dom::object object, const Pieces::Piece& from);
    void laurel_record(std::string_view type, dom::object record);
    void auditbeat(dom::object object, const Pieces::Piece& from);
    void audit_text(dom::object object, const Pieces::Piece& from);
    void sysmon_text(dom::object object, const Pieces::Piece& from);
    void flat(dom::element value, const std::string& name, int depth, InterpretedRecord& into);
    void value(InterpretedRecord& into, std::string_view name, dom::element element);
    std::string_view decoded(std::string_view text);
    void lose(const LossKind& kind, const Pieces::Piece& from, std::string_view what) {
        sink.lost(kind, {from.ordinal, from.offset, std::string(what)}, from.raw);
    }

    EventSink& sink;
    std::string host;
    TextArena arena;
    dom::parser parser;
    AuditEventMapper audit;
    EventXmlReader xml;
    WindowsEventMapper windows;
    std::string repaired;
    std::size_t values = 0, unknown = 0, cut = 0;
    bool percent = false;  ///< laurel: bytes that are no text are written %XX
};

LinuxJsonReader::LinuxJsonReader(EventSink& sink, const ImportHints& hints) : state_(std::make_unique<State>(sink, hints)) {}
LinuxJsonReader::~LinuxJsonReader() = default;

// laurel, README "JSON log": bytes outside printable ASCII, and '%', as percent and two hex digits.
std::string_view LinuxJsonReader::State::decoded(std::string_view text) {
    if (!percent || text.find('%') == std::string_view::npos) {
        return text;
    }
    std::string& out = audit.scratch();
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned byte = 0;
        if (text[at] == '%' && at + 2 < text.size() && whole_number(text.substr(at + 1, 2), byte, 16)) {
            out += static_cast<char>(byte);
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

void LinuxJsonReader::State::value(InterpretedRecord& into, std::string_view name, dom::element element) {
    if (++values > kMaxValues) {
        ++cut;
        return;
    }
    std::string& number = audit.scratch();
    std::string_view text = scalar_text(element, number);
    if (element.is_string()) {
        text = decoded(text);
        // laurel writes octal modes so.
        if (percent && text.starts_with("0o")) {
            number = "0";
            number += text.substr(2);
            text = number;
        }
    } else if (element.is_null()) {
        text = "(null)";
    }
    unknown += into.value(name, text) ? 0U : 1U;
}

void LinuxJsonReader::State::flat(dom::element element, const std::string& name, int depth, InterpretedRecord& into) {
    if (depth > kMaxDepth || values > kMaxValues) {
        ++cut;
        return;
    }
    dom::object object;
    dom::array array;
    if (element.get(object) == simdjson::SUCCESS) {
        for (const auto& member : object) {
            flat(member.value, name.empty() ? std::string(member.key) : name + "." + std::string(member.key), depth + 1, into);
        }
    } else if (element.get(array) == simdjson::SUCCESS) {
        for (const dom::element one : array) {
            flat(one, name, depth + 1, into);
        }
    } else {
        value(into, audit.scratch() = name, element);
    }
}

void LinuxJsonReader::State::laurel_record(std::string_view type, dom::object record) {
    InterpretedRecord into(audit, type, ArgumentForm::interpreted);
    for (const auto& member : record) {
        dom::array array;
        if (member.key == "ARGV" && member.value.get(array) == simdjson::SUCCESS) {
            std::size_t index = 0;
            std::string& line = audit.scratch();
            for (const dom::element one : array) {
                if (++values > kMaxValues) {
                    ++cut;
                    break;
                }
                std::string& name = audit.scratch();
                std::string& number = audit.scratch();
                const std::string_view text = decoded(scalar_text(one, number));
                if (type == "PROCTITLE") {
                    line += line.empty() ? "" : " ";
                    line += text;
                } else {
                    name = "a" + std::to_string(index++);
                    unknown += into.value(name, text) ? 0U : 1U;
                }
            }
            if (type == "PROCTITLE") {
                (void)into.value("proctitle", line);
            }
        } else if (member.key == "ARGV_STR" && type == "EXECVE") {
            audit.command_line(decoded(string_of(member.value)));
        } else if (member.key == "ARGV_STR" && type == "PROCTITLE") {
            (void)into.value("proctitle", decoded(string_of(member.value)));
        } else if (member.value.is_object() || member.value.is_array()) {
            flat(member.value, std::string(member.key), 1, into);
        } else {
            value(into, member.key, member.value);
        }
    }
}

void LinuxJsonReader::State::laurel(dom::object object, const Pieces::Piece& from) {
    AuditEventMapper::Start start;
    std::uint64_t serial = 0;
    if (read_id(string_at(object, {"ID"}), start.time, serial)) {
        start.serial = serial;
    }
    start.host = string_at(object, {"NODE"});
    start.raw = from.raw;
    start.record = from.ordinal;
    start.provider = "laurel";
    audit.begin(start);
    percent = true;
    for (const auto& member : object) {
        dom::object record;
        dom::array records;
        if (!upper_case(member.key)) {
            InterpretedRecord into(audit, "laurel", ArgumentForm::interpreted);
            flat(member.value, std::string(member.key), 1, into);
        } else if (member.value.get(record) == simdjson::SUCCESS) {
            laurel_record(member.key, record);
        } else if (member.value.get(records) == simdjson::SUCCESS) {
            for (const dom::element one : records) {
                if (one.get(record) == simdjson::SUCCESS) {
                    laurel_record(member.key, record);
                }
            }
        }
    }
    percent = false;
    audit.end();
}

void LinuxJsonReader::State::audit_text(dom::object object, const Pieces::Piece& from) {
    std::string_view origin = string_at(object, {"HostName"});
    for (const std::string_view name : {"Computer", "hostname", "_HOSTNAME", "host"}) {
        origin = origin.empty() ? string_at(object, {name}) : origin;
    }
    origin = origin.empty() ? string_at(object, {"host", "name"}) : origin;
    const std::string_view text = carried(object).text;
    if (is_auoms_line(text)) {
        unknown += read_auoms_line(text, origin, from.raw, from.ordinal, audit);
        return;
    }
    audit.emit(text, from.raw, from.ordinal, origin);
}

void LinuxJsonReader::State::sysmon_text(dom::object object, const Pieces::Piece& from) {
    const std::string_view text = carried(object).text;
    const std::size_t begin = text.find("<Event"), end = text.rfind("</Event>");
    WindowsEvent event;
    if (end == std::string_view::npos || end < begin || !xml.read_event(text.substr(begin, end + 8 - begin), event)) {
        lose(kBadXml, from, end == std::string_view::npos ? "the event does not end" : xml.error());
        return;
    }
    cut += xml.fields_cut();
    event.raw = from.raw;
    event.record = event.record == 0 ? from.ordinal : event.record;
    event.computer = event.computer.empty() ? std::string_view(host) : event.computer;
    windows.emit(event);
}

void LinuxJsonReader::State::auditbeat(dom::object object, const Pieces::Piece& from) {
    AuditEventMapper::Start start;
    start.time = parse_iso_time(string_at(object, {"@timestamp"})).value_or(kNoTime);
    dom::element sequence;
    std::int64_t number = 0;
    if (element_at(object, {"auditd", "sequence"}, sequence) && sequence.get(number) == simdjson::SUCCESS) {
        start.serial = static_cast<std::uint64_t>(number);
    }
    for (const std::initializer_list<std::string_view> path :
         {std::initializer_list<std::string_view>{"host", "name"}, {"host", "hostname"}, {"agent", "hostname"}, {"beat", "hostname"}}) {
        start.host = start.host.empty() ? string_at(object, path) : start.host;
    }
    start.raw = from.raw;
    start.record = from.ordinal;
    start.provider = "auditbeat";
    audit.begin(start);

    std::string& type = audit.scratch();
    for (const char c : string_at(object, {"auditd", "message_type"})) {
        type += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    InterpretedRecord main(audit, type.empty() ? std::string_view("SYSCALL") : std::string_view(type), ArgumentForm::bare_hex);
    const auto copy = [&](InterpretedRecord& into, std::string_view name, std::initializer_list<std::string_view> path) {
        dom::element element;
        const bool found = element_at(object, path, element);
        if (found) {
            value(into, name, element);
        }
        return found;
    };
    const std::string_view result = string_at(object, {"auditd", "result"});
    if (!result.empty()) {
        (void)main.value("success", result == "success" ? "yes" : "no");
    }
    // The architecture first: it says what the name of the call means.
    copy(main, "arch", {"auditd", "data", "arch"});
    dom::element data;
    dom::object members;
    const bool has_data = element_at(object, {"auditd", "data"}, data) && data.get(members) == simdjson::SUCCESS;
    const auto of_object = [](std::string_view name) {
        return name == "opid" || name == "oauid" || name == "ouid" || name == "oses" || name == "ocomm" || name == "obj";
    };
    bool has_object = false, has_map = false;
    if (has_data) {
        for (const auto& member : members) {
            has_object = has_object || member.key == "opid";
            has_map = has_map || member.key == "fd";
            if (member.key != "arch" && !of_object(member.key) && member.key != "fd") {
                flat(member.value, std::string(member.key), 1, main);
            }
        }
    }
    copy(main, "pid", {"process", "pid"});
    if (!copy(main, "ppid", {"process", "parent", "pid"})) {
        copy(main, "ppid", {"process", "ppid"});
    }
    if (!copy(main, "exe", {"process", "executable"})) {
        copy(main, "exe", {"process", "exe"});
    }
    copy(main, "comm", {"process", "name"});
    if (!copy(main, "uid", {"user", "id"})) {
        copy(main, "uid", {"user", "uid"});
    }
    copy(main, "UID", {"user", "name"});
    copy(main, "auid", {"user", "audit", "id"});
    dom::element tags;
    if (element_at(object, {"tags"}, tags)) {
        flat(tags, "key", 1, main);
    }
    if (has_data && has_object) {
        InterpretedRecord into(audit, "OBJ_PID", ArgumentForm::bare_hex);
        for (const auto& member : members) {
            if (of_object(member.key)) {
                value(into, member.key, member.value);
            }
        }
    }
    if (has_map) {
        InterpretedRecord into(audit, "MMAP", ArgumentForm::bare_hex);
        copy(into, "fd", {"auditd", "data", "fd"});
    }
    dom::element element;
    dom::array array;
    if (element_at(object, {"process", "args"}, element) && element.get(array) == simdjson::SUCCESS) {
        InterpretedRecord into(audit, "EXECVE", ArgumentForm::bare_hex);
        std::size_t index = 0;
        for (const dom::element one : array) {
            if (values > kMaxValues) {
                ++cut;
                break;
            }
            std::string& name = audit.scratch();
            name = "a" + std::to_string(index++);
            value(into, name, one);
        }
    }
    if (element_at(object, {"process", "working_directory"}, element)) {
        InterpretedRecord into(audit, "CWD", ArgumentForm::bare_hex);
        value(into, "cwd", element);
    }
    if (element_at(object, {"auditd", "paths"}, element) && element.get(array) == simdjson::SUCCESS) {
        for (const dom::element one : array) {
            InterpretedRecord into(audit, "PATH", ArgumentForm::bare_hex);
            flat(one, {}, 1, into);
        }
    }
    if (element_at(object, {"process", "title"}, element)) {
        InterpretedRecord into(audit, "PROCTITLE", ArgumentForm::bare_hex);
        value(into, "proctitle", element);
    }
    audit.end();
}

bool LinuxJsonReader::State::parse(const Pieces::Piece& from, dom::object& out) {
    dom::element document;
    auto code = parser.parse(from.text.data(), from.text.size(), false).get(document);
    if (code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS) {
        lose(kBadCharacters, from, simdjson::error_message(code));
        repaired = repaired_json(from.text);
        code = parser.parse(repaired).get(document);
    }
    if (code == simdjson::SUCCESS) {
        code = document.get(out);
    }
    if (code != simdjson::SUCCESS) {
        lose(kBroken, from, simdjson::error_message(code));
        return false;
    }
    // What a search of Elasticsearch returns.
    dom::element inner;
    dom::object source;
    if (element_at(out, {"_source"}, inner) && inner.get(source) == simdjson::SUCCESS) {
        out = source;
    }
    return true;
}

void LinuxJsonReader::read(const Pieces::Piece& from) {
    State& s = *state_;
    dom::object object;
    if (!s.parse(from, object)) {
        return;
    }
    s.arena.reset();
    s.values = s.unknown = s.cut = 0;
    switch (shape_of_object(object)) {
        case LinuxJsonShape::none: s.lose(kNoRecord, from, from.text.substr(0, 80)); break;
        case LinuxJsonShape::laurel: s.laurel(object, from); break;
        case LinuxJsonShape::auditbeat: s.auditbeat(object, from); break;
        case LinuxJsonShape::audit_text: s.audit_text(object, from); break;
        case LinuxJsonShape::sysmon_text: s.sysmon_text(object, from); break;
    }
    if (s.unknown != 0) {
        s.lose(kUnknownValue, from, std::to_string(s.unknown) + " values");
    }
    if (s.cut != 0) {
        s.lose(kCut, from, std::to_string(s.cut) + " values over the limit");
    }
}

LinuxJsonShape LinuxJsonReader::shape_of(std::string_view json) {
    dom::object object;
    return state_->parse({json, {}, 0, 0}, object) ? shape_of_object(object) : LinuxJsonShape::none;
}

}  // namespace trocar
