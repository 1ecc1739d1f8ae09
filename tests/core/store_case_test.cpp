#include <QtTest>

#include <filesystem>
#include <fstream>

#include "core/store/case_file.h"
#include "core/store/column_codec.h"
#include "core/store/detail_codec.h"
#include "core/store/import_case.h"
#include "core/store/schema.h"
#include "core/store/time_order.h"
#include "tests/support/line_importer.h"

using namespace trocar;
using namespace trocar::test;

class StoreCaseTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void edits_come_back_and_are_logged();
    void log_is_append_only();
    void read_only_refuses_edits();
    void create_refuses_what_exists();
    void empty_case_loads();
    void query_reads_only_data();
    void query_reads_only();
    void query_has_limits();
    void views_answer();
    void copy_is_whole();
    void one_file_after_closing();
    void opens_where_nothing_can_be_written();
    void columns_round_trip_data();
    void columns_round_trip();
    void compact_texts_come_back_data();
    void compact_texts_come_back();
    void time_order_is_stable();
    void big_tables_are_never_searched();

private:
    QTemporaryDir dir_;
    std::string path(const char* name) const { return dir_.filePath(QString::fromLatin1(name)).toStdString(); }
    std::string injection(const char* name) {
        const std::string evidence = path(name) + ".lines";
        std::ofstream(evidence, std::ios::binary) << kInjectionLines;
        if (!import_evidence(path(name), {evidence}, {}, line_importers(), {}).ok()) {
            return {};
        }
        return path(name);
    }
};

void StoreCaseTest::edits_come_back_and_are_logged() {
    auto made = CaseFile::create(path("edits.trocar"));
    QVERIFY2(made.ok(), made.ok() ? "" : made.error().message.c_str());
    CaseFile& c = *made.value();
    VerdictRow verdict{{1, 2}, Verdict::false_positive, "our own agent", {}};
    QVERIFY(c.set_verdict(verdict).ok());
    verdict.verdict = Verdict::true_positive;
    QVERIFY(c.set_verdict(verdict).ok());
    QCOMPARE(c.verdicts().value().size(), 1U);
    QCOMPARE(c.verdicts().value()[0].verdict, Verdict::true_positive);
    QCOMPARE(c.verdicts().value()[0].note, std::string("our own agent"));
    QVERIFY(!c.verdicts().value()[0].at.none());

    const auto id = c.add_suppression({0, "agent*.exe", "*", "deployment", {}, false});
    QVERIFY(id.ok());
    QVERIFY(c.revoke_suppression(id.value(), true).ok());
    QVERIFY(c.suppressions().value()[0].revoked);
    QCOMPARE(c.revoke_suppression(99, true).error().kind, ErrorKind::usage);

    QVERIFY(c.save_profile({"narrow", {{"AN1399.TimeWindow", "1s"}, {"AN1399.AccessMask", "all:0x28"}}}).ok());
    QVERIFY(c.save_profile({"narrow", {{"AN1399.TimeWindow", "2s"}}}).ok());
    QVERIFY(c.save_profile({"empty", {}}).ok());
    QCOMPARE(c.profiles().value().size(), 2U);
    QCOMPARE(c.profiles().value()[1].values.size(), 1U);
    QCOMPARE(c.profiles().value()[1].values[0].second, std::string("2s"));
    QVERIFY(c.delete_profile("narrow").ok());
    QCOMPARE(c.profiles().value().size(), 1U);

    QVERIFY(c.set_parameters({{"AN1399.TimeWindow", "5s"}}).ok());
    QVERIFY(c.set_parameters({{"AN1399.TimeWindow", "6s"}}).ok());
    QCOMPARE(c.parameters().value()[0].second, std::string("6s"));
    QVERIFY(c.set_bookmark(EventId{7}, true).ok());
    QVERIFY(c.set_bookmark(EventId{7}, true).ok());
    QVERIFY(c.set_bookmark(EventId{8}, true).ok());
    QVERIFY(c.set_bookmark(EventId{7}, false).ok());
    QCOMPARE(c.bookmarks().value(), std::vector<EventId>{EventId{8}});
    QVERIFY(c.append_log("report written").ok());
    const auto log = c.log().value();
    QCOMPARE(log.size(), 16U);
    QVERIFY(QString::fromStdString(log[2].what).contains("verdict \"true\""));
    QCOMPARE(log.back().what, std::string("report written"));

    made.value().reset();
    auto again = CaseFile::open(path("edits.trocar"), CaseFile::Mode::read_only);
    QVERIFY(again.ok());
    QCOMPARE(again.value()->verdicts().value()[0].chain, (ChainId{1, 2}));
}

