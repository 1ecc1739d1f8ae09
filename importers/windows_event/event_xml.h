#pragma once

#include "core/ingest/event_sink.h"
#include "core/model/event.h"
#include "importers/readers/xml/xml_reader.h"
#include "importers/windows_event/windows_event.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trocar {

/// Field ids by name, asked of the sink once each. Bounded; a full cache gives none.
class FieldNames {
public:
    static constexpr std::size_t kMaxNames = 16'384;
    static constexpr std::size_t kMaxName = 1024;  ///< bytes of a name
    explicit FieldNames(EventSink& sink) : sink_(sink) {}
    [[nodiscard]] FieldId of(std::string_view name);
    /// <Data> without a name, the number-th of its event: Data1, Data2, ... as in EVTX.
    [[nodiscard]] FieldId unnamed(std::uint32_t number);

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    EventSink& sink_;
    std::unordered_map<std::string, FieldId, Hash, std::equal_to<>> ids_;
    std::vector<FieldId> unnamed_;
};

/// Reads Windows events in their XML form (schema http://schemas.microsoft.com/win/2004/08/events/event).
/// RenderingInfo is passed over: it repeats the data in words of one language. Thread safety: one thread.
class EventXmlReader {
public:
    static constexpr std::size_t kMaxFields = 4096;

    EventXmlReader(EventSink& sink, TextArena& arena) : names_(sink), arena_(arena), xml_(arena) {}

    /// One <Event>...</Event>. Fills all of `event` but raw, and `record` only when the event has one; its
    /// views are good until the arena's reset and the next call. False: damaged, see error().
    [[nodiscard]] bool read_event(std::string_view xml, WindowsEvent& event);
    /// Any fragment with <Data> elements (Log Analytics writes them as text): adds them to `fields`.
    [[nodiscard]] bool read_data(std::string_view xml, std::vector<FieldValue>& fields);
    [[nodiscard]] const char* error() const { return error_; }
    /// Fields beyond kMaxFields in the last event.
    [[nodiscard]] std::uint32_t fields_cut() const { return fields_cut_; }

private:
    void start_element(WindowsEvent& event);
    void end_element(WindowsEvent& event);
    void start_data();
    /// An empty name: <Data> without one.
    void add(std::string_view name, std::string_view text, std::vector<FieldValue>& fields);
    void start_text();
    void more_text(std::string_view piece);
    std::string_view whole_text();

    FieldNames names_;
    TextArena& arena_;
    XmlReader xml_;
    std::vector<FieldValue> fields_;
    std::string_view section_;
    std::string path_;                       // name of the data element that is open: "Item/Part" when nested
    std::vector<std::size_t> path_lengths_;  // of path_ before each open element
    bool in_data_ = false;                   // section_ holds the event's data
    std::string_view text_;                  // the element's text while it is one piece
    std::string joined_;                     // pieces around comments and CDATA sections
    std::size_t leaf_depth_ = 0;
    std::uint32_t fields_cut_ = 0;
    std::uint32_t unnamed_ = 0;
    const char* error_ = nullptr;
};

}  // namespace trocar
