#include "core/memory/proc_maps.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trocar {
namespace {

constexpr std::string_view kDeleted = " (deleted)";

/// Reads a whole number up to `end` and goes on behind it.
template <typename Number>
bool take_number(std::string_view& text, char end, Number& out, int base) {
    const auto [at, failed] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    const auto used = static_cast<std::size_t>(at - text.data());
    if (failed != std::errc{} || used >= text.size() || text[used] != end) {
        return false;
    }
    text.remove_prefix(used + 1);
    return true;
}

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

bool is_permissions(std::string_view text) {
    constexpr std::array<std::string_view, 4> kAllowed{"r-", "w-", "x-", "ps"};
    return text.size() == kAllowed.size() &&
           std::equal(text.begin(), text.end(), kAllowed.begin(), [](char c, std::string_view allowed) {
               return allowed.find(c) != std::string_view::npos;
           });
}

}  // namespace

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

bool read_mapping(std::string_view line, ProcMapping& out) {
    std::string_view rest = line;
    if (!take_number(rest, '-', out.start, 16) || !take_number(rest, ' ', out.end, 16) ||
        out.end <= out.start) {
        return false;
    }
    out.permissions = take_word(rest);
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
    if (!is_permissions(out.permissions) || !take_number(rest, ' ', out.offset, 16)) {
        return false;
    }
    out.device = take_word(rest);
    const std::optional<std::uint64_t> inode = parse_number(take_word(rest));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    out.path = rest;
    out.inode = inode.value_or(0);
    return out.device.find(':') != std::string_view::npos && inode.has_value();
}

std::optional<std::uint64_t> read_anonymous_kb(std::string_view line) {
    constexpr std::string_view kKey = "Anonymous:";
    if (!line.starts_with(kKey)) {
        return std::nullopt;
    }
    line.remove_prefix(kKey.size());
    return parse_number(take_word(line));
}

CodeOrigin code_origin(std::string_view path) {
    if (path == "[vdso]") {
        return CodeOrigin::vdso;
    }
    // arch_vma_name() and the special mappings of x86, arm and arm64; kernel/events/uprobes.c.
    for (const std::string_view own :
         {"[vsyscall]", "[vvar]", "[vvar_vclock]", "[uprobes]", "[vectors]", "[sigpage]"}) {
        if (path == own) {
            return CodeOrigin::kernel;
        }
    }
    if (path.starts_with("/memfd:")) {
        return CodeOrigin::memfd;
    }
    // MAP_SHARED memory without a file shows as /dev/zero (mm/shmem.c, shmem_zero_setup), of huge pages as
    // /anon_hugepage (fs/hugetlbfs/inode.c), a segment of System V as /SYSVxxxxxxxx (ipc/shm.c).
    const std::string_view name = without_deleted(path);
    if (path.empty() || path.starts_with('[') || path.starts_with("//anon") || name == "/dev/zero" ||
        name == "/anon_hugepage" || (name.starts_with("/SYSV") && name.size() != path.size())) {
        return CodeOrigin::anonymous;
    }
    return name.size() != path.size() ? CodeOrigin::deleted : CodeOrigin::file;
}

std::string_view without_deleted(std::string_view path) {
    return path.ends_with(kDeleted) ? path.substr(0, path.size() - kDeleted.size()) : path;
}

}  // namespace trocar
