#include <QTest>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/linux_json/linux_json.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

RecordingSink read_json(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("audit.json", std::move(text));
    const Status read = make_linux_json_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

/// A call as laurel writes it.
std::string laurel(const std::string& id, int number, const std::string& argv, const std::string& rest = "") {
    return R"({"ID":")" + id + R"(","NODE":"web9","SYSCALL":{"arch":"0xc000003e","syscall":)" + std::to_string(number) +
           R"(,"success":"yes","exit":0,"items":0,"ppid":10,"pid":100,"auid":1000,"uid":1000,"comm":"inj","exe":"/tmp/inj",)" +
           R"("key":null,"ARCH":"x86_64","UID":"dana","ARGV":[)" + argv + "]}" + rest + "}\n";
}

/// A call as auditbeat writes it.
std::string auditbeat(const std::string& data, const std::string& rest = "") {
    return R"({"@timestamp":"2024-02-03T04:05:06.007Z","host":{"name":"web9"},"auditd":{"sequence":77,"result":"success",)"
           R"("message_type":"syscall","data":{)" +
           data + R"(}},"process":{"pid":100,"parent":{"pid":10},"executable":"/tmp/inj","name":"inj"},)" +
           R"("user":{"id":"1000","name":"dana"},"tags":["k"])" + rest + "}\n";
}

constexpr const char* kAuoms =
    R"(type=AUOMS_SYSCALL audit(1700000000.004:9): SchemaVersion=\"1\" node=web9 arch=x86_64 syscall=ptrace syscall_r=101 )"
    R"(success=yes exit=0 a0=10 a1=c8 a2=0 a3=0 ppid=10 pid=100 user=dana uid=1000 comm=\"in j\" exe=\"/tmp/inj\" )"
    R"(opid=300 ouid=0 ocomm=\"victim\" cwd=\"/srv\" proctitle=./inj 200 redactors= containerid=)";

std::string sysmon(int id, const std::string& data) {
    return R"(<Event><System><Provider Name=\"Linux-Sysmon\" Guid=\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\"/><EventID>)" +
           std::to_string(id) + R"(</EventID><TimeCreated SystemTime=\"2024-02-03T04:05:06.007Z\"/><EventRecordID>7</EventRecordID>)" +
           R"(<Channel>Linux-Sysmon/Operational</Channel><Computer>web9</Computer></System><EventData>)" + data +
           "</EventData></Event>";
}

}  // namespace

class LinuxJsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void laurel_ptrace();
    void laurel_execve();
    void laurel_percent_and_octal();
    void auditbeat_ptrace();
    void auditbeat_execve();
    void auditbeat_errors_by_name();
    void elastic_source_and_dotted_names();
    void auoms_in_syslog_message();
    void raw_audit_record_in_message();
    void sysmon_in_message();
    void pretty_printed_array();
    void damaged_records_are_counted();
    void unknown_call_is_no_read();
    void syslog_prefix();
    void probe();
    void render();
};

void LinuxJsonTest::laurel_ptrace() {
    const RecordingSink s = read_json(laurel(
        "1700000000.123:42", 101, R"("0x4206","0x29b07b","0x0","0x51")",
        R"(,"OBJ_PID":[{"opid":300,"oauid":0,"ouid":0,"oses":2,"ocomm":"sleep"}])"));
    QCOMPARE(s.losses.size(), std::size_t{0});
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::ptrace_attach);
    QCOMPARE(e.text, std::string("PTRACE_SEIZE"));
    QCOMPARE(e.actor.pid, 100U);
    QCOMPARE(e.target.pid, 300U);
    QCOMPARE(e.target.image, std::string("sleep"));
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(format_iso_time(e.time), std::string("2023-11-14T22:13:20.123000000Z"));
    QCOMPARE(e.field("serial"), std::string("42"));
    QCOMPARE(e.field("UID"), std::string("dana"));
    QVERIFY((e.flags & linux_flag::kOtherUser) != 0);
    QCOMPARE(s.bad_places, std::uint64_t{0});
    QVERIFY(e.raw.starts_with("{\"ID\""));
}

void LinuxJsonTest::laurel_execve() {
    const RecordingSink s = read_json(
        laurel("1700000000.123:1", 59, R"("0x1","0x2","0x3","0x4")",
               R"(,"EXECVE":{"argc":2,"ARGV":["env","LD_PRELOAD=/tmp/x.so"]},"CWD":{"cwd":"/srv"},"PROCTITLE":{"ARGV":["a","b"]})") +
        laurel("1700000000.123:2", 59, R"("0x1","0x2","0x3","0x4")", R"(,"EXECVE":{"argc":2,"ARGV_STR":"ls -l"})"));
    QCOMPARE(s.events.at(0).operation, Operation::preload);
    QCOMPARE(s.events.at(0).command_line, std::string("env LD_PRELOAD=/tmp/x.so"));
    QCOMPARE(s.events.at(0).field("proctitle"), std::string("a b"));
    QCOMPARE(s.events.at(1).operation, Operation::process_exec);
    QCOMPARE(s.events.at(1).command_line, std::string("ls -l"));
}

