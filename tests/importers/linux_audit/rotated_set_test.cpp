// The files of a rotated audit log as one source: order, events cut in two, where each record lies, copies, gaps.
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ingest/rotated_set.h"
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "importers/linux_audit/linux_audit.h"
#include "tests/support/recording_sink.h"
#include "tests/support/walked_archive.h"

using namespace trocar;
using namespace trocar::test;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;  ///< names and texts
using Fields = std::vector<std::pair<std::string, std::string>>;

std::string record(const char* type, int serial, const std::string& body) {
    return "type=" + std::string(type) + " msg=audit(1700000000.004:" + std::to_string(serial) + "): " + body;
}

/// Events whose records lie among those of others, and one that comes before its predecessor.
std::vector<std::string> made_lines() {
    std::vector<std::string> lines;
    for (const int serial : {10, 12, 11, 13, 14}) {
        lines.push_back(record("SYSCALL", serial, "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=" +
                                                      std::to_string(serial) + " uid=0 comm=\"x\" exe=\"/bin/x\""));
        lines.push_back(record("EXECVE", serial, "argc=2 a0=\"x\" a1=\"" + std::to_string(serial) + "\""));
        if (serial != 10) {
            lines.push_back(record("PROCTITLE", serial == 12 ? 10 : serial == 11 ? 12 : serial, "proctitle=\"late\""));
        }
    }
    lines.emplace_back("no audit record");
    lines.push_back(record("PROCTITLE", 11, "proctitle=\"latest\""));
    return lines;
}

std::string joined(const std::vector<std::string>& lines, std::size_t from, std::size_t to, bool last_break = true) {
    std::string text;
    for (std::size_t i = from; i < to; ++i) {
        text += lines[i] + (i + 1 < to || last_break ? "\n" : "");
    }
    return text;
}

RecordingSink read_set(const Files& files, std::vector<SkippedItem>& skipped) {
    RotatedSet set;
    RecordingSink sink;
    for (const auto& [name, text] : files) {
        const std::string member = "evidence.zip!/" + name;
        if (!set.add(*memory_input(member, text), *rotated_name(member)).ok()) {
            ++sink.losses["ERROR"];
        }
    }
    auto input = set.finish(skipped);
    if (!input.ok() || !make_linux_audit_importer()->parse(*input.value(), {}, sink, {}).ok()) {
        ++sink.losses["ERROR"];
    }
    return sink;
}

bool is_place(const std::string& field) { return field == "LogFile" || field == "LogOffset"; }

/// What an event says, but for the place of its records.
std::string said(const RecordedEvent& e) {
    std::string out = e.raw + " " + e.text + " " + e.command_line + " ";
    for (const auto& [name, value] : e.fields) {
        out += is_place(name) ? "" : name + "=" + value + " ";
    }
    return out;
}

/// The records that the places of an event lead to, in order, a line each; each place once in `seen`.
std::string records_at_places(const RecordedEvent& e, const Files& files, std::set<std::pair<std::string, std::string>>& seen) {
    std::string out, file;
    for (const auto& [name, value] : e.fields) {
        file = name == "LogFile" ? value : file;
        if (name != "LogOffset") {
            continue;
        }
        seen.insert({file, value});
        for (const auto& [own, text] : files) {
            if (file == "evidence.zip!/" + own) {
                const std::size_t at = std::stoul(value);
                out += text.substr(at, text.find('\n', at) - at) + "\n";
            }
        }
    }
    return out;
}

}  // namespace

class RotatedSetTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void names_data();
    void names();
    void events_cut_anywhere_are_one();
    void old_to_new_whatever_the_order_given();
    void copies_are_read_once();
    void a_missing_file_is_named();
    void one_file_is_what_it_was();
    void folders_and_archives();
    void files_of_other_folders_are_apart();
};

void RotatedSetTest::names_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("set");
    QTest::addColumn<QString>("date");
    QTest::addColumn<int>("number");
    QTest::newRow("newest") << "/a/audit.log" << "/a/audit.log" << "" << 0;
    QTest::newRow("numbered") << "/a/audit.log.12" << "/a/audit.log" << "" << 12;
    QTest::newRow("packed") << "/a/audit.log.2.gz!/audit.log.2" << "/a/audit.log" << "" << 2;
    QTest::newRow("dated") << "/a/audit.log-20241124" << "/a/audit.log" << "20241124" << 0;
    QTest::newRow("dated by second") << "/a/audit.log-20241124-1732406400.gz!/audit.log-20241124-1732406400" << "/a/audit.log"
                                     << "202411241732406400" << 0;
    QTest::newRow("member") << "x.tar!/var/audit.log.1" << "x.tar!/var/audit.log" << "" << 1;
    QTest::newRow("packed member") << "x.zip!/var/audit.log.1.xz!/audit.log.1" << "x.zip!/var/audit.log" << "" << 1;
    QTest::newRow("member of a tar named alike") << "audit.log.tar!/other.log" << "audit.log.tar!/other.log" << "" << 0;
    QTest::newRow("no log") << "/a/audit.txt" << "" << "" << 0;
    QTest::newRow("no name") << "/a/.log" << "" << "" << 0;
    QTest::newRow("no number") << "/a/audit.log.x" << "" << "" << 0;
    QTest::newRow("number too long") << "/a/audit.log.1234567890123" << "" << "" << 0;
}

