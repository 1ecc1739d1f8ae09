#pragma once

#include "core/base/byte_cursor.h"
#include "importers/readers/etl/format.h"

#include <cstddef>
#include <cstdint>

namespace trocar::etl {

/// One item between an EVENT_HEADER and its payload.
struct ExtendedItem {
    Extended type{};
    Bytes data;
};

/// Bytes that the chain of items takes; 0 when it does not end within `bytes` or within kMaxExtendedItems.
[[nodiscard]] std::size_t extended_size(Bytes bytes) noexcept;
/// Cuts the next item off the front; false at the end. `items` is what extended_size() measured.
[[nodiscard]] bool next_extended(Bytes& items, ExtendedItem& out) noexcept;
/// Data of the first item of that type; empty when there is none.
[[nodiscard]] Bytes find_extended(Bytes items, Extended type) noexcept;

}  // namespace trocar::etl
