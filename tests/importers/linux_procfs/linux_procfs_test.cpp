#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "core/ingest/evidence_walk.h"
#include "core/ingest/gathering.h"
#include "core/model/signal.h"
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/linux_procfs/linux_procfs.h"
#include "importers/linux_procfs/proc_path.h"
#include "importers/linux_procfs/proc_text.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

namespace lf = linux_flag;
using Files = std::vector<std::pair<std::string, std::string>>;

const std::string kProgram = "00400000-00401000 r-xp 00000000 fe:00 12                         /srv/app\n";
const std::string kLibc = "7f0000010000-7f0000011000 r-xp 00026000 fe:00 13                 /usr/lib/libc.so.6\n";

std::string line(const std::string& permissions, const std::string& path, const std::string& at = "7f0000000000") {
    return at + "-7fff00000000 " + permissions + " 00000000 00:00 0 " + (path.empty() ? "" : "                 " + path) + "\n";
}

std::string status(const std::string& tracer = "0") {
    return "Name:\tapp\nState:\tS (sleeping)\nTgid:\t7\nPid:\t7\nPPid:\t3\nTracerPid:\t" + tracer + "\nUid:\t33\t33\t33\t33\n";
}

std::string stat(const std::string& ticks) {
    return "7 (a) b c) S 3 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + ticks + " 2535424\n";
}

RecordingSink read_files(const Files& files, const ImportHints& hints = {}) {
    Gathering gathering;
    RecordingSink sink;
    for (const auto& [path, text] : files) {
        if (!gathering.add(*memory_input(path, text), path).ok()) {
            ++sink.losses["ERROR"];
        }
    }
    const auto input = gathering.finish("made");
    const Status read = make_linux_procfs_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

/// Events of one kind.
std::vector<RecordedEvent> told(const RecordingSink& sink, Operation operation) {
    std::vector<RecordedEvent> out;
    for (const RecordedEvent& e : sink.events) {
        if (e.operation == operation) {
            out.push_back(e);
        }
    }
    return out;
}

}  // namespace

class LinuxProcfsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void paths_data();
    void paths();
    void hosts_and_times_in_paths();
    void one_process_is_one_event();
    void program_without_a_link();
    void tracers_preloads_and_open_memory();
    void executable_mappings_data();
    void executable_mappings();
    void changed_pages();
    void snapshots_are_compared();
    void a_pid_used_again_is_not_compared();
    void damage_is_counted();
    void probes();
    void renders();
    void equal_files_of_two_processes_are_both_read();
    void a_tree_keeps_the_times_of_its_files();
};

void LinuxProcfsTest::paths_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("is");
    QTest::addColumn<int>("kind");
    QTest::addColumn<uint>("pid");
    QTest::addColumn<QString>("folder");
    const auto row = [](const char* path, ProcKind kind, unsigned pid, const char* folder) {
        QTest::newRow(path) << QString::fromLatin1(path) << true << static_cast<int>(kind) << pid << QString::fromLatin1(folder);
    };
    row("x/live_response/process/proc/3124/maps.txt", ProcKind::maps, 3124, "x/live_response/process/proc");
    row("proc/7/smaps", ProcKind::smaps, 7, "proc");
    row("7/status", ProcKind::status, 7, "");
    row("proc/7/limits.txt", ProcKind::other, 7, "proc");
    row("proc/7/task/8/maps", ProcKind::other, 8, "proc/7/task");
    row("a.tar.gz!/p/running_processes_full_paths.txt", ProcKind::exe_list, 0, "a.tar.gz!/p");
    for (const char* other : {"maps", "proc/self/maps", "logs/7/limits.txt", "proc/0/maps", "proc/99999999999/maps", "task/8/x"}) {
        QTest::newRow(other) << QString::fromLatin1(other) << false << 0 << 0U << QString();
    }
}

void LinuxProcfsTest::paths() {
    QFETCH(QString, path);
    QFETCH(bool, is);
    const std::string text = path.toStdString();
    ProcPath read;
    QCOMPARE(read_proc_path(text, read), is);
    QCOMPARE(make_linux_procfs_importer()->gathers(text), is);
    if (is) {
        QTEST(static_cast<int>(read.kind), "kind");
        QTEST(read.pid, "pid");
        QTEST(QString::fromStdString(std::string(read.folder)), "folder");
    }
}

