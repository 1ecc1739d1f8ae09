#include "core/base/text.h"
#include "core/model/signal.h"
#include "importers/windows_event/event_fields.h"
#include "importers/windows_event/sysmon_flags.h"
#include "importers/windows_event/windows_event.h"

#include <array>

namespace trocar {
namespace {

constexpr std::string_view kSysmon = "Microsoft-Windows-Sysmon";
constexpr std::string_view kSysmonChannel = "Microsoft-Windows-Sysmon/Operational";
/// Sysmon for Linux (microsoft/SysmonForLinux): the same schema, for the events that Linux has.
constexpr std::string_view kLinuxSysmon = "Linux-Sysmon";
constexpr std::string_view kSecurity = "Microsoft-Windows-Security-Auditing";

constexpr LossKind kLogTimeUsed{
    "windows_log_time_used", LossSeverity::info,
    "The event has no time of its own (only Sysmon writes one); ordered by the log's time, "
    "which some exports shift by whole hours."};
constexpr LossKind kSysmonLogTimeUsed{
    "windows_sysmon_log_time_used", LossSeverity::warning,
    "A Sysmon event without a readable UtcTime: ordered by the log's time, which "
    "some exports shift by whole hours."};
constexpr LossKind kNoTimeAtAll{
    "windows_time_missing", LossSeverity::warning,
    "Neither the event nor the log gives a readable time: the event cannot be ordered."};
constexpr LossKind kBadNumber{
    "windows_number_unreadable", LossSeverity::warning,
    "A process id, access mask or address does not read as a number and was left out."};
constexpr LossKind kBadGuid{"windows_guid_unreadable", LossSeverity::warning,
                            "A process GUID does not read; the process is known by its pid only."};
constexpr LossKind kEmptyGuid{"windows_guid_empty", LossSeverity::info,
                              "A process GUID is empty or zero; the process is known by its pid only."};

// Which fields name a process in an event.
struct Identity {
    Field guid, pid, image;
};
constexpr Identity kSelf{Field::process_guid, Field::process_id, Field::image};
constexpr Identity kParent{Field::parent_process_guid, Field::parent_process_id, Field::parent_image};
constexpr Identity kSource{Field::source_process_guid, Field::source_process_id, Field::source_image};
constexpr Identity kTarget{Field::target_process_guid, Field::target_process_id, Field::target_image};

// Who stands where, by the convention of core/model/event.h.
enum class Parties : std::uint8_t { none, actor, target, created, source_and_target };

// Sysmon 15, schema 4.90 (`sysmon -s`): what each event id says, of whom, and the field that says most.
struct SysmonEvent {
    Operation operation = Operation::generic;
    Parties parties = Parties::none;
    Field text = Field::count_;
};

constexpr std::array<SysmonEvent, 30> kSysmonEvents{{
    {},
    /* 1 */ {Operation::process_create, Parties::created, Field::command_line},
    /* 2 */ {Operation::file_time_change, Parties::actor, Field::target_filename},
    /* 3 */ {Operation::network, Parties::actor, Field::destination_ip},
    /* 4 */ {Operation::sensor_state, Parties::none, Field::state},
    /* 5 */ {Operation::process_exit, Parties::target, Field::image},
    /* 6 */ {Operation::driver_load, Parties::none, Field::image_loaded},
    /* 7 */ {Operation::module_load, Parties::target, Field::image_loaded},
    /* 8 */ {Operation::remote_thread, Parties::source_and_target, Field::start_function},
    /* 9 */ {Operation::raw_disk_read, Parties::actor, Field::device},
    /* 10 */ {Operation::process_access, Parties::source_and_target, Field::call_trace},
    /* 11 */ {Operation::file_create, Parties::actor, Field::target_filename},
    /* 12 */ {Operation::registry, Parties::actor, Field::target_object},
    /* 13 */ {Operation::registry, Parties::actor, Field::target_object},
    /* 14 */ {Operation::registry, Parties::actor, Field::target_object},
    /* 15 */ {Operation::file_stream, Parties::actor, Field::target_filename},
    /* 16 */ {Operation::sensor_state, Parties::none, Field::configuration},
    /* 17 */ {Operation::pipe, Parties::actor, Field::pipe_name},
    /* 18 */ {Operation::pipe, Parties::actor, Field::pipe_name},
    /* 19 */ {Operation::wmi, Parties::none, Field::query},
    /* 20 */ {Operation::wmi, Parties::none, Field::destination},
    /* 21 */ {Operation::wmi, Parties::none, Field::consumer},
    /* 22 */ {Operation::dns_query, Parties::actor, Field::query_name},
    /* 23 */ {Operation::file_delete, Parties::actor, Field::target_filename},
    /* 24 */ {Operation::clipboard, Parties::actor, Field::client_info},
    /* 25 */ {Operation::process_tamper, Parties::target, Field::type},
    /* 26 */ {Operation::file_delete, Parties::actor, Field::target_filename},
    /* 27 */ {Operation::file_block, Parties::actor, Field::target_filename},
    /* 28 */ {Operation::file_block, Parties::actor, Field::target_filename},
    /* 29 */ {Operation::file_block, Parties::actor, Field::target_filename},
}};
constexpr SysmonEvent kSysmonError{Operation::sensor_state, Parties::none, Field::description};  // 255

// Mandatory label SIDs ([MS-DTYP] 2.4.2.4) in Sysmon's words.
struct Label {
    std::string_view sid, word;
};
constexpr std::array<Label, 6> kLabels{{{"S-1-16-0", "Untrusted"},
                                        {"S-1-16-4096", "Low"},
                                        {"S-1-16-8192", "Medium"},
                                        {"S-1-16-8448", "Medium Plus"},
                                        {"S-1-16-12288", "High"},
                                        {"S-1-16-16384", "System"}}};

bool is_named(std::string_view provider, std::string_view name) noexcept {
    return provider == name || equal_ignoring_case(provider, name);
}

bool is_false(std::string_view text) noexcept {
    return equal_ignoring_case(text, "false") || text == "0";
}

}  // namespace

struct WindowsEventMapper::State {
    explicit State(EventSink& s) : sink(s) {}

