#pragma once

#include <string_view>

namespace trocar {

/// A debugger or an injecting helper of Xcode, the Command Line Tools or Rosetta, at its own place.
[[nodiscard]] bool is_mac_debugger(std::string_view path);
/// A tool of the system that samples, dumps or reports on other processes: sample, spindump, heap,
/// ReportCrash, ...
[[nodiscard]] bool is_mac_sampler(std::string_view path);

}  // namespace trocar
