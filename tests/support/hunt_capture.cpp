#include "tests/support/hunt_capture.h"

#include <algorithm>
#include <random>
#include <vector>

namespace trocar::test {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::uint64_t kFullAccess = 0x1f3fff;
constexpr std::string_view kTrace =
    "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|UNKNOWN(00007FFA5A2B0C1D)";

}  // namespace

BuiltCapture hunt_capture(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    CaptureBuilder b("WORKSTATION5", {1'603'391'550'000'000'000});
    const ProcessId wininit = b.process("wininit.exe", 560);
    const ProcessId services = b.process("services.exe", 700, wininit);
    const ProcessId svchost = b.process("svchost.exe", 1040, services);
    const ProcessId wmi = b.process("WmiPrvSE.exe", 3160, svchost);
    const ProcessId lsass = b.process("lsass.exe", 640, wininit);
    const ProcessId explorer = b.process("explorer.exe", 4312);
    const ProcessId csrss = b.process("csrss.exe", 508);
    const ProcessId shell = b.process("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", 6008, explorer);
    const ProcessId pad = b.process("notepad.exe", 2576, explorer);
    const ProcessId cmd = b.process("cmd.exe", 9020, explorer);
    const ProcessId mavinject = b.process("mavinject.exe", 10524, cmd);
    const ProcessId pad2 = b.process("notepad.exe", 7612, explorer);
    const ProcessId pad3 = b.process("notepad.exe", 8044, wmi);
    using namespace signal_flag;
    const auto at = [](std::int64_t ms) { return Nanos{ms * kMs}; };

    b.event(at(1600), Operation::process_create, explorer, shell);
    b.event(at(8000), Operation::process_create, explorer, pad);
    b.event(at(30000), Operation::process_create, cmd, mavinject);
    b.event(at(28000), Operation::process_create, explorer, pad2);
    // powershell -> notepad, 88 threads 3.282 s after the handle
    b.event(at(11298), Operation::process_access, shell, pad, kFullAccess, kTrace, kUnknownFrame | kUnknownFirstFrame);
    for (int i = 0; i < 88; ++i) {
        b.event(at(14580 + i * 26), Operation::remote_thread, shell, pad, 0x2af644e0000ULL + static_cast<unsigned>(i) * 16,
                "", kStartOutsideModules);
    }
    for (int i = 0; i < 60; ++i) {
        b.event(at(18400 + i * 108), Operation::module_load, ProcessId{}, pad, 0, "C:\\Windows\\System32\\amsi.dll");
    }
    // mavinject -> notepad through LoadLibrary, all at once
    b.event(at(31600), Operation::process_access, mavinject, pad2, kFullAccess, kTrace);
    b.event(at(31600), Operation::remote_thread, mavinject, pad2, 0x7ffa12340000ULL, "LoadLibraryW",
            kStartLoadLibrary | kStartInModule);
    b.event(at(31610), Operation::module_load, ProcessId{}, pad2, 0, "C:\\Users\\Public\\payload.dll",
            kUnsigned | kUserWritablePath);
    // an execution whose access nobody logged, and a console control thread
    b.event(at(12000), Operation::remote_thread, wmi, pad3, 0x1d0000, "", kStartOutsideModules);
    b.event(at(20000), Operation::process_access, csrss, cmd, kFullAccess, kTrace);
    b.event(at(20000), Operation::remote_thread, csrss, cmd, 0x7ffa00001000ULL, "CtrlRoutine",
            kStartCtrlRoutine | kStartInModule);
    // the noise around them
    struct Noise {
        ProcessId who;
        int count;
        Operation operation;
    };
    for (const Noise& n : {Noise{svchost, 110, Operation::process_access}, Noise{lsass, 60, Operation::process_access},
                           Noise{csrss, 24, Operation::process_access}, Noise{shell, 70, Operation::module_load},
                           Noise{wmi, 22, Operation::module_load}, Noise{services, 18, Operation::registry},
                           Noise{explorer, 40, Operation::file_create}}) {
        for (int i = 0; i < n.count; ++i) {
            const Nanos t{static_cast<std::int64_t>(random() % 39'000) * kMs};
            if (n.operation == Operation::process_access) {
                b.event(t, n.operation, n.who, i % 2 == 0 ? services : explorer, 0x1000, "C:\\Windows\\System32\\ntdll.dll+9d4c4");
            } else if (n.operation == Operation::module_load) {
                b.event(t, n.operation, ProcessId{}, n.who, 0, "C:\\Windows\\System32\\clr.dll");
            } else {
                b.event(t, n.operation, n.who, ProcessId{}, 0, "HKLM\\SYSTEM\\CurrentControlSet\\Services");
            }
        }
    }
    return b.build();
}

BuiltCapture large_capture(std::size_t events, std::uint32_t processes, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    CaptureBuilder b("BIG");
    for (std::uint32_t i = 0; i < processes; ++i) {
        b.process("process" + std::to_string(i % 97) + ".exe", 100 + 4 * i);
    }
    constexpr std::int64_t kSixHours = 6LL * 3'600'000'000'000;
    const auto step = kSixHours / static_cast<std::int64_t>(std::max<std::size_t>(events, 1));
    std::int64_t now = 0;
    for (std::size_t i = 0; i < events; ++i) {
        // Every 100,000 events a burst: a tenth of the pace.
        now += (i / 100'000 % 2 == 0 ? step : step / 10) + static_cast<std::int64_t>(random() % 1000);
        // A square makes the first processes busy and the last ones quiet.
        const double share = static_cast<double>(random() % 1'000'000) / 1e6;
        const ProcessId source{static_cast<std::uint32_t>(share * share * processes)};
        const ProcessId target{static_cast<std::uint32_t>(random() % processes)};
        const std::uint64_t dice = random() % 1000;
        if (dice < 2) {
            b.event({now}, Operation::remote_thread, source, target, 0x10000 * (random() % 64), "", signal_flag::kStartOutsideModules);
        } else if (dice < 500) {
            b.event({now}, Operation::process_access, source, target, dice < 40 ? 0x1f3fff : 0x1000);
        } else if (dice < 800) {
            b.event({now}, Operation::module_load, ProcessId{}, source, 0, "C:\\Windows\\System32\\kernel32.dll");
        } else {
            b.event({now}, Operation::registry, source, ProcessId{});
        }
    }
    return b.build();
}

}  // namespace trocar::test
