#pragma once

#include <string_view>

namespace trocar {

// Folders of macOS by who may write there. Paths are absolute, as the kernel names them; case counts.

/// The same path without the /private that /tmp, /var and /etc stand for.
[[nodiscard]] std::string_view without_private(std::string_view path) noexcept;
/// The sealed system volume and cryptexes: nobody writes there while System Integrity Protection is on.
[[nodiscard]] bool in_mac_system_folder(std::string_view path) noexcept;
/// Where a user without rights can put a program: /tmp, /var/folders, homes, /Users/Shared, /Volumes.
[[nodiscard]] bool in_mac_user_writable_folder(std::string_view path) noexcept;
/// Xcode (also beta and numbered ones), the Command Line Tools, Rosetta.
[[nodiscard]] bool in_mac_developer_tools(std::string_view path) noexcept;

}  // namespace trocar
