// Which argument of a call stands where, for sensors that name arguments (Tracee, Falco) and for those that
// tell them in the order of the policy (Tetragon). Names: tracee pkg/events/core.go; falcosecurity/libs
// driver/event_table.c.
#include "importers/linux_audit/audit_event.h"
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_ebpf/sensor_event.h"
#include "importers/linux_json/dom_values.h"

#include <algorithm>
#include <array>
#include <string>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

/// An argument: the names that sensors give it, and its place among the arguments of the call.
struct Argument {
    std::array<std::string_view, 3> names;
    bool needed = false;
};

struct CallShape {
    std::string_view name;              ///< as a sensor calls it, without the kernel's prefix
    std::string_view means;             ///< NamedCall::name
    std::array<Argument, 4> arguments;  ///< in the places that `means` has
    std::size_t least = 0;              ///< told by place: so many at least, or the places are not known
    bool names_file = false;            ///< has a path
};

constexpr Argument kPath{{"pathname", "path", "filename"}}, kNone{};
constexpr Argument kPid{{"pid"}, true}, kProt{{"prot", "mmap_prot"}, true}, kLength{{"length", "len"}};
constexpr Argument kAddress{{"addr", "address"}}, kNewPath{{"new_path", "newpath", "newname"}};

constexpr std::array<CallShape, 40> kShapes{{
    {"ptrace", "ptrace", {{{{"request"}, true}, kPid, kAddress, {{"data"}}}}, 2},
    {"process_vm_writev", "process_vm_writev", {{kPid}}, 1},
    {"process_vm_readv", "process_vm_readv", {{kPid}}, 1},
    {"open", "open", {{kPath, {{"flags"}}}}, 1, true},
    {"creat", "creat", {{kPath}}, 1, true},
    {"openat", "openat", {{{{"dirfd"}}, kPath, {{"flags"}}}}, 2, true},
    {"openat2", "openat2", {{{{"dirfd"}}, kPath}}, 2, true},
    {"file_open", "open", {{kPath, {{"flags"}}}}, 1, true},
    {"fd_install", "fd_install", {{{{"fd"}}, kPath}}, 2, true},
    {"file_permission", "file_permission", {{kPath, {{"mask"}, true}}}, 2, true},
    {"vfs_write", "write_file", {{kPath}}, 1, true},
    {"vfs_writev", "write_file", {{kPath}}, 1, true},
    {"write", "write", {{{{"fd"}, true}}}, 1, true},
    {"writev", "writev", {{{{"fd"}, true}}}, 1, true},
    {"pwrite64", "pwrite64", {{{{"fd"}, true}}}, 1, true},
    {"pwrite", "pwrite64", {{{{"fd"}, true}}}, 1, true},
    {"pwritev", "pwritev", {{{{"fd"}, true}}}, 1, true},
    {"memfd_create", "memfd_create", {{{{"uname", "name"}}, {{"flags"}}}}, 1, true},
    {"mmap", "mmap", {{kAddress, kLength, kProt, {{"flags"}, true}}}, 4},
    {"mmap2", "mmap", {{kAddress, kLength, kProt, {{"flags"}, true}}}, 4},
    {"mmap_file", "mmap", {{kNone, kNone, kProt, {{"mmap_flags"}, true}}}, 4, true},
    {"mprotect", "mprotect", {{kAddress, kLength, kProt}}, 3},
    {"pkey_mprotect", "mprotect", {{kAddress, kLength, kProt}}, 3},
    {"file_mprotect", "mprotect", {{kNone, kNone, kProt}}, 4},
    {"execve", "execve", {}, 0, true},
    {"execveat", "execveat", {}, 0, true},
    {"exit_group", "exit_group", {}, 0},
    {"fork", "fork", {}, 0},
    {"vfork", "vfork", {}, 0},
    {"clone", "clone", {{{{"flags"}, true}}}, 1},
    {"clone3", "clone", {{{{"flags"}, true}}}, 9},
    {"kill", "kill", {{kPid, {{"sig"}}}}, 1},
    {"tgkill", "tgkill", {{{{"tgid", "pid"}, true}, {{"tid"}}, {{"sig"}}}}, 2},
    {"pidfd_open", "pidfd_open", {{kPid}}, 1},
    {"ptrace_access_check", "ptrace_access_check", {{{{"mode"}, true}, {{"pid", "child", "tgid"}, true}}}, 9},
    {"load_library", "load_library", {}, 0, true},
    {"inode_rename", "rename", {{kNone, kNewPath}}, 9, true},
    {"rename", "rename", {{kNone, kNewPath}}, 2, true},
    {"renameat", "rename", {{kNone, kNone, kNone, kNewPath}}, 4, true},
    {"renameat2", "rename", {{kNone, kNone, kNone, kNewPath}}, 4, true},
}};

constexpr std::uint64_t kWriteOnly = 1;  // O_WRONLY

/// " NAME=value" of Falco's evt.args.
std::string_view value_in(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos && !name.empty();
         at = text.find(name, at + 1)) {
        const std::size_t after = at + name.size();
        if ((at == 0 || text[at - 1] == ' ') && after < text.size() && text[after] == '=') {
            return text.substr(after + 1, text.find(' ', after) - after - 1);
        }
    }
    return {};
}

