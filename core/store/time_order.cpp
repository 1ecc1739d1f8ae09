#include "core/store/time_order.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace trocar {
namespace {

constexpr unsigned kDigitBits = 11;
constexpr std::size_t kBuckets = std::size_t{1} << kDigitBits;

struct Entry {
    std::uint64_t key;
    std::uint32_t index;
};

}  // namespace

void sort_by_time(std::span<const UtcNanos> times, std::vector<std::uint32_t>& order) {
    std::uint64_t least = UINT64_MAX, most = 0, step = 0;
    const auto key_of = [](UtcNanos t) { return static_cast<std::uint64_t>(t.count) ^ (std::uint64_t{1} << 63); };
    for (const std::uint32_t i : order) {
        const UtcNanos t = times[i];
        if (!t.none()) {
            least = std::min(least, key_of(t));
            most = std::max(most, key_of(t));
        }
    }
    if (least > most) {
        return;  // no time at all
    }
    for (const std::uint32_t i : order) {
        if (!times[i].none() && step != 1) {
            step = std::gcd(step, key_of(times[i]) - least);
        }
    }
    step = step == 0 ? 1 : step;
    const std::uint64_t range = (most - least) / step + 1;  // key 0: no time
    std::vector<Entry> entries(order.size()), other(order.size());
    for (std::size_t n = 0; n < order.size(); ++n) {
        const UtcNanos t = times[order[n]];
        entries[n] = {t.none() ? 0 : (key_of(t) - least) / step + 1, order[n]};
    }
    for (unsigned shift = 0; shift < 64 && (range >> shift) != 0; shift += kDigitBits) {
        std::array<std::size_t, kBuckets> start{};
        for (const Entry& e : entries) {
            ++start[(e.key >> shift) & (kBuckets - 1)];
        }
        std::size_t sum = 0;
        for (std::size_t& s : start) {
            sum += std::exchange(s, sum);
        }
        for (const Entry& e : entries) {
            other[start[(e.key >> shift) & (kBuckets - 1)]++] = e;
        }
        entries.swap(other);
    }
    for (std::size_t n = 0; n < order.size(); ++n) {
        order[n] = entries[n].index;
    }
}

}  // namespace trocar
