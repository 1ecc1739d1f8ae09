#include "importers/linux_audit/linux_processes.h"

#include <utility>

#include "importers/linux_audit/audit_event.h"

namespace trocar {

LinuxProcesses::Process& LinuxProcesses::at(std::uint32_t pid) {
    if (processes_.size() >= kMaxProcesses && processes_.find(pid) == processes_.end()) {
        processes_.clear();
    }
    return processes_[pid];
}

const LinuxProcesses::Process* LinuxProcesses::find(std::uint32_t pid) const {
    const auto found = processes_.find(pid);
    return found == processes_.end() ? nullptr : &found->second;
}

bool LinuxProcesses::descends(std::uint32_t pid, std::uint32_t ancestor) const {
    for (int step = 0; step < kMaxAncestors; ++step) {
        const Process* process = find(pid);
        if (process == nullptr || process->ppid == 0 || process->ppid == pid) {
            return false;
        }
        pid = process->ppid;
        if (pid == ancestor) {
            return true;
        }
    }
    return false;
}

void LinuxProcesses::opened(std::uint32_t pid, std::uint64_t fd, std::string_view path) {
    std::string copy(path);  // it may be a view of one of the files, which the table moves
    if (files_.size() >= kMaxFiles) {
        files_.clear();
    }
    files_[key(pid, fd)] = std::move(copy);
}

std::string_view LinuxProcesses::file(std::uint32_t pid, std::uint64_t fd) const {
    const auto found = files_.find(key(pid, fd));
    return found == files_.end() ? std::string_view{} : std::string_view(found->second);
}

std::string_view LinuxProcesses::meant_by(std::uint32_t pid, std::string_view path) const {
    constexpr std::string_view kProc = "/proc/", kFd = "/fd/", kDevFd = "/dev/fd/";
    std::uint32_t fd = 0;
    std::string_view number;
    if (path.starts_with(kDevFd)) {
        number = path.substr(kDevFd.size());
    } else if (path.starts_with(kProc)) {
        const std::size_t at = path.find(kFd);
        if (at == std::string_view::npos) {
            return path;
        }
        const std::string_view owner = path.substr(kProc.size(), at - kProc.size());
        if (owner != "self" && owner != "thread-self" && !whole_number(owner, pid)) {
            return path;
        }
        number = path.substr(at + kFd.size());
    }
    if (number.empty() || !whole_number(number, fd)) {
        return path;
    }
    const std::string_view known = file(pid, fd);
    return known.empty() ? path : known;
}

void LinuxProcesses::made_memfd(std::uint32_t pid, std::uint64_t fd) {
    if (newest_memfd_.size() >= kMaxFiles) {
        newest_memfd_.clear();
    }
    newest_memfd_[pid] = fd;
}

bool LinuxProcesses::maps_newest_memfd(std::uint32_t pid, std::uint64_t fd) {
    const auto found = newest_memfd_.find(pid);
    if (found == newest_memfd_.end()) {
        return false;
    }
    const bool next = fd == found->second + 1;
    newest_memfd_.erase(found);
    return next;
}

void LinuxProcesses::means(std::uint32_t tracer, std::uint32_t number, std::uint32_t pid) {
    if (aliases_.size() >= kMaxAliases) {
        aliases_.clear();
    }
    aliases_[key(tracer, number)] = pid;
}

void LinuxProcesses::no_longer_means(std::uint32_t tracer, std::uint32_t number) {
    aliases_.erase(key(tracer, number));
}

void LinuxProcesses::in_namespace(std::uint32_t pid, std::uint32_t space, std::uint32_t number) {
    if (numbers_.size() >= kMaxAliases || spaces_.size() >= kMaxAliases) {
        numbers_.clear();
        spaces_.clear();
    }
    spaces_[pid] = space;
    numbers_[key(space, number)] = pid;
}

void LinuxProcesses::thread_of(std::uint32_t number, std::uint32_t pid) {
    if (threads_.size() >= kMaxAliases) {
        threads_.clear();
    }
    threads_[number] = pid;
}

std::uint32_t LinuxProcesses::resolve(std::uint32_t tracer, std::uint32_t number) const {
    const auto alias = aliases_.find(key(tracer, number));
    if (alias != aliases_.end()) {
        return alias->second;
    }
    if (const auto space = spaces_.find(tracer); space != spaces_.end()) {
        const auto found = numbers_.find(key(space->second, number));
        return found == numbers_.end() ? 0 : found->second;
    }
    const auto thread = threads_.find(number);
    // A number that acts as a process of its own is no thread.
    return thread != threads_.end() && find(number) == nullptr ? thread->second : number;
}

}  // namespace trocar