void LinuxJsonTest::laurel_percent_and_octal() {
    const RecordingSink s = read_json(laurel("1700000000.123:1", 257, R"("0xffffff9c","0x2","0x2","0x0")",
                                             R"(,"CWD":{"cwd":"/srv"},"PATH":[{"item":0,"name":"a%25b%20c","mode":"0o100644"}])"));
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.field("Path"), std::string("/srv/a%b c"));
    QCOMPARE(e.field("mode"), std::string("0100644"));
    QCOMPARE(e.field("OpenFlags"), std::string("O_RDWR"));
}

void LinuxJsonTest::auditbeat_ptrace() {
    const RecordingSink s = read_json(
        auditbeat(R"("a0":"4","a1":"c8","a2":"7f00","a3":"cc","arch":"x86_64","exit":"0","syscall":"ptrace")"));
    QCOMPARE(s.losses.size(), std::size_t{0});
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::ptrace_write);
    QCOMPARE(e.value, std::uint64_t{0x7f00});
    QCOMPARE(e.actor.pid, 100U);
    QCOMPARE(e.target.pid, 200U);
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(e.field("serial"), std::string("77"));
    QCOMPARE(e.field("ppid"), std::string("10"));
    QCOMPARE(e.field("key"), std::string("k"));
    QCOMPARE(format_iso_time(e.time), std::string("2024-02-03T04:05:06.007000000Z"));
}

void LinuxJsonTest::auditbeat_execve() {
    const RecordingSink s = read_json(
        R"({"@timestamp":"2024-02-03T04:05:06.007Z","auditd":{"sequence":1,"result":"success","message_type":"syscall",)"
        R"("paths":[{"name":"/bin/uname","item":"0"}],"data":{"arch":"x86_64","syscall":"execve","a0":"1","exit":"0"}},)"
        R"("process":{"pid":100,"ppid":10,"exe":"/bin/uname","args":["uname","-a b"],"title":"uname"}})",
        {.host = "given"});
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::process_exec);
    QCOMPARE(e.command_line, std::string("uname '-a b'"));
    QCOMPARE(e.parent.pid, 10U);
    QCOMPARE(e.host, std::string("given"));
}

void LinuxJsonTest::auditbeat_errors_by_name() {
    const RecordingSink s = read_json(
        R"({"@timestamp":"2024-02-03T04:05:06.007Z","auditd":{"sequence":1,"result":"fail","message_type":"syscall",)"
        R"("data":{"exit":"EPERM","syscall":"process_vm_writev","arch":"x86_64","a0":"c8"}},"process":{"pid":100}})");
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::process_vm_write);
    QVERIFY((e.flags & linux_flag::kDenied) != 0);
    QCOMPARE(e.field("Errno"), std::string("EPERM"));
    QCOMPARE(e.target.pid, 200U);
}

void LinuxJsonTest::elastic_source_and_dotted_names() {
    const RecordingSink s = read_json(
        R"({"_index":"x","_source":{"@timestamp":"2024-02-03T04:05:06Z","auditd":{"sequence":5,"data":{"arch":"x86_64",)"
        R"("syscall":"ptrace","a0":"10","a1":"c8"}},"process.pid":100}})");
    QCOMPARE(s.events.at(0).operation, Operation::ptrace_attach);
    QCOMPARE(s.events.at(0).actor.pid, 100U);
}

void LinuxJsonTest::auoms_in_syslog_message() {
    const RecordingSink s =
        read_json(R"({"Computer":"other","SyslogMessage":")" + std::string(kAuoms) + R"(","ProcessName":"auoms"})");
    QCOMPARE(s.losses.size(), std::size_t{0});
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::ptrace_attach);
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(e.actor.image, std::string("/tmp/inj"));
    QCOMPARE(e.target.pid, 300U);
    QCOMPARE(e.target.image, std::string("victim"));
    QCOMPARE(e.field("comm"), std::string("in j"));
    QCOMPARE(e.field("proctitle"), std::string("./inj 200"));
    QCOMPARE(e.provider, std::string("auoms"));
}

void LinuxJsonTest::raw_audit_record_in_message() {
    const RecordingSink s = read_json(
        R"({"_HOSTNAME":"j1","MESSAGE":"type=SYSCALL msg=audit(1700000000.004:5): arch=c000003e syscall=101 success=yes )"
        R"(exit=0 a0=5 a1=c8 a2=1 a3=2 pid=100"})");
    QCOMPARE(s.events.at(0).operation, Operation::ptrace_write);
    QCOMPARE(s.events.at(0).host, std::string("j1"));
}

