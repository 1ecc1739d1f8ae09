#include "importers/linux_audit_text/text_events.h"

#include <algorithm>
#include <vector>

#include "core/base/escape.h"
#include "importers/linux_audit/audit_interpreted.h"
#include "importers/linux_audit/auoms_line.h"
#include "importers/readers/audit/loose_tokens.h"

namespace trocar {
namespace {

constexpr LossKind kUnreadable{"audit_line_unreadable", LossSeverity::error,
                               "A line is no audit record; it was kept and not read."};
constexpr LossKind kTooLong{"audit_line_too_long", LossSeverity::error,
                            "A line is longer than any audit record; its first 64 KiB are kept."};
constexpr LossKind kUnknownValue{"audit_value_unreadable", LossSeverity::warning,
                                 "A value of a record is a name that is not known here; it was kept as text."};
constexpr LossKind kBadCharacters{"audit_bad_characters", LossSeverity::warning,
                                  "A record holds bytes that are no UTF-8; they were replaced and the record was read."};
constexpr LossKind kNoDate{"ausearch_date_unreadable", LossSeverity::warning,
                           "The date of a record does not read: the event cannot be ordered."};
constexpr LossKind kOrderAssumed{
    "ausearch_date_order_assumed", LossSeverity::warning,
    "ausearch writes dates as its locale has them; nothing in the file tells the month from the day: the month was taken to come first."};
constexpr LossKind kOrderChanged{"ausearch_date_order_changed", LossSeverity::warning,
                                 "A date can only be read with its parts in another order than dates before it."};
constexpr LossKind kLocalTime{
    "ausearch_local_time", LossSeverity::info,
    "ausearch writes local time and no zone: read in the zone given at import, UTC when none was."};

constexpr std::size_t kMaxEventBytes = 1U << 20U;

bool between_events(std::string_view line) {
    return line.starts_with("----") || line.starts_with("time->");
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) {
        text.remove_suffix(1);
    }
    return text;
}

}  // namespace

std::size_t next_text_event(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    const auto line_end = [&](std::size_t from) { return text.find('\n', from); };
    std::size_t end = line_end(at);
    if (end == std::string_view::npos && !whole && text.size() - at <= kMaxEventBytes) {
        return Pieces::kMore;
    }
    end = std::min(end, text.size());
    const std::string_view line = text.substr(at, end - at);
    if (between_events(line) || without_blanks(line).empty()) {
        return end;
    }
    AusearchHead first;
    if (line.size() > kMaxEventBytes) {
        pieces.add(at, line.size(), &kTooLong);
        return end;
    }
    if (!read_ausearch_head(line, first)) {
        pieces.add(at, line.size(), is_auoms_line(line) ? nullptr : &kUnreadable);
        return end;
    }
    // The lines that follow with the same stamp are of the same event.
    while (end < text.size() && end - at < kMaxEventBytes) {
        const std::size_t next = end + 1;
        const std::size_t next_end = line_end(next);
        if (next_end == std::string_view::npos && !whole) {
            return Pieces::kMore;
        }
        const std::size_t stop = std::min(next_end, text.size());
        AusearchHead head;
        if (!read_ausearch_head(text.substr(next, stop - next), head) || head.stamp != first.stamp || head.node != first.node) {
            break;
        }
        end = stop;
    }
    if (end == text.size() && !whole) {
        return Pieces::kMore;
    }
    pieces.add(at, end - at);
    return end;
}

void TextEvents::lose(const LossKind& kind, const Pieces::Piece& piece, std::string_view what) {
    sink_.lost(kind, {piece.ordinal, piece.offset, std::string(what)}, piece.raw);
}

