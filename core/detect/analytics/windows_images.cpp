#include "core/detect/analytics/windows_images.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/text.h"

namespace trocar {
namespace {

// Drawn from SigmaHQ/sigma filters of the create_remote_thread and process_access rules (rules/windows), Elastic
// detection-rules and Fibratus exclusions; kept only with a full path.
constexpr std::string_view kSystem = "\\Windows\\System32\\";
constexpr std::array kBenign{
    BenignPair{"\\Windows\\System32\\dwm.exe", "\\Windows\\System32\\csrss.exe", "", "desktop window manager attaching"},
    BenignPair{"\\Windows\\System32\\VBoxTray.exe", "\\Windows\\System32\\csrss.exe", "", "VirtualBox desktop attach"},
    BenignPair{"\\Program Files\\Microsoft Office*\\POWERPNT.EXE", "\\Windows\\System32\\csrss.exe", "",
               "PowerPoint attaching to the console server"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\csrss.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\LogonUI.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\wlrmdr.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\AtBroker.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\dwm.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\fontdrvhost.exe", "",
               "logon session handling"},
    BenignPair{"\\Windows\\System32\\winlogon.exe", "\\Windows\\System32\\userinit.exe", "", "logon session handling"},
    BenignPair{"\\Windows\\System32\\wbem\\WmiPrvSE.exe", "\\Windows\\System32\\lsass.exe", "", "WMI provider host"},
    BenignPair{"\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe", "\\Windows\\System32\\*", "GetCommandLineW",
               "VMware Tools reading a command line"},
    BenignPair{"\\Program Files\\Xerox\\XeroxPrintExperience\\CommonFiles\\XeroxPrintJobEventManagerService.exe",
               "\\Windows\\System32\\spoolsv.exe", "LoadLibraryW", "Xerox print monitor"},
    BenignPair{"\\Windows\\System32\\WerFault.exe", "*", "", "Windows Error Reporting"},
    BenignPair{"\\Windows\\SysWOW64\\WerFault.exe", "*", "", "Windows Error Reporting"},
    BenignPair{"\\Windows\\System32\\WerFaultSecure.exe", "*", "", "Windows Error Reporting"},
    BenignPair{"\\ProgramData\\Microsoft\\Windows Defender\\Platform\\*\\MsMpEng.exe", "*", "", "Microsoft Defender"},
    BenignPair{"\\ProgramData\\Microsoft\\Windows Defender\\Platform\\*\\MpDefenderCoreService.exe", "*", "",
               "Microsoft Defender"},
    BenignPair{"\\ProgramData\\Microsoft\\Windows Defender\\Platform\\*\\NisSrv.exe", "*", "", "Microsoft Defender"},
    BenignPair{"\\Program Files\\Windows Defender\\MsMpEng.exe", "*", "", "Microsoft Defender"},
    BenignPair{"\\Program Files\\Common Files\\Microsoft Shared\\ClickToRun\\OfficeClickToRun.exe", "*", "",
               "Office Click-to-Run"},
    BenignPair{"\\Windows\\Microsoft.NET\\Framework*\\ngen.exe", "*", "", ".NET native image generation"},
    BenignPair{"\\Windows\\Microsoft.NET\\Framework*\\mscorsvw.exe", "*", "", ".NET native image generation"},
    BenignPair{"\\Windows\\System32\\CompatTelRunner.exe", "\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
               "", "compatibility telemetry"},
    BenignPair{"\\Windows\\System32\\provtool.exe", "\\Windows\\System32\\svchost.exe", "", "provisioning"},
    BenignPair{"\\Windows\\System32\\AppVClient.exe", "\\Windows\\System32\\mavinject.exe", "", "App-V client"},
    BenignPair{"\\Program Files\\Windows Kits\\*\\Debuggers\\*\\windbg.exe", "*", "", "debugger"},
    BenignPair{"\\Program Files\\Windows Kits\\*\\Debuggers\\*\\cdb.exe", "*", "", "debugger"},
    BenignPair{"\\Program Files\\Microsoft Visual Studio*\\*\\msvsmon.exe", "*", "", "debugger"},
    BenignPair{"\\Program Files\\Microsoft Visual Studio*\\*\\devenv.exe", "*", "", "debugger"},
    BenignPair{"\\Program Files\\Git\\usr\\bin\\*.exe", "\\Program Files\\Git\\usr\\bin\\*.exe", "",
               "msys fork of Git for Windows"},
    BenignPair{"\\Program Files\\Steam\\*.exe", "\\Program Files\\Steam\\*", "", "game overlay"},
};
static_assert(kBenign.size() <= 64);

/// The path from the backslash before its first folder: drive, \??\ and device prefixes taken off.
std::string_view without_volume(std::string_view path) {
    if (starts_ignoring_case(path, "\\??\\") || starts_ignoring_case(path, "\\\\?\\")) {
        path.remove_prefix(4);
    }
    constexpr std::string_view kDevice = "\\Device\\HarddiskVolume";
    if (starts_ignoring_case(path, kDevice)) {
        path.remove_prefix(kDevice.size());
        const std::size_t folder = path.find('\\');
        return folder == std::string_view::npos ? std::string_view{} : path.substr(folder);
    }
    if (path.size() > 2 && path[1] == ':') {
        path.remove_prefix(2);
    }
    return path;
}

/// One spelling for folders that have several; exact prefixes only, since C:\Program FilesX is anyone's to make.
std::string one_spelling(std::string_view path) {
    const std::string_view local = without_volume(path);
    constexpr std::string_view kPrograms = "\\Program Files (x86)\\", kRoot = "\\SystemRoot\\";
    if (starts_ignoring_case(local, kPrograms)) {
        return "\\Program Files\\" + std::string(local.substr(kPrograms.size()));
    }
    if (starts_ignoring_case(local, kRoot)) {
        return "\\Windows\\" + std::string(local.substr(kRoot.size()));
    }
    return std::string(local);
}

template <class Field>
std::uint64_t matching(std::string_view path, Field field) {
    const std::string local = one_spelling(path);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < kBenign.size(); ++i) {
        bits |= glob_match(field(kBenign[i]), local) ? std::uint64_t{1} << i : 0;
    }
    return bits;
}

}  // namespace