void LinuxJsonTest::sysmon_in_message() {
    const std::string access = sysmon(
        10, R"(<Data Name=\"UtcTime\">2024-02-03 04:05:06.001</Data><Data Name=\"SourceProcessId\">100</Data>)"
            R"(<Data Name=\"SourceImage\">/tmp/inj</Data><Data Name=\"TargetProcessId\">200</Data>)"
            R"(<Data Name=\"TargetImage\">/usr/sbin/sshd</Data><Data Name=\"GrantedAccess\">0x0</Data>)");
    const RecordingSink s = read_json(R"({"SyslogMessage":")" + access + R"("})" + "\n" + R"({"message":"<Event>Linux-Sysmon"})");
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::ptrace_attach);
    QCOMPARE(e.flags, signal_flag::kLinux | linux_flag::kAttach);
    QCOMPARE(e.actor.pid, 100U);
    QCOMPARE(e.target.image, std::string("/usr/sbin/sshd"));
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(e.record, std::uint64_t{7});
    QCOMPARE(s.lost_count("xml_event_damaged"), std::uint64_t{1});
}

void LinuxJsonTest::pretty_printed_array() {
    const RecordingSink s = read_json("[\n  {\n    \"ID\": \"1700000000.123:1\",\n    \"SYSCALL\": {\"arch\": \"0xc000003e\", \"syscall\": "
                                      "101, \"ARGV\": [\"0x10\", \"0xc8\"]}\n  },\n  {\"ID\": \"1700000000.123:2\"}\n]\n");
    QCOMPARE(s.events.size(), std::size_t{2});
    QCOMPARE(s.events.at(0).operation, Operation::ptrace_attach);
    QVERIFY(s.losses.empty());
}

void LinuxJsonTest::damaged_records_are_counted() {
    const std::string good = laurel("1700000000.123:1", 101, R"("0x10","0xc8")");
    const RecordingSink s = read_json(good + "{\"ID\":\"1700000000.123:2\",\"SYSC\n" + good + "no json at all\n" + "{\"x\":1}\n" +
                                      "{\"ID\":\"1700000000.123:3\"\n" + good + "{\"a\":bad}\n" + good + "{\"ID\":");
    QCOMPARE(s.events.size(), std::size_t{4});
    QCOMPARE(s.lost_count("json_record_broken"), std::uint64_t{3});
    QCOMPARE(s.lost_count("json_text_between_records"), std::uint64_t{1});
    QCOMPARE(s.lost_count("json_not_a_linux_record"), std::uint64_t{1});
    QCOMPARE(s.lost_count("json_record_truncated"), std::uint64_t{1});
    QCOMPARE(s.bad_places, std::uint64_t{0});
    for (const std::string& raw : s.lost_raw) {
        QVERIFY(!raw.empty());
    }
}

void LinuxJsonTest::unknown_call_is_no_read() {
    const RecordingSink s =
        read_json(auditbeat(R"("a0":"4","arch":"x86_64","exit":"0","syscall":"a_call_of_tomorrow")"));
    QCOMPARE(s.events.at(0).operation, Operation::generic);
    QCOMPARE(s.events.at(0).field("SYSCALL"), std::string("a_call_of_tomorrow"));
    QCOMPARE(s.lost_count("audit_value_unreadable"), std::uint64_t{1});
}

void LinuxJsonTest::syslog_prefix() {
    const RecordingSink s = read_json("Nov 24 02:18:00 web9 laurel[7]: " + laurel("1700000000.123:1", 101, R"("0x10","0xc8")"));
    QCOMPARE(s.events.size(), std::size_t{1});
    QVERIFY(s.losses.empty());
    QVERIFY(s.events[0].raw.starts_with("{"));
}

void LinuxJsonTest::probe() {
    const auto importer = make_linux_json_importer();
    const auto confidence = [&](const std::string& text) { return importer->probe(as_bytes(text), "x").confidence; };
    QVERIFY(confidence(laurel("1700000000.123:1", 101, R"("0x10")")) >= 90);
    QVERIFY(confidence(auditbeat(R"("syscall":"ptrace")")) >= 90);
    QCOMPARE(confidence(R"({"EventID":1,"Channel":"Security"})"), 0);
    QCOMPARE(confidence("type=SYSCALL msg=audit(1.000:1): a=b"), 0);
    QCOMPARE(confidence(""), 0);
}

void LinuxJsonTest::render() {
    const std::string text = laurel("1700000000.123:1", 101, R"("0x10","0xc8")");
    const auto shown = make_linux_json_importer()->render(as_bytes(text), {0, static_cast<std::uint32_t>(text.size() - 1)});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().notation, std::string("json"));
    QVERIFY(!make_linux_json_importer()->render(as_bytes(text), {5, 100'000}).ok());
}

QTEST_GUILESS_MAIN(LinuxJsonTest)
#include "linux_json_test.moc"
