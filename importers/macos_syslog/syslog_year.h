#pragma once

#include "core/base/time.h"
#include "core/ingest/importer.h"
#include "importers/macos_syslog/syslog_line.h"

namespace trocar {

/// Gives stamps their year. The first line's is what the analyst says; else it follows from the last line,
/// which is not younger than the file's own time stamp. From there the year steps when a stamp falls back by
/// more than six months (December to January); smaller steps back are lines out of order or a clock set.
/// Thread safety: one thread.
class SyslogYear {
public:
    /// `first` and `last` stamps of the file: with last before first a year ends within (a file covers less
    /// than a year).
    SyslogYear(const ImportHints& hints, UtcNanos modified, const SyslogStamp& first,
               const SyslogStamp& last);
    [[nodiscard]] bool known() const { return year_ != 0; }
    /// Said by the analyst, not taken from the file's time.
    [[nodiscard]] bool said() const { return said_; }
    /// kNoTime when no year is known, or the day does not exist in it.
    [[nodiscard]] UtcNanos time_of(const SyslogStamp& stamp);

private:
    int year_ = 0;
    int zone_minutes_ = 0;
    bool said_ = false;
    SyslogStamp before_;
};

}  // namespace trocar