    void lost(const LossKind& kind, Field field);
    std::optional<std::uint64_t> number(Field field);
    void set_process(const Identity& identity, ProcessHint& out);
    void set_time(bool sysmon);
    void map_sysmon(const SysmonEvent& kind);
    void map_linux();
    void map_created();
    void map_security_create();
    void map_security_exit();
    std::string_view account(Field domain, Field user);
    std::string_view endpoint();

    EventSink& sink;
    EventFields fields;
    RawEvent out;
};

void WindowsEventMapper::State::lost(const LossKind& kind, Field field) {
    LossPlace place{out.record, 0, {}};
    if (field != Field::count_) {
        place.what = known_field_name(id_of(field));
        place.what += " = ";
        place.what += fields.text(field).substr(0, 80);
    }
    sink.lost(kind, place, out.raw);
}

std::optional<std::uint64_t> WindowsEventMapper::State::number(Field field) {
    const auto value = fields.number(field);
    if (!value && fields.has(field) && !says_nothing(fields.text(field))) {
        lost(kBadNumber, field);
    }
    return value;
}

void WindowsEventMapper::State::set_process(const Identity& identity, ProcessHint& hint) {
    if (const auto guid = fields.guid(identity.guid)) {
        hint.guid = *guid;
        if (guid->none()) {
            lost(kEmptyGuid, identity.guid);
        }
    } else if (fields.has(identity.guid)) {
        lost(says_nothing(fields.text(identity.guid)) ? kEmptyGuid : kBadGuid, identity.guid);
    }
    if (const auto pid = number(identity.pid)) {
        if (*pid <= 0xffff'ffffULL) {
            hint.pid = static_cast<std::uint32_t>(*pid);
            hint.has_pid = true;
        } else {
            lost(kBadNumber, identity.pid);
        }
    }
    hint.image = fields.text(identity.image);
}

void WindowsEventMapper::State::set_time(bool sysmon) {
    // Only Sysmon's UtcTime is known to be the event's own stamp in UTC.
    if (sysmon) {
        if (const auto time = fields.time(Field::utc_time)) {
            out.time = *time;
            out.time_origin = TimeOrigin::event;
            return;
        }
    }
    if (out.time.none()) {
        out.time_origin = TimeOrigin::none;
        lost(kNoTimeAtAll, Field::count_);
        return;
    }
    out.time_origin = TimeOrigin::log;
    out.flags |= signal_flag::kLogTime;
    lost(sysmon ? kSysmonLogTimeUsed : kLogTimeUsed,
         sysmon && fields.has(Field::utc_time) ? Field::utc_time : Field::count_);
}

std::string_view WindowsEventMapper::State::endpoint() {
    const std::string_view ip = fields.text(Field::destination_ip);
    const std::string_view port = fields.text(Field::destination_port);
    if (ip.empty() || port.empty()) {
        return ip;
    }
    std::string& text = fields.scratch();
    const bool v6 = ip.find(':') != std::string_view::npos;
    if (v6) {
        text += '[';
    }
    text += ip;
    text += v6 ? "]:" : ":";
    text += port;
    return text;
}

std::string_view WindowsEventMapper::State::account(Field domain, Field user) {
    const std::string_view name = fields.text(user);
    const std::string_view place = fields.text(domain);
    if (says_nothing(name)) {
        return {};
    }
    if (says_nothing(place)) {
        return name;
    }
    std::string& text = fields.scratch();
    text += place;
    text += '\\';
    text += name;
    return text;
}

void WindowsEventMapper::State::map_created() {
    set_process(kParent, out.actor);
    set_process(kSelf, out.target);
    out.life.command_line = fields.text(Field::command_line);
    out.life.user = fields.text(Field::user);
    out.life.integrity = fields.text(Field::integrity_level);
    out.life.parent = out.actor;
    out.life.parent_image = out.actor.image;
}

void WindowsEventMapper::State::map_sysmon(const SysmonEvent& kind) {
    out.operation = kind.operation;
    if (kind.text != Field::count_) {
        out.text = fields.text(kind.text);
    }
    switch (kind.parties) {
        case Parties::none: break;
        case Parties::actor: set_process(kSelf, out.actor); break;
        case Parties::target: set_process(kSelf, out.target); break;
        case Parties::created: map_created(); break;
        case Parties::source_and_target:
            set_process(kSource, out.actor);
            set_process(kTarget, out.target);
            break;
    }
    switch (kind.operation) {
        case Operation::process_access:
            out.value = number(Field::granted_access).value_or(0);
            out.flags |= call_trace_flags(out.text);
            break;
        case Operation::remote_thread: {
            const auto address = number(Field::start_address);
            const std::string_view module = fields.text(Field::start_module);
            out.value = address.value_or(0);
            out.flags |= thread_start_flags(
                address, fields.has(Field::start_module) ? std::optional(module) : std::nullopt,
                trimmed(out.text));
            if (says_nothing(out.text)) {
                out.text = says_nothing(module) ? std::string_view{} : module;
            }
            break;
        }
        case Operation::module_load:
        case Operation::driver_load:
            out.flags |= module_flags(out.text, is_false(fields.text(Field::is_signed)));
            break;
        case Operation::process_tamper: out.flags |= tamper_flags(out.text); break;
        case Operation::network: out.text = endpoint(); break;
        default: break;
    }
}

// Event 10 of Sysmon for Linux is a ptrace ATTACH or SEIZE (its ebpfKern/sysmonProcAccessed.c); rights and call trace have
// no meaning there.
void WindowsEventMapper::State::map_linux() {
    const std::uint32_t kept = signal_flag::kLogTime | signal_flag::kRecovered;
    out.flags = (out.flags & kept) | signal_flag::kLinux;
    if (out.operation == Operation::process_access) {
        out.operation = Operation::ptrace_attach;
        out.flags |= linux_flag::kAttach;
        out.text = "PTRACE_ATTACH or PTRACE_SEIZE";
    }
}

// Security 4688 (Windows security auditing documentation, event 4688 version 2): ProcessId is the creator's.
void WindowsEventMapper::State::map_security_create() {
    constexpr Identity kCreator{Field::count_, Field::process_id, Field::parent_process_name};
    constexpr Identity kNew{Field::count_, Field::new_process_id, Field::new_process_name};
    out.operation = Operation::process_create;
    set_process(kCreator, out.actor);
    set_process(kNew, out.target);
    out.text = fields.text(Field::command_line);
    out.life.command_line = out.text;
    // Target* is filled only when the new process runs as somebody else than its creator.
    out.life.user = account(Field::target_domain_name, Field::target_user_name);
    if (out.life.user.empty()) {
        out.life.user = account(Field::subject_domain_name, Field::subject_user_name);
    }
    out.life.integrity = fields.text(Field::mandatory_label);
    for (const Label& label : kLabels) {
        if (equal_ignoring_case(label.sid, out.life.integrity)) {
            out.life.integrity = label.word;
        }
    }
    out.life.parent = out.actor;
    out.life.parent_image = out.actor.image;
}

// Security 4689 (event 4689 version 0).
void WindowsEventMapper::State::map_security_exit() {
    constexpr Identity kExited{Field::count_, Field::process_id, Field::process_name};
    out.operation = Operation::process_exit;
    set_process(kExited, out.target);
    out.text = out.target.image;
    out.life.user = account(Field::subject_domain_name, Field::subject_user_name);
}

WindowsEventMapper::WindowsEventMapper(EventSink& sink) : state_(std::make_unique<State>(sink)) {}
WindowsEventMapper::~WindowsEventMapper() = default;

void WindowsEventMapper::emit(const WindowsEvent& event) {
    State& s = *state_;
    s.fields.reset(event.fields);
    RawEvent& out = s.out;
    out = RawEvent{};
    out.time = event.log_time;
    out.record = event.record;
    out.raw = event.raw;
    out.host = event.computer;
    out.provider = event.provider;
    out.channel = event.channel;
    out.event_id = event.event_id;
    out.recovered = event.recovered;
    out.flags = event.recovered ? signal_flag::kRecovered : 0;
    out.fields = event.fields;

    // Some exports drop the provider and keep the channel.
    const bool on_linux = is_named(event.provider, kLinuxSysmon);
    const bool sysmon = on_linux || is_named(event.provider, kSysmon) ||
                        (event.provider.empty() && is_named(event.channel, kSysmonChannel));
    s.set_time(sysmon);
    if (sysmon) {
        if (event.event_id < kSysmonEvents.size()) {
            s.map_sysmon(kSysmonEvents[event.event_id]);
            if (on_linux) {
                s.map_linux();
            }
        } else if (event.event_id == 255) {
            s.map_sysmon(kSysmonError);
        }
    } else if (is_named(event.provider, kSecurity)) {
        if (event.event_id == 4688) {
            s.map_security_create();
        } else if (event.event_id == 4689) {
            s.map_security_exit();
        }
    }
    s.sink.event(out);
}

}  // namespace trocar
