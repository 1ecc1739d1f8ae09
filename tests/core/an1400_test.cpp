// AN1400 on captures made of literals: what is a chain, what stays alone, what is damped, what is an attempt.
#include <QTest>

#include <algorithm>
#include <map>
#include <set>

#include "core/detect/analysis.h"
#include "core/report/coverage_components.h"
#include "core/report/exporter.h"
#include "tests/support/capture_builder.h"

using namespace trocar;
using trocar::test::CaptureBuilder;

namespace {

namespace lf = linux_flag;
constexpr std::uint32_t kL = signal_flag::kLinux;
constexpr Nanos ms(std::int64_t n) { return {n * 1'000'000}; }

struct Host {
    CaptureBuilder builder{"web01"};
    ProcessId shell = builder.process("/usr/bin/bash\\", 10);
    FindingView view(const std::vector<std::pair<std::string, std::string>>& sets = {}, bool partial = false) {
        const Analytic& analytic = *find_analytic("AN1400");
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
};

ProcessId add(Host& host, const std::string& path, std::uint32_t pid, ProcessId parent = {}) {
    return host.builder.process(path, pid, parent);
}

std::vector<Finding> shown(const FindingView& view) {
    std::vector<Finding> out;
    for (const std::uint32_t r : view.visible(0, 1000)) {
        out.push_back(view.rows()[r]);
    }
    return out;
}

void poke(Host& h, ProcessId s, ProcessId t, std::uint32_t more = 0) {
    h.builder.event(ms(0), Operation::ptrace_attach, s, t, 0x10, "PTRACE_ATTACH", kL | lf::kAttach | more);
    h.builder.event(ms(100), Operation::ptrace_write, s, t, 0x7f0000001000, "PTRACE_POKETEXT", kL | lf::kPoke);
    h.builder.event(ms(110), Operation::ptrace_write, s, t, 0x7f0000001008, "PTRACE_POKETEXT", kL | lf::kPoke);
    h.builder.event(ms(120), Operation::ptrace_registers, s, t, 0xd, "PTRACE_SETREGS", kL);
    h.builder.event(ms(130), Operation::ptrace_detach, s, t, 0x11, "PTRACE_DETACH", kL);
}

}  // namespace

class An1400Test final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void attach_and_poke_is_a_chain();
    void poke_without_attach_stays_alone();
    void a_single_writev_is_a_chain_of_no_length();
    void denied_calls_are_attempts();
    void own_children_and_tracers_are_damped();
    void memfd_runs_are_the_process_own();
    void code_pages_in_a_shared_memfd_are_damped();
    void traces_that_programs_leave_themselves_are_damped_data();
    void traces_that_programs_leave_themselves_are_damped();
    void a_look_into_proc_leads_to_no_trace();
    void code_pages_of_each_file_are_a_finding();
    void a_presumed_memfd_stays_below_what_is_sure();
    void a_changed_vdso_is_of_who_wrote_there();
    void snapshot_traces_join_or_stand_alone();
    void the_pid_threshold_filters_by_pid_name_and_user();
    void the_threshold_curve_says_what_each_threshold_shows();
    void the_fitting_analytic_is_that_of_the_events();
    void windows_signals_are_left_alone();
    void a_write_of_the_preload_file_is_told_as_one();
    void coverage_names_the_rule();
    void coverage_leaves_no_channel_out();
};

void An1400Test::attach_and_poke_is_a_chain() {
    Host h;
    const ProcessId s = add(h, "/tmp/.cache/upd", 400), t = add(h, "/usr/sbin/nginx", 319);
    poke(h, s, t);
    h.builder.event(ms(125), Operation::exec_map, t, t, 7, "rwx", kL | lf::kAnonymous | lf::kWritable);
    FindingView view = h.view();
    const auto rows = shown(view);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::chain);
    QCOMPARE(rows[0].span, ms(100));
    QCOMPARE(rows[0].folded, 2U);
    QCOMPARE(rows[0].technique, std::string_view("T1055.008"));
    QCOMPARE(rows[0].grade, Grade::complete);
    QVERIFY(!rows[0].damped && rows[0].confidence >= 70);
    const Explanation why = view.explain(rows[0]);
    const auto has = [&](Role role) {
        return std::any_of(why.evidence.begin(), why.evidence.end(), [&](const Evidence& e) {
            return view.analysis().capture().signals.role[e.signal] == role;
        });
    };
    QVERIFY(has(Role::access) && has(Role::write) && has(Role::execute) && has(Role::alloc));
    view.set_window(ms(99), WindowMeasure::span);
    QCOMPARE(shown(view).at(0).kind, FindingKind::lone);
}

