// The filter's text: whatever it is, an answer or an Error that names a column.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/store/event_filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace trocar;
    const auto parsed = EventFilter::parse(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!parsed.ok() && (parsed.error().kind != ErrorKind::usage || !parsed.error().message.starts_with("column "))) {
        __builtin_trap();
    }
    return 0;
}
