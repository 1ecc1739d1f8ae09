#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace trocar {

// Mappings as /proc/PID/maps and smaps list them, by the grammar of proc_pid_maps(5) and proc_pid_smaps(5)
// (Linux man-pages 6.x). Views lie in the text given.

/// The first line of `text`, which goes on behind it.
[[nodiscard]] std::string_view take_line(std::string_view& text);

/// One mapping of maps or smaps.
struct ProcMapping {
    std::uint64_t start = 0, end = 0;
    std::string_view permissions;  ///< "r-xp"
    std::uint64_t offset = 0;      ///< within the file
    std::string_view device;       ///< "fe:00"
    std::uint64_t inode = 0;       ///< 0: no file
    std::string_view path;         ///< "" for anonymous memory; "[vdso]", "/memfd:x (deleted)", ...
    [[nodiscard]] bool executable() const { return permissions[2] == 'x'; }
    [[nodiscard]] bool writable() const { return permissions[1] == 'w'; }
    [[nodiscard]] bool shared() const { return permissions[3] == 's'; }
};
[[nodiscard]] bool read_mapping(std::string_view line, ProcMapping& out);
/// The kB of smaps' "Anonymous:" line; none for any other line.
[[nodiscard]] std::optional<std::uint64_t> read_anonymous_kb(std::string_view line);

/// What kind of memory a mapping is, by its name.
enum class CodeOrigin : std::uint8_t {
    kernel,     ///< [vsyscall], [uprobes]: the kernel's own
    vdso,       ///< [vdso]: the kernel's, a private copy once written to
    anonymous,  ///< no file: also shared (/dev/zero), huge pages, System V segments, [heap], [stack]
    memfd,
    deleted,  ///< a file that has no name any more
    file,
};
[[nodiscard]] CodeOrigin code_origin(std::string_view path);
/// "/usr/lib/x.so (deleted)" -> "/usr/lib/x.so"
[[nodiscard]] std::string_view without_deleted(std::string_view path);

}  // namespace trocar
