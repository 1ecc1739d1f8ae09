#pragma once

#include <cstdint>
#include <string_view>

namespace trocar {

/// "Oct 24 06:12:07": no year, no zone.
struct SyslogStamp {
    unsigned month = 0, day = 0;  ///< from 1
    unsigned second_of_day = 0;
    [[nodiscard]] std::uint32_t order() const { return (month * 32 + day) * 86'401 + second_of_day; }
};

/// A line of system.log as syslogd of macOS writes it; views into the text.
struct SyslogLine {
    SyslogStamp stamp;
    std::string_view host, process;
    std::uint32_t pid = 0;
    bool has_pid = false;
    std::string_view message;    ///< with its further lines
    std::uint64_t repeated = 0;  ///< "--- last message repeated N times ---": host and process are missing
};

/// Reads "Mon DD HH:MM:SS host process[pid]: message" (syslogd(8), RFC 3164 section 4.1.2). False: no such
/// head.
[[nodiscard]] bool read_syslog_line(std::string_view text, SyslogLine& out);

}  // namespace trocar
