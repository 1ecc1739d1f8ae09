// Input that is cut off, damaged, made to harm or out of reach: what trocar-cli says of it, and that nothing is half-kept.
#include <QDir>
#include <QJsonArray>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"
#include "tests/golden/sysmon_lines.h"
#include "tests/support/evtx_writer.h"
#include "tests/support/walked_archive.h"

using namespace trocar::test;

namespace {

const Actor kSource{QStringLiteral("C:\\a.exe"), 10};
const Actor kTarget{QStringLiteral("C:\\b.exe"), 20};

/// Enough lines that half of any packing of them holds whole ones; they differ, so that they do not pack away.
QByteArray lines() {
    SysmonLines out;
    for (int i = 0; i < 2000; ++i) {
        out.access(i, {QStringLiteral("C:\\a.exe"), 10 + i * 7919 % 1000}, {QStringLiteral("C:\\b.exe"), 2000 + i * 104729 % 3000});
    }
    return out.text();
}

QByteArray xml() {
    QByteArray out("<Events>");
    for (int i = 0; i < 50; ++i) {
        out += "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider "
               "Name='Microsoft-Windows-Sysmon'/><EventID>5</EventID><TimeCreated SystemTime='2026-03-02T09:12:00.0Z'/>"
               "<EventRecordID>" + QByteArray::number(i + 1) +
               "</EventRecordID><Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>WS01</Computer></System>"
               "<EventData><Data Name='UtcTime'>2026-03-02 09:12:00.000</Data><Data Name='ProcessGuid'>"
               "{297bc33e-0000-0000-0000-000000000001}</Data><Data Name='ProcessId'>7</Data><Data Name='Image'>C:\\x.exe"
               "</Data></EventData></Event>\n";
    }
    return out + "</Events>";
}

QByteArray evtx() {
    EvtxWriter writer("Microsoft-Windows-Sysmon", {}, "Microsoft-Windows-Sysmon/Operational", "WS01");
    for (std::uint32_t i = 0; i < 600; ++i) {
        EvtxEvent event;
        event.logged = {1'770'000'000'000'000'000LL + i * 1'000'000LL};
        event.event_id = 10;
        event.data = {{"UtcTime", TypedValue::text("2026-03-02 09:12:00.000")},
                      {"SourceProcessId", TypedValue::u32(10)},
                      {"SourceImage", TypedValue::text("C:\\a.exe")},
                      {"TargetProcessId", TypedValue::u32(20 + i)},
                      {"TargetImage", TypedValue::text("C:\\b.exe")},
                      {"GrantedAccess", TypedValue::hex32(0x1f3fff)}};
        writer.add(event);
    }
    return QByteArray::fromStdString(writer.finish());
}

QByteArray packed(const char* format, const char* filter, const QByteArray& bytes) {
    return QByteArray::fromStdString(made_archive(format, filter, {{"capture.json", bytes.toStdString()}}));
}

}  // namespace

class CliBadInputTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid());
    }

    void a_cut_off_capture_is_read_to_the_cut_and_says_so_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        const QByteArray text = lines();
        QTest::newRow("evtx") << QStringLiteral("x.evtx") << evtx();
        QTest::newRow("json") << QStringLiteral("x.json") << text;
        QTest::newRow("xml") << QStringLiteral("x.xml") << xml();
        QTest::newRow("zip") << QStringLiteral("x.zip") << packed("zip", "none", text);
        QTest::newRow("gz") << QStringLiteral("x.json.gz") << packed("raw", "gzip", text);
        QTest::newRow("zst") << QStringLiteral("x.json.zst") << packed("raw", "zstd", text);
        QTest::newRow("tar") << QStringLiteral("x.tar") << packed("ustar", "none", text);
        QTest::newRow("tar.gz") << QStringLiteral("x.tar.gz") << packed("ustar", "gzip", text);
        QTest::newRow("tar.zst") << QStringLiteral("x.tar.zst") << packed("ustar", "zstd", text);
        QTest::newRow("7z") << QStringLiteral("x.7z") << packed("7zip", "none", text);
    }

    void a_cut_off_capture_is_read_to_the_cut_and_says_so() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QVERIFY(write_file(at("whole"), bytes));
        const Ran whole = import({at("whole")});
        QVERIFY2(whole.code == 0, whole.err);
        const int kept = whole.json()[QStringLiteral("kept")].toInt();
        QVERIFY(kept >= 50);
        const QString path = folder_->filePath(name);
        QVERIFY(write_file(path, bytes.left(bytes.size() * 3 / 4)));
        const Ran cut = import({path});
        QVERIFY2(cut.err.contains(name.toUtf8()), cut.err);
        if (name.endsWith(QLatin1String(".7z"))) {
            // The directory of a 7z stands at its end and is the only one: nothing can be read without.
            QCOMPARE(cut.code, 3);
            const QByteArray there = QByteArray::number(bytes.size() * 3 / 4) + " of " + QByteArray::number(bytes.size());
            QVERIFY2(cut.err.contains("x.7z: a 7z archive that cannot be read (cut off, " + there + " bytes"), cut.err);
            QVERIFY2(cut.err.contains("Copy the archive again"), cut.err);
            QVERIFY(!QFile::exists(at("c.trocar")));
            return;
        }
        QVERIFY2(cut.code == 1, cut.err + cut.out);
        const int left = cut.json()[QStringLiteral("kept")].toInt();
        QVERIFY2(left > 0 && left < kept, cut.out);
        QCOMPARE(json({QStringLiteral("info"), at("c.trocar")})[QStringLiteral("events")].toInt(), left);
        QVERIFY(json({QStringLiteral("verify"), at("c.trocar")})[QStringLiteral("sound")].toBool());
    }

    void a_cut_7z_beside_evidence_makes_it_1() {
        const QByteArray whole = packed("7zip", "none", lines());
        for (const qsizetype size : {qsizetype{20}, whole.size() / 2, whole.size() - 1}) {
            QVERIFY(write_file(at("x.7z"), whole.left(size)));
            QVERIFY(write_file(at("good.json"), lines()));
            const Ran ran = import({at("x.7z"), at("good.json")});
            QVERIFY2(ran.code == 1, ran.err);
            QVERIFY2(ran.err.contains("x.7z: a 7z archive that cannot be read (cut off"), ran.err);
            QCOMPARE(ran.json()[QStringLiteral("kept")].toInt(), 2000);
        }
    }

    void a_cut_in_the_first_bytes_is_3_data() { a_cut_off_capture_is_read_to_the_cut_and_says_so_data(); }

    void a_cut_in_the_first_bytes_is_3() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const QString path = folder_->filePath(name);
        for (const int size : {1, 5, 20}) {
            QVERIFY(write_file(path, bytes.left(size)));
            const Ran ran = import({path});
            QVERIFY2(ran.code == 3, ran.err + ran.out);
            QVERIFY2(ran.err.contains(name.toUtf8()), ran.err);
            QVERIFY(!QFile::exists(at("c.trocar")) && !QFile::exists(at("c.trocar.importing")));
        }
    }

    void every_file_has_its_own_line_and_no_name_makes_one() {
        QVERIFY(write_file(at("one.txt"), "no capture\n"));
        QVERIFY(write_file(at("two\nthree\x1b[31m.txt"), "no capture either\n"));
        const Ran ran = import({at("one.txt"), at("two\nthree\x1b[31m.txt")});
        QCOMPARE(ran.code, 3);
        const QList<QByteArray> said = ran.err.trimmed().split('\n');
        QCOMPARE(said.size(), 4);  // what happened, a line a file, what to do
        QVERIFY2(said[1].contains("one.txt: Windows event log"), ran.err);
        QVERIFY2(said[2].contains("two\\u{A}three\\u{1B}[31m.txt: "), ran.err);
    }

    void a_folder_without_files_is_named() {
        QVERIFY(QDir().mkpath(at("hollow")));
        const Ran ran = import({at("hollow")});
        QCOMPARE(ran.code, 3);
        QVERIFY2(ran.err.contains("there is no file in ") && ran.err.contains("hollow"), ran.err);
    }

    void a_named_file_that_is_no_capture_makes_it_1() {
        QVERIFY(write_file(at("good.json"), lines()));
        QVERIFY(QDir().mkpath(at("folder")));
        QVERIFY(write_file(at("folder/good.json"), lines()));
        QVERIFY(write_file(at("folder/readme.txt"), "what lies here\n"));
        const Ran named = import({at("good.json"), at("folder/readme.txt")});
        QCOMPARE(named.code, 1);
        QVERIFY2(named.err.contains("readme.txt: not recognised"), named.err);
        const Ran found = import({at("folder")});
        QCOMPARE(found.code, 0);  // beside a capture in a folder it is listed, no more
        QCOMPARE(found.json()[QStringLiteral("files")].toArray().size(), 2);
    }

    void a_missing_file_among_others_keeps_nothing() {
        QVERIFY(write_file(at("good.json"), lines()));
        const Ran ran = import({at("good.json"), at("missing.json")});
        QCOMPARE(ran.code, 3);
        QVERIFY2(ran.err.contains("missing.json"), ran.err);
        QVERIFY(!QFile::exists(at("c.trocar")));
    }

    void an_archive_bomb_beside_evidence_is_named_and_the_rest_is_read() {
        const std::string bomb = made_archive("raw", "gzip", {{"data", std::string(66U << 20, 'A')}});
        QVERIFY(write_file(at("x.zip"), QByteArray::fromStdString(made_archive(
                                            "zip", "none", {{"good.json", lines().toStdString()}, {"bomb.gz", bomb}, {"z.json", "{}"}}))));
        const Ran ran = import({at("x.zip")});
        QVERIFY2(ran.code == 1, ran.err);
        QVERIFY2(ran.err.contains("bomb.gz") && ran.err.contains("max_ratio"), ran.err);
        QVERIFY2(ran.err.contains("what may follow member 2 was not read"), ran.err);
        QCOMPARE(ran.json()[QStringLiteral("kept")].toInt(), 2000);
    }

    void a_closed_folder_below_makes_it_1() {
        QVERIFY(write_file(at("good.json"), lines()));
        QVERIFY(QDir().mkpath(at("closed")));
        QVERIFY(QFile::setPermissions(at("closed"), QFileDevice::Permissions()));
        QStringList command{QStringLiteral(TROCAR_CLI), QStringLiteral("import"), at("c.trocar"), folder_->path()};
        if (QDir(at("closed")).isReadable()) {
            // The superuser reads everything: become nobody (65534 on every Linux).
            const QString setpriv = QStandardPaths::findExecutable(QStringLiteral("setpriv"));
            if (setpriv.isEmpty()) {
                QSKIP("run by the superuser and without setpriv: the permission cannot be tried");
            }
            QVERIFY(QFile::setPermissions(folder_->path(), QFileDevice::Permissions(0x7777)));
            command = QStringList{setpriv, QStringLiteral("--reuid=65534"), QStringLiteral("--clear-groups")} + command;
        }
        QProcess process;
        process.start(command.takeFirst(), command);
        QVERIFY(process.waitForFinished());
        const QByteArray err = process.readAllStandardError();
        QFile::setPermissions(at("closed"), QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        if (process.exitCode() == 127 || process.exitCode() == 126) {
            QSKIP("nobody may not run the program where it lies");
        }
        QVERIFY2(process.exitCode() == 1, err);
        QVERIFY2(err.contains("closed") && err.contains("ermission"), err);
    }

private:
    [[nodiscard]] QString at(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    [[nodiscard]] Ran import(const QStringList& evidence) const {
        QFile::remove(at("c.trocar"));
        return cli(QStringList{QStringLiteral("import"), at("c.trocar")} + evidence +
                   QStringList{QStringLiteral("--format"), QStringLiteral("json")});
    }
    [[nodiscard]] static QJsonObject json(const QStringList& arguments) {
        return cli(arguments + QStringList{QStringLiteral("--format"), QStringLiteral("json")}).json();
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

QTEST_GUILESS_MAIN(CliBadInputTest)
#include "cli_bad_input_test.moc"
