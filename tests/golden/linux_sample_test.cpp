// The Linux sample shows what resources/samples/README.md says: each injection undamped, each look-alike damped or silent.
#include <QJsonArray>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

class LinuxSampleTest final : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shows_what_its_page_says_data() {
        const QString log = QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/linux-injection.audit.log");
        QTest::addColumn<QStringList>("files");
        QTest::newRow("the audit log") << QStringList{log};
        // The snapshots speak for the same injections, and accuse nobody else.
        QTest::newRow("with the snapshots")
            << QStringList{log, QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/linux-injection.procfs.tar.gz")};
    }
    void shows_what_its_page_says() {
        QFETCH(QStringList, files);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        const Ran imported = cli(QStringList{QStringLiteral("import"), file} + files);
        QVERIFY2(imported.code == 0, imported.err);
        const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--analytic"), QStringLiteral("AN1400"),
                             QStringLiteral("--format"), QStringLiteral("json")});
        QSet<QString> undamped, damped;
        for (const QJsonValue& row : ran.json()[QStringLiteral("chains")].toArray()) {
            bool excused = false;
            for (const QJsonValue& reason : row[QStringLiteral("reasons")].toArray()) {
                excused = excused || reason[QStringLiteral("points")].toInt() < 0;
            }
            (excused ? damped : undamped)
                << QStringLiteral("%1 %2>%3").arg(row[QStringLiteral("kind")].toString(),
                                                  QString::number(row[QStringLiteral("source")][QStringLiteral("pid")].toInt()),
                                                  QString::number(row[QStringLiteral("target")][QStringLiteral("pid")].toInt()));
        }
        QCOMPARE(undamped, (QSet<QString>{QStringLiteral("chain 431>349"), QStringLiteral("chain 505>351"),
                                          QStringLiteral("chain 490>349"), QStringLiteral("chain 400>319"),
                                          QStringLiteral("chain 449>351"), QStringLiteral("chain 470>319"),
                                          QStringLiteral("chain 531>531"), QStringLiteral("chain 540>540"),
                                          QStringLiteral("lone 562>562"), QStringLiteral("lone 573>573")}));
        QCOMPARE(damped, (QSet<QString>{QStringLiteral("chain 604>349"), QStringLiteral("chain 632>635"),
                                        QStringLiteral("chain 660>660")}));
    }
};

QTEST_GUILESS_MAIN(LinuxSampleTest)
#include "linux_sample_test.moc"
