#include "importers/builtin_importers.h"

#include "importers/etw_text/etw_text.h"
#include "importers/linux_audit/linux_audit.h"
#include "importers/linux_audit_text/linux_audit_text.h"
#include "importers/linux_ebpf/linux_ebpf.h"
#include "importers/linux_json/linux_json.h"
#include "importers/linux_procfs/linux_procfs.h"
#include "importers/linux_sysmon/linux_sysmon.h"
#include "importers/macos_elastic/macos_elastic.h"
#include "importers/macos_es/macos_es.h"
#include "importers/macos_es_json/macos_es_json.h"
#include "importers/macos_log/macos_log.h"
#include "importers/macos_logarchive/macos_logarchive.h"
#include "importers/macos_syslog/macos_syslog.h"
#include "importers/sandbox_bson/sandbox_bson.h"
#include "importers/sandbox_cape/sandbox_cape.h"
#include "importers/windows_etl/windows_etl.h"
#include "importers/windows_event_json/windows_event_json.h"
#include "importers/windows_event_xml/windows_event_xml.h"
#include "importers/windows_evtx/windows_evtx_importer.h"
#include "importers/windows_procmon/windows_procmon.h"

namespace trocar {

ImporterList builtin_importers() {
    ImporterList list;
    list.push_back(std::make_unique<WindowsEvtxImporter>());
    list.push_back(make_windows_event_json_importer());
    list.push_back(make_windows_event_xml_importer());
    list.push_back(make_linux_audit_importer());
    list.push_back(make_linux_json_importer());
    list.push_back(make_linux_ebpf_importer());
    list.push_back(make_linux_audit_text_importer());
    list.push_back(make_linux_sysmon_importer());
    list.push_back(make_linux_procfs_importer());
    list.push_back(make_macos_es_importer());
    list.push_back(make_macos_es_json_importer());
    list.push_back(make_macos_elastic_importer());
    list.push_back(make_macos_log_importer());
    list.push_back(make_macos_logarchive_importer());
    list.push_back(make_macos_syslog_importer());
    list.push_back(make_sandbox_cape_importer());
    list.push_back(make_sandbox_bson_importer());
    list.push_back(make_etw_text_importer());
    list.push_back(make_windows_procmon_importer());
    list.push_back(make_windows_etl_importer());
    return list;
}

}  // namespace trocar
