#include <QtTest>

#include <fstream>
#include <random>

#include "core/base/text.h"
#include "core/store/event_filter.h"
#include "core/store/import_case.h"
#include "core/store/string_search.h"
#include "tests/support/line_importer.h"

using namespace trocar;
using namespace trocar::test;

class StoreFilterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void passes_data();
    void passes();
    void errors_name_the_column_data();
    void errors_name_the_column();
    void depth_is_limited();
    void unknown_field_is_said();
    void string_search_equals_naive();

private:
    QTemporaryDir dir_;
    std::unique_ptr<CaseFile> case_;
    std::shared_ptr<const Capture> capture_;
    std::shared_ptr<const EventColumns> columns_;
};

void StoreFilterTest::initTestCase() {
    const std::string evidence = dir_.filePath("a.lines").toStdString();
    std::ofstream(evidence, std::ios::binary) << kInjectionLines;
    const std::string path = dir_.filePath("a.trocar").toStdString();
    QVERIFY(import_evidence(path, {evidence}, {}, line_importers(), {}).ok());
    case_ = std::move(CaseFile::open(path, CaseFile::Mode::read_only)).value();
    capture_ = case_->load_capture().value();
    columns_ = case_->load_event_columns().value();
}

// kInjectionLines: 0 create, 1 access, 2 thread, 3 load, 4 PowerShell event, 5 exit.
void StoreFilterTest::passes_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QVector<int>>("events");
    const auto row = [](const char* filter, QVector<int> events) { QTest::newRow(filter) << filter << events; };
    row("", {0, 1, 2, 3, 4, 5});
    row("target.image ~ \"notepad\" and access has VM_WRITE", {1});
    row("access has VM_WRITE|VM_OPERATION", {1});
    row("access has 0x400000", {});
    row("access = 0x1f3fff", {1});
    row("operation = ProcessAccess and source.pid = 6008", {1});
    row("CommandLine ~ \"WHOAMI\"", {0});
    row("commandline ~ whoami", {0});
    row("event_id = 8 or event_id = 25", {2});
    row("event_id >= 10", {1, 4});
    row("not channel ~ powershell", {0, 1, 2, 3, 5});
    row("channel !~ powershell", {0, 1, 2, 3, 5});
    row("time >= \"2020-08-07 18:32:44.6\"", {3, 4, 5});
    row("time = \"2020-08-07 18:32\"", {0, 1, 2, 3, 4});
    row("time = 2020-08-06", {});
    row("time > \"2020-08-07 18:32\"", {5});
    row("lsass", {4});
    row("LSASS", {4});
    row("\"lsass mentioned\"", {4});
    row("lsass or evil.dll", {3, 4});
    row("notepad create", {0, 2});
    row("image = notepad.exe", {0, 1, 2, 3, 5});
    row("image = C:\\Windows\\notepad.exe", {0, 1, 2, 3, 5});
    row("source.image ~ notepad", {});
    row("source.image != notepad.exe", {0, 1, 2, 3, 4, 5});
    row("pid = 2576", {0, 1, 2, 3, 5});
    row("pid != 2576", {4});
    row("4660", {1});
    row("SourceThreadId = 4660", {1});
    row("SourceThreadId > 4000", {1});
    row("SourceThreadId < 4000", {});
    row("Count = 17", {4});
    row("Count = 0x11", {4});
    row("GrantedAccess = 0x1F3FFF", {1});
    row("GrantedAccess != 0x1f3fff", {0, 2, 3, 4, 5});
    row("UtcTime ~ 18:32", {0});
    row("UtcTime >= 2020-08-07", {0});
    row("text ~ evil", {3});
    row("StartModule = -", {2});
    row("(event_id = 8 or event_id = 10) and not access has VM_WRITE", {2});
    row("not not lsass", {4});
    row("host = h1 and provider = Provider", {0, 1, 2, 3, 5});
    row("operation ~ process", {0, 1, 5});
}

