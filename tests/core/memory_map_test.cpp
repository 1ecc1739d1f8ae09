#include "core/memory/memory_map.h"

#include "core/base/text.h"
#include "core/memory/map_difference.h"

#include <QTest>

#include <string>
#include <vector>

using namespace trocar;

namespace {

namespace rf = region_finding;

const std::string kApp =
    "00400000-00401000 r-xp 00000000 fe:00 12                         /srv/app\n"
    "00401000-00402000 rw-p 00001000 fe:00 12                         /srv/app\n";
const std::string kHeap = "00a00000-00a10000 rw-p 00000000 00:00 0                          [heap]\n";

/// "0x400000-0x401000 r-xp image", with findings behind it.
std::string told(const MemoryRegion& region) {
    std::string out = hex(region.start) + '-' + hex(region.end) + ' ' + std::string(region.rights()) + ' ' +
                      std::string(name(region.kind));
    for (const std::uint8_t bit : kRegionFindings) {
        out += (region.findings & bit) != 0 ? " !" + std::string(name_of_finding(bit)) : "";
    }
    return out;
}

/// "grown 0xa00000-0xa20000", one row a line; of a vanished region its place before.
std::string told(const MemoryMap& before, const MemoryMap& after) {
    std::string out;
    for (const RegionDifference& row : compare(before, after)) {
        const bool gone = row.after == RegionDifference::kNone;
        const MemoryRegion& region = gone ? before.regions[row.before] : after.regions[row.after];
        out += std::string(name(row.change)) + ' ' + hex(region.start) + '-' + hex(region.end) + '\n';
    }
    return out;
}

}  // namespace

class MemoryMapTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_map_is_read_in_order();
    void kinds_and_findings_data();
    void kinds_and_findings();
    void changed_pages_need_smaps();
    void overlaps_and_bad_lines_are_counted();
    void a_million_lines_are_capped();
    void regions_are_found_by_address();
    void differences_data();
    void differences();
    void pages_that_changed_between();
    void an_empty_map_is_no_map();
};

void MemoryMapTest::a_map_is_read_in_order() {
    const MemoryMap map = read_memory_map(kHeap + kApp);
    QCOMPARE(map.regions.size(), std::size_t{3});
    QCOMPARE(told(map.regions[0]), std::string("0x400000-0x401000 r-xp image"));
    QCOMPARE(told(map.regions[1]),
             std::string("0x401000-0x402000 rw-p image"));  // its other part is executable
    QCOMPARE(told(map.regions[2]), std::string("0xa00000-0xa10000 rw-p heap"));
    QCOMPARE(map.regions[1].offset, std::uint64_t{0x1000});
    QCOMPARE(map.regions[1].device, std::string("fe:00"));
    QCOMPARE(map.regions[1].inode, std::uint64_t{12});
    QVERIFY(!map.has_pages);
}

void MemoryMapTest::kinds_and_findings_data() {
    QTest::addColumn<QString>("rest");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* rest, const char* expected) {
        QTest::newRow(rest) << QString::fromLatin1(rest) << QString::fromLatin1(expected);
    };
    row("rwxp 00000000 00:00 0", "rwxp anonymous !anonymous rwx");
    row("r-xp 00000000 00:00 0", "r-xp anonymous !anonymous code");
    row("rw-p 00000000 00:00 0", "rw-p anonymous");
    row("rwxp 00000000 00:00 0 [stack]", "rwxp stack !anonymous rwx");
    row("rw-p 00000000 00:00 0 [stack:77]", "rw-p stack");
    row("r-xp 00000000 00:00 0 [vdso]", "r-xp vdso");
    row("--xp 00000000 00:00 0 [vsyscall]", "--xp kernel");
    row("r-xp 00000000 00:01 9 /memfd:x (deleted)", "r-xp memfd !memfd code");
    row("rw-s 00000000 00:01 9 /memfd:x (deleted)", "rw-s memfd");
    row("r-xp 00000000 fe:00 9 /tmp/x.so (deleted)", "r-xp deleted !code of a deleted file");
    row("r--p 00000000 fe:00 9 /tmp/x.so (deleted)", "r--p deleted");
    row("r--p 00000000 fe:00 9 /etc/passwd", "r--p file");
    row("r-xp 00000000 fe:00 9 /usr/lib/x.so", "r-xp image");
}

