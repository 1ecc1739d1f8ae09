#pragma once

#include "core/base/guid.h"
#include "core/base/time.h"
#include "core/model/event.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace trocar {

/// Providers whose events have a meaning here.
enum class EtwProvider : std::uint8_t {
    other,                ///< kept and searchable
    kernel_process,       ///< Microsoft-Windows-Kernel-Process
    audit_api_calls,      ///< Microsoft-Windows-Kernel-Audit-API-Calls
    threat_intelligence,  ///< Microsoft-Windows-Threat-Intelligence
    nt_kernel_logger,     ///< records of the NT kernel logger: `group` and `opcode` say which
};

/// By the provider's GUID, else by its name (any case, "Microsoft-Windows-" may be missing).
[[nodiscard]] EtwProvider etw_provider(const Guid& guid, std::string_view name) noexcept;
/// "Microsoft-Windows-Kernel-Process"; "" for other.
[[nodiscard]] std::string_view etw_provider_name(EtwProvider provider) noexcept;

/// One named value of an event, names as in the provider's manifest ("TargetProcessId"), compared ignoring case.
/// ValueKind::time holds UtcNanos; a FILETIME that came as a number may stay one.
struct EtwField {
    std::string_view name;
    ValueKind kind = ValueKind::text;
    std::uint64_t number = 0;
    std::uint64_t low = 0;  ///< low half of a guid
    std::string_view text;
};

/// The process id that stands for "not known" in record headers.
inline constexpr std::uint32_t kEtwNoProcess = 0xFFFFFFFF;

/// One event of Event Tracing for Windows, as read from any notation. Views live as long as the record they were read
/// from.
struct EtwEvent {
    EtwProvider provider = EtwProvider::other;
    std::string_view provider_name;  ///< as shown; empty: the name of `provider`
    std::uint32_t id = 0;            ///< event id; of the NT kernel logger: group << 8 | opcode
    std::uint32_t version = 0;
    UtcNanos time;                      ///< of the record; kNoTime when it has none
    std::uint32_t pid = kEtwNoProcess;  ///< of the record's header: the process whose thread logged it
    std::uint32_t tid = kEtwNoProcess;
    std::string_view image;  ///< of `pid`, where the notation names it
    std::string_view task;   ///< task name, where the notation gives one
    std::vector<EtwField> fields;

    [[nodiscard]] const EtwField* find(std::string_view name) const noexcept;
    /// Numbers, and texts that are one whole decimal or 0x number.
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const noexcept;
    /// A number that fits 32 bits.
    [[nodiscard]] std::optional<std::uint32_t> pid_in(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept;
    /// A time, or a number taken as FILETIME; kNoTime when absent or out of range.
    [[nodiscard]] UtcNanos instant(std::string_view name) const noexcept;
};

/// id of an NT kernel logger record.
[[nodiscard]] constexpr std::uint32_t kernel_record(std::uint32_t group, std::uint32_t opcode) {
    return group << 8U | opcode;
}

}  // namespace trocar
