// Snapshots of /proc of a real host, with ground truth, when they lie beside the source tree: every process that the labels
// call attacked has a finding that no reason damps, every other one none, and the same from an archive.
#include <QHash>
#include <QJsonArray>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

struct Found {
    QSet<int> undamped, any;
    QHash<int, QSet<QString>> techniques;
};

/// Findings of AN1400 by the pid of their target.
Found findings(const QString& evidence) {
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("x.trocar"));
    const Ran imported = cli({QStringLiteral("import"), file, evidence});
    if (imported.code != 0) {
        qWarning("%s", imported.err.constData());
        return {};
    }
    const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--analytic"), QStringLiteral("AN1400"),
                         QStringLiteral("--format"), QStringLiteral("json")});
    Found out;
    for (const QJsonValue& row : ran.json()[QStringLiteral("chains")].toArray()) {
        const int pid = row[QStringLiteral("target")][QStringLiteral("pid")].toInt();
        out.any.insert(pid);
        out.techniques[pid].insert(row[QStringLiteral("technique")].toString());
        bool damped = false;
        for (const QJsonValue& reason : row[QStringLiteral("reasons")].toArray()) {
            damped = damped || reason[QStringLiteral("points")].toInt() < 0;
        }
        if (!damped) {
            out.undamped.insert(pid);
        }
    }
    return out;
}

}  // namespace

class ProcfsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        data_ = capture_folder() + QStringLiteral("/linux/procfs_live");
        if (!QFile::exists(data_ + QStringLiteral("/labels.jsonl"))) {
            QSKIP("NO REAL SNAPSHOTS: set TROCAR_DATA to a folder with linux/procfs_live; this test proves nothing now");
        }
    }

    void the_labels_are_what_is_found() {
        QFile labels(data_ + QStringLiteral("/labels.jsonl"));
        QVERIFY(labels.open(QIODevice::ReadOnly));
        QSet<int> attacked, benign;
        QHash<int, QString> label;
        while (!labels.atEnd()) {
            const QJsonObject row = QJsonDocument::fromJson(labels.readLine()).object();
            const int pid = row[QStringLiteral("pid")].toInt();
            const QString what = row[QStringLiteral("ev")].toString();
            if (what == QLatin1String("attack")) {
                attacked.insert(pid);
                label[pid] += row[QStringLiteral("label")].toString();
            } else if (what == QLatin1String("benign")) {
                benign.insert(pid);
            }
        }
        const Found found = findings(data_ + QStringLiteral("/procfs"));
        QCOMPARE(found.undamped, attacked);
        QVERIFY((benign + attacked).contains(found.any));
        for (const int pid : attacked) {
            const QString technique = label[pid].contains(QLatin1String("memfd"))   ? QStringLiteral("T1620")
                                      : label[pid].contains(QLatin1String("vdso"))  ? QStringLiteral("T1055.014")
                                                                                    : QStringLiteral("T1574.006");
            QVERIFY2(found.techniques[pid].contains(technique), label[pid].toUtf8());
        }
    }

    void an_archive_says_the_same() {
        const QTemporaryDir folder;
        const QString archive = folder.filePath(QStringLiteral("uac-host1-linux-20261124023407.tar.gz"));
        QProcess tar;
        tar.start(QStringLiteral("tar"), {QStringLiteral("czf"), archive, QStringLiteral("-C"), data_, QStringLiteral("procfs")});
        QVERIFY(tar.waitForFinished() && tar.exitCode() == 0);
        const Found packed = findings(archive), plain = findings(data_ + QStringLiteral("/procfs"));
        QVERIFY(!packed.any.isEmpty());
        QCOMPARE(packed.undamped, plain.undamped);
        QCOMPARE(packed.any, plain.any);
    }

private:
    QString data_;
};

QTEST_GUILESS_MAIN(ProcfsTest)
#include "procfs_test.moc"
