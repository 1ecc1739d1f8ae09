// Snapshots of /proc, imported, as the memory map of a process finds them in the case.

#include "core/store/memory_snapshots.h"

#include "core/base/text.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

using namespace trocar;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

const std::string kProgram = "00400000-00401000 r-xp 00000000 fe:00 12                         /srv/app\n";
const std::string kHeap = "00a00000-00a10000 rw-p 00000000 00:00 0                          [heap]\n";
const std::string kShell = "7f0000010000-7f0000011000 rwxp 00000000 00:00 0 \n";

std::string stat(const std::string& ticks) {
    return "7 (app) S 3 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 " + ticks + " 2535424\n";
}

/// A case of its own folder, filled import by import.
struct MadeCase {
    QTemporaryDir dir;
    std::string path = dir.filePath(QStringLiteral("x.trocar")).toStdString();
    std::unique_ptr<CaseFile> file;
    std::shared_ptr<const Capture> capture;
    std::shared_ptr<const EventColumns> columns;
    int imports = 0;

    bool add(const Files& files) {
        file.reset();
        const std::string root = dir.filePath(QStringLiteral("tree%1").arg(imports++)).toStdString();
        for (const auto& [name, text] : files) {
            const std::filesystem::path at = std::filesystem::path(root) / name;
            std::filesystem::create_directories(at.parent_path());
            std::ofstream(at, std::ios::binary) << text;
        }
        ImportOptions options;
        options.hints.host = "web01";
        const auto imported = import_evidence(path, {root + "/"}, options, builtin_importers(), {});
        if (!imported.ok()) {
            qWarning("%s", imported.error().message.c_str());
            return false;
        }
        return open();
    }
    bool open() {
        auto opened = CaseFile::open(path, CaseFile::Mode::read_only);
        if (!opened.ok()) {
            return false;
        }
        file = std::move(opened).value();
        const auto loaded = file->load_capture();
        const auto read = file->load_event_columns();
        if (!loaded.ok() || !read.ok()) {
            return false;
        }
        capture = loaded.value();
        columns = read.value();
        return true;
    }
    [[nodiscard]] ProcessId life(std::uint32_t pid) const {
        const auto& lives = capture->processes.lives;
        const auto at =
            std::find_if(lives.begin(), lives.end(), [&](const auto& one) { return one.pid == pid; });
        return at == lives.end() ? ProcessId{} : ProcessId{static_cast<std::uint32_t>(at - lives.begin())};
    }
    [[nodiscard]] std::vector<MemorySnapshot> snapshots(std::uint32_t pid) const {
        return memory_snapshots(*columns, *capture->strings, life(pid));
    }
    /// "appeared 0x... first seen in 2", one row a line; 0: in none. Rows that are the same are left out.
    [[nodiscard]] std::string told(std::uint32_t pid) const {
        const std::vector<MemorySnapshot> all = snapshots(pid);
        const auto compared = compare_snapshots(*file, *columns, life(pid), all);
        if (!compared.ok()) {
            return compared.error().message;
        }
        const MemoryComparison& c = compared.value();
        std::string out;
        for (std::size_t i = 0; i < c.rows.size(); ++i) {
            const RegionDifference& row = c.rows[i];
            if (row.change == RegionChange::same) {
                continue;
            }
            const bool gone = row.after == RegionDifference::kNone;
            const MemoryRegion& region =
                gone ? c.before.map.regions[row.before] : c.after.map.regions[row.after];
            const auto seen =
                c.first_seen[i] ? std::find(all.begin(), all.end(), *c.first_seen[i]) - all.begin() + 1 : 0;
            out += std::string(name(row.change)) + ' ' + hex(region.start) + " first seen in " +
                   std::to_string(seen) + '\n';
        }
        return out + (c.other_process ? "another process\n" : "");
    }
};

}  // namespace

class MemorySnapshotsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void snapshots_of_one_import();
    void snapshots_of_two_imports_are_one_process();
    void first_appearance_is_the_earliest_snapshot();
    void a_pid_used_again_is_said();
    void a_process_without_mappings_has_no_map();
    void findings_are_events_on_their_regions();
    void audit_names_addresses();
    void a_recorded_injection_shows();
};

void MemorySnapshotsTest::snapshots_of_one_import() {
    MadeCase made;
    QVERIFY(made.add(
        {{"1700000001_b/7/maps", kProgram + kHeap + kShell}, {"1700000000_a/7/maps", kProgram + kHeap}}));
    const std::vector<MemorySnapshot> all = made.snapshots(7);
    QCOMPARE(all.size(), std::size_t{2});
    QCOMPARE(all[0].time.count, std::int64_t{1'700'000'000'000'000'000});
    const auto loaded = load_snapshot(*made.file, all[1]);
    QVERIFY(loaded.ok());
    QVERIFY(loaded.value().folder.ends_with("1700000001_b"));
    QCOMPARE(loaded.value().map.regions.size(), std::size_t{3});
    QCOMPARE(made.told(7), std::string("appeared 0x7f0000010000 first seen in 2\n"));
    QCOMPARE(lives_with_snapshots(*made.columns, *made.capture->strings),
             (std::vector<std::pair<ProcessId, std::uint32_t>>{{made.life(7), 2}}));
}

void MemorySnapshotsTest::snapshots_of_two_imports_are_one_process() {
    MadeCase made;
    QVERIFY(made.add({{"1700000001_b/7/maps", kProgram + kShell}, {"1700000001_b/7/stat", stat("100")}}));
    QVERIFY(made.add({{"1700000000_a/7/maps", kProgram + kHeap}, {"1700000000_a/7/stat", stat("100")}}));
    QCOMPARE(made.snapshots(7).size(), std::size_t{2});
    QCOMPARE(made.told(7),
             std::string("vanished 0xa00000 first seen in 0\nappeared 0x7f0000010000 first seen in 2\n"));
}

void MemorySnapshotsTest::first_appearance_is_the_earliest_snapshot() {
    const std::string data = "7f0000010000-7f0000011000 rw-p 00000000 00:00 0 \n";
    MadeCase made;
    QVERIFY(made.add(
        {{"1700000000_a/7/maps", kProgram},
         {"1700000001_b/7/maps", kProgram + data},
         {"1700000002_c/7/maps", kProgram + kShell},
         {"1700000003_d/7/maps", kProgram + kShell + "7f0000020000-7f0000021000 r-xp 0 00:00 0 \n"}}));
    QCOMPARE(
        made.told(7),
        std::string("appeared 0x7f0000010000 first seen in 3\nappeared 0x7f0000020000 first seen in 4\n"));
}

void MemorySnapshotsTest::a_pid_used_again_is_said() {
    MadeCase made;
    QVERIFY(made.add({{"1700000000_a/7/maps", kProgram}, {"1700000000_a/7/stat", stat("100")}}));
    QVERIFY(made.add({{"1700000001_b/7/maps", kProgram}, {"1700000001_b/7/stat", stat("200")}}));
    QCOMPARE(made.snapshots(7).size(),
             std::size_t{2});  // imports do not compare start ticks: the comparison does
    QCOMPARE(made.told(7), std::string("another process\n"));
}

void MemorySnapshotsTest::a_process_without_mappings_has_no_map() {
    MadeCase made;
    QVERIFY(made.add(
        {{"1700000000_a/7/status", "Name:\tapp\nTgid:\t7\nPid:\t7\n"}, {"1700000000_a/8/maps", kProgram}}));
    QVERIFY(!made.life(7).none());
    QVERIFY(made.snapshots(7).empty());
    QVERIFY(!compare_snapshots(*made.file, *made.columns, made.life(7), {}).ok());
    QCOMPARE(made.snapshots(8).size(), std::size_t{1});
    QCOMPARE(made.told(8), std::string());  // one snapshot against itself
}

