#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace trocar {

/// Drawn once a run. Tables keyed by numbers from evidence (pids, descriptors, GUIDs) must not be laid out as the evidence
/// wishes: with the standard hash of an integer, which is the integer, keys such as pid << 32 | fd share their low bits, and
/// tsl::robin_map doubles its buckets until they differ - gigabytes for a few thousand keys.
[[nodiscard]] inline std::uint64_t hash_seed() noexcept {
    static const std::uint64_t seed = [] {
        std::random_device device;
        return std::uint64_t{device()} << 32U | device();
    }();
    return seed;
}

/// MurmurHash3's 64-bit finalizer (Austin Appleby, public domain) over a seeded key. No order of a table that uses it may
/// reach a case or a report: it differs from run to run.
[[nodiscard]] inline std::uint64_t seeded_mix(std::uint64_t key) noexcept {
    key ^= hash_seed();
    key ^= key >> 33U;
    key *= 0xff51afd7ed558ccdULL;
    key ^= key >> 33U;
    key *= 0xc4ceb9fe1a85ec53ULL;
    return key ^ (key >> 33U);
}

struct SeededHash {
    [[nodiscard]] std::size_t operator()(std::uint64_t key) const noexcept {
        return static_cast<std::size_t>(seeded_mix(key));
    }
};

}  // namespace trocar
