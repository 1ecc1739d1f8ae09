#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/capture.h"

namespace trocar::test {

struct MadeProcess {
    std::string name;             ///< how signals name it
    std::string path;
    std::uint32_t pid = 0;
    int parent = -1;              ///< index among the processes
    UtcNanos start;               ///< none: no creation in the capture
};

struct MadeSignal {
    UtcNanos time;
    Role role = Role::access;
    int source = -1, target = -1;  ///< -1: none (module load, tampering)
    std::uint64_t value = 0;
    std::string text;
    std::uint32_t flags = 0;
    std::uint32_t file = 0;
    std::uint64_t record = 0;
};

/// A capture in the making. Files are "a.evtx", "b.evtx", ...; event ids follow (place of the file in `file_order`,
/// place among the signals), as an import gives them.
struct MadeCapture {
    std::vector<MadeProcess> processes;
    std::vector<MadeSignal> events;
    std::vector<Operation> also_recorded;   ///< operations seen elsewhere on the host
    [[nodiscard]] std::shared_ptr<const Capture> build(std::vector<std::uint32_t> file_order = {}) const;
};

/// Reads the text form; '#' begins a comment, blanks part words. A bad line leaves `error` set.
///   process NAME PID PATH [parent=NAME] [start=SECONDS]
///   SECONDS ROLE SOURCE|- TARGET [value=0x..] [text=..] [flags=word|word] [file=a] [record=N]
///   recorded OPERATION
/// Flags: unknown unsigned native writable outside unstated loadlibrary ctrl kernel debug replaced locked inmodule.
[[nodiscard]] MadeCapture read_capture(std::string_view text, std::string& error);

/// One line a visible row: "chain powershell.exe>notepad.exe T1055.002 corroborated 95 span 3282ms x88".
[[nodiscard]] std::string print_rows(const FindingView& view);

/// Analysis and view at `sets` ("AccessMask=all:0x2A", ...).
[[nodiscard]] FindingView analyse(const std::shared_ptr<const Capture>& capture, const std::vector<std::string>& sets = {},
                                  bool partial = false, const std::vector<HideRule>& hidden = {});

}  // namespace trocar::test
