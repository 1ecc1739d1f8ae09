// AN1401 on captures made of literals: what is a chain, what stays alone, what is damped, what is an attempt.
#include <QTest>

#include "core/detect/analysis.h"
#include "core/report/exporter.h"
#include "tests/support/capture_builder.h"

using namespace trocar;
using trocar::test::CaptureBuilder;

namespace {

namespace mf = mac_flag;
constexpr std::uint32_t kM = signal_flag::kMac;
constexpr const char* kSigned = "team 75GAHG3SZQ org.videolan.vlc";
constexpr Nanos ms(std::int64_t n) { return {n * 1'000'000}; }

struct Host {
    CaptureBuilder builder{"mac"};
    ProcessId app = builder.process("/Applications/VLC.app/Contents/MacOS/VLC", 300);

    FindingView view(const std::vector<std::pair<std::string, std::string>>& sets = {}, bool partial = false) {
        const Analytic& analytic = *find_analytic("AN1401");
        ParameterSet parameters;
        for (const auto& [name, text] : sets) {
            const auto value = parse_parameter(*analytic.parameter(name), text);
            Q_ASSERT(value.ok());
            parameters.set(*analytic.parameter(name), value.value());
        }
        auto analysis = Analysis::run(builder.build().capture, analytic, parameters, {});
        Q_ASSERT(analysis.ok());
        return {analysis.value(), parameters, partial};
    }
    void inject(ProcessId by, std::uint32_t flags = mf::kTargetTeam | mf::kSourceAdHoc) {
        builder.event(ms(0), Operation::task_control, by, app, mac_access::kControlPort, kSigned, kM | flags);
        builder.event(ms(400), Operation::suspend, by, app, 0, kSigned, kM | flags);
        builder.event(ms(1200), Operation::task_thread, by, app, 0, kSigned, kM | flags);
        builder.event(ms(1202), Operation::task_thread, by, app, 0, kSigned, kM | flags | mf::kRunning);
    }
};

std::vector<Finding> shown(const FindingView& view) {
    std::vector<Finding> out;
    for (const std::uint32_t r : view.visible(0, 1000)) {
        out.push_back(view.rows()[r]);
    }
    return out;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

class An1401Test final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void port_then_thread_is_a_chain();
    void what_the_target_does_afterwards_corroborates();
    void a_thread_without_a_port_stays_alone();
    void a_read_port_opens_nothing_by_default();
    void combinations_are_switched_one_by_one();
    void the_signature_filters();
    void known_tools_are_damped_with_reasons();
    void inserted_libraries_chain_when_mapped();
    void refused_and_stripped_are_attempts();
    void a_process_known_by_name_alone_has_no_number();
    void other_systems_are_left_alone();
    void coverage_says_that_writes_are_never_reported();
};

void An1401Test::port_then_thread_is_a_chain() {
    Host h;
    h.inject(h.builder.process("/private/tmp/.cache/loader", 400));
    FindingView view = h.view();
    const auto rows = shown(view);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::chain);
    QCOMPARE(rows[0].span, ms(1200));
    QCOMPARE(rows[0].gap, ms(800));
    QCOMPARE(rows[0].folded, 2U);
    QCOMPARE(rows[0].grade, Grade::shape);
    QCOMPARE(rows[0].technique, std::string_view("T1055"));
    const Explanation why = view.explain(rows[0]);
    QVERIFY(contains(why.sentence, "loader (400) got the task port of VLC (300) and 1.2"));
    QVERIFY(contains(why.sentence, "Endpoint Security reports no write into another task"));
    QVERIFY(std::any_of(why.invisible.begin(), why.invisible.end(),
                        [](const std::string& step) { return contains(step, "reports no write"); }));
    view.set_window(ms(1199), WindowMeasure::span);
    QCOMPARE(shown(view).at(0).kind, FindingKind::lone);
}

void An1401Test::what_the_target_does_afterwards_corroborates() {
    Host h;
    h.inject(h.builder.process("/private/tmp/x", 400));
    const int before = shown(h.view())[0].confidence;
    h.builder.event(ms(1300), Operation::module_load, h.app, h.app, 0, "/Applications/VLC.app/Contents/MacOS/lib/a.dylib", kM);
    QCOMPARE(int{shown(h.view())[0].confidence}, before);
    h.builder.event(ms(3000), Operation::code_invalidated, h.app, h.app, 0, "", kM);
    const auto rows = shown(h.view());
    QCOMPARE(int{rows[0].confidence}, before + 15);
    QCOMPARE(rows[0].grade, Grade::corroborated);
}

