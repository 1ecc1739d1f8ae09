#pragma once

#include <cstdint>

/// Facts that AN1399 weighs; one bit each (an1399_judge.cpp has the weights and the words).
namespace trocar::an1399 {
inline constexpr std::uint64_t kWriteHandle = 1U << 0;
inline constexpr std::uint64_t kThreadHandle = 1U << 1;
inline constexpr std::uint64_t kUnknownFrame = 1U << 2;
inline constexpr std::uint64_t kExecution = 1U << 3;
inline constexpr std::uint64_t kTampering = 1U << 4;
inline constexpr std::uint64_t kInOrder = 1U << 5;
inline constexpr std::uint64_t kLoadLibraryStart = 1U << 6;
inline constexpr std::uint64_t kOutsideStart = 1U << 7;
inline constexpr std::uint64_t kUnsignedLoad = 1U << 8;
inline constexpr std::uint64_t kUnusualPathLoad = 1U << 9;
inline constexpr std::uint64_t kListed = 1U << 10;
inline constexpr std::uint64_t kUserWritableSource = 1U << 11;
inline constexpr std::uint64_t kLoadLed = 1U << 12;  ///< no weight: tells the words apart
inline constexpr std::uint64_t kParentSpoofed = 1U << 13;
inline constexpr std::uint64_t kConsoleControl = 1U << 16;
inline constexpr std::uint64_t kKernelStart = 1U << 17;
inline constexpr std::uint64_t kDebugBreak = 1U << 18;
inline constexpr std::uint64_t kKnownBenign = 1U << 19;
inline constexpr std::uint64_t kImageLocked = 1U << 20;
inline constexpr std::uint64_t kSystemOrParent = 1U << 21;
inline constexpr std::uint64_t kFanOut = 1U << 22;
inline constexpr std::uint64_t kBystander = 1U << 23;
}  // namespace trocar::an1399
