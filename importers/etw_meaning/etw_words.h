#pragma once

#include "importers/etw_meaning/etw_event.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// PAGE_EXECUTE_READ of 0x20, with modifiers ("PAGE_READWRITE|PAGE_GUARD"); "" for what is no protection.
[[nodiscard]] std::string protection_name(std::uint64_t protection);

/// The field's name of an event of Threat-Intelligence, the same whatever wrote it: "ALLOCVM_REMOTE"; "" when not
/// known.
[[nodiscard]] std::string_view threat_task(std::uint32_t id) noexcept;

/// "ALLOCVM_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READWRITE"; a change of protection names the old one too.
[[nodiscard]] std::string memory_words(const EtwEvent& event);

}  // namespace trocar
