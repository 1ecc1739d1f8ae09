#include "importers/macos_log/log_meaning.h"

#include "core/base/mac_path.h"
#include "core/base/text.h"
#include "core/model/signal.h"
#include "importers/macos_es/es_process.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trocar {
namespace {

namespace mf = mac_flag;

constexpr std::string_view kTaskPolicy = "macOSTaskPolicy: (";
constexpr std::string_view kLibraryValidation = "Library Validation failed: Rejecting '";
constexpr std::string_view kInvalidPage = "CODE SIGNING: cs_invalid_page(";
constexpr std::string_view kSandbox = "Sandbox: ";
constexpr std::string_view kSecurityPolicy = "ASP: Security policy would not allow process: ";
constexpr std::string_view kSpawned = "Successfully spawned ";

/// What stands before `mark`, which is taken too. False: no such mark, nothing is taken.
bool take_until(std::string_view& rest, std::string_view mark, std::string_view& out) {
    const std::size_t at = rest.find(mark);
    if (at == std::string_view::npos) {
        return false;
    }
    out = rest.substr(0, at);
    rest.remove_prefix(at + mark.size());
    return true;
}

bool pid_of(std::string_view digits, LogProcess& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.pid);
    out.has_pid = error == std::errc{} && end == digits.data() + digits.size();
    return out.has_pid;
}

/// "Signal(9011)"; without a pid at the end the whole is the name.
LogProcess name_and_pid(std::string_view text, char open, char close) {
    LogProcess out;
    const std::size_t at = text.rfind(open);
    if (at != std::string_view::npos && text.back() == close &&
        pid_of(text.substr(at + 1, text.size() - at - 2), out)) {
        text = text.substr(0, at);
    }
    out.name = text;
    return out;
}

/// What is refused, by the port's name in macOSTaskPolicy or the operation's name in the sandbox.
void refuse_port(std::string_view port, LogMeaning& out) {
    struct Port {
        std::string_view word;
        Operation operation;
        std::uint64_t value;
    };
    constexpr std::array<Port, 8> kPorts{
        {{"task control port", Operation::task_control, mac_access::kControlPort},
         {"taskport", Operation::task_control, mac_access::kControlPort},
         {"task read port", Operation::task_read, mac_access::kReadPort},
         {"task inspect port", Operation::task_inspect, mac_access::kInspectPort},
         {"mach-priv-task-port", Operation::task_control, mac_access::kControlPort},
         {"mach-task-read", Operation::task_read, mac_access::kReadPort},
         {"mach-task-inspect", Operation::task_inspect, mac_access::kInspectPort},
         {"mach-task-name", Operation::task_name, 0}}};
    const auto at = std::find_if(kPorts.begin(), kPorts.end(), [&](const Port& p) { return p.word == port; });
    out.operation = at != kPorts.end()                                     ? at->operation
                    : port.starts_with("task ") && port.ends_with(" port") ? Operation::task_name
                                                                           : Operation::generic;
    out.value = at == kPorts.end() ? 0 : at->value;
}

/// "(com.apple.debugserver) may not get the task control port of (WhatsApp) (pid: 8812): (WhatsApp) is
/// hardened, ..."
bool task_policy(std::string_view rest, LogMeaning& out) {
    std::string_view name, pid;
    rest.remove_prefix(kTaskPolicy.size());
    if (!take_until(rest, ") may not get the ", out.source.name) || !take_until(rest, " of (", out.request) ||
        !take_until(rest, " (pid: ", name) || !take_until(rest, ")", pid) || !pid_of(pid, out.target)) {
        return false;
    }
    // Names are cut to 16 characters (MAXCOMLEN), so that brackets in them need not be pairs.
    out.target.name = name.substr(0, name.size() - (name.ends_with(')') ? 1 : 0));
    refuse_port(out.request, out);
    rest.remove_prefix(rest.starts_with(": ") ? 2 : 0);
    out.reason = rest;
    return true;
}

/// "PATH' (Team ID: none, platform: no) for process 'Signal(9011)' (Team ID: U68MSDN6DR, platform: no),
/// reason: ..."
bool library_validation(std::string_view rest, LogMeaning& out) {
    std::string_view team, process;
    rest.remove_prefix(kLibraryValidation.size());
    if (!take_until(rest, "' (Team ID: ", out.library) || !take_until(rest, ") for process '", team) ||
        !take_until(rest, "' (Team ID: ", process) || !take_until(rest, ")", team)) {
        return false;
    }
    out.target = name_and_pid(process, '(', ')');
    const std::string_view id = team.substr(0, team.find(','));
    if (team.ends_with("platform: yes")) {
        out.flags |= mf::kTargetPlatform;
    } else if (!id.empty() && id != "none" && id != "N/A") {
        out.flags |= mf::kTargetTeam;
    }
    std::string_view before;
    if (take_until(rest, "reason: ", before)) {
        out.reason = rest;
    }
    out.operation = Operation::module_load;
    return out.target.present();
}

