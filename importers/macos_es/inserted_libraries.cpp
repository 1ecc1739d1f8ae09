#include "importers/macos_es/inserted_libraries.h"

#include "core/base/mac_path.h"
#include "core/base/text.h"

#include <algorithm>

namespace trocar {

std::string_view inserted_by(std::string_view variable) {
    constexpr std::string_view kName = "DYLD_INSERT_LIBRARIES=";
    return variable.starts_with(kName) ? variable.substr(kName.size()) : std::string_view{};
}

void InsertedLibraries::remember(std::uint64_t process, std::string_view libraries) {
    if (of_.size() >= kMaxProcesses && !of_.contains(process)) {
        return;
    }
    std::vector<std::string>& list = of_[process];
    list.clear();
    while (!libraries.empty() && list.size() < kMaxLibraries) {  // dyld: separated by colons
        const std::size_t end = std::min(libraries.find(':'), libraries.size());
        if (end != 0) {
            list.emplace_back(without_private(libraries.substr(0, end)));
        }
        libraries.remove_prefix(std::min(end + 1, libraries.size()));
    }
}

bool InsertedLibraries::names(std::uint64_t process, std::string_view path) const {
    const auto list = of_.find(process);
    if (list == of_.end() || path.empty()) {
        return false;
    }
    path = without_private(path);
    return std::any_of(list->second.begin(), list->second.end(), [&](const std::string& library) {
        return library == path || (!library.starts_with('/') && file_name(library) == file_name(path));
    });
}

}  // namespace trocar
