// Records of Santa and Mac Monitor, and files of an unexported unified log, of data/macos through trocar-cli: what each says,
// and for the latter the command that makes them readable.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

const QString kExport = QStringLiteral("log show --archive NAME.logarchive --style ndjson --info --debug > unified.ndjson");

}  // namespace

class MacosWritersTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        data_ = capture_folder() + QStringLiteral("/macos/");
        if (!QFile::exists(data_ + QStringLiteral("manifest.json"))) {
            QSKIP("NO CAPTURES: set TROCAR_DATA to a folder with macos; this test proves nothing now");
        }
    }

    void records_say_who_did_what_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        QTest::newRow("Santa, an event alone") << "santa_v8_cs_invalidated.json" << "Event 12> untimed";
        QTest::newRow("Santa, suspension") << "santa_v8_proc_suspend_resume.json" << "Suspend 12>99 untimed";
        QTest::newRow("Mac Monitor 1.x, mapping") << "macmonitor_2023_mmap.docexample.json"
                                                  << "ImageLoad >13051 2023-03-13 22:08:37.569";
        QTest::newRow("Mac Monitor 2.x, exit") << "macmonitor_eslogger-exit.jsonl"
                                               << "ProcessTerminate >4242 2026-10-04 00:01:55.281";
        QTest::newRow("Mac Monitor 2.x, threads")
            << "macmonitor_eslogger-remote-thread-create.jsonl"
            << "RemoteThreadCreate 4244>4243 2026-01-02 03:04:05.123; RemoteThreadCreate 4244>4243 2026-01-02 03:04:06.223";
    }

    void records_say_who_did_what() {
        QFETCH(QString, file);
        QFETCH(QString, says);
        if (!QFile::exists(data_ + file)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const Case imported = import_file(file);
        QVERIFY2(imported.ran.code == 0, imported.ran.err);
        const Ran rows = cli({QStringLiteral("sql"), imported.path,
                              QStringLiteral("SELECT group_concat(one, '; ') AS says FROM (SELECT operation || ' ' || "
                                             "ifnull(source_pid, '') || '>' || ifnull(target_pid, '') || ' ' || "
                                             "ifnull(time, 'untimed') AS one FROM v_event ORDER BY event)"),
                              QStringLiteral("--format"), QStringLiteral("json")});
        QVERIFY2(rows.out.contains('"' + says.toUtf8() + '"'), rows.out + rows.err);
    }

    void a_thread_in_another_process_is_a_finding() {
        const QString file = QStringLiteral("macmonitor_eslogger-remote-thread-create.jsonl");
        if (!QFile::exists(data_ + file)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const Case imported = import_file(file);
        const Ran ran = cli({QStringLiteral("chains"), imported.path, QStringLiteral("--partial"), QStringLiteral("--format"),
                             QStringLiteral("json")});
        const QJsonArray rows = ran.json()[QStringLiteral("chains")].toArray();
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0][QStringLiteral("kind")].toString(), QStringLiteral("lone"));
        QCOMPARE(rows[0][QStringLiteral("source")][QStringLiteral("pid")].toInt(), 4244);
        QCOMPARE(rows[0][QStringLiteral("target")][QStringLiteral("pid")].toInt(), 4243);
    }

    void an_unexported_log_names_the_command_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("code");
        QTest::newRow("tracev3, cut down") << "0000000000000030.tracev3" << 1;
        QTest::newRow("tracev3") << "0000000000000f85.tracev3" << 1;
        QTest::newRow("timesync: holds no records") << "0000000000000002.timesync" << 0;
    }

    void an_unexported_log_names_the_command() {
        QFETCH(QString, file);
        QFETCH(int, code);
        if (!QFile::exists(data_ + file)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const Case imported = import_file(file);
        QCOMPARE(imported.ran.code, code);
        if (code != 0) {
            QVERIFY2(imported.ran.err.contains(kExport.toUtf8()), imported.ran.err);
        }
        const Ran losses = cli({QStringLiteral("sql"), imported.path, QStringLiteral("SELECT help FROM v_loss"),
                                QStringLiteral("--format"), QStringLiteral("json")});
        QVERIFY2(losses.out.contains(kExport.toUtf8()), losses.out + losses.err);
    }

private:
    struct Case {
        QString path;
        Ran ran;
    };

    Case import_file(const QString& file) {
        Case made{folder_.filePath(QString::number(++made_) + QStringLiteral(".trocar")), {}};
        made.ran = cli({QStringLiteral("import"), made.path, data_ + file});
        return made;
    }

    QTemporaryDir folder_;
    QString data_;
    int made_ = 0;
};

QTEST_GUILESS_MAIN(MacosWritersTest)
#include "macos_writers_test.moc"