void MemoryMapTest::kinds_and_findings() {
    QFETCH(QString, rest);
    QFETCH(QString, expected);
    const MemoryMap map = read_memory_map("1000-2000 " + rest.toStdString() + "\n");
    QCOMPARE(map.regions.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(told(map.regions[0])), QStringLiteral("0x1000-0x2000 ") + expected);
}

void MemoryMapTest::changed_pages_need_smaps() {
    const std::string dirty = "Size: 4 kB\nAnonymous:             4 kB\n",
                      clean = "Size: 4 kB\nAnonymous:             0 kB\n";
    const MemoryMap map = read_memory_map("1000-2000 r-xp 0 fe:00 9 /usr/lib/x.so\n" + dirty +
                                          "2000-3000 rw-p 0 fe:00 9 /usr/lib/x.so\n" + dirty +
                                          "3000-4000 r-xp 0 fe:00 8 /usr/lib/y.so\n" + clean +
                                          "5000-6000 r-xp 0 00:00 0 [vdso]\n" + dirty);
    QVERIFY(map.has_pages);
    QCOMPARE(map.bad_lines, std::uint64_t{0});
    QCOMPARE(map.regions[0].findings, rf::kDirtyCode);
    QCOMPARE(map.regions[1].findings, std::uint8_t{0});  // data is meant to change
    QCOMPARE(map.regions[2].findings, std::uint8_t{0});
    QCOMPARE(map.regions[3].findings, rf::kChangedVdso);
    QVERIFY(!read_memory_map(kApp).regions[0].anonymous_kb.has_value());
}

void MemoryMapTest::overlaps_and_bad_lines_are_counted() {
    const MemoryMap map =
        read_memory_map("zzz\n" + kApp + "00400000-00401000 rwxp 00000000 00:00 0\n2000-1000 r-xp 0 0:0 0\n" +
                        "fffffffffffff000-ffffffffffffffff r-xp 00000000 00:00 0 [vsyscall]\n");
    QCOMPARE(map.bad_lines, std::uint64_t{2});
    QCOMPARE(map.overlapping, std::uint64_t{1});
    QCOMPARE(map.regions.size(), std::size_t{3});
}

void MemoryMapTest::a_million_lines_are_capped() {
    constexpr std::uint64_t kLines = 1'000'000;
    std::string text;
    for (std::uint64_t i = 1; i <= kLines; ++i) {
        text += hex(i * 0x2000).substr(2) + '-' + hex(i * 0x2000 + 0x1000).substr(2) + " rwxp 0 0:0 0\n";
    }
    const MemoryMap map = read_memory_map(text);
    QCOMPARE(map.regions.size(), kMaxRegions);
    QCOMPARE(map.left_out, kLines - kMaxRegions);
    QCOMPARE(compare(map, map).size(), kMaxRegions);
    std::stop_source stopped;
    stopped.request_stop();
    QVERIFY(read_memory_map(text, stopped.get_token()).regions.empty());
}

void MemoryMapTest::regions_are_found_by_address() {
    const MemoryMap map = read_memory_map(kApp + kHeap);
    QCOMPARE(region_at(map, 0x400fff)->start, std::uint64_t{0x400000});
    QCOMPARE(region_at(map, 0x401000)->start, std::uint64_t{0x401000});
    QVERIFY(region_at(map, 0x402000) == nullptr);
    QVERIFY(region_at(map, 0) == nullptr);
    QVERIFY(region_at(MemoryMap{}, 0x400000) == nullptr);
}

