#include "core/base/mac_path.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

template <std::size_t N>
bool under_any(std::string_view path, const std::array<std::string_view, N>& folders) {
    return std::any_of(folders.begin(), folders.end(),
                       [&](std::string_view f) { return path.starts_with(f); });
}

}  // namespace

std::string_view without_private(std::string_view path) noexcept {
    constexpr std::string_view kPrivate = "/private";
    constexpr std::array<std::string_view, 3> kLinked{"/private/tmp/", "/private/var/", "/private/etc/"};
    return under_any(path, kLinked) ? path.substr(kPrivate.size()) : path;
}

bool in_mac_system_folder(std::string_view path) noexcept {
    // Apple, "System Integrity Protection": /System, /usr, /bin, /sbin; not /usr/local. Data under
    // /System/Volumes is not sealed.
    constexpr std::array<std::string_view, 4> kSealed{"/System/", "/usr/", "/bin/", "/sbin/"};
    return under_any(path, kSealed) && !path.starts_with("/usr/local/") &&
           !path.starts_with("/System/Volumes/Data/");
}

bool in_mac_user_writable_folder(std::string_view path) noexcept {
    constexpr std::array<std::string_view, 5> kWritable{"/tmp/", "/var/tmp/", "/var/folders/", "/Users/",
                                                        "/Volumes/"};
    return under_any(without_private(path), kWritable);
}

bool in_mac_developer_tools(std::string_view path) noexcept {
    // Rosetta has a debugserver of its own in /Library/Apple, which System Integrity Protection covers.
    return path.starts_with("/Library/Developer/") || path.starts_with("/Library/Apple/usr/libexec/oah/") ||
           glob_match("/Applications/Xcode*.app/Contents/*", path);
}

}  // namespace trocar
