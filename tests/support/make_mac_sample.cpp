// THE GENERATOR of resources/samples/macos-injection.es.jsonl.gz: what eslogger would print on a Mac that does not exist.
//
//   make_mac_sample OUT.jsonl [VERSION [arrays]] && gzip -9n OUT.jsonl
//
// VERSION (6 to 11) is that of the messages, 10 for the sample; `arrays` writes audit tokens as a beta
// of macOS 26 did.
//
// Every process, user, signature and time below is invented; nothing was recorded. The outcome is the same on every machine:
// tests/golden/mac_sample_test compares it with the committed file, and holds each scenario to what
// resources/samples/README.md says of it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tests/support/mac_host.h"

namespace {

using trocar::test::MacHost;
using Process = MacHost::Process;
using Program = MacHost::Program;
using Signed = MacHost::Signed;
using Us = MacHost::Us;

constexpr Us kMs = 1000, kSecond = 1'000'000, kMinute = 60 * kSecond;

Program apple(std::string path, std::string id) {
    return {std::move(path), Signed::platform, "com.apple." + std::move(id), "", 0};
}

Program app(const std::string& name, std::uint32_t more_flags = 0) {
    std::string id = "example.demo." + name;
    return {"/Applications/" + name + ".app/Contents/MacOS/" + name, Signed::team, std::move(id), "DEMO000001", more_flags};
}

Program dropped(const std::string& path) {
    return {path, Signed::ad_hoc, path.substr(path.rfind('/') + 1), "", 0};
}

/// What runs before the capture begins.
struct Host {
    MacHost host;
    Process launchd, window_server, loginwindow, cfprefsd, tccd, logd, finder, dock, terminal, shell, inkwell, tally,
        courier, ledger, monitor, crash;

    Host(trocar::UtcNanos start, MacHost::Style style) : host(start, style) {
        launchd = host.running(apple("/sbin/launchd", "xpc.launchd"), 1, 0);
        window_server = host.running(
            apple("/System/Library/PrivateFrameworks/SkyLight.framework/Resources/WindowServer", "WindowServer"), 151, 88);
        loginwindow = host.running(
            apple("/System/Library/CoreServices/loginwindow.app/Contents/MacOS/loginwindow", "loginwindow"), 160, 0);
        cfprefsd = host.running(apple("/usr/sbin/cfprefsd", "cfprefsd"), 204);
        tccd = host.running(apple("/System/Library/PrivateFrameworks/TCC.framework/Support/tccd", "tccd"), 210);
        logd = host.running(apple("/usr/libexec/logd", "logd"), 88, 0);
        finder = host.running(apple("/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder", "finder"), 402);
        dock = host.running(apple("/System/Library/CoreServices/Dock.app/Contents/MacOS/Dock", "dock"), 405);
        terminal = host.running(
            apple("/System/Applications/Utilities/Terminal.app/Contents/MacOS/Terminal", "Terminal"), 611);
        shell = host.running(apple("/bin/zsh", "zsh"), 640);
        inkwell = host.running(app("Inkwell"), 702);
        tally = host.running(app("Tally"), 715);
        courier = host.running(app("Courier", MacHost::kHard | MacHost::kKill | MacHost::kRuntime), 733);
        ledger = host.running(app("Ledger"), 741);
        monitor = host.running(
            apple("/System/Applications/Utilities/Activity Monitor.app/Contents/MacOS/Activity Monitor", "ActivityMonitor"),
            780, 0);
        crash = host.running(apple("/System/Library/CoreServices/ReportCrash", "ReportCrash"), 790, 0);
    }

