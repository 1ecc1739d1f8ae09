#pragma once

#include <cstdint>
#include <string_view>

namespace trocar {

/// What an event says happened, one vocabulary over all systems. The numbers are stored in case files: append only.
enum class Operation : std::uint8_t {
    generic = 0,  ///< kept and searchable, without a meaning of its own here
    process_create = 1,
    process_exit = 2,
    process_access = 3,   ///< a handle to another process (Sysmon 10)
    remote_thread = 4,    ///< a thread started in another process (Sysmon 8)
    module_load = 5,      ///< Sysmon 7
    process_tamper = 6,   ///< image replaced or locked (Sysmon 25)
    driver_load = 7,
    raw_disk_read = 8,
    file_create = 9,
    file_time_change = 10,
    file_delete = 11,
    file_stream = 12,
    file_block = 13,      ///< Sysmon 27, 28, 29
    registry = 14,        ///< Sysmon 12, 13, 14
    network = 15,
    dns_query = 16,
    pipe = 17,            ///< Sysmon 17, 18
    wmi = 18,             ///< Sysmon 19, 20, 21
    clipboard = 19,
    sensor_state = 20,    ///< Sysmon 4, 16, 255: the sensor speaks of itself
    memory_alloc = 21,
    memory_protect = 22,
    memory_write = 23,
    memory_map = 24,
    memory_unmap = 25,
    thread_context = 26,
    apc_queue = 27,
    suspend = 28,
    resume = 29,
};
inline constexpr int kOperationCount = 30;

/// The field's own word: "ProcessAccess", "CreateRemoteThread" (Sysmon's rule names where there is one).
[[nodiscard]] std::string_view name(Operation operation) noexcept;
[[nodiscard]] bool operation_from_name(std::string_view text, Operation& out) noexcept;

/// The classes that have a colour and a glyph of their own (UX: seven classes; see ui/shell/theme).
enum class OperationClass : std::uint8_t { access, alloc, write, protect, execute, image, process, other };
[[nodiscard]] OperationClass operation_class(Operation operation) noexcept;

}  // namespace trocar