void RotatedSetTest::names() {
    QFETCH(QString, name);
    QFETCH(QString, set);
    QFETCH(QString, date);
    QFETCH(int, number);
    const auto found = rotated_name(name.toStdString());
    QCOMPARE(found.has_value(), !set.isEmpty());
    if (found) {
        QCOMPARE(QString::fromStdString(found->set), set);
        QCOMPARE(QString::fromStdString(found->date), date);
        QCOMPARE(static_cast<int>(found->number), number);
    }
}

void RotatedSetTest::events_cut_anywhere_are_one() {
    const std::vector<std::string> lines = made_lines();
    RecordingSink whole;
    QVERIFY(make_linux_audit_importer()->parse(*memory_input("audit.log", joined(lines, 0, lines.size())), {}, whole, {}).ok());
    QCOMPARE(whole.events.size(), std::size_t{5});
    for (std::size_t first = 1; first < lines.size(); ++first) {
        for (std::size_t second = first + 1; second <= lines.size(); ++second) {
            Files files{{"audit.log.2", joined(lines, 0, first, first % 2 == 0)}, {"audit.log.1", joined(lines, first, second)}};
            if (second < lines.size()) {
                files.emplace_back("audit.log", joined(lines, second, lines.size(), false));
            }
            std::vector<SkippedItem> skipped;
            const RecordingSink cut = read_set(files, skipped);
            QVERIFY(skipped.empty());
            QCOMPARE(cut.losses, whole.losses);
            QCOMPARE(cut.events.size(), whole.events.size());
            std::set<std::pair<std::string, std::string>> places;
            for (std::size_t i = 0; i < cut.events.size(); ++i) {
                QCOMPARE(said(cut.events[i]), said(whole.events[i]));
                QCOMPARE(records_at_places(cut.events[i], files, places), cut.events[i].raw);
            }
            QCOMPARE(places.size(), lines.size() - 1);  // each record once; one line is none
        }
    }
}

void RotatedSetTest::old_to_new_whatever_the_order_given() {
    const std::vector<std::string> lines = made_lines();
    Files files{{"audit.log-20241101", joined(lines, 0, 3)}, {"audit.log-20241102", joined(lines, 3, 5)},
                {"audit.log.10", joined(lines, 5, 7)}, {"audit.log.9", joined(lines, 7, 9)},
                {"audit.log", joined(lines, 9, lines.size())}};
    std::vector<SkippedItem> skipped;
    const RecordingSink expected = read_set(files, skipped);
    do {
        skipped.clear();
        const RecordingSink found = read_set(files, skipped);
        QCOMPARE(found.events.size(), expected.events.size());
        for (std::size_t i = 0; i < found.events.size(); ++i) {
            QCOMPARE(said(found.events[i]), said(expected.events[i]));
        }
    } while (std::next_permutation(files.begin(), files.end()));
}

void RotatedSetTest::copies_are_read_once() {
    const std::vector<std::string> lines = made_lines();
    const std::string old = joined(lines, 0, 7), newest = joined(lines, 7, lines.size());
    std::vector<SkippedItem> skipped;
    const RecordingSink sink = read_set({{"audit.log", newest}, {"audit.log.1", old}, {"audit.log.1", old}, {"audit.log.2", old}}, skipped);
    QCOMPARE(sink.events.size(), std::size_t{5});
    QCOMPARE(skipped.size(), std::size_t{2});
    QVERIFY(skipped[0].reason.find("audit.log.2") != std::string::npos);
    skipped.clear();
    QCOMPARE(read_set({{"audit.log", old}, {"audit.log.1", old}}, skipped).events.size(),
             read_set({{"audit.log", old}}, skipped).events.size());
}

void RotatedSetTest::a_missing_file_is_named() {
    const std::vector<std::string> lines = made_lines();
    std::vector<SkippedItem> skipped;
    (void)read_set({{"audit.log", joined(lines, 9, 11)}, {"audit.log.2", joined(lines, 5, 9)}, {"audit.log.99999", joined(lines, 0, 5)}}, skipped);
    QCOMPARE(skipped.size(), std::size_t{2});
    QCOMPARE(skipped[0].name, std::string("evidence.zip!/audit.log.99998 to .3"));
    QCOMPARE(skipped[1].name, std::string("evidence.zip!/audit.log.1"));
    QVERIFY(skipped[0].lost && skipped[1].lost);
}