void An1400Test::poke_without_attach_stays_alone() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 400), t = add(h, "/usr/sbin/nginx", 319);
    h.builder.event(ms(5), Operation::ptrace_read, s, t, 1, "PTRACE_PEEKTEXT", kL);
    h.builder.event(ms(10), Operation::ptrace_write, s, t, 0x1000, "PTRACE_POKEDATA", kL | lf::kPoke);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::lone);
}

void An1400Test::a_single_writev_is_a_chain_of_no_length() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 400), t = add(h, "/usr/sbin/nginx", 319);
    h.builder.event(ms(10), Operation::process_vm_write, s, t, 64, "process_vm_writev", kL | lf::kProcessVm);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::chain);
    QCOMPARE(rows[0].span, Nanos{0});
    QCOMPARE(rows[0].technique, std::string_view("T1055"));
}

void An1400Test::denied_calls_are_attempts() {
    Host h;
    const ProcessId s = add(h, "/tmp/upd", 400), t = add(h, "/usr/sbin/sshd", 319);
    h.builder.event(ms(0), Operation::ptrace_attach, s, t, 0x10, "PTRACE_ATTACH", kL | lf::kAttach | lf::kDenied);
    h.builder.event(ms(1), Operation::process_vm_write, s, t, 0, "process_vm_writev", kL | lf::kProcessVm | lf::kDenied);
    QVERIFY(shown(h.view()).empty());
    FindingView view = h.view({}, true);
    const auto rows = shown(view);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::partial);
    QVERIFY(view.explain(rows[0]).sentence.find("refused") != std::string::npos);
}

void An1400Test::own_children_and_tracers_are_damped() {
    Host h;
    const ProcessId gdb = add(h, "/usr/bin/gdb", 500), copy = add(h, "/tmp/gdb", 501), t = add(h, "/srv/app", 319);
    const ProcessId parent = add(h, "/srv/make", 600), child = add(h, "/srv/make", 601, parent);
    for (const ProcessId s : {gdb, copy}) {
        poke(h, s, t);
    }
    poke(h, parent, child);
    for (const Finding& row : shown(h.view())) {
        QCOMPARE(row.damped, row.source != copy);  // a name alone is nothing
        QVERIFY(row.damped ? row.confidence < 50 : row.confidence >= 50);
    }
    QCOMPARE(shown(h.view()).size(), std::size_t{3});
}

void An1400Test::memfd_runs_are_the_process_own() {
    Host h;
    const ProcessId p = add(h, "/memfd:x (deleted)", 531), lone = add(h, "/memfd:y (deleted)", 532);
    const ProcessId runc = add(h, "/memfd:runc_cloned:/proc/self/exe (deleted)", 533);
    h.builder.event(ms(0), Operation::memfd_create, p, p, 0, "", kL | lf::kMemfd);
    h.builder.event(ms(40), Operation::memfd_execute, p, p, 0, "sess", kL | lf::kMemfd | lf::kRunWhole);
    h.builder.event(ms(50), Operation::memfd_map, lone, lone, 5, "", kL | lf::kMemfd | lf::kRunWhole);
    h.builder.event(ms(60), Operation::memfd_execute, runc, runc, 0, "runc init", kL | lf::kMemfd | lf::kRunWhole);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{3});
    for (const Finding& row : rows) {
        QCOMPARE(row.source, row.target);
        QCOMPARE(row.kind, row.source == p ? FindingKind::chain : FindingKind::lone);
        QCOMPARE(row.technique, std::string_view("T1620"));
        QCOMPARE(row.damped, row.source == runc);
    }
}

