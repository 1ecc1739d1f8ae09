#include "importers/windows_event_xml/xml_stream.h"

#include "core/base/escape.h"
#include "core/base/text.h"
#include "importers/windows_event_xml/windows_event_xml.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10U;
constexpr std::string_view kStart = "<Event";
constexpr std::string_view kEnd = "</Event";
constexpr std::string_view kBlanks = " \t\r\n";

constexpr LossKind kDamaged{"xml_event_damaged", LossSeverity::error,
                            "An event is not well-formed XML and was not read; its bytes are kept."};
constexpr LossKind kTruncated{"xml_event_truncated", LossSeverity::error,
                              "The file ends within an event; its bytes are kept."};
constexpr LossKind kTooLong{
    "xml_event_too_long", LossSeverity::error,
    "An event is longer than the limit and was passed over; its first 64 KiB are kept."};
constexpr LossKind kJunk{"xml_text_between_events", LossSeverity::warning,
                         "Text between events that is no markup of an event list was passed over."};
constexpr LossKind kBadCharacters{
    "xml_bad_characters", LossSeverity::warning,
    "An event holds bytes that are no UTF-8; they were replaced and the event was read."};
constexpr LossKind kCut{"xml_fields_cut", LossSeverity::warning,
                        "An event has more data elements than the limit; the rest is in the raw record."};
constexpr LossKind kDoctype{"xml_document_type", LossSeverity::error,
                            "A document type declaration stands between events; it was not read."};

bool ends_name(char c) noexcept {
    return c == '>' || c == '/' || kBlanks.find(c) != std::string_view::npos;
}

// The tag `name` at text[at], not a longer name; false as well when the text ends before that is clear.
bool is_tag(std::string_view text, std::size_t at, std::string_view name) noexcept {
    return text.size() > at + name.size() && text.substr(at, name.size()) == name &&
           ends_name(text[at + name.size()]);
}

