#include <QtTest>

#include <filesystem>
#include <fstream>

#include "core/store/case_file.h"
#include "core/store/event_filter.h"
#include "core/store/import_case.h"
#include "tests/support/line_importer.h"

using namespace trocar;
using namespace trocar::test;

namespace {

std::string write_file(const QTemporaryDir& dir, const char* name, std::string_view text) {
    const std::string path = dir.filePath(QString::fromLatin1(name)).toStdString();
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

Result<ImportSummary> import(const std::string& path, std::vector<std::string> files, ImportOptions options = {}) {
    return import_evidence(path, files, options, line_importers(), {});
}

std::unique_ptr<CaseFile> open_case(const std::string& path) {
    Result<std::unique_ptr<CaseFile>> opened = CaseFile::open(path, CaseFile::Mode::read_only);
    if (!opened.ok()) {
        qWarning("%s", opened.error().message.c_str());
        return nullptr;
    }
    return std::move(opened).value();
}

std::string text_of(const Capture& c, StringId id) { return std::string(c.strings->text(id)); }

/// "access powershell.exe>notepad.exe 18:32:41.298 record 2" for every signal.
QStringList signals_of(const Capture& c) {
    QStringList out;
    for (const Pair& pair : c.signals.pairs) {
        for (std::uint32_t i = pair.first; i < pair.last; ++i) {
            const auto image = [&](ProcessId p) {
                return p.none() ? std::string("-")
                                : std::string(file_name(text_of(c, c.processes.lives[p.value].image)));
            };
            out << QString::fromStdString(std::string(name(c.signals.role[i])) + " " + image(pair.source) + ">" +
                                          image(pair.target) + " " + format_clock(c.signals.time[i], 3) + " record " +
                                          std::to_string(c.record[i]));
        }
    }
    return out;
}

}  // namespace

class StoreImportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void reads_back_what_was_imported();
    void second_import_joins_the_first();
    void order_of_files_does_not_matter();
    void known_file_is_skipped();
    void reference_keeps_no_bytes_and_notices_change();
    void sensor_words_are_no_names();
    void later_image_is_kept();
    void a_process_that_is_seen_has_a_parent_and_no_start();
    void events_without_time_are_kept_and_counted();
    void bad_lines_are_counted_and_found();
    void broken_file_is_named_and_kept_in_part();
    void nothing_recognised_leaves_nothing();
    void missing_path_leaves_nothing();
    void cancel_leaves_nothing();
    void long_texts_go_into_blocks_once();
    void gaps_stand_out();
    void pid_epochs_are_per_source();
};

