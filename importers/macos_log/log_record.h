#pragma once

#include "core/base/time.h"

#include <cstdint>
#include <string_view>

namespace trocar {

/// One record of the unified log, whatever style it was exported in; what a style does not tell is empty or
/// 0. Views are into the record's text.
struct LogRecord {
    UtcNanos time;
    std::string_view host;
    std::string_view process;  ///< processImagePath, of text styles the name
    std::uint32_t pid = 0;
    bool has_pid = false;
    std::string_view sender;  ///< senderImagePath, of text styles the name; the library whose code logged
    std::string_view subsystem, category;
    std::string_view type;   ///< messageType: "Default", "Info", "Debug", "Error", "Fault"
    std::string_view event;  ///< eventType: "logEvent", "activityCreateEvent", "signpostEvent", "lossEvent"
    std::uint64_t thread = 0, activity = 0, user = 0;
    bool has_thread = false, has_activity = false, has_user = false;
    std::string_view message;
};

}  // namespace trocar