void An1400Test::code_pages_in_a_shared_memfd_are_damped() {
    Host h;
    const ProcessId closures = add(h, "/usr/bin/python3.11", 600), library = add(h, "/usr/bin/python3.11", 601);
    for (const ProcessId p : {closures, library}) {
        h.builder.event(ms(0), Operation::memfd_create, p, p, 0, "", kL | lf::kMemfd);
        h.builder.event(ms(5), Operation::memfd_map, p, p, 5, "/memfd:", kL | lf::kMemfd);
    }
    h.builder.event(ms(6), Operation::memfd_map, library, library, 5, "/memfd:", kL | lf::kMemfd | lf::kRunWhole);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{2});
    for (const Finding& row : rows) {
        QCOMPARE(row.damped, row.source == closures);  // one library among the mappings is enough
        QVERIFY(row.damped ? row.confidence < 50 : row.confidence >= 50);
    }
}

void An1400Test::a_presumed_memfd_stays_below_what_is_sure() {
    Host h;
    const ProcessId presumed = add(h, "/home/u/tool", 610), sure = add(h, "/home/u/tool", 611);
    for (const ProcessId p : {presumed, sure}) {
        h.builder.event(ms(0), Operation::memfd_create, p, p, 0, "", kL | lf::kMemfd);
        const std::uint32_t how = p == sure ? lf::kRunWhole : lf::kPresumed;
        h.builder.event(ms(5), Operation::memfd_map, p, p, 5, "", kL | lf::kMemfd | how);
    }
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{2});
    for (const Finding& row : rows) {
        QCOMPARE(row.technique, std::string_view("T1620"));
        QCOMPARE(row.confidence >= 50, row.source == sure);
        QCOMPARE(row.grade, row.source == sure ? Grade::corroborated : Grade::shape);
    }
}

// Two write into one process; the snapshot tells where its [vdso] lies, the log where the words went.
void An1400Test::a_changed_vdso_is_of_who_wrote_there() {
    constexpr std::uint64_t kVdso = 0x7ffd5c1fe000;
    Host h;
    const ProcessId into = add(h, "/srv/x", 400), elsewhere = add(h, "/srv/y", 401), unknown = add(h, "/srv/z", 402);
    const ProcessId t = add(h, "/usr/sbin/nginx", 319);
    h.builder.event(ms(10), Operation::ptrace_write, into, t, kVdso + 0x9a0, "", kL | lf::kPoke);
    h.builder.event(ms(20), Operation::ptrace_write, elsewhere, t, 0x401000, "", kL | lf::kPoke);
    h.builder.event(ms(30), Operation::process_vm_write, unknown, t, 64, "", kL | lf::kProcessVm);
    h.builder.event(ms(40), Operation::code_page_changed, t, t, kVdso, "[vdso]", kL);
    std::map<std::uint32_t, std::string_view> techniques;
    for (const Finding& row : shown(h.view())) {
        techniques[row.source.value] = row.technique;
    }
    QCOMPARE(techniques[into.value], std::string_view("T1055.014"));
    QCOMPARE(techniques[elsewhere.value], std::string_view("T1055.008"));
    QCOMPARE(techniques[unknown.value], std::string_view("T1055.014"));
}

