#include "importers/linux_procfs/proc_text.h"

#include <algorithm>

#include "core/base/text.h"

namespace trocar {
namespace {

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

std::optional<std::uint32_t> first_number(std::string_view text) {
    const std::optional<std::uint64_t> number = parse_number(take_word(text));
    if (!number || *number > 0xffffffffU) {
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

}  // namespace

ProcStatus read_status(std::string_view text) {
    ProcStatus out;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) {
            continue;
        }
        const std::string_view key = line.substr(0, colon), value = trimmed(line.substr(colon + 1));
        if (key == "Name") {
            out.name = value;
        } else if (key == "State") {
            out.state = value;
        } else if (key == "PPid") {
            out.parent = first_number(value);
        } else if (key == "Uid") {
            out.uid = first_number(value);
        } else if (key == "TracerPid") {
            out.tracer = first_number(value).value_or(0);
            out.tracer_line = line;
        }
    }
    return out;
}

std::optional<std::uint64_t> read_start_ticks(std::string_view stat) {
    constexpr int kBefore = 19;  // fields 3 to 21 stand between the name in brackets and starttime
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view rest = trimmed(stat.substr(name_end + 1));
    for (int i = 0; i < kBefore; ++i) {
        take_word(rest);
    }
    return parse_number(take_word(rest));
}

std::string_view link_target(std::string_view line) {
    constexpr std::string_view kArrow = " -> ";
    line = trimmed(line);
    const std::size_t arrow = line.rfind(kArrow);
    return arrow == std::string_view::npos ? line : line.substr(arrow + kArrow.size());
}

}  // namespace trocar
