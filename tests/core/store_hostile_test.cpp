// Cases that are damaged, locked, of another program, made to harm; imports that are killed, doubled, out of space.

#include <QtTest>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "core/store/case_file.h"
#include "core/store/database.h"
#include "core/store/import_case.h"
#include "tests/support/line_importer.h"

#if defined(__unix__)
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace trocar;
using namespace trocar::test;
namespace fs = std::filesystem;

namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write(const std::string& path, std::string_view bytes) { std::ofstream(path, std::ios::binary) << bytes; }

/// A capture large enough to be in the middle of.
std::string many_lines(int count) {
    std::string text = "#lines\n";
    for (int i = 0; i < count; ++i) {
        text += "time=2020-08-07 18:32:41." + std::to_string(100 + i % 900) +
                "\top=ProcessAccess\tactor=aaaaaaaa-0000-0000-0000-00000000" + std::to_string(1000 + i % 50) +
                ",1,a.exe\ttarget=aaaaaaaa-0000-0000-0000-00000000" + std::to_string(2000 + i % 70) +
                ",2,b.exe\tvalue=0x1fffff\tCommandLine=number " + std::to_string(i) + "\n";
    }
    return text;
}

/// Opens and uses a case in every way that reads; the answer does not matter, only that there is one.
void use(const std::string& path) {
    auto opened = CaseFile::open(path, CaseFile::Mode::read_only);
    if (!opened.ok()) {
        return;
    }
    CaseFile& c = *opened.value();
    static_cast<void>(c.info().ok());
    const auto capture = c.load_capture();
    const auto columns = c.load_event_columns();
    if (columns.ok()) {
        static_cast<void>(c.events(columns.value()->id).ok());
    }
    static_cast<void>(c.raw_record(EventId{1}).ok());
    static_cast<void>(c.verdicts().ok());
    static_cast<void>(c.log().ok());
    static_cast<void>(c.query("SELECT * FROM v_chain_evidence", 100, kSecond).ok());
}

}  // namespace

class StoreHostileTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void not_a_case_is_said_data();
    void not_a_case_is_said();
    void truncated_case_is_said();
    void newer_case_is_refused();
    void planted_objects_are_refused_data();
    void planted_objects_are_refused();
    void lies_in_rows_are_refused_data();
    void lies_in_rows_are_refused();
    void flipped_bytes_never_crash();
    void damaged_raw_block_is_found();
    void killed_import_leaves_a_case_that_opens_data();
    void killed_import_leaves_a_case_that_opens();
    void a_new_case_is_never_seen_half_made();
    void second_import_is_told_at_once_data();
    void second_import_is_told_at_once();
    void many_imports_at_once_lose_nothing();
    void full_disk_is_a_clean_error_data();
    void full_disk_is_a_clean_error();

private:
    QTemporaryDir dir_;
    std::string whole_;  ///< path of a good case
    std::string path(const char* name) const { return dir_.filePath(QString::fromLatin1(name)).toStdString(); }
    std::string copy(const char* name) const {
        fs::copy_file(whole_, path(name), fs::copy_options::overwrite_existing);
        return path(name);
    }
};

void StoreHostileTest::initTestCase() {
    write(path("a.lines"), kInjectionLines);
    write(path("many.lines"), many_lines(60'000));
    whole_ = path("whole.trocar");
    QVERIFY(import_evidence(whole_, {path("a.lines")}, {}, line_importers(), {}).ok());
}

void StoreHostileTest::not_a_case_is_said_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    QTest::newRow("empty") << QByteArray() << "it is empty";
    QTest::newRow("text") << QByteArray("hello") << "not a Trocar case";
    QTest::newRow("evtx") << QByteArray("ElfFile\0", 8).append(QByteArray(4096, '\0')) << "not a Trocar case";
    QByteArray other("SQLite format 3\0", 16);
    other.append(QByteArray(4096 - 16, '\0'));
    QTest::newRow("another program's database") << other << "of another program";
}

void StoreHostileTest::not_a_case_is_said() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    write(path("no.trocar"), bytes.toStdString());
    for (const auto mode : {CaseFile::Mode::read_only, CaseFile::Mode::edit}) {
        const auto opened = CaseFile::open(path("no.trocar"), mode);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::case_damaged);
        QVERIFY2(QString::fromStdString(opened.error().message).contains(words), opened.error().message.c_str());
    }
    const auto import = import_evidence(path("no.trocar"), {path("a.lines")}, {}, line_importers(), {});
    QVERIFY(!import.ok());
    QCOMPARE(import.error().kind, ErrorKind::case_damaged);
    QCOMPARE(QByteArray::fromStdString(bytes_of(path("no.trocar"))), bytes);
    QCOMPARE(CaseFile::open(path("missing"), CaseFile::Mode::read_only).error().kind, ErrorKind::unreadable);
    QCOMPARE(CaseFile::open(dir_.path().toStdString(), CaseFile::Mode::read_only).error().kind, ErrorKind::case_damaged);
}

