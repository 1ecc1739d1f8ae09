#include "importers/macos_log/log_text.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace trocar {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::size_t kMaxName = 512;  // of a process or sender: a path at most

/// The next word; blanks around it are passed over.
std::string_view word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view out = rest.substr(0, rest.find_first_of(" \n"));
    rest.remove_prefix(out.size());
    return out;
}

bool number(std::string_view text, int base, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc{} && end == text.data() + text.size();
}

bool hex_number(std::string_view text, std::uint64_t& out) {
    return text.starts_with("0x") && number(text.substr(2), 16, out);
}

bool pid_of(std::string_view text, LogRecord& out) {
    std::uint64_t pid = 0;
    out.has_pid = number(text, 10, pid) && pid <= 0xffffffffU;
    out.pid = static_cast<std::uint32_t>(pid);
    return out.has_pid;
}

/// "2024-09-06 13:30:22.644828-0400"; the zone may be missing.
bool stamp_of(std::string_view& rest, int zone_minutes, UtcNanos& time, bool& zoned) {
    constexpr std::size_t kShortest = 19, kLongest = 35;
    if (rest.size() < kShortest || rest[4] != '-' || rest[10] != ' ' || rest[13] != ':') {
        return false;
    }
    const std::size_t end = std::min(rest.find_first_of(" \t\n", kShortest), rest.size());
    const std::string_view stamp = rest.substr(0, end);
    const std::optional<UtcNanos> read = end > kLongest ? std::nullopt : parse_iso_time(stamp);
    if (!read) {
        return false;
    }
    zoned = stamp.find_first_of("+-Z", kShortest) != std::string_view::npos;
    time = zoned ? *read : shifted(*read, Nanos{-std::int64_t{zone_minutes} * 60 * kSecond.count});
    rest.remove_prefix(end);
    return true;
}

/// What the type codes of the compact style stand for (log(1)).
std::string_view type_of_code(std::string_view code) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kCodes{{{"Df", "Default"},
                                                                                   {"I", "Info"},
                                                                                   {"Db", "Debug"},
                                                                                   {"E", "Error"},
                                                                                   {"F", "Fault"},
                                                                                   {"A", "Activity"},
                                                                                   {"S", "Signpost"},
                                                                                   {"L", "Loss"}}};
    const auto at =
        std::find_if(kCodes.begin(), kCodes.end(), [&](const auto& c) { return c.first == code; });
    return at == kCodes.end() ? std::string_view{} : at->second;
}

/// "(sender) [subsystem:category] message": both may be missing, and a message may begin with either bracket
/// itself.
void body_of(std::string_view rest, LogRecord& out) {
    rest.remove_prefix(rest.starts_with(' ') ? 1 : 0);
    if (rest.starts_with('(')) {
        const std::size_t close = rest.substr(0, kMaxName).find(')');
        if (close != std::string_view::npos && (close + 1 == rest.size() || rest[close + 1] == ' ')) {
            out.sender = rest.substr(1, close - 1);
            rest.remove_prefix(std::min(close + 2, rest.size()));
        }
    }
    if (rest.starts_with('[')) {
        const std::size_t colon = rest.substr(0, kMaxName).find_first_of(":] /\n");
        const std::size_t close = rest.substr(0, kMaxName).find_first_of("]\n", std::min(colon, rest.size()));
        if (colon != std::string_view::npos && rest[colon] == ':' && close != std::string_view::npos &&
            rest[close] == ']' && colon > 1) {
            out.subsystem = rest.substr(1, colon - 1);
            out.category = rest.substr(colon + 1, close - colon - 1);
            rest.remove_prefix(std::min(close + 2, rest.size()));
        }
    }
    out.message = rest;
}

