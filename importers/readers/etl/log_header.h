#pragma once

#include "core/base/byte_cursor.h"
#include "core/base/time.h"
#include "importers/readers/etl/record.h"

#include <cstdint>
#include <optional>
#include <string>

namespace trocar::etl {

/// Turns ticks of a session's clock into time, exactly, with saturation. Thread safety: a value.
class Clock {
public:
    Clock() = default;
    /// Time = start + (ticks - first) * multiply / divide in units of 100 ns. `start` is a FILETIME. divide
    /// 0: no time is known.
    Clock(std::uint64_t start, std::uint64_t first, std::uint64_t multiply, std::uint64_t divide)
        : start_(start), first_(first), multiply_(multiply), divide_(divide) {}
    [[nodiscard]] bool known() const { return divide_ != 0; }
    /// kNoTime when the clock is not known or the time is out of range.
    [[nodiscard]] UtcNanos at(std::uint64_t ticks) const noexcept;

private:
    std::uint64_t start_ = 0;
    std::uint64_t first_ = 0;
    std::uint64_t multiply_ = 0;
    std::uint64_t divide_ = 0;
};

/// The first record of a file, TRACE_LOGFILE_HEADER (evntrace.h).
struct LogHeader {
    std::uint32_t buffer_size = 0;  ///< of the session, not the stride of this file
    std::uint32_t build = 0;        ///< of Windows
    std::uint32_t cpus = 0;
    std::uint32_t pointer_size = 0;
    std::uint32_t mode = 0;  ///< LogFileMode
    std::uint32_t buffers_written = 0;
    std::uint32_t events_lost = 0;
    std::uint32_t buffers_lost = 0;
    std::uint32_t clock_type = 0;  ///< 1 performance counter, 2 system time, 3 processor cycles
    UtcNanos start, end;
    Clock clock;
    std::string session;  ///< UTF-8
    std::string file;
};

/// nullopt when `record` is not the header of a trace.
[[nodiscard]] std::optional<LogHeader> read_log_header(const Record& record);
/// a * b / c, saturated; c is not 0.
[[nodiscard]] std::uint64_t multiply_divide(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept;

}  // namespace trocar::etl
