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
inline constexpr std::uint64_t kAllocated = 1U << 25;
inline constexpr std::uint64_t kWritten = 1U << 26;
inline constexpr std::uint64_t kMadeExecutable = 1U << 27;
inline constexpr std::uint64_t kStartInRegion = 1U << 28;
inline constexpr std::uint64_t kAccessed = 1U << 29;     ///< no weight: a handle was seen
inline constexpr std::uint64_t kApcQueued = 1U << 30;    ///< no weight: which execution it was
inline constexpr std::uint64_t kContextSet = 1U << 31;   ///< no weight
inline constexpr std::uint64_t kResumed = std::uint64_t{1} << 32;  ///< no weight
inline constexpr std::uint64_t kOwnChild = std::uint64_t{1} << 33; ///< no weight: the source made the target
inline constexpr std::uint64_t kSystemThread = std::uint64_t{1} << 34;
inline constexpr std::uint64_t kFirstThread = std::uint64_t{1} << 35;
}  // namespace trocar::an1399