void MemoryMapTest::differences_data() {
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* what, const char* before, const char* after, const char* expected) {
        QTest::newRow(what) << QString::fromLatin1(before) << QString::fromLatin1(after)
                            << QString::fromLatin1(expected);
    };
    row("the same", "1000-2000 r--p 0 0:0 0\n", "1000-2000 r--p 0 0:0 0\n", "same 0x1000-0x2000\n");
    row("one came", "1000-2000 r--p 0 0:0 0\n", "1000-2000 r--p 0 0:0 0\n5000-6000 rwxp 0 0:0 0\n",
        "same 0x1000-0x2000\nappeared 0x5000-0x6000\n");
    row("one went", "1000-2000 r--p 0 0:0 0\n5000-6000 rwxp 0 0:0 0\n", "1000-2000 r--p 0 0:0 0\n",
        "same 0x1000-0x2000\nvanished 0x5000-0x6000\n");
    row("the heap grew", "1000-2000 rw-p 0 0:0 0 [heap]\n", "1000-4000 rw-p 0 0:0 0 [heap]\n",
        "grown 0x1000-0x4000\n");
    row("it shrank", "1000-4000 rw-p 0 0:0 0 [heap]\n", "1000-2000 rw-p 0 0:0 0 [heap]\n",
        "shrunk 0x1000-0x2000\n");
    row("made executable", "1000-2000 rw-p 0 0:0 0\n", "1000-2000 r-xp 0 0:0 0\n",
        "protection 0x1000-0x2000\n");
    row("split by mprotect", "1000-4000 rw-p 0 0:0 0\n",
        "1000-2000 rw-p 0 0:0 0\n2000-3000 rwxp 0 0:0 0\n3000-4000 rw-p 0 0:0 0\n",
        "same 0x1000-0x2000\nprotection 0x2000-0x3000\nsame 0x3000-0x4000\n");
    row("of a file, split", "1000-3000 r--p 0 fe:00 5 /a\n",
        "1000-2000 r--p 0 fe:00 5 /a\n2000-3000 rw-p 1000 fe:00 5 /a\n",
        "same 0x1000-0x2000\nprotection 0x2000-0x3000\n");
    row("another file", "1000-2000 r-xp 0 fe:00 5 /a\n", "1000-2000 r-xp 0 fe:00 6 /b\n",
        "replaced 0x1000-0x2000\n");
    row("another part of it", "1000-2000 r-xp 0 fe:00 5 /a\n", "1000-2000 r-xp 1000 fe:00 5 /a\n",
        "replaced 0x1000-0x2000\n");
    row("the file was deleted", "1000-2000 r-xp 0 fe:00 5 /a\n", "1000-2000 r-xp 0 fe:00 5 /a (deleted)\n",
        "same 0x1000-0x2000\n");
    row("overwritten by anonymous memory", "1000-2000 r-xp 0 fe:00 5 /a\n", "1000-2000 rwxp 0 0:0 0\n",
        "replaced 0x1000-0x2000\n");
}

void MemoryMapTest::differences() {
    QFETCH(QString, before);
    QFETCH(QString, after);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(
                 told(read_memory_map(before.toStdString()), read_memory_map(after.toStdString()))),
             expected);
}

void MemoryMapTest::pages_that_changed_between() {
    const std::string lib = "1000-2000 r-xp 0 fe:00 5 /a\n", data = "3000-4000 rw-p 0 0:0 0\n";
    const auto kb = [](int n) { return "Anonymous: " + std::to_string(n) + " kB\n"; };
    const MemoryMap before = read_memory_map(lib + kb(0) + data + kb(4));
    QCOMPARE(told(before, read_memory_map(lib + kb(4) + data + kb(8))),
             std::string("pages 0x1000-0x2000\nsame 0x3000-0x4000\n"));
    QCOMPARE(told(before, read_memory_map(lib + data)),
             std::string("same 0x1000-0x2000\nsame 0x3000-0x4000\n"));
}

void MemoryMapTest::an_empty_map_is_no_map() {
    QVERIFY(read_memory_map("").regions.empty());
    QVERIFY(compare({}, {}).empty());
    QCOMPARE(told({}, read_memory_map(kHeap)), std::string("appeared 0xa00000-0xa10000\n"));
    QCOMPARE(told(read_memory_map(kHeap), {}), std::string("vanished 0xa00000-0xa10000\n"));
}

QTEST_GUILESS_MAIN(MemoryMapTest)
#include "memory_map_test.moc"