void StoreHostileTest::truncated_case_is_said() {
    const std::string bytes = bytes_of(whole_);
    for (const std::size_t size : {bytes.size() - 1, bytes.size() / 2, std::size_t{16384}, std::size_t{101}}) {
        write(path("cut.trocar"), std::string_view(bytes).substr(0, size));
        const auto opened = CaseFile::open(path("cut.trocar"), CaseFile::Mode::read_only);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::case_damaged);
        QVERIFY(QString::fromStdString(opened.error().message).contains("it is cut off"));
    }
}

void StoreHostileTest::newer_case_is_refused() {
    const std::string newer = copy("newer.trocar");
    QVERIFY(Database::open(newer, Database::Access::read_write).value()->run("PRAGMA user_version=99").ok());
    const std::string before = bytes_of(newer);
    for (const auto mode : {CaseFile::Mode::read_only, CaseFile::Mode::edit}) {
        const auto opened = CaseFile::open(newer, mode);
        QVERIFY(!opened.ok());
        QVERIFY(QString::fromStdString(opened.error().message).contains("newer Trocar (case version 99"));
    }
    QCOMPARE(bytes_of(newer), before);
}

void StoreHostileTest::planted_objects_are_refused_data() {
    QTest::addColumn<QString>("sql");
    for (const char* sql : {"CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM verdict; END", "CREATE VIEW v AS SELECT 1",
                            "CREATE TABLE t(a)", "CREATE INDEX i ON event(record)", "DROP VIEW v_loss",
                            "ALTER TABLE host ADD COLUMN extra", "CREATE TEMP TABLE t(a); DROP TRIGGER log_no_delete"}) {
        QTest::newRow(sql) << sql;
    }
}

void StoreHostileTest::planted_objects_are_refused() {
    QFETCH(QString, sql);
    const std::string planted = copy("planted.trocar");
    QVERIFY(Database::open(planted, Database::Access::read_write).value()->run(sql.toUtf8().constData()).ok());
    for (const auto mode : {CaseFile::Mode::read_only, CaseFile::Mode::edit}) {
        const auto opened = CaseFile::open(planted, mode);
        QVERIFY(!opened.ok());
        QCOMPARE(opened.error().kind, ErrorKind::case_damaged);
    }
}

void StoreHostileTest::lies_in_rows_are_refused_data() {
    QTest::addColumn<QString>("sql");
    for (const char* sql :
         {"UPDATE column_block SET data = x'0000ffffffffffffffff0100000000000000' WHERE name = 'signal.event'",
          "UPDATE column_block SET rows = 65536 WHERE name = 'signal.time'", "DELETE FROM column_block WHERE name = 'signal.role'",
          "UPDATE column_block SET data = (SELECT data FROM column_block WHERE name = 'event.time') WHERE name = 'signal.time'",
          "UPDATE column_block SET data = x'0101000000000000000001000000000000000102030405' WHERE name = 'pair.target'",
          "UPDATE column_block SET data = x'0000ffffffffffffffff0100000000000000' WHERE name = 'pair.source'",
          "UPDATE column_block SET data = x'0000ffffffffffffffff0100000000000000' WHERE name = 'signal.text'",
          "UPDATE column_block SET block = 5 WHERE name = 'signal.value'", "DELETE FROM string WHERE id = 3",
          "UPDATE string SET id = 4000000000 WHERE id = 3", "DELETE FROM process WHERE id = 0", "DELETE FROM host",
          "UPDATE process SET host_id = 70000", "UPDATE source SET event_count = 4000000000",
          "UPDATE source SET first_event = 3", "UPDATE operation_count SET operation = 77 WHERE operation = 3",
          "INSERT INTO operation_gap(host_id, operation, from_ns, to_ns) VALUES (9, 9, 0, 1)"}) {
        QTest::newRow(sql) << sql;
    }
}

void StoreHostileTest::lies_in_rows_are_refused() {
    QFETCH(QString, sql);
    const std::string lying = copy("lying.trocar");
    QVERIFY(Database::open(lying, Database::Access::read_write).value()->run(sql.toUtf8().constData()).ok());
    auto opened = CaseFile::open(lying, CaseFile::Mode::read_only);
    QVERIFY(opened.ok());
    const auto capture = opened.value()->load_capture();
    QVERIFY(!capture.ok());
    QCOMPARE(capture.error().kind, ErrorKind::case_damaged);
    use(lying);
}

