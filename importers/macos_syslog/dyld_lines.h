#pragma once

#include "core/model/operation.h"
#include "importers/macos_syslog/syslog_line.h"

#include <cstdint>
#include <string_view>

namespace trocar {

/// What a line tells of DYLD_INSERT_LIBRARIES (docs/formats/macos-log.md).
struct DyldLine {
    std::string_view pattern;  ///< empty: nothing
    Operation operation = Operation::generic;
    std::uint32_t flags = 0;   ///< mac_flag
    std::string_view library;  ///< the variable's value, or the library that dyld did not find
    std::string_view program;  ///< started with it; of dyld's own lines the process, when it is named
    std::uint32_t program_pid = 0;
    bool has_program_pid = false;
    std::string_view command;  ///< the whole command line
};

/// Lines of sudo, shells and launchd that start a program with the variable, and dyld's refusals. Any program
/// can write such a line: one of another tag has a pattern and no meaning.
[[nodiscard]] DyldLine read_dyld_line(const SyslogLine& line);

}  // namespace trocar