bool in_system32(std::string_view path) { return starts_ignoring_case(one_spelling(path), kSystem); }

bool in_user_writable_folder(std::string_view path) {
    const std::string local = one_spelling(path);
    constexpr std::array<std::string_view, 8> kFolders{"\\Users\\",         "\\ProgramData\\",     "\\Windows\\Temp\\",
                                                       "\\Windows\\Tasks\\", "\\Temp\\",            "\\PerfLogs\\",
                                                       "\\$Recycle.Bin\\",  "\\Documents and Settings\\"};
    if (starts_ignoring_case(local, "\\ProgramData\\Microsoft\\Windows Defender\\")) {
        return false;
    }
    return std::any_of(kFolders.begin(), kFolders.end(),
                       [&](std::string_view folder) { return starts_ignoring_case(local, folder); });
}

bool is_minimal_process(std::string_view image) {
    constexpr std::array<std::string_view, 5> kNames{"System", "Registry", "MemCompression", "Memory Compression",
                                                     "Secure System"};
    return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return equal_ignoring_case(n, image); });
}

bool opens_every_process(std::string_view path) {
    constexpr std::array<std::string_view, 7> kNames{"csrss.exe", "services.exe", "svchost.exe", "conhost.exe",
                                                     "lsass.exe", "wininit.exe",  "smss.exe"};
    const std::string local = one_spelling(path);
    if (!starts_ignoring_case(local, kSystem)) {
        return false;
    }
    // Directly in System32: some folders below it are writable.
    const std::string_view name = std::string_view(local).substr(kSystem.size());
    return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return equal_ignoring_case(n, name); });
}

std::span<const BenignPair> benign_pairs() { return kBenign; }

std::uint64_t benign_sources(std::string_view path) {
    return matching(path, [](const BenignPair& p) { return p.source; });
}

std::uint64_t benign_targets(std::string_view path) {
    return matching(path, [](const BenignPair& p) { return p.target; });
}

}  // namespace trocar