void StoreHostileTest::flipped_bytes_never_crash() {
    const auto seed = static_cast<std::uint32_t>(qEnvironmentVariableIntValue("TROCAR_TEST_SEED"));
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    const std::string good = bytes_of(whole_);
    for (int round = 0; round < 150; ++round) {
        std::string bad = good;
        // Pages in use are few among zeroes: flip where there is something.
        for (int n = 1 + static_cast<int>(random() % 20); n > 0;) {
            const std::size_t at = 100 + random() % (bad.size() - 100);
            if (bad[at] != 0 || random() % 200 == 0) {
                bad[at] = static_cast<char>(random());
                --n;
            }
        }
        write(path("bad.trocar"), bad);
        use(path("bad.trocar"));
    }
}

void StoreHostileTest::damaged_raw_block_is_found() {
    const std::string bad = copy("raw.trocar");
    QVERIFY(Database::open(bad, Database::Access::read_write)
                .value()
                ->run("UPDATE raw_block SET xxh3 = xxh3 + 1")
                .ok());
    auto c = CaseFile::open(bad, CaseFile::Mode::read_only);
    QVERIFY(!c.value()->raw_record(EventId{0}).ok());
    const auto found = c.value()->verify({});
    QVERIFY(found.ok());
    QCOMPARE(found.value().size(), 1U);
    QVERIFY(QString::fromStdString(found.value()[0]).contains("checksum"));
}

void StoreHostileTest::killed_import_leaves_a_case_that_opens_data() {
    QTest::addColumn<bool>("existing");
    QTest::addColumn<int>("line");
    for (const int line : {1, 30'000, 59'999}) {
        QTest::addRow("new case, line %d", line) << false << line;
        QTest::addRow("grown case, line %d", line) << true << line;
    }
}