std::size_t find_tag(std::string_view text, std::size_t from, std::string_view name) noexcept {
    for (std::size_t at = text.find(name, from); at != std::string_view::npos; at = text.find(name, at + 1)) {
        if (is_tag(text, at, name)) {
            return at;
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::size_t find_xml_event(std::string_view text, std::size_t from) noexcept {
    return find_tag(text, from, kStart);
}

XmlEventEnd::Found XmlEventEnd::scan(std::string_view text, std::size_t& end) noexcept {
    while (at_ < text.size()) {
        const auto* hit = static_cast<const char*>(std::memchr(text.data() + at_, '<', text.size() - at_));
        at_ = hit == nullptr ? text.size() : static_cast<std::size_t>(hit - text.data());
        if (text.size() - at_ <= kEnd.size()) {
            return Found::more;  // a tag's name may still be incomplete
        }
        if (is_tag(text, at_, kEnd)) {
            const std::size_t close = text.find('>', at_);
            if (close == std::string_view::npos) {
                return Found::more;
            }
            end = close + 1;
            return Found::end;
        }
        if (is_tag(text, at_, kStart)) {
            end = at_;
            return Found::cut;
        }
        ++at_;
    }
    return Found::more;
}

XmlStream::XmlStream(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop)
    : name_(input.name()),
      host_(hints.host),
      sink_(sink),
      stop_(std::move(stop)),
      window_(input),
      reader_(sink, arena_),
      mapper_(sink) {}

Status XmlStream::step() {
    if (!sink_.progress(window_.source_offset()) || stop_.stop_requested()) {
        return cancelled("reading " + name_);
    }
    return {};
}

Status XmlStream::grow_or_end(bool& ended) {
    const auto grown = window_.grow();
    if (!grown.ok()) {
        return grown.error();
    }
    ended = !grown.value();
    return {};
}

Status XmlStream::run() {
    if (Status opened = window_.open(); !opened.ok()) {
        return opened;
    }
    for (;;) {
        bool ended = false;
        if (Status found = next_start(ended); !found.ok() || ended) {
            return found.ok() ? step() : found;
        }
        XmlEventEnd finder;
        for (bool inside = true; inside;) {
            std::size_t end = 0;
            const auto found = finder.scan(window_.text().substr(at_), end);
            if (found != XmlEventEnd::Found::more && end <= kMaxXmlEvent) {
                pieces_.push_back({window_.text().substr(at_, end), found == XmlEventEnd::Found::cut});
                at_ += end;
                inside = false;
            } else if (at_ != 0) {
                flush();
            } else if (window_.text().size() > kMaxXmlEvent) {
                if (Status skipped = skip_long_event(); !skipped.ok()) {
                    return skipped;
                }
                inside = false;
            } else {
                if (Status grown = grow_or_end(ended); !grown.ok()) {
                    return grown;
                }
                if (ended) {
                    announce(window_.text().size());
                    ++ordinal_;
                    lose(kTruncated, window_.text(), "the file ends within an event");
                    window_.consume(window_.text().size());
                    inside = false;
                }
            }
        }
        if (at_ >= kBlockBytes) {
            flush();
            if (Status stepped = step(); !stepped.ok()) {
                return stepped;
            }
        }
    }
}

// Moves at_ to the next start tag.
Status XmlStream::next_start(bool& ended) {
    for (;;) {
        const std::string_view text = window_.text();
        const std::size_t begin = find_tag(text, at_, kStart);
        if (begin != std::string_view::npos) {
            return gap(at_, begin);
        }
        // No tag here, but perhaps the beginning of one.
        const std::size_t kept = window_.whole() ? 0 : std::min(text.size() - at_, kStart.size());
        if (Status passed = gap(at_, text.size() - kept); !passed.ok()) {
            return passed;
        }
        flush();
        if (Status grown = grow_or_end(ended); !grown.ok() || (ended && window_.text().empty())) {
            return grown;
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

// text[begin, end) lies between events: blanks, the root's tags, the XML declaration, comments; all else is
// told. Leaves at_ behind it.
Status XmlStream::gap(std::size_t begin, std::size_t end) {
    at_ = end;
    std::string_view text = trimmed(window_.text().substr(begin, end - begin));
    const auto skip = [&](std::string_view head, std::string_view tail) {
        if (!text.starts_with(head)) {
            return false;
        }
        const std::size_t close = text.find(tail);
        text =
            close == std::string_view::npos ? std::string_view{} : trimmed(text.substr(close + tail.size()));
        return true;
    };
    while (!text.empty()) {
        if (skip("<?", "?>") || skip("<!--", "-->") || skip("<Events", ">") || skip("</Events", ">")) {
            continue;
        }
        const bool doctype = starts_ignoring_case(text, "<!DOCTYPE");
        if (doctype && ordinal_ == 0 && pieces_.empty()) {
            return Error{ErrorKind::unreadable,
                         "cannot read " + name_ +
                             ": it has a document type declaration, which event exports never have",
                         "Remove the declaration after looking at it, or export the log again."};
        }
        at_ = begin;
        flush();
        announce(std::min(end - begin, kBlockBytes));
        const std::string_view shown = window_.text().substr(0, std::min(end - begin, kBlockBytes));
        lose(doctype ? kDoctype : kJunk, shown, trimmed(shown).substr(0, 80));
        at_ = end - begin;
        return {};
    }
    return {};
}

// The event at the front of the window is beyond the limit: to its end, or to the next one, without keeping
// it.
Status XmlStream::skip_long_event() {
    announce(kBlockBytes);
    ++ordinal_;
    lose(kTooLong, window_.text().substr(0, kBlockBytes),
         "an event longer than " + grouped(kMaxXmlEvent) + " bytes");
    window_.consume(1);
    for (;;) {
        const std::string_view text = window_.text();
        const std::size_t next = find_tag(text, 0, kStart);
        const std::size_t end = find_tag(text, 0, kEnd);
        if (next != std::string_view::npos && next < end) {
            window_.consume(next);
            return {};
        }
        if (end != std::string_view::npos) {
            const std::size_t close = text.find('>', end);
            window_.consume(close == std::string_view::npos ? end + kEnd.size() : close + 1);
            return {};
        }
        window_.consume(text.size() - std::min(text.size(), kEnd.size()));
        bool ended = false;
        if (Status grown = grow_or_end(ended); !grown.ok() || ended) {
            window_.consume(window_.text().size());
            return grown;
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

// Passes on the events before at_, and drops the text up to there.
void XmlStream::flush() {
    if (!pieces_.empty()) {
        announce(at_);
        for (const Piece& piece : pieces_) {
            event(piece);
        }
        pieces_.clear();
    }
    window_.consume(at_);
    at_ = 0;
}

void XmlStream::announce(std::size_t size) {
    size = std::min(size, window_.text().size());
    sink_.raw_block(window_.source_bytes(size), window_.source_offset());
    block_ = window_.text().data();
    placed_ = block_;
    placed_source_ = 0;
}

RawPlace XmlStream::place_of(std::string_view piece) {
    if (piece.data() < placed_) {
        placed_ = block_;
        placed_source_ = 0;
    }
    placed_source_ += window_.source_length({placed_, static_cast<std::size_t>(piece.data() - placed_)});
    placed_ = piece.data();
    return {static_cast<std::uint32_t>(placed_source_),
            static_cast<std::uint32_t>(window_.source_length(piece))};
}

void XmlStream::lose(const LossKind& kind, std::string_view piece, std::string_view what) {
    const RawPlace raw = place_of(piece);
    sink_.lost(kind, {ordinal_, window_.source_offset() + raw.offset, std::string(what)}, raw);
}

void XmlStream::event(const Piece& piece) {
    ++ordinal_;
    arena_.reset();
    if (piece.cut) {
        lose(kDamaged, piece.text, "another event begins before this one ends");
        return;
    }
    std::string_view xml = piece.text;
    if (!is_valid_utf8(xml)) {
        lose(kBadCharacters, piece.text, "");
        repaired_ = valid_utf8(xml);
        xml = repaired_;
    }
    if (!reader_.read_event(xml, event_)) {
        lose(kDamaged, piece.text, reader_.error());
        return;
    }
    if (reader_.fields_cut() != 0) {
        lose(kCut, piece.text, std::to_string(reader_.fields_cut()) + " data elements over the limit");
    }
    if (event_.record == 0) {
        event_.record = ordinal_;
    }
    if (event_.computer.empty()) {
        event_.computer = host_;
    }
    event_.raw = place_of(piece.text);
    mapper_.emit(event_);
}

}  // namespace trocar
