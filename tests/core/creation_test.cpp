// Who made a process: told by create handles on captures made of literals, and what AN1399 makes of it.
#include <QTest>

#include <algorithm>

#include "core/detect/analysis.h"
#include "core/report/exporter.h"
#include "tests/support/capture_builder.h"

using namespace trocar;
using trocar::test::CaptureBuilder;

namespace {

constexpr std::uint32_t kCreate = windows_flag::kCreateTrace, kBare = windows_flag::kBareTrace;
constexpr std::uint64_t kAll = 0x1fffff;
constexpr const char* kAppinfo =
    "C:\\Windows\\SYSTEM32\\ntdll.dll+9d8d4|C:\\Windows\\System32\\KERNELBASE.dll+5e4c0|"
    "C:\\Windows\\System32\\KERNELBASE.dll+5b593|C:\\Windows\\System32\\KERNEL32.DLL+1c71f|"
    "c:\\windows\\system32\\appinfo.dll+2c3d|C:\\Windows\\System32\\RPCRT4.dll+76963";
constexpr Nanos ms(std::int64_t n) {
    return {n * 1'000'000};
}

/// explorer and powershell, and a child that says it is explorer's.
struct Host {
    CaptureBuilder builder;
    ProcessId explorer = builder.process("C:\\Windows\\explorer.exe", 4668);
    ProcessId powershell = builder.process("powershell.exe", 8004);
    ProcessId child = builder.process("cmd.exe", 7708);

    Host() { builder.event(ms(1000), Operation::process_create, explorer, child); }
    void handle(ProcessId by, std::int64_t at, std::uint32_t flags, std::uint64_t rights = kAll,
                const char* trace = "") {
        builder.event(ms(at), Operation::process_access, by, child, rights, trace, flags);
    }
    [[nodiscard]] std::shared_ptr<const Capture> capture() { return builder.build().capture; }
    [[nodiscard]] Creation creation() { return creation_of(*capture(), child); }
};

FindingView view_of(Host& host) {
    const auto analysis = Analysis::run(host.capture(), *find_analytic("AN1399"), {}, {});
    return {analysis.value(), {}, true};
}

/// The shown row of that source with the child as its target; asserted to be there.
Finding row_of(const FindingView& view, ProcessId source) {
    const auto shown = view.visible(0, 1000);
    const auto at =
        std::find_if(shown.begin(), shown.end(), [&](std::uint32_t r) { return view.rows()[r].source == source; });
    Q_ASSERT(at != shown.end());
    return view.rows()[*at];
}

bool has_reason(const FindingView& view, const Finding& row, std::string_view part) {
    const auto reasons = view.explain(row).reasons;
    return std::any_of(reasons.begin(), reasons.end(),
                       [&](const Reason& r) { return r.text.find(part) != std::string::npos; });
}

}  // namespace

class CreationTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_parent_with_the_create_handle_is_the_creator() {
        Host h;
        h.handle(h.explorer, 995, kCreate);
        QCOMPARE(h.creation().kind, CreatorKind::parent);
        QCOMPARE(h.creation().creator, h.explorer);
        QVERIFY(creation_words(*h.capture(), h.child).empty());
        QVERIFY(spoofed_children(*h.capture()).empty());
    }

    void another_process_with_the_create_handle_spoofed_the_parent() {
        Host h;
        h.handle(h.powershell, 997, kCreate);
        QCOMPARE(h.creation().kind, CreatorKind::spoofed);
        QCOMPARE(h.creation().creator, h.powershell);
        QCOMPARE(spoofed_children(*h.capture()), std::vector<ProcessId>{h.child});
        QCOMPARE(creation_words(*h.capture(), h.child),
                 std::string("the child says explorer.exe (4668), the create handle is from powershell.exe (8004)"));
    }

    void without_a_create_handle_the_parent_is_believed() {
        Host h;
        h.handle(h.powershell, 1000, 0);                // OpenProcess
        h.handle(h.powershell, 1000, kCreate, 0x1400);  // not what creation returns
        h.handle(h.powershell, 1501, kCreate);          // too late
        h.handle(h.powershell, 499, kCreate);           // too early
        h.handle(h.powershell, 1000, signal_flag::kLinux | kCreate);
        QCOMPARE(h.creation().kind, CreatorKind::unknown);
        QVERIFY(is_creator(*h.capture(), h.explorer, h.child));
        QVERIFY(!is_creator(*h.capture(), h.powershell, h.child));
    }

    void brokers_are_named_and_not_spoofing_data() {
        QTest::addColumn<QByteArray>("image");
        QTest::addColumn<QByteArray>("module");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const char* image, const char* module, CreatorKind kind) {
            QTest::newRow(name) << QByteArray(image) << QByteArray(module) << static_cast<int>(kind);
        };
        const char* svchost = "C:\\Windows\\System32\\svchost.exe";
        row("UAC elevation", svchost, "c:\\windows\\system32\\appinfo.dll", CreatorKind::broker);
        row("runas", svchost, "C:\\Windows\\System32\\seclogon.dll", CreatorKind::broker);
        row("error reporting", svchost, "c:\\windows\\system32\\wersvc.dll", CreatorKind::broker);
        row("another service", svchost, "c:\\windows\\system32\\rpcss.dll", CreatorKind::spoofed);
        row("its own appinfo", svchost, "c:\\users\\u\\appinfo.dll", CreatorKind::spoofed);
        row("not a service host", "C:\\Users\\u\\svchost.exe", "c:\\windows\\system32\\appinfo.dll",
            CreatorKind::spoofed);
        row("another system program", "C:\\Windows\\System32\\conhost.exe", "c:\\windows\\system32\\appinfo.dll",
            CreatorKind::spoofed);
    }
    void brokers_are_named_and_not_spoofing() {
        QFETCH(QByteArray, image);
        QFETCH(QByteArray, module);
        QFETCH(int, kind);
        Host h;
        const ProcessId creator = h.builder.process(image.constData(), 984);
        QByteArray trace(kAppinfo);
        trace.replace("c:\\windows\\system32\\appinfo.dll", module);
        h.handle(creator, 1027, kCreate, kAll, trace.constData());
        QCOMPARE(static_cast<int>(h.creation().kind), kind);
        QCOMPARE(h.creation().broker.empty(), kind == static_cast<int>(CreatorKind::spoofed));
        if (kind == static_cast<int>(CreatorKind::broker)) {
            QVERIFY(creation_words(*h.capture(), h.child)
                        .starts_with("made by svchost.exe (984) for explorer.exe (4668): "));
            QVERIFY(spoofed_children(*h.capture()).empty());
        }
    }

    void the_parents_create_handle_wins() {
        Host h;
        h.handle(h.powershell, 990, kCreate);
        h.handle(h.explorer, 1010, kCreate);
        QCOMPARE(h.creation().kind, CreatorKind::parent);
    }

    void an_unstated_parent_is_found_by_the_create_handle() {
        CaptureBuilder builder;
        const ProcessId services = builder.process("services.exe", 600), child = builder.process("svchost.exe", 700);
        builder.event(ms(1000), Operation::process_create, {}, child);
        builder.event(ms(993), Operation::process_access, services, child, kAll, "", kCreate);
        const auto capture = builder.build().capture;
        QCOMPARE(creation_of(*capture, child).kind, CreatorKind::unstated);
        QVERIFY(is_creator(*capture, services, child));
    }

    void system_calls_without_the_api_do_not_hide_a_spoofer() {
        for (const std::uint32_t flags : {kBare, signal_flag::kDirectSyscall}) {
            Host h;
            h.handle(h.powershell, 998, flags);
            // A bare one may be a watcher's: no accusation, but no excuse for the parent either.
            QCOMPARE(h.creation().kind, flags == kBare ? CreatorKind::contested : CreatorKind::spoofed);
            QVERIFY(!is_creator(*h.capture(), h.explorer, h.child) && !is_creator(*h.capture(), h.powershell, h.child));
            h.handle(h.explorer, 1003, kCreate);  // the parent's own creation is on record: the other only opened it
            QCOMPARE(h.creation().kind, CreatorKind::parent);
        }
        Host both;
        both.handle(both.builder.process("C:\\Program Files\\av\\av.exe", 9), 990, kBare);
        both.handle(both.powershell, 998, signal_flag::kDirectSyscall);
        QCOMPARE(both.creation().creator, both.powershell);
        // conhost opens each of its clients with every right, by NtOpenProcess.
        Host h;
        h.handle(h.builder.process("conhost.exe", 9), 998, kBare);
        QCOMPARE(h.creation().kind, CreatorKind::unknown);
    }

    void only_who_made_it_and_said_so_is_excused() {
        Host h;
        h.handle(h.powershell, 997, kCreate);
        h.handle(h.explorer, 1200, 0);
        const FindingView view = view_of(h);
        const Finding spoofer = row_of(view, h.powershell), named = row_of(view, h.explorer);
        // The parent on record did not make it: its handle is not the creation's.
        QVERIFY(!named.damped);
        QVERIFY(!spoofer.damped);
        QVERIFY(has_reason(view, spoofer, "parent is spoofed: the child says explorer.exe (4668)"));
        QVERIFY(has_reason(view, named, "parent is spoofed"));

        Host honest;
        honest.handle(honest.explorer, 997, kCreate);
        const FindingView plain = view_of(honest);
        QVERIFY(row_of(plain, honest.explorer).damped);
        QVERIFY(!has_reason(plain, row_of(plain, honest.explorer), "spoofed"));
    }

    void a_thread_in_a_child_with_a_spoofed_parent_weighs_more() {
        const auto confidence = [](std::uint32_t flags) {
            Host h;
            h.handle(h.powershell, 997, flags);
            h.builder.event(ms(1100), Operation::remote_thread, h.powershell, h.child, 0x7ff6'0000'1000, "x");
            const FindingView view = view_of(h);
            return static_cast<int>(row_of(view, h.powershell).confidence);
        };
        QCOMPARE(confidence(kCreate), confidence(0) + 15);
    }

    void tampering_is_laid_to_the_creator_not_to_the_parent_it_named() {
        Host h;
        h.handle(h.powershell, 997, kCreate, kAll);
        // Nothing links it: it comes ten days later.
        h.builder.event(ms(900'000'000), Operation::process_tamper, {}, h.child, 0, "Image is replaced",
                        signal_flag::kImageReplaced);
        const FindingView view = view_of(h);
        const Finding row = row_of(view, h.powershell);
        QCOMPARE(row.kind, FindingKind::lone);
        QVERIFY(view.explain(row).sentence.find("powershell.exe (8004) made it") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(CreationTest)
#include "creation_test.moc"
