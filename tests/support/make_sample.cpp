// THE GENERATOR of resources/samples/windows-injection.evtx: writes a real EVTX file about a host that does
// not exist.
//
//   make_sample OUT.evtx
//
// Every process, user, address and time below is invented; nothing was recorded. The true injections span
// critical windows from 0 ms to four minutes, so that the TimeWindow control has something to show, and stand
// among benign events that look like them. The outcome is the same on every machine: tests/golden/sample_test
// compares it with the committed file.

#include "tests/support/sample_host.h"

#include <array>
#include <cstdio>
#include <fstream>

namespace {

using trocar::test::SampleHost;
using Process = SampleHost::Process;
using Ms = SampleHost::Ms;

constexpr std::string_view kAnalyst = "DEMO\\analyst";
constexpr std::string_view kSystem = "NT AUTHORITY\\SYSTEM";
constexpr std::string_view kService = "NT AUTHORITY\\LOCAL SERVICE";
constexpr Ms kSecond = 1000;
constexpr Ms kMinute = 60 * kSecond;
constexpr Ms kEnd = 12 * kMinute;
constexpr std::uint64_t kLoadLibraryW = 0x00007ffb1c3a04f0ULL;

std::string system32(std::string_view name) {
    return "C:\\Windows\\System32\\" + std::string(name);
}

/// What runs before the capture begins.
struct Host {
    SampleHost host;
    Process csrss, session_csrss, wininit, services, lsass, winlogon, dwm, explorer, spooler, search,
        antivirus, office_update, wmi, sihost, runtime_broker;
    std::vector<Process> svchosts, all;

    explicit Host(trocar::UtcNanos start) : host(start) {
        const auto up = [&](std::string_view image, std::uint32_t pid, std::string_view user = kSystem) {
            all.push_back(host.running(image, pid, user));
            return all.back();
        };
        csrss = up(system32("csrss.exe"), 604);
        wininit = up(system32("wininit.exe"), 692);
        session_csrss = up(system32("csrss.exe"), 712);
        winlogon = up(system32("winlogon.exe"), 788);
        services = up(system32("services.exe"), 828);
        lsass = up(system32("lsass.exe"), 844);
        dwm = up(system32("dwm.exe"), 1100, "Window Manager\\DWM-1");
        for (std::uint32_t i = 0; i < 12; ++i) {
            svchosts.push_back(up(system32("svchost.exe"), 960 + i * 148, i % 3 == 0 ? kService : kSystem));
        }
        spooler = up(system32("spoolsv.exe"), 2204);
        antivirus =
            up("C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.0.1-0\\MsMpEng.exe", 2508);
        office_update =
            up("C:\\Program Files\\Common Files\\Microsoft Shared\\ClickToRun\\OfficeClickToRun.exe", 2640);
        search = up(system32("SearchIndexer.exe"), 3020);
        wmi = up(system32("wbem\\WmiPrvSE.exe"), 3132, kService);
        sihost = up(system32("sihost.exe"), 3320, kAnalyst);
        explorer = up("C:\\Windows\\explorer.exe", 3568, kAnalyst);
        runtime_broker = up(system32("RuntimeBroker.exe"), 3740, kAnalyst);
        host.set_csrss(session_csrss);
    }

