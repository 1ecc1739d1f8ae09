#include "core/detect/analytics/mac_images.h"

#include "core/base/mac_path.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace trocar {
namespace {

// Tools of Xcode and of macOS that ask for task ports as their work: man pages lldb(1), sample(1), heap(1),
// spindump(8), tailspin(8), sysdiagnose(1); RemoteInjectionAgent starts threads in programs under Xcode's
// view debugging.
constexpr std::array<std::string_view, 6> kDebuggers{
    "debugserver", "lldb", "lldb-rpc-server", "RemoteInjectionAgent", "DTServiceHub", "Instruments"};
constexpr std::array<std::string_view, 13> kSamplers{
    "sample", "spindump",       "spindump_agent", "tailspin",   "tailspind",   "heap",       "leaks",
    "vmmap",  "malloc_history", "footprint",      "stringdups", "ReportCrash", "sysdiagnose"};

template <std::size_t N>
bool named_among(std::string_view path, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), file_name(path)) != names.end();
}

}  // namespace

bool is_mac_debugger(std::string_view path) {
    return (in_mac_developer_tools(path) || in_mac_system_folder(path)) && named_among(path, kDebuggers);
}

bool is_mac_sampler(std::string_view path) {
    return (in_mac_developer_tools(path) || in_mac_system_folder(path)) && named_among(path, kSamplers);
}

}  // namespace trocar
