#include "importers/sandbox_cape/sandbox_handles.h"

namespace trocar {

void SandboxHandles::opened(std::uint64_t handle, std::uint32_t pid) {
    if (handle == 0 || is_own(handle)) {
        return;
    }
    if (pids_.size() >= kMaxHandles && pids_.find(handle) == pids_.end()) {
        pids_.clear();
    }
    pids_[handle] = pid;
}

void SandboxHandles::closed(std::uint64_t handle) {
    pids_.erase(handle);
}

void SandboxHandles::copied(std::uint64_t from, std::uint64_t to) {
    if (const auto pid = process(from)) {
        opened(to, *pid);
    } else {
        closed(to);  // something else lives there now
    }
}

std::optional<std::uint32_t> SandboxHandles::process(std::uint64_t handle) const {
    const auto found = pids_.find(handle);
    return found == pids_.end() ? std::nullopt : std::optional(found->second);
}

bool SandboxHandles::is_own(std::uint64_t handle) {
    return handle == 0xffffffffU || handle == 0xfffffffeU || handle >= 0xfffffffffffffffeULL;
}

}  // namespace trocar
