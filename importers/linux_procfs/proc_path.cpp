#include "importers/linux_procfs/proc_path.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace trocar {
namespace {

constexpr std::array<std::pair<std::string_view, ProcKind>, 8> kRead{{{"status", ProcKind::status},
                                                                      {"stat", ProcKind::stat},
                                                                      {"exe", ProcKind::exe},
                                                                      {"cmdline", ProcKind::cmdline},
                                                                      {"environ", ProcKind::environ},
                                                                      {"fd", ProcKind::fd},
                                                                      {"maps", ProcKind::maps},
                                                                      {"smaps", ProcKind::smaps}}};

bool all_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool read_pid(std::string_view text, std::uint32_t& pid) {
    return all_digits(text) && std::from_chars(text.data(), text.data() + text.size(), pid).ec == std::errc{} &&
           pid != 0;
}

/// The last component; `path` keeps what is before it, without the slash.
std::string_view take_last(std::string_view& path) {
    const std::size_t slash = path.rfind('/');
    const std::string_view last = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
    path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    return last;
}

}  // namespace

bool read_proc_path(std::string_view path, ProcPath& out) {
    std::string_view name = take_last(path);
    if (name.ends_with(".txt")) {
        name.remove_suffix(4);
    }
    if (name == "running_processes_full_paths") {  // tclahr/uac artifacts/live_response/process
        out = {ProcKind::exe_list, 0, path};
        return true;
    }
    const std::string_view number = take_last(path);
    if (!read_pid(number, out.pid)) {
        return false;
    }
    const auto known = std::find_if(kRead.begin(), kRead.end(), [&](const auto& k) { return k.first == name; });
    out.kind = known == kRead.end() ? ProcKind::other : known->second;
    out.folder = path;
    const bool in_proc = path == "proc" || path.ends_with("/proc");
    // A thread's files say what its process's do: "PID/task/TID/maps".
    if (path.ends_with("/task")) {
        std::string_view above = parent_folder(path);
        std::uint32_t pid = 0;
        out.kind = ProcKind::other;
        return read_pid(take_last(above), pid);
    }
    return known != kRead.end() || in_proc;
}

std::string_view parent_folder(std::string_view folder) {
    take_last(folder);
    return folder;
}

std::string_view host_in_path(std::string_view path) {
    constexpr std::size_t kStamp = 14;
    while (!path.empty()) {
        const std::string_view part = take_last(path);
        if (!part.starts_with("uac-")) {
            continue;
        }
        const std::string_view stem = part.substr(0, part.find_first_of(".!"));
        const std::size_t stamp = stem.rfind('-');
        const std::size_t system = stamp == std::string_view::npos ? stamp : stem.rfind('-', stamp - 1);
        if (system != std::string_view::npos && system > 4 && all_digits(stem.substr(stamp + 1)) &&
            stem.size() - stamp - 1 == kStamp) {
            return stem.substr(4, system - 4);
        }
    }
    return {};
}

UtcNanos time_in_path(std::string_view path) {
    constexpr std::size_t kSeconds = 10;  // from 2001 to 2286
    while (!path.empty()) {
        const std::string_view part = take_last(path);
        if (part.size() < kSeconds || !all_digits(part.substr(0, kSeconds)) || part.front() == '0') {
            continue;
        }
        std::string_view rest = part.substr(kSeconds);
        std::int64_t seconds = 0, fraction = 0;
        std::from_chars(part.data(), part.data() + kSeconds, seconds);
        if (!rest.empty() && std::string_view("._-").find(rest.front()) == std::string_view::npos) {
            continue;  // a longer number, or a word
        }
        if (rest.starts_with('.')) {
            rest.remove_prefix(1);
            std::int64_t unit = 100'000'000;
            for (; !rest.empty() && rest.front() >= '0' && rest.front() <= '9' && unit != 0; unit /= 10) {
                fraction += (rest.front() - '0') * unit;
                rest.remove_prefix(1);
            }
        }
        return utc_nanos(seconds, fraction);
    }
    return kNoTime;
}

}  // namespace trocar
