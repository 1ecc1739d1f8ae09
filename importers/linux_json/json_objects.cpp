#include "importers/linux_json/json_objects.h"

#include <algorithm>

#include "importers/readers/json/json_text.h"

namespace trocar {
namespace {

constexpr LossKind kBroken{"json_record_broken", LossSeverity::error,
                           "A record is not valid JSON and was not read; its bytes are kept."};
constexpr LossKind kTruncated{"json_record_truncated", LossSeverity::error,
                              "The file ends within a record; its bytes are kept."};
constexpr LossKind kTooLong{"json_record_too_long", LossSeverity::error,
                            "A record is longer than the limit and was passed over; its first 64 KiB are kept."};
constexpr LossKind kJunk{"json_text_between_records", LossSeverity::warning,
                         "Text between records that is no JSON object was passed over."};

constexpr std::size_t kFirstReach = 4096;

}  // namespace

std::size_t next_json_object(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    if (text[at] != '{') {
        const std::size_t newline = text.find('\n', at);
        const std::size_t line_end = std::min(newline, text.size());
        const std::size_t brace = text.substr(0, line_end).find('{', at);
        if (brace != std::string_view::npos) {
            return brace;  // a syslog prefix
        }
        if (newline == std::string_view::npos && !whole && text.size() - at < Pieces::kMaxPiece) {
            return Pieces::kMore;
        }
        pieces.add(at, line_end - at, &kJunk);
        return line_end;
    }
    // A line that begins with {" is a record of its own: one that reaches into it was cut. Looked for in growing stretches,
    // so that hostile text costs no more than its length a few times over.
    for (std::size_t reach = kFirstReach;; reach *= 8) {
        const std::string_view part = text.substr(at, reach);
        const std::size_t bound = part.find("\n{\"");
        const std::string_view own = part.substr(0, bound);
        std::size_t end = 0;
        const auto found = JsonValueEnd().scan(own, end);
        if (found == JsonValueEnd::Found::end && end <= Pieces::kMaxPiece) {
            pieces.add(at, end);
            return at + end;
        }
        if (found == JsonValueEnd::Found::damaged) {
            // A line break within a string: what follows it is a line of its own.
            const std::size_t stop = std::clamp(std::min(own.find('\n'), own.size()), std::size_t{1}, own.size());
            pieces.add(at, stop, &kBroken);
            return at + stop;
        }
        if (bound != std::string_view::npos) {
            pieces.add(at, bound, &kBroken);
            return at + bound;
        }
        if (part.size() < reach) {
            break;
        }
    }
    if (text.size() - at > Pieces::kMaxPiece) {
        pieces.add(at, Pieces::kMaxPiece, &kTooLong);
        return at + Pieces::kMaxPiece;
    }
    if (whole) {
        pieces.add(at, text.size() - at, &kTruncated);
        return text.size();
    }
    return Pieces::kMore;
}

}  // namespace trocar
