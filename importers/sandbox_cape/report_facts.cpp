#include "importers/sandbox_cape/report_facts.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/text.h"
#include "importers/linux_json/dom_values.h"

namespace trocar {
namespace {

constexpr std::size_t kMaxText = 32U << 10U;
constexpr double kLatestSecond = 9.2e9;  // beyond it nanoseconds do not fit

UtcNanos epoch_time(std::string_view text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc{} || end != text.data() + text.size() || !(std::abs(seconds) < kLatestSecond)) {
        return kNoTime;
    }
    // Microseconds are what a double holds of today's dates.
    return {static_cast<std::int64_t>(std::llround(seconds * 1e6)) * 1000};
}

std::string cut(std::string_view text) {
    std::size_t size = std::min(text.size(), kMaxText);
    while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
        --size;
    }
    return std::string(text.substr(0, size));
}

/// A scalar's text; empty for what is none.
std::string scalar_of(std::string_view raw) {
    simdjson::dom::parser parser;
    simdjson::dom::element element;
    std::string scratch;
    if (parser.parse(simdjson::padded_string(raw)).get(element) != simdjson::SUCCESS) {
        return {};
    }
    return cut(scalar_text(element, scratch));
}

void take_environ(SandboxProcess& process, ReportFacts& facts, std::string_view raw) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(simdjson::padded_string(raw)).get(object) != simdjson::SUCCESS) {
        return;
    }
    process.user = cut(string_at(object, {"UserName"}));
    if (process.command_line.empty()) {
        process.command_line = cut(trimmed(string_at(object, {"CommandLine"})));
    }
    if (facts.computer.empty()) {
        facts.computer = cut(string_at(object, {"ComputerName"}));
    }
}

}  // namespace

const SandboxProcess& ReportFacts::at(std::size_t number) const {
    static const SandboxProcess kUnknown;
    return number < processes.size() ? processes[number] : kUnknown;
}

UtcNanos sandbox_time(std::string_view text, int zone_minutes) {
    std::string stamp(text.substr(0, 64));
    const std::size_t comma = stamp.rfind(',');
    if (comma != std::string::npos) {
        stamp[comma] = '.';
    }
    if (const auto time = parse_iso_time(stamp)) {
        return shifted(*time, {-std::int64_t{zone_minutes} * 60 * kSecond.count});
    }
    return epoch_time(text);  // since 1970: of no zone
}

bool sandbox_pid(std::string_view text, std::uint32_t& pid) {
    const auto number = parse_number(text);
    pid = number ? static_cast<std::uint32_t>(*number) : 0;
    return number.has_value();
}

std::string sandbox_path(std::string_view path) {
    constexpr std::string_view kAlias = "\\windows\\sysnative\\";
    const std::size_t volume = path.find('\\');
    if (volume == std::string_view::npos || !starts_ignoring_case(path.substr(volume), kAlias)) {
        return std::string(path);
    }
    return std::string(path.substr(0, volume)) + "\\Windows\\System32\\" +
           std::string(path.substr(volume + kAlias.size()));
}

void take_process_member(SandboxProcess& process, ReportFacts& facts, std::string_view name, std::string_view raw,
                         int zone_minutes) {
    if (name == "environ") {
        take_environ(process, facts, raw);
    } else if (name == "process_id" || name == "pid") {
        process.has_pid = sandbox_pid(scalar_of(raw), process.pid);
    } else if (name == "parent_id" || name == "ppid") {
        process.has_parent = sandbox_pid(scalar_of(raw), process.parent);
    } else if (name == "module_path" || name == "process_path") {
        if (const std::string path = scalar_of(raw); !path.empty()) {
            process.image = sandbox_path(path);
        }
    } else if (name == "process_name" && process.image.empty()) {
        process.image = scalar_of(raw);
    } else if (name == "command_line") {
        process.command_line = scalar_of(raw);
    } else if (name == "first_seen") {
        process.first_seen = sandbox_time(scalar_of(raw), zone_minutes);
    }
}

void take_info(ReportFacts& facts, std::string_view raw) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(simdjson::padded_string(raw)).get(object) == simdjson::SUCCESS) {
        facts.version = cut(string_at(object, {"version"}));
        facts.machine = cut(string_at(object, {"machine", "name"}));
    }
}

}  // namespace trocar