void StoreImportTest::reads_back_what_was_imported() {
    QTemporaryDir dir;
    const std::string evidence = write_file(dir, "a.lines", kInjectionLines);
    const std::string path = dir.filePath("a.trocar").toStdString();
    const Result<ImportSummary> summary = import(path, {evidence});
    QVERIFY2(summary.ok(), summary.ok() ? "" : summary.error().message.c_str());
    QCOMPARE(summary.value().events, 6U);
    QVERIFY(!std::filesystem::exists(path + ".importing"));

    const std::unique_ptr<CaseFile> c = open_case(path);
    QVERIFY(c);
    const Result<CaseInfo> info = c->info();
    QVERIFY2(info.ok(), info.ok() ? "" : info.error().message.c_str());
    QCOMPARE(info.value().events, 6U);
    QCOMPARE(info.value().processes, 2U);
    QCOMPARE(info.value().sources.size(), 1U);
    QVERIFY(info.value().unfinished.empty());
    QCOMPARE(info.value().sources[0].importer, std::string("test_lines"));
    QCOMPARE(info.value().sources[0].sha256, hex(sha256(as_bytes(kInjectionLines))));
    QCOMPARE(info.value().channels.size(), 6U);

    const auto capture = c->load_capture();
    QVERIFY2(capture.ok(), capture.ok() ? "" : capture.error().message.c_str());
    QCOMPARE(signals_of(*capture.value()),
             QStringList({"create powershell.exe>notepad.exe 18:32:07.000 record 1",
                          "access powershell.exe>notepad.exe 18:32:41.298 record 2",
                          "execute powershell.exe>notepad.exe 18:32:44.580 record 3",
                          "load ->notepad.exe 18:32:44.700 record 4"}));
    QCOMPARE(capture.value()->total_by_operation[static_cast<std::size_t>(Operation::process_access)], 1U);
    QCOMPARE(format_iso_time(capture.value()->last_time), std::string("2020-08-07T18:33:57.000000000Z"));

    const auto columns = c->load_event_columns();
    QVERIFY(columns.ok());
    QCOMPARE(columns.value()->size(), 6U);
    const std::vector<EventId> ids{EventId{1}, EventId{4}};
    const auto rows = c->events(ids);
    QVERIFY2(rows.ok(), rows.ok() ? "" : rows.error().message.c_str());
    QCOMPARE(rows.value()[0].value, 0x1f3fffU);
    QCOMPARE(rows.value()[0].fields.size(), 2U);
    QCOMPARE(rows.value()[0].fields[0].first, std::string("GrantedAccess"));
    QCOMPARE(rows.value()[0].fields[0].second, std::string("0x1f3fff"));
    QCOMPARE(rows.value()[0].fields[1].second, std::string("4660"));
    QCOMPARE(rows.value()[1].fields[0].second, std::string("lsass mentioned"));
    QCOMPARE(rows.value()[1].fields[1].second, std::string("17"));
    QCOMPARE(text_of(*capture.value(), rows.value()[1].channel), std::string("PowerShell/Operational"));

    const auto raw = c->raw_record(EventId{4});
    QVERIFY(raw.ok());
    QVERIFY(QByteArray::fromStdString(raw.value()).startsWith("time=2020-08-07 18:32:50.000\top=Event"));
    QVERIFY(QByteArray::fromStdString(raw.value()).endsWith("#Count=17"));
    const auto shown = c->render(EventId{4}, line_importers());
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().text, raw.value());
    const auto found = c->verify({});
    QVERIFY(found.ok());
    QVERIFY2(found.value().empty(), found.value().empty() ? "" : found.value()[0].c_str());
    QVERIFY(!c->events(std::vector<EventId>{EventId{6}}).ok());
}

void StoreImportTest::second_import_joins_the_first() {
    QTemporaryDir dir;
    std::string text(kInjectionLines);
    const std::size_t half = text.find("time=2020-08-07 18:32:44.580");
    const std::string first = write_file(dir, "1.lines", text.substr(0, half));
    const std::string second = write_file(dir, "2.lines", "#lines\n" + text.substr(half));
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {first}).ok());
    const Result<ImportSummary> again = import(path, {second});
    QVERIFY2(again.ok(), again.ok() ? "" : again.error().message.c_str());
    QCOMPARE(again.value().events, 4U);
    const auto c = open_case(path);
    QVERIFY(c);
    const auto capture = c->load_capture();
    QVERIFY2(capture.ok(), capture.ok() ? "" : capture.error().message.c_str());
    QCOMPARE(signals_of(*capture.value()).size(), 4);
    QCOMPARE(capture.value()->processes.lives.size(), 2U);
    QCOMPARE(capture.value()->sources[1].first_event, 2U);
    QCOMPARE(c->info().value().channels.size(), 6U);
    QVERIFY(c->verify({}).value().empty());
    QVERIFY(!std::filesystem::exists(path + "-wal"));
    QVERIFY(c->log().value().size() >= 5);
}

