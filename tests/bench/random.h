#pragma once

#include <cstdint>

namespace trocar::bench {

/// xorshift64*: enough for shapes, the same on every machine.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        state_ ^= state_ >> 12;
        state_ ^= state_ << 25;
        state_ ^= state_ >> 27;
        return state_ * 0x2545F4914F6CDD1DULL;
    }
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    /// True `in_thousand` times of a thousand.
    bool chance(std::uint64_t in_thousand) { return below(1000) < in_thousand; }

private:
    std::uint64_t state_;
};

/// An access mask, drawn as often as Sysmon logs each (FORMATS-windows, section 4).
inline std::uint64_t random_access(Random& random) {
    const std::uint64_t draw = random.below(10'000);
    if (draw < 7'020) {
        return 0x1400;
    }
    if (draw < 9'160) {
        return 0x1000;
    }
    if (draw < 9'580) {
        return 0x3000;
    }
    if (draw < 9'860) {
        return 0x40;
    }
    return draw < 9'960 ? 0x1fffff : 0x1478;
}

}  // namespace trocar::bench
