#include "importers/macos_es_json/macos_es_json.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <string>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

RecordingSink read_text(std::string text) {
    RecordingSink sink;
    const auto input = memory_input("es.json", std::move(text));
    const Status read = make_macos_es_json_importer()->parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string santa_process(int pid, int version, const std::string& path) {
    return R"({"id":{"pid":)" + std::to_string(pid) + R"(,"pidversion":)" + std::to_string(version) +
           R"(},"executable":{"path":")" + path + R"("}})";
}

std::string token(int pid, int version) {
    return "501-501-20-501-20-" + std::to_string(pid) + "-100007-" + std::to_string(version);
}

std::string suspension(const std::string& type) {
    return R"({"instigator":)" + santa_process(12, 34, "/tmp/a") + R"(,"target":)" +
           santa_process(99, 100, "/bin/b") + R"(,"type":")" + type + "\"}";
}

std::string mac_monitor(const std::string& type, const std::string& pid = "77") {
    return "{\n \"es_event_type\" : \"ES_EVENT_TYPE_NOTIFY_" + type + "\",\n \"initiating_pid\" : " + pid +
           ",\n \"initiating_process_path\" : \"/tmp/c\",\n \"activity_at_ts\" : "
           "\"2026-01-02T03:04:05.123Z\"\n}\n";
}

/// A record of Mac Monitor 1.x as its telemetry reports list the keys; values are invented.
std::string mac_monitor_with(const std::string& type, int pid, int version, const std::string& member) {
    return R"({"es_event_type":"ES_EVENT_TYPE_NOTIFY_)" + type + R"(","initiating_pid":)" + std::to_string(pid) +
           R"(,"audit_token":")" + token(pid, version) + R"(","parent_audit_token":")" + token(1, 2) +
           R"(","initiating_process_path":"/tmp/c","activity_at_ts":"2026-01-02T03:04:05.123Z",)" + member + "}\n";
}

std::string mac_monitor_exec(const std::string& variables) {
    return mac_monitor_with("EXEC", 77, 10,
                            R"("exec_event":{"pid":77,"audit_token":")" + token(77, 11) +
                                R"(","parent_audit_token":")" + token(70, 9) +
                                R"(","process_path":"/Applications/V.app/v","signing_id":"org.v",)" +
                                R"("team_id":"TEAM000001",)" +
                                R"("is_platform_binary":false,"is_adhoc_signed":false,"command_line":"v -q",)" +
                                R"("env_variables":")" + variables + R"("})");
}

std::string santa_event(const std::string& name, const std::string& members) {
    return R"({"event_time":"2026-01-02T03:04:05.5Z",")" + name + R"(":{"instigator":)" +
           santa_process(12, 34, "/bin/zsh") + members + "}}\n";
}

}  // namespace

class MacosEsJsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void santa_says_who_was_suspended_by_whom() {
        const RecordingSink sink = read_text(
            R"({"event_time":"2026-01-02T03:04:05.5Z","proc_suspend_resume":)" + suspension("TYPE_SUSPEND") +
            "}\n" + suspension("TYPE_RESUME") + suspension("TYPE_SHUTDOWN_SOCKETS"));
        QCOMPARE(sink.events.size(), std::size_t{3});
        const RecordedEvent& e = sink.events[0];
        QVERIFY(e.operation == Operation::suspend);
        QVERIFY(sink.events[1].operation == Operation::resume);
        QVERIFY(sink.events[2].operation == Operation::generic);
        QCOMPARE(format_iso_time(e.time), std::string("2026-01-02T03:04:05.500000000Z"));
        QVERIFY(sink.events[1].time.none());
        QCOMPARE(e.actor.image + ">" + e.target.image, std::string("/tmp/a>/bin/b"));
        QCOMPARE(e.actor.pid, 12U);
        QVERIFY(e.target.guid == sink.events[1].target.guid && !e.target.guid.none());
        QCOMPARE(e.field("proc_suspend_resume.type"), std::string("TYPE_SUSPEND"));
        QVERIFY(sink.losses.empty());
    }

    void an_event_alone_does_not_say_which_it_is() {
        const RecordingSink sink = read_text(R"({"instigator":)" + santa_process(12, 34, "/tmp/a") + "}");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QVERIFY(sink.events[0].operation == Operation::generic);
        QCOMPARE(sink.events[0].actor.pid, 12U);
    }

    void mac_monitor_names_the_process_by_pid() {
        const RecordingSink sink = read_text("[" + mac_monitor("MMAP") + "," + mac_monitor("CS_INVALIDATED") +
                                             "," + mac_monitor("GET_TASK") + "]");
        QCOMPARE(sink.events.size(), std::size_t{3});
        QVERIFY(sink.events[0].operation == Operation::generic);
        QCOMPARE(sink.events[0].actor.pid, 77U);
        QCOMPARE(sink.events[0].text, std::string("ES_EVENT_TYPE_NOTIFY_MMAP"));
        QVERIFY(sink.events[1].operation == Operation::code_invalidated);
        QCOMPARE(sink.events[1].target.image, std::string("/tmp/c"));
        QVERIFY(!sink.events[1].actor.present());
        QVERIFY(sink.events[2].operation == Operation::generic);  // whose task is not told
    }

    void mac_monitor_names_targets_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("member");
        QTest::addColumn<QString>("prefix");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("operation");
        const auto row = [](const char* type, const char* member, const char* prefix, const char* kind,
                            Operation operation) {
            QTest::newRow(qPrintable(QString::fromLatin1(type) + QLatin1Char(' ') + QString::fromLatin1(kind)))
                << type << member << prefix << kind << static_cast<int>(operation);
        };
        row("GET_TASK", "get_task_event", "process_", "x", Operation::task_control);
        row("REMOTE_THREAD_CREATE", "remote_thread_create_event", "target_process_", "x", Operation::task_thread);
        row("TRACE", "process_trace_event", "process_", "x", Operation::trace_attach);
        row("PROC_SUSPEND_RESUME", "process_socket_event", "target_process_",
            "ES_PROC_SUSPEND_RESUME_TYPE_SUSPEND", Operation::suspend);
        row("PROC_SUSPEND_RESUME", "process_socket_event", "target_process_",
            "ES_PROC_SUSPEND_RESUME_TYPE_RESUME", Operation::resume);
        row("PROC_SUSPEND_RESUME", "process_socket_event", "target_process_",
            "ES_PROC_SUSPEND_RESUME_TYPE_SHUTDOWN_SOCKETS", Operation::generic);
        row("PROC_CHECK", "process_check_event", "process_", "x", Operation::generic);
    }

    void mac_monitor_names_targets() {
        QFETCH(QString, type);
        QFETCH(QString, member);
        QFETCH(QString, prefix);
        QFETCH(QString, kind);
        QFETCH(int, operation);
        const std::string p = prefix.toStdString();
        const RecordingSink sink = read_text(mac_monitor_with(
            type.toStdString(), 77, 10,
            "\"" + member.toStdString() + "\":{\"" + p + "path\":\"/bin/sleep\",\"" + p +
                "signing_id\":\"com.apple.sleep\",\"" + p + "audit_token\":\"" + token(99, 100) +
                "\",\"type\":\"" + kind.toStdString() + "\"}"));
        QCOMPARE(sink.events.size(), std::size_t{1});
        const RecordedEvent& e = sink.events[0];
        QCOMPARE(static_cast<int>(e.operation), operation);
        QCOMPARE(e.actor.pid, 77U);
        if (e.operation != Operation::generic) {
            QCOMPARE(e.target.pid, 99U);
            QCOMPARE(e.target.image, std::string("/bin/sleep"));
            QCOMPARE(e.text, std::string("com.apple.sleep"));
        }
        QVERIFY(sink.losses.empty());
    }

    void mac_monitor_follows_a_life_over_exec() {
        const RecordingSink sink = read_text(
            mac_monitor_with("FORK", 70, 9,
                             R"("fork_event":{"pid":77,"audit_token":")" + token(77, 10) +
                                 R"(","process_path":"/bin/zsh"})") +
            mac_monitor_exec("A=b DYLD_INSERT_LIBRARIES=/tmp/x.dylib C=d") +
            mac_monitor_with("MMAP", 77, 11, R"("mmap_event":{"path":"/private/tmp/x.dylib"})") +
            mac_monitor_with("EXIT", 77, 11, R"("exit_event":{"exit_code":0})"));
        QCOMPARE(sink.events.size(), std::size_t{4});
        QVERIFY(sink.events[0].operation == Operation::process_create);
        QVERIFY(sink.events[1].operation == Operation::dyld_insert);
        QVERIFY(sink.events[2].operation == Operation::module_load);
        QVERIFY(sink.events[3].operation == Operation::process_exit);
        for (const RecordedEvent& e : sink.events) {
            QVERIFY(e.target.guid == sink.events[0].target.guid && !e.target.guid.none());
        }
        const RecordedEvent& exec = sink.events[1];
        QCOMPARE(exec.text, std::string("/tmp/x.dylib"));
        QVERIFY((exec.flags & mac_flag::kTargetTeam) != 0);
        QCOMPARE(exec.command_line, std::string("v -q"));
        QVERIFY(exec.parent.guid == sink.events[0].actor.guid);
        QVERIFY((sink.events[2].flags & mac_flag::kInserted) != 0);
        QVERIFY(read_text(mac_monitor_exec("XDYLD_INSERT_LIBRARIES=/a")).events.at(0).operation ==
                Operation::process_exec);
    }

    void santa_follows_a_life_over_exec() {
        // base64: /Applications/v, -q; A=b, DYLD_INSERT_LIBRARIES=/tmp/x.dylib
        const std::string target =
            R"(,"target":{"id":{"pid":99,"pidversion":101},"parent_id":{"pid":12,"pidversion":34},)"
            R"("is_platform_binary":false,"cs_flags":65537,"code_signature":{"signing_id":"org.v",)"
            R"("team_id":"TEAM000001"},"executable":{"path":"/Applications/v"}})";
        const std::string old = R"({"event_time":"2026-01-02T03:04:06Z","execution":{"instigator":)" +
                                santa_process(99, 100, "/bin/zsh") + target;
        const std::string lists = R"(,"args":["L0FwcGxpY2F0aW9ucy92","LXE="],)"
                                  R"("envs":["QT1i","RFlMRF9JTlNFUlRfTElCUkFSSUVTPS90bXAveC5keWxpYg=="])";
        const RecordingSink sink = read_text(
            santa_event("fork", R"(,"child":)" + santa_process(99, 100, "/bin/zsh")) + old + lists +
            R"(,"decision":"DECISION_ALLOW"}})" + "\n" + old + R"(,"decision":"DECISION_DENY"}})" + "\n" +
            R"({"exit":{"instigator":)" + santa_process(99, 101, "/Applications/v") +
            R"(,"exited":{"exit_status":0}}})");
        QCOMPARE(sink.events.size(), std::size_t{4});
        QVERIFY(sink.events[0].operation == Operation::process_create);
        QCOMPARE(sink.events[0].actor.pid, 12U);
        const RecordedEvent& exec = sink.events[1];
        QVERIFY(exec.operation == Operation::dyld_insert);
        QCOMPARE(exec.text, std::string("/tmp/x.dylib"));
        QCOMPARE(exec.command_line, std::string("/Applications/v -q"));
        QVERIFY((exec.flags & mac_flag::kStripped) != 0);  // CS_RUNTIME without the entitlement
        QVERIFY(exec.target.guid == sink.events[0].target.guid);
        QVERIFY(sink.events[2].operation == Operation::generic && (sink.events[2].flags & mac_flag::kDenied) != 0);
        QVERIFY(sink.events[3].operation == Operation::process_exit);
        QVERIFY(sink.events[3].target.guid == exec.target.guid);
        QVERIFY(sink.losses.empty());
    }

    void records_of_other_types_are_kept_or_counted() {
        const RecordingSink sink =
            read_text(mac_monitor("EXIT", "\"x\"") + "{\"a\":1}\n{\"instigator\":[1]}\n{\"b\":\n" +
                      mac_monitor("EXIT"));
        QCOMPARE(sink.lost_count("es_process_missing"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("es_not_a_message"), std::uint64_t{2});
        QVERIFY(!sink.events.empty());
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }

    void probe_takes_only_its_own_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<bool>("mine");
        QTest::newRow("Santa") << QByteArray::fromStdString(suspension("TYPE_SUSPEND")) << true;
        QTest::newRow("Mac Monitor") << QByteArray::fromStdString(mac_monitor("MMAP")) << true;
        QTest::newRow("other JSON") << QByteArray("{\"es_event_type\":5}") << false;
        QTest::newRow("text") << QByteArray("see {\"instigator\":{\"id\":{}}}") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }

    void probe_takes_only_its_own() {
        QFETCH(QByteArray, head);
        QFETCH(bool, mine);
        const Bytes bytes(reinterpret_cast<const std::byte*>(head.constData()),
                          static_cast<std::size_t>(head.size()));
        QCOMPARE(make_macos_es_json_importer()->probe(bytes, "x").confidence > 0, mine);
    }
};

QTEST_GUILESS_MAIN(MacosEsJsonTest)
#include "macos_es_json_test.moc"
