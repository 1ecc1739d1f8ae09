// The macOS sample is what its generator writes, and shows what resources/samples/README.md says, whatever the version of the
// messages and the form of the audit tokens.
#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

const QString kSample = QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/macos-injection.es.jsonl.gz");

QByteArray run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    return process.waitForFinished(60'000) && process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
}

struct Rows {
    QSet<QString> undamped, damped;
};

/// "chain 1491>702 42" (kind, source, target, milliseconds of the span) of every row.
Rows rows_of(const QString& evidence, const QString& folder) {
    const QString file = folder + QStringLiteral("/x.trocar");
    Rows rows;
    const Ran imported = cli({QStringLiteral("import"), file, evidence});
    if (imported.code != 0) {
        qWarning() << imported.err;
        return rows;
    }
    const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--analytic"), QStringLiteral("AN1401"),
                         QStringLiteral("--partial"), QStringLiteral("--format"), QStringLiteral("json")});
    for (const QJsonValue& row : ran.json()[QStringLiteral("chains")].toArray()) {
        bool excused = false;
        for (const QJsonValue& reason : row[QStringLiteral("reasons")].toArray()) {
            excused = excused || reason[QStringLiteral("points")].toInt() < 0;
        }
        QString words = QStringLiteral("%1 %2>%3").arg(row[QStringLiteral("kind")].toString(),
                                                       QString::number(row[QStringLiteral("source")][QStringLiteral("pid")].toInt()),
                                                       QString::number(row[QStringLiteral("target")][QStringLiteral("pid")].toInt()));
        if (row[QStringLiteral("kind")].toString() == QStringLiteral("chain")) {
            words += QStringLiteral(" %1").arg(row[QStringLiteral("span_ns")].toDouble() / 1e6);
        }
        (excused ? rows.damped : rows.undamped) << words;
    }
    return rows;
}

}  // namespace

class MacSampleTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void the_generator_writes_the_committed_lines() {
        const QTemporaryDir folder;
        const QString made = folder.filePath(QStringLiteral("made.jsonl"));
        QCOMPARE(QProcess::execute(QStringLiteral(TROCAR_MAKE_MAC_SAMPLE), {made}), 0);
        QFile file(made);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray lines = file.readAll();
        QVERIFY(lines.size() > 1'000'000);
        QVERIFY2(run(QStringLiteral("gzip"), {QStringLiteral("-dc"), kSample}) == lines,
                 "make it anew as resources/samples/README.md says, and commit it");
    }

    void shows_what_its_page_says_data() {
        QTest::addColumn<QStringList>("style");
        QTest::newRow("as committed") << QStringList();
        for (const char* version : {"6", "7", "8", "9", "11"}) {
            QTest::addRow("version %s", version) << QStringList{QString::fromLatin1(version)};
        }
        QTest::newRow("tokens as arrays") << QStringList{QStringLiteral("10"), QStringLiteral("arrays")};
    }

    void shows_what_its_page_says() {
        QFETCH(QStringList, style);
        const QTemporaryDir folder;
        QString evidence = kSample;
        if (!style.isEmpty()) {
            evidence = folder.filePath(QStringLiteral("made.jsonl"));
            QCOMPARE(QProcess::execute(QStringLiteral(TROCAR_MAKE_MAC_SAMPLE), QStringList{evidence} + style), 0);
        }
        const Rows rows = rows_of(evidence, folder.path());
        QCOMPARE(rows.undamped,
                 (QSet<QString>{QStringLiteral("chain 1491>702 42"), QStringLiteral("chain 1494>715 0"),
                                QStringLiteral("chain 1497>733 6000"), QStringLiteral("chain 1500>741 900"),
                                QStringLiteral("lone 1503>702"), QStringLiteral("lone 1494>741"),
                                QStringLiteral("chain 640>1506 8"), QStringLiteral("partial 640>1509"),
                                QStringLiteral("partial 1527>1524")}));
        QCOMPARE(rows.damped, (QSet<QString>{QStringLiteral("chain 1512>1515 9"), QStringLiteral("chain 640>1518 4"),
                                             QStringLiteral("partial 1521>715"), QStringLiteral("chain 790>210 30")}));
    }

    void a_wider_window_links_the_slow_one() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        QCOMPARE(cli({QStringLiteral("import"), file, kSample}).code, 0);
        for (const auto& [window, chains] : {std::pair{"47999ms", 8}, std::pair{"48s", 9}}) {
            const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--analytic"), QStringLiteral("AN1401"),
                                 QStringLiteral("--set"), QStringLiteral("TimeWindow=%1").arg(QString::fromLatin1(window)),
                                 QStringLiteral("--format"), QStringLiteral("json")});
            int count = 0;
            for (const QJsonValue& row : ran.json()[QStringLiteral("chains")].toArray()) {
                count += row[QStringLiteral("kind")].toString() == QStringLiteral("chain") ? 1 : 0;
            }
            QCOMPARE(count, chains);
        }
    }

    /// A combination of three steps asks for the one between; what it leaves without a chain stays alone.
    void a_combination_names_the_steps_between() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        QCOMPARE(cli({QStringLiteral("import"), file, kSample}).code, 0);
        const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--analytic"), QStringLiteral("AN1401"),
                             QStringLiteral("--set"),
                             QStringLiteral("MachSyscallContext=get_task > proc_suspend_resume > remote_thread_create"),
                             QStringLiteral("--format"), QStringLiteral("json")});
        QCOMPARE(ran.code, 0);
        QStringList chains;
        int alone = 0;
        for (const QJsonValue& row : ran.json()[QStringLiteral("chains")].toArray()) {
            const bool chain = row[QStringLiteral("kind")].toString() == QStringLiteral("chain");
            alone += chain ? 0 : 1;
            QSet<QString> told;
            for (const QJsonValue& line : row[QStringLiteral("evidence")].toArray()) {
                const QString place = QString::number(line[QStringLiteral("record")].toInt());
                QVERIFY2(!told.contains(place), "a message is told once, though it can be two steps");
                told << place;
            }
            if (chain) {
                chains << QString::number(row[QStringLiteral("source")][QStringLiteral("pid")].toInt());
            }
        }
        QCOMPARE(chains, (QStringList{QStringLiteral("1491"), QStringLiteral("1512")}));
        QCOMPARE(alone, 6);
    }

    void reports_redact_the_environment() {
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        QCOMPARE(cli({QStringLiteral("import"), file, kSample}).code, 0);
        QStringList report{QStringLiteral("report"), file, QStringLiteral("-o"), QStringLiteral("-"), QStringLiteral("--format")};
        for (const char* format : {"json", "html", "md", "csv"}) {
            const Ran ran = cli(report + QStringList{QString::fromLatin1(format)});
            QCOMPARE(ran.code, 0);
            QVERIFY2(!ran.out.contains("not-a-real-token"), format);
            QVERIFY2(!ran.out.contains("AN1399"), format);
        }
        const QByteArray redacted = cli(report + QStringList{QStringLiteral("json")}).out;
        QVERIFY(redacted.contains("DEMO_API_TOKEN=(redacted)"));
        QVERIFY(redacted.contains("DYLD_INSERT_LIBRARIES=/Users/mira/Library/.hid/libhook.dylib"));
        const QByteArray whole = cli(report + QStringList{QStringLiteral("json"), QStringLiteral("--show-environment")}).out;
        QVERIFY(whole.contains("DEMO_API_TOKEN=not-a-real-token-0000"));
    }
};

QTEST_GUILESS_MAIN(MacSampleTest)
#include "mac_sample_test.moc"
