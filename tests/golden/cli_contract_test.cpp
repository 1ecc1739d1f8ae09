// The JSON contract of trocar-cli on a case of our own making: fields, types, values, and what the curve promises.
#include <QJsonArray>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <csignal>

#include "tests/golden/cli_runner.h"
#include "tests/golden/sysmon_lines.h"

using namespace trocar::test;

namespace {

const Actor kShell{QStringLiteral("C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe"), 6008};
const Actor kNotepad{QStringLiteral("C:\\Windows\\System32\\notepad.exe"), 2576};
const Actor kSpool{QStringLiteral("C:\\Windows\\System32\\spoolsv.exe"), 1300};
const Actor kTool{QStringLiteral("C:\\Users\\ada\\AppData\\Local\\Temp\\tool.exe"), 7100};
const Actor kCalc{QStringLiteral("C:\\Windows\\System32\\calc.exe"), 7200};
const Actor kExplorer{QStringLiteral("C:\\Windows\\explorer.exe"), 900};

QJsonArray chains_of(const Ran& ran) { return ran.json()[QStringLiteral("chains")].toArray(); }

QSet<QString> chain_ids(const Ran& ran) {
    QSet<QString> out;
    for (const QJsonValue& row : chains_of(ran)) {
        if (row[QStringLiteral("kind")].toString() == QLatin1String("chain")) {
            out.insert(row[QStringLiteral("id")].toString());
        }
    }
    return out;
}

}  // namespace

class CliContractTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        SysmonLines lines;
        lines.create(0, kShell, kExplorer, QStringLiteral("powershell.exe -nop"));
        lines.create(100, kNotepad, kExplorer, QStringLiteral("notepad.exe"));
        lines.access(1'298, kShell, kNotepad);
        lines.thread(4'580, kShell, kNotepad);   // 3.282 s: a chain at the default
        lines.thread(4'590, kShell, kNotepad);   // the same page: folds
        lines.access(10'000, kTool, kSpool, QStringLiteral("0x143a"));
        lines.thread(55'000, kTool, kSpool);     // 45 s: a lone execution at the default, linked at 45 s
        lines.thread(60'000, kTool, kCalc);      // never linked: no access on record
        lines.access(70'000, kExplorer, kCalc, QStringLiteral("0x1000"));  // no write right: nothing
        QVERIFY(write_file(at("case.json"), lines.text()));
        const Ran ran = cli({QStringLiteral("import"), case_path(), at("case.json"), QStringLiteral("--format"),
                             QStringLiteral("json"), QStringLiteral("--progress"), QStringLiteral("json")});
        QVERIFY2(ran.code == 0, ran.err);
        QCOMPARE(ran.json()[QStringLiteral("kept")].toInt(), 9);
        QCOMPARE(ran.json()[QStringLiteral("schema")].toString(), QStringLiteral("trocar/import/1"));
        for (const QByteArray& line : ran.err.split('\n')) {
            QVERIFY2(line.isEmpty() || QJsonDocument::fromJson(line).isObject(), line);
        }
    }

    void chains_has_every_field_of_the_contract() {
        const Ran ran = chains({});
        const QJsonObject top = ran.json();
        QCOMPARE(top[QStringLiteral("schema")].toString(), QStringLiteral("trocar/chains/1"));
        const QJsonObject parameters = top[QStringLiteral("parameters")][QStringLiteral("AN1399")].toObject();
        QCOMPARE(parameters[QStringLiteral("TimeWindow")].toString(), QStringLiteral("10s"));
        QCOMPARE(parameters[QStringLiteral("AccessMask")].toString(), QStringLiteral("all:0x28"));
        const QJsonObject counts = top[QStringLiteral("counts")].toObject();
        for (const char* name : {"chains", "lone", "partial", "suppressed"}) {
            QVERIFY2(counts[QLatin1String(name)].isDouble(), name);
        }
        QCOMPARE(counts[QStringLiteral("chains")].toInt(), 1);
        QCOMPARE(counts[QStringLiteral("lone")].toInt(), 2);

        const QJsonArray rows = chains_of(ran);
        QCOMPARE(rows.size(), 3);
        static const QRegularExpression id(QStringLiteral("^[0-9a-f]{32}$"));
        static const QRegularExpression stamp(QStringLiteral("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z$"));
        for (const QJsonValue& row : rows) {
            QVERIFY(id.match(row[QStringLiteral("id")].toString()).hasMatch());
            QCOMPARE(row[QStringLiteral("analytic")].toString(), QStringLiteral("AN1399"));
            QVERIFY(row[QStringLiteral("technique")].toString().startsWith(QLatin1String("T1055")));
            QCOMPARE(row[QStringLiteral("host")].toString(), QStringLiteral("WS01"));
            for (const char* side : {"source", "target"}) {
                QVERIFY(row[QLatin1String(side)][QStringLiteral("image")].isString());
                QVERIFY(row[QLatin1String(side)][QStringLiteral("pid")].isDouble());
                QVERIFY(!row[QLatin1String(side)][QStringLiteral("key")].toString().isEmpty());
            }
            QVERIFY(stamp.match(row[QStringLiteral("anchor_time")].toString()).hasMatch());
            QVERIFY(row[QStringLiteral("folded")].toInt() >= 1);
            QVERIFY(row[QStringLiteral("grade")].isString());
            QVERIFY(row[QStringLiteral("confidence")].toInt() >= 0 && row[QStringLiteral("confidence")].toInt() <= 100);
            QVERIFY(!row[QStringLiteral("reasons")].toArray().isEmpty());
            int sum = 0;
            for (const QJsonValue& reason : row[QStringLiteral("reasons")].toArray()) {
                QVERIFY(reason[QStringLiteral("points")].isDouble());
                QVERIFY(!reason[QStringLiteral("text")].toString().isEmpty());
                sum += reason[QStringLiteral("points")].toInt();
            }
            QCOMPARE(std::clamp(sum, 0, 100), row[QStringLiteral("confidence")].toInt());
            for (const char* part : {"observed", "missing", "invisible"}) {
                QVERIFY2(row[QStringLiteral("completeness")][QLatin1String(part)].isArray(), part);
            }
            QVERIFY(row.toObject().contains(QStringLiteral("verdict")) && row[QStringLiteral("verdict")].isNull());
            QVERIFY(!row[QStringLiteral("evidence")].toArray().isEmpty());
            for (const QJsonValue& item : row[QStringLiteral("evidence")].toArray()) {
                QVERIFY(item[QStringLiteral("stage")].isString());
                QVERIFY(item[QStringLiteral("operation")].isString());
                QVERIFY(stamp.match(item[QStringLiteral("time")].toString()).hasMatch());
                QVERIFY(item[QStringLiteral("event")].isDouble());
                QCOMPARE(item[QStringLiteral("source_file")].toString(), QStringLiteral("case.json"));
                QVERIFY(item[QStringLiteral("record")].toInt() > 100);
                QVERIFY(item[QStringLiteral("detail")].isObject());
            }
        }
    }

    void a_chain_says_what_makes_it_vanish() {
        const QJsonObject row = find(chains({}), QStringLiteral("chain"));
        QCOMPARE(row[QStringLiteral("span_ns")].toDouble(), 3'282'000'000.0);
        QCOMPARE(row[QStringLiteral("gap_ns")].toDouble(), 3'282'000'000.0);
        QCOMPARE(row[QStringLiteral("folded")].toInt(), 2);
        QVERIFY(!row.contains(QStringLiteral("links")));
        const QJsonObject vanishes = row[QStringLiteral("vanishes")].toObject();
        QCOMPARE(vanishes[QStringLiteral("TimeWindow_ns")].toDouble(), 3'282'000'000.0);
        const QJsonArray any = vanishes[QStringLiteral("AccessMask")][QStringLiteral("any")].toArray();
        QVERIFY(any.contains(QStringLiteral("PROCESS_VM_WRITE")));
        QVERIFY(vanishes[QStringLiteral("AccessMask")][QStringLiteral("all")].isArray());
        bool access = false, execute = false;
        for (const QJsonValue& item : row[QStringLiteral("evidence")].toArray()) {
            const QJsonObject detail = item[QStringLiteral("detail")].toObject();
            if (item[QStringLiteral("operation")].toString() == QLatin1String("ProcessAccess")) {
                access = detail[QStringLiteral("GrantedAccess")].toString() == QLatin1String("0x1f3fff") &&
                         detail[QStringLiteral("CallTrace")].toString().contains(QLatin1String("UNKNOWN"));
            } else if (item[QStringLiteral("operation")].toString() == QLatin1String("CreateRemoteThread")) {
                execute = !detail[QStringLiteral("StartAddress")].toString().isEmpty();
            }
        }
        QVERIFY(access && execute);
        // Exactly at its value it shows, one nanosecond below it does not.
        QCOMPARE(chain_ids(chains({QStringLiteral("--set"), QStringLiteral("TimeWindow=3282ms")})).size(), 1);
        QCOMPARE(chain_ids(chains({QStringLiteral("--set"), QStringLiteral("TimeWindow=3281999999ns")})).size(), 0);
    }

    void a_lone_execution_says_where_it_would_link() {
        int linkable = 0, never = 0;
        for (const QJsonValue& row : chains_of(chains({}))) {
            if (row[QStringLiteral("kind")].toString() != QLatin1String("lone")) {
                continue;
            }
            QVERIFY(row[QStringLiteral("span_ns")].isNull() && row[QStringLiteral("gap_ns")].isNull());
            QVERIFY(row[QStringLiteral("vanishes")].isNull());
            if (row.toObject().contains(QStringLiteral("links"))) {
                QCOMPARE(row[QStringLiteral("links")][QStringLiteral("TimeWindow_ns")].toDouble(), 45e9);
                ++linkable;
            } else {
                ++never;
            }
        }
        QCOMPARE(linkable, 1);
        QCOMPARE(never, 1);
        QCOMPARE(chain_ids(chains({QStringLiteral("--set"), QStringLiteral("TimeWindow=45s")})).size(), 2);
    }

    void unfold_shows_every_execution() {
        const Ran folded = chains({});
        const Ran unfolded = chains({QStringLiteral("--unfold")});
        QCOMPARE(chains_of(unfolded).size(), chains_of(folded).size() + 1);
        for (const QJsonValue& row : chains_of(unfolded)) {
            QCOMPARE(row[QStringLiteral("folded")].toInt(), 1);
        }
    }

    void the_curve_says_what_a_window_loses() {
        const QJsonObject curve = json({QStringLiteral("curve"), case_path(), QStringLiteral("--analytic"), QStringLiteral("AN1399"),
                                        QStringLiteral("--parameter"), QStringLiteral("TimeWindow")});
        QSet<QString> so_far;
        int sum = -1;
        for (const QJsonValue& step : curve[QStringLiteral("steps")].toArray()) {
            for (const QJsonValue& id : step[QStringLiteral("gained")].toArray()) {
                so_far.insert(id.toString());
            }
            QCOMPARE(step[QStringLiteral("chains")].toInt(), so_far.size());
            const int both = step[QStringLiteral("chains")].toInt() + step[QStringLiteral("lone")].toInt();
            QVERIFY(sum == -1 || sum == both);
            sum = both;
            const QString window = QString::number(step[QStringLiteral("at_ns")].toInteger()) + QStringLiteral("ns");
            QCOMPARE(chain_ids(chains({QStringLiteral("--set"), QStringLiteral("TimeWindow=") + window})), so_far);
        }
        QCOMPARE(so_far.size(), 2);
    }

    void explain_takes_a_prefix_and_shows_the_record() {
        const QString id = find(chains({}), QStringLiteral("chain"))[QStringLiteral("id")].toString();
        const QJsonObject told = json({QStringLiteral("explain"), case_path(), id.left(8), QStringLiteral("--raw")});
        QCOMPARE(told[QStringLiteral("chain")][QStringLiteral("id")].toString(), id);
        QVERIFY(told[QStringLiteral("shows")].toBool());
        QVERIFY(told[QStringLiteral("sentence")].toString().contains(QLatin1String("powershell.exe")));
        QVERIFY(!told[QStringLiteral("witness")].toArray().isEmpty());
        QVERIFY(told[QStringLiteral("witness")][0][QStringLiteral("record")].toString().contains(QLatin1String("UtcTime")));
        const Ran text = cli({QStringLiteral("explain"), case_path(), id});
        QCOMPARE(text.code, 0);
        QVERIFY(text.out.contains("GrantedAccess: 0x1f3fff"));
    }

    void the_other_verbs_answer_in_json() {
        const QJsonObject info = json({QStringLiteral("info"), case_path()});
        QCOMPARE(info[QStringLiteral("events")].toInt(), 9);
        QCOMPARE(info[QStringLiteral("hosts")].toArray(), QJsonArray{QStringLiteral("WS01")});
        QCOMPARE(info[QStringLiteral("sources")][0][QStringLiteral("sha256")].toString().size(), 64);

        const QJsonObject coverage = json({QStringLiteral("coverage"), case_path()});
        QHash<QString, QString> state;
        for (const QJsonValue& row : coverage[QStringLiteral("analytics")][0][QStringLiteral("rows")].toArray()) {
            state[row[QStringLiteral("telemetry")].toString()] = row[QStringLiteral("state")].toString();
            QVERIFY(row[QStringLiteral("state")].toString() != QLatin1String("absent") ||
                    !row[QStringLiteral("meaning")].toString().isEmpty());
        }
        QCOMPARE(state[QStringLiteral("Sysmon 10")], QStringLiteral("present"));
        QCOMPARE(state[QStringLiteral("Sysmon 7")], QStringLiteral("absent"));

        const QJsonObject tree = json({QStringLiteral("tree"), case_path()});
        int edges = 0;
        for (const QJsonValue& process : tree[QStringLiteral("processes")].toArray()) {
            edges += static_cast<int>(process[QStringLiteral("injects")].toArray().size());
        }
        QCOMPARE(edges, 3);

        const QJsonObject sql = json({QStringLiteral("sql"), case_path(), QStringLiteral("SELECT count(*) AS n FROM v_event")});
        QCOMPARE(sql[QStringLiteral("columns")].toArray(), QJsonArray{QStringLiteral("n")});
        QCOMPARE(sql[QStringLiteral("rows")][0][0].toString(), QStringLiteral("9"));

        QVERIFY(!sql[QStringLiteral("cut")].toBool() && sql[QStringLiteral("cuts")].toArray().isEmpty());
        const QStringList wide{QStringLiteral("sql"), case_path(), QStringLiteral("SELECT 1") + QStringLiteral(", 2").repeated(1999)};
        const QJsonObject cut = json(wide);
        QVERIFY(cut[QStringLiteral("cut")].toBool());
        QCOMPARE(cut[QStringLiteral("cuts")][0][QStringLiteral("limit")].toString(), QStringLiteral("columns"));
        QCOMPARE(cut[QStringLiteral("rows")][0].toArray().size(), 200);
        QVERIFY(cli(wide).err.contains("the first 200 are shown"));

        const QJsonObject probe = json({QStringLiteral("probe"), at("case.json")});
        QVERIFY(probe[QStringLiteral("files")][0][QStringLiteral("confidence")].toInt() > 50);
        QVERIFY(!probe[QStringLiteral("files")][0][QStringLiteral("answers")].toArray().isEmpty());

        const QJsonObject verify = json({QStringLiteral("verify"), case_path()});
        QVERIFY(verify[QStringLiteral("sound")].toBool());
    }

    void a_spoofed_parent_is_listed_and_marked() {
        const Actor explorer{QStringLiteral("C:\\Windows\\explorer.exe"), 4668};
        const Actor evil{QStringLiteral("C:\\Users\\u\\evil.exe"), 8004}, child{QStringLiteral("C:\\cmd.exe"), 7708};
        SysmonLines lines;
        lines.create(1000, child, explorer, QStringLiteral("cmd"));
        lines.access(
            997, evil, child, QStringLiteral("0x1fffff"),
            QStringLiteral("C:\\Windows\\SYSTEM32\\ntdll.dll+9d8d4|C:\\Windows\\System32\\KERNELBASE.dll+5e4c0|"
                           "C:\\Windows\\System32\\KERNELBASE.dll+5c056|C:\\Users\\u\\evil.exe+1"));
        QVERIFY(write_file(at("spoofed.json"), lines.text()));
        const QString path = at("spoofed.trocar");
        QCOMPARE(cli({QStringLiteral("import"), path, at("spoofed.json")}).code, 0);
        const QJsonArray listed = json({QStringLiteral("chains"), path})[QStringLiteral("spoofed_parents")].toArray();
        QCOMPARE(listed.size(), 1);
        QCOMPARE(listed[0][QStringLiteral("child")][QStringLiteral("pid")].toInt(), 7708);
        QCOMPARE(listed[0][QStringLiteral("parent")][QStringLiteral("pid")].toInt(), 4668);
        QCOMPARE(listed[0][QStringLiteral("creator")][QStringLiteral("pid")].toInt(), 8004);
        int spoofed = 0;
        for (const QJsonValue& process : json({QStringLiteral("tree"), path})[QStringLiteral("processes")].toArray()) {
            spoofed += process[QStringLiteral("creation")].toString() == QLatin1String("spoofed") ? 1 : 0;
        }
        QCOMPARE(spoofed, 1);
        const char* words = "the child says explorer.exe (4668), the create handle is from evil.exe (8004)";
        QVERIFY(cli({QStringLiteral("tree"), path}).out.contains(words));
        QVERIFY(cli({QStringLiteral("chains"), path}).out.contains(words));
        for (const char* format : {"html", "md"}) {
            const Ran report = cli({QStringLiteral("report"), path, QStringLiteral("--format"), QLatin1String(format),
                                    QStringLiteral("-o"), QStringLiteral("-")});
            QVERIFY2(report.out.contains("Spoofed parents") && report.out.contains("evil.exe"), format);
        }
    }

    void imports_at_once_lose_nothing() {
        constexpr int kAtOnce = 4, kEvents = 10'000;
        const QString path = at("both.trocar");
        std::array<QProcess, kAtOnce> imports;
        for (int part = 0; part < kAtOnce; ++part) {
            SysmonLines lines;
            for (int i = 0; i < kEvents; ++i) {
                lines.access(i, {QStringLiteral("C:\\s.exe"), 10 + part}, {QStringLiteral("C:\\t.exe"), 20});
            }
            QVERIFY(write_file(folder_.filePath(QStringLiteral("part%1.json").arg(part)), lines.text()));
        }
        for (int part = 0; part < kAtOnce; ++part) {
            imports[static_cast<std::size_t>(part)].start(
                QStringLiteral(TROCAR_CLI),
                {QStringLiteral("import"), path, folder_.filePath(QStringLiteral("part%1.json").arg(part))});
        }
        int done = 0;
        for (QProcess& import : imports) {
            QVERIFY(import.waitForFinished(120'000));
            const QByteArray words = import.readAllStandardError();
            // It came in, or it was told that another is at work.
            QVERIFY2(import.exitCode() == 0 || (import.exitCode() == 4 && words.contains("is locked")), words);
            done += import.exitCode() == 0 ? 1 : 0;
        }
        QVERIFY(done >= 1);
        const QJsonObject info = json({QStringLiteral("info"), path});
        QCOMPARE(info[QStringLiteral("events")].toInt(), kEvents * done);
        QVERIFY(json({QStringLiteral("verify"), path})[QStringLiteral("sound")].toBool());
    }

    void an_interrupt_is_130_and_leaves_a_case_that_opens_or_none() {
#ifdef Q_OS_UNIX
        SysmonLines block;
        for (int i = 0; i < 20'000; ++i) {
            block.access(i, {QStringLiteral("C:\\s.exe"), 10}, {QStringLiteral("C:\\t.exe"), 20});
        }
        QFile big(at("big.json"));
        QVERIFY(big.open(QIODevice::WriteOnly));
        for (int i = 0; i < 40; ++i) {  // about 0.4 GB: seconds of work on any machine
            QVERIFY(big.write(block.text()) == block.text().size());
        }
        big.close();
        const QString path = at("stopped.trocar");
        QProcess process;
        process.start(QStringLiteral(TROCAR_CLI), {QStringLiteral("import"), path, at("big.json"), QStringLiteral("--progress"),
                                                   QStringLiteral("json")});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(60'000));  // under way
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60'000));
        QFile::remove(at("big.json"));
        QVERIFY2(process.exitCode() == 130, process.readAllStandardError());
        if (QFile::exists(path)) {
            QCOMPARE(cli({QStringLiteral("info"), path}).code, 0);
        }
#else
        QSKIP("signals are tried on Unix");
#endif
    }

private:
    [[nodiscard]] QString at(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    [[nodiscard]] QString case_path() const { return at("case.trocar"); }
    [[nodiscard]] Ran chains(const QStringList& more) const {
        return cli(QStringList{QStringLiteral("chains"), case_path(), QStringLiteral("--format"), QStringLiteral("json")} + more);
    }
    [[nodiscard]] static QJsonObject json(const QStringList& arguments) {
        const Ran ran = cli(arguments + QStringList{QStringLiteral("--format"), QStringLiteral("json")});
        if (ran.code != 0 || ran.json().isEmpty()) {
            qWarning("%s", ran.err.constData());
        }
        return ran.json();
    }
    static QJsonObject find(const Ran& ran, const QString& kind) {
        for (const QJsonValue& row : chains_of(ran)) {
            if (row[QStringLiteral("kind")].toString() == kind) {
                return row.toObject();
            }
        }
        return {};
    }
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CliContractTest)
#include "cli_contract_test.moc"