void An1401Test::a_thread_without_a_port_stays_alone() {
    Host h;
    h.builder.event(ms(0), Operation::task_thread, h.builder.process("/Users/x/rt", 400), h.app, 0, kSigned, kM);
    FindingView view = h.view();
    const auto rows = shown(view);
    QCOMPARE(rows.at(0).kind, FindingKind::lone);
    QCOMPARE(rows[0].grade, Grade::execution_only);
    QVERIFY(contains(view.explain(rows[0]).sentence, "No task port of this pair is recorded"));
}

void An1401Test::a_read_port_opens_nothing_by_default() {
    Host h;
    const ProcessId s = h.builder.process("/Users/x/rt", 400);
    h.builder.event(ms(0), Operation::task_read, s, h.app, mac_access::kReadPort, kSigned, kM);
    QVERIFY(shown(h.view({}, true)).empty());
    h.builder.event(ms(5), Operation::task_thread, s, h.app, 0, kSigned, kM);
    QCOMPARE(shown(h.view()).at(0).kind, FindingKind::lone);
    QCOMPARE(shown(h.view({{"MachSyscallContext", "get_task_read > remote_thread_create"}})).at(0).kind, FindingKind::chain);
}

void An1401Test::combinations_are_switched_one_by_one() {
    Host h;
    h.inject(h.builder.process("/private/tmp/x", 400));
    QCOMPARE(shown(h.view({{"MachSyscallContext", "trace > remote_thread_create"}})).at(0).kind, FindingKind::lone);
    const auto suspended = shown(h.view({{"MachSyscallContext", "proc_suspend_resume > remote_thread_create"}}));
    QCOMPARE(suspended.at(0).kind, FindingKind::chain);
    QCOMPARE(suspended[0].span, ms(800));
}

void An1401Test::the_signature_filters() {
    Host h;
    h.inject(h.builder.process("/private/tmp/x", 400));
    const int before = shown(h.view())[0].confidence;
    for (const char* match : {"only:team", "only:75GAHG3SZQ", "only:org.videolan.*", "only:VLC"}) {
        const auto rows = shown(h.view({{"TargetProcessSignature", match}}));
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(int{rows[0].confidence}, std::min(100, before + 8));
    }
    const FindingView others = h.view({{"TargetProcessSignature", "only:adhoc,platform"}});
    QVERIFY(shown(others).empty());
    QCOMPARE(others.counts().left_out, 1U);
    QCOMPARE(h.view().name_bars().at(0).name, std::string("team 75gahg3szq org.videolan.vlc"));
}

void An1401Test::known_tools_are_damped_with_reasons() {
    const auto damped = [](const char* path, std::uint32_t flags, const char* reason) {
        Host h;
        h.inject(h.builder.process(path, 400), flags);
        FindingView view = h.view();
        const Finding row = shown(view).at(0);
        return row.damped && row.confidence < 50 && contains(view.explain(row).vanishes, reason);
    };
    const char* debugger = "/Applications/Xcode-26.app/Contents/SharedFrameworks/LLDB.framework/Versions/A/Resources/debugserver";
    QVERIFY(damped(debugger, 0, "Xcode"));
    QVERIFY(damped("/usr/libexec/rosetta/debugserver", mf::kSourcePlatform, "Rosetta"));
    QVERIFY(damped("/Library/Apple/usr/libexec/oah/debugserver", mf::kSourcePlatform, "Rosetta"));
    QVERIFY(damped("/usr/bin/sample", mf::kSourcePlatform, "sample"));
    QVERIFY(damped("/System/Library/x/xd", mf::kSourcePlatform | mf::kTargetPlatform, "part of macOS"));
    // The name alone excuses nobody.
    QVERIFY(!damped("/private/tmp/debugserver", 0, "Xcode"));
    QVERIFY(!damped("/Users/x/xd", mf::kSourcePlatform | mf::kTargetPlatform, "part of macOS"));
}