void RotatedSetTest::one_file_is_what_it_was() {
    RotatedSet set;
    const auto name = rotated_name("x.zip!/audit.log");
    QVERIFY(name.has_value());
    QVERIFY(set.add(*memory_input("x.zip!/audit.log", "text"), *name).ok());
    std::vector<SkippedItem> skipped;
    const auto input = set.finish(skipped);
    QVERIFY(input.ok());
    QCOMPARE(input.value()->name(), std::string("x.zip!/audit.log"));
    QVERIFY(input.value()->parts().empty());
    std::string text(9, '.');
    const auto got = input.value()->read_at(1, std::as_writable_bytes(std::span(text)));
    QVERIFY(got.ok());
    QCOMPARE(text.substr(0, got.value()), std::string("ext"));
    RotatedSet gone;
    QVERIFY(!gone.add(*memory_input("/nowhere/audit.log", "text"), *rotated_name("/nowhere/audit.log")).ok());
}

void RotatedSetTest::folders_and_archives() {
    QTemporaryDir folder;
    const std::string root = folder.path().toStdString();
    const std::vector<std::string> lines = made_lines();
    const std::string oldest = joined(lines, 0, 4), middle = joined(lines, 4, 9), newest = joined(lines, 9, lines.size());
    std::filesystem::create_directory(root + "/set");
    put(root + "/set/audit.log.2.gz", made_archive("raw", "gzip", {{"audit.log.2", oldest}}));
    put(root + "/set/audit.log.1", middle);
    put(root + "/set/audit.log", newest);
    const std::vector<Member> members{{"audit/audit.log", newest}, {"audit/audit.log.1", middle},
                                      {"audit/audit.log.2.gz", made_archive("raw", "gzip", {{"x", oldest}})}};
    put(root + "/set.zip", made_archive("zip", "none", members));
    put(root + "/set.tar.gz", made_archive("ustar", "gzip", members));
    const std::vector<std::vector<std::string>> ways{
        {root + "/set"}, {root + "/set.zip"}, {root + "/set.tar.gz"},
        {root + "/set/audit.log", root + "/set/audit.log.2.gz", root + "/set/audit.log.1", root + "/set/audit.log.1"}};
    for (const auto& paths : ways) {
        const std::string target = root + "/case.trocar";
        std::filesystem::remove(target);
        std::uint64_t before = 0;
        bool back = false;
        ImportOptions options;
        options.progress = [&](const ImportProgress& p) {
            back = back || p.total_bytes_done < before;
            before = p.total_bytes_done;
        };
        const auto summary = import_evidence(target, paths, options, builtin_importers(), {});
        QVERIFY2(summary.ok(), summary.ok() ? "" : summary.error().message.c_str());
        QCOMPARE(summary.value().events, std::uint64_t{5});
        QCOMPARE(summary.value().files.size(), std::size_t{1});
        QVERIFY(!back);
        auto opened = CaseFile::open(target, CaseFile::Mode::read_only);
        QVERIFY(opened.ok());
        const auto rows = opened.value()->events(std::vector<EventId>{EventId{0}});
        QVERIFY(rows.ok());
        std::string files;
        for (const auto& [name, value] : rows.value().front().fields) {
            files += name == "LogFile" ? value.substr(value.rfind('/')) + " " : "";
        }
        QCOMPARE(files, std::string("/audit.log.2 /audit.log.1 "));  // SYSCALL and EXECVE of 10, then its title
        const auto again = import_evidence(target, paths, {}, builtin_importers(), {});
        QVERIFY(again.ok());
        QCOMPARE(again.value().events, std::uint64_t{0});
    }
}

void RotatedSetTest::files_of_other_folders_are_apart() {
    QTemporaryDir folder;
    const std::string root = folder.path().toStdString();
    const std::vector<std::string> lines = made_lines();
    for (const char* host : {"/a", "/b"}) {
        std::filesystem::create_directory(root + host);
    }
    put(root + "/a/audit.log.1", joined(lines, 0, 1));
    put(root + "/b/audit.log", joined(lines, 1, 2));
    const auto summary = import_evidence(root + "/case.trocar", {root + "/a", root + "/b"}, {}, builtin_importers(), {});
    QVERIFY(summary.ok());
    QCOMPARE(summary.value().files.size(), std::size_t{2});
    QCOMPARE(summary.value().events, std::uint64_t{2});
}

QTEST_GUILESS_MAIN(RotatedSetTest)
#include "rotated_set_test.moc"