void StoreCaseTest::log_is_append_only() {
    auto made = CaseFile::create(path("log.trocar"));
    QVERIFY(made.ok());
    made.value().reset();
    auto db = Database::open(path("log.trocar"), Database::Access::read_write);
    QVERIFY(!db.value()->run("UPDATE log SET what = ''").ok());
    const Status removed = db.value()->run("DELETE FROM log");
    QVERIFY(!removed.ok());
    QVERIFY(QString::fromStdString(removed.error().message).contains("append-only"));
}

void StoreCaseTest::read_only_refuses_edits() {
    QVERIFY(CaseFile::create(path("ro.trocar")).ok());
    auto c = CaseFile::open(path("ro.trocar"), CaseFile::Mode::read_only);
    QVERIFY(!c.value()->append_log("x").ok());
    QVERIFY(!c.value()->set_bookmark(EventId{1}, true).ok());
}

void StoreCaseTest::create_refuses_what_exists() {
    std::ofstream(path("there.trocar")) << "mine";
    QVERIFY(!CaseFile::create(path("there.trocar")).ok());
    QCOMPARE(std::filesystem::file_size(path("there.trocar")), 4U);
}

void StoreCaseTest::empty_case_loads() {
    auto c = CaseFile::create(path("empty.trocar"));
    const auto capture = c.value()->load_capture();
    QVERIFY2(capture.ok(), capture.ok() ? "" : capture.error().message.c_str());
    QCOMPARE(capture.value()->signals.size(), 0U);
    QCOMPARE(capture.value()->strings->size(), 1U);
    QCOMPARE(c.value()->load_event_columns().value()->size(), 0U);
    QCOMPARE(c.value()->info().value().events, 0U);
    QVERIFY(c.value()->verify({}).value().empty());
}

void StoreCaseTest::query_reads_only_data() {
    QTest::addColumn<QString>("sql");
    for (const char* sql : {"DELETE FROM log", "INSERT INTO log(at_ns, kind, what) VALUES (1, 'a', 'b')", "PRAGMA user_version",
                            "PRAGMA writable_schema=ON", "ATTACH 'x' AS y", "CREATE TABLE t(a)", "DROP TABLE event", "VACUUM",
                            "SELECT load_extension('x')", "SELECT * FROM pragma_table_info('event')", "BEGIN", "", "  ",
                            "SELECT 1; SELECT 2", "SELECT nothing FROM nowhere", "REINDEX", "UPDATE event SET value = 1",
                            "CREATE TEMP TABLE t(a)", "DETACH main", "SELECT writefile('x','y')", "ANALYZE"}) {
        QTest::newRow(sql) << sql;
    }
}

void StoreCaseTest::query_reads_only() {
    QFETCH(QString, sql);
    if (!std::filesystem::exists(path("q.trocar"))) {
        QVERIFY(!injection("q.trocar").empty());
    }
    auto c = CaseFile::open(path("q.trocar"), CaseFile::Mode::edit);
    const auto answer = c.value()->query(sql.toStdString(), 10, kSecond);
    QVERIFY(!answer.ok());
    QCOMPARE(answer.error().kind, ErrorKind::usage);
    QVERIFY(c.value()->query("SELECT 1 -- still works\n;", 10, kSecond).ok());
}

