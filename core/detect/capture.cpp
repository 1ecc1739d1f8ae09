#include "core/detect/capture.h"

#include <algorithm>

namespace trocar {

SourceId Capture::source_of(EventId event) const {
    // Sources need not lie in the order of their events: one may have been imported again after another.
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const CaptureSource& s = sources[i];
        if (event.value >= s.first_event && event.value - s.first_event < s.event_count) {
            return SourceId{static_cast<std::uint32_t>(i)};
        }
    }
    return {};
}

}  // namespace trocar
