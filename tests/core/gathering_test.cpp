// Files gathered into one Input and found again; times of files on the disk and in archives.
#include <QtTest>

#include "core/ingest/evidence_walk.h"
#include "core/ingest/gathering.h"
#include "tests/support/walked_archive.h"

using namespace trocar;
using namespace trocar::test;

namespace {

std::string bytes_of(Input& input) {
    std::string text(static_cast<std::size_t>(input.size()), '\0');
    const auto got = input.read_at(0, std::as_writable_bytes(std::span(text)));
    return got.ok() ? text : std::string();
}

std::string gathered(const std::vector<std::pair<std::string, std::string>>& files) {
    Gathering gathering;
    for (const auto& [path, text] : files) {
        const auto added = gathering.add(*memory_input(path, text), path);
        if (!added.ok() || !added.value()) {
            return {};
        }
    }
    return bytes_of(*gathering.finish("made"));
}

}  // namespace

class GatheringTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void gives_back_what_was_added();
    void cut_off_anywhere_gives_the_whole_files_before();
    void other_bytes_are_refused();
    void long_files_are_cut();
    void paths_do_not_say_where_the_evidence_lies();
    void members_have_the_times_of_the_archive();
};

void GatheringTest::gives_back_what_was_added() {
    const std::vector<std::pair<std::string, std::string>> files{
        {"proc/7/maps", "a\nb\n"}, {"with a\nbreak", std::string("\0x", 2)}, {"empty", ""}};
    const auto input = memory_input("made", gathered(files));
    QVERIFY(is_gathering(as_bytes(bytes_of(*input))));
    bool whole = false;
    const auto found = gathered_files(*input, whole, {});
    QVERIFY(found.ok() && whole);
    QCOMPARE(found.value().size(), files.size());
    const std::string all = bytes_of(*input);
    for (std::size_t i = 0; i < files.size(); ++i) {
        const GatheredFile& file = found.value()[i];
        QCOMPARE(file.path, files[i].first);
        QCOMPARE(all.substr(static_cast<std::size_t>(file.offset), static_cast<std::size_t>(file.size)), files[i].second);
        QVERIFY(file.modified.none());
    }
}

void GatheringTest::cut_off_anywhere_gives_the_whole_files_before() {
    const std::string all = gathered({{"a", "12345"}, {"b", "678"}});
    const std::string first = gathered({{"a", "12345"}});
    for (std::size_t length = first.size() + 1; length + 1 < all.size(); ++length) {
        bool whole = true;
        const auto found = gathered_files(*memory_input("cut", all.substr(0, length)), whole, {});
        QVERIFY(found.ok());
        QCOMPARE(found.value().size(), std::size_t{1});
        QVERIFY(!whole);
    }
}

void GatheringTest::other_bytes_are_refused() {
    bool whole = true;
    QCOMPARE(gathered_files(*memory_input("x", "type=SYSCALL"), whole, {}).error().kind, ErrorKind::unreadable);
    for (const char* head : {"5 - 0 \n", "5 - 99999999 a\n", "-5 - 1 a\n", "5 5", "99999999999999999999 - 1 a\n"}) {
        const auto found = gathered_files(*memory_input("x", std::string("trocar gathering 1\n") + head), whole, {});
        QVERIFY(found.ok() && found.value().empty());
        QVERIFY(!whole);
    }
}

void GatheringTest::long_files_are_cut() {
    Gathering gathering;
    const auto added = gathering.add(*memory_input("x", std::string(Gathering::kMaxFileBytes + 1, 'x')), "x");
    QVERIFY(added.ok());
    QVERIFY(!added.value());
    const auto input = gathering.finish("made");
    bool whole = false;
    const auto found = gathered_files(*input, whole, {});
    QVERIFY(found.ok() && whole);
    QCOMPARE(found.value().at(0).size, Gathering::kMaxFileBytes);
}

void GatheringTest::paths_do_not_say_where_the_evidence_lies() {
    QCOMPARE(path_in_evidence("/home/a/tree/proc/7/maps", {"/home/a/tree/"}), std::string_view("tree/proc/7/maps"));
    QCOMPARE(path_in_evidence("/m/uac.tar.gz!/proc/7/maps", {"/x", "/m/uac.tar.gz"}), std::string_view("uac.tar.gz!/proc/7/maps"));
    QCOMPARE(path_in_evidence("tree/7/maps", {"tree"}), std::string_view("tree/7/maps"));
}

void GatheringTest::members_have_the_times_of_the_archive() {
    const QTemporaryDir dir;
    const std::string path = dir.filePath(QStringLiteral("x.tar")).toStdString();
    std::ofstream(path, std::ios::binary) << made_archive("ustar", "none", {{"proc/7/maps", "x"}});
    std::vector<SkippedItem> skipped;
    std::vector<UtcNanos> times;
    const auto visit = [&](Input& input) {
        times.push_back(input.modified());
        return true;
    };
    QVERIFY(walk_evidence({path}, {}, visit, skipped, {}).ok());
    QCOMPARE(times.size(), std::size_t{1});
    QCOMPARE(times[0].count, std::int64_t{1'700'000'000'000'000'000});
}

QTEST_GUILESS_MAIN(GatheringTest)
#include "gathering_test.moc"
