#pragma once

#include "core/model/operation.h"
#include "importers/macos_log/log_record.h"

#include <cstdint>
#include <string_view>

namespace trocar {

/// A process as a message names it. The kernel names who asked for a task port by signing identifier, without
/// a pid.
struct LogProcess {
    std::string_view name;
    std::uint32_t pid = 0;
    bool has_pid = false;
    [[nodiscard]] bool present() const { return has_pid || !name.empty(); }
};

/// What a message says, where its wording is known (docs/formats/macos-log.md).
struct LogMeaning {
    std::string_view pattern;  ///< "macOSTaskPolicy"; empty: not known
    Operation operation = Operation::generic;
    std::uint64_t value = 0;
    std::uint32_t flags = 0;  ///< mac_flag
    LogProcess source, target;
    std::string_view library;  ///< the mapped file
    std::string_view request;  ///< the port, or sandbox operation, that was refused, with its object
    std::string_view reason;
};

/// A typed meaning only where the record's process and sender are the ones that write such messages: user
/// programs can log the same words. A look-alike stays generic, with the pattern "not from the kernel".
[[nodiscard]] LogMeaning read_log_meaning(const LogRecord& record);

/// Whether a text holds the words of one of the kernel's messages, whoever wrote it.
[[nodiscard]] bool has_log_pattern(std::string_view text);

}  // namespace trocar