    [[nodiscard]] std::vector<Process> everyone() const {
        return {window_server, loginwindow, cfprefsd, tccd,    logd,   finder, dock,
                terminal,      shell,       inkwell,  courier, ledger, tally,  crash};
    }
};

/// An ordinary morning: programs start and end, Activity Monitor looks at everyone, launchd signals.
void background(Host& h) {
    for (Us at = 0; at < 8 * kMinute; at += 5 * kSecond) {
        const auto turn = static_cast<std::size_t>(at / (5 * kSecond));
        const Process tool = h.host.start(at + 700 * kMs, h.shell, apple("/bin/ls", "ls"), {"-l"},
                                          {"DEMO_API_TOKEN=not-a-real-token-0000"});
        h.host.map(at + 705 * kMs, tool, "/usr/lib/libobjc-trampolines.dylib");
        h.host.exit(at + 730 * kMs, tool);
        const Process seen = h.everyone()[turn % h.everyone().size()];
        h.host.get_task_name(at + 900 * kMs, h.monitor, seen);
        h.host.get_task_read(at + 901 * kMs, h.monitor, seen);
        h.host.signal(at + kSecond, h.launchd, h.cfprefsd, 15);
    }
}

void injections(Host& h) {
    // 1. A helper from a hidden folder: port, suspension, thread, resumption; the payload maps its library.
    const Process hook = h.host.start(50 * kSecond, h.shell, dropped("/private/tmp/.cache/hookd"), {"702"}, {}, 0);
    h.host.get_task(50 * kSecond + 100 * kMs, hook, h.inkwell);
    h.host.suspend(50 * kSecond + 104 * kMs, hook, h.inkwell);
    h.host.thread(50 * kSecond + 142 * kMs, hook, h.inkwell, true);
    h.host.resume(50 * kSecond + 143 * kMs, hook, h.inkwell);
    h.host.map(50 * kSecond + 151 * kMs, h.inkwell, "/private/tmp/.cache/hook.dylib");
    h.host.invalidated(50 * kSecond + 152 * kMs, h.inkwell);
    h.host.exit(51 * kSecond, hook);

    // 2. Both steps in one stamp.
    const Process sync = h.host.start(100 * kSecond, h.launchd,
                                      dropped("/Users/mira/Library/Application Support/.sync/syncd"), {}, {}, 0);
    h.host.get_task(101 * kSecond, sync, h.tally);
    h.host.thread(101 * kSecond, sync, h.tally, true);

    // 3. Six seconds; a hardened target, so that nothing tells of changed code.
    const Process probe = h.host.start(150 * kSecond, h.shell, dropped("/Users/Shared/probe"), {"733"}, {}, 0);
    h.host.get_task(152 * kSecond, probe, h.courier);
    h.host.thread(158 * kSecond, probe, h.courier);

    // 4. By ptrace.
    const Process attach = h.host.start(200 * kSecond, h.shell, dropped("/private/var/tmp/attach"), {"741"}, {}, 0);
    h.host.trace(200 * kSecond + 300 * kMs, attach, h.ledger);
    h.host.thread(201 * kSecond + 200 * kMs, attach, h.ledger, true);
    h.host.invalidated(201 * kSecond + 210 * kMs, h.ledger);

    // 5. Slow: beyond the default window.
    const Process slow = h.host.start(240 * kSecond, h.launchd, dropped("/Users/mira/.local/agent"), {}, {}, 0);
    h.host.get_task(242 * kSecond, slow, h.inkwell);
    h.host.thread(290 * kSecond, slow, h.inkwell, true);

    // 6. The port was had before the capture began.
    h.host.thread(320 * kSecond, sync, h.ledger, true);

    // 7. DYLD_INSERT_LIBRARIES, honoured, and dropped by dyld in a hardened program.
    const std::string library = "/Users/mira/Library/.hid/libhook.dylib";
    const Process tally = h.host.start(350 * kSecond, h.shell, app("Tally"), {},
                                       {"DYLD_INSERT_LIBRARIES=" + library, "DEMO_API_TOKEN=not-a-real-token-0000"});
    h.host.map(350 * kSecond + 10 * kMs, tally, library);
    h.host.start(360 * kSecond, h.shell, app("Courier", MacHost::kHard | MacHost::kKill | MacHost::kRuntime), {},
                 {"DYLD_INSERT_LIBRARIES=" + library});
}

void look_alikes(Host& h) {
    // Xcode's debugger and its own program, built to be debugged.
    const std::string xcode = "/Applications/Xcode.app/Contents";
    const Process debugger = h.host.start(
        30 * kSecond, h.shell,
        apple(xcode + "/SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver", "debugserver"));
    const Process own = h.host.start(31 * kSecond, debugger,
                                     {"/Users/mira/build/prog", Signed::ad_hoc, "prog", "", MacHost::kGetTaskAllow});
    h.host.trace(31 * kSecond + 10 * kMs, debugger, own);
    h.host.get_task(31 * kSecond + 11 * kMs, debugger, own);
    h.host.suspend(31 * kSecond + 12 * kMs, debugger, own);
    h.host.thread(31 * kSecond + 20 * kMs, debugger, own);
    h.host.resume(31 * kSecond + 21 * kMs, debugger, own);

    // Guard malloc, inserted by Xcode.
    const Process checked = h.host.start(70 * kSecond, h.shell,
                                         {"/Users/mira/build/prog", Signed::ad_hoc, "prog", "", MacHost::kGetTaskAllow}, {},
                                         {"DYLD_INSERT_LIBRARIES=/usr/lib/libgmalloc.dylib"});
    h.host.map(70 * kSecond + 6 * kMs, checked, "/usr/lib/libgmalloc.dylib");

    // sample(1) stops and reads; no thread.
    const Process sample = h.host.start(120 * kSecond, h.shell, apple("/usr/bin/sample", "sample"), {"Tally"}, {}, 0);
    for (Us at = 121 * kSecond; at < 122 * kSecond; at += 100 * kMs) {
        h.host.get_task(at, sample, h.tally);
        h.host.suspend(at + kMs, sample, h.tally);
        h.host.resume(at + 2 * kMs, sample, h.tally);
    }
    h.host.exit(123 * kSecond, sample);

    // Parts of macOS among themselves.
    h.host.get_task(180 * kSecond, h.crash, h.tccd);
    h.host.thread(180 * kSecond + 30 * kMs, h.crash, h.tccd);

    // The port of one program, then another under the same pid: no chain joins them.
    const Process tool = h.host.start(300 * kSecond, h.shell, app("Ledger"));
    const Process peer = h.host.start(300 * kSecond + 100 * kMs, h.shell, dropped("/Users/Shared/peer"), {}, {}, 0);
    h.host.get_task(301 * kSecond, peer, tool);
    h.host.exec(302 * kSecond, tool, app("Inkwell"));
    h.host.get_task_read(303 * kSecond, peer, tool);
}

}  // namespace

int main(int argc, char** argv) {
    MacHost::Style style;
    style.version = argc > 2 ? std::atoi(argv[2]) : style.version;
    style.token_arrays = argc > 3 && std::strcmp(argv[3], "arrays") == 0;
    if (argc < 2 || argc > 4 || style.version < 6 || style.version > 11 || (argc == 4 && !style.token_arrays)) {
        std::fprintf(stderr, "usage: make_mac_sample OUT.jsonl [VERSION [arrays]]\n");
        return 2;
    }
    Host h(trocar::parse_iso_time("2026-03-09T08:15:00Z").value(), style);
    background(h);
    injections(h);
    look_alikes(h);
    std::ofstream out(argv[1], std::ios::binary);
    out << h.host.lines();
    out.close();
    if (!out) {
        std::fprintf(stderr, "cannot write %s\n", argv[1]);
        return 1;
    }
    return 0;
}