/// "0x104b00000): p=9033[gopls] final status 0x23020200, denying page sending SIGKILL"
bool invalid_page(std::string_view rest, LogMeaning& out) {
    std::string_view process, status;
    rest.remove_prefix(kInvalidPage.size());
    if (!take_until(rest, "): p=", out.request) || !take_until(rest, " final status ", process)) {
        return false;
    }
    const std::size_t open = process.find('[');
    if (open == std::string_view::npos || !pid_of(process.substr(0, open), out.target)) {
        return false;
    }
    out.target.name = process.substr(open + 1, process.size() - open - 1 - (process.ends_with(']') ? 1 : 0));
    if (take_until(rest, ", ", status)) {
        const std::uint64_t flags = parse_number(status).value_or(0);
        out.flags |= (flags & es_cs::kAdHoc) != 0 ? mf::kTargetAdHoc : 0;
        out.flags |= (flags & es_cs::kGetTaskAllow) != 0 ? mf::kTargetDebuggable : 0;
        out.flags |= (flags & es_cs::kHard) != 0 ? mf::kTargetHard : 0;
        out.reason = rest;
    }
    out.flags |= out.reason.starts_with("denying") ? mf::kDenied : 0;
    out.operation = Operation::code_invalidated;
    return true;
}

/// "AgentX(4411) deny(1) mach-priv-task-port others [Safari(601)]"
bool sandbox(std::string_view rest, LogMeaning& out) {
    std::string_view process, level;
    rest.remove_prefix(kSandbox.size());
    if (!take_until(rest, " deny(", process) || !take_until(rest, ") ", level)) {
        return false;
    }
    out.source = name_and_pid(process, '(', ')');
    out.request = rest.substr(0, rest.find('\n'));
    const std::string_view operation = out.request.substr(0, out.request.find(' '));
    std::string_view object = out.request.substr(std::min(operation.size() + 1, out.request.size()));
    refuse_port(operation, out);
    const std::size_t open = object.find('[');
    const bool names_process =
        out.operation != Operation::generic || operation.starts_with("process-info") || operation == "signal";
    if (names_process && open != std::string_view::npos && object.ends_with(']')) {
        out.target = name_and_pid(object.substr(open + 1, object.size() - open - 2), '(', ')');
    }
    if (operation == "signal") {
        out.operation = Operation::signal_send;
    } else if (operation == "file-map-executable") {
        out.operation = Operation::module_load;
        out.library = object;
        out.target = out.source;
        out.source = {};
    }
    return out.source.has_pid || out.target.has_pid;
}

/// "96920, /Applications/Jarvis.app/Contents/MacOS/Jarvis"
bool security_policy(std::string_view rest, LogMeaning& out) {
    std::string_view pid;
    rest.remove_prefix(kSecurityPolicy.size());
    if (!take_until(rest, ", ", pid) || !pid_of(pid, out.target)) {
        return false;
    }
    out.target.name = rest;
    return true;
}

/// "[system/com.apple.msrpc.netlogon [4331]:] Successfully spawned rpcsvchost[4331] because ipc (socket)"
bool spawned(std::string_view rest, LogMeaning& out) {
    std::string_view before, process;
    if (!take_until(rest, kSpawned, before) || !take_until(rest, " because ", process)) {
        return false;
    }
    out.target = name_and_pid(process, '[', ']');
    out.reason = rest;
    out.operation = Operation::process_create;
    return out.target.has_pid;
}

struct Pattern {
    std::string_view name, words, sender;  ///< sender: the kernel extension; empty: the kernel itself
    bool (*read)(std::string_view message, LogMeaning& out);
    std::uint32_t flags;
};
constexpr std::array<Pattern, 5> kKernelPatterns{{
    {"macOSTaskPolicy", kTaskPolicy, "AppleMobileFileIntegrity", task_policy, mf::kDenied},
    {"Library Validation", kLibraryValidation, "AppleMobileFileIntegrity", library_validation, mf::kDenied},
    {"cs_invalid_page", kInvalidPage, "", invalid_page, 0},
    {"Sandbox", kSandbox, "Sandbox", sandbox, mf::kDenied},
    {"AppleSystemPolicy", kSecurityPolicy, "AppleSystemPolicy", security_policy, mf::kDenied},
}};

/// logd fills in pid and sender; a program called "kernel" has a pid of its own.
bool is_from_kernel(const LogRecord& record, std::string_view extension) {
    const std::string_view sender = file_name(record.sender);
    const bool own_code = record.sender.find('/') == std::string_view::npos || record.sender == "/kernel" ||
                          in_mac_system_folder(record.sender);
    return record.has_pid && record.pid == 0 && file_name(record.process) == "kernel" && own_code &&
           (extension.empty() ? sender.empty() || sender == "kernel" : sender == extension);
}

}  // namespace

LogMeaning read_log_meaning(const LogRecord& record) {
    const std::string_view message = record.message;
    for (const Pattern& pattern : kKernelPatterns) {
        if (!message.starts_with(pattern.words)) {
            continue;
        }
        LogMeaning out;
        if (!is_from_kernel(record, pattern.sender)) {
            out.pattern = "not from the kernel";
            return out;
        }
        out.flags = pattern.flags;
        if (!pattern.read(message, out)) {
            out = {};
        }
        out.pattern = pattern.name;
        return out;
    }
    LogMeaning out;
    if (record.pid == 1 && file_name(record.process) == "launchd" && spawned(message, out)) {
        out.pattern = "launchd spawn";
        return out;
    }
    out = {};
    const bool security =
        record.subsystem == "com.apple.security" || file_name(record.sender) == "libsystem_kernel.dylib";
    out.operation = security ? Operation::security_log : Operation::generic;
    return out;
}

bool has_log_pattern(std::string_view text) {
    return std::any_of(kKernelPatterns.begin(), kKernelPatterns.end(), [&](const Pattern& pattern) {
        return pattern.words != kSandbox && text.find(pattern.words) != std::string_view::npos;
    });
}

}  // namespace trocar
