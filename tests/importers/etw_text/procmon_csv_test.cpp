// Process Monitor's CSV: creators of threads, dates of every country, logs without a column that matters.
#include <QTest>

#include "importers/etw_text/procmon_time.h"
#include "tests/importers/etw_text/etw_lines.h"

using namespace trocar;
using namespace trocar::test;

namespace {

const std::string kFull =
    "\xEF\xBB\xBF\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\","
    "\"Date & Time\",\"Image Path\",\"Command Line\",\"User\",\"TID\"\r\n";
const std::string kShort = "\"Time of Day\",\"Process Name\",\"PID\",\"Operation\",\"Path\",\"Result\",\"Detail\"\r\n";

std::string full_row(const std::string& pid, const std::string& operation, const std::string& path,
                     const std::string& detail, const std::string& tid) {
    return "\"7:37:18.2093997 PM\",\"p" + pid + ".exe\",\"" + pid + "\",\"" + operation + "\",\"" + path +
           "\",\"SUCCESS\",\"" + detail + "\",\"7/31/2020 7:37:18 PM\",\"C:\\p" + pid + ".exe\",\"\"\"C:\\p" + pid +
           ".exe\"\" -x, y\",\"D\\u\",\"" + tid + "\"\r\n";
}

}  // namespace

class ProcmonCsvTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_creator_is_the_process_of_the_thread() {
        const RecordingSink sink = read_etw_text(
            kFull + full_row("20", "Thread Create", "", "Thread ID: 900", "11") +  // 11 shows up later, in 10
            full_row("10", "Load Image", "C:\\x.dll", "Image Base: 0x7ffa744e0000, Image Size: 0x204000", "11") +
            full_row("20", "Thread Create", "", "Thread ID: 901", "900") +  // 20 in itself
            full_row("20", "Thread Exit", "", "Thread ID: 901, User Time: 0.0000000", "901") +
            full_row("20", "Thread Create", "", "Thread ID: 902", "77"));  // nothing else of 77
        QCOMPARE(sink.events.size(), std::size_t{5});
        const auto& remote = sink.events[0];
        QCOMPARE(remote.operation, Operation::remote_thread);
        QCOMPARE(remote.actor.pid, 10U);
        QCOMPARE(remote.actor.image, std::string("C:\\p10.exe"));
        QCOMPARE(remote.target.pid, 20U);
        QCOMPARE(remote.target.image, std::string("C:\\p20.exe"));
        QCOMPARE(format_iso_time(remote.time), std::string("2020-07-31T19:37:18.209399700Z"));
        const auto& load = sink.events[1];
        QCOMPARE(load.operation, Operation::module_load);
        QCOMPARE(load.text, std::string("C:\\x.dll"));
        QCOMPARE(load.value, 0x7ffa744e0000U);
        QCOMPARE(load.field("ImageSize"), std::string("0x204000"));
        QCOMPARE(sink.events[2].operation, Operation::thread_create);
        QCOMPARE(sink.events[4].operation, Operation::thread_create);
        QVERIFY(!sink.events[4].actor.present());
        QCOMPARE(sink.lost_count("procmon_thread_creator_unknown"), 1U);
    }

    void processes() {
        const RecordingSink sink = read_etw_text(
            kFull + full_row("10", "Process Create", "C:\\c.exe", "PID: 30, Command line: c", "11") +
            full_row("30", "Process Start", "", "Parent PID: 10, Command line: c, d, Current directory: C:\\", "11") +
            full_row("30", "Process Exit", "", "Exit Status: 0, Private Bytes: 393,216", "31"));
        QCOMPARE(sink.events[0].operation, Operation::generic);
        const auto& start = sink.events[1];
        QCOMPARE(start.operation, Operation::process_create);
        QCOMPARE(start.target.pid, 30U);
        QCOMPARE(start.parent.pid, 10U);
        QCOMPARE(start.actor.pid, 10U);
        QCOMPARE(start.command_line, std::string("\"C:\\p30.exe\" -x, y"));
        QCOMPARE(start.user, std::string("D\\u"));
        QCOMPARE(sink.events[2].operation, Operation::process_exit);
        QCOMPARE(sink.events[2].target.pid, 30U);
    }

    void a_log_without_tid_and_date() {
        const RecordingSink sink = read_etw_text(
            kShort +
            "\"14:01:36.8584126\",\"cmd.exe\",\"5948\",\"Thread Create\",\"\",\"SUCCESS\",\"Thread ID: 8164\"\n"
            "\"14:01:37\",\"cmd.exe\",\"five\",\"Thread Exit\",\"\",\"\",\"\"\n");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.events[0].operation, Operation::thread_create);
        QVERIFY(!sink.events[0].actor.present());
        QVERIFY(sink.events[0].time.none());  // bytes from memory were written on no day
        QCOMPARE(sink.lost_count("procmon_thread_creator_unknown"), 1U);
        QCOMPARE(sink.lost_count("etw_record_unreadable"), 1U);
    }

    void the_zone_is_the_analysts() {
        const RecordingSink sink =
            read_etw_text(kFull + full_row("10", "Thread Exit", "", "Thread ID: 1", "1"), {"", 120, 0, false});
        QCOMPARE(format_iso_time(sink.events.at(0).time), std::string("2020-07-31T17:37:18.209399700Z"));
    }

    void times_of_day_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("nanos");
        QTest::newRow("24 h") << "14:01:36.8584126" << qint64{50496858412600};
        QTest::newRow("comma") << "14:01:36,8584126" << qint64{50496858412600};
        QTest::newRow("midnight") << "12:00:00.0000000 AM" << qint64{0};
        QTest::newRow("noon") << "12:00:00.0000001 PM" << qint64{43200000000100};
        QTest::newRow("no 24") << "24:00:00" << qint64{-1};
        QTest::newRow("no 13 PM") << "13:00:00 PM" << qint64{-1};
        QTest::newRow("words") << "noon" << qint64{-1};
    }
    void times_of_day() {
        QFETCH(QString, text);
        QFETCH(qint64, nanos);
        const auto read = procmon_time_of_day(text.toStdString());
        QCOMPARE(read ? read->count : -1, nanos);
    }

    void days_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("dayFirst");
        QTest::addColumn<QString>("day");
        QTest::newRow("month first") << "7/8/2020 7:37:18 AM" << false << "2020-07-08";
        QTest::newRow("day first, as others showed") << "7/8/2020 07:37:18" << true << "2020-08-07";
        QTest::newRow("day first for certain") << "31/7/2020 07:37:18" << false << "2020-07-31";
        QTest::newRow("points") << "13.10.2025 14:01:36" << false << "2025-10-13";
        QTest::newRow("year first") << "2020-07-31 07:37:18" << false << "2020-07-31";
        QTest::newRow("Japan") << "2020/07/31 7:37:18" << true << "2020-07-31";
        QTest::newRow("no day") << "99/99/2020" << false << "";
        QTest::newRow("nothing") << "" << false << "";
    }
    void days() {
        QFETCH(QString, text);
        QFETCH(bool, dayFirst);
        QFETCH(QString, day);
        const auto read = procmon_day(text.toStdString(), dayFirst);
        QCOMPARE(read ? format_iso_time(*read).substr(0, 10) : std::string(), day.toStdString());
    }
};

QTEST_GUILESS_MAIN(ProcmonCsvTest)
#include "procmon_csv_test.moc"
