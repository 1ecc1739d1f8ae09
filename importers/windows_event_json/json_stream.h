#pragma once

#include "core/ingest/importer.h"
#include "importers/readers/json/json_text.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event/windows_event.h"
#include "importers/windows_event_json/json_event.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// One parse: cuts the window into records and passes each on as an event or a counted loss. Thread safety:
/// one thread.
class JsonStream {
public:
    JsonStream(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop);
    [[nodiscard]] Status run();

private:
    enum class Layout : std::uint8_t { lines, values };

    // Layout of what follows: a line a record, or values that span lines or stand in an array.
    [[nodiscard]] Result<Layout> layout();
    [[nodiscard]] Status lines();
    [[nodiscard]] Status values(bool only_one);
    [[nodiscard]] Result<std::size_t> next_block();
    [[nodiscard]] bool block_of_lines(std::size_t size, std::size_t& done);
    [[nodiscard]] bool begins_spanning_value(std::string_view line, std::string_view after) const noexcept;
    [[nodiscard]] Status skip_long_line();
    [[nodiscard]] Status skip_long_value();
    [[nodiscard]] Status skip_to_line_of_object();
    [[nodiscard]] Status step();

    void announce(std::size_t size);
    [[nodiscard]] RawPlace place_of(std::string_view piece);
    void record(std::string_view piece);
    void several(std::string_view text);
    void emit(std::string_view piece);
    void flush(std::size_t end);
    void lose(const LossKind& kind, std::string_view piece, std::string_view what);

    const std::string& name_;
    EventSink& sink_;
    std::stop_token stop_;
    TextWindow window_;
    TextArena arena_;
    JsonKeyTable keys_;
    JsonRecordReader reader_;
    JsonEventBuilder builder_;
    WindowsEventMapper mapper_;
    JsonRecord record_;
    WindowsEvent event_;
    std::string repaired_;
    std::uint64_t ordinal_ = 0;
    JsonValueEnd value_end_;
    bool in_value_ = false;                 ///< value_end_ has begun on the value at the front of the window
    std::vector<std::string_view> pieces_;  ///< values found and not yet passed on
    // Raw places count bytes of the file: where the last place ended, in both measures.
    const char* block_ = nullptr;
    const char* placed_ = nullptr;
    std::size_t placed_source_ = 0;
};

}  // namespace trocar
