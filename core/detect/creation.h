#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"

namespace trocar {

struct Capture;

/// What the capture says of who made a process.
enum class CreatorKind : std::uint8_t {
    unknown,    ///< no create handle on record: the parent on record is believed
    parent,     ///< the parent on record took it
    unstated,   ///< another process took it, and no parent is on record
    broker,     ///< a Windows service took it on behalf of the parent on record: UAC elevation, runas, error reporting
    contested,  ///< another one opened it at its start by a bare system call: it may have made it, or only watch it
    spoofed,    ///< another process than the parent on record took it (ATT&CK T1134.004)
};
[[nodiscard]] std::string_view name(CreatorKind kind);  ///< "unknown", "parent", ...

/// Who made a process life. A parent is what the maker chose to say (PROC_THREAD_ATTRIBUTE_PARENT_PROCESS); the handle
/// that creation returns goes to the maker all the same.
struct Creation {
    CreatorKind kind = CreatorKind::unknown;
    ProcessId creator;             ///< none when unknown
    std::uint32_t handle = 0;      ///< row of the SignalTable: the create handle; only with a creator
    std::string_view broker = {};  ///< the service in words; only of kind broker
};

/// By ProcessId, for every life. A create handle is an access (Sysmon 10) with all rights within half a second of the
/// target's recorded start whose call trace leaves through process creation (windows_flag::kCreateTrace). Only when no
/// process has one, a direct system call stands for it; only when there is none either, a bare one (kBareTrace), which
/// security products use to open what starts. These two not of the system processes that open every new one. Of several
/// the parent's, else the earliest. Windows only. O(pairs * log signals).
[[nodiscard]] std::vector<Creation> find_creations(const Capture& capture);

/// The creation of a life; unknown for none.
[[nodiscard]] const Creation& creation_of(const Capture& capture, ProcessId life);
/// Did `source` make `target` and say so? By the create handle, else by the parent on record. Where the two differ
/// nobody gets a parent's excuse, except a broker.
[[nodiscard]] bool is_creator(const Capture& capture, ProcessId source, ProcessId target);
/// Lives whose parent is spoofed, in order.
[[nodiscard]] std::vector<ProcessId> spoofed_children(const Capture& capture);

/// "the child says explorer.exe (4668), the create handle is from powershell.exe (8004)" for kind spoofed; "made by
/// svchost.exe (984) for explorer.exe (4668): UAC elevation (...)" for broker; the like for contested; else empty.
/// Evidence: escape it.
[[nodiscard]] std::string creation_words(const Capture& capture, ProcessId life);

}  // namespace trocar
