#include "importers/macos_es/es_messages.h"

#include "core/base/mac_path.h"
#include "core/model/signal.h"
#include "importers/linux_json/dom_values.h"
#include "importers/macos_es/es_arguments.h"
#include "importers/macos_es/es_flags.h"
#include "importers/macos_es/es_losses.h"
#include "importers/readers/json/json_text.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

namespace dom = simdjson::dom;
namespace mf = mac_flag;

constexpr std::string_view kProvider = "Endpoint Security";
constexpr std::uint64_t kProtExec = 4;  // mach/vm_prot.h VM_PROT_EXECUTE
constexpr std::uint64_t kAuthDeny = 1;  // ES_AUTH_RESULT_DENY, ESTypes.h

/// Messages about another task: event.<type>.target. ESMessage.h; proc_suspend_resume is told by its type.
struct Reach {
    std::string_view type;
    Operation operation;
    std::uint64_t value;
};
constexpr std::array<Reach, 7> kReaches{{
    {"get_task", Operation::task_control, mac_access::kControlPort},
    {"get_task_read", Operation::task_read, mac_access::kReadPort},
    {"get_task_inspect", Operation::task_inspect, mac_access::kInspectPort},
    {"get_task_name", Operation::task_name, 0},
    {"remote_thread_create", Operation::task_thread, 0},
    {"trace", Operation::trace_attach, mac_access::kTrace},
    {"signal", Operation::signal_send, 0},
}};

std::uint64_t number_at(dom::object object, std::initializer_list<std::string_view> path,
                        std::uint64_t absent) {
    dom::element element;
    std::uint64_t number = 0;
    return element_at(object, path, element) && element.get(number) == simdjson::SUCCESS ? number : absent;
}

bool array_at(dom::object object, std::string_view name, dom::array& out) {
    dom::element element;
    return object.at_key(name).get(element) == simdjson::SUCCESS && element.get(out) == simdjson::SUCCESS;
}

EsProcess process_at(dom::object object, std::string_view name) {
    dom::element element;
    return object.at_key(name).get(element) == simdjson::SUCCESS ? read_es_process(element) : EsProcess{};
}

}  // namespace

bool is_es_message(dom::object object) {
    dom::element element;
    const bool event = object.at_key("event").get(element) == simdjson::SUCCESS && element.is_object();
    const bool type = object.at_key("event_type").get(element) == simdjson::SUCCESS;
    const bool process = object.at_key("process").get(element) == simdjson::SUCCESS;
    const bool clock = object.at_key("mach_time").get(element) == simdjson::SUCCESS;
    return (event && (process || clock || type)) || (type && process && clock);
}

bool EsMessages::parse(const Pieces::Piece& line, dom::object& out) {
    dom::element document;
    auto code = parser_.parse(line.text.data(), line.text.size(), false).get(document);
    if (code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS) {
        lose(kEsBadCharacters, line, simdjson::error_message(code));
        repaired_ = repaired_json(line.text);
        code = parser_.parse(repaired_).get(document);
    }
    if (code == simdjson::SUCCESS) {
        code = document.get(out);
    }
    if (code != simdjson::SUCCESS) {
        lose(kEsBroken, line, simdjson::error_message(code));
        return false;
    }
    return true;
}

void EsMessages::read(const Pieces::Piece& line) {
    dom::object message;
    if (!parse(line, message)) {
        ++unread_;
        return;
    }
    if (!is_es_message(message)) {
        lose(kEsNoMessage, line, line.text.substr(0, 80));
        return;
    }
    watch_sequence(message, line);
    take(message, line);
}

void EsMessages::watch_sequence(dom::object message, const Pieces::Piece& line) {
    constexpr std::uint64_t kAbsent = ~std::uint64_t{0};
    const std::uint64_t sequence = number_at(message, {"global_seq_num"}, kAbsent);
    if (sequence == kAbsent) {
        return;
    }
    // A lower number is another run of eslogger in the same file, or lines out of order: no gap.
    const std::uint64_t missing =
        sequence_known_ && sequence > next_sequence_ ? sequence - next_sequence_ : 0;
    if (missing > unread_) {  // broken lines had numbers of their own
        lose(kEsDropped, line,
             std::to_string(missing - unread_) + " messages before number " + std::to_string(sequence));
    }
    unread_ = 0;
    next_sequence_ = sequence + 1;
    sequence_known_ = true;
}

void EsMessages::take(dom::object message, const Pieces::Piece& line) {
    Message m;
    dom::element element;
    dom::object event;
    m.process = process_at(message, "process");
    if (message.at_key("event").get(element) == simdjson::SUCCESS &&
        element.get(event) == simdjson::SUCCESS && event.size() != 0) {
        const auto first = *event.begin();
        m.type = first.key;
        m.has_body = first.value.get(m.body) == simdjson::SUCCESS;
        if (m.has_body) {
            m.target = process_at(m.body, "target");
        }
    }
    RawEvent& e = m.event;
    e.time = parse_iso_time(string_at(message, {"time"})).value_or(kNoTime);
    e.time_origin = e.time.none() ? TimeOrigin::none : TimeOrigin::event;
    e.record = line.ordinal;
    e.raw = line.raw;
    e.host = host_;
    e.provider = kProvider;
    e.channel = kProvider;
    e.event_id = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(number_at(message, {"event_type"}, 0), 0xffffffffU));
    e.text = m.type;
    e.flags = signal_flag::kMac;
    if (number_at(message, {"action", "result", "result", "auth"}, 0) == kAuthDeny) {
        e.flags |= mf::kDenied;
    }
    e.actor = identities_.hint(m.process);
    give_meaning(m, line);
    e.fields = fields_.of(message);
    if (fields_.cut() != 0) {
        lose(kEsCut, line, std::to_string(fields_.cut()) + " values over the limit");
    }
    sink_.event(e);
    if (e.operation == Operation::process_exit) {
        identities_.ended(m.process.token);
        inserted_.forget(m.process.token.key());
    }
}