void StoreImportTest::order_of_files_does_not_matter() {
    QTemporaryDir dir;
    // All at one time: only the order of sources decides.
    const auto line = [](int n) {
        return "time=2020-08-07 18:32:41.298\top=ProcessAccess\tactor=aaaaaaaa-0000-0000-0000-000000000001,1,a.exe\ttarget="
               "aaaaaaaa-0000-0000-0000-000000000002,2,b.exe\tvalue=" + std::to_string(n) + "\n";
    };
    const std::string a = write_file(dir, "a.lines", "#lines\n" + line(1) + line(2));
    const std::string b = write_file(dir, "b.lines", "#lines\n" + line(3));
    const std::string c = write_file(dir, "c.lines", "#lines\n" + line(4) + line(5));
    QVector<QVector<quint64>> seen;
    int n = 0;
    for (const std::vector<std::string>& files :
         {std::vector{a, b, c}, std::vector{c, b, a}, std::vector{b, c, a}}) {
        const std::string path = dir.filePath(QString("%1.trocar").arg(n++)).toStdString();
        QVERIFY(import(path, files).ok());
        const auto capture = open_case(path)->load_capture();
        QVERIFY(capture.ok());
        const std::vector<std::uint64_t>& values = capture.value()->signals.value;
        seen << QVector<quint64>(values.begin(), values.end());
    }
    const std::string path = dir.filePath("step.trocar").toStdString();
    for (const std::string& file : {c, a, b}) {
        QVERIFY(import(path, {file}).ok());
    }
    const auto capture = open_case(path)->load_capture();
    seen << QVector<quint64>(capture.value()->signals.value.begin(), capture.value()->signals.value.end());
    for (const auto& values : seen) {
        QCOMPARE(values, seen[0]);
        QCOMPARE(values.size(), 5);
    }
}

void StoreImportTest::known_file_is_skipped() {
    QTemporaryDir dir;
    const std::string a = write_file(dir, "a.lines", kInjectionLines);
    const std::string copy = write_file(dir, "copy.lines", kInjectionLines);
    const std::string path = dir.filePath("a.trocar").toStdString();
    const Result<ImportSummary> first = import(path, {a, copy});
    QVERIFY(first.ok());
    QCOMPARE(first.value().events, 6U);
    QCOMPARE(first.value().skipped.size(), 1U);
    QVERIFY(QString::fromStdString(first.value().skipped[0].reason).contains("a.lines"));
    const Result<ImportSummary> again = import(path, {copy});
    QVERIFY(again.ok());
    QCOMPARE(again.value().events, 0U);
    QCOMPARE(open_case(path)->info().value().events, 6U);
}

void StoreImportTest::reference_keeps_no_bytes_and_notices_change() {
    QTemporaryDir dir;
    const std::string a = write_file(dir, "a.lines", kInjectionLines);
    const std::string path = dir.filePath("a.trocar").toStdString();
    ImportOptions options;
    options.keep_raw = false;
    QVERIFY(import(path, {a}, options).ok());
    const auto c = open_case(path);
    QVERIFY(!c->info().value().sources[0].raw_kept);
    const auto answer = c->query("SELECT count(*), sum(data IS NULL) FROM raw_block", 10, kSecond);
    QVERIFY(answer.ok());
    QCOMPARE(answer.value().rows[0][0], answer.value().rows[0][1]);
    QVERIFY(c->raw_record(EventId{0}).ok());
    std::string changed(kInjectionLines);
    changed[20] = 'X';
    write_file(dir, "a.lines", changed);
    const auto raw = c->raw_record(EventId{0});
    QVERIFY(!raw.ok());
    QVERIFY(QString::fromStdString(raw.error().message).contains("has changed"));
    QCOMPARE(c->verify({}).value().size(), 1U);
    std::filesystem::remove(a);
    QVERIFY(QString::fromStdString(c->raw_record(EventId{0}).error().message).contains("gone"));
}

void StoreImportTest::sensor_words_are_no_names() {
    QTemporaryDir dir;
    std::string text = "#lines\n";
    for (const char* image : {"<unknown process>", "&lt;unknown process&gt;", "-", "?", "", "C:\\real.exe", "-"}) {
        text += std::string("time=2020-08-07 18:32:41.298\top=ProcessTerminate\ttarget="
                            "aaaaaaaa-0000-0000-0000-000000000002,2,") + image + "\n";
    }
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto capture = open_case(path)->load_capture().value();
    QCOMPARE(capture->processes.lives.size(), 1U);
    QCOMPARE(text_of(*capture, capture->processes.lives[0].image), std::string("C:\\real.exe"));
    QCOMPARE(text_of(*capture, capture->processes.lives[0].later_image), std::string());
}

