// What sandboxes write, from file to chain through trocar-cli.
#include <QHash>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

#include <string>

#include "tests/golden/cli_runner.h"
#include "tests/importers/sandbox_bson/made_bson.h"
#include "tests/importers/sandbox_cape/sandbox_report.h"

using namespace trocar::test;

class CliSandboxTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_sandbox_report_gives_lives_and_complete_chains() {
        const ApiArguments handle{{"ProcessHandle", "0x000001a0"}};
        const auto with = [&](ApiArguments more) {
            more.insert(more.begin(), handle.begin(), handle.end());
            return more;
        };
        const std::string report = sandbox_report(
            {sandbox_process(1180, 3052, "C:\\\\u\\\\evil.exe",
                             {api_call("NtOpenProcess", with({{"DesiredAccess", "0x0000043a"}, {"ProcessIdentifier", "1852"}}),
                                       "16,401"),
                              api_call("NtAllocateVirtualMemory", with({{"BaseAddress", "0x00180000"}}), "16,417"),
                              api_call("WriteProcessMemory", with({{"BaseAddress", "0x00180000"}}), "16,417"),
                              api_call("CreateRemoteThread", with({{"StartRoutine", "0x00180000"}}), "16,448")}),
             sandbox_process(1852, 1248, "C:\\\\Windows\\\\explorer.exe", {})});
        QVERIFY(write_file(at("report.json"), QByteArray::fromStdString(report)));
        const QString path = at("sandbox.trocar");
        QCOMPARE(cli({QStringLiteral("import"), path, at("report.json")}).code, 0);
        const QJsonArray chains = json({QStringLiteral("chains"), path})[QStringLiteral("chains")].toArray();
        QCOMPARE(chains.size(), 1);
        QCOMPARE(chains[0][QStringLiteral("grade")].toString(), QStringLiteral("complete"));
        QCOMPARE(chains[0][QStringLiteral("span_ns")].toInteger(), 31'000'000);  // from the write
        QCOMPARE(chains[0][QStringLiteral("target")][QStringLiteral("image")].toString(),
                 QStringLiteral("C:\\Windows\\explorer.exe"));
        QHash<int, QJsonValue> by_pid;
        for (const QJsonValue& process : json({QStringLiteral("tree"), path})[QStringLiteral("processes")].toArray()) {
            by_pid[process[QStringLiteral("pid")].toInt()] = process;
        }
        QCOMPARE(by_pid.size(), 4);
        QCOMPARE(by_pid[1852][QStringLiteral("parent")], by_pid[1248][QStringLiteral("key")]);
        QCOMPARE(by_pid[1180][QStringLiteral("parent")], by_pid[3052][QStringLiteral("key")]);
        // The list says when the monitor came, not when the process began.
        QVERIFY(by_pid[1852][QStringLiteral("start_inferred")].toBool());
        QCOMPARE(by_pid[1180][QStringLiteral("first_seen")].toString(), QStringLiteral("2021-01-28T02:14:13.791000000Z"));
        QCOMPARE(by_pid[1180][QStringLiteral("command_line")].toString(), QStringLiteral("x.exe -k"));
    }

    /// The chain of a monitor's log is that of the report of the same calls.
    void a_monitor_log_gives_the_chain_of_its_report() {
        const ApiArguments handle{{"ProcessHandle", "0x000001a0"}};
        const auto at_base = [&](const char* name) { return ApiArguments{handle[0], {name, "0x00180000"}}; };
        const std::string report = sandbox_report({sandbox_process(
            1180, 3052, "C:\\\\u\\\\evil.exe",
            {api_call("NtOpenProcess", {handle[0], {"DesiredAccess", "0x43a"}, {"ProcessIdentifier", "1852"}}, "16,401"),
             api_call("WriteProcessMemory", at_base("BaseAddress"), "16,417"),
             api_call("CreateRemoteThread", at_base("StartRoutine"), "16,448")})});
        const std::string log =
            process_of(1180, 3052, "C:\\u\\evil.exe") +
            info(20, "NtOpenProcess", {"*ProcessHandle", "DesiredAccess", "ProcessIdentifier"}) +
            call(20, 2610, {0x1a0, 0x43a, 1852}) + info(21, "WriteProcessMemory", {"*ProcessHandle", "*BaseAddress"}) +
            call(21, 2626, {0x1a0, 0x180000}) + info(22, "CreateRemoteThread", {"*ProcessHandle", "*StartRoutine"}) +
            call(22, 2657, {0x1a0, 0x180000});
        const auto chain_of = [&](const char* evidence, const char* file, const std::string& bytes) {
            const bool written = write_file(at(evidence), QByteArray::fromStdString(bytes));
            const bool read = written && cli({QStringLiteral("import"), at(file), at(evidence)}).code == 0;
            return read ? json({QStringLiteral("chains"), at(file)})[QStringLiteral("chains")][0].toObject()
                        : QJsonObject();
        };
        const QJsonObject of_log = chain_of("1180.bson", "of_log.trocar", log);
        const QJsonObject of_report = chain_of("same.json", "of_report.trocar", report);
        QCOMPARE(of_log[QStringLiteral("kind")].toString(), QStringLiteral("chain"));
        for (const char* key : {"grade", "kind", "technique", "confidence", "span_ns"}) {
            QVERIFY(of_log.contains(QLatin1String(key)));
            QCOMPARE(of_log[QLatin1String(key)], of_report[QLatin1String(key)]);
        }
        for (const char* side : {"source", "target"}) {
            QCOMPARE(of_log[QLatin1String(side)][QStringLiteral("pid")], of_report[QLatin1String(side)][QStringLiteral("pid")]);
        }
    }

private:
    [[nodiscard]] QString at(const char* name) const { return folder_.filePath(QString::fromLatin1(name)); }
    [[nodiscard]] static QJsonObject json(const QStringList& arguments) {
        return cli(arguments + QStringList{QStringLiteral("--format"), QStringLiteral("json")}).json();
    }
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CliSandboxTest)
#include "cli_sandbox_test.moc"