    Process start(Ms at, Process parent, std::string_view image, std::string_view arguments = "",
                  std::string_view user = kAnalyst) {
        const Process p =
            host.create(at, parent, image, "\"" + std::string(image) + "\" " + std::string(arguments), user);
        all.push_back(p);
        // The application information service and the antivirus look at everything that starts.
        host.access(at + 12, svchosts[3], p, 0x1478, SampleHost::trace_system());
        host.access(at + 20, antivirus, p, at % 3 == 0 ? 0x1fffff : 0x1410, SampleHost::trace_system());
        return p;
    }
};

void everyday_noise(Host& h) {
    SampleHost& host = h.host;
    auto& dice = host.dice();
    Ms now = 0;
    const auto any = [&](const std::vector<Process>& from) {
        for (;;) {
            const Process p = from[dice.below(from.size())];
            if (host.alive(p, now) && host.alive(p, now + 20)) {
                return p;
            }
        }
    };
    constexpr std::array<std::uint32_t, 8> kMasks{0x1000, 0x1000, 0x1000, 0x1400,
                                                  0x1400, 0x3000, 0x2000, 0x40};
    constexpr std::array<std::string_view, 6> kNames{"update.example.com", "mail.example.org",
                                                     "news.example.net",   "cdn.example.com",
                                                     "login.example.org",  "time.example.net"};
    for (Ms at = 100; at < kEnd; at += 250 + static_cast<Ms>(dice.below(900))) {
        now = at;
        host.access(at, any(h.svchosts), any(h.all), kMasks[dice.below(kMasks.size())],
                    SampleHost::trace_system());
        switch (dice.below(7)) {
            case 0: host.access(at + 7, h.wmi, any(h.svchosts), 0x1410, SampleHost::trace_system()); break;
            case 1: host.access(at + 9, h.lsass, any(h.svchosts), 0x1478, SampleHost::trace_system()); break;
            case 2:
                host.registry(at + 4, any(h.svchosts),
                              "HKLM\\System\\CurrentControlSet\\Services\\bam\\State", "Binary Data");
                break;
            case 3:
                host.query(at + 5, any(h.svchosts), kNames[dice.below(kNames.size())],
                           "::ffff:198.51.100.23;");
                break;
            case 4: host.connect(at + 6, any(h.svchosts), "198.51.100.23", 443); break;
            case 5:
                host.file(at + 3, h.search,
                          "C:\\ProgramData\\Microsoft\\Search\\Data\\edb" + std::to_string(at) + ".jtx");
                break;
            default:
                host.registry(at + 2, h.explorer, "HKU\\S-1-5-21-1-2-3-1001\\Software\\Explorer\\RecentDocs",
                              "");
                break;
        }
    }
}

/// An office day: programs start, load what they need, and end.
void everyday_programs(Host& h) {
    SampleHost& host = h.host;
    const Process word =
        h.start(40 * kSecond, h.explorer, "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
                "/n report.docx");
    const Process sheet = h.start(95 * kSecond, h.explorer,
                                  "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE", "/e");
    for (const Process p : {word, sheet}) {
        const Ms at = p == word ? 40 * kSecond : 95 * kSecond;
        for (const std::string_view module :
             {"mso20win32client.dll", "mso30win32client.dll", "mso.dll", "riched20.dll", "osf.dll"}) {
            host.load(at + 200, p,
                      "C:\\Program Files\\Microsoft Office\\root\\Office16\\" + std::string(module), true,
                      "Microsoft Corporation");
        }
        host.access(at + 600, h.office_update, p, 0x1438,
                    SampleHost::trace_system());  // a look-alike: danger bits
    }
    const Process browser = h.start(20 * kSecond, h.explorer, "C:\\Program Files\\Browser\\browser.exe");
    for (int i = 0; i < 6; ++i) {
        const Process tab = h.start((22 + 9 * i) * kSecond, browser,
                                    "C:\\Program Files\\Browser\\browser.exe", "--type=renderer");
        host.access((22 + 9 * i) * kSecond + 40, browser, tab, 0x101451, SampleHost::trace_create());
        host.connect((23 + 9 * i) * kSecond, browser, "203.0.113.40", 443);
    }
    for (int i = 0; i < 14; ++i) {
        const Ms at = (30 + 47 * i) * kSecond;
        const Process task =
            h.start(at, h.svchosts[1], system32(i % 2 == 0 ? "taskhostw.exe" : "dllhost.exe"), "", kSystem);
        host.exit(at + 9 * kSecond, task);
    }
}

/// Benign events that look like injections, each of a kind seen on real hosts.
void look_alikes(Host& h) {
    SampleHost& host = h.host;
    // Closing consoles: csrss runs CtrlRoutine in each of them, on the handle it holds since their start.
    std::vector<Process> consoles;
    for (int i = 0; i < 6; ++i) {
        consoles.push_back(h.start(150 * kSecond + i * 900, h.explorer,
                                   system32(i % 2 == 0 ? "cmd.exe" : "ping.exe"), "/c"));
    }
    for (std::size_t i = 0; i < consoles.size(); ++i) {
        const Ms at = 156 * kSecond + static_cast<Ms>(i);
        host.thread(at, h.session_csrss, consoles[i], 0x00007ffb1a8c2d10ULL, system32("KERNELBASE.dll"),
                    "CtrlRoutine");
        host.exit(at + 20, consoles[i]);
    }
    // A desktop session attaches: the window manager starts a thread at a kernel address.
    host.thread(61 * kSecond, h.dwm, h.session_csrss, 0xfffff80312345678ULL, "", "");
    // Get-Process: one source, every process, within a twentieth of a second, through code compiled at run
    // time.
    const Process shell =
        h.start(200 * kSecond, h.explorer, system32("WindowsPowerShell\\v1.0\\powershell.exe"),
                "-Command Get-Process");
    const std::vector<Process> everyone(h.all.begin(), h.all.begin() + 27);
    for (std::size_t i = 0; i < everyone.size(); ++i) {
        host.access(203 * kSecond + static_cast<Ms>(i * 2), shell, everyone[i], 0x1f3fff,
                    SampleHost::trace_unknown());
    }
    for (const std::string_view module : {"System.ni.dll", "System.Core.ni.dll", "mscorlib.ni.dll"}) {
        host.load(201 * kSecond, shell,
                  "C:\\Windows\\assembly\\NativeImages_v4.0.30319_64\\x\\" + std::string(module), false, "");
    }
    // A debugger attaches and breaks in.
    const Process program =
        h.start(300 * kSecond, h.explorer, "C:\\Users\\analyst\\source\\demo\\x64\\Debug\\demo.exe");
    const Process debugger =
        h.start(310 * kSecond, h.explorer,
                "C:\\Program Files\\Microsoft Visual Studio\\2022\\Community\\Common7\\IDE\\Remote "
                "Debugger\\x64\\msvsmon.exe");
    host.access(318 * kSecond, debugger, program, 0x1fffff, SampleHost::trace_create());
    host.thread(318 * kSecond + 22, debugger, program, 0x00007ffb1ccf1a30ULL, system32("ntdll.dll"),
                "DbgUiRemoteBreakin");
    // Locked, not replaced: a process tampering event after a reboot.
    host.tamper(15 * kSecond, h.search, "Image is locked for access");
}

/// The injections. Each line that matters says its critical window.
void injections(Host& h) {
    SampleHost& host = h.host;
    const std::string unknown = SampleHost::trace_unknown();

    // 109 ms: a library by path. LoadLibraryW in the target, then an unsigned library from the user's own
    // folder.
    const Process viewer =
        h.start(70 * kSecond, h.explorer, "C:\\Users\\analyst\\Downloads\\invoice_viewer.exe");
    host.access(74'000, viewer, h.explorer, 0x143a, unknown);
    host.thread(74'109, viewer, h.explorer, kLoadLibraryW, system32("kernel32.dll"), "LoadLibraryW");
    host.load(74'124, h.explorer, "C:\\Users\\analyst\\AppData\\Local\\Temp\\iv_helper.dll", false, "");

    // 3.1 s: a whole program written into notepad, 44 threads outside any module.
    const Process notepad = h.start(118 * kSecond, h.explorer, system32("notepad.exe"), "notes.txt");
    const Process shell =
        h.start(121 * kSecond, h.explorer, system32("WindowsPowerShell\\v1.0\\powershell.exe"),
                "-nop -w hidden -f update.ps1");
    host.access(128'400, shell, notepad, 0x1f3fff, unknown);
    for (int i = 0; i < 44; ++i) {
        host.thread(131'500 + i * 24, shell, notepad, 0x0000026b3f8a0000ULL, "", "");
    }
    host.connect(133'000, notepad, "203.0.113.77", 8443);

    // 0 ms, and the log holds the thread before the access: equal stamps in reverse order.
    const Process second = h.start(168 * kSecond, h.explorer, system32("notepad.exe"), "todo.txt");
    const Process mavinject = h.start(172 * kSecond, shell, system32("mavinject.exe"),
                                      "/INJECTRUNNING C:\\Users\\analyst\\AppData\\Local\\Temp\\m.dll");
    host.thread(172'300, mavinject, second, kLoadLibraryW, system32("kernel32.dll"), "LoadLibraryW");
    host.log_delay(60);
    host.access(172'300, mavinject, second, 0x10143a, SampleHost::trace_system());
    host.log_delay(0);
    host.load(172'315, second, "C:\\Users\\analyst\\AppData\\Local\\Temp\\m.dll", false, "");

    // 906 ms: into its own child; the only access is the handle of the creation.
    const Process updater =
        h.start(230 * kSecond, h.explorer, "C:\\Users\\analyst\\AppData\\Roaming\\sync\\sync_agent.exe");
    const Process child = h.start(232 * kSecond, updater, system32("dllhost.exe"), "/Processid:{0}");
    host.thread(232'898, updater, child, 0x000001d4a6e10000ULL, "", "");

    // 15 ms the other way: the access is stamped after the thread. Within the skew; critical window 0.
    const Process script = h.start(262 * kSecond, h.explorer, system32("wscript.exe"), "//B agenda.js");
    const Process calculator = h.start(258 * kSecond, h.explorer, system32("charmap.exe"));
    host.thread(264'000, script, calculator, 0x0000029a11c40000ULL, "", "");
    host.access(264'015, script, calculator, 0x1fffff, unknown);

    // 2.203 s: into lsass.
    const Process tool =
        h.start(290 * kSecond, shell, "C:\\Users\\analyst\\Downloads\\kit\\pmtool.exe", "--all");
    host.access(292'000, tool, h.lsass, 0x1fffff, unknown);
    host.thread(294'203, tool, h.lsass, 0x000001a07bb20000ULL, "", "");

    // 41 s: beyond the default window. A service waits before it moves on.
    const Process relay =
        h.start(330 * kSecond, h.services, "C:\\ProgramData\\relay\\relaysvc.exe", "", kSystem);
    host.access(334'000, relay, h.svchosts[6], 0x147a, unknown);
    host.thread(375'000, relay, h.svchosts[6], 0x00000213c4570000ULL, "", "");

    // 2 min 10 s.
    const Process assist =
        h.start(380 * kSecond, h.explorer, "C:\\Users\\analyst\\Downloads\\remote_assist.exe");
    host.access(384'000, assist, h.sihost, 0x1fffff, unknown);
    host.thread(514'000, assist, h.sihost, 0x00000183e1a30000ULL, "", "");

    // 3 min 52 s.
    const Process rundll =
        h.start(440 * kSecond, shell, system32("rundll32.exe"), "C:\\Users\\Public\\cache.dat,Start");
    host.access(446'000, rundll, h.runtime_broker, 0x1f1fff, unknown);
    host.thread(678'000, rundll, h.runtime_broker, 0x000001f0904d0000ULL, "", "");

    // No access recorded at all: only the thread shows.
    const Process dropper = h.start(540 * kSecond, h.services, "C:\\Windows\\Temp\\a1.exe", "", kSystem);
    host.thread(543'000, dropper, h.spooler, 0x0000014c2fe80000ULL, "", "");

    // 312 ms: hollowing. The child's image is replaced after its parent opened it once more.
    const Process loader =
        h.start(590 * kSecond, h.explorer, "C:\\Users\\analyst\\AppData\\Roaming\\sync\\loader.exe");
    const Process hollow = h.start(592 * kSecond, loader, system32("svchost.exe"), "-k netsvcs");
    host.access(592'200, loader, hollow, 0x1fffff, unknown);
    host.tamper(592'512, hollow, "Image is replaced");
    host.connect(596'000, hollow, "203.0.113.90", 443);

    // 7.5 s: a beacon moves into the mail program.
    const Process mail = h.start(610 * kSecond, h.explorer, "C:\\Program Files\\Mail\\mail.exe");
    host.access(620'000, notepad, mail, 0x1fffff, unknown);
    host.thread(627'500, notepad, mail, 0x00000222aa550000ULL, "", "");

    // Opened with every right, written or not, and nothing ran: no chain.
    host.access(640'000, tool, h.winlogon, 0x1fffff, unknown);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: make_sample OUT.evtx\n");
        return 2;
    }
    Host h(trocar::parse_iso_time("2024-09-17T08:30:00Z").value());
    everyday_programs(h);
    look_alikes(h);
    injections(h);
    everyday_noise(h);
    const std::size_t events = h.host.size();
    const std::string file = h.host.evtx();
    std::ofstream out(argv[1], std::ios::binary);
    out << file;
    out.close();
    if (!out) {
        std::fprintf(stderr, "cannot write %s\n", argv[1]);
        return 1;
    }
    std::printf("%zu events, %zu bytes\n", events, file.size());
    return 0;
}
