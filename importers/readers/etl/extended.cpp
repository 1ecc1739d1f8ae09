#include "importers/readers/etl/extended.h"

namespace trocar::etl {
namespace {

// As stored: size (a multiple of 8, header included), type, linkage, size of the data. Checked on
// AMSITrace.etl and lxcore_kernel.etl of airbus-cert/etl-parser.
constexpr std::size_t kItemHeader = 8;
constexpr std::uint16_t kMoreFollow = 1;

}  // namespace

std::size_t extended_size(Bytes bytes) noexcept {
    std::size_t at = 0;
    for (std::size_t count = 0; count < kMaxExtendedItems; ++count) {
        if (bytes.size() - at < kItemHeader) {
            return 0;
        }
        const std::byte* p = bytes.data() + at;
        const std::size_t size = load_le<std::uint16_t>(p);
        const std::size_t data = load_le<std::uint16_t>(p + 6);
        if (size < kItemHeader + data || size > bytes.size() - at) {
            return 0;
        }
        at += size;
        if ((load_le<std::uint16_t>(p + 4) & kMoreFollow) == 0) {
            return at;
        }
    }
    return 0;
}

bool next_extended(Bytes& items, ExtendedItem& out) noexcept {
    if (items.size() < kItemHeader) {
        return false;
    }
    const std::byte* p = items.data();
    out.type = static_cast<Extended>(load_le<std::uint16_t>(p + 2));
    out.data = items.subspan(kItemHeader, load_le<std::uint16_t>(p + 6));
    items = items.subspan(load_le<std::uint16_t>(p));
    return true;
}

Bytes find_extended(Bytes items, Extended type) noexcept {
    ExtendedItem item;
    while (next_extended(items, item)) {
        if (item.type == type) {
            return item.data;
        }
    }
    return {};
}

}  // namespace trocar::etl
