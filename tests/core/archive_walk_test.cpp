#include "core/ingest/evidence_walk.h"
#include "core/ingest/inputs.h"
#include "tests/support/walked_archive.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <optional>

using namespace trocar;
using namespace trocar::test;

class ArchiveWalkTest : public QObject {
    Q_OBJECT

    std::optional<QTemporaryDir> folder_;
    std::string base_;
    std::string at(const std::string& name) const { return base_ + "/" + name; }

private Q_SLOTS:
    void init() {
        folder_.emplace();
        QVERIFY(folder_->isValid());
        base_ = folder_->path().toStdString();
    }

    void archives_by_content_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        const QString two = "%1!/a.json = one\n%1!/d/b.json = two\n";
        const auto row = [&](const char* format, const char* filter, const char* name) {
            QTest::addRow("%s.%s as %s", format, filter, name) << format << filter << name << two.arg(name);
        };
        row("zip", "none", "x.zip");
        row("zip", "none", "x.txt");
        row("7zip", "none", "x.7z");
        row("ustar", "none", "x.tar");
        row("gnutar", "none", "x.bin");
        row("v7tar", "none", "x.tar");
        row("pax", "gzip", "x.tar.gz");
        row("ustar", "gzip", "x.txt");
        row("ustar", "zstd", "x.tar.zst");
        row("ustar", "xz", "x.tar.xz");
        row("ustar", "bzip2", "x.tbz");
        QTest::addRow("gz") << "raw"
                            << "gzip"
                            << "cap.JSON.gz"
                            << "cap.JSON.gz!/cap.JSON = one\n";
        QTest::addRow("gz as txt") << "raw"
                                   << "gzip"
                                   << "cap.txt"
                                   << "cap.txt!/cap.txt = one\n";
        QTest::addRow("zst") << "raw"
                             << "zstd"
                             << "cap.evtx.zst"
                             << "cap.evtx.zst!/cap.evtx = one\n";
    }
    void archives_by_content() {
        QFETCH(QString, format);
        QFETCH(QString, filter);
        QFETCH(QString, name);
        QFETCH(QString, expected);
        std::vector<Member> members{{"a.json", "one"}, {"d/b.json", "two"}};
        if (format == "raw") {
            members.resize(1);
        }
        put(at(name.toStdString()), made_archive(format.toStdString(), filter.toStdString(), members));
        QCOMPARE(QString::fromStdString(walk(base_, {name.toStdString()}).text()), expected);
    }

    void member_names_are_never_paths() {
        const std::string victim = at("victim");
        put(at("x.tar"), made_archive("ustar", "none",
                                      {{"../victim", "one"},
                                       {"/etc/passwd", "two"},
                                       {"link", "", AE_IFLNK, "/etc/shadow"},
                                       {"dir/", "", AE_IFDIR},
                                       {"node", "", AE_IFCHR},
                                       {"__MACOSX/._a.json", "junk"},
                                       {"empty", ""}}));
        const Walked w = walk(base_, {"x.tar"});
        QCOMPARE(w.text(),
                 std::string("x.tar!/../victim = one\nx.tar!//etc/passwd = two\n"
                             "skipped x.tar!/link: a symbolic link within the archive: not followed\n"
                             "skipped x.tar!/node: a device, pipe or socket within the archive: holds no "
                             "evidence\n"
                             "skipped x.tar!/__MACOSX/._a.json: Finder metadata, no evidence\n"
                             "skipped x.tar!/empty: empty\n"));
        QVERIFY(::access(victim.c_str(), F_OK) != 0);
    }

    void names_outside_ascii_survive_any_locale() {
        put(at("x.tar"), made_archive("ustar", "none", {{"B\xc3\xbcro.json", "one"}}));
        QCOMPARE(walk(base_, {"x.tar"}).text(), std::string("x.tar!/B\xc3\xbcro.json = one\n"));
    }

    void archives_within_archives_to_the_depth_limit() {
        std::string bytes = made_archive("zip", "none", {{"deep.json", "one"}});
        for (int i = 2; i <= 4; ++i) {
            bytes = made_archive("zip", "none", {{"level.zip", bytes}, {"side.json", std::to_string(i)}});
        }
        put(at("x.zip"), bytes);
        const std::string three = "x.zip!/level.zip!/level.zip!/level.zip";
        QCOMPARE(walk(base_, {"x.zip"}).seen.front(), three + "!/deep.json = one");
        WalkLimits limits;
        limits.max_depth = 3;
        const Walked w = walk(base_, {"x.zip"}, limits);
        QCOMPARE(w.seen.size(), std::size_t{3});
        QCOMPARE(w.skipped.size(), std::size_t{1});
        QCOMPARE(w.skipped[0].name, three);
        QVERIFY(w.skipped[0].reason.find("limit max_depth") != std::string::npos);
    }

    void an_archive_bomb_names_its_limit() {
        WalkLimits limits;
        limits.max_ratio = 100;
        const std::string bomb = made_archive("raw", "gzip", {{"data", std::string(66U << 20, 'A')}});
        put(at("bomb.gz"), bomb);
        put(at("nested.zip"),
            made_archive("zip", "none", {{"a.json", "one"}, {"bomb.gz", bomb}, {"z.json", "two"}}));
        put(at("z.json"), "three");
        const Walked w = walk(base_, {""}, limits);
        QVERIFY(w.status.ok());
        QCOMPARE(w.skipped.size(), std::size_t{3});
        QCOMPARE(w.skipped[2].reason, std::string("what may follow member 2 was not read"));  // of nested.zip: z.json
        QCOMPARE(w.skipped[0].name, std::string("bomb.gz!/bomb"));
        QVERIFY(w.skipped[0].reason.find("limit max_ratio") != std::string::npos);
        QCOMPARE(w.skipped[1].name, std::string("nested.zip!/bomb.gz!/bomb"));
        QCOMPARE(w.seen.back(), std::string("z.json = three"));  // other evidence is still read
    }

    void size_and_count_limits_end_the_walk() {
        put(at("x.zip"), made_archive("zip", "none", {{"a", "12345678"}, {"b", "12345678"}, {"c", "1"}}));
        WalkLimits limits;
        limits.max_members = 2;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_members") != std::string::npos);
        QCOMPARE(walk(base_, {"x.zip"}, limits).status.error().kind, ErrorKind::limit);
        limits = {};
        limits.max_member_bytes = 4;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_member_bytes") != std::string::npos);
        limits = {};
        limits.max_total_bytes = 100;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_total_bytes") != std::string::npos);
    }

    void a_large_member_goes_through_a_temporary_file() {
        std::string large(70U << 20, '\0');
        for (std::size_t i = 0; i < large.size(); i += 4096) {
            large[i] = static_cast<char>(i >> 12);
        }
        put(at("x.tar"), made_archive("ustar", "none", {{"large", large}}));
        ::mkdir(at("spool").c_str(), 0755);
        qputenv("TMPDIR", QByteArray::fromStdString(at("spool")));
        std::vector<SkippedItem> skipped;
        bool same = false;
        const Status status =
            walk_evidence({at("x.tar")}, {},
                          [&](Input& input) {
                              std::string back(static_cast<std::size_t>(input.size()), '\1');
                              const auto got = input.read_at(0, std::as_writable_bytes(std::span(back)));
                              same = got.ok() && back == large;
                              return true;
                          },
                          skipped, {});
        QVERIFY(status.ok());
        QVERIFY(same);
        QVERIFY(QDir(QString::fromStdString(at("spool"))).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot));
        qputenv("TMPDIR", "/nowhere");
        const Walked w = walk(base_, {"x.tar"});
        qunsetenv("TMPDIR");
        QVERIFY(!w.status.ok());
        QCOMPARE(w.status.error().kind, ErrorKind::storage);
    }

    void unpacking_stops_before_the_disk_is_full_data() {
        QTest::addColumn<qulonglong>("size");
        QTest::addColumn<qulonglong>("limit");
        QTest::newRow("large disk: 512 MiB are left") << qulonglong{1000ULL << 30} << qulonglong{512ULL << 20};
        QTest::newRow("small disk: a twentieth is left") << qulonglong{2000ULL << 20} << qulonglong{100ULL << 20};
    }
    void unpacking_stops_before_the_disk_is_full() {
        QFETCH(qulonglong, size);
        QFETCH(qulonglong, limit);
        std::uint64_t left = limit;
        int asked = 0;
        Spool spool([&](int file) {
            asked += file >= 0 ? 1 : 0;
            return std::optional(DiskSpace{left, size});
        });
        const std::vector<std::byte> piece(1 << 20);
        for (std::uint64_t at = 0; at < Spool::kMemoryBytes; at += piece.size()) {
            QVERIFY(spool.add(piece).ok());
        }
        QCOMPARE(asked, 0);  // nothing of it is on the disk
        const auto add_until_asked = [&] {
            Status added;
            for (const int before = asked; added.ok() && asked == before;) {
                added = spool.add(piece);
            }
            return added;
        };
        QVERIFY(add_until_asked().ok());
        QVERIFY(add_until_asked().ok());
        --left;
        const Status full = add_until_asked();
        QVERIFY(!full.ok());
        QCOMPARE(full.error().kind, ErrorKind::storage);
        QVERIFY(full.error().message.find("the disk is nearly full") != std::string::npos);
        QVERIFY(full.error().remedy.find("TMPDIR") != std::string::npos);
    }

    void a_disk_that_says_nothing_is_written_to() {
        Spool spool([](int) { return std::optional<DiskSpace>(); });
        const std::vector<std::byte> piece(1 << 20);
        for (int i = 0; i < 130; ++i) {
            QVERIFY(spool.add(piece).ok());
        }
        QCOMPARE(spool.finish("x")->size(), std::uint64_t{130} << 20);
    }

    void passwords_are_named() {
        const std::string bytes = made_archive("zip", "none", {{"a.json", "one"}}, "infected");
        put(at("x.zip"), bytes);
        const Walked w = walk(base_, {"x.zip"});
        QCOMPARE(w.seen.size(), std::size_t{0});
        QVERIFY(w.text().find("x.zip!/a.json: protected by a password") != std::string::npos);
    }

    void damage_keeps_what_came_before() {
        std::string noise(300'000, '\0');
        std::uint32_t state = 1;
        for (char& c : noise) {
            state = state * 1664525U + 1013904223U;
            c = static_cast<char>(state >> 24);
        }
        const std::string gz = made_archive("raw", "gzip", {{"data", noise}});
        put(at("cut.json.gz"), gz.substr(0, gz.size() / 2));
        const Walked w = walk(base_, {"cut.json.gz"});
        QCOMPARE(w.seen.size(), std::size_t{1});
        QCOMPARE(w.skipped.size(), std::size_t{1});
        QVERIFY(w.skipped[0].reason.find("damaged after") == 0);
        put(at("bad.zip"), "PK\x03\x04 this is no zip");
        put(at("bad.7z"), std::string("7z\xBC\xAF\x27\x1C") + std::string(100, 'x'));
        for (const char* name : {"bad.zip", "bad.7z"}) {
            const Walked bad = walk(base_, {name});
            QVERIFY(bad.status.ok());
            QCOMPARE(bad.seen.size(), std::size_t{0});
            QCOMPARE(bad.skipped.size(), std::size_t{1});
            QVERIFY(bad.skipped[0].lost);
        }
    }

    void every_cut_of_a_7z_says_what_is_missing_and_what_to_do() {
        const std::string whole = made_archive("7zip", "none", {{"a.json", std::string(2000, 'x')}});
        for (std::size_t size = 6; size < whole.size(); ++size) {
            put(at("cut.7z"), whole.substr(0, size));
            const Walked w = walk(base_, {"cut.7z"});
            QVERIFY2(w.seen.empty() && w.skipped.size() == 1 && w.skipped[0].lost, w.text().c_str());
            const std::string there = size < 32 ? "cut off within its first 32 bytes"
                                                : std::to_string(size) + " of " + std::to_string(whole.size()) + " bytes";
            QVERIFY2(w.skipped[0].reason.find(there) != std::string::npos, w.text().c_str());
            QVERIFY(w.skipped[0].reason.find("Copy the archive again") != std::string::npos);
        }
    }

    /// The directory of a zip stands at its end: the first thing that a cut takes.
    void a_zip_cut_off_is_read_as_far_as_it_goes() {
        const std::string whole =
            made_archive("zip", "none", {{"a.json", "one"}, {"b.json", "two"}, {"c.json", std::string(5000, 'c')}});
        const std::size_t directory = whole.find("PK\x01\x02");
        QVERIFY(directory != std::string::npos);
        for (const std::size_t size : {directory, directory + 20, whole.size() - 5}) {
            put(at("x.zip"), whole.substr(0, size));
            const Walked w = walk(base_, {"x.zip"});
            QVERIFY(w.status.ok());
            // libarchive looks a few bytes beyond a member for its end: the last one may be missing.
            QVERIFY2(w.seen.size() >= 2 && w.seen[1] == "x.zip!/b.json = two", w.text().c_str());
            QVERIFY2(w.skipped.size() >= 1 && w.skipped.back().lost, w.text().c_str());
            QVERIFY2(w.skipped.back().reason.find("cut off") != std::string::npos, w.text().c_str());
        }
        put(at("x.zip"), whole.substr(0, whole.find("c.json") + 3));
        const Walked w = walk(base_, {"x.zip"});
        QVERIFY(w.status.ok());
        QCOMPARE(w.seen.size(), std::size_t{2});
    }

    void a_zlib_stream_is_unpacked() {
        std::string lines;
        for (int i = 0; i < 20'000; ++i) {
            lines += "row " + std::to_string(i * 7919 % 10'007) + "\n";
        }
        std::string packed(compressBound(lines.size()), '\0');
        uLongf size = packed.size();
        QCOMPARE(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(lines.data()),
                          lines.size()), Z_OK);
        packed.resize(size);
        put(at("log.CSV.zlib"), packed);
        put(at("cut.zlib"), packed.substr(0, packed.size() / 2));
        put(at("text.zlib"), "x marks no spot");
        const Walked whole = walk(base_, {"log.CSV.zlib"});
        QCOMPARE(whole.seen.size(), std::size_t{1});
        QCOMPARE(whole.seen[0], "log.CSV.zlib!/log.CSV = " + std::to_string(lines.size()) + " bytes");
        QVERIFY(whole.skipped.empty());
        const Walked cut = walk(base_, {"cut.zlib"});
        QCOMPARE(cut.skipped.size(), std::size_t{1});
        QVERIFY(cut.skipped[0].lost);
        QCOMPARE(walk(base_, {"text.zlib"}).seen.at(0), std::string("text.zlib = x marks no spot"));
    }

    void a_cut_compressed_head_is_no_archive_within_itself() {
        const std::string gz = made_archive("raw", "gzip", {{"data", "one"}});
        for (std::size_t size = 3; size < gz.size(); ++size) {
            put(at("x.gz"), gz.substr(0, size));
            const Walked w = walk(base_, {"x.gz"});
            QVERIFY(w.status.ok());
            QVERIFY2(w.skipped.size() == 1 && w.skipped[0].lost, w.text().c_str());
            QVERIFY2(w.skipped[0].reason.find("max_depth") == std::string::npos, w.text().c_str());
        }
    }

    /// What holds no evidence is listed and no more; what could hold some and was not read makes the import one in part.
    void only_evidence_counts_as_lost() {
        put(at("x.tar"), made_archive("ustar", "none",
                                      {{"link", "", AE_IFLNK, "/etc/shadow"}, {"node", "", AE_IFCHR},
                                       {"__MACOSX/._a.json", "junk"}, {"empty", ""}}));
        for (const SkippedItem& item : walk(base_, {"x.tar"}).skipped) {
            QVERIFY2(!item.lost, item.name.c_str());
        }
        put(at("secret.zip"), made_archive("zip", "none", {{"a.json", "one"}}, "infected"));
        put(at("bad.7z"), std::string("7z\xBC\xAF\x27\x1C") + std::string(100, 'x'));
        for (const char* name : {"secret.zip", "bad.7z"}) {
            const Walked w = walk(base_, {name});
            QCOMPARE(w.skipped.size(), std::size_t{1});
            QVERIFY2(w.skipped[0].lost, w.text().c_str());
        }
    }

    /// Deflate packs zeros at most 1032 : 1 (zlib technical notes): the limit has to lie below that to catch such a bomb.
    void a_deflate_bomb_meets_the_usual_limits() {
        put(at("bomb.json.gz"), made_archive("raw", "gzip", {{"data", std::string(66U << 20, 'A')}}));
        const Walked w = walk(base_, {"bomb.json.gz"});
        QCOMPARE(w.seen.size(), std::size_t{0});
        QVERIFY2(w.text().find("limit max_ratio") != std::string::npos, w.text().c_str());
        QVERIFY(w.skipped[0].lost);
    }

    void every_cut_and_flip_of_an_archive_ends() {
        for (const char* format : {"zip", "7zip", "ustar"}) {
            const std::string whole = made_archive(
                format, "none", {{"a.json", "one two three"}, {"b.json", std::string(700, 'b')}});
            for (std::size_t cut = 1; cut < whole.size(); cut += 13) {
                put(at("x"), whole.substr(0, cut));
                QVERIFY(walk(base_, {"x"}).status.ok());
            }
            for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 1500); i += 7) {
                std::string bad = whole;
                bad[i] = static_cast<char>(bad[i] ^ 0x41);
                put(at("x"), bad);
                QVERIFY(walk(base_, {"x"}).status.ok());
            }
        }
    }
};

QTEST_APPLESS_MAIN(ArchiveWalkTest)
#include "archive_walk_test.moc"