void EsMessages::give_meaning(Message& m, const Pieces::Piece& line) {
    const auto reach =
        std::find_if(kReaches.begin(), kReaches.end(), [&](const Reach& r) { return r.type == m.type; });
    bool whole = m.process.present();
    if (reach != kReaches.end()) {
        on_target(m, reach->operation, reach->value);
        whole = whole && m.target.present();
    } else if (m.type == "proc_suspend_resume") {
        constexpr std::uint64_t kSuspend = 0, kResume = 1;  // es_proc_suspend_resume_type_t
        const std::uint64_t type = !m.has_body ? 3 : number_at(m.body, {"type"}, 3);
        on_target(m,
                  type == kSuspend  ? Operation::suspend
                  : type == kResume ? Operation::resume
                                    : Operation::generic,
                  0);
    } else if (m.type == "exec") {
        exec(m);
        whole = whole && m.target.present();
    } else if (m.type == "fork") {
        fork(m);
        whole = whole && m.event.target.present();
    } else if (m.type == "exit") {
        on_itself(m, Operation::process_exit);
    } else if (m.type == "mmap") {
        mmap(m);
    } else if (m.type == "mprotect") {
        const std::uint64_t protection = !m.has_body ? 0 : number_at(m.body, {"protection"}, 0);
        on_itself(m, (protection & kProtExec) != 0 ? Operation::exec_protect : Operation::generic);
    } else if (m.type == "cs_invalidated") {
        on_itself(m, Operation::code_invalidated);
    }
    if (!whole) {
        lose(kEsIncomplete, line, m.type.empty() ? "no event" : m.type);
    }
}

void EsMessages::on_target(Message& m, Operation operation, std::uint64_t value) {
    RawEvent& e = m.event;
    // A signal that launchd sends for another process names that one (message version 9).
    if (const EsProcess instigator = !m.has_body ? EsProcess{} : process_at(m.body, "instigator");
        instigator.present()) {
        m.process = instigator;
        e.actor = identities_.hint(instigator);
    }
    dom::element state;
    const bool running = operation == Operation::task_thread && m.has_body &&
                         m.body.at_key("thread_state").get(state) == simdjson::SUCCESS && !state.is_null();
    e.operation = operation;
    e.value = value;
    e.target = identities_.hint(m.target);
    e.flags |= es_flags(m.process, m.target) | (running ? mf::kRunning : 0);
    text_ = m.target.signature();
    e.text = text_;
}

void EsMessages::on_itself(Message& m, Operation operation) {
    m.event.operation = operation;
    m.event.target = m.event.actor;
    m.event.actor = {};
    m.event.flags |= es_flags({}, m.process);
}

void EsMessages::exec(Message& m) {
    RawEvent& e = m.event;
    identities_.chain(m.process, m.target);
    const EsToken& parent = m.target.parent.present ? m.target.parent : m.process.parent;
    e.operation = Operation::process_exec;
    e.target = identities_.hint(m.target);
    e.actor = identities_.hint(parent);
    e.text = m.target.path;
    e.flags |= es_flags({}, m.target);
    e.life.parent = e.actor;
    user_ = m.target.present() ? std::to_string(m.target.token.euid) : std::string();
    e.life.user = user_;
    command_line_.clear();
    dom::array list;
    if (m.has_body && array_at(m.body, "args", list)) {
        for (const dom::element one : list) {
            append_argument(command_line_, string_of(one));
        }
    }
    e.life.command_line = command_line_;
    if (!m.has_body || !array_at(m.body, "env", list)) {
        return;
    }
    for (const dom::element one : list) {
        const std::string_view variable = string_of(one);
        if (const std::string_view libraries = inserted_by(variable); !libraries.empty()) {
            e.operation = Operation::dyld_insert;
            e.text = libraries;
            const bool ignored = ignores_dyld_variables(m.target, allows_dyld_variables(m.body));
            e.flags |= mf::kInserted | (ignored ? mf::kStripped : 0);
            e.flags |= in_mac_user_writable_folder(e.text) ? signal_flag::kUserWritablePath : 0;
            if (m.target.present()) {
                inserted_.remember(m.target.token.key(), libraries);
            }
            return;
        }
    }
}

void EsMessages::fork(Message& m) {
    const EsProcess child = !m.has_body ? EsProcess{} : process_at(m.body, "child");
    RawEvent& e = m.event;
    e.operation = Operation::process_create;
    e.target = identities_.hint(child);
    e.text = child.path;
    e.life.parent = e.actor;
    user_ = child.present() ? std::to_string(child.token.euid) : std::string();
    e.life.user = user_;
}

void EsMessages::mmap(Message& m) {
    const std::uint64_t protection = m.has_body ? number_at(m.body, {"protection"}, 0) : 0;
    on_itself(m, (protection & kProtExec) != 0 ? Operation::module_load : Operation::generic);
    m.event.text = m.has_body ? string_at(m.body, {"source", "path"}) : std::string_view{};
    m.event.flags |= in_mac_user_writable_folder(m.event.text) ? signal_flag::kUserWritablePath : 0;
    m.event.flags |= m.process.present() && inserted_.names(m.process.token.key(), m.event.text) ? mf::kInserted : 0;
}

}  // namespace trocar
