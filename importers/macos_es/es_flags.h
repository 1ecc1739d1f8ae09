#pragma once

#include "importers/macos_es/es_process.h"

#include <simdjson.h>

#include <cstdint>

namespace trocar {

/// mac_flag of two processes: who vouches for either, what the target allows, whether it is the source's
/// child. A source that is not present says nothing.
[[nodiscard]] std::uint32_t es_flags(const EsProcess& source, const EsProcess& target);

/// Whether event.exec names the entitlement by which a hardened program heeds dyld's variables.
[[nodiscard]] bool allows_dyld_variables(simdjson::dom::object exec);

/// dyld drops its variables in restricted, hardened and platform programs; the entitlement of hardened ones
/// keeps them (dyld, ProcessConfig::Security; Apple, "Hardened Runtime").
[[nodiscard]] bool ignores_dyld_variables(const EsProcess& program, bool allowed);

}  // namespace trocar
