#include "importers/macos_syslog/syslog_events.h"

#include "core/base/escape.h"
#include "core/model/signal.h"
#include "importers/macos_log/named_process.h"

#include <algorithm>

namespace trocar {
namespace {

constexpr std::string_view kLog = "system.log";

constexpr LossKind kUnreadable{"syslog_line_unreadable", LossSeverity::error,
                               "A line has no head of syslogd and follows none; it was kept and not read."};
constexpr LossKind kTooLong{"syslog_line_too_long", LossSeverity::error,
                            "A line is longer than 1 MiB; its first 64 KiB are kept."};
constexpr LossKind kBadCharacters{
    "syslog_bad_characters", LossSeverity::warning,
    "A line holds bytes that are no UTF-8; they were replaced and the line was read."};
constexpr LossKind kNoYear{
    "syslog_year_unknown", LossSeverity::warning,
    "system.log has no year, and the file no time of its own to take it from: say --year YYYY. "
    "The lines can be found and not be ordered."};
constexpr LossKind kYearTaken{"syslog_year_from_file", LossSeverity::info,
                              "system.log has no year: it was taken from when the file was last written. "
                              "Say --year YYYY, the year of its first line, if that is wrong."};
constexpr LossKind kBadDay{"syslog_day_unknown", LossSeverity::warning,
                           "A stamp names a day that its year does not have: the line cannot be ordered."};
constexpr LossKind kRepeated{"syslog_message_repeated", LossSeverity::info,
                             "syslogd folded repetitions of a line into a count, one count here a fold."};

}  // namespace

SyslogEvents::SyslogEvents(EventSink& sink, const ImportHints& hints, const SyslogYear& year)
    : sink_(sink), host_(hints.host), year_(year) {
    constexpr std::array<std::string_view, count> kNames{"eventMessage", "processImagePath", "processID",
                                                         "pattern",      "library",          "program",
                                                         "command",      "repeated"};
    std::transform(kNames.begin(), kNames.end(), ids_.begin(),
                   [&](std::string_view name) { return sink_.field(name); });
}

std::size_t SyslogEvents::next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    SyslogLine head;
    for (std::size_t from = at;;) {
        const std::size_t newline = text.find('\n', from);
        const std::size_t end = std::min(newline, text.size());
        const bool ended = newline != std::string_view::npos;
        if (passing_) {
            passing_ = !ended;
            return end;
        }
        if (!ended && !whole && text.size() - at <= kMaxLine) {
            return Pieces::kMore;
        }
        const bool begins = read_syslog_line(text.substr(from, end - from), head);
        if (from != at && begins) {
            pieces.add(at, from - at - 1);
            return from;
        }
        if (end - at > kMaxLine) {
            passing_ = !ended;
            pieces.add(at, end - at, &kTooLong);
            return end;
        }
        if (from == at && !begins) {
            pieces.add(at, end - at, &kUnreadable);
            return end;
        }
        if (!ended || (end + 1 == text.size() && whole)) {
            pieces.add(at, end - at);
            return end;
        }
        if (end + 1 == text.size()) {
            return Pieces::kMore;
        }
        from = end + 1;
    }
}

UtcNanos SyslogEvents::time_of(const SyslogLine& line, const Pieces::Piece& piece) {
    if (!year_told_ && !year_.said()) {
        year_told_ = true;
        lose(year_.known() ? kYearTaken : kNoYear, piece, piece.text.substr(0, 15));
    }
    const UtcNanos time = year_.time_of(line.stamp);
    if (time.none() && year_.known()) {
        lose(kBadDay, piece, piece.text.substr(0, 15));
    }
    return time;
}

void SyslogEvents::give_meaning(const SyslogLine& line, const DyldLine& dyld, RawEvent& e) const {
    ProcessHint logger;
    if (line.has_pid) {
        logger.pid = line.pid;
        logger.has_pid = true;
        logger.image = line.process;
    }
    e.operation = dyld.operation;
    e.flags |= dyld.flags;
    e.text = dyld.library;
    if (dyld.operation == Operation::generic) {
        e.actor = logger;
        e.text = line.message;
        return;
    }
    if (dyld.has_program_pid) {  // dyld speaks of the program itself
        e.target.pid = dyld.program_pid;
        e.target.has_pid = true;
        e.target.image = dyld.program.empty() ? line.process : dyld.program;
        return;
    }
    e.actor = logger;
    e.target = dyld.program.empty() ? ProcessHint{} : named_process(dyld.program);
    e.life.parent = e.actor;
    e.life.command_line = dyld.command;
}

void SyslogEvents::fields_of(const SyslogLine& line, const DyldLine& dyld) {
    fields_.clear();
    const auto add = [&](Field field, std::string_view text) {
        FieldValue value;
        value.field = ids_[field];
        value.text = text;
        if (!text.empty()) {
            fields_.push_back(value);
        }
    };
    const auto add_number = [&](Field field, std::uint64_t number) {
        FieldValue value;
        value.field = ids_[field];
        value.kind = ValueKind::number;
        value.number = number;
        fields_.push_back(value);
    };
    add(message, line.message);
    add(process, line.process);
    if (line.has_pid) {
        add_number(pid, line.pid);
    }
    add(pattern, dyld.pattern);
    add(library, dyld.library);
    add(program, dyld.program);
    add(command, dyld.command);
    if (line.repeated != 0) {
        add_number(repeated, line.repeated);
    }
}

void SyslogEvents::read(const Pieces::Piece& piece) {
    std::string_view text = piece.text;
    if (!is_valid_utf8(text)) {
        lose(kBadCharacters, piece, {});
        repaired_ = valid_utf8(text);
        text = repaired_;
    }
    SyslogLine line;
    if (!read_syslog_line(text, line)) {  // the repair changed its head
        lose(kUnreadable, piece, text);
        return;
    }
    if (!line.host.empty()) {
        last_host_ = line.host;
    }
    if (line.repeated != 0) {
        lose(kRepeated, piece, line.message);
    }
    const DyldLine dyld = read_dyld_line(line);
    RawEvent e;
    e.time = time_of(line, piece);
    e.time_origin = e.time.none() ? TimeOrigin::none : TimeOrigin::event;
    e.record = piece.ordinal;
    e.raw = piece.raw;
    // A fold names no host: it is of the line before.
    e.host = last_host_.empty() ? std::string_view(host_) : std::string_view(last_host_);
    e.provider = kLog;
    e.channel = kLog;
    e.flags = signal_flag::kMac;
    give_meaning(line, dyld, e);
    fields_of(line, dyld);
    e.fields = fields_;
    sink_.event(e);
}

}  // namespace trocar
