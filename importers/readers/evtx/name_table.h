#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/byte_cursor.h"
#include "core/base/id.h"
#include "core/base/string_table.h"

namespace trocar::evtx {

/// Names of elements and attributes that the event schema fixes ([MS-EVEN6] appendix, Event.xsd).
#define TROCAR_EVTX_NAMES(X)                                                                                   \
    X(event, "Event")                                                                                          \
    X(system, "System")                                                                                        \
    X(event_data, "EventData")                                                                                 \
    X(user_data, "UserData")                                                                                   \
    X(data, "Data")                                                                                            \
    X(name, "Name")                                                                                            \
    X(provider, "Provider")                                                                                    \
    X(guid, "Guid")                                                                                            \
    X(event_source_name, "EventSourceName")                                                                    \
    X(event_id, "EventID")                                                                                     \
    X(qualifiers, "Qualifiers")                                                                                \
    X(version, "Version")                                                                                      \
    X(level, "Level")                                                                                          \
    X(task, "Task")                                                                                            \
    X(opcode, "Opcode")                                                                                        \
    X(keywords, "Keywords")                                                                                    \
    X(time_created, "TimeCreated")                                                                             \
    X(system_time, "SystemTime")                                                                               \
    X(event_record_id, "EventRecordID")                                                                        \
    X(correlation, "Correlation")                                                                              \
    X(activity_id, "ActivityID")                                                                               \
    X(related_activity_id, "RelatedActivityID")                                                                \
    X(execution, "Execution")                                                                                  \
    X(process_id, "ProcessID")                                                                                 \
    X(thread_id, "ThreadID")                                                                                   \
    X(channel, "Channel")                                                                                      \
    X(computer, "Computer")                                                                                    \
    X(security, "Security")                                                                                    \
    X(user_id, "UserID")                                                                                       \
    X(xmlns, "xmlns")

/// A name of a file; the schema's own have fixed ids.
enum class Name : std::uint32_t {
    empty = 0,
#define TROCAR_EVTX_NAME(id, text) id,
    TROCAR_EVTX_NAMES(TROCAR_EVTX_NAME)
#undef TROCAR_EVTX_NAME
    others
};

/// Asks once for the id of a field name.
using FieldNames = std::function<FieldId(std::string_view)>;

/// Names seen in one file, and their field ids. Asks `ask` once a name. After kMaxNames distinct names, further ones
/// share the field "(further names)". Thread safety: none.
class NameTable {
public:
    explicit NameTable(FieldNames ask);
    [[nodiscard]] Name intern(Bytes utf16);
    [[nodiscard]] std::string_view text(Name name) const { return entries_[static_cast<std::uint32_t>(name)].text; }
    [[nodiscard]] FieldId field(Name name);
    /// Of a path, such as "Group/Item@Kind". Long ones are cut to kMaxPath bytes.
    [[nodiscard]] FieldId field(std::string_view path);
    /// "Data1", "Data2", ...: the nth nameless Data of an event, from 1.
    [[nodiscard]] FieldId unnamed(std::size_t number);
    [[nodiscard]] bool full() const { return full_; }

    static constexpr std::size_t kMaxPath = 1024;

private:
    struct Entry {
        std::string text;
        FieldId field;
    };
    FieldNames ask_;
    StringTable by_utf16_;          ///< id = index into entries_
    std::deque<Entry> entries_;     ///< texts stay where they are
    StringTable by_path_;           ///< id = index into path_fields_
    std::vector<FieldId> path_fields_;
    std::vector<FieldId> unnamed_;
    bool full_ = false;
};

}  // namespace trocar::evtx
