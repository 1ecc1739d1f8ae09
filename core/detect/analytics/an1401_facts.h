#pragma once

#include <cstdint>

/// Facts that AN1401 weighs; one bit each (an1401_judge.cpp has the weights and the words).
namespace trocar::an1401 {
inline constexpr std::uint64_t kThread = 1U << 0;
inline constexpr std::uint64_t kPort = 1U << 1;
inline constexpr std::uint64_t kInOrder = 1U << 2;
inline constexpr std::uint64_t kSuspended = 1U << 3;
inline constexpr std::uint64_t kInvalidated = 1U << 4;
inline constexpr std::uint64_t kForeignLibrary = 1U << 5;
inline constexpr std::uint64_t kUserWritable = 1U << 6;
inline constexpr std::uint64_t kAdHocSource = 1U << 7;
inline constexpr std::uint64_t kListed = 1U << 8;
inline constexpr std::uint64_t kInserted = 1U << 9;
inline constexpr std::uint64_t kInsertedWritable = 1U << 10;
inline constexpr std::uint64_t kDenied = 1U << 11;
inline constexpr std::uint64_t kTraced = 1U << 12;
inline constexpr std::uint64_t kHardTarget = 1U << 13;  ///< no weight: why cs_invalidated is missing
inline constexpr std::uint64_t kDebugger = std::uint64_t{1} << 32;
inline constexpr std::uint64_t kSampler = std::uint64_t{1} << 33;
inline constexpr std::uint64_t kPlatformPair = std::uint64_t{1} << 34;
inline constexpr std::uint64_t kDebuggedChild = std::uint64_t{1} << 35;
inline constexpr std::uint64_t kDeveloperLibrary = std::uint64_t{1} << 36;
inline constexpr std::uint64_t kFanOut = std::uint64_t{1} << 37;
}  // namespace trocar::an1401