/// "0x17bd5    Default     0x0                  0      0    kernel: ..."
bool standard(std::string_view rest, LogRecord& out) {
    std::uint64_t ttl = 0;
    out.has_thread = hex_number(word(rest), out.thread);
    out.type = word(rest);
    out.has_activity = hex_number(word(rest), out.activity);
    if (!out.has_thread || !out.has_activity || !pid_of(word(rest), out) || !number(word(rest), 10, ttl)) {
        return false;
    }
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::string_view line = rest.substr(0, std::min(rest.find('\n'), kMaxName));
    const std::size_t colon = line.find(": ");
    const std::size_t end = colon != std::string_view::npos ? colon
                            : line.ends_with(':')           ? line.size() - 1
                                                            : 0;
    out.process = rest.substr(0, end);
    body_of(rest.substr(end == 0 ? 0 : std::min(end + 1, rest.size())), out);
    return true;
}

/// "name[pid" and what ends it: "]" or ":"; names may hold brackets and blanks, the pid is digits.
std::size_t name_and_pid(std::string_view line, char end, LogRecord& out) {
    for (std::size_t open = line.find('['); open != std::string_view::npos; open = line.find('[', open + 1)) {
        const std::size_t stop = line.find_first_not_of(kDigits, open + 1);
        if (stop != std::string_view::npos && line[stop] == end &&
            pid_of(line.substr(open + 1, stop - open - 1), out)) {
            out.process = line.substr(0, open);
            return stop + 1;
        }
    }
    return std::string_view::npos;
}

/// "  localhost kernel[0]: (Sandbox) ...", of older releases "kernel[0] <Error>: ..."
bool syslog(std::string_view rest, LogRecord& out) {
    out.host = word(rest);
    rest.remove_prefix(rest.starts_with(' ') ? 1 : 0);
    std::size_t at = name_and_pid(rest.substr(0, std::min(rest.find('\n'), kMaxName)), ']', out);
    if (at == std::string_view::npos || out.host.empty()) {
        return false;
    }
    if (rest.substr(at).starts_with(" <")) {
        const std::size_t close = rest.find('>', at);
        if (close == std::string_view::npos || close - at > 16) {
            return false;
        }
        out.type = rest.substr(at + 2, close - at - 2);
        at = close + 1;
    }
    if (!rest.substr(at).starts_with(':')) {
        return false;
    }
    body_of(rest.substr(at + 1), out);
    return true;
}

/// " E  backupd[669:4cf173] [com.apple.TimeMachine:General] ..."
bool compact(std::string_view rest, LogRecord& out) {
    out.type = type_of_code(word(rest));
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::size_t at = name_and_pid(rest.substr(0, std::min(rest.find('\n'), kMaxName)), ':', out);
    const std::size_t close = at == std::string_view::npos ? at : rest.find(']', at);
    if (out.type.empty() || close == std::string_view::npos || close - at > 16) {
        return false;
    }
    out.has_thread = number(rest.substr(at, close - at), 16, out.thread);
    body_of(rest.substr(close + 1), out);
    return out.has_thread;
}

}  // namespace

LogStyle read_log_text(std::string_view text, int zone_minutes, LogRecord& out, bool& zoned) {
    LogRecord head;
    std::string_view rest = text;
    if (!stamp_of(rest, zone_minutes, head.time, zoned)) {
        return LogStyle::none;
    }
    constexpr std::array<std::pair<LogStyle, bool (*)(std::string_view, LogRecord&)>, 3> kStyles{
        {{LogStyle::standard, standard}, {LogStyle::compact, compact}, {LogStyle::syslog, syslog}}};
    for (const auto& [style, read] : kStyles) {
        out = head;
        if (read(rest, out)) {
            return style;
        }
    }
    return LogStyle::none;
}

LogStyle log_style_of(std::string_view line) {
    LogRecord record;
    bool zoned = false;
    return read_log_text(line, 0, record, zoned);
}

bool is_log_notice(std::string_view line) {
    constexpr std::array<std::string_view, 7> kNotices{
        "Filtering the log data using ", "Skipping info", "Skipping debug", "Timestamp  ",
        "--------------------",          "Log      - ",   "Activity - "};
    return std::any_of(kNotices.begin(), kNotices.end(),
                       [&](std::string_view n) { return line.starts_with(n); });
}

bool is_log_drop_notice(std::string_view line) {
    constexpr std::size_t kLooked = 200;
    return line.starts_with("===") && contains_ignoring_case(line.substr(0, kLooked), "messages dropped");
}

}  // namespace trocar