void LinuxProcfsTest::hosts_and_times_in_paths() {
    QCOMPARE(host_in_path("uac-web-01-linux-20261124023407.tar.gz!/live_response/proc"), std::string_view("web-01"));
    QCOMPARE(host_in_path("uac-db-freebsd-20261124023407/x"), std::string_view("db"));
    QCOMPARE(host_in_path("uac-notes/2026/proc"), std::string_view());
    QCOMPARE(time_in_path("procfs/1795487647.619_live/proc").count, std::int64_t{1795487647'619'000'000});
    QCOMPARE(time_in_path("1700000000/1795487650/proc").count, std::int64_t{1795487650'000'000'000});
    QVERIFY(time_in_path("20261124023407/proc/12345678901").none());
    QVERIFY(time_in_path("proc/3124").none());
}

void LinuxProcfsTest::one_process_is_one_event() {
    const RecordingSink s = read_files({{"uac-web01-linux-20261124023407/proc/7/cmdline.txt", std::string("/srv/app\0-d\0", 12)},
                                        {"uac-web01-linux-20261124023407/proc/7/exe.txt", "/srv/app (deleted)\n"},
                                        {"uac-web01-linux-20261124023407/proc/7/limits.txt", "Limit\n"},
                                        {"uac-web01-linux-20261124023407/proc/7/maps.txt", kProgram + kLibc},
                                        {"uac-web01-linux-20261124023407/proc/7/stat.txt", stat("304671")},
                                        {"uac-web01-linux-20261124023407/proc/7/status.txt", status()}});
    QCOMPARE(s.events.size(), std::size_t{2});
    const RecordedEvent& e = s.events[0];
    QCOMPARE(e.operation, Operation::process_seen);
    // The mappings as a whole, of the same record.
    QCOMPARE(s.events[1].operation, Operation::generic);
    QCOMPARE(s.events[1].text, std::string("2 mappings"));
    QCOMPARE(s.events[1].raw, kProgram + kLibc);
    QCOMPARE(s.events[1].record, e.record);
    QCOMPARE(s.events[1].field("StartTicks"), std::string("304671"));
    QCOMPARE(e.host, std::string("web01"));
    QCOMPARE(e.target.pid, 7U);
    QCOMPARE(e.target.image, std::string("/srv/app"));
    QCOMPARE(e.parent.pid, 3U);
    QCOMPARE(e.command_line, std::string("/srv/app -d"));
    QCOMPARE(e.field("exe"), std::string("/srv/app (deleted)"));
    QCOMPARE(e.field("StartTicks"), std::string("304671"));
    QCOMPARE(e.field("uid"), std::string("33"));
    QVERIFY(e.raw.find("PPid:\t3") != std::string::npos);
    QVERIFY(e.time.none());  // neither the folder nor the files say when
    QCOMPARE(s.lost_count("procfs_file_not_read"), std::uint64_t{1});
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void LinuxProcfsTest::program_without_a_link() {
    const RecordingSink listed = read_files({{"p/proc/7/status.txt", status()},
                                             {"p/running_processes_full_paths.txt",
                                              "lrwxrwxrwx 1 root root 0 Nov 24 02:34 /proc/7/exe -> /usr/sbin/nginx\n"}});
    QCOMPARE(listed.events.at(0).target.image, std::string("/usr/sbin/nginx"));
    QCOMPARE(listed.lost_count("procfs_without_maps"), std::uint64_t{1});
    const RecordingSink mapped = read_files({{"p/proc/7/maps", kProgram + kLibc}});
    QCOMPARE(mapped.events.at(0).target.image, std::string("/srv/app"));
    QCOMPARE(mapped.events.at(0).operation, Operation::process_seen);
}

void LinuxProcfsTest::tracers_preloads_and_open_memory() {
    const RecordingSink s = read_files(
        {{"1700000000_a/proc/7/status", status("9")},
         {"1700000000_a/proc/7/environ", std::string("LD_PRELOADED=1\0LD_PRELOAD=/usr/lib/a.so /tmp/b.so\0LD_AUDIT=\0", 61)},
         {"1700000000_a/proc/7/fd", "total 0\nlrwx------ 1 0 0 64 Nov 24 02:34 3 -> /proc/9/mem\n"
                                    "lr-x------ 1 0 0 64 Nov 24 02:34 4 -> /proc/7/mem\nlr-x------ 1 0 0 64 x 5 -> /proc/8/mem\n"}},
        {.host = "web01"});
    const auto tracers = told(s, Operation::tracer_seen), preloads = told(s, Operation::preload);
    QCOMPARE(tracers.size(), std::size_t{1});
    QCOMPARE(tracers[0].actor.pid, 9U);
    QCOMPARE(tracers[0].target.pid, 7U);
    QCOMPARE(tracers[0].raw, std::string("TracerPid:\t9"));
    QCOMPARE(tracers[0].host, std::string("web01"));
    QCOMPARE(tracers[0].time.count, std::int64_t{1'700'000'000'000'000'000});
    QCOMPARE(preloads.size(), std::size_t{1});
    QCOMPARE(preloads[0].text, std::string("LD_PRELOAD=/usr/lib/a.so /tmp/b.so"));
    QVERIFY((preloads[0].flags & signal_flag::kUserWritablePath) != 0);
    QVERIFY((preloads[0].flags & lf::kProcFile) != 0);
    const auto writers = told(s, Operation::proc_mem_write), readers = told(s, Operation::proc_mem_read);
    QCOMPARE(writers.size(), std::size_t{1});
    QCOMPARE(writers[0].target.pid, 9U);
    QVERIFY((writers[0].flags & lf::kWritable) != 0);
    QCOMPARE(readers.size(), std::size_t{1});  // not its own memory
    QCOMPARE(readers[0].target.pid, 8U);
}

void LinuxProcfsTest::executable_mappings_data() {
    QTest::addColumn<QString>("permissions");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("found");
    QTest::addColumn<uint>("flags");
    const auto row = [](const char* permissions, const char* path, bool found, std::uint32_t flags = 0) {
        QTest::addRow("%s %s", permissions, path) << QString::fromLatin1(permissions) << QString::fromLatin1(path) << found << flags;
    };
    row("rwxp", "", true, lf::kAnonymous | lf::kWritable);
    row("r-xp", "", true, lf::kAnonymous);
    row("rw-p", "", false);
    row("rwxp", "[stack]", true, lf::kAnonymous | lf::kWritable);
    row("rwxs", "/dev/zero (deleted)", true, lf::kAnonymous | lf::kWritable | lf::kShared);
    row("r-xs", "/SYSV00000000 (deleted)", true, lf::kAnonymous | lf::kShared);
    row("r-xp", "/memfd:x (deleted)", true, lf::kMemfd | lf::kRunWhole | signal_flag::kUserWritablePath);
    row("r-xs", "/memfd:doublemapper (deleted)", true, lf::kMemfd | lf::kShared | signal_flag::kUserWritablePath);
    row("r-xp", "/tmp/x.so (deleted)", true, signal_flag::kUserWritablePath);
    row("r-xp", "/usr/lib/x.so (deleted)", true);
    row("r--p", "/usr/lib/x.so (deleted)", false);
    row("r-xp", "/usr/lib/x.so", false);
    row("r-xp", "/tmp/x.so", false);
    row("r-xp", "[vdso]", false);
    row("--xp", "[vsyscall]", false);
}

void LinuxProcfsTest::executable_mappings() {
    QFETCH(QString, permissions);
    QFETCH(QString, path);
    QFETCH(bool, found);
    QFETCH(uint, flags);
    const std::string text = line(permissions.toStdString(), path.toStdString());
    const auto events = told(read_files({{"proc/7/maps", kProgram + text}}), Operation::mapping_found);
    QCOMPARE(events.size(), found ? std::size_t{1} : std::size_t{0});
    if (found) {
        QCOMPARE(events[0].flags, flags | signal_flag::kLinux);
        QCOMPARE(events[0].value, std::uint64_t{0x7f0000000000});
        QCOMPARE(events[0].raw + "\n", text);
        QCOMPARE(events[0].field("Protection"), permissions.toStdString());
        QCOMPARE(events[0].actor.pid, events[0].target.pid);
        QCOMPARE(events[0].field("AppearedSince"), std::string("(absent)"));
    }
}

void LinuxProcfsTest::changed_pages() {
    const std::string zero = "Size: 4 kB\nAnonymous:             0 kB\n", dirty = "Size: 4 kB\nAnonymous:             4 kB\n";
    const std::string data = "7f0000020000-7f0000021000 rw-p 00026000 fe:00 13                 /usr/lib/libc.so.6\n";
    const RecordingSink s = read_files({{"proc/7/smaps", kProgram + zero + kLibc + dirty + data + dirty +
                                                             line("r-xp", "[vdso]") + dirty + line("rwxp", "", "8000") + dirty},
                                        {"proc/7/maps", kProgram + line("rwxp", "", "8000")}});
    const auto pages = told(s, Operation::code_page_changed);
    QCOMPARE(pages.size(), std::size_t{2});
    QCOMPARE(pages[0].text, std::string("/usr/lib/libc.so.6"));
    QCOMPARE(pages[0].field("AnonymousKB"), std::string("4"));
    QCOMPARE(pages[0].raw, kLibc + dirty.substr(0, dirty.size() - 1));
    QCOMPARE(pages[1].text, std::string("[vdso]"));
    QCOMPARE(told(s, Operation::mapping_found).size(), std::size_t{1});  // maps says the same as smaps
}

void LinuxProcfsTest::snapshots_are_compared() {
    const std::string foreign = line("r-xp", "/tmp/.x/libz.so", "9000"), plugin = line("r-xp", "/usr/lib/nss.so", "a000");
    const std::string jit = line("rwxp", "", "b000"), late = line("rwxp", "", "c000");
    const RecordingSink s = read_files({{"1700000002_c/7/maps", kProgram + foreign + plugin + jit + late},
                                        {"1700000001_b/7/maps", kProgram + foreign + plugin + jit},
                                        {"1700000000_a/7/maps", kProgram + jit},
                                        {"1700000002_c/8/maps", kProgram + foreign}});
    const auto found = told(s, Operation::mapping_found), loads = told(s, Operation::module_load);
    QCOMPARE(found.size(), std::size_t{3});
    QCOMPARE(found[0].text, std::string("rwxp"));
    QCOMPARE(found[0].time.count, std::int64_t{1'700'000'000'000'000'000});
    QCOMPARE(found[1].text, std::string("/tmp/.x/libz.so"));
    QCOMPARE(found[1].field("AppearedSince"), std::string("2023-11-14T22:13:20.000000000Z"));
    QCOMPARE(found[2].value, std::uint64_t{0xc000});
    QCOMPARE(found[2].time.count, std::int64_t{1'700'000'002'000'000'000});
    QCOMPARE(loads.size(), std::size_t{1});  // of a system folder: what programs do; process 8 has no earlier snapshot
    QCOMPARE(loads[0].text, std::string("/usr/lib/nss.so"));
}

void LinuxProcfsTest::a_pid_used_again_is_not_compared() {
    const RecordingSink s = read_files({{"1700000000_a/7/maps", kProgram},
                                        {"1700000000_a/7/stat", stat("100")},
                                        {"1700000001_b/7/maps", kProgram + line("r-xp", "/tmp/x.so")},
                                        {"1700000001_b/7/stat", stat("200")}});
    QCOMPARE(told(s, Operation::mapping_found).size(), std::size_t{0});
    QCOMPARE(told(s, Operation::process_create).size(), std::size_t{1});
    QVERIFY(told(s, Operation::process_create)[0].time.none());
    QCOMPARE(s.lost_count("procfs_pid_reused"), std::uint64_t{1});
}

void LinuxProcfsTest::damage_is_counted() {
    const RecordingSink bad = read_files({{"proc/7/maps", "zzz\n" + kProgram + "7f00-7f00 rwxp\n" + line("rwxp", "")}});
    QCOMPARE(bad.lost_count("procfs_bad_mapping"), std::uint64_t{2});
    QCOMPARE(told(bad, Operation::mapping_found).size(), std::size_t{1});
    const RecordingSink bytes = read_files({{"proc/7/environ", "LD_PRELOAD=/tmp/\xff.so"}, {"proc/7/cmdline", "\xfe"}});
    QCOMPARE(told(bytes, Operation::preload).at(0).text, std::string("LD_PRELOAD=/tmp/\xef\xbf\xbd.so"));
    QCOMPARE(bytes.bad_places, std::uint64_t{0});
    const std::string long_one(2U << 20U, 'x');
    QCOMPARE(read_files({{"proc/7/cmdline", long_one}}).lost_count("procfs_file_too_long"), std::uint64_t{1});

    RecordingSink cut;
    Gathering gathering;
    QVERIFY(gathering.add(*memory_input("m", kProgram), "proc/7/maps").ok());
    QVERIFY(gathering.add(*memory_input("m", status()), "proc/7/status").ok());
    const auto whole = gathering.finish("made");
    std::string text(static_cast<std::size_t>(whole->size() - 20), '\0');
    QVERIFY(whole->read_at(0, std::as_writable_bytes(std::span(text))).ok());
    QVERIFY(make_linux_procfs_importer()->parse(*memory_input("cut", text), {}, cut, {}).ok());
    QCOMPARE(cut.lost_count("procfs_cut_off"), std::uint64_t{1});
    QCOMPARE(cut.events.size(), std::size_t{2});  // the process and its mappings; what the cut status says is lost
    QVERIFY(!make_linux_procfs_importer()->parse(*memory_input("x", kProgram), {}, cut, {}).ok());
}

void LinuxProcfsTest::probes() {
    const auto importer = make_linux_procfs_importer();
    const auto sure = [&](std::string_view text, std::string_view name) { return importer->probe(as_bytes(text), name).confidence; };
    QCOMPARE(sure(kProgram, "proc/7/maps"), 90);
    QCOMPARE(sure(status(), "proc/7/status.txt"), 90);
    QCOMPARE(sure("type=SYSCALL msg=audit(1:2): x", "logs/7/maps"), 0);
    QCOMPARE(sure("anything", "proc/7/environ"), 50);
    QCOMPARE(sure(kProgram, "maps.txt"), 0);
    QVERIFY(importer->probe(as_bytes(kProgram), "maps.txt").reason.find("pid") != std::string::npos);
}

void LinuxProcfsTest::renders() {
    const std::string text = status();
    const auto record = make_linux_procfs_importer()->render(as_bytes(text), {0, static_cast<std::uint32_t>(text.size())});
    QVERIFY(record.ok());
    QCOMPARE(record.value().fields.at(0).second, std::string("app"));
    QVERIFY(!make_linux_procfs_importer()->render(as_bytes(text), {1, static_cast<std::uint32_t>(text.size())}).ok());
}

namespace {

/// Imports the files as a folder, by the real walk, and opens the case.
std::unique_ptr<CaseFile> import_tree(const QTemporaryDir& dir, const Files& files) {
    const std::string root = dir.filePath(QStringLiteral("tree")).toStdString();
    for (const auto& [path, text] : files) {
        const std::filesystem::path at = std::filesystem::path(root) / path;
        std::filesystem::create_directories(at.parent_path());
        std::ofstream(at, std::ios::binary) << text;
        std::filesystem::last_write_time(at, std::chrono::file_clock::from_sys(
                                                 std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000))));
    }
    ImporterList importers;
    importers.push_back(make_linux_procfs_importer());
    const std::string path = dir.filePath(QStringLiteral("x.trocar")).toStdString();
    const auto imported = import_evidence(path, {root + "/"}, {}, importers, {});
    if (!imported.ok()) {
        qWarning("%s", imported.error().message.c_str());
        return nullptr;
    }
    auto opened = CaseFile::open(path, CaseFile::Mode::read_only);
    return opened.ok() ? std::move(opened).value() : nullptr;
}

}  // namespace

// A file whose bytes are in the case already is not read again: of two processes with one environment both count.
void LinuxProcfsTest::equal_files_of_two_processes_are_both_read() {
    const QTemporaryDir dir;
    const auto opened = import_tree(dir, {{"proc/7/environ", "LD_PRELOAD=/tmp/x.so"}, {"proc/8/environ", "LD_PRELOAD=/tmp/x.so"}});
    QVERIFY(opened != nullptr);
    const auto capture = opened->load_capture();
    QVERIFY(capture.ok());
    QCOMPARE(capture.value()->processes.lives.size(), std::size_t{2});
    QCOMPARE(capture.value()->signals.size(), std::size_t{2});
}

void LinuxProcfsTest::a_tree_keeps_the_times_of_its_files() {
    const QTemporaryDir dir;
    const auto opened = import_tree(dir, {{"proc/7/maps", kProgram + line("rwxp", "")}, {"proc/7/stack", "x"}});
    QVERIFY(opened != nullptr);
    const auto capture = opened->load_capture();
    QVERIFY(capture.ok());
    QCOMPARE(capture.value()->signals.size(), std::size_t{1});
    QCOMPARE(capture.value()->signals.time[0].count, std::int64_t{1'700'000'000'000'000'000});
    QVERIFY((capture.value()->signals.flags[0] & signal_flag::kLogTime) != 0);
}

QTEST_GUILESS_MAIN(LinuxProcfsTest)
#include "linux_procfs_test.moc"