void An1400Test::snapshot_traces_join_or_stand_alone() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 400), t = add(h, "/usr/sbin/nginx", 319), other = add(h, "/usr/bin/app", 320);
    h.builder.event(ms(0), Operation::tracer_seen, s, t, 0, "", kL);
    h.builder.event(ms(10), Operation::code_page_changed, t, t, 0, "[vdso]", kL);
    h.builder.event(ms(20), Operation::mapping_found, other, other, 0, "rwxp", kL | lf::kAnonymous);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{2});
    for (const Finding& row : rows) {
        QCOMPARE(row.kind, row.target == t ? FindingKind::chain : FindingKind::lone);
        if (row.target == t) {
            QCOMPARE(row.technique, std::string_view("T1055.014"));
            QCOMPARE(row.source, s);
        }
    }
    // A trace that a write explains is that write's corroboration.
    Host w;
    const ProcessId ws = add(w, "/srv/x", 400), wt = add(w, "/usr/sbin/nginx", 319);
    poke(w, ws, wt);
    w.builder.event(ms(60'000), Operation::code_page_changed, wt, wt, 0, "/usr/sbin/nginx", kL);
    const auto one = shown(w.view());
    QCOMPARE(one.size(), std::size_t{1});
    QCOMPARE(one[0].grade, Grade::complete);
}

void An1400Test::traces_that_programs_leave_themselves_are_damped_data() {
    QTest::addColumn<QString>("image");
    QTest::addColumn<int>("operation");
    QTest::addColumn<QString>("text");
    QTest::addColumn<uint>("flags");
    QTest::addColumn<bool>("damped");
    QTest::addColumn<QString>("technique");
    const auto row = [](const char* name, const char* image, Operation operation, const char* text, std::uint32_t flags,
                        bool damped, const char* technique) {
        QTest::newRow(name) << QString::fromLatin1(image) << static_cast<int>(operation) << QString::fromLatin1(text) << flags
                            << damped << QString::fromLatin1(technique);
    };
    constexpr std::uint32_t kFree = lf::kAnonymous | lf::kWritable, kMemfd = lf::kMemfd | signal_flag::kUserWritablePath;
    row("daemon", "/usr/sbin/nginx", Operation::mapping_found, "rwxp", kFree, false, "T1055");
    row("just in time", "/usr/bin/node", Operation::mapping_found, "rwxp", kFree, true, "T1055");
    row("just in time, php", "/usr/sbin/php-fpm8.2", Operation::mapping_found, "rwxp", kFree, true, "T1055");
    row("just in time, elsewhere", "/tmp/node", Operation::mapping_found, "rwxp", kFree, false, "T1055");
    row("shared", "/srv/app", Operation::mapping_found, "rwxs /dev/zero (deleted)", kFree | lf::kShared, true, "T1055");
    row("memfd", "/usr/bin/python3", Operation::mapping_found, "/memfd:x (deleted)", kMemfd | lf::kRunWhole, false, "T1620");
    row("shared memfd", "/srv/app", Operation::mapping_found, "/memfd:x (deleted)", kMemfd | lf::kShared, true, "T1620");
    row("upgraded", "/usr/sbin/cron", Operation::mapping_found, "/usr/lib/libc.so.6 (deleted)", 0, true, "T1055");
    row("removed", "/usr/sbin/cron", Operation::mapping_found, "/tmp/x.so (deleted)", signal_flag::kUserWritablePath, false,
        "T1055");
    row("vdso", "/usr/sbin/cron", Operation::code_page_changed, "[vdso]", 0, false, "T1055.014");
    row("preload", "/usr/bin/sleep", Operation::preload, "LD_PRELOAD=/srv/x.so", lf::kProcFile, false, "T1574.006");
    row("preload of the system", "/usr/bin/sleep", Operation::preload, "LD_PRELOAD=/usr/lib/libjemalloc.so.2", lf::kProcFile, true,
        "T1574.006");
    row("preload, one of two", "/usr/bin/sleep", Operation::preload, "LD_PRELOAD=/usr/lib/a.so:/srv/x.so", lf::kProcFile, false,
        "T1574.006");
    row("preload, hidden way", "/usr/bin/sleep", Operation::preload, "LD_PRELOAD=/usr/../tmp/x.so", lf::kProcFile, false,
        "T1574.006");
}

void An1400Test::traces_that_programs_leave_themselves_are_damped() {
    QFETCH(QString, image);
    QFETCH(int, operation);
    QFETCH(QString, text);
    QFETCH(uint, flags);
    QFETCH(bool, damped);
    QFETCH(QString, technique);
    Host h;
    const ProcessId p = add(h, image.toStdString(), 700);
    h.builder.event(ms(0), static_cast<Operation>(operation), p, p, 0, text.toStdString(), kL | flags);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].damped, damped);
    QCOMPARE(QString::fromStdString(std::string(rows[0].technique)), technique);
    QVERIFY(damped ? rows[0].confidence < 30 : rows[0].confidence >= 30);
}

void An1400Test::a_look_into_proc_leads_to_no_trace() {
    Host h;
    const ProcessId collector = add(h, "/usr/bin/cat", 710), t = add(h, "/usr/sbin/nginx", 319);
    h.builder.event(ms(0), Operation::proc_maps_read, collector, t, 0, "/proc/319/maps", kL | lf::kProcFile);
    h.builder.event(ms(10), Operation::mapping_found, t, t, 0, "rwxp", kL | lf::kAnonymous);
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].kind, FindingKind::lone);
}

