#include "importers/windows_event_json/json_keys.h"

#include <random>

#define XXH_INLINE_ALL
#include "core/base/text.h"
#include "core/model/field.h"

#include <xxhash.h>

namespace trocar {
namespace {

struct NamedRole {
    Scope scope;
    std::string_view name;
    KeyRole role;
};

constexpr NamedRole kRoles[] = {
    // Flat shapes (nxlog, Get-WinEvent style, OTRF 2.0) and Log Analytics.
    {Scope::top, "EventID", KeyRole::event_id},
    {Scope::top, "EventId", KeyRole::event_id},
    {Scope::top, "SourceName", KeyRole::provider},
    {Scope::top, "Provider", KeyRole::provider},
    {Scope::top, "ProviderName", KeyRole::provider},
    {Scope::top, "EventSourceName", KeyRole::provider_other},
    {Scope::top, "Source", KeyRole::source_or_field},
    {Scope::top, "Channel", KeyRole::channel},
    {Scope::top, "LogName", KeyRole::channel},
    {Scope::top, "EventLog", KeyRole::channel},
    {Scope::top, "Hostname", KeyRole::host},
    {Scope::top, "Computer", KeyRole::host},
    {Scope::top, "MachineName", KeyRole::host},
    {Scope::top, "RecordNumber", KeyRole::record},
    {Scope::top, "EventRecordID", KeyRole::record},
    {Scope::top, "EventRecordId", KeyRole::record},
    {Scope::top, "ExecutionProcessID", KeyRole::emitter_pid},
    {Scope::top, "ProcessID", KeyRole::emitter_pid_or_field},
    {Scope::top, "ThreadID", KeyRole::transport},
    {Scope::top, "Version", KeyRole::version_or_field},
    {Scope::top, "EventTime", KeyRole::time_log},
    {Scope::top, "TimeCreated", KeyRole::time_log},
    {Scope::top, "@timestamp", KeyRole::time_shipped},
    {Scope::top, "TimeGenerated", KeyRole::time_stored},
    {Scope::top, "EventReceivedTime", KeyRole::time_received},
    {Scope::top, "EventType", KeyRole::event_type},
    {Scope::top, "EventTypeOrignal", KeyRole::event_type_moved},
    {Scope::top, "SourceModuleName", KeyRole::shipper},
    {Scope::top, "SourceModuleType", KeyRole::shipper},
    {Scope::top, "ProviderGuid", KeyRole::transport},
    {Scope::top, "Keywords", KeyRole::transport},
    {Scope::top, "SeverityValue", KeyRole::transport},
    {Scope::top, "OpcodeValue", KeyRole::transport},
    {Scope::top, "Task", KeyRole::transport},
    {Scope::top, "ERROR_EVT_UNRESOLVED", KeyRole::transport},
    {Scope::top, "@version", KeyRole::transport},
    {Scope::top, "host", KeyRole::transport},  // the collector, never the origin
    {Scope::top, "port", KeyRole::transport},
    {Scope::top, "tags", KeyRole::transport},
    {Scope::top, "Severity", KeyRole::metadata},
    {Scope::top, "Level", KeyRole::metadata},
    {Scope::top, "Opcode", KeyRole::metadata},
    {Scope::top, "Category", KeyRole::metadata},
    {Scope::top, "AccountName", KeyRole::metadata},
    {Scope::top, "AccountType", KeyRole::metadata},
    {Scope::top, "Domain", KeyRole::metadata},
    {Scope::top, "UserID", KeyRole::metadata},
    {Scope::top, "Message", KeyRole::metadata},
    {Scope::top, "EventData", KeyRole::in_event_text},
    {Scope::top, "UserData", KeyRole::in_event_text},
    {Scope::top, "TenantId", KeyRole::cloud},
    {Scope::top, "SourceSystem", KeyRole::cloud},
    {Scope::top, "ManagementGroupName", KeyRole::cloud},
    {Scope::top, "EventOriginId", KeyRole::cloud},
    {Scope::top, "_ResourceId", KeyRole::cloud},
    {Scope::top, "EventLevelName", KeyRole::metadata},
    {Scope::top, "EventLevel", KeyRole::transport},
    {Scope::top, "RenderedDescription", KeyRole::metadata},
    // winlogbeat 6.
    {Scope::top, "event_id", KeyRole::event_id},
    {Scope::top, "source_name", KeyRole::provider},
    {Scope::top, "log_name", KeyRole::channel},
    {Scope::top, "computer_name", KeyRole::host},
    {Scope::top, "record_number", KeyRole::record},
    {Scope::top, "process_id", KeyRole::emitter_pid},
    {Scope::top, "event_data", KeyRole::in_event_data},
    {Scope::top, "user_data", KeyRole::in_user_data},
    {Scope::top, "message", KeyRole::metadata},
    {Scope::top, "level", KeyRole::metadata},
    {Scope::top, "opcode", KeyRole::metadata},
    {Scope::top, "keywords", KeyRole::metadata},
    {Scope::top, "user", KeyRole::metadata},
    {Scope::top, "task", KeyRole::transport},
    {Scope::top, "type", KeyRole::transport},
    {Scope::top, "version", KeyRole::transport},
    {Scope::top, "thread_id", KeyRole::transport},
    {Scope::top, "provider_guid", KeyRole::transport},
    {Scope::top, "activity_id", KeyRole::transport},
    {Scope::top, "related_activity_id", KeyRole::transport},
    {Scope::top, "beat", KeyRole::transport},
    {Scope::top, "@metadata", KeyRole::transport},
    // winlogbeat 7 and later, Elastic Common Schema.
    {Scope::top, "winlog", KeyRole::in_winlog},
    {Scope::top, "event", KeyRole::transport},
    {Scope::top, "agent", KeyRole::transport},
    {Scope::top, "ecs", KeyRole::transport},
    {Scope::top, "log", KeyRole::transport},
    {Scope::top, "input", KeyRole::transport},
    {Scope::top, "_source", KeyRole::in_wrapper},
    {Scope::top, "_index", KeyRole::transport},
    {Scope::top, "_id", KeyRole::transport},
    {Scope::top, "_type", KeyRole::transport},
    {Scope::top, "_score", KeyRole::transport},
    {Scope::top, "sort", KeyRole::transport},
    {Scope::winlog, "event_id", KeyRole::event_id},
    {Scope::winlog, "provider_name", KeyRole::provider},
    {Scope::winlog, "channel", KeyRole::channel},
    {Scope::winlog, "computer_name", KeyRole::host},
    {Scope::winlog, "record_id", KeyRole::record},
    {Scope::winlog, "process", KeyRole::in_process},
    {Scope::winlog, "event_data", KeyRole::in_event_data},
    {Scope::winlog, "user_data", KeyRole::in_user_data},
    {Scope::winlog, "time_created", KeyRole::time_log},
    {Scope::winlog, "user", KeyRole::metadata},
    {Scope::winlog, "keywords", KeyRole::metadata},
    {Scope::winlog, "opcode", KeyRole::metadata},
    {Scope::winlog, "task", KeyRole::transport},
    {Scope::winlog, "version", KeyRole::transport},
    {Scope::winlog, "api", KeyRole::transport},
    {Scope::winlog, "provider_guid", KeyRole::transport},
    {Scope::winlog, "activity_id", KeyRole::transport},
    {Scope::winlog, "related_activity_id", KeyRole::transport},
    // evtx_dump.
    {Scope::top, "Event", KeyRole::in_event},
};

// Sysmon and its exporters write these with Guid or GUID; only there is case not kept apart.
constexpr std::string_view kGuidNames[] = {"ProcessGuid", "ParentProcessGuid", "SourceProcessGuid",
                                           "TargetProcessGuid", "LogonGuid"};

}  // namespace

JsonKeyTable::JsonKeyTable(EventSink& sink)
    : sink_(sink), slots_(1024, nullptr), seed_(std::random_device{}()) {
    for (const NamedRole& named : kRoles) {
        if (JsonKey* key = find_or_add(named.name)) {
            key->role[static_cast<std::size_t>(named.scope)] = named.role;
        }
    }
}

void JsonKeyTable::grow() {
    std::vector<JsonKey*> larger(slots_.size() * 2, nullptr);
    const std::size_t mask = larger.size() - 1;
    for (JsonKey& key : keys_) {
        std::size_t at = key.hash & mask;
        while (larger[at] != nullptr) {
            at = (at + 1) & mask;
        }
        larger[at] = &key;
    }
    slots_ = std::move(larger);
}

JsonKey* JsonKeyTable::find_or_add(std::string_view name) {
    const std::uint64_t hash = XXH3_64bits_withSeed(name.data(), name.size(), seed_);
    std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    for (; slots_[at] != nullptr; at = (at + 1) & mask) {
        if (slots_[at]->hash == hash && slots_[at]->name == name) {
            return slots_[at];
        }
    }
    if (keys_.size() >= kMaxKeys || name.size() > kMaxName) {
        return nullptr;
    }
    JsonKey& key = keys_.emplace_back();
    key.name = name;
    key.hash = hash;
    if (keys_.size() * 2 > slots_.size()) {
        grow();
    } else {
        slots_[at] = &key;
    }
    return &key;
}

FieldId JsonKeyTable::field_of(JsonKey& key) {
    if (!key.field_asked) {
        key.field_asked = true;
        std::string_view name = key.name;
        for (const std::string_view guid : kGuidNames) {
            if (known_field(name).none() && equal_ignoring_case(name, guid)) {
                name = guid;
            }
        }
        key.field = sink_.field(name);
    }
    return key.field;
}

}  // namespace trocar