void StoreFilterTest::passes() {
    QFETCH(QString, filter);
    QFETCH(QVector<int>, events);
    const auto parsed = EventFilter::parse(filter.toStdString());
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : parsed.error().message.c_str());
    QCOMPARE(parsed.value().passes_all(), filter.isEmpty());
    const auto found = parsed.value().apply(*columns_, *capture_, *case_, {});
    QVERIFY2(found.ok(), found.ok() ? "" : found.error().message.c_str());
    QVector<int> ids;
    for (const std::uint32_t at : found.value()) {
        ids << static_cast<int>(columns_->id[at].value);
    }
    QCOMPARE(ids, events);
}

void StoreFilterTest::errors_name_the_column_data() {
    QTest::addColumn<QString>("filter");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* filter, const char* message) { QTest::newRow(filter) << filter << message; };
    row("lsass and", "column 10: expected a field, a word");
    row("= 3", "column 1: expected a field or a word before this");
    row("pid = ", "column 7: expected a value here");
    row("pid = many", "column 7: expected a number");
    row("pid ~ 3", "column 5: pid is a number");
    row("(a or b", "column 1: there is no ) for this (");
    row("a)", "column 2: there is no ( for this )");
    row("\"open", "column 1: this quote is not closed");
    row("time > noon", "column 8: expected a time");
    row("time ~ 2020", "column 6: time is compared with");
    row("operation = Injection", "column 13: there is no operation");
    row("access has EVERYTHING", "column 12: expected rights");
    row("image has VM_WRITE", "column 7: has tests rights");
    row("image > a", "column 7: image is a text");
    row("a ! b", "column 3: \"!\" stands before");
    row("and", "column 1: expected a field or a word, not \"and\"");
    row("\"\"", "column 1: an empty text");
}

void StoreFilterTest::errors_name_the_column() {
    QFETCH(QString, filter);
    QFETCH(QString, message);
    const auto parsed = EventFilter::parse(filter.toStdString());
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().kind, ErrorKind::usage);
    QVERIFY2(parsed.error().message.starts_with(message.toStdString()), parsed.error().message.c_str());
}

void StoreFilterTest::depth_is_limited() {
    QVERIFY(!EventFilter::parse(std::string(100'000, '(')).ok());
    QVERIFY(!EventFilter::parse(std::string(1000, '(') + "a" + std::string(1000, ')')).ok());
    std::string nots;
    for (int i = 0; i < 1000; ++i) {
        nots += "not ";
    }
    QVERIFY(!EventFilter::parse(nots + "a").ok());
    std::string many;
    for (int i = 0; i < 1000; ++i) {
        many += "a ";
    }
    QVERIFY(!EventFilter::parse(many).ok());
}

void StoreFilterTest::unknown_field_is_said() {
    const auto parsed = EventFilter::parse("NoSuchField = 3");
    QVERIFY(parsed.ok());
    const auto found = parsed.value().apply(*columns_, *capture_, *case_, {});
    QVERIFY(!found.ok());
    QVERIFY(QString::fromStdString(found.error().message).contains("NoSuchField"));
}

void StoreFilterTest::string_search_equals_naive() {
    const auto seed = static_cast<std::uint32_t>(qEnvironmentVariableIntValue("TROCAR_TEST_SEED"));
    qInfo("seed %u", seed);
    std::mt19937 random(seed);
    StringTable table;
    constexpr std::string_view kAlphabet = "aAbB.\\[{";
    for (int i = 0; i < 3000; ++i) {
        std::string text;
        for (std::size_t n = random() % 40; n > 0; --n) {
            text += kAlphabet[random() % kAlphabet.size()];
        }
        static_cast<void>(table.intern(text));
    }
    for (int i = 0; i < 300; ++i) {
        std::string part;
        for (std::size_t n = random() % 5; n > 0; --n) {
            part += kAlphabet[random() % kAlphabet.size()];
        }
        const std::vector<bool> found = strings_containing(table, part);
        for (std::uint32_t id = 0; id < table.size(); ++id) {
            QCOMPARE(static_cast<bool>(found[id]), contains_ignoring_case(table.text(StringId{id}), part));
        }
    }
}

QTEST_GUILESS_MAIN(StoreFilterTest)
#include "store_filter_test.moc"