void StoreHostileTest::killed_import_leaves_a_case_that_opens() {
#if defined(__unix__)
    QFETCH(bool, existing);
    QFETCH(int, line);
    const std::string p = path("killed.trocar");
    for (const char* part : {"", "-wal", "-shm", "-journal", ".importing"}) {
        fs::remove(p + part);
    }
    if (existing) {
        QVERIFY(import_evidence(p, {path("a.lines")}, {}, line_importers(), {}).ok());
    }
    const pid_t child = fork();
    if (child == 0) {
        static_cast<void>(import_evidence(p, {path("many.lines")}, {}, line_importers([&](std::size_t n) {
                                              if (n == static_cast<std::size_t>(line)) {
                                                  kill(getpid(), SIGKILL);
                                              }
                                          }),
                                          {})
                              .ok());
        _exit(0);
    }
    int status = 0;
    QCOMPARE(waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    {
        auto c = CaseFile::open(p, CaseFile::Mode::read_only);
        QVERIFY2(c.ok(), c.ok() ? "" : c.error().message.c_str());
        const auto info = c.value()->info();
        QVERIFY(info.ok());
        QCOMPARE(info.value().events, existing ? 6U : 0U);
        QCOMPARE(info.value().unfinished.size(), 1U);
        QVERIFY(QString::fromStdString(info.value().unfinished[0]).contains("many.lines"));
        QVERIFY(c.value()->load_capture().ok());
        QCOMPARE(c.value()->load_event_columns().value()->size(), existing ? 6U : 0U);
        QCOMPARE(fs::exists(p + ".importing"), !existing);
    }
    // The next import takes the left-overs away and says so, and the case is whole.
    const auto again = import_evidence(p, {path("many.lines")}, {}, line_importers(), {});
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QCOMPARE(again.value().skipped.size(), existing ? 0U : 1U);
    QVERIFY(!fs::exists(p + ".importing"));
    auto c = CaseFile::open(p, CaseFile::Mode::read_only);
    QCOMPARE(c.value()->info().value().events, existing ? 60'006U : 60'000U);
    QVERIFY(c.value()->verify({}).value().size() == 1);  // the import that did not end stays in the log
#else
    QSKIP("needs fork");
#endif
}

/// Whoever looks while a case is made (or after a kill at that moment) finds no file, or a case that opens.
void StoreHostileTest::a_new_case_is_never_seen_half_made() {
    const std::string p = path("made.trocar");
    std::atomic<bool> stop = false;
    std::atomic<int> seen = 0, half = 0;
    std::thread watcher([&] {
        while (!stop) {
            std::error_code code;
            const auto size = fs::file_size(p, code);
            if (!code) {
                ++seen;
                half += size < 4096 || size % 16384 != 0 ? 1 : 0;
            }
        }
    });
    for (int round = 0; round < 30; ++round) {
        fs::remove(p);
        const int before = seen;
        {
            const auto made = CaseFile::create(p);
            QVERIFY(made.ok());
        }
        while (seen == before) {
            std::this_thread::yield();
        }
        QVERIFY(CaseFile::open(p, CaseFile::Mode::read_only).ok());
    }
    stop = true;
    watcher.join();
    QCOMPARE(half.load(), 0);
    QCOMPARE(CaseFile::create(p).error().kind, ErrorKind::usage);
    QCOMPARE(CaseFile::create(path("no/such/folder.trocar")).error().kind, ErrorKind::storage);
}

void StoreHostileTest::second_import_is_told_at_once_data() {
    QTest::addColumn<bool>("existing");
    QTest::newRow("new case") << false;
    QTest::newRow("grown case") << true;
}

void StoreHostileTest::second_import_is_told_at_once() {
    QFETCH(bool, existing);
    const std::string p = path(existing ? "two-b.trocar" : "two-a.trocar");
    if (existing) {
        QVERIFY(import_evidence(p, {path("a.lines")}, {}, line_importers(), {}).ok());
    }
    Result<ImportSummary> second = Error{};
    const auto first = import_evidence(p, {path("many.lines")}, {}, line_importers([&](std::size_t n) {
                                           if (n == 40'000) {
                                               second = import_evidence(p, {path("a.lines")}, {}, line_importers(), {});
                                           }
                                       }),
                                       {});
    QVERIFY2(first.ok(), first.ok() ? "" : first.error().message.c_str());
    QVERIFY(!second.ok());
    QCOMPARE(second.error().kind, ErrorKind::case_damaged);
    QVERIFY2(QString::fromStdString(second.error().message).contains("is locked"), second.error().message.c_str());
    auto c = CaseFile::open(p, CaseFile::Mode::read_only);
    const auto info = c.value()->info();
    QCOMPARE(info.value().events, existing ? 60'006U : 60'000U);
    QVERIFY(info.value().unfinished.empty());
}

void StoreHostileTest::many_imports_at_once_lose_nothing() {
    constexpr int kRounds = 10;
    constexpr std::size_t kAtOnce = 4;
    for (int round = 0; round < kRounds; ++round) {
        const std::string p = path(("crowd" + std::to_string(round) + ".trocar").c_str());
        std::vector<Result<ImportSummary>> ends(kAtOnce, Result<ImportSummary>(Error{}));
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < kAtOnce; ++i) {
                const std::string file = path(("crowd" + std::to_string(i) + ".lines").c_str());
                write(file, many_lines(static_cast<int>(100 + i)));
                threads.emplace_back([&ends, i, p, file] { ends[i] = import_evidence(p, {file}, {}, line_importers(), {}); });
            }
        }
        std::uint64_t events = 0;
        for (const Result<ImportSummary>& end : ends) {
            if (end.ok()) {
                events += end.value().events;
            } else {
                QVERIFY2(end.error().message.find("is locked") != std::string::npos, end.error().message.c_str());
            }
        }
        QVERIFY(events != 0);
        auto c = CaseFile::open(p, CaseFile::Mode::read_only);
        QVERIFY2(c.ok(), c.ok() ? "" : c.error().message.c_str());
        QCOMPARE(c.value()->info().value().events, events);
    }
}

void StoreHostileTest::full_disk_is_a_clean_error_data() {
    QTest::addColumn<bool>("existing");
    QTest::newRow("new case") << false;
    QTest::newRow("grown case") << true;
}

void StoreHostileTest::full_disk_is_a_clean_error() {
#if defined(__unix__)
    QFETCH(bool, existing);
    const std::string p = path(existing ? "full-b.trocar" : "full-a.trocar");
    if (existing) {
        QVERIFY(import_evidence(p, {path("a.lines")}, {}, line_importers(), {}).ok());
    }
    // A limit on file size stands in for a full disk: the write fails in the same place.
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{2 << 20, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto failed = import_evidence(p, {path("many.lines")}, {}, line_importers(), {});
    setrlimit(RLIMIT_FSIZE, &before);
    QVERIFY(!failed.ok());
    QCOMPARE(failed.error().kind, ErrorKind::storage);
    QCOMPARE(fs::exists(p), existing);
    QVERIFY(!fs::exists(p + ".importing"));
    if (existing) {
        auto c = CaseFile::open(p, CaseFile::Mode::read_only);
        QVERIFY2(c.ok(), c.ok() ? "" : c.error().message.c_str());
        QCOMPARE(c.value()->info().value().events, 6U);
        QVERIFY(c.value()->load_capture().ok());
    }
    QVERIFY(import_evidence(p, {path("many.lines")}, {}, line_importers(), {}).ok());
#else
    QSKIP("needs setrlimit");
#endif
}

QTEST_GUILESS_MAIN(StoreHostileTest)
#include "store_hostile_test.moc"