bool find_argument(const SensorEvent& e, const CallShape& shape, const Argument& wanted, std::size_t place,
                   dom::element& out) {
    bool named = false;
    for (const SensorArgument& one : e.arguments) {
        named = named || !one.name.empty();
        if (!one.name.empty() &&
            std::find(wanted.names.begin(), wanted.names.end(), one.name) != wanted.names.end()) {
            out = one.value;
            return true;
        }
    }
    if (!named && e.arguments.size() >= shape.least && place < e.arguments.size()) {
        out = e.arguments[place].value;
        return true;
    }
    return false;
}

/// The argument as a number; also of Falco's text.
std::optional<std::uint64_t> number_of(const SensorEvent& e, const CallShape& shape, const Argument& wanted,
                                       std::size_t place) {
    dom::element element;
    if (find_argument(e, shape, wanted, place, element)) {
        if (const std::optional<std::uint64_t> number = sensor_number(element); number.has_value()) {
            return number;
        }
    }
    for (const std::string_view name : wanted.names) {
        const std::string_view text = value_in(e.arguments_text, name);
        if (const std::optional<std::uint64_t> number = sensor_number(text);
            !text.empty() && number.has_value()) {
            return number;
        }
    }
    return std::nullopt;
}

std::string_view path_of(const SensorEvent& e, const CallShape& shape) {
    dom::element element;
    for (std::size_t place = 0; place < shape.arguments.size(); ++place) {
        const Argument& argument = shape.arguments[place];
        const bool path = argument.names == kPath.names || argument.names == kNewPath.names ||
                          argument.names[0] == "uname";
        if (path && find_argument(e, shape, argument, place, element) && element.is_string()) {
            return string_of(element);
        }
    }
    const CallShape named{};
    for (const std::string_view name : {"pathname", "path", "name", "filename"}) {
        if (find_argument(e, named, {{name}}, SIZE_MAX, element) && element.is_string()) {
            return string_of(element);
        }
    }
    return {};
}

// "fd" of these stands in a place that NamedCall keeps apart.
void read_descriptor(SensorEvent& e) {
    const CallShape by_place{{}, {}, {}, 5};
    NamedCall& c = e.call;
    if (c.name == "mmap") {
        c.fd = number_of(e, by_place, {{"fd"}}, 4);
    }
}

// The kernel's hooks that stand for a call: fd_install puts an opened file in its place, file_permission asks
// for each read and write (MAY_WRITE 2, include/linux/fs.h).
bool as_call(SensorEvent& e) {
    constexpr std::uint64_t kMayWrite = 2;
    NamedCall& c = e.call;
    if (c.name == "fd_install") {
        c.name = "openat2";  // without flags
        c.result = static_cast<std::int64_t>(c.a[0] & 0x7fffffffU);
    } else if (c.name == "file_permission") {
        c.name = "write_file";
        return (c.a[1] & kMayWrite) != 0;
    }
    return true;
}

}  // namespace

std::string_view plain_call_name(std::string_view name) {
    for (const std::string_view prefix : {"__x64_", "__arm64_", "__ia32_", "__se_", "__do_"}) {
        name.remove_prefix(name.starts_with(prefix) ? prefix.size() : 0);
    }
    for (const std::string_view prefix : {"sys_enter_", "sys_exit_", "sys_", "security_", "bpf_lsm_"}) {
        if (name.starts_with(prefix)) {
            return name.substr(prefix.size());
        }
    }
    return name;
}

CallRead place_arguments(SensorEvent& e) {
    NamedCall& c = e.call;
    const std::string_view plain = plain_call_name(c.name);
    if (plain == "process_seen") {
        return CallRead::done;
    }
    const auto shape =
        std::find_if(kShapes.begin(), kShapes.end(), [&](const CallShape& s) { return s.name == plain; });
    c.name = {};
    if (shape == kShapes.end()) {
        return CallRead::no_call;
    }
    for (std::size_t place = 0; place < shape->arguments.size(); ++place) {
        const Argument& argument = shape->arguments[place];
        if (argument.names[0].empty()) {
            continue;
        }
        const std::optional<std::uint64_t> number = number_of(e, *shape, argument, place);
        if (argument.needed && !number.has_value()) {
            return CallRead::missing;
        }
        c.a[place] = number.value_or(argument.names[0] == "flags" && e.opened_for_writing ? kWriteOnly : 0);
    }
    if (shape->names_file && c.path.empty()) {
        c.path = path_of(e, *shape);
    }
    c.name = shape->means;
    read_descriptor(e);
    // Numbers that a call in a namespace of its own returns are numbers there.
    if ((c.name == "clone" || c.name == "fork" || c.name == "vfork") && c.pid_namespace != 0 &&
        c.child_in_namespace == 0) {
        c.name = {};
        return CallRead::no_call;
    }
    if (!as_call(e)) {
        c.name = {};
        return CallRead::no_call;
    }
    return CallRead::done;
}

}  // namespace trocar
