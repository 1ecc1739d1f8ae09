// Progress in bytes of the files given, archives and all, and what the case keeps of files that were not read.
#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <random>

#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "tests/support/line_importer.h"
#include "tests/support/walked_archive.h"

using namespace trocar;
using namespace trocar::test;

namespace {

/// Bytes that do not pack.
std::string noise(std::size_t size, unsigned seed) {
    std::mt19937 random(seed);
    std::string out(size, '\0');
    for (char& c : out) {
        c = static_cast<char>(random());
    }
    return out;
}

}  // namespace

class ImportProgressTest : public QObject {
    Q_OBJECT

    struct Visit {
        std::string name;
        WalkPlace place;
    };
    /// Every input of a walk with its place; checks that places only grow and end within the bytes announced.
    std::vector<Visit> places(const std::vector<std::string>& paths) {
        std::vector<Visit> seen;
        WalkPlace place;
        std::vector<SkippedItem> skipped;
        const Status walked = walk_evidence(
            paths, {},
            [&](Input& input) {
                seen.push_back({std::filesystem::path(input.name()).filename().string(), place});
                return true;
            },
            skipped, {}, &place);
        if (!walked.ok()) {
            qWarning("%s", walked.error().message.c_str());
            return {};
        }
        std::uint64_t before = 0;
        for (const Visit& visit : seen) {
            if (visit.place.from < before || visit.place.to < visit.place.from) {
                qWarning("%s goes back", visit.name.c_str());
                return {};
            }
            before = visit.place.to;
        }
        return before <= evidence_bytes(paths, {}) ? seen : std::vector<Visit>{};
    }

private Q_SLOTS:
    void a_member_stands_for_its_packed_bytes_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("filter");
        QTest::newRow("zip") << "zip" << "none";
        QTest::newRow("7z") << "7zip" << "none";
        QTest::newRow("tar") << "ustar" << "none";
        QTest::newRow("tar.gz") << "ustar" << "gzip";
        QTest::newRow("tar.zst") << "ustar" << "zstd";
    }
    void a_member_stands_for_its_packed_bytes() {
        QFETCH(QString, format);
        QFETCH(QString, filter);
        QTemporaryDir dir;
        const std::string path = dir.filePath("x.archive").toStdString();
        // Members of noise, as large packed as plain: each stands for about an equal part.
        std::vector<Member> members;
        constexpr std::size_t kMembers = 8, kBytes = 600'000;
        for (unsigned i = 0; i < kMembers; ++i) {
            members.push_back({"m" + std::to_string(10 + i), noise(kBytes, i)});
        }
        put(path, made_archive(format.toStdString(), filter.toStdString(), members));
        const std::string after = dir.filePath("y.txt").toStdString();
        put(after, "plain");
        const std::vector<Visit> seen = places({path, after});
        QCOMPARE(seen.size(), kMembers + 1);
        const std::uint64_t size = std::filesystem::file_size(path);
        for (std::size_t i = 0; i < kMembers; ++i) {
            const auto ends = static_cast<double>(seen[i].place.to) / static_cast<double>(size);
            const double due = static_cast<double>(i + 1) / kMembers;
            QVERIFY2(ends > due - 0.12 && ends < due + 0.12, qPrintable(QString("member %1 ends at %2").arg(i).arg(ends)));
        }
        QCOMPARE(seen.back().place.from, size);  // whatever the last member said
        QCOMPARE(seen.back().place.to, size + 5);
    }

    void members_of_members_share_their_part() {
        QTemporaryDir dir;
        const std::string inner = made_archive("zip", "none", {{"a", noise(400'000, 1)}, {"b", noise(400'000, 2)}});
        const std::string path = dir.filePath("x.tar").toStdString();
        put(path, made_archive("ustar", "none", {{"c", noise(800'000, 3)}, {"inner.zip", inner}, {"d", noise(800'000, 4)}}));
        const std::vector<Visit> seen = places({path});
        QCOMPARE(seen.size(), std::size_t{4});  // c, a, b, d
        QCOMPARE(seen[1].place.from, seen[0].place.to);
        QVERIFY(seen[1].place.to > seen[1].place.from);
        QVERIFY(seen[2].place.to > seen[2].place.from);
        QVERIFY(seen[3].place.from >= seen[2].place.to);
        QVERIFY(seen[3].place.to > seen[3].place.from);
    }

    void bytes_of_a_folder_are_those_the_walk_opens() {
        QTemporaryDir dir;
        const std::string base = dir.path().toStdString();
        std::filesystem::create_directories(base + "/sub");
        std::filesystem::create_directories(base + "/__MACOSX");
        put(base + "/a", "12345");
        put(base + "/sub/b", "123");
        put(base + "/__MACOSX/c", "none of the evidence");
        put(base + "/._a", "nor this");
        std::filesystem::create_symlink(base + "/a", base + "/link");
        QCOMPARE(evidence_bytes({base}, {}), std::uint64_t{8});
        QCOMPARE(evidence_bytes({base + "/a", base + "/sub/b", base + "/missing"}, {}), std::uint64_t{8});
    }

    void an_archive_ends_at_its_own_size() {
        QTemporaryDir dir;
        const std::string path = dir.filePath("x.tar.gz").toStdString();
        std::string lines(kInjectionLines);
        for (int i = 0; i < 2000; ++i) {  // packs to a fraction
            lines += "time=2020-08-07 18:40:00\top=Event\n";
        }
        put(path, made_archive("ustar", "gzip", {{"a.lines", lines}, {"b.lines", std::string(kInjectionLines) + " "}}));
        std::vector<ImportProgress> told;
        ImportOptions options;
        options.progress = [&](const ImportProgress& progress) { told.push_back(progress); };
        const auto summary =
            import_evidence(dir.filePath("a.trocar").toStdString(), {path}, options, line_importers(), {});
        QVERIFY2(summary.ok(), summary.ok() ? "" : summary.error().message.c_str());
        const std::uint64_t size = std::filesystem::file_size(path);
        QVERIFY(size < lines.size() / 2);
        std::uint64_t before = 0;
        for (const ImportProgress& one : told) {
            QCOMPARE(one.total_bytes, size);
            QVERIFY(one.total_bytes_done >= before && one.total_bytes_done <= size);
            before = one.total_bytes_done;
        }
        QCOMPARE(before, size);
    }

    void files_that_were_not_read_stay_named() {
        QTemporaryDir dir;
        const std::string base = dir.path().toStdString();
        put(base + "/good.lines", std::string(kInjectionLines));
        put(base + "/notes.docx", "just words");
        put(base + "/part.lines", "#lines\ntime=2020-08-07 18:32:42\top=Event\nstop\n");
        put(base + "/x.tar", made_archive("ustar", "none", {{"link", "", AE_IFLNK, "/etc/shadow"}}));
        const std::string path = base + "/a.trocar";
        const std::vector<std::string> given{base + "/good.lines", base + "/notes.docx", base + "/part.lines", base + "/x.tar"};
        QVERIFY(import_evidence(path, given, {}, line_importers(), {}).ok());
        const auto lines = [&] {
            QStringList out;
            const auto opened = CaseFile::open(path, CaseFile::Mode::read_only);
            const Result<CaseInfo> info = opened.ok() ? opened.value()->info() : Result<CaseInfo>(opened.error());
            for (const LogLine& line : info.ok() ? info.value().not_read : std::vector<LogLine>{}) {
                out += QString::fromStdString(line.what.substr(base.size() + 1));
            }
            return out;
        };
        const QStringList first = lines();
        QCOMPARE(first.size(), 3);
        QVERIFY(first[0].startsWith("notes.docx was not read: "));
        QCOMPARE(first[1], QString("part.lines was read in part: the line says stop"));
        QCOMPARE(first[2], QString("x.tar!/link: a symbolic link within the archive: not followed"));
        // A later import adds its own and keeps these.
        put(base + "/more.lines", std::string(kInjectionLines) + " ");
        QVERIFY(import_evidence(path, {base + "/more.lines", base + "/good.lines"}, {}, line_importers(), {}).ok());
        QCOMPARE(lines().mid(0, 3), first);
        QCOMPARE(lines().size(), 4);
        QVERIFY(lines()[3].startsWith("good.lines: it is in the case already"));
    }
};

QTEST_GUILESS_MAIN(ImportProgressTest)
#include "import_progress_test.moc"