void StoreCaseTest::query_has_limits() {
    const std::string p = injection("limits.trocar");
    auto c = CaseFile::open(p, CaseFile::Mode::read_only);
    const auto cut = c.value()->query("SELECT id FROM event ORDER BY id", 4, kSecond);
    QVERIFY(cut.ok());
    QCOMPARE(cut.value().cuts.size(), 1U);
    QCOMPARE(cut.value().rows.size(), 4U);
    const auto whole = c.value()->query("SELECT id FROM event ORDER BY id", 6, kSecond);
    QVERIFY(whole.value().cuts.empty());
    const char* endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT sum(n) FROM r";
    QElapsedTimer timer;
    timer.start();
    const auto late = c.value()->query(endless, 10, {200 * kMillisecond.count});
    QVERIFY(!late.ok());
    QVERIFY(QString::fromStdString(late.error().message).contains("took longer than 200 ms"));
    QVERIFY(timer.elapsed() < 20'000);
    QVERIFY(!c.value()->query("SELECT length(zeroblob(1000000000))", 10, kSecond).ok());
}

void StoreCaseTest::views_answer() {
    const std::string p = injection("views.trocar");
    auto c = CaseFile::open(p, CaseFile::Mode::read_only);
    const auto answer = c.value()->query(
        "SELECT role, source_image, target_image, granted_access, start_address, record FROM v_chain_evidence ORDER BY time_ns",
        100, kSecond);
    QVERIFY2(answer.ok(), answer.ok() ? "" : answer.error().message.c_str());
    QStringList lines;
    for (const auto& row : answer.value().rows) {
        QStringList cells;
        for (const auto& cell : row) {
            cells << QString::fromStdString(cell);
        }
        lines << cells.join('|');
    }
    QCOMPARE(lines, QStringList({R"(create|C:\Windows\powershell.exe|C:\Windows\notepad.exe|||1)",
                                 R"(access|C:\Windows\powershell.exe|C:\Windows\notepad.exe|2047999||2)",
                                 R"(execute|C:\Windows\powershell.exe|C:\Windows\notepad.exe||1769472|3)",
                                 R"(load||C:\Windows\notepad.exe|||4)"}));
    for (const char* sql : {"SELECT * FROM v_event", "SELECT * FROM v_process", "SELECT * FROM v_loss", "SELECT * FROM v_verdict",
                            "SELECT time, event_fields(detail, time_ns) FROM v_event WHERE operation = 'ProcessAccess'"}) {
        const auto rows = c.value()->query(sql, 100, kSecond);
        QVERIFY2(rows.ok(), rows.ok() ? "" : rows.error().message.c_str());
    }
    const auto fields = c.value()->query("SELECT time, event_fields(detail, time_ns), event_field(detail, time_ns, 'sourcethreadid')"
                                         " FROM v_event WHERE operation = 'ProcessAccess'", 1, kSecond);
    QCOMPARE(fields.value().rows[0][0], std::string("2020-08-07 18:32:41.298"));
    QCOMPARE(fields.value().rows[0][1], std::string("GrantedAccess=0x1f3fff\nSourceThreadId=4660\n"));
    QCOMPARE(fields.value().rows[0][2], std::string("4660"));
}

void StoreCaseTest::copy_is_whole() {
    const std::string p = injection("copy.trocar");
    auto c = CaseFile::open(p, CaseFile::Mode::edit);
    QVERIFY(c.value()->append_log("before the copy").ok());
    const Status saved = c.value()->save_copy(path("copy2.trocar"));
    QVERIFY2(saved.ok(), saved.ok() ? "" : saved.error().message.c_str());
    QVERIFY(!c.value()->save_copy(path("copy2.trocar")).ok());
    QVERIFY(!std::filesystem::exists(path("copy2.trocar-wal")));
    auto copy = CaseFile::open(path("copy2.trocar"), CaseFile::Mode::read_only);
    QCOMPARE(copy.value()->info().value().events, 6U);
    QCOMPARE(copy.value()->log().value().back().what, std::string("before the copy"));
}

void StoreCaseTest::one_file_after_closing() {
    const std::string p = injection("close.trocar");
    {
        auto c = CaseFile::open(p, CaseFile::Mode::edit);
        QVERIFY(c.value()->append_log("edit").ok());
        // Another connection reads while the first one writes.
        auto reader = CaseFile::open(p, CaseFile::Mode::read_only);
        QVERIFY(reader.value()->load_capture().ok());
        QVERIFY(c.value()->append_log("edit 2").ok());
        QCOMPARE(reader.value()->log().value().back().what, std::string("edit 2"));
    }
    auto again = CaseFile::open(p, CaseFile::Mode::edit);
    QVERIFY(again.ok());
    again.value().reset();
    QVERIFY(!std::filesystem::exists(p + "-wal"));
}

void StoreCaseTest::opens_where_nothing_can_be_written() {
    namespace fs = std::filesystem;
    const std::string p = injection("medium.trocar");
    fs::create_directory(path("medium"));
    const std::string there = path("medium") + "/a #1?.trocar";
    fs::copy_file(p, there);
    {
        auto db = Database::open(there, Database::Access::read_write);
        QVERIFY(db.value()->run("PRAGMA journal_mode=WAL").ok());
    }
    fs::remove(there + "-wal");
    fs::remove(there + "-shm");
    fs::permissions(there, fs::perms::owner_read);
    fs::permissions(path("medium"), fs::perms::owner_read | fs::perms::owner_exec);
    {
        auto c = CaseFile::open(there, CaseFile::Mode::read_only);  // root may write everywhere: then this proves less
        QVERIFY2(c.ok(), c.ok() ? "" : c.error().message.c_str());
        QVERIFY(c.value()->load_capture().ok());
        QVERIFY(c.value()->query("SELECT count(*) FROM event", 1, kSecond).ok());
    }
    auto immutable = Database::open(there, Database::Access::read_only_immutable);
    QVERIFY(immutable.ok());
    QVERIFY(immutable.value()->query(Sql::select_hosts).next());
    fs::permissions(path("medium"), fs::perms::owner_all);
}

void StoreCaseTest::columns_round_trip_data() {
    QTest::addColumn<QVector<quint64>>("values");
    QVector<quint64> range, wide, stamps;
    for (quint64 i = 0; i < 1000; ++i) {
        range << 5'000'000'000 + i * 1'000'000;
        wide << (i * 0x9e3779b97f4a7c15ULL);
        stamps << (i % 7 == 0 ? 0 : 1'596'825'124'580'000'000ULL + i);
    }
    QTest::newRow("one") << QVector<quint64>{42};
    QTest::newRow("equal") << QVector<quint64>(100, 7);
    QTest::newRow("extremes") << QVector<quint64>{0, ~0ULL, 1, 1ULL << 63};
    QTest::newRow("scaled range") << range;
    QTest::newRow("eight bytes") << wide;
    QTest::newRow("with a none") << stamps;
    QTest::newRow("nine") << QVector<quint64>{1, 2, 3, 4, 5, 6, 7, 8, 300};
}

void StoreCaseTest::columns_round_trip() {
    QFETCH(QVector<quint64>, values);
    const std::vector<std::uint64_t> in(values.begin(), values.end());
    for (const Packing packing : {Packing::plain, Packing::zstd}) {
        std::vector<std::byte> bytes = encode_column_block(in, packing);
        ColumnBlock block;
        QVERIFY(block.open(bytes, in.size()));
        std::vector<std::uint64_t> out(in.size());
        block.expand(out.data(), [](std::uint64_t v) { return v; });
        QCOMPARE(out, in);
        QVERIFY(!block.open(Bytes(bytes).first(bytes.size() - 1), in.size()) || bytes.size() == 18);
        QVERIFY(!block.open(bytes, in.size() + 1) || bytes.size() == 18);
        bytes[1] = std::byte{9};
        QVERIFY(!block.open(bytes, in.size()));
    }
}

void StoreCaseTest::compact_texts_come_back_data() {
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "0", "00", "7", "007", "18446744073709551615", "9999999999999999999", "12a", "-1", "+1", "1 ",
                             "0x0", "0x00", "0x1f3fff", "0x1F3FFF", "0X1f", "0x", "0xffffffffffffffff", "0x10000000000000000",
                             "2020-08-07 18:32:44.580", "2020-08-07T18:32:44.580Z", "2020-08-07T18:32:44.580",
                             "2020-08-07 18:32:44.580Z", "2020-02-30 18:32:44.580", "2020-08-07 18:32:60.580",
                             "0001-01-01 00:00:00.000", "9999-12-31 23:59:59.999", "2020-08-07 24:00:00.000",
                             "1970-01-01 00:00:00.000", "1700-01-01 00:00:00.000", "2020-08-07 18:32:44.5801"}) {
        QTest::newRow(text) << text;
    }
}

