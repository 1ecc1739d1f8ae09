#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace trocar {

/// A system call as a sensor other than the audit system tells it: by name, with its arguments by place. What
/// is not told stays empty. Views live until AuditEventMapper::end().
struct NamedCall {
    /// "ptrace", "openat", ...; beside these "write_file" (a write through an open file), "load_library" (a
    /// file mapped as code), "ptrace_access_check" (the kernel's question whether a process may reach
    /// another; a0 is the mode) and "process_seen" (a list of processes names the caller). "": an event
    /// without a meaning here.
    std::string_view name;
    std::optional<std::uint32_t> pid, parent, uid;
    /// A process in a pid namespace of its own means that namespace's pids: which one, and the caller's pid
    /// in it. 0: none.
    std::uint32_t pid_namespace = 0;
    std::uint32_t pid_in_namespace = 0;
    /// fork, clone: the child's pid in its parent's namespace; 0: the same.
    std::uint32_t child_in_namespace = 0;
    std::array<std::uint64_t, 4> a{};
    std::optional<std::uint64_t> fd;     ///< mmap, write: the file
    std::optional<std::int64_t> result;  ///< below 0: the call failed
    bool failed = false;                 ///< told in another way
    bool thread = false;                 ///< fork, clone: the child is a thread
    std::string_view exe, comm, user, cwd, path;
    std::string_view command_line;  ///< where there are no arguments
    std::string_view preload;       ///< "LD_PRELOAD=..." of the environment
    std::span<const std::string_view> arguments;
};

}  // namespace trocar