void An1401Test::inserted_libraries_chain_when_mapped() {
    Host h;
    const ProcessId shell = h.builder.process("/bin/zsh", 20);
    constexpr std::uint32_t kWritable = signal_flag::kUserWritablePath;
    h.builder.event(ms(0), Operation::dyld_insert, shell, h.app, 0, "/tmp/h.dylib", kM | mf::kInserted | kWritable);
    QVERIFY(shown(h.view()).empty());
    QCOMPARE(shown(h.view({}, true)).at(0).kind, FindingKind::partial);
    h.builder.event(ms(3), Operation::module_load, h.app, h.app, 0, "/usr/lib/dyld", kM);
    h.builder.event(ms(6), Operation::module_load, h.app, h.app, 0, "/tmp/h.dylib", kM | mf::kInserted | kWritable);
    FindingView view = h.view();
    const auto rows = shown(view);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::chain);
    QCOMPARE(rows[0].span, ms(6));
    QCOMPARE(rows[0].technique, std::string_view("T1574.006"));
    QVERIFY(contains(view.explain(rows[0]).sentence, "started by zsh (20) with DYLD_INSERT_LIBRARIES"));
}

void An1401Test::refused_and_stripped_are_attempts() {
    Host h;
    const ProcessId s = h.builder.process("/Users/x/inj", 400);
    h.builder.event(ms(0), Operation::task_control, s, h.app, mac_access::kControlPort, kSigned, kM | mf::kDenied);
    QVERIFY(shown(h.view()).empty());
    FindingView view = h.view({}, true);
    QCOMPARE(shown(view).at(0).kind, FindingKind::partial);
    QVERIFY(contains(view.explain(shown(view)[0]).sentence, "was refused: an attempt"));
    h.builder.event(ms(5), Operation::task_thread, s, h.app, 0, kSigned, kM);
    QCOMPARE(shown(h.view()).at(0).kind, FindingKind::lone);

    Host read;
    read.builder.event(ms(0), Operation::task_read, read.builder.process("/Users/x/inj", 400), read.app,
                       mac_access::kReadPort, "", kM | mf::kDenied);
    QVERIFY(shown(read.view()).empty());
    QCOMPARE(shown(read.view({}, true)).at(0).kind, FindingKind::partial);

    Host hard;
    const ProcessId shell = hard.builder.process("/bin/zsh", 20);
    hard.builder.event(ms(0), Operation::dyld_insert, shell, hard.app, 0, "/tmp/h.dylib", kM | mf::kInserted | mf::kStripped);
    FindingView stripped = hard.view({}, true);
    QVERIFY(contains(stripped.explain(shown(stripped).at(0)).sentence, "which dyld ignores"));
}

void An1401Test::a_process_known_by_name_alone_has_no_number() {
    Host h;
    h.inject(h.builder.process("/private/tmp/.cache/loader", 0));
    const FindingView view = h.view();
    QVERIFY(contains(view.explain(shown(view).at(0)).sentence, "loader got the task port of VLC (300)"));
}

void An1401Test::other_systems_are_left_alone() {
    Host h;
    const ProcessId s = h.builder.process("/Users/x/inj", 400);
    h.builder.event(ms(0), Operation::process_access, s, h.app, 0x1fffff);
    h.builder.event(ms(1), Operation::remote_thread, s, h.app);
    h.builder.event(ms(2), Operation::ptrace_registers, s, h.app, 0, "", signal_flag::kLinux | kM);
    QVERIFY(shown(h.view({}, true)).empty());
    Host mac;
    mac.inject(mac.builder.process("/private/tmp/x", 400));
    const auto capture = mac.builder.build().capture;
    QCOMPARE(fitting_analytic(*capture).id, std::string_view("AN1401"));
    for (const char* id : {"AN1399", "AN1400"}) {
        const auto analysis = Analysis::run(capture, *find_analytic(id), {}, {});
        QVERIFY(analysis.ok());
        QVERIFY(shown(FindingView(analysis.value(), {}, true)).empty());
    }
}

void An1401Test::coverage_says_that_writes_are_never_reported() {
    Host h;
    h.inject(h.builder.process("/private/tmp/x", 400));
    const auto rows = coverage(*h.builder.build().capture, *find_analytic("AN1401"));
    QCOMPARE(rows.size(), std::size_t{8});
    for (const CoverageRow& row : rows) {
        if (row.component == "Remote Thread") {
            QCOMPARE(row.count, std::uint64_t{2});
            QVERIFY(contains(row.meaning, "mach_vm_write"));
        }
        const bool of_log = row.component == "Security Log";
        QVERIFY(row.count != 0 || contains(row.meaning, of_log ? "log show" : "eslogger"));
    }
}

QTEST_APPLESS_MAIN(An1401Test)
#include "an1401_test.moc"