void StoreImportTest::later_image_is_kept() {
    QTemporaryDir dir;
    // The other name is written before the creation: files are not in time order.
    const std::string text =
        "#lines\n"
        "time=2020-08-07 18:32:42\top=ProcessAccess\tactor=aaaaaaaa-0000-0000-0000-000000000002,2,C:\\Windows\\explorer.exe"
        "\ttarget=aaaaaaaa-0000-0000-0000-000000000003,3,x.exe\n"
        "time=2020-08-07 18:32:41\top=ProcessCreate\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2,C:\\T\\Akagi.exe\n";
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto answer = open_case(path)->query("SELECT image, later_image FROM v_process WHERE pid = 2", 10, kSecond);
    QVERIFY(answer.ok());
    QCOMPARE(answer.value().rows[0][0], std::string("C:\\T\\Akagi.exe"));
    QCOMPARE(answer.value().rows[0][1], std::string("C:\\Windows\\explorer.exe"));
}

void StoreImportTest::a_process_that_is_seen_has_a_parent_and_no_start() {
    QTemporaryDir dir;
    const std::string text =
        "#lines\n"
        "time=2020-08-07 18:32:42\top=ProcessSeen\ttarget=,7,C:\\w.exe\tparent=,3,C:\\p.exe\tline=w -k\n"
        "time=2020-08-07 18:32:41\top=ProcessCreate\tactor=,3,C:\\p.exe\ttarget=,8,C:\\made.exe\tparent=,3,C:\\p.exe\n"
        "time=2020-08-07 18:32:43\top=ProcessSeen\ttarget=,8,C:\\made.exe\tline=made -x\n";
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto answer = open_case(path)->query(
        "SELECT c.pid, p.pid, c.command_line, c.start_inferred, c.start_ns IS NULL FROM v_process c"
        " LEFT JOIN v_process p ON p.process = c.parent WHERE c.pid > 3 ORDER BY c.pid", 10, kSecond);
    QVERIFY(answer.ok());
    QCOMPARE(answer.value().rows.size(), std::size_t{2});
    QCOMPARE(answer.value().rows[0], (std::vector<std::string>{"7", "3", "w -k", "1", "1"}));
    QCOMPARE(answer.value().rows[1], (std::vector<std::string>{"8", "3", "made -x", "0", "0"}));
}

void StoreImportTest::events_without_time_are_kept_and_counted() {
    QTemporaryDir dir;
    const std::string text =
        "#lines\nop=ProcessAccess\tactor=aaaaaaaa-0000-0000-0000-000000000001,1,a.exe\ttarget="
        "aaaaaaaa-0000-0000-0000-000000000002,2,b.exe\n"
        "time=2020-08-07 18:32:42\top=Event\n";
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto c = open_case(path);
    QCOMPARE(c->info().value().sources[0].losses[0].name, std::string("event_without_time"));
    QCOMPARE(c->load_capture().value()->signals.size(), 0U);
    const auto columns = c->load_event_columns().value();
    QCOMPARE(columns->size(), 2U);
    QVERIFY(columns->time[0].none());
    QCOMPARE(columns->id[0].value, 0U);
}

void StoreImportTest::bad_lines_are_counted_and_found() {
    QTemporaryDir dir;
    std::string text(kInjectionLines);
    text += "bad\nbad\n";
    const std::string path = dir.filePath("a.trocar").toStdString();
    const auto summary = import(path, {write_file(dir, "a.lines", text)});
    QCOMPARE(summary.value().rejected, 2U);
    const CaseInfo info = open_case(path)->info().value();
    QCOMPARE(info.rejected(), 2U);
    QCOMPARE(info.sources[0].losses[0].places.size(), 2U);
    QCOMPARE(info.sources[0].losses[0].places[1].record, 8U);
}

void StoreImportTest::broken_file_is_named_and_kept_in_part() {
    QTemporaryDir dir;
    const std::string whole = write_file(dir, "whole.lines", kInjectionLines);
    const std::string part =
        write_file(dir, "part.lines", "#lines\ntime=2020-08-07 18:32:42\top=Event\nstop\ntime=2020-08-07 18:32:43\top=Event\n");
    const std::string path = dir.filePath("a.trocar").toStdString();
    const auto summary = import(path, {whole, part});
    QVERIFY(summary.ok());
    QCOMPARE(summary.value().files[1].error, std::string("the line says stop"));
    const CaseInfo info = open_case(path)->info().value();
    QCOMPARE(info.events, 7U);
    QVERIFY(info.sources[0].complete);
    QVERIFY(!info.sources[1].complete);
}

