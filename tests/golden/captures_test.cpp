// Real captures with ground truth, when they lie beside the source tree: what is there is found, at its own window, and
// a narrower window loses exactly the chains that the curve says.
#include <QHash>
#include <QJsonArray>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

QString last_part(const QString& path) {
    return path.mid(std::max(path.lastIndexOf(QLatin1Char('\\')), path.lastIndexOf(QLatin1Char('/'))) + 1).toLower();
}

bool same_pair(const QJsonObject& row, const QJsonObject& truth) {
    for (const char* side : {"source", "target"}) {
        const QString pid = QLatin1String(side) + QStringLiteral("_pid");
        const QString image = QLatin1String(side) + QStringLiteral("_image");
        const QJsonObject got = row[QLatin1String(side)].toObject();
        if (truth[pid].isDouble()) {
            if (got[QStringLiteral("pid")].toInt() != truth[pid].toInt()) {
                return false;
            }
        } else if (truth[image].isString() && last_part(truth[image].toString()) != QLatin1String("?") &&
                   last_part(got[QStringLiteral("image")].toString()) != last_part(truth[image].toString())) {
            return false;
        }
    }
    return true;
}

/// Kinds that answer a truth of that kind: a lone execution may turn out to be linked.
QSet<QString> answers(const QString& kind) {
    if (kind == QLatin1String("lone")) {
        return {QStringLiteral("lone"), QStringLiteral("chain")};
    }
    if (kind == QLatin1String("partial")) {
        return {QStringLiteral("partial"), QStringLiteral("chain")};
    }
    return {QStringLiteral("chain")};
}

QSet<QString> chain_ids(const QJsonObject& top) {
    QSet<QString> out;
    for (const QJsonValue& row : top[QStringLiteral("chains")].toArray()) {
        if (row[QStringLiteral("kind")].toString() == QLatin1String("chain")) {
            out.insert(row[QStringLiteral("id")].toString());
        }
    }
    return out;
}

}  // namespace

class CapturesTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        data_ = capture_folder();
        if (data_.isEmpty()) {
            QSKIP("NO REAL CAPTURES: set TROCAR_DATA to a folder with truth.json; this test proves nothing now");
        }
    }

    void truth_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("analytic");
        QTest::addColumn<QJsonArray>("expect");
        QFile file(data_ + QStringLiteral("/truth.json"));
        if (!file.open(QIODevice::ReadOnly)) {
            return;
        }
        for (const QJsonValue& row : QJsonDocument::fromJson(file.readAll()).array()) {
            const QString name = row[QStringLiteral("file")].toString();
            const QString path = data_ + QLatin1Char('/') + name;
            const QString analytic = row[QStringLiteral("analytic")].toString();
            const bool windows = analytic == QLatin1String("AN1399") && name.startsWith(QLatin1String("windows/"));
            const bool mac = analytic == QLatin1String("AN1401") && name.contains(QLatin1String("eslogger"));
            if ((windows || mac) && QFile::exists(path)) {
                QTest::newRow(name.toUtf8().constData()) << path << analytic << row[QStringLiteral("expect")].toArray();
            }
        }
    }

    void truth() {
        QFETCH(QString, path);
        QFETCH(QString, analytic);
        QFETCH(QJsonArray, expect);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        const Ran imported = cli({QStringLiteral("import"), file, path});
        QVERIFY2(imported.code == 0 || imported.code == 1, imported.err);
        const auto chains = [&](const char* window) {
            const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--partial"), QStringLiteral("--format"),
                                 QStringLiteral("json"), QStringLiteral("--analytic"), analytic, QStringLiteral("--set"),
                                 QStringLiteral("TimeWindow=") + QLatin1String(window)});
            if (ran.code != 0) {
                qWarning("%s", ran.err.constData());
            }
            return ran.json();
        };
        const QJsonObject wide = chains("24h");
        QVERIFY(!wide.isEmpty());
        for (const QJsonValue& truth : expect) {
            const QString kind = truth[QStringLiteral("kind")].toString();
            if (kind == QLatin1String("handle")) {
                continue;  // an access and nothing else was recorded
            }
            bool found = false;
            double tightest = INFINITY;
            for (const QJsonValue& row : wide[QStringLiteral("chains")].toArray()) {
                if (same_pair(row.toObject(), truth.toObject()) && answers(kind).contains(row[QStringLiteral("kind")].toString())) {
                    found = true;
                    if (row[QStringLiteral("span_ns")].isDouble()) {
                        tightest = std::min(tightest, row[QStringLiteral("span_ns")].toDouble() / 1e9);
                    }
                }
            }
            const QByteArray who = (kind + QLatin1Char(' ') + truth[QStringLiteral("source_image")].toString() +
                                    QStringLiteral(" -> ") + truth[QStringLiteral("target_image")].toString())
                                       .toUtf8();
            QVERIFY2(found, who);
            if (kind == QLatin1String("chain") && truth[QStringLiteral("exact")].toBool()) {
                const double window = truth[QStringLiteral("window_s")].toDouble();
                QVERIFY2(std::abs(tightest - window) <= std::max(0.002, 0.01 * window),
                         who + ": " + QByteArray::number(tightest));
            }
        }
        // What a narrower window shows is what the curve gained up to there.
        const Ran curve = cli({QStringLiteral("curve"), file, QStringLiteral("--analytic"), analytic,
                               QStringLiteral("--parameter"), QStringLiteral("TimeWindow"), QStringLiteral("--format"),
                               QStringLiteral("json")});
        QCOMPARE(curve.code, 0);
        QSet<QString> gained;
        for (const QJsonValue& step : curve.json()[QStringLiteral("steps")].toArray()) {
            if (step[QStringLiteral("at_ns")].toInteger() <= 1'000'000'000) {
                for (const QJsonValue& id : step[QStringLiteral("gained")].toArray()) {
                    gained.insert(id.toString());
                }
            }
        }
        QCOMPARE(chain_ids(chains("1s")), gained);
    }

    /// One real capture holds a spoofed parent; elevations and runas in the others are brokers' work, not spoofing.
    void spoofed_parents_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("spoofed");
        QTest::addColumn<int>("brokered");
        const auto row = [&](const char* file, int spoofed, int brokered) {
            QTest::newRow(file) << data_ + QStringLiteral("/windows/") + QLatin1String(file) << spoofed << brokered;
        };
        row("sb__sysmon_10_1_ppid_spoofing.evtx", 1, 0);
        row("sb__UACME_59_Sysmon.evtx", 0, 1);
        row("otrf__empire_over_pth_patch_lsass.zip", 0, 1);
        row("otrf__rdp_interactive_taskmanager_lsass_dump.zip", 0, 1);
        row("otrf__metasploit_comsvcs_lsass_memory_dump.zip", 0, 1);
        row("otrf__empire_persistence_registry_modification_run_keys_standard_user.zip", 0, 0);
    }
    void spoofed_parents() {
        QFETCH(QString, path);
        QFETCH(int, spoofed);
        QFETCH(int, brokered);
        if (!QFile::exists(path)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        const Ran imported = cli({QStringLiteral("import"), file, path});
        QVERIFY2(imported.code == 0 || imported.code == 1, imported.err);
        QHash<QString, int> kinds;
        const Ran tree = cli({QStringLiteral("tree"), file, QStringLiteral("--format"), QStringLiteral("json")});
        for (const QJsonValue& process : tree.json()[QStringLiteral("processes")].toArray()) {
            ++kinds[process[QStringLiteral("creation")].toString()];
        }
        QCOMPARE(kinds[QStringLiteral("spoofed")], spoofed);
        QCOMPARE(kinds[QStringLiteral("broker")], brokered);
        QVERIFY(spoofed != 0 || brokered != 0 || kinds[QStringLiteral("parent")] > 0);
    }

    /// Real sandbox reports: every execution and every write that the truth names is found, with its pair; no chain besides.
    void sandbox_reports_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonArray>("expect");
        QFile file(data_ + QStringLiteral("/truth.json"));
        if (!file.open(QIODevice::ReadOnly)) {
            return;
        }
        for (const QJsonValue& row : QJsonDocument::fromJson(file.readAll()).array()) {
            const QString name = row[QStringLiteral("file")].toString();
            const QString path = data_ + QLatin1Char('/') + name;
            if (name.contains(QLatin1String("/cape")) && name.endsWith(QLatin1String(".json.gz")) && QFile::exists(path)) {
                QTest::newRow(name.toUtf8().constData()) << path << row[QStringLiteral("expect")].toArray();
            }
        }
    }
    void sandbox_reports() {
        QFETCH(QString, path);
        QFETCH(QJsonArray, expect);
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        const Ran imported = cli({QStringLiteral("import"), file, path});
        QVERIFY2(imported.code == 0, imported.err);
        const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--partial"), QStringLiteral("--analytic"),
                             QStringLiteral("AN1399"), QStringLiteral("--format"), QStringLiteral("json")});
        const QJsonArray rows = ran.json()[QStringLiteral("chains")].toArray();
        int executions = 0;
        for (const QJsonValue& truth : expect) {
            const bool executed = truth[QStringLiteral("kind")].toString() == QLatin1String("chain");
            executions += executed ? 1 : 0;
            const bool found = std::any_of(rows.begin(), rows.end(), [&](const QJsonValue& row) {
                const bool chain = row[QStringLiteral("kind")].toString() == QLatin1String("chain");
                return chain == executed && same_pair(row.toObject(), truth.toObject());
            });
            QVERIFY2(found, QByteArray::number(truth[QStringLiteral("target_pid")].toInt()));
        }
        QCOMPARE(chain_ids(ran.json()).size(), executions);
    }

    /// A real log of Cuckoo's monitor: its 91 documents are 19 explanations, a dumped buffer, a process and 70 calls, among
    /// them the creation of svchost.exe, writes into it, a context and the resumption.
    void a_monitor_log_shows_the_hollowing() {
        const QString path = data_ + QStringLiteral("/etw/cape/cuckoo_752.bson");
        if (!QFile::exists(path)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        const Ran imported = cli({QStringLiteral("import"), file, path});
        QCOMPARE(imported.code, 0);
        QVERIFY2(imported.out.contains("read 71, kept 71, rejected 0"), imported.out);
        QVERIFY(imported.out.contains("sandbox_bson"));
        const Ran ran = cli({QStringLiteral("chains"), file, QStringLiteral("--partial"), QStringLiteral("--format"),
                             QStringLiteral("json")});
        const QJsonArray rows = ran.json()[QStringLiteral("chains")].toArray();
        QCOMPARE(rows.size(), 1);
        const QJsonObject expected{{QStringLiteral("source_pid"), 752}, {QStringLiteral("target_pid"), 2500}};
        QVERIFY(same_pair(rows[0].toObject(), expected));
        QCOMPARE(rows[0][QStringLiteral("technique")].toString(), QStringLiteral("T1055.012"));
        QCOMPARE(last_part(rows[0][QStringLiteral("target")][QStringLiteral("image")].toString()),
                 QStringLiteral("svchost.exe"));
    }

private:
    QString data_;
};

QTEST_GUILESS_MAIN(CapturesTest)
#include "captures_test.moc"
