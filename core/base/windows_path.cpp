#include "core/base/windows_path.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

// Folders below the volume root that plain users may write by the default access lists. The ones below
// \windows are the well-known writable holes in AppLocker's default rules
// (api0cradle/UltimateAppLockerByPassList, Generic-AppLockerbypasses.md).
constexpr std::array<std::string_view, 21> kWritable{
    "\\users\\",
    "\\documents and settings\\",
    "\\programdata\\",
    "\\temp\\",
    "\\tmp\\",
    "\\perflogs\\",
    "\\$recycle.bin\\",
    "\\recycler\\",
    "\\windows\\temp\\",
    "\\windows\\tasks\\",
    "\\windows\\tracing\\",
    "\\windows\\debug\\wia\\",
    "\\windows\\registration\\crmlog\\",
    "\\windows\\system32\\fxstmp\\",
    "\\windows\\system32\\tasks\\",
    "\\windows\\syswow64\\tasks\\",
    "\\windows\\system32\\com\\dmp\\",
    "\\windows\\system32\\microsoft\\crypto\\rsa\\machinekeys\\",
    "\\windows\\system32\\spool\\drivers\\color\\",
    "\\windows\\system32\\spool\\printers\\",
    "\\windows\\system32\\spool\\servers\\",
};

// Inside the above, but administrators only.
constexpr std::array<std::string_view, 2> kProtected{
    "\\programdata\\microsoft\\windows defender\\",
    "\\programdata\\package cache\\",
};

// Where a \temp\ or \appdata\ component further down says nothing about plain users.
constexpr std::array<std::string_view, 3> kSystemRoots{"\\windows\\", "\\program files\\",
                                                       "\\program files (x86)\\"};

// A path in lower case with back slashes only, cut at what any rule looks at.
class Folded {
public:
    explicit Folded(std::string_view path) noexcept : size_(std::min(path.size(), text_.size())) {
        for (std::size_t i = 0; i < size_; ++i) {
            const char c = path[i];
            text_[i] = c == '/' ? '\\' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
        }
    }
    [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

private:
    std::array<char, 512> text_;
    std::size_t size_;
};

bool is_drive(std::string_view text) noexcept {
    return text.size() >= 3 && text[0] >= 'a' && text[0] <= 'z' && text[1] == ':' && text[2] == '\\';
}

bool begins_with_any(std::string_view text, const auto& prefixes) noexcept {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view p) { return text.starts_with(p); });
}

}  // namespace

bool is_user_writable_path(std::string_view path) noexcept {
    const Folded folded(path);
    std::string_view text = folded.view();
    for (const std::string_view prefix :
         {std::string_view("\\\\?\\"), std::string_view("\\??\\"), std::string_view("\\\\.\\")}) {
        if (text.starts_with(prefix)) {
            text.remove_prefix(prefix.size());
            if (text.starts_with("unc\\")) {
                return true;
            }
            break;
        }
    }
    constexpr std::string_view kVolume = "\\device\\harddiskvolume";
    constexpr std::string_view kSystemRoot = "\\systemroot\\";
    if (text.starts_with("\\device\\mup\\") || text.starts_with("\\device\\lanmanredirector\\")) {
        return true;
    }
    if (text.starts_with(kSystemRoot)) {
        return false;  // drivers and session manager images; its writable holes are not loaded through it
    }
    if (is_drive(text)) {
        text.remove_prefix(2);
    } else if (text.starts_with(kVolume)) {
        const std::size_t root = text.find('\\', kVolume.size());
        if (root == std::string_view::npos) {
            return false;
        }
        text.remove_prefix(root);
    } else if (text.starts_with("\\\\")) {
        return true;  // \\server\share
    }
    if (!text.starts_with('\\')) {
        return false;
    }
    if (begins_with_any(text, kProtected)) {
        return false;
    }
    if (begins_with_any(text, kWritable) || text.find('\\', 1) == std::string_view::npos) {
        return true;  // the second: a file in the root of a drive
    }
    return !begins_with_any(text, kSystemRoots) && (text.find("\\temp\\") != std::string_view::npos ||
                                                    text.find("\\appdata\\") != std::string_view::npos);
}

bool is_native_image_path(std::string_view path) noexcept {
    return ends_ignoring_case(path, ".ni.dll") || ends_ignoring_case(path, ".ni.exe") ||
           contains_ignoring_case(path, "\\assembly\\NativeImages_");
}

}  // namespace trocar
