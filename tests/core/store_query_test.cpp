// What a statement of the query console may take of the machine, and what is said when it wants more.
#include <QtTest>

#include <sys/resource.h>

#include <fstream>

#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "tests/support/line_importer.h"

using namespace trocar;
using namespace trocar::test;

namespace {

constexpr const char* kNumbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) ";

constexpr Nanos kNoHurry{600 * kSecond.count};  ///< a slow machine is no failure

/// Most memory that this process has had, in KiB (getrusage(2)).
long peak_memory_kib() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

QStringList limits(const QueryAnswer& answer) {
    QStringList names;
    for (const QueryCut& cut : answer.cuts) {
        const std::string_view name = to_string(cut.limit);
        names += QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
    }
    return names;
}

std::string repeated(const std::string& first, const std::string& more, int times) {
    std::string out = first;
    for (int i = 0; i < times; ++i) {
        out += more;
    }
    return out;
}

}  // namespace

class StoreQueryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const std::string path = dir_.filePath("query.trocar").toStdString();
        std::ofstream(path + ".lines", std::ios::binary) << kInjectionLines;
        QVERIFY(import_evidence(path, {path + ".lines"}, {}, line_importers(), {}).ok());
        case_ = std::move(CaseFile::open(path, CaseFile::Mode::read_only).value());
    }

    void too_much_is_refused_with_the_reason_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const std::string& sql, const char* reason) {
            QTest::newRow(name) << QString::fromStdString(sql) << reason;
        };
        const char* value = "a value within it is longer than 16 MiB";
        const char* memory = "it needs more than 512 MiB of memory";
        row("zeroblob", "SELECT zeroblob(1000000000)", value);
        row("randomblob", "SELECT randomblob(1000000000)", value);
        row("group_concat", kNumbers + std::string("SELECT group_concat('a long enough text to be glued') FROM n"), value);
        row("doubling", "WITH RECURSIVE t(x) AS (SELECT 'ab' UNION ALL SELECT x || x FROM t) SELECT max(length(x)) FROM t", value);
        const std::string big = "CAST(zeroblob(16000000) AS TEXT)";
        row("wide row", repeated("SELECT " + big, ", " + big, 1999), memory);
        row("wide row not shown", repeated("SELECT 1", ", 1", 300) + repeated("", ", " + big, 200), memory);
        row("sorted", kNumbers + ("SELECT i, " + big + " AS t FROM n ORDER BY t, i"), memory);
        row("distinct", kNumbers + std::string("SELECT count(*) FROM (SELECT DISTINCT hex(randomblob(100000)) FROM n)"), memory);
        row("answer", repeated("SELECT 1", ", CAST(zeroblob(4000000) AS TEXT)", 70), "the answer is larger than 256 MiB");
    }
    void too_much_is_refused_with_the_reason() {
        QFETCH(QString, sql);
        QFETCH(QString, reason);
        const auto answer = case_->query(sql.toStdString(), 10, kNoHurry);
        QVERIFY(!answer.ok());
        QCOMPARE(answer.error().kind, ErrorKind::usage);
        QCOMPARE(QString::fromStdString(answer.error().message), "the query failed: " + reason);
        QVERIFY(!answer.error().remedy.empty());
        QVERIFY2(peak_memory_kib() < 1'300'000, std::to_string(peak_memory_kib()).c_str());
        QVERIFY(case_->query("SELECT 1", 10, kNoHurry).ok());  // nothing of it stays
    }

    void rows_before_a_limit_are_given_data() {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("limit");
        const auto row = [](const char* name, const std::string& sql) {
            QTest::newRow(name) << QString::fromStdString(sql) << QString::fromLatin1(name);
        };
        row("rows", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
        row("time", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 4");
        row("memory", kNumbers + std::string("SELECT i, printf('%.*c', 4000000, 'x') FROM n"));
        row("columns", repeated("SELECT 1", ", 1", 1999));
        row("value", "SELECT printf('%.*c', 5000000, 'x')");
    }
    void rows_before_a_limit_are_given() {
        QFETCH(QString, sql);
        QFETCH(QString, limit);
        const auto answer = case_->query(sql.toStdString(), limit == "rows" ? 5 : 1000,
                                          limit == "time" ? Nanos{500 * kMillisecond.count} : kNoHurry);
        QVERIFY2(answer.ok(), answer.ok() ? "" : answer.error().message.c_str());
        QVERIFY(!answer.value().rows.empty());
        QCOMPARE(limits(answer.value()), QStringList{limit});
        for (const auto& row : answer.value().rows) {
            QCOMPARE(row.size(), answer.value().columns.size());
        }
    }

    void a_long_value_is_cut_at_a_character_and_says_so() {
        const auto answer = case_->query("SELECT 'x' || replace(printf('%.*c', 3000000, '.'), '.', 'é')", 1, kNoHurry);
        QVERIFY2(answer.ok(), answer.ok() ? "" : answer.error().message.c_str());
        const QByteArray shown = QByteArray::fromStdString(answer.value().rows[0][0]);
        QVERIFY(shown.endsWith("\xC3\xA9 [cut: 6\xC2\xA0" "000\xC2\xA0" "001 bytes]"));
        QVERIFY(shown.size() <= (4 << 20) + 32);
    }

    void a_text_that_cannot_be_made_is_none() {
        // SQLite's printf answers NULL (3.40) or fails (later) when its text would be too long.
        const auto answer = case_->query("SELECT printf('%.*c', 1000000000, 'x')", 1, kNoHurry);
        QVERIFY(!answer.ok() || answer.value().rows[0][0].empty());
    }

    void a_blob_shows_its_beginning() {
        const auto answer = case_->query("SELECT zeroblob(16000000), x'', x'ff'", 1, kNoHurry);
        QVERIFY(answer.ok());
        QCOMPARE(answer.value().rows[0][0].size(), 2U + 128U + 4U);
        QCOMPARE(answer.value().rows[0][1], "x''");
        QCOMPARE(answer.value().rows[0][2], "x'ff'");
    }

    void another_connection_keeps_its_memory() {
        // While a query is refused, the case's own connection and an import work as ever.
        QVERIFY(!case_->query(repeated("SELECT zeroblob(16000000)", "||zeroblob(16000000)", 3), 1, kNoHurry).ok());
        QVERIFY(case_->info().ok());
        const std::string path = dir_.filePath("second.trocar").toStdString();
        QVERIFY(import_evidence(path, {dir_.filePath("query.trocar.lines").toStdString()}, {}, line_importers(), {}).ok());
    }

private:
    QTemporaryDir dir_;
    std::unique_ptr<CaseFile> case_;
};

QTEST_GUILESS_MAIN(StoreQueryTest)
#include "store_query_test.moc"
