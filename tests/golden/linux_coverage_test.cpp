// A capture that lacks a rule says which step is blind and which rule would show it; one that has it does not: in the
// command line and in the report, for audit logs and for eBPF sensors.
#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

const QString kRule = QStringLiteral("-a always,exit -F arch=b64 -S process_vm_writev -k vm_write");

QByteArray call(int serial, int number, int pid, const char* a0, const char* a1, const char* exe) {
    const QByteArray s = QByteArray::number(serial);
    return "type=SYSCALL msg=audit(1700000000." + QByteArray::number(100 + serial) + ":" + s +
           "): arch=c000003e syscall=" + QByteArray::number(number) + " success=yes exit=8 a0=" + a0 + " a1=" + a1 +
           " a2=0 a3=0 items=0 ppid=1 pid=" + QByteArray::number(pid) + " auid=1000 uid=0 comm=\"x\" exe=\"" + exe +
           "\" key=(null)\n";
}

const QByteArray kAttached = call(1, 101, 700, "10", "1f4", "/tmp/inj");
const QByteArray kWritten = call(2, 311, 700, "1f4", "7ffe0000", "/tmp/inj");
const QByteArray kTracee =
    R"({"timestamp":1764000000000000123,"processorId":1,"hostProcessId":700,"hostParentProcessId":1,"userId":0,)"
    R"("processName":"inj","hostName":"web","eventId":"101","eventName":"ptrace","returnValue":0,)"
    R"("args":[{"name":"request","type":"long","value":16},{"name":"pid","type":"pid_t","value":500}]})"
    "\n";

}  // namespace

class LinuxCoverageTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_missing_rule_is_named_data() {
        QTest::addColumn<QByteArray>("evidence");
        QTest::addColumn<bool>("blind");
        QTest::newRow("audit without") << kAttached << true;
        QTest::newRow("audit with") << QByteArray(kAttached + kWritten) << false;
        QTest::newRow("tracee without") << kTracee << true;
    }

    void the_missing_rule_is_named() {
        QFETCH(QByteArray, evidence);
        QFETCH(bool, blind);
        const QTemporaryDir folder;
        QFile log(folder.filePath(QStringLiteral("events.log")));
        QVERIFY(log.open(QIODevice::WriteOnly));
        log.write(evidence);
        log.close();
        const QString file = folder.filePath(QStringLiteral("x.trocar"));
        QCOMPARE(cli({QStringLiteral("import"), file, log.fileName()}).code, 0);

        const QStringList ask{QStringLiteral("coverage"), file, QStringLiteral("--analytic"), QStringLiteral("AN1400")};
        const QString text = QString::fromUtf8(cli(ask).out);
        QCOMPARE(text.contains(QStringLiteral("auditd: ") + kRule), blind);
        QCOMPARE(text.contains(QStringLiteral("The write step is blind for process_vm_writev")), blind);
        QCOMPARE(text.contains(QStringLiteral("Tracee: --events process_vm_writev\n")), blind);
        QCOMPARE(text.contains(QStringLiteral("Tetragon: kprobe sys_process_vm_writev")), blind);
        QVERIFY(!text.contains(QStringLiteral("-F a0=0x10 ")));  // attached: that step is not blind
        QVERIFY(text.contains(QStringLiteral("-F a0=0x4 ")));    // nothing poked

        QJsonArray rules;
        for (const QJsonValue& row :
             cli(ask + QStringList{QStringLiteral("--format"), QStringLiteral("json")})
                 .json()[QStringLiteral("analytics")][0][QStringLiteral("rows")]
                 .toArray()) {
            if (row[QStringLiteral("component")].toString() == QLatin1String("Cross-Process Write")) {
                QCOMPARE(row[QStringLiteral("step")].toString(), QStringLiteral("write"));
                rules = row[QStringLiteral("rules")].toArray();
            }
        }
        QCOMPARE(rules.isEmpty(), !blind);
        QVERIFY(!blind || rules[0][QStringLiteral("rule")].toString() == kRule);

        for (const char* format : {"md", "html"}) {
            const QString out = folder.filePath(QStringLiteral("r.") + QLatin1String(format));
            QCOMPARE(cli({QStringLiteral("report"), file, QStringLiteral("--format"), QLatin1String(format),
                          QStringLiteral("-o"), out})
                         .code,
                     0);
            QFile report(out);
            QVERIFY(report.open(QIODevice::ReadOnly));
            // Markdown escapes the underline.
            QString words = QString::fromUtf8(report.readAll());
            words.remove(QLatin1Char('\\'));
            QVERIFY2(words.contains(kRule) == blind, format);
        }
    }
};

QTEST_APPLESS_MAIN(LinuxCoverageTest)
#include "linux_coverage_test.moc"
