#pragma once

#include "core/ingest/importer.h"
#include "importers/readers/text/text_window.h"
#include "importers/windows_event/event_xml.h"
#include "importers/windows_event/windows_event.h"

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

/// Finds the end of the event that a text begins with; the text may still grow. Damage never reaches beyond
/// the next
/// "<Event". Thread safety: a value.
class XmlEventEnd {
public:
    enum class Found : unsigned char { end, cut, more };
    /// `text` is the same text as in the last call, or longer. `cut`: another event begins there, before an
    /// end.
    [[nodiscard]] Found scan(std::string_view text, std::size_t& end) noexcept;

private:
    std::size_t at_ = 1;
};
/// Where the next <Event> tag begins, or npos.
[[nodiscard]] std::size_t find_xml_event(std::string_view text, std::size_t from = 0) noexcept;

/// One parse: cuts the window into events and passes each on. Thread safety: one thread.
class XmlStream {
public:
    XmlStream(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop);
    [[nodiscard]] Status run();

private:
    struct Piece {
        std::string_view text;
        bool cut;
    };
    [[nodiscard]] Status step();
    [[nodiscard]] Status grow_or_end(bool& ended);
    [[nodiscard]] Status next_start(bool& ended);
    [[nodiscard]] Status gap(std::size_t begin, std::size_t end);
    [[nodiscard]] Status skip_long_event();
    void announce(std::size_t size);
    [[nodiscard]] RawPlace place_of(std::string_view piece);
    void flush();
    void event(const Piece& piece);
    void lose(const LossKind& kind, std::string_view piece, std::string_view what);

    const std::string& name_;
    std::string host_;
    EventSink& sink_;
    std::stop_token stop_;
    TextWindow window_;
    TextArena arena_;
    EventXmlReader reader_;
    WindowsEventMapper mapper_;
    WindowsEvent event_;
    std::string repaired_;
    std::uint64_t ordinal_ = 0;
    std::size_t at_ = 0;         ///< in the window: end of what was looked at
    std::vector<Piece> pieces_;  ///< events before at_, not yet passed on
    const char* block_ = nullptr;
    const char* placed_ = nullptr;
    std::size_t placed_source_ = 0;
};

}  // namespace trocar
