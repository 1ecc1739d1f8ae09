#include "importers/etw_meaning/etw_words.h"

#include "core/base/text.h"

#include <array>

namespace trocar {
namespace {

struct Word {
    std::uint32_t number;
    std::string_view name;
};

// winnt.h.
constexpr std::array kPages{Word{0x01, "PAGE_NOACCESS"},          Word{0x02, "PAGE_READONLY"},
                            Word{0x04, "PAGE_READWRITE"},         Word{0x08, "PAGE_WRITECOPY"},
                            Word{0x10, "PAGE_EXECUTE"},           Word{0x20, "PAGE_EXECUTE_READ"},
                            Word{0x40, "PAGE_EXECUTE_READWRITE"}, Word{0x80, "PAGE_EXECUTE_WRITECOPY"}};
constexpr std::array kModifiers{Word{0x100, "PAGE_GUARD"}, Word{0x200, "PAGE_NOCACHE"},
                                Word{0x400, "PAGE_WRITECOMBINE"}};

// Event ids of Microsoft-Windows-Threat-Intelligence, named by keyword (manifest in jdu2600/Windows10EtwEvents).
constexpr std::array kTasks{
    Word{1, "ALLOCVM_REMOTE"},
    Word{2, "PROTECTVM_REMOTE"},
    Word{3, "MAPVIEW_REMOTE"},
    Word{4, "QUEUEUSERAPC_REMOTE"},
    Word{5, "SETTHREADCONTEXT_REMOTE"},
    Word{6, "ALLOCVM_LOCAL"},
    Word{7, "PROTECTVM_LOCAL"},
    Word{8, "MAPVIEW_LOCAL"},
    Word{11, "READVM_LOCAL"},
    Word{12, "WRITEVM_LOCAL"},
    Word{13, "READVM_REMOTE"},
    Word{14, "WRITEVM_REMOTE"},
    Word{15, "SUSPEND_THREAD"},
    Word{16, "RESUME_THREAD"},
    Word{17, "SUSPEND_PROCESS"},
    Word{18, "RESUME_PROCESS"},
    Word{19, "FREEZE_PROCESS"},
    Word{20, "THAW_PROCESS"},
    Word{21, "ALLOCVM_REMOTE_KERNEL_CALLER"},
    Word{22, "PROTECTVM_REMOTE_KERNEL_CALLER"},
    Word{23, "MAPVIEW_REMOTE_KERNEL_CALLER"},
    Word{24, "QUEUEUSERAPC_REMOTE_KERNEL_CALLER"},
    Word{25, "SETTHREADCONTEXT_REMOTE_KERNEL_CALLER"},
    Word{26, "ALLOCVM_LOCAL_KERNEL_CALLER"},
    Word{27, "PROTECTVM_LOCAL_KERNEL_CALLER"},
    Word{28, "MAPVIEW_LOCAL_KERNEL_CALLER"},
};

}  // namespace

std::string protection_name(std::uint64_t protection) {
    std::string out;
    for (const Word& page : kPages) {
        if ((protection & 0xffU) == page.number) {
            out = page.name;
        }
    }
    for (const Word& modifier : kModifiers) {
        if ((protection & modifier.number) != 0 && !out.empty()) {
            out += "|" + std::string(modifier.name);
        }
    }
    return out;
}

std::string_view threat_task(std::uint32_t id) noexcept {
    for (const Word& task : kTasks) {
        if (task.number == id) {
            return task.name;
        }
    }
    return {};
}

std::string memory_words(const EtwEvent& event) {
    const auto base = event.number("TargetAddress") ? event.number("TargetAddress") : event.number("BaseAddress");
    std::string out(threat_task(event.id));
    out += base ? " " + hex(*base) : "";
    for (const std::string_view size_name : {"RegionSize", "ViewSize", "BytesCopied"}) {
        if (const auto size = event.number(size_name); size && *size != 0) {
            out += ", " + hex(*size) + " bytes";
            break;
        }
    }
    const std::string page = protection_name(event.number("ProtectionMask").value_or(0));
    const std::string before = protection_name(event.number("LastProtectionMask").value_or(0));
    out += page.empty() ? "" : ", " + page;
    out += before.empty() ? "" : ", was " + before;
    return out;
}

}  // namespace trocar
