#include "importers/sandbox_cape/sandbox_events.h"

#include "core/base/text.h"
#include "core/model/field.h"
#include "core/model/signal.h"
#include "importers/sandbox_cape/cape_losses.h"

namespace trocar {
namespace {

constexpr std::string_view kChannel = "API calls";
constexpr std::size_t kMaxFieldName = 128;
constexpr std::size_t kMaxNames = 4096;  // distinct argument names: the monitors know some hundred
constexpr std::uint64_t kAllAccess = 0x1fffff;

bool is_hex(std::string_view text) {
    return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
}

/// The program of a command line: up to the closing quote, or to the first blank.
std::string_view program_of(std::string_view line) {
    line = trimmed(line);
    const bool quoted = line.starts_with('"');
    line.remove_prefix(quoted ? 1 : 0);
    return line.substr(0, line.find(quoted ? '"' : ' '));
}

bool acts_on_memory(Operation operation) {
    switch (operation) {
        case Operation::memory_alloc:
        case Operation::memory_protect:
        case Operation::memory_write:
        case Operation::memory_map:
        case Operation::memory_unmap: return true;
        default: return false;
    }
}

}  // namespace

SandboxEvents::SandboxEvents(EventSink& sink, const ReportFacts& facts, const ImportHints& hints)
    : sink_(sink), facts_(facts) {
    // The sandbox's name of its guest is no host's name, but tells guests apart.
    host_ = !facts.computer.empty() ? facts.computer : !hints.host.empty() ? hints.host : facts.machine;
    provider_ = facts.version.empty() || contains_ignoring_case(facts.version, "CAPE") ? "CAPE" : "Cuckoo";
    for (std::size_t i = 0; i < facts.processes.size(); ++i) {
        if (facts.processes[i].has_pid) {
            by_pid_.try_emplace(facts.processes[i].pid, i);
        }
    }
}

ProcessHint SandboxEvents::hint(std::uint32_t pid) const {
    ProcessHint out;
    out.pid = pid;
    out.has_pid = true;
    if (const auto at = by_pid_.find(pid); at != by_pid_.end()) {
        out.image = facts_.processes[at->second].image;
    }
    return out;
}

void SandboxEvents::emit(RawEvent& event, const Pieces::Piece& piece) {
    event.record = piece.ordinal;
    event.raw = piece.raw;
    event.host = host_;
    event.provider = provider_;
    event.channel = kChannel;
    event.time_origin = event.time.none() ? TimeOrigin::none : TimeOrigin::event;
    event.fields = fields_;
    sink_.event(event);
}

void SandboxEvents::begin_process(std::size_t process, const Pieces::Piece& head) {
    handles_.clear();
    const SandboxProcess& p = facts_.at(process);
    if (!p.has_pid) {
        sink_.lost(kCapeProcessUnknown, {head.ordinal, head.offset, p.image}, head.raw);
        return;
    }
    fields_.clear();
    RawEvent event;
    event.operation = Operation::process_seen;
    event.time = p.first_seen;
    event.text = p.image;
    event.target.pid = p.pid;
    event.target.has_pid = true;
    event.target.image = p.image;
    event.life.command_line = p.command_line;
    event.life.user = p.user;
    if (p.has_parent) {
        event.life.parent = hint(p.parent);
        fields_.push_back({id_of(Field::parent_process_id), ValueKind::number, p.parent, 0, {}});
    }
    fields_.push_back({id_of(Field::process_id), ValueKind::number, p.pid, 0, {}});
    fields_.push_back({id_of(Field::image), ValueKind::text, 0, 0, p.image});
    fields_.push_back({id_of(Field::command_line), ValueKind::text, 0, 0, p.command_line});
    emit(event, head);
}

FieldId SandboxEvents::field(std::string_view name) {
    if (const auto known = names_.find(name); known != names_.end()) {
        return known->second;
    }
    if (names_.size() == kMaxNames) {
        return {};
    }
    const FieldId id = sink_.field(name);
    names_.emplace(name, id);
    return id;
}

void SandboxEvents::add(std::string_view name, std::string_view value) {
    const FieldId id = name.empty() || name.size() > kMaxFieldName ? FieldId{} : field(name);
    if (id.none()) {
        fields_cut_ = true;
        return;
    }
    const auto number = is_hex(value) ? parse_number(value) : std::nullopt;
    if (number) {
        fields_.push_back({id, ValueKind::hex, *number, 0, {}});
    } else {
        fields_.push_back({id, ValueKind::text, 0, 0, value});
    }
}

void SandboxEvents::add_call_fields(const ApiCall& call) {
    fields_.clear();
    fields_cut_ = false;
    add("Api", call.api);
    for (const ApiCall::Argument& argument : call.arguments) {
        add(argument.name, argument.value);
        if (!argument.pretty.empty()) {
            pretty_name_ = std::string(argument.name) + "Text";
            add(pretty_name_, argument.pretty);
        }
    }
    add("Status", call.succeeded ? "success" : "failure");
    add("Return", call.returned);
    if (!call.returned_pretty.empty()) {
        add("ReturnText", call.returned_pretty);
    }
    add("Category", call.category);
    add("CallerThreadId", call.thread);
    if (!call.caller.empty()) {
        add("Caller", call.caller);
    }
    if (call.repeated != 0) {
        if (const FieldId id = field("Repeated"); !id.none()) {
            fields_.push_back({id, ValueKind::number, call.repeated, 0, {}});
        }
    }
}

/// "WriteProcessMemory 0x180000, 0x2000 bytes, PAGE_READWRITE"; of executions nothing, since their text is a function's
/// name.
std::string_view SandboxEvents::words(const ApiCall& call, Operation operation) {
    if (!acts_on_memory(operation)) {
        const bool generic = operation == Operation::generic || operation == Operation::thread_create;
        return generic ? call.api : std::string_view{};
    }
    words_ = std::string(call.api) + " " + hex(call.number({"BaseAddress"}));
    const std::uint64_t size =
        call.number({"RegionSize", "BufferLength", "ViewSize", "NumberOfBytesProtected", "Size"});
    words_ += size == 0 ? "" : ", " + hex(size) + " bytes";
    for (const ApiCall::Argument& argument : call.arguments) {
        if (argument.pretty.starts_with("PAGE_")) {
            words_ += ", " + std::string(argument.pretty);
            break;
        }
    }
    return words_;
}

void SandboxEvents::name_new_process(const ApiCall& call, RawEvent& event) {
    event.life.command_line = call.argument({"CommandLine"});
    event.life.parent = event.actor;
    if (event.target.image.empty()) {
        const std::string_view image = call.argument({"ImagePathName", "ApplicationName", "FilePath"});
        new_image_ = image.empty() ? program_of(event.life.command_line) : image;
        event.target.image = new_image_;
    }
}

void SandboxEvents::call(std::size_t process, const ApiCall& call, UtcNanos time, const Pieces::Piece& piece) {
    const SandboxProcess& p = facts_.at(process);
    RawEvent event;
    event.time = time;
    ApiMeaning meaning;
    if (p.has_pid) {
        event.actor = hint(p.pid);
        event.actor.image = p.image;
        meaning = meaning_of(call, p.pid, handles_);
    }
    event.operation = meaning.operation;
    event.value = meaning.value;
    event.text = words(call, meaning.operation);
    if (meaning.has_target) {
        event.target = meaning.target == p.pid ? event.actor : hint(meaning.target);
    }
    if (meaning.creates) {
        name_new_process(call, event);
    }
    add_call_fields(call);
    if (call.arguments_cut || fields_cut_) {
        sink_.lost(kCapeTooManyArguments, {piece.ordinal, piece.offset, std::string(call.api)}, piece.raw);
    }
    if (meaning.unknown_handle) {
        sink_.lost(kCapeHandleUnknown, {piece.ordinal, piece.offset, std::string(call.api)}, piece.raw);
    }
    emit(event, piece);
    if (meaning.creates) {
        event.operation = Operation::process_access;
        event.value = kAllAccess;
        event.flags = windows_flag::kCreateTrace;
        event.text = {};
        event.life = {};
        emit(event, piece);
    }
}

}  // namespace trocar
