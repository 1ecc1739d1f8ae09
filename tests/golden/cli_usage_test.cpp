// Exit codes and messages of trocar-cli when it is called wrongly or fed what it cannot read.
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include "tests/golden/cli_runner.h"
#include "tests/golden/sysmon_lines.h"

using namespace trocar::test;

class CliUsageTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        SysmonLines lines;
        lines.access(1000, {QStringLiteral("C:\\a.exe"), 10}, {QStringLiteral("C:\\b.exe"), 20});
        lines.thread(1500, {QStringLiteral("C:\\a.exe"), 10}, {QStringLiteral("C:\\b.exe"), 20});
        QVERIFY(write_file(at("good.json"), lines.text()));
        const Ran ran = cli({QStringLiteral("import"), at("good.trocar"), at("good.json")});
        QVERIFY2(ran.code == 0, ran.err);
    }

    void wrong_usage_is_2_and_says_what_to_do_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const QString& arguments, const char* says) {
            QTest::newRow(name) << arguments.split(QLatin1Char(' '), Qt::SkipEmptyParts) << QString::fromUtf8(says);
        };
        row("no verb", QString(), "--help");
        row("verb", QStringLiteral("chans x"), "did you mean chains?");
        row("far verb", QStringLiteral("qqqqqqqq"), "there is no verb qqqqqqqq");
        row("option", QStringLiteral("chains CASE --partail"), "did you mean --partial?");
        row("no value", QStringLiteral("chains CASE --set"), "--set needs a value");
        row("twice", QStringLiteral("chains CASE --format json --format text"), "twice");
        row("flag value", QStringLiteral("chains CASE --partial=yes"), "takes no value");
        row("format", QStringLiteral("chains CASE --format xml"), "text or json");
        row("no case", QStringLiteral("chains"), "takes CASE");
        row("two cases", QStringLiteral("info a b"), "2 arguments");
        row("analytic", QStringLiteral("chains CASE --analytic AN9"), "AN1399");
        row("parameter", QStringLiteral("chains CASE --set TimeWindw=1s"), "did you mean TimeWindow?");
        row("set form", QStringLiteral("chains CASE --set TimeWindow"), "NAME=VALUE");
        row("window", QStringLiteral("chains CASE --set TimeWindow=soon"), "TimeWindow");
        row("mask", QStringLiteral("chains CASE --set AccessMask=most:0x28"), "AccessMask");
        row("curve what", QStringLiteral("curve CASE --analytic AN1399"), "--parameter");
        row("curve of", QStringLiteral("curve CASE --analytic AN1399 --parameter TimeWindo"), "TimeWindow");
        row("chain id", QStringLiteral("explain CASE xyz!"), "32 hexadecimal digits");
        row("unknown chain", QStringLiteral("explain CASE 00000000000000000000000000000000"), "no finding");
        row("report format", QStringLiteral("report CASE -o x --format docx"), "html");
        row("report pdf", QStringLiteral("report CASE -o x --format pdf"), "not in this version");
        row("report stix", QStringLiteral("report CASE -o x --format stix"), "not in this version");
        row("report no file", QStringLiteral("report CASE --format md"), "-o");
        row("rules", QStringLiteral("rules CASE --to sigma -o x"), "not in this version");
        row("zone", QStringLiteral("import CASE2 GOOD --zone Europe/Paris"), "+02:00");
        row("year", QStringLiteral("import CASE2 GOOD --year 26"), "--year 26");
        row("keep", QStringLiteral("import CASE2 GOOD --keep some"), "reference");
        row("progress", QStringLiteral("import CASE2 GOOD --progress loud"), "bar, json or none");
        row("sql", QStringLiteral("sql CASE SELEC"), "syntax");
        QTest::newRow("sql write") << QStringList{QStringLiteral("sql"), QStringLiteral("CASE"),
                                                  QStringLiteral("DELETE FROM event")}
                                   << QString();
    }

    void wrong_usage_is_2_and_says_what_to_do() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        arguments.replaceInStrings(QRegularExpression(QStringLiteral("^CASE$")), at("good.trocar"));
        arguments.replaceInStrings(QStringLiteral("GOOD"), at("good.json"));
        arguments.replaceInStrings(QStringLiteral("CASE2"), at("never.trocar"));
        const Ran ran = cli(arguments);
        QVERIFY2(ran.code == 2, ran.err + ran.out);
        QVERIFY2(QString::fromUtf8(ran.err).contains(says), ran.err);
        QVERIFY(ran.out.isEmpty());
        QVERIFY(!QFile::exists(at("never.trocar")));
    }

    void help_is_0() {
        for (const char* verb : {"probe", "import", "info", "coverage", "chains", "explain", "curve", "tree", "report", "rules",
                                 "sql", "verify"}) {
            const Ran ran = cli({QString::fromLatin1(verb), QStringLiteral("--help")});
            QCOMPARE(ran.code, 0);
            QVERIFY(ran.out.startsWith("usage: trocar-cli " + QByteArray(verb)));
        }
        QCOMPARE(cli({QStringLiteral("--help")}).code, 0);
        QVERIFY(cli({QStringLiteral("--version")}).out.startsWith("trocar-cli "));
    }

    void unreadable_input_is_3_and_leaves_no_case_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("not a capture") << QStringLiteral("notes.docx") << QByteArray("PK is not what follows\x01\x02\x03", 25);
        QTest::newRow("empty") << QStringLiteral("empty.evtx") << QByteArray();
        QTest::newRow("random") << QStringLiteral("random.evtx") << QByteArray::fromHex("deadbeef00ff").repeated(20'000);
        QTest::newRow("cut header") << QStringLiteral("cut.evtx") << QByteArray("ElfFile\0\0\0", 10);
        QTest::newRow("missing") << QString() << QByteArray();
    }

    void unreadable_input_is_3_and_leaves_no_case() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const QString input = name.isEmpty() ? at("not-there.evtx") : folder_.filePath(name);
        if (!name.isEmpty()) {
            QVERIFY(write_file(input, bytes));
        }
        const Ran ran = cli({QStringLiteral("import"), at("none.trocar"), input});
        QVERIFY2(ran.code == 3, ran.err + ran.out);
        QVERIFY2(ran.err.contains(QFileInfo(input).fileName().toUtf8()), ran.err);
        QVERIFY(!QFile::exists(at("none.trocar")));
        // A head alone is enough to be taken for an event log: what is missing shows in reading.
        const bool has_magic = bytes.startsWith("ElfFile");
        QCOMPARE(cli({QStringLiteral("probe"), input}).code, has_magic ? 0 : 3);
    }

    void an_unreadable_folder_is_3() {
        const QString folder = at("closed");
        QVERIFY(QDir().mkpath(folder));
        QVERIFY(QFile::setPermissions(folder, QFileDevice::Permissions()));
        QStringList command{QStringLiteral(TROCAR_CLI)};
        if (QDir(folder).isReadable()) {
            // The superuser reads everything: become nobody (65534 on every Linux).
            const QString setpriv = QStandardPaths::findExecutable(QStringLiteral("setpriv"));
            if (setpriv.isEmpty()) {
                QSKIP("run by the superuser and without setpriv: the permission cannot be tried");
            }
            QVERIFY(QFile::setPermissions(folder_.path(), QFileDevice::Permissions(0x7777)));
            command = QStringList{setpriv, QStringLiteral("--reuid=65534"), QStringLiteral("--clear-groups")} + command;
        }
        QProcess process;
        process.start(command.takeFirst(), command + QStringList{QStringLiteral("import"), at("none.trocar"), folder});
        QVERIFY(process.waitForFinished());
        const Ran ran{process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
        QFile::setPermissions(folder, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
        if (ran.code == 127 || ran.code == 126) {
            QSKIP("nobody may not run the program where it lies");
        }
        QVERIFY2(ran.code == 3, ran.err);
        QVERIFY2(ran.err.contains("closed"), ran.err);
    }

    void a_wrong_extension_is_read_by_its_content() {
        QVERIFY(QFile::copy(at("good.json"), at("really-json.evtx")));
        const Ran ran = cli({QStringLiteral("import"), at("ext.trocar"), at("really-json.evtx")});
        QVERIFY2(ran.code == 0, ran.err);
    }

    void rejected_records_are_1_and_are_counted() {
        SysmonLines lines;
        lines.access(1000, {QStringLiteral("C:\\a.exe"), 10}, {QStringLiteral("C:\\b.exe"), 20});
        lines.raw("{\"EventID\": 10, \"SourceName\": \"Microsoft-Windows-Sysmon\", \"UtcTime\": ");
        lines.thread(1500, {QStringLiteral("C:\\a.exe"), 10}, {QStringLiteral("C:\\b.exe"), 20});
        QVERIFY(write_file(at("torn.json"), lines.text()));
        const Ran ran = cli({QStringLiteral("import"), at("torn.trocar"), at("torn.json"), QStringLiteral("--format"),
                             QStringLiteral("json")});
        QVERIFY2(ran.code == 1, ran.err);
        QVERIFY2(ran.err.contains("rejected"), ran.err);
        QCOMPARE(ran.json()[QStringLiteral("kept")].toInt(), 2);
        QVERIFY(ran.json()[QStringLiteral("rejected")].toInt() >= 1);
        const Ran info = cli({QStringLiteral("info"), at("torn.trocar"), QStringLiteral("--format"), QStringLiteral("json")});
        QCOMPARE(info.code, 0);
        QCOMPARE(info.json()[QStringLiteral("rejected")].toInt(), ran.json()[QStringLiteral("rejected")].toInt());
    }

    void a_case_that_is_none_is_4_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("text") << QByteArray("this is no case at all\n");
        QTest::newRow("zeros") << QByteArray(8192, '\0');
        QTest::newRow("sqlite magic only") << QByteArray("SQLite format 3\0", 16) + QByteArray(4080, 'x');
        QTest::newRow("missing") << QByteArray();
        QTest::newRow("half a case") << QByteArray("HALF");
    }

    void a_case_that_is_none_is_4() {
        QFETCH(QByteArray, bytes);
        const QString path = at("bad.trocar");
        QFile::remove(path);
        if (bytes == "HALF") {
            QFile good(at("good.trocar"));
            QVERIFY(good.open(QIODevice::ReadOnly));
            const QByteArray whole = good.readAll();
            QVERIFY(write_file(path, whole.left(whole.size() / 2)));
        } else if (!bytes.isEmpty()) {
            QVERIFY(write_file(path, bytes));
        }
        for (const char* verb : {"info", "chains", "coverage", "tree", "verify"}) {
            const Ran ran = cli({QString::fromLatin1(verb), path});
            // A missing case is input that is not there.
            QVERIFY2(ran.code == 4 || (bytes.isEmpty() && ran.code == 3), QByteArray(verb) + ": " + ran.err + ran.out);
            QVERIFY2(ran.err.contains("bad.trocar"), ran.err);
        }
        QVERIFY2(bytes.isEmpty() ? !QFile::exists(path) : true, "reading makes no file");
    }

    void a_locked_case_is_4_and_stays_as_it_is() {
        QVERIFY(QFile::copy(at("good.trocar"), at("locked.trocar")));
        SysmonLines lines;
        lines.access(9000, {QStringLiteral("C:\\c.exe"), 30}, {QStringLiteral("C:\\d.exe"), 40});
        QVERIFY(write_file(at("more.json"), lines.text()));
        sqlite3* other = nullptr;  // another program that is writing
        QCOMPARE(sqlite3_open(QFile::encodeName(at("locked.trocar")).constData(), &other), SQLITE_OK);
        QCOMPARE(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
        const Ran import = cli({QStringLiteral("import"), at("locked.trocar"), at("more.json")});
        const Ran read = cli({QStringLiteral("info"), at("locked.trocar")});
        QCOMPARE(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(other);
        QVERIFY2(import.code == 4, import.err + import.out);
        QVERIFY2(import.err.contains("locked.trocar"), import.err);
        QVERIFY2(read.code == 0 || read.code == 4, read.err);
        QVERIFY2(cli({QStringLiteral("info"), at("locked.trocar")}).out.contains("events     2"), "nothing half-kept");
        QCOMPARE(cli({QStringLiteral("import"), at("locked.trocar"), at("more.json")}).code, 0);
    }

    void a_full_disk_is_said() {
        if (!QFile::exists(QStringLiteral("/dev/full"))) {
            QSKIP("no /dev/full here");
        }
        QProcess process;
        process.setStandardOutputFile(QStringLiteral("/dev/full"));
        process.start(QStringLiteral(TROCAR_CLI), {QStringLiteral("chains"), at("good.trocar")});
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitCode(), 4);
        QVERIFY(process.readAllStandardError().contains("cannot write"));
    }

    void a_report_that_cannot_be_written_is_4() {
        const Ran ran = cli({QStringLiteral("report"), at("good.trocar"), QStringLiteral("--format"), QStringLiteral("md"),
                             QStringLiteral("-o"), at("no/such/folder/x.md")});
        QCOMPARE(ran.code, 4);
        QVERIFY(ran.err.contains("x.md"));
    }

    void the_manual_page_names_every_verb_and_option() {
        QFile file(QStringLiteral(TROCAR_SOURCE_DIR "/installer/linux/trocar-cli.1"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray page = file.readAll().replace("\\-", "-");
        static const QRegularExpression verb(QStringLiteral("^  ([a-z]+) "), QRegularExpression::MultilineOption);
        static const QRegularExpression option(QStringLiteral("^  (--?[a-z-]+)"), QRegularExpression::MultilineOption);
        int verbs = 0, options = 0;
        QRegularExpressionMatchIterator named = verb.globalMatch(QString::fromUtf8(cli({QStringLiteral("--help")}).out));
        while (named.hasNext()) {
            const QString name = named.next().captured(1);
            ++verbs;
            QVERIFY2(page.contains(QByteArray(".BI ") + name.toUtf8() + " \""), name.toUtf8());
            const QString help = QString::fromUtf8(cli({name, QStringLiteral("--help")}).out);
            QRegularExpressionMatchIterator offered = option.globalMatch(help);
            while (offered.hasNext()) {
                const QByteArray word = offered.next().captured(1).toUtf8();
                ++options;
                QVERIFY2(page.contains(word), name.toUtf8() + " " + word);
            }
        }
        QVERIFY(verbs >= 12 && options >= 2 * verbs);
    }

private:
    [[nodiscard]] QString at(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CliUsageTest)
#include "cli_usage_test.moc"
