#pragma once

#include <cstdint>
#include <string_view>

namespace trocar {

/// The start of a record as `ausearch -i` writes it: "[node=N ]type=T msg=audit(11/24/26 02:22:27.467:33) : body". Views
/// into the line.
struct AusearchHead {
    std::string_view node, type;
    std::string_view stamp;  ///< all between the parentheses: the same for all records of an event
    std::string_view date;   ///< as the locale has it
    std::uint32_t seconds_of_day = 0, millis = 0, serial = 0;
    std::string_view body;
};
/// False: the line is no such record.
[[nodiscard]] bool read_ausearch_head(std::string_view line, AusearchHead& out) noexcept;

/// Order of the parts of a date, which depends on the locale in which ausearch ran (strftime "%x").
enum class DateOrder : std::uint8_t { month_day_year, day_month_year, year_month_day };

/// A date cut into its three numbers.
struct DateParts {
    std::uint32_t part[3] = {};
    std::uint32_t digits[3] = {};
    char separator = 0;
};
/// False: not three numbers with one kind of separator.
[[nodiscard]] bool read_date(std::string_view date, DateParts& out) noexcept;
/// True when only one order can be meant: `out` is it.
[[nodiscard]] bool order_is_plain(const DateParts& date, DateOrder& out) noexcept;
/// Days since 1970-01-01; false: no such day.
[[nodiscard]] bool days_since_epoch(const DateParts& date, DateOrder order, std::int64_t& out) noexcept;

}  // namespace trocar
