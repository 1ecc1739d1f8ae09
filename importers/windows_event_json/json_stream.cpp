#include "importers/windows_event_json/json_stream.h"

#include "core/base/text.h"
#include "importers/windows_event_json/windows_event_json.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10U;
constexpr std::string_view kBlanks = " \t\r\n";

constexpr LossKind kBroken{"json_record_broken", LossSeverity::error,
                           "A record is not valid JSON and was not read; its bytes are kept."};
constexpr LossKind kTruncated{"json_record_truncated", LossSeverity::error,
                              "The file ends within a record; its bytes are kept."};
constexpr LossKind kTooLong{
    "json_record_too_long", LossSeverity::error,
    "A record is longer than the limit and was passed over; its first 64 KiB are kept."};
constexpr LossKind kNoEvent{"json_not_a_windows_event", LossSeverity::error,
                            "A JSON record without event id, provider or channel; its bytes are kept."};
constexpr LossKind kJunk{"json_text_between_records", LossSeverity::warning,
                         "Text between records that is no JSON object was passed over."};
constexpr LossKind kBadCharacters{
    "json_bad_characters", LossSeverity::warning,
    "A record holds bytes that are no UTF-8, or raw control characters; they were "
    "replaced and the record was read."};
constexpr LossKind kDuplicate{"json_duplicate_names", LossSeverity::warning,
                              "A record has one name twice; both values are kept, the first one counts."};
constexpr LossKind kCut{
    "json_fields_cut", LossSeverity::warning,
    "A record has more names than the limit, or nests deeper; the rest is in the raw record."};
constexpr LossKind kBadData{"json_event_data_unreadable", LossSeverity::error,
                            "The event data, which is text within the record, does not read."};

