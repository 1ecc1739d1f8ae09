#pragma once

#include <cstdint>

/// Facts that AN1400 weighs; one bit each (an1400_judge.cpp has the weights and the words).
namespace trocar::an1400 {
inline constexpr std::uint64_t kPoked = 1U << 0;
inline constexpr std::uint64_t kVmWritten = 1U << 1;
inline constexpr std::uint64_t kMemOpened = 1U << 2;
inline constexpr std::uint64_t kMemfdRun = 1U << 3;
inline constexpr std::uint64_t kPreloaded = 1U << 4;
inline constexpr std::uint64_t kTrace = 1U << 5;          ///< found in a snapshot of /proc
inline constexpr std::uint64_t kInOrder = 1U << 6;
inline constexpr std::uint64_t kAttached = 1U << 7;
inline constexpr std::uint64_t kRegistersSet = 1U << 8;
inline constexpr std::uint64_t kExecutableMemory = 1U << 9;
inline constexpr std::uint64_t kForeignLibrary = 1U << 10;
inline constexpr std::uint64_t kNoDebugRequests = 1U << 11;
inline constexpr std::uint64_t kNotTraced = 1U << 12;
inline constexpr std::uint64_t kOtherUser = 1U << 13;
inline constexpr std::uint64_t kSensitive = 1U << 14;
inline constexpr std::uint64_t kUserWritable = 1U << 15;
inline constexpr std::uint64_t kTraceFollows = 1U << 16;
inline constexpr std::uint64_t kVdso = 1U << 17;          ///< no weight: names the technique
inline constexpr std::uint64_t kDenied = 1U << 18;
inline constexpr std::uint64_t kReadOnly = 1U << 19;      ///< no weight
inline constexpr std::uint64_t kMemfdPresumed = 1U << 20;
inline constexpr std::uint64_t kRunFromMemfd = kMemfdRun | kMemfdPresumed;
inline constexpr std::uint64_t kDebugger = std::uint64_t{1} << 31;
inline constexpr std::uint64_t kKnownTracer = std::uint64_t{1} << 32;
inline constexpr std::uint64_t kOwnChild = std::uint64_t{1} << 33;
inline constexpr std::uint64_t kBreakpoints = std::uint64_t{1} << 34;
inline constexpr std::uint64_t kSiblings = std::uint64_t{1} << 35;
inline constexpr std::uint64_t kContainerRuntime = std::uint64_t{1} << 36;
inline constexpr std::uint64_t kCompiler = std::uint64_t{1} << 37;
inline constexpr std::uint64_t kFanOut = std::uint64_t{1} << 38;
inline constexpr std::uint64_t kOwnCodePages = std::uint64_t{1} << 39;
inline constexpr std::uint64_t kReplacedFile = std::uint64_t{1} << 40;
inline constexpr std::uint64_t kSystemLibrary = std::uint64_t{1} << 41;
}  // namespace trocar::an1400