void StoreImportTest::nothing_recognised_leaves_nothing() {
    QTemporaryDir dir;
    const std::string path = dir.filePath("a.trocar").toStdString();
    const auto summary = import(path, {write_file(dir, "a.txt", "hello"), write_file(dir, "empty", "")});
    QVERIFY(!summary.ok());
    QCOMPARE(summary.error().kind, ErrorKind::unreadable);
    QVERIFY(QString::fromStdString(summary.error().message).contains("no #lines at its start"));
    QVERIFY(QString::fromStdString(summary.error().message).contains("empty"));
    QCOMPARE(QDir(dir.path()).entryList(QDir::Files).size(), 2);
}

void StoreImportTest::missing_path_leaves_nothing() {
    QTemporaryDir dir;
    const std::string path = dir.filePath("a.trocar").toStdString();
    const auto summary = import(path, {dir.filePath("none").toStdString()});
    QVERIFY(!summary.ok());
    QCOMPARE(summary.error().kind, ErrorKind::unreadable);
    QVERIFY(QDir(dir.path()).entryList(QDir::Files).isEmpty());
    const auto nowhere = import(dir.filePath("no/such/folder.trocar").toStdString(), {write_file(dir, "a.lines", kInjectionLines)});
    QVERIFY(!nowhere.ok());
    QCOMPARE(nowhere.error().kind, ErrorKind::storage);
}

void StoreImportTest::cancel_leaves_nothing() {
    QTemporaryDir dir;
    const std::string evidence = write_file(dir, "a.lines", kInjectionLines);
    const std::string path = dir.filePath("a.trocar").toStdString();
    for (const bool existing : {false, true}) {
        if (existing) {
            QVERIFY(import(path, {write_file(dir, "b.lines", std::string(kInjectionLines) + "\n")}).ok());
        }
        std::stop_source stop;
        const auto summary = import_evidence(path, {evidence}, {}, line_importers([&](std::size_t n) {
                                                 if (n == 3) {
                                                     stop.request_stop();
                                                 }
                                             }),
                                             stop.get_token());
        QVERIFY(!summary.ok());
        QCOMPARE(summary.error().kind, ErrorKind::cancelled);
        QCOMPARE(std::filesystem::exists(path), existing);
        QVERIFY(!std::filesystem::exists(path + ".importing"));
    }
    const CaseInfo info = open_case(path)->info().value();
    QCOMPARE(info.events, 6U);
    QVERIFY(info.unfinished.empty());
}

