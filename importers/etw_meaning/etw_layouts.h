#pragma once

#include "importers/etw_meaning/etw_event.h"

#include <cstdint>
#include <string_view>

namespace trocar {

/// Names of an event's fields in the order of its manifest, with blanks between; "" when the event is not known. A
/// version newer than all known ones is read as the newest: providers append fields.
[[nodiscard]] std::string_view etw_field_names(EtwProvider provider, std::uint32_t id, std::uint32_t version) noexcept;

}  // namespace trocar
