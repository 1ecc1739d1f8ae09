#pragma once

#include "core/ingest/evidence_walk.h"
#include "importers/etw_text/etw_text.h"
#include "tests/support/recording_sink.h"

#include <string>

namespace trocar::test {

inline RecordingSink read_etw_text(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("events", std::move(text));
    const Status read = make_etw_text_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

inline const std::string kKrabsHead =
    "timestamp_etw,provider_name,event_id,task_info,process_id,thread_id,targetpid,targettid,filepath,threadid,"
    "win32startaddr,"
    "desiredaccess,returncode,baseaddress,regionsize,protectionmask,lastprotectionmask,callingprocessid,createtime,"
    "parentprocessid,message\n";
constexpr const char* kProcess = "Microsoft-Windows-Kernel-Process";
constexpr const char* kAudit = "Microsoft-Windows-Kernel-Audit-API-Calls";
constexpr const char* kThreat = "Microsoft-Windows-Threat-Intelligence";

/// A row of kKrabsHead; `cells` are those from targetpid on.
inline std::string krabs_row(const std::string& second, const std::string& provider, int id, const std::string& process,
                             const std::string& cells) {
    return "\"2025-12-15 10:49:" + second + "Z\",\"" + provider + "\"," + std::to_string(id) + ",\"task\",\"" +
           process + "\",77," + cells + "\n";
}

}  // namespace trocar::test