void An1400Test::code_pages_of_each_file_are_a_finding() {
    Host h;
    const ProcessId t = add(h, "/usr/sbin/nginx", 319);
    for (const char* file : {"/usr/lib/libc.so.6", "[vdso]", "/usr/lib/libc.so.6"}) {
        h.builder.event(ms(0), Operation::code_page_changed, t, t, 0, file, kL);
    }
    const auto rows = shown(h.view());
    QCOMPARE(rows.size(), std::size_t{2});
    QCOMPARE(std::count_if(rows.begin(), rows.end(), [](const Finding& f) { return f.technique == "T1055.014"; }), 1);
}

void An1400Test::the_threshold_curve_says_what_each_threshold_shows() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 4000);
    for (const auto& [path, pid] : {std::pair{"/usr/sbin/a", 250U}, {"/usr/sbin/b", 900U}, {"/usr/sbin/c", 900U},
                                    {"/usr/sbin/sshd", 5000U}}) {
        poke(h, s, add(h, path, pid));
    }
    poke(h, s, add(h, "/usr/sbin/d", 7000), lf::kOtherUser);
    h.builder.event(ms(0), Operation::process_vm_write, s, add(h, "/usr/sbin/alone", 31), 8, "", kL | lf::kProcessVm);
    const std::vector<ThresholdStep> curve = h.view().threshold_curve();
    QVERIFY(curve.size() >= 4);
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const std::uint64_t until = i + 1 < curve.size() ? curve[i + 1].at - 1 : 4'194'304;
        for (const std::uint64_t at : {curve[i].at, until}) {
            const FindingView view = h.view({{"TargetPIDThreshold", std::to_string(at)}});
            QCOMPARE(shown(view).size(), std::size_t{curve[i].findings});
            // Hidden rows are in the curve too: it does not depend on where the slider stands.
            const auto same = view.threshold_curve();
            QVERIFY(std::equal(same.begin(), same.end(), curve.begin(), curve.end(), [](const auto& a, const auto& b) {
                return a.at == b.at && a.findings == b.findings;
            }));
        }
    }
    const auto only = h.view({{"SensitiveTargets", "only:sshd"}}).threshold_curve();
    QCOMPARE(only.size(), std::size_t{1});
    QCOMPARE(only.front().findings, 1U);
}

void An1400Test::the_fitting_analytic_is_that_of_the_events() {
    QCOMPARE(fitting_analytic(*CaptureBuilder().build().capture).id, std::string_view("AN1399"));
    Host linux_host;
    poke(linux_host, add(linux_host, "/srv/x", 400), add(linux_host, "/usr/sbin/nginx", 319));
    QCOMPARE(fitting_analytic(*linux_host.builder.build().capture).id, std::string_view("AN1400"));
    CaptureBuilder windows;
    const ProcessId a = windows.process("C:\\a.exe", 4), b = windows.process("C:\\b.exe", 8);
    windows.event(ms(0), Operation::process_access, a, b, 0x1fffff);
    windows.event(ms(1), Operation::module_load, b, b, 0, "C:\\x.dll");
    QCOMPARE(fitting_analytic(*windows.build().capture).id, std::string_view("AN1399"));
    // A list of processes from /proc and nothing else.
    Host seen;
    const ProcessId only = add(seen, "/usr/sbin/nginx", 319);
    seen.builder.event(ms(0), Operation::process_seen, only, only, 0, "", kL);
    QCOMPARE(fitting_analytic(*seen.builder.build().capture).id, std::string_view("AN1400"));
    // Programs are started on a Mac too: what only Linux has decides, and without it the signals' system.
    for (const bool traced : {false, true}) {
        Host busy;
        const ProcessId shell = add(busy, "/usr/bin/bash", 319), child = add(busy, "/usr/bin/ls", 320);
        for (int i = 0; i < 50; ++i) {
            busy.builder.event(ms(i), Operation::process_exec, shell, child, 0, "ls", kL);
        }
        if (traced) {
            busy.builder.event(ms(60), Operation::ptrace_attach, shell, child, 16, "", kL | lf::kAttach);
        }
        QCOMPARE(fitting_analytic(*busy.builder.build().capture).id, std::string_view("AN1400"));
    }
}

