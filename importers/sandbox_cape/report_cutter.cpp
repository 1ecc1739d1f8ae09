#include "importers/sandbox_cape/report_cutter.h"

#include <algorithm>
#include <array>

#include "importers/readers/json/json_text.h"
#include "importers/sandbox_cape/cape_losses.h"

namespace trocar {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kEndsScalar = " \t\r\n,]}";
constexpr std::size_t kLongestHead = 32U << 10U;

bool is_member_of_process(std::string_view name) {
    constexpr std::array<std::string_view, 10> kNames{"process_id",  "pid",          "parent_id",    "ppid",
                                                      "module_path", "process_path", "process_name", "command_line",
                                                      "first_seen",  "environ"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Where the string that begins at `at` ends, behind its quote; npos: not in this text.
std::size_t string_end(std::string_view text, std::size_t at) {
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

/// Length of the value at the front of `text`; npos: its end is not in it, or it is damaged.
std::size_t value_length(std::string_view text) {
    if (text[0] == '"') {
        return string_end(text, 0);
    }
    if (text[0] != '{' && text[0] != '[') {
        return text.find_first_of(kEndsScalar);
    }
    std::size_t length = 0;
    return JsonValueEnd().scan(text, length) == JsonValueEnd::Found::end ? length : std::string_view::npos;
}

/// The front of an object as far as its members are scalars: what comes before the calls. Nothing within it can be cut
/// out again, since the cutter reads it by the same rules.
struct Head {
    std::size_t length = 1;
    bool ran_out = false;  ///< of text
};
Head head_of(std::string_view text) {
    Head head;
    std::size_t at = 1;
    const auto next = [&](std::size_t from) {
        at = std::min(text.find_first_not_of(kBlanks, from), text.size());
        head.ran_out = at == text.size();
        return head.ran_out ? '\0' : text[at];
    };
    while (next(at) == '"') {
        const std::size_t key_end = string_end(text.substr(0, at + ReportCutter::kMaxKey), at);
        if (key_end == std::string_view::npos) {
            head.ran_out = text.size() - at < ReportCutter::kMaxKey;
            return head;
        }
        if (next(key_end) != ':') {
            return head;
        }
        const char value = next(at + 1);
        if (head.ran_out || value == '{' || value == '[' || value == ':') {
            return head;
        }
        const std::size_t length = value_length(text.substr(at));
        if (length == std::string_view::npos || length == 0) {
            head.ran_out = length != 0;
            return head;
        }
        head.length = at + length;
        if (next(head.length) != ',') {
            return head;
        }
        ++at;
    }
    return head;
}

}  // namespace

ReportCutter::Cut ReportCutter::take() {
    if (cuts_.empty()) {
        return {};
    }
    const Cut cut = cuts_.front();
    cuts_.pop_front();
    return cut;
}

std::size_t ReportCutter::enter(Level level, std::size_t at) {
    levels_.push_back(level);
    has_key_ = false;
    return at + 1;
}

// Passes over one value, whatever it holds; goes on in the next stretch of text.
std::size_t ReportCutter::skip(std::string_view text, std::size_t at) {
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string_) {
            const bool ends = c == '"' && !escaped_;
            escaped_ = c == '\\' && !escaped_;
            in_string_ = !ends;
            if (ends && depth_ == 0) {
                skipping_ = false;
                return at + 1;
            }
        } else if (scalar_) {
            if (kEndsScalar.find(c) != std::string_view::npos) {
                skipping_ = false;
                return at;
            }
        } else if (c == '"') {
            in_string_ = true;
        } else if (c == '{' || c == '[') {
            ++depth_;
        } else if ((c == '}' || c == ']') && --depth_ == 0) {
            skipping_ = false;
            return at + 1;
        }
    }
    return at;
}

std::size_t ReportCutter::begin_skip(std::string_view text, std::size_t at) {
    has_key_ = false;
    skipping_ = true;
    in_string_ = text[at] == '"';
    escaped_ = false;
    depth_ = text[at] == '{' || text[at] == '[' ? 1 : 0;
    scalar_ = !in_string_ && depth_ == 0;
    return skip(text, at + 1);
}

// No piece of its own: it may lie in a head that was cut already.
std::size_t ReportCutter::junk(std::size_t at) {
    ++junk_;
    return at + 1;
}

std::size_t ReportCutter::next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    if (skipping_) {
        return skip(text, at);
    }
    const char c = text[at];
    if (levels_.empty()) {
        if (c == '{' && !begun_) {
            begun_ = true;
            return enter(Level::report, at);
        }
        return junk(at);
    }
    const bool array = levels_.back() == Level::processes || levels_.back() == Level::calls;
    if (!has_key_ && (c == ',' || (c == ']' && array) || (c == '}' && !array))) {
        if (c != ',') {
            levels_.pop_back();
        }
        return at + 1;
    }
    if (array) {
        return element(pieces, text, at, whole);
    }
    return has_key_ ? member(text, at, whole) : key(text, at, whole);
}