UtcNanos TextEvents::time_of(const AusearchHead& head, const Pieces::Piece& piece) {
    DateParts date;
    std::int64_t days = 0;
    if (!read_date(head.date, date)) {
        lose(kNoDate, piece, head.stamp);
        return kNoTime;
    }
    DateOrder plain{};
    if (order_is_plain(date, plain)) {
        if (order_known_ && plain != order_) {
            lose(kOrderChanged, piece, head.date);
        } else if (order_assumed_ && plain != order_) {
            lose(kOrderChanged, piece, head.date);
        }
        order_ = plain;
        order_known_ = true;
    } else if (!order_known_ && !order_assumed_) {
        order_assumed_ = true;
        lose(kOrderAssumed, piece, head.date);
    }
    if (!days_since_epoch(date, order_, days)) {
        lose(kNoDate, piece, head.stamp);
        return kNoTime;
    }
    if (!zone_told_) {
        zone_told_ = true;
        lose(kLocalTime, piece, head.stamp);
    }
    const std::int64_t seconds = days * 86'400 + head.seconds_of_day - std::int64_t{hints_.zone_minutes} * 60;
    return shifted(UtcNanos{0}, Nanos{seconds * kSecond.count + head.millis * kMillisecond.count});
}

// "argc=3 a0=sh a1=-c a2=ls -l": blanks within arguments are not marked, so that each ends where the next one's name follows.
void TextEvents::execve(std::string_view body) {
    std::size_t at = body.find("a0=");
    std::string& name = mapper_.scratch();
    for (std::size_t index = 0; at != std::string_view::npos && index < AuditEventMapper::kMaxArguments; ++index) {
        name = " a" + std::to_string(index + 1) + "=";
        const std::size_t begin = body.find('=', at) + 1;
        const std::size_t next = body.find(name, begin);
        AuditToken token;
        std::string& mine = mapper_.scratch();
        mine = "a" + std::to_string(index);
        token.name = mine;
        token.value = body.substr(begin, next == std::string_view::npos ? next : next - begin);
        token.quoted = true;
        mapper_.token(token);
        at = next == std::string_view::npos ? next : next + 1;
    }
}

void TextEvents::ausearch_record(const AusearchHead& head) {
    InterpretedRecord record(mapper_, head.type, ArgumentForm::interpreted);
    const std::string_view body = without_blanks(head.body);
    if (head.type == "EXECVE") {
        execve(body);
        return;
    }
    for (const std::string_view all : {"proctitle=", "cwd="}) {
        if (body.starts_with(all) && (head.type == "PROCTITLE" || head.type == "CWD")) {
            (void)record.value(all.substr(0, all.size() - 1), body.substr(all.size()));
            return;
        }
    }
    LooseTokens tokens(body);
    for (AuditToken token; tokens.next(token);) {
        unknown_ += record.value(token.name, token.value) ? 0U : 1U;
    }
}

void TextEvents::ausearch(const AusearchHead& head, std::string_view lines, const Pieces::Piece& piece) {
    AuditEventMapper::Start start;
    start.host = head.node;
    start.time = time_of(head, piece);
    start.serial = head.serial;
    start.raw = piece.raw;
    start.record = piece.ordinal;
    mapper_.begin(start);
    std::vector<AusearchHead> records;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        AusearchHead one;
        if (read_ausearch_head(lines.substr(0, end), one)) {
            records.push_back(one);
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    // ausearch -i begins with the event's last record (audit-userspace src/ausearch-report.c): put back in the kernel's order.
    if (!records.empty() && records.front().type != "SYSCALL") {
        std::reverse(records.begin(), records.end());
    }
    for (const AusearchHead& one : records) {
        ausearch_record(one);
    }
    mapper_.end();
}

void TextEvents::read(const Pieces::Piece& piece) {
    std::string_view text = piece.text;
    if (!is_valid_utf8(text)) {
        lose(kBadCharacters, piece, {});
        repaired_ = valid_utf8(text);
        text = repaired_;
    }
    unknown_ = 0;
    AusearchHead head;
    if (read_ausearch_head(text.substr(0, text.find('\n')), head)) {
        ausearch(head, text, piece);
    } else {
        unknown_ = read_auoms_line(text, {}, piece.raw, piece.ordinal, mapper_);
    }
    if (unknown_ != 0) {
        lose(kUnknownValue, piece, std::to_string(unknown_) + " values");
    }
}

}  // namespace trocar
