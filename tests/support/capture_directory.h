#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace trocar::test {

/// Folder of real captures that are not part of the project: TROCAR_DATA, else beside the sources; "" when absent.
/// Tests that need it skip loudly.
inline std::string capture_directory(const std::string& source_dir) {
    const char* named = std::getenv("TROCAR_DATA");
    std::filesystem::path path = named != nullptr ? std::filesystem::path(named)
                                                  : std::filesystem::path(source_dir) / ".." / "shared" / "data";
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored) ? path.lexically_normal().string() : std::string{};
}

}  // namespace trocar::test