void StoreCaseTest::compact_texts_come_back() {
    QFETCH(QString, text);
    const TextForm form = compact_form(text.toStdString());
    if (form.form != ValueForm::text) {
        QCOMPARE(QString::fromStdString(shown_value({{0, form.form}, form.number})), text);
    }
}

void StoreCaseTest::time_order_is_stable() {
    std::vector<UtcNanos> times;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        times.push_back(i % 97 == 0 ? kNoTime : UtcNanos{static_cast<std::int64_t>((i * 7919) % 1009) * 1'000'000 - 500'000'000});
        order.push_back(4999 - i);
    }
    std::vector<std::uint32_t> expected = order;
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return times[a] < times[b]; });
    sort_by_time(times, order);
    QCOMPARE(order, expected);
}

void StoreCaseTest::big_tables_are_never_searched() {
    const std::string p = injection("plan.trocar");
    auto db = Database::open(p, Database::Access::read_only);
    // Loading reads these front to back on purpose; anything else finds rows by primary key.
    const QSet<int> whole{static_cast<int>(Sql::select_event_columns), static_cast<int>(Sql::select_event_details),
                          static_cast<int>(Sql::select_strings), static_cast<int>(Sql::select_all_raw_blocks),
                          static_cast<int>(Sql::select_all_text_blocks)};
    int looked = 0;
    for (std::size_t i = 0; i < kSqlCount; ++i) {
        const std::string sql = sql_text(static_cast<Sql>(i));
        const QString text = QString::fromStdString(sql);
        if (!text.startsWith("SELECT") || whole.contains(static_cast<int>(i))) {
            continue;
        }
        const auto plan = CaseFile::open(p, CaseFile::Mode::read_only).value()->query("EXPLAIN QUERY PLAN " + sql, 100, kSecond);
        QVERIFY2(plan.ok(), plan.ok() ? "" : plan.error().message.c_str());
        for (const auto& row : plan.value().rows) {
            const QString detail = QString::fromStdString(row.back());
            for (const char* table : {"event", "string", "raw_block", "text_block"}) {
                const bool first_or_last = text.contains("max(id)");  // one step of the tree
                QVERIFY2(first_or_last || detail != QString("SCAN %1").arg(table), qPrintable(text + ": " + detail));
            }
            QVERIFY2(!detail.contains("AUTOMATIC"), qPrintable(text));
            ++looked;
        }
    }
    QVERIFY(looked > 10);
}

QTEST_GUILESS_MAIN(StoreCaseTest)
#include "store_case_test.moc"
