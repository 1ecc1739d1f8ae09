#pragma once

#include "core/base/seeded_hash.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trocar {

/// What a variable "DYLD_INSERT_LIBRARIES=..." names; "" for any other.
[[nodiscard]] std::string_view inserted_by(std::string_view variable);

/// Libraries that DYLD_INSERT_LIBRARIES named when a process began, until it ends. Processes are known by a
/// number of the importer's choice. Bounded: further processes and libraries are not remembered. Thread
/// safety: one thread.
class InsertedLibraries {
public:
    /// `libraries`: the variable's value; replaces what was known.
    void remember(std::uint64_t process, std::string_view libraries);
    /// A library named without its folder is known by its file name.
    [[nodiscard]] bool names(std::uint64_t process, std::string_view path) const;
    void forget(std::uint64_t process) { of_.erase(process); }

private:
    static constexpr std::size_t kMaxProcesses = 4096, kMaxLibraries = 32;
    std::unordered_map<std::uint64_t, std::vector<std::string>, SeededHash> of_;
};

}  // namespace trocar