void StoreImportTest::long_texts_go_into_blocks_once() {
    QTemporaryDir dir;
    std::string text = "#lines\n";
    const std::string filler(300, 'x');
    for (int i = 0; i < 3000; ++i) {  // one never repeats, one comes twice, far apart, and one often
        text += "time=2020-08-07 18:32:42\top=Event\tMessage=" + std::to_string(i) + filler + "\tScript=" +
                std::to_string(i % 1500) + "s" + filler + "\tCallTrace=" + std::to_string(i % 20) + "t" + filler + "\n";
    }
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto c = open_case(path);
    const auto rows = c->events(std::vector<EventId>{EventId{0}, EventId{2999}, EventId{1500}});
    QCOMPARE(rows.value()[0].fields[0].second, "0" + filler);
    QCOMPARE(rows.value()[0].fields[2].second, "0t" + filler);
    QCOMPARE(rows.value()[1].fields[0].second, "2999" + filler);
    QCOMPARE(rows.value()[1].fields[1].second, "1499s" + filler);
    QCOMPARE(rows.value()[1].fields[2].second, "19t" + filler);
    QCOMPARE(rows.value()[2].fields[0].second, "1500" + filler);
    QCOMPARE(rows.value()[2].fields[1].second, "0s" + filler);
    const auto capture = c->load_capture().value();
    QVERIFY(capture->strings->size() < 100);
    QVERIFY(std::filesystem::file_size(path) < 1'200'000);
    const auto number = [&](const std::string& sql) { return c->query(sql, 1, kSecond).value().rows[0][0]; };
    std::size_t plain = 0;
    for (int i = 0; i < 3000; ++i) {
        plain += std::to_string(i).size() + filler.size();
        plain += i < 1500 ? std::to_string(i).size() + 1 + filler.size() : 0;
        plain += i < 20 ? std::to_string(i).size() + 1 + filler.size() : 0;
    }
    QCOMPARE(number("SELECT sum(size) FROM text_block"), std::to_string(plain));
    QCOMPARE(number("SELECT count(*) FROM string WHERE length(text) > 200"), std::string("20"));
    QCOMPARE(number("SELECT event_field(detail, time_ns, 'message') FROM event WHERE id = 2999"), "2999" + filler);
    QCOMPARE(number("SELECT count(DISTINCT event_field(detail, time_ns, 'script')) FROM event"), std::string("1500"));
    // Every reader sees them, wherever they lie and however often.
    const auto columns = c->load_event_columns().value();
    const auto passing = [&](const std::string& filter) {
        std::vector<std::uint32_t> ids;
        const auto found = EventFilter::parse(filter).value().apply(*columns, *capture, *c, {});
        for (const std::uint32_t at : found.ok() ? found.value() : std::vector<std::uint32_t>{}) {
            ids.push_back(columns->id[at].value);
        }
        return ids;
    };
    QCOMPARE(passing("Message ~ 2999X or 1500x").size(), 2U);
    QCOMPARE(passing("Script ~ 77SXX and Script !~ 177s"),
             (std::vector<std::uint32_t>{77, 277, 377, 477, 577, 677, 777, 877, 977, 1077, 1277, 1377, 1477, 1577, 1777, 1877,
                                         1977, 2077, 2177, 2277, 2377, 2477, 2577, 2777, 2877, 2977}));
    QCOMPARE(passing("Script = 5s" + filler), (std::vector<std::uint32_t>{5, 1505}));
    QCOMPARE(passing("CallTrace ~ 7txx").size(), 300U);
    QCOMPARE(passing("CallTrace = 7t" + filler).size(), 150U);
    QVERIFY(c->verify({}).value().empty());
}

void StoreImportTest::gaps_stand_out() {
    QTemporaryDir dir;
    std::string text = "#lines\n";
    for (int i = 0; i < 120; ++i) {
        const int minute = i < 60 ? 0 : 30;  // one event a second, silent for 29 minutes in the middle
        text += "time=2020-08-07 18:" + QString("%1:%2").arg(minute, 2, 10, QChar('0')).arg(i % 60, 2, 10, QChar('0')).toStdString() +
                "\top=ImageLoad\n";
    }
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto capture = open_case(path)->load_capture().value();
    QCOMPARE(capture->operations.size(), 1U);
    QCOMPARE(capture->operations[0].gaps.size(), 1U);
    QCOMPARE(format_clock(capture->operations[0].gaps[0].first, 0), std::string("18:00:59"));
    QCOMPARE(format_clock(capture->operations[0].gaps[0].second, 0), std::string("18:30:00"));
}

void StoreImportTest::pid_epochs_are_per_source() {
    QTemporaryDir dir;
    const std::string text =
        "#lines\n"
        "time=2020-08-07 18:32:40\top=ProcessCreate\ttarget=,77,a.exe\n"
        "time=2020-08-07 18:32:41\top=ProcessTerminate\ttarget=,77,a.exe\n"
        "time=2020-08-07 18:32:45\top=ProcessCreate\ttarget=,77,b.exe\n";
    const std::string path = dir.filePath("a.trocar").toStdString();
    QVERIFY(import(path, {write_file(dir, "a.lines", text)}).ok());
    const auto capture = open_case(path)->load_capture().value();
    QCOMPARE(capture->processes.lives.size(), 2U);
    QCOMPARE(text_of(*capture, capture->processes.lives[0].image), std::string("a.exe"));
    QCOMPARE(text_of(*capture, capture->processes.lives[1].image), std::string("b.exe"));
    QVERIFY(!capture->processes.lives[0].end.none());
}

QTEST_GUILESS_MAIN(StoreImportTest)
#include "store_import_test.moc"