void MemorySnapshotsTest::findings_are_events_on_their_regions() {
    MadeCase made;
    QVERIFY(made.add({{"1700000000_a/7/maps", kProgram + kShell}}));
    const auto events = address_events(*made.file, *made.columns, made.life(7));
    QVERIFY(events.ok());
    QCOMPARE(events.value().events.size(), std::size_t{1});
    QCOMPARE(events.value().events[0].operation, Operation::mapping_found);
    QCOMPARE(events.value().events[0].address, std::uint64_t{0x7f0000010000});
    QCOMPARE(events.value().left_out, std::uint64_t{0});
}

// mmap's result is in `exit`, mprotect's address in `a0` (docs/formats/audit.md).
void MemorySnapshotsTest::audit_names_addresses() {
    const std::string call =
        " success=yes exit=139637976793088 a0=0 a1=1000 a2=7 a3=22 items=0 ppid=3 pid=7 auid=0 uid=0 gid=0 "
        "euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"app\" exe=\"/srv/app\" "
        "key=(null)\n";
    std::string protect = call;
    protect.replace(protect.find("exit=139637976793088 a0=0"), 25, "exit=0 a0=7f0000010000");
    MadeCase made;
    QVERIFY(made.add(
        {{"1700000001_b/7/maps", kProgram + kShell},
         {"audit.log", "type=SYSCALL msg=audit(1700000000.100:1): arch=c000003e syscall=9" + call +
                           "type=SYSCALL msg=audit(1700000000.200:2): arch=c000003e syscall=10" + protect}}));
    const auto events = address_events(*made.file, *made.columns, made.life(7));
    QVERIFY(events.ok());
    std::vector<std::uint64_t> addresses;
    for (const AddressEvent& event : events.value().events) {
        addresses.push_back(event.address);
    }
    QCOMPARE(addresses, (std::vector<std::uint64_t>{139637976793088, 0x7f0000010000, 0x7f0000010000}));
}

// A recording of our own with ground truth: a library from /tmp is loaded into nginx, whose libc was written to by ptrace.
void MemorySnapshotsTest::a_recorded_injection_shows() {
    const std::string data = qEnvironmentVariable("TROCAR_DATA").toStdString() + "/linux/web01";
    if (!std::filesystem::exists(data + "/procfs")) {
        QSKIP("NO REAL SNAPSHOTS: set TROCAR_DATA to a folder with linux/web01; this test proves nothing now");
    }
    MadeCase made;
    QVERIFY(import_evidence(made.path, {data}, {}, builtin_importers(), {}).ok());
    QVERIFY(made.open());
    constexpr std::uint32_t kNginx = 319;
    const std::vector<MemorySnapshot> all = made.snapshots(kNginx);
    QCOMPARE(all.size(), std::size_t{10});
    const auto compared = compare_snapshots(*made.file, *made.columns, made.life(kNginx), all);
    QVERIFY(compared.ok());
    const MemoryComparison& c = compared.value();
    QVERIFY(!c.other_process);
    std::set<std::string> appeared;
    for (const RegionDifference& row : c.rows) {
        if (row.change == RegionChange::appeared) {
            appeared.insert(c.after.map.regions[row.after].path);
        }
    }
    QVERIFY(appeared.contains("/tmp/.cache/libz-cache.so"));
    // Every word that ptrace wrote lies in a region that can be run or written.
    int written = 0;
    for (const AddressEvent& event : c.events.events) {
        if (event.operation == Operation::ptrace_write) {
            const MemoryRegion* region = region_at(c.before.map, event.address);
            QVERIFY(region != nullptr && (region->executable() || region->writable()));
            ++written;
        }
    }
    QVERIFY(written > 0);
}

QTEST_GUILESS_MAIN(MemorySnapshotsTest)
#include "memory_snapshots_test.moc"
