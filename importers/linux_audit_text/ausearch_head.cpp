#include "importers/linux_audit_text/ausearch_head.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace trocar {
namespace {

bool number(std::string_view text, std::uint32_t& out) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

bool date_of(const DateParts& date, DateOrder order, std::chrono::year_month_day& out) noexcept {
    const std::size_t year_at = order == DateOrder::year_month_day ? 0 : 2;
    const std::size_t month_at = order == DateOrder::month_day_year ? 0 : 1;
    const std::size_t day_at = order == DateOrder::month_day_year ? 1 : order == DateOrder::day_month_year ? 0 : 2;
    std::uint32_t year = date.part[year_at];
    if (date.digits[year_at] <= 2) {
        year += year < 69 ? 2000U : 1900U;  // POSIX strptime %y
    }
    if (year > 9999 || date.digits[month_at] > 2 || date.digits[day_at] > 2) {
        return false;
    }
    out = std::chrono::year(static_cast<int>(year)) / std::chrono::month(date.part[month_at]) / std::chrono::day(date.part[day_at]);
    return out.ok();
}

}  // namespace

bool read_ausearch_head(std::string_view line, AusearchHead& out) noexcept {
    constexpr std::string_view kStamp = "msg=audit(";
    const std::size_t at = line.find(kStamp);
    if (at == std::string_view::npos) {
        return false;
    }
    const std::size_t open = at + kStamp.size();
    const std::size_t close = line.find(')', open);
    const std::size_t type = line.substr(0, at).rfind("type=");
    if (close == std::string_view::npos || type == std::string_view::npos || (type != 0 && line[type - 1] != ' ')) {
        return false;
    }
    out.stamp = line.substr(open, close - open);
    out.type = line.substr(type + 5, line.find(' ', type) - type - 5);
    const std::size_t node = line.substr(0, type).rfind("node=");
    out.node = node == std::string_view::npos ? std::string_view{} : line.substr(node + 5, line.find(' ', node) - node - 5);
    // "DATE HH:MM:SS.mmm:SERIAL"
    const std::size_t colon = out.stamp.rfind(':');
    const std::size_t blank = out.stamp.rfind(' ');
    if (colon == std::string_view::npos || blank == std::string_view::npos || colon != blank + 13) {
        return false;
    }
    const std::string_view clock = out.stamp.substr(blank + 1, 12);
    std::uint32_t hours = 0, minutes = 0, seconds = 0;
    if (clock[2] != ':' || clock[5] != ':' || clock[8] != '.' || !number(clock.substr(0, 2), hours) ||
        !number(clock.substr(3, 2), minutes) || !number(clock.substr(6, 2), seconds) || !number(clock.substr(9), out.millis) ||
        !number(out.stamp.substr(colon + 1), out.serial) || hours > 23 || minutes > 59 || seconds > 60) {
        return false;
    }
    out.seconds_of_day = hours * 3600 + minutes * 60 + seconds;
    out.date = out.stamp.substr(0, blank);
    out.body = line.substr(close + 1);
    out.body.remove_prefix(std::min(out.body.find_first_not_of(" :"), out.body.size()));
    return !out.type.empty();
}

bool read_date(std::string_view date, DateParts& out) noexcept {
    out = {};
    std::size_t at = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        const std::size_t end = std::min(date.find_first_not_of("0123456789", at), date.size());
        if (end == at || end - at > 4 || !number(date.substr(at, end - at), out.part[i])) {
            return false;
        }
        out.digits[i] = static_cast<std::uint32_t>(end - at);
        at = end;
        if (i < 2) {
            if (at >= date.size() || (i == 1 && date[at] != out.separator)) {
                return false;
            }
            out.separator = date[at++];
        }
    }
    return at == date.size() || (at + 1 == date.size() && date[at] == out.separator);
}

bool order_is_plain(const DateParts& date, DateOrder& out) noexcept {
    if (date.digits[0] == 4) {
        out = DateOrder::year_month_day;
        return true;
    }
    std::chrono::year_month_day day;
    const bool month_first = date_of(date, DateOrder::month_day_year, day);
    const bool day_first = date_of(date, DateOrder::day_month_year, day);
    // Dots and hyphens stand where the day comes first (glibc's locales).
    const bool by_separator = date.separator == '.' || date.separator == '-';
    if (day_first && (!month_first || by_separator)) {
        out = DateOrder::day_month_year;
        return true;
    }
    if (month_first && !day_first) {
        out = DateOrder::month_day_year;
        return true;
    }
    return false;
}

bool days_since_epoch(const DateParts& date, DateOrder order, std::int64_t& out) noexcept {
    std::chrono::year_month_day day;
    if (!date_of(date, order, day)) {
        return false;
    }
    out = std::chrono::sys_days(day).time_since_epoch().count();
    return true;
}

}  // namespace trocar
