#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

struct AccessRight {
    std::uint32_t bit = 0;
    std::string_view name;
};

/// Rights of a process handle. Specific rights: Microsoft, "Process Security and Access Rights", and for SET_SESSIONID
/// and SET_LIMITED_INFORMATION ntpsapi.h of winsiderss/systeminformer phnt; standard rights: winnt.h.
inline constexpr std::array<AccessRight, 19> kAccessRights{{
    {0x0001, "PROCESS_TERMINATE"},
    {0x0002, "PROCESS_CREATE_THREAD"},
    {0x0004, "PROCESS_SET_SESSIONID"},
    {0x0008, "PROCESS_VM_OPERATION"},
    {0x0010, "PROCESS_VM_READ"},
    {0x0020, "PROCESS_VM_WRITE"},
    {0x0040, "PROCESS_DUP_HANDLE"},
    {0x0080, "PROCESS_CREATE_PROCESS"},
    {0x0100, "PROCESS_SET_QUOTA"},
    {0x0200, "PROCESS_SET_INFORMATION"},
    {0x0400, "PROCESS_QUERY_INFORMATION"},
    {0x0800, "PROCESS_SUSPEND_RESUME"},
    {0x1000, "PROCESS_QUERY_LIMITED_INFORMATION"},
    {0x2000, "PROCESS_SET_LIMITED_INFORMATION"},
    {0x10000, "DELETE"},
    {0x20000, "READ_CONTROL"},
    {0x40000, "WRITE_DAC"},
    {0x80000, "WRITE_OWNER"},
    {0x100000, "SYNCHRONIZE"},
}};

inline constexpr std::uint32_t kCreateThread = 0x0002;
inline constexpr std::uint32_t kVmOperation = 0x0008;
inline constexpr std::uint32_t kVmRead = 0x0010;
inline constexpr std::uint32_t kVmWrite = 0x0020;
inline constexpr std::uint32_t kAllAccess = 0x1fffff;  ///< PROCESS_ALL_ACCESS since Windows Vista

/// "0x1f3fff (VM_WRITE, VM_OPERATION, CREATE_THREAD +11)": first the rights that an injection needs.
[[nodiscard]] std::string describe_rights(std::uint64_t granted);

}  // namespace trocar