std::size_t ReportCutter::key(std::string_view text, std::size_t at, bool whole) {
    if (text[at] != '"') {
        return junk(at);
    }
    const std::size_t end = string_end(text.substr(0, at + kMaxKey), at);
    if (end == std::string_view::npos) {
        if (!whole && text.size() - at < kMaxKey) {
            return Pieces::kMore;
        }
        return begin_skip(text, at);  // a name longer than any of a report, or cut off: its value meets junk()
    }
    key_.assign(text.substr(at + 1, end - at - 2));
    has_key_ = true;
    return end;
}

std::size_t ReportCutter::member(std::string_view text, std::size_t at, bool whole) {
    const char c = text[at];
    if (c == ':') {
        return at + 1;
    }
    if (c == ',' || c == '}' || c == ']') {
        has_key_ = false;  // a name without a value
        return junk(at);
    }
    const Level level = levels_.back();
    if (level == Level::report && key_ == "behavior" && c == '{') {
        return enter(Level::behavior, at);
    }
    if (level == Level::behavior && key_ == "processes" && c == '[') {
        return enter(Level::processes, at);
    }
    if (level == Level::process && key_ == "calls" && c == '[') {
        return enter(Level::calls, at);
    }
    const bool info = level == Level::report && key_ == "info";
    if (pass_ == Pass::calls || (!info && !(level == Level::process && is_member_of_process(key_)))) {
        return begin_skip(text, at);
    }
    // What is longer than the limit is no such member. Passed over afterwards, so that both walks go the same way.
    const std::string_view part = text.substr(at, kMaxMember);
    const std::size_t length = value_length(part);
    if (length == std::string_view::npos) {
        return !whole && part.size() < kMaxMember ? Pieces::kMore : begin_skip(text, at);
    }
    if (info) {
        take_info(facts_, part.substr(0, length));
    } else {
        take_process_member(facts_.processes.back(), facts_, key_, part.substr(0, length), zone_minutes_);
    }
    return begin_skip(text, at);
}

std::size_t ReportCutter::element(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    if (text[at] != '{') {
        return begin_skip(text, at);
    }
    return levels_.back() == Level::calls ? call(pieces, text, at, whole) : process_head(pieces, text, at, whole);
}

std::size_t ReportCutter::process_head(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    const std::string_view part = text.substr(at, kLongestHead);
    const Head head = head_of(part);
    if (head.ran_out && part.size() < kLongestHead && !whole) {
        return Pieces::kMore;
    }
    if (processes_seen_ == kMaxProcesses) {
        cut(pieces, at, 1, {}, &kCapeTooManyProcesses);
        return begin_skip(text, at);
    }
    if (pass_ == Pass::facts) {
        facts_.processes.emplace_back();
    }
    cut(pieces, at, head.length, {processes_seen_++, false});
    return enter(Level::process, at);
}

void ReportCutter::cut(Pieces& pieces, std::size_t at, std::size_t length, Cut what, const LossKind* loss) {
    if (pass_ == Pass::facts) {
        return;
    }
    pieces.add(at, length, loss);
    if (loss == nullptr) {
        cuts_.push_back(what);
    }
}

std::size_t ReportCutter::call(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    std::size_t length = 0;
    const auto found = JsonValueEnd().scan(text.substr(at, Pieces::kMaxPiece + 1), length);
    if (found == JsonValueEnd::Found::end && length <= Pieces::kMaxPiece) {
        cut(pieces, at, length, {processes_seen_ - 1, true});
        return at + length;
    }
    const bool long_one = text.size() - at > Pieces::kMaxPiece;
    if (found == JsonValueEnd::Found::more && !whole && !long_one) {
        return Pieces::kMore;
    }
    const bool damaged = found == JsonValueEnd::Found::damaged;
    const LossKind& loss = damaged ? kCapeCallBroken : long_one ? kCapeCallTooLong : kCapeCallCut;
    const std::size_t kept = damaged ? std::max<std::size_t>(length, 1) : text.size() - at;
    cut(pieces, at, std::min(kept, Pieces::kBlockBytes), {}, &loss);
    // The piece lies within what is passed over now: the next one begins behind it.
    return std::max(begin_skip(text, at), at + std::min(kept, Pieces::kBlockBytes));
}

}  // namespace trocar