void An1400Test::the_pid_threshold_filters_by_pid_name_and_user() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 4000), low = add(h, "/srv/a", 300), high = add(h, "/srv/b", 3000);
    const ProcessId named = add(h, "/usr/sbin/sshd", 3001), other = add(h, "/srv/c", 3002);
    for (const ProcessId t : {low, high, named, other}) {
        poke(h, s, t, t == other ? lf::kOtherUser : 0);
    }
    QCOMPARE(shown(h.view()).size(), std::size_t{4});
    const auto rows = shown(h.view({{"TargetPIDThreshold", "300"}}));
    QCOMPARE(rows.size(), std::size_t{3});
    QVERIFY(std::none_of(rows.begin(), rows.end(), [&](const Finding& f) { return f.target == high; }));
}

void An1400Test::windows_signals_are_left_alone() {
    Host h;
    const ProcessId s = add(h, "C:\\a.exe", 400), t = add(h, "C:\\b.exe", 319);
    h.builder.event(ms(0), Operation::process_access, s, t, 0x1fffff);
    h.builder.event(ms(1), Operation::memory_write, s, t);
    h.builder.event(ms(2), Operation::process_tamper, s, t);
    QVERIFY(shown(h.view({}, true)).empty());
}

// Not a program that was started with a library, but one that gives it to all.
void An1400Test::a_write_of_the_preload_file_is_told_as_one() {
    Host h;
    const ProcessId writer = add(h, "/tmp/inj", 400);
    h.builder.event(ms(5), Operation::preload, writer, writer, 0, "/etc/ld.so.preload", kL | lf::kWritable);
    h.builder.event(ms(9), Operation::preload, writer, writer, 0, "/etc/ld.so.preload", kL | lf::kWritable | lf::kDenied);
    const FindingView view = h.view();
    const auto rows = shown(view);
    QCOMPARE(rows.size(), std::size_t{1});
    QCOMPARE(rows[0].technique, std::string_view("T1574.006"));
    QVERIFY(!rows[0].damped);
    const std::string sentence = view.explain(rows[0]).sentence;
    QVERIFY2(sentence.find("wrote /etc/ld.so.preload") != std::string::npos, sentence.c_str());
    QVERIFY(sentence.find("was started with") == std::string::npos);
}

void An1400Test::coverage_names_the_rule() {
    Host h;
    const ProcessId s = add(h, "/srv/x", 400), t = add(h, "/srv/y", 319);
    poke(h, s, t);
    int blind = 0;
    for (const CoverageRow& row : coverage(*h.builder.build().capture, *find_analytic("AN1400"))) {
        if (row.component == "Cross-Process Write") {
            QCOMPARE(row.count, std::uint64_t{0});
            QCOMPARE(row.step, std::string("write"));
            QVERIFY(rules_text(row).find("-a always,exit -F arch=b64 -S process_vm_writev -k vm_write; "
                                         "-a always,exit -F arch=b32 -S process_vm_writev -k vm_write") != std::string::npos);
        }
        if (row.component == "Ptrace Write") {
            QCOMPARE(row.count, std::uint64_t{2});
            QVERIFY(row.meaning.empty());
            QVERIFY(row.rules.empty());
        }
        blind += row.count == 0 ? 1 : 0;
    }
    QCOMPARE(blind, 12);
}

// Each operation that shows a step belongs to a component, and each component names the step that is blind without it and
// a rule for every sensor.
void An1400Test::coverage_leaves_no_channel_out() {
    const Analytic& analytic = *find_analytic("AN1400");
    std::set<Operation> told;
    for (const Component& component : linux_components()) {
        told.insert(component.operations.begin(), component.operations.end());
        const bool snapshot = component.name == "Process Snapshot";
        std::set<std::string_view> by;
        for (const ComponentRule& rule : component.rules) {
            by.insert(rule.by);
            QVERIFY(rule.by != "auditd" || rule.rule.starts_with("-a always,exit -F arch="));
        }
        QCOMPARE(by.size(), snapshot ? std::size_t{0} : std::size_t{4});
        const auto is_named = [&](const AnalyticStep& step) { return step.name == component.step; };
        QVERIFY(component.step.empty() || std::any_of(analytic.steps.begin(), analytic.steps.end(), is_named));
        const std::string words = "The " + std::string(component.step) + " step is blind";
        QVERIFY2(component.step.empty() || component.blind.starts_with(words), component.blind.data());
    }
    for (const AnalyticStep& step : analytic.steps) {
        for (const Operation operation : step.shown_by) {
            QVERIFY2(told.contains(operation), name(operation).data());
        }
    }
}

QTEST_APPLESS_MAIN(An1400Test)
#include "an1400_test.moc"
