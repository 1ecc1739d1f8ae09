#include "importers/macos_log/log_pieces.h"

#include "importers/linux_json/json_objects.h"
#include "importers/macos_log/log_losses.h"
#include "importers/macos_log/log_text.h"

#include <algorithm>

namespace trocar {

void LogTextPieces::take_line(Pieces& pieces, std::string_view line, std::size_t at) const {
    if (is_log_drop_notice(line)) {
        pieces.add(at, line.size());
    } else if (!is_log_notice(line)) {
        pieces.add(at, line.size(), bare_ ? nullptr : &kLogUnreadable);
    }
}

std::size_t LogTextPieces::next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    // A record asked for again, after the text grew, stands at the front.
    std::size_t from = std::max(at, searched_);
    searched_ = 0;
    for (bool first = from == at;; first = false) {
        const std::size_t newline = text.find('\n', from);
        const std::size_t end = std::min(newline, text.size());
        if (passing_) {
            passing_ = newline == std::string_view::npos;
            return end;
        }
        if (newline == std::string_view::npos && !whole && text.size() - at <= kMaxRecord) {
            searched_ = from - at;
            return Pieces::kMore;
        }
        const std::string_view line = text.substr(from, end - from);
        const bool begins = log_style_of(line) != LogStyle::none;
        if (!first && (begins || is_log_notice(line) || is_log_drop_notice(line))) {
            pieces.add(at, from - at - 1);
            return from;
        }
        if (end - at > kMaxRecord) {
            passing_ = newline == std::string_view::npos;
            pieces.add(at, end - at, &kLogTooLong);
            return end;
        }
        if (first && !begins) {
            take_line(pieces, line, at);
            return end;
        }
        if (newline == std::string_view::npos || end + 1 >= text.size()) {
            if (!whole) {
                searched_ = from - at;
                return Pieces::kMore;
            }
            pieces.add(at, end - at);
            return end;
        }
        from = end + 1;
    }
}

std::size_t next_log_object(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    constexpr std::size_t kLongestNotice = 64U << 10U;
    const std::string_view rest = text.substr(at, kLongestNotice);
    if (text[at] != '{' && (is_log_notice(rest) || is_log_drop_notice(rest))) {
        const std::size_t newline = text.find('\n', at);
        if (newline == std::string_view::npos && !whole && text.size() - at < kLongestNotice) {
            return Pieces::kMore;
        }
        const std::size_t end = std::min(newline, text.size());
        if (is_log_drop_notice(rest)) {
            pieces.add(at, end - at, &kLogDropped);
        }
        return end;
    }
    return next_json_object(pieces, text, at, whole);
}

}  // namespace trocar
