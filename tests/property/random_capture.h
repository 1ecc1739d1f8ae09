#pragma once

#include <array>
#include <string>

#include "tests/support/made_signals.h"
#include "tests/property/random_seed.h"

namespace trocar::test {

/// A small Windows capture whose times lie close enough for ties, skewed links and overlapping windows; sometimes with
/// memory steps, tampering, loads at process start, two files. Times are multiples of 50 ms over a few seconds, with a
/// straggler beyond the slider's maximum now and then.
inline MadeCapture random_capture(Draw& draw) {
    constexpr std::int64_t kTick = 50'000'000;
    constexpr std::int64_t kOrigin = 1'600'000'000'000'000'000;
    constexpr std::array<const char*, 6> kPaths{
        "C:\\Windows\\System32\\notepad.exe", "C:\\Users\\u\\a.exe",          "C:\\Windows\\System32\\csrss.exe",
        "C:\\Windows\\System32\\svchost.exe", "D:\\Tools\\x.exe",             "C:\\Windows\\explorer.exe"};
    constexpr std::array<std::uint64_t, 6> kMasks{0x28, 0x1fffff, 0x2a, 0x20, 0x1400, 0x143a};
    constexpr std::array<std::uint32_t, 4> kWays{0, windows_flag::kCreateTrace, windows_flag::kBareTrace,
                                                 signal_flag::kDirectSyscall};
    constexpr std::array<Role, 12> kRoles{Role::access, Role::access, Role::access,  Role::access, Role::execute, Role::execute,
                                          Role::load,   Role::load,   Role::tamper, Role::write,  Role::alloc,   Role::create};
    MadeCapture made;
    const std::uint32_t processes = 2 + draw.below(4);
    for (std::uint32_t i = 0; i < processes; ++i) {
        MadeProcess p;
        p.name = "p" + std::to_string(i);
        p.path = kPaths[draw.below(kPaths.size())];
        p.pid = 100 + i;
        p.parent = i > 0 && draw.one_in(3) ? static_cast<int>(draw.below(i)) : -1;
        if (draw.one_in(4)) {
            p.start = UtcNanos{kOrigin + kTick * static_cast<std::int64_t>(draw.below(100))};
        }
        made.processes.push_back(p);
    }
    const bool memory = draw.one_in(2);
    const std::uint32_t range = draw.one_in(2) ? 12 : 400;
    const std::uint32_t events = 2 + draw.below(24);
    for (std::uint32_t i = 0; i < events; ++i) {
        MadeSignal s;
        s.role = kRoles[draw.below(kRoles.size())];
        if (!memory && (s.role == Role::write || s.role == Role::alloc)) {
            s.role = Role::access;
        }
        if (memory && draw.one_in(4)) {
            constexpr std::array kMore{Role::map, Role::protect, Role::resume, Role::resume};
            s.role = kMore[draw.below(kMore.size())];
        }
        s.time = UtcNanos{kOrigin + kTick * static_cast<std::int64_t>(draw.below(range))};
        if (draw.one_in(60)) {
            s.time = draw.one_in(3) ? kNoTime : UtcNanos{s.time.count + 86'400'000'000'000 + kTick};
        }
        s.target = static_cast<int>(draw.below(processes));
        s.source = s.role == Role::load || s.role == Role::tamper ? -1 : static_cast<int>(draw.below(processes));
        s.record = i + 1;
        s.file = draw.one_in(4) ? 1 : 0;
        switch (s.role) {
            case Role::access:
                s.value = kMasks[draw.below(kMasks.size())];
                s.flags = draw.one_in(3) ? signal_flag::kUnknownFrame : 0;
                s.flags |= kWays[draw.below(kWays.size())];
                if (made.processes[static_cast<std::size_t>(s.target)].start.count > 0 && draw.one_in(3)) {
                    s.time = made.processes[static_cast<std::size_t>(s.target)].start;  // a create handle, or nearly
                    s.time.count += kTick * (static_cast<std::int64_t>(draw.below(25)) - 12);
                    s.value = kMasks[1];
                }
                break;
            case Role::alloc:
            case Role::protect:
            case Role::write:
            case Role::map:
                s.value = 0x10000 * (1 + draw.below(3));
                s.text = draw.one_in(6) ? "call, 0x2000 bytes, PAGE_EXECUTE_READ" : "call, 0x10 bytes, PAGE_READWRITE";
                s.flags = draw.one_in(8) ? windows_flag::kFailed : 0;
                break;
            case Role::execute:
                s.value = 0x10000 * (1 + draw.below(3)) + draw.below(2) * 0x10;
                s.text = draw.one_in(4) ? "LoadLibraryW" : "-";
                s.flags = s.text == "-" ? signal_flag::kStartOutsideModules : signal_flag::kStartLoadLibrary;
                break;
            case Role::load:
                s.text = draw.one_in(5) ? made.processes[static_cast<std::size_t>(s.target)].path
                                        : "C:\\x" + std::to_string(draw.below(3)) + ".dll";
                s.flags = draw.one_in(2) ? signal_flag::kUnsigned : draw.one_in(2) ? signal_flag::kUserWritablePath : 0;
                s.flags |= draw.one_in(6) ? signal_flag::kNativeImage : 0;
                break;
            case Role::tamper: s.flags = draw.one_in(2) ? signal_flag::kImageReplaced : signal_flag::kImageLocked; break;
            default: break;
        }
        made.events.push_back(s);
    }
    return made;
}

}  // namespace trocar::test
