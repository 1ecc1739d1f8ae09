#include "importers/macos_syslog/dyld_lines.h"

#include "core/base/mac_path.h"
#include "core/base/text.h"
#include "core/model/signal.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trocar {
namespace {

namespace mf = mac_flag;
constexpr std::string_view kVariable = "DYLD_INSERT_LIBRARIES=";

bool starts_programs(std::string_view process) {
    constexpr std::array<std::string_view, 10> kStarters{
        "sudo", "su", "sh", "bash", "zsh", "tcsh", "ksh", "launchd", "launchctl", "com.apple.xpc.launchd"};
    process.remove_prefix(process.starts_with('-') ? 1 : 0);  // a login shell
    return std::find(kStarters.begin(), kStarters.end(), process) != kStarters.end();
}

/// The program of a command line: its first word, or all of a path into an application, whose name may have
/// blanks.
std::string_view program_of(std::string_view command) {
    constexpr std::string_view kInside = ".app/Contents/MacOS/";
    const std::size_t inside = command.starts_with('/') ? command.find(kInside) : std::string_view::npos;
    const std::size_t from = inside == std::string_view::npos ? 0 : inside + kInside.size();
    return command.substr(0, command.find(' ', from));
}

/// Past further NAME=value words, to the command.
std::string_view past_variables(std::string_view rest) {
    for (;;) {
        rest = trimmed(rest);
        const std::string_view word = rest.substr(0, rest.find(' '));
        const std::size_t equals = word.find('=');
        if (equals == std::string_view::npos || word.substr(0, equals).find('/') != std::string_view::npos) {
            return rest;
        }
        rest.remove_prefix(word.size());
    }
}

void insertion(const SyslogLine& line, std::string_view message, std::size_t at, DyldLine& out) {
    constexpr std::string_view kSudoCommand = " COMMAND=";
    std::string_view rest = message.substr(at + kVariable.size());
    out.library = rest.substr(0, rest.find_first_of(" ;"));
    rest.remove_prefix(out.library.size());
    const std::size_t command = rest.find(kSudoCommand);
    out.command =
        command == std::string_view::npos ? past_variables(rest) : rest.substr(command + kSudoCommand.size());
    out.program = program_of(out.command);
    out.pattern = "DYLD_INSERT_LIBRARIES";
    if (!starts_programs(line.process)) {
        out.pattern = "DYLD_INSERT_LIBRARIES, not of sudo, a shell or launchd";
    } else if (!out.library.empty() && !out.program.empty()) {
        out.operation = Operation::dyld_insert;
        out.flags =
            mf::kInserted | (in_mac_user_writable_folder(out.library) ? signal_flag::kUserWritablePath : 0);
    }
}

/// "dyld: DYLD_ environment variables being ignored because main executable (/usr/bin/sudo) is setuid or
/// setgid"
void ignored(const SyslogLine& line, std::string_view message, DyldLine& out) {
    const std::size_t open = message.find("main executable (");
    const std::size_t begin = open == std::string_view::npos ? open : message.find('(', open) + 1;
    const std::size_t end = open == std::string_view::npos ? open : message.find(')', begin);
    if (end != std::string_view::npos) {
        out.program = message.substr(begin, end - begin);
    }
    out.program_pid = line.pid;
    out.has_program_pid = line.has_pid;
    out.pattern = "dyld ignored DYLD_ variables";
    out.operation = Operation::dyld_insert;
    out.flags = mf::kInserted | mf::kStripped;
}

/// "dyld: could not load inserted library '/tmp/gone.dylib' ..., process Preview[4699]"; older "...library:
/// /tmp/gone.dylib"
void not_loaded(const SyslogLine& line, std::string_view rest, DyldLine& out) {
    constexpr std::string_view kProcess = ", process ";
    rest.remove_prefix(std::min(rest.find_first_not_of(": '"), rest.size()));
    out.library = rest.substr(0, rest.find_first_of("'\n"));
    out.program = line.process;
    out.program_pid = line.pid;
    out.has_program_pid = line.has_pid;
    const std::size_t named = rest.find(kProcess);
    const std::size_t open = named == std::string_view::npos ? named : rest.find('[', named);
    if (open != std::string_view::npos) {
        const std::string_view digits = rest.substr(open + 1, rest.find(']', open) - open - 1);
        std::uint32_t pid = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
        if (error == std::errc{} && end == digits.data() + digits.size()) {
            out.program = rest.substr(named + kProcess.size(), open - named - kProcess.size());
            out.program_pid = pid;
            out.has_program_pid = true;
        }
    }
    out.pattern = "dyld could not load an inserted library";
    out.operation = Operation::module_load;
    out.flags = mf::kInserted | mf::kDenied;
}

}  // namespace

DyldLine read_dyld_line(const SyslogLine& line) {
    constexpr std::string_view kNotLoaded = "could not load inserted library";
    DyldLine out;
    const std::string_view message = line.message.substr(0, line.message.find('\n'));
    if (message.starts_with("dyld: ")) {
        const std::size_t failed = message.find(kNotLoaded);
        if (failed != std::string_view::npos) {
            not_loaded(line, message.substr(failed + kNotLoaded.size()), out);
        } else if (message.find("DYLD_ environment variables being ignored") != std::string_view::npos) {
            ignored(line, message, out);
        }
        return out;
    }
    const std::size_t at = message.find(kVariable);
    if (at != std::string_view::npos) {
        insertion(line, message, at, out);
    }
    return out;
}

}  // namespace trocar
