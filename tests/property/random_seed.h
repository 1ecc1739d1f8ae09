#pragma once

#include <QString>
#include <QtGlobal>
#include <cstdint>
#include <cstdio>
#include <random>

namespace trocar::test {

/// The seed of a random test: TROCAR_TEST_SEED when set, else a fresh one; always printed, so that a failure can be
/// run again.
inline std::uint64_t test_seed() {
    bool given = false;
    std::uint64_t seed = qEnvironmentVariable("TROCAR_TEST_SEED").toULongLong(&given);
    if (!given) {
        std::random_device device;
        seed = (std::uint64_t{device()} << 32U) | device();
    }
    std::printf("TROCAR_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return seed;
}

/// Small draws from one generator.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : engine_(seed) {}
    /// 0 .. n-1
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine_() % n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }
    std::mt19937_64& engine() { return engine_; }

private:
    std::mt19937_64 engine_;
};

}  // namespace trocar::test