std::string_view without_blanks(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

JsonStream::JsonStream(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop)
    : name_(input.name()),
      sink_(sink),
      stop_(std::move(stop)),
      window_(input),
      keys_(sink),
      reader_(keys_),
      builder_(sink, keys_, reader_, arena_, hints),
      mapper_(sink) {}

Status JsonStream::step() {
    if (!sink_.progress(window_.source_offset()) || stop_.stop_requested()) {
        return cancelled("reading " + name_);
    }
    return {};
}

Status JsonStream::run() {
    if (Status opened = window_.open(); !opened.ok()) {
        return opened;
    }
    const auto found = layout();
    if (!found.ok()) {
        return found.error();
    }
    return found.value() == Layout::lines ? lines() : values(false);
}

Result<JsonStream::Layout> JsonStream::layout() {
    for (;;) {
        const std::string_view text = window_.text();
        const std::size_t first = text.find_first_not_of(kBlanks);
        const std::size_t line_end = first == std::string_view::npos ? first : text.find('\n', first);
        const std::size_t next =
            line_end == std::string_view::npos ? line_end : text.find_first_not_of(kBlanks, line_end);
        if (first != std::string_view::npos && text[first] == '[') {
            return Layout::values;
        }
        if (next == std::string_view::npos && !window_.whole() && text.size() < kMaxJsonRecord) {
            const auto grown = window_.grow();
            if (!grown.ok()) {
                return grown.error();
            }
            continue;
        }
        if (next == std::string_view::npos) {
            return Layout::lines;
        }
        return begins_spanning_value(text.substr(first, line_end - first), text.substr(next)) ? Layout::values
                                                                                              : Layout::lines;
    }
}

// `line` opens an object that it does not close, and what follows is no new record.
bool JsonStream::begins_spanning_value(std::string_view line, std::string_view after) const noexcept {
    line = without_blanks(line);
    if (line.empty() || line.front() != '{' || after.empty() || after.front() == '{') {
        return false;
    }
    std::size_t end = 0;
    return JsonValueEnd().scan(line, end) == JsonValueEnd::Found::more;
}

// Length of a run of whole lines at the front of the window; 0: no more; npos: one line beyond the limit.
Result<std::size_t> JsonStream::next_block() {
    for (;;) {
        const std::string_view text = window_.text();
        if (text.size() >= kBlockBytes || window_.whole()) {
            std::size_t at = text.rfind('\n', kBlockBytes - 1);
            if (at == std::string_view::npos && text.size() > kBlockBytes) {
                at = text.find('\n', kBlockBytes);
            }
            if (window_.whole() && (at == std::string_view::npos || text.size() <= kBlockBytes)) {
                at = text.empty() ? at : text.size() - 1;
            }
            if (at != std::string_view::npos) {
                return at + 1 > kMaxJsonRecord ? std::string_view::npos : at + 1;
            }
            if (window_.whole()) {
                return std::size_t{0};
            }
        }
        if (text.size() > kMaxJsonRecord) {
            return std::string_view::npos;
        }
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
    }
}

Status JsonStream::lines() {
    for (;;) {
        const auto size = next_block();
        if (!size.ok()) {
            return size.error();
        }
        if (size.value() == 0) {
            return step();
        }
        if (size.value() == std::string_view::npos) {
            if (Status skipped = skip_long_line(); !skipped.ok()) {
                return skipped;
            }
            continue;
        }
        std::size_t done = 0;
        const bool spans = block_of_lines(size.value(), done);
        window_.consume(done);
        if (spans) {
            if (Status one = values(true); !one.ok()) {
                return one;
            }
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

// True: at `done` begins a value of several lines.
bool JsonStream::block_of_lines(std::size_t size, std::size_t& done) {
    const std::string_view block = window_.text().substr(0, size);
    announce(size);
    std::size_t at = 0;
    while (at < size) {
        const auto* end = static_cast<const char*>(std::memchr(block.data() + at, '\n', size - at));
        const std::size_t next = end == nullptr ? size : static_cast<std::size_t>(end - block.data()) + 1;
        const std::string_view line = without_blanks(block.substr(at, next - at));
        if (!line.empty()) {
            arena_.reset();
            const JsonOutcome outcome =
                line.front() == '{' ? reader_.read(line, record_, arena_) : JsonOutcome::trailing;
            if (outcome == JsonOutcome::read) {
                ++ordinal_;
                emit(line);
            } else if (outcome == JsonOutcome::trailing) {
                several(line);
            } else if (outcome == JsonOutcome::broken &&
                       begins_spanning_value(line, without_blanks(window_.text().substr(next, 256)))) {
                done = at;
                return true;
            } else {
                record(line);
            }
        }
        at = next;
    }
    done = size;
    return false;
}

// More than one value on a line, an array on a line, or no JSON at all.
void JsonStream::several(std::string_view text) {
    for (bool any = false; !text.empty(); any = true) {
        const std::size_t first = text.find_first_not_of(" \t\r\n,[]");
        if (first == std::string_view::npos) {
            return;
        }
        text.remove_prefix(first);
        std::size_t end = 0;
        if (text.front() != '{') {
            if (any) {
                lose(kJunk, text, text.substr(0, 80));
            } else {
                record(text);  // says why it is none
            }
            return;
        }
        const auto found = JsonValueEnd().scan(text, end);
        record(text.substr(0, found == JsonValueEnd::Found::end ? end : text.size()));
        if (found != JsonValueEnd::Found::end) {
            return;
        }
        text.remove_prefix(end);
    }
}

Status JsonStream::values(bool only_one) {
    in_value_ = false;
    std::size_t at = 0;
    bool junk = false;
    for (;;) {
        const std::string_view text = window_.text();
        if (!in_value_) {
            const std::size_t first = text.find_first_not_of(" \t\r\n,[]", at);
            if (first == std::string_view::npos || at >= kBlockBytes || (only_one && !pieces_.empty())) {
                flush(first == std::string_view::npos ? text.size() : at);
                at = 0;
                if (Status stepped = step(); !stepped.ok() || only_one) {
                    return stepped;
                }
                if (first != std::string_view::npos) {
                    continue;
                }
                const auto grown = window_.grow();
                if (!grown.ok()) {
                    return grown.error();
                }
                if (!grown.value() && window_.text().empty()) {
                    return {};
                }
                continue;
            }
            at = first;
            if (text[at] != '{') {
                // Once a run of it; the run ends at the next object.
                const std::size_t next = std::min(text.find('{', at), text.size());
                flush(at);
                announce(std::min(next - at, kBlockBytes));
                if (!junk) {
                    lose(kJunk, window_.text().substr(0, std::min(next - at, kBlockBytes)),
                         window_.text().substr(0, std::min<std::size_t>(next - at, 80)));
                }
                junk = true;
                window_.consume(next - at);
                at = 0;
                continue;
            }
            junk = false;
            in_value_ = true;
            value_end_ = JsonValueEnd();
        }
        std::size_t end = 0;
        const auto found = value_end_.scan(text.substr(at), end);
        if (found == JsonValueEnd::Found::end && end <= kMaxJsonRecord) {
            pieces_.push_back(text.substr(at, end));
            at += end;
            in_value_ = false;
            continue;
        }
        if (at != 0) {
            flush(at);
            at = 0;
            continue;
        }
        if (found == JsonValueEnd::Found::damaged) {
            announce(std::min(end, kMaxJsonRecord));
            ++ordinal_;
            lose(kBroken, window_.text().substr(0, std::min(end, kMaxJsonRecord)),
                 "a line break within a string");
            window_.consume(end);
            in_value_ = false;
            if (Status synced = skip_to_line_of_object(); !synced.ok()) {
                return synced;
            }
            if (only_one) {
                return step();
            }
            continue;
        }
        if (found == JsonValueEnd::Found::end || text.size() > kMaxJsonRecord) {
            if (Status skipped = skip_long_value(); !skipped.ok()) {
                return skipped;
            }
            in_value_ = false;
            continue;
        }
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
        if (!grown.value()) {
            const std::size_t rest = window_.text().size();
            announce(rest);
            ++ordinal_;
            lose(kTruncated, window_.text(), "the file ends within an object");
            window_.consume(rest);
            return step();
        }
    }
}

// Passes on the values found in the first `end` bytes of the window, and drops those bytes.
void JsonStream::flush(std::size_t end) {
    if (!pieces_.empty()) {
        announce(end);
        for (const std::string_view piece : pieces_) {
            record(piece);
        }
        pieces_.clear();
    }
    window_.consume(end);
}

Status JsonStream::skip_long_line() {
    announce(kBlockBytes);
    ++ordinal_;
    lose(kTooLong, window_.text().substr(0, kBlockBytes),
         "a line longer than " + grouped(kMaxJsonRecord) + " bytes");
    for (;;) {
        const std::size_t at = window_.text().find('\n');
        if (at != std::string_view::npos) {
            window_.consume(at + 1);
            return {};
        }
        window_.consume(window_.text().size());
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
        if (!grown.value()) {
            return {};
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

// The value at the front of the window is beyond the limit: finds its end without keeping it.
Status JsonStream::skip_long_value() {
    announce(kBlockBytes);
    ++ordinal_;
    lose(kTooLong, window_.text().substr(0, kBlockBytes),
         "an object longer than " + grouped(kMaxJsonRecord) + " bytes");
    value_end_ = JsonValueEnd();
    for (;;) {
        std::size_t end = 0;
        const auto found = value_end_.scan(window_.text(), end);
        if (found == JsonValueEnd::Found::end) {
            window_.consume(end);
            return {};
        }
        if (found == JsonValueEnd::Found::damaged) {
            window_.consume(end);
            return skip_to_line_of_object();
        }
        const std::size_t looked = value_end_.looked_at();
        window_.consume(looked);
        value_end_.forget(looked);
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
        if (!grown.value()) {
            window_.consume(window_.text().size());
            return {};
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

// After damage: the next line that begins with an object.
Status JsonStream::skip_to_line_of_object() {
    for (;;) {
        const std::string_view text = window_.text();
        const std::size_t line = text.find('\n');
        const std::size_t first =
            line == std::string_view::npos ? line : text.find_first_not_of(kBlanks, line);
        if (first != std::string_view::npos) {
            window_.consume(first);
            if (text[first] == '{') {
                return {};
            }
            continue;
        }
        window_.consume(line == std::string_view::npos ? text.size() : line);
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
        if (!grown.value()) {
            window_.consume(window_.text().size());
            return {};
        }
        if (Status stepped = step(); !stepped.ok()) {
            return stepped;
        }
    }
}

void JsonStream::announce(std::size_t size) {
    size = std::min(size, window_.text().size());
    sink_.raw_block(window_.source_bytes(size), window_.source_offset());
    block_ = window_.text().data();
    placed_ = block_;
    placed_source_ = 0;
}

RawPlace JsonStream::place_of(std::string_view piece) {
    if (piece.data() < placed_) {
        placed_ = block_;
        placed_source_ = 0;
    }
    placed_source_ += window_.source_length({placed_, static_cast<std::size_t>(piece.data() - placed_)});
    placed_ = piece.data();
    return {static_cast<std::uint32_t>(placed_source_),
            static_cast<std::uint32_t>(window_.source_length(piece))};
}

void JsonStream::lose(const LossKind& kind, std::string_view piece, std::string_view what) {
    const RawPlace raw = place_of(piece);
    sink_.lost(kind, {ordinal_, window_.source_offset() + raw.offset, std::string(what)}, raw);
}

// One record that may be anything.
void JsonStream::record(std::string_view piece) {
    ++ordinal_;
    arena_.reset();
    JsonOutcome outcome = reader_.read(piece, record_, arena_);
    if (outcome == JsonOutcome::bad_characters) {
        lose(kBadCharacters, piece, reader_.error());
        repaired_ = repaired_json(piece);
        const std::size_t size = repaired_.size();
        repaired_.resize(size + TextWindow::kPadding, ' ');
        outcome = reader_.read({repaired_.data(), size}, record_, arena_);
    }
    if (outcome == JsonOutcome::read) {
        emit(piece);
    } else {
        lose(kBroken, piece, outcome == JsonOutcome::trailing ? "text after the object" : reader_.error());
    }
}

// record_ holds what `piece` says.
void JsonStream::emit(std::string_view piece) {
    if (record_.duplicate_keys != 0) {
        lose(kDuplicate, piece, std::to_string(record_.duplicate_keys) + " names twice");
    }
    const bool is_event = builder_.build(record_, ordinal_, event_);
    if (record_.fields_cut != 0 || record_.too_deep != 0) {
        lose(kCut, piece,
             std::to_string(record_.fields_cut) + " names over the limit, " +
                 std::to_string(record_.too_deep) + " values nested too deep");
    }
    if (!is_event) {
        lose(kNoEvent, piece, "");
        return;
    }
    if (!builder_.data_error().empty()) {
        lose(kBadData, piece, builder_.data_error());
    }
    event_.raw = place_of(piece);
    mapper_.emit(event_);
}

}  // namespace trocar
