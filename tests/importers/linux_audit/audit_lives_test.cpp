// Lives out of audit logs: whose child a process is, under the calls of each architecture that make one.
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>

using namespace trocar;

namespace {

struct Call {
    int serial, millis, pid, ppid;
    std::string arch;
    int number;
    long exit;
    std::string exe, a0 = "0";
};

std::string record(const Call& c) {
    const std::string stamp = "msg=audit(1700000000." + std::to_string(1000 + c.millis).substr(1) + ":" +
                              std::to_string(c.serial) + "): ";
    return "type=SYSCALL " + stamp + "arch=" + c.arch + " syscall=" + std::to_string(c.number) +
           " success=yes exit=" + std::to_string(c.exit) + " a0=" + c.a0 +
           " a1=0 a2=0 a3=0 items=0 ppid=" + std::to_string(c.ppid) + " pid=" + std::to_string(c.pid) +
           " auid=1000 uid=0 comm=\"x\" exe=\"" + c.exe + "\" key=(null)\n";
}

/// "pid image parent" of each life, in pid order.
QString lives_of(const std::string& log) {
    const QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("audit.log")));
    if (!file.open(QIODevice::WriteOnly) || file.write(log.data(), static_cast<qint64>(log.size())) < 0) {
        return QStringLiteral("not written");
    }
    file.close();
    const std::string path = folder.filePath(QStringLiteral("x.trocar")).toStdString();
    const auto imported = import_evidence(path, {file.fileName().toStdString()}, {}, builtin_importers(), {});
    if (!imported.ok()) {
        return QString::fromStdString(imported.error().message);
    }
    const auto capture = CaseFile::open(path, CaseFile::Mode::read_only).value()->load_capture();
    QStringList out;
    const auto& lives = capture.value()->processes.lives;
    for (const ProcessLife& life : lives) {
        const QString parent =
            life.parent.none() ? QStringLiteral("-") : QString::number(lives[life.parent.value].pid);
        const std::string_view image = capture.value()->strings->text(life.image);
        out += QStringLiteral("%1 %2 %3")
                   .arg(QString::number(life.pid),
                        QString::fromUtf8(image.data(), static_cast<qsizetype>(image.size())), parent);
    }
    out.sort();
    return out.join(QLatin1Char('\n'));
}

const std::string k64 = "c000003e", k32 = "40000003", kArm = "c00000b7";

}  // namespace

class AuditLivesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void children_data() {
        QTest::addColumn<QString>("arch");
        QTest::addColumn<int>("make");
        QTest::addColumn<QString>("flags");
        QTest::addColumn<int>("exec");
        const auto row = [](const char* name, const std::string& arch, int make, const char* flags,
                            int exec) {
            QTest::newRow(name) << QString::fromStdString(arch) << make << QString::fromLatin1(flags) << exec;
        };
        row("x86_64 fork", k64, 57, "0", 59);
        row("x86_64 vfork", k64, 58, "0", 59);
        row("x86_64 clone", k64, 56, "1200011", 59);
        row("x86_64 clone3", k64, 435, "7ffd0000", 59);
        row("i386 fork", k32, 2, "0", 11);
        row("i386 vfork", k32, 190, "0", 11);
        row("i386 clone", k32, 120, "1200011", 11);
        row("i386 clone3", k32, 435, "ffd0000", 11);
        row("aarch64 clone, as vfork", kArm, 220, "4111", 221);
        row("aarch64 clone3", kArm, 435, "ffff0000", 221);
    }

    // The child's program first or last in the log: a vfork returns when the child has run its program.
    void children() {
        QFETCH(QString, arch);
        QFETCH(int, make);
        QFETCH(QString, flags);
        QFETCH(int, exec);
        const std::string a = arch.toStdString();
        const QString wanted = QStringLiteral("100 /usr/bin/sh -\n101 /usr/bin/ls 100");
        for (const bool late : {false, true}) {
            const std::string made =
                record({late ? 6 : 2, 4, 100, 10, a, make, 101, "/usr/bin/sh", flags.toStdString()});
            const std::string ran = record({4, 8, 101, 100, a, exec, 0, "/usr/bin/ls"});
            const std::string child = lives_of(late ? ran + made : made + ran).toStdString();
            QVERIFY2(QString::fromStdString(child).contains(wanted), child.c_str());
            QCOMPARE(QString::fromStdString(child).count(QStringLiteral("101 ")), 1);
        }
    }

    // A child of clone3 that only acts, and never runs a program of its own: its parent is known where the
    // log has the creation behind its first call.
    void a_clone3_that_acted_is_a_process() {
        const std::string acted = record({4, 8, 101, 100, k64, 101, 0, "/usr/bin/sh", "10"});
        const std::string made = record({5, 4, 100, 10, k64, 435, 101, "/usr/bin/sh", "7ffd0000"});
        QCOMPARE(lives_of(acted + made), QStringLiteral("100 /usr/bin/sh -\n101 /usr/bin/sh 100"));
    }

    // A pid used again is another life: its creation is stamped after what was heard of the first.
    void pids_used_again() {
        const QString lives = lives_of(record({2, 4, 101, 50, k64, 59, 0, "/usr/bin/ls"}) +
                                       record({4, 40, 100, 10, k64, 58, 101, "/usr/bin/sh"}) +
                                       record({6, 80, 101, 100, k64, 59, 0, "/usr/bin/id"}));
        QVERIFY2(lives.contains(QStringLiteral("101 /usr/bin/ls 50\n")), qPrintable(lives));
        QVERIFY2(lives.contains(QStringLiteral("101 /usr/bin/id 100")), qPrintable(lives));
    }
};

QTEST_APPLESS_MAIN(AuditLivesTest)
#include "audit_lives_test.moc"
