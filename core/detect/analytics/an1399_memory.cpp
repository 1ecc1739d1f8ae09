#include "core/detect/analytics/an1399_memory.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/detect/analytics/an1399_facts.h"
#include "core/detect/judge.h"

namespace trocar {
namespace {

using namespace an1399;

constexpr std::uint32_t kMostMemorySteps = 2048;  // rows looked at before one anchor
constexpr std::uint64_t kPage = 0x1000;
constexpr std::uint64_t kLargestRegion = std::uint64_t{1} << 32U;  // beyond: a size that is none
constexpr Nanos kBelongs{10'000'000'000};
constexpr int kCreationWrites = 4;  // CreateProcess of Windows 7 to 11 in sandbox reports: two to four

/// The number before " bytes".
std::uint64_t stated_size(std::string_view text) {
    const std::size_t end = text.find(" bytes");
    if (end == std::string_view::npos) {
        return 0;
    }
    const std::size_t begin = text.rfind(' ', end - 1);
    return begin == std::string_view::npos ? 0 : parse_number(text.substr(begin + 1, end - begin - 1)).value_or(0);
}

std::uint32_t earliest_looked_at(const Pair& pair, std::uint32_t row) {
    return row - pair.first > kMostMemorySteps ? row - kMostMemorySteps : pair.first;
}

/// First row after every row of the anchor's time.
std::uint32_t end_of_time(const SignalTable& table, const Pair& pair, UtcNanos time) {
    const auto begin = table.time.begin();
    return static_cast<std::uint32_t>(std::upper_bound(begin + pair.first, begin + pair.last, time) - begin);
}

}  // namespace

bool is_memory_step(const SignalTable& table, std::uint32_t row) {
    const Role role = table.role[row];
    return (role == Role::alloc || role == Role::protect || role == Role::write || role == Role::map) &&
           (table.flags[row] & (signal_flag::kNotWindows | windows_flag::kFailed)) == 0 && !table.time[row].none();
}

MemoryRegion memory_region(const Capture& capture, std::uint32_t row) {
    const SignalTable& table = capture.signals;
    const std::string_view text = capture.strings->text(table.text[row]);
    const std::uint64_t size = stated_size(text);
    return {table.value[row], size == 0 || size > kLargestRegion ? kPage : size,
            text.find("EXECUTE") != std::string_view::npos};
}

std::uint32_t step_under_start(const Capture& capture, const Pair& pair, std::uint32_t anchor) {
    const SignalTable& table = capture.signals;
    const std::uint64_t start = table.value[anchor];
    if (start == 0 || table.role[anchor] != Role::execute || table.time[anchor].none()) {
        return kNoSignal;
    }
    std::uint32_t found = kNoSignal;
    const std::uint32_t end = end_of_time(table, pair, table.time[anchor]);
    for (std::uint32_t row = end; row-- > earliest_looked_at(pair, end);) {
        const bool near = is_memory_step(table, row) && table.value[row] <= start && start - table.value[row] < kLargestRegion;
        if (near && memory_region(capture, row).holds(start)) {
            if (table.role[row] == Role::write) {
                return row;
            }
            found = found == kNoSignal ? row : found;
        }
    }
    return found;
}

std::uint64_t memory_facts(const Capture& capture, const Pair& pair, std::uint32_t anchor, std::uint32_t nearest) {
    const SignalTable& table = capture.signals;
    const std::uint64_t start = table.role[anchor] == Role::execute ? table.value[anchor] : 0;
    const UtcNanos until = table.time[anchor];
    const UtcNanos from = shifted(nearest == kNoSignal ? until : std::min(until, table.time[nearest]), -kBelongs);
    std::uint64_t facts = 0;
    const std::uint32_t end = end_of_time(table, pair, until);
    for (std::uint32_t row = end; row-- > earliest_looked_at(pair, end);) {
        if (!is_memory_step(table, row)) {
            continue;
        }
        const bool recent = table.time[row] >= from;
        const bool near = start != 0 && table.value[row] <= start && start - table.value[row] < kLargestRegion;
        if (!recent && !near) {
            continue;
        }
        const MemoryRegion region = memory_region(capture, row);
        const bool under_start = near && region.holds(start);
        if (recent || under_start) {
            const Role role = table.role[row];
            facts |= role == Role::write ? kWritten : role == Role::protect ? 0 : kAllocated;
            facts |= region.executable ? kMadeExecutable : 0;
            facts |= under_start ? kStartInRegion : 0;
        }
    }
    return facts;
}

UtcNanos payload_from(const Capture& capture, const Pair& pair, bool made_target) {
    const SignalTable& table = capture.signals;
    int writes = 0;
    bool executable = false;
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        if (!is_memory_step(table, row)) {
            continue;
        }
        writes += table.role[row] == Role::write ? 1 : 0;
        executable = executable || memory_region(capture, row).executable;
        const bool more_than_creation = !made_target || executable || writes > kCreationWrites;
        if (table.role[row] == Role::map || (writes > 0 && more_than_creation)) {
            return table.time[row];
        }
    }
    return kNoTime;
}

UtcNanos resumed_payload_from(const Capture& capture, const Pair& pair, bool made_target) {
    const SignalTable& table = capture.signals;
    for (std::uint32_t row = pair.first; row < pair.last; ++row) {
        const bool failed = (table.flags[row] & windows_flag::kFailed) != 0;
        if (table.role[row] == Role::execute && !table.time[row].none() && !failed) {
            return kNoTime;
        }
    }
    return payload_from(capture, pair, made_target);
}

}  // namespace trocar
