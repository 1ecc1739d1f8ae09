#include "importers/macos_syslog/syslog_line.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace trocar {
namespace {

constexpr std::size_t kStampLength = 15;
constexpr std::size_t kMaxHead = 512;

bool digits(std::string_view text, unsigned most, unsigned& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && out <= most;
}

bool read_stamp(std::string_view text, SyslogStamp& out) {
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() <= kStampLength || text[3] != ' ' || text[6] != ' ' || text[9] != ':' ||
        text[12] != ':' || text[kStampLength] != ' ') {
        return false;
    }
    const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(0, 3));
    const std::size_t day = text[4] == ' ' ? 5 : 4;
    unsigned hours = 0, minutes = 0, seconds = 0;
    if (month == kMonths.end() || !digits(text.substr(day, 6 - day), 31, out.day) || out.day == 0 ||
        !digits(text.substr(7, 2), 23, hours) || !digits(text.substr(10, 2), 59, minutes) ||
        !digits(text.substr(13, 2), 60, seconds)) {
        return false;
    }
    out.month = static_cast<unsigned>(month - kMonths.begin()) + 1;
    out.second_of_day = hours * 3600 + minutes * 60 + seconds;
    return true;
}

/// "--- last message repeated 8 times ---"
bool read_repeat(std::string_view rest, std::uint64_t& out) {
    constexpr std::string_view kBegin = "--- last message repeated ";
    if (!rest.starts_with(kBegin)) {
        return false;
    }
    rest.remove_prefix(kBegin.size());
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), out);
    return error == std::errc{} &&
           std::string_view(end, static_cast<std::size_t>(rest.data() + rest.size() - end))
               .starts_with(" time");
}

/// "process[pid]" at the end of `tag`, or only a process. launchd adds "(label[pid])", older releases
/// "<Notice>".
void read_tag(std::string_view tag, SyslogLine& out) {
    const std::size_t more = std::min(tag.find("] ("), tag.find("] <"));
    tag = tag.substr(0, more == std::string_view::npos ? more : more + 1);
    const std::size_t open = tag.rfind('[');
    unsigned pid = 0;
    out.process = tag;
    if (open != std::string_view::npos && tag.ends_with(']') &&
        digits(tag.substr(open + 1, tag.size() - open - 2), 0xffffffffU, pid)) {
        out.process = tag.substr(0, open);
        out.pid = pid;
        out.has_pid = true;
    }
}

}  // namespace

bool read_syslog_line(std::string_view text, SyslogLine& out) {
    out = {};
    if (!read_stamp(text, out.stamp)) {
        return false;
    }
    std::string_view rest = text.substr(kStampLength + 1);
    if (read_repeat(rest, out.repeated)) {
        out.message = rest;
        return true;
    }
    const std::size_t blank = rest.find_first_of(" \n");
    if (blank == std::string_view::npos || blank == 0 || rest[blank] != ' ') {
        return false;
    }
    out.host = rest.substr(0, blank);
    rest.remove_prefix(blank + 1);
    const std::size_t colon = rest.substr(0, std::min(rest.find('\n'), kMaxHead)).find(": ");
    if (colon == std::string_view::npos || colon == 0) {
        out.message = rest;  // of syslogd itself, without a tag
        return true;
    }
    read_tag(rest.substr(0, colon), out);
    out.message = rest.substr(colon + 2);
    return true;
}

}  // namespace trocar
