#include <QTest>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/linux_audit_text/ausearch_head.h"
#include "importers/linux_audit_text/linux_audit_text.h"
#include "importers/readers/audit/loose_tokens.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

RecordingSink read_text(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("ausearch.txt", std::move(text));
    const Status read = make_linux_audit_text_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string record(const char* type, const std::string& body, const char* stamp = "11/24/26 02:25:00.539:6430") {
    return std::string("type=") + type + " msg=audit(" + stamp + ") : " + body + " \n";
}

std::string syscall(const std::string& call, const std::string& arguments, const std::string& result = "success=yes exit=0") {
    return "arch=x86_64 syscall=" + call + " " + result + " " + arguments +
           " items=0 ppid=398 pid=400 auid=alice uid=root gid=root comm=inj exe=/tmp/inj subj=unconfined key=k";
}

}  // namespace

class LinuxAuditTextTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void records_of_one_event_come_last_first();
    void requests_flags_and_errors_by_name_data();
    void requests_flags_and_errors_by_name();
    void execve_with_blanks();
    void paths_keep_their_order();
    void dates_data();
    void dates();
    void an_unclear_date_order_is_said_once();
    void zone();
    void auoms_lines();
    void damaged_lines_are_counted();
    void an_unknown_name_is_kept_and_counted();
    void a_long_event_is_cut_not_lost();
    void loose_tokens();
    void probe();
    void render();
};

void LinuxAuditTextTest::records_of_one_event_come_last_first() {
    const RecordingSink s = read_text("----\nnode=web9 " + record("PROCTITLE", "proctitle=/tmp/inj -l a=b poke 319") + "node=web9 " +
                                      record("OBJ_PID", "opid=320 oauid=unset ouid=www-data oses=-1 obj=unconfined ocomm=nginx") +
                                      "node=web9 " + record("SYSCALL", syscall("ptrace", "a0=PTRACE_ATTACH a1=0x13f a2=0x0 a3=0x0")) +
                                      "----\n");
    QCOMPARE(s.events.size(), std::size_t{1});
    const RecordedEvent& e = s.events[0];
    QCOMPARE(e.operation, Operation::ptrace_attach);
    QCOMPARE(e.actor.pid, 400U);
    QCOMPARE(e.actor.image, std::string("/tmp/inj"));
    QCOMPARE(e.target.pid, 320U);
    QCOMPARE(e.target.image, std::string("nginx"));
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(e.field("proctitle"), std::string("/tmp/inj -l a=b poke 319"));
    QCOMPARE(e.field("UID"), std::string("root"));
    QCOMPARE(format_iso_time(e.time), std::string("2026-11-24T02:25:00.539000000Z"));
    QVERIFY(e.raw.starts_with("node=web9 type=PROCTITLE"));
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void LinuxAuditTextTest::requests_flags_and_errors_by_name_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("operation");
    QTest::addColumn<quint64>("value");
    const auto row = [](const char* tag, const std::string& body, Operation o, quint64 value) {
        QTest::newRow(tag) << QByteArray::fromStdString(body) << static_cast<int>(o) << value;
    };
    row("poke", syscall("ptrace", "a0=PTRACE_POKETEXT a1=0x13f a2=0x7f00 a3=0xcc"), Operation::ptrace_write, 0x7f00);
    row("number", syscall("ptrace", "a0=0x5 a1=0x13f a2=0x7f00 a3=0xcc"), Operation::ptrace_write, 0x7f00);
    row("mmap", syscall("mmap", "a0=0x0 a1=0x1000 a2=PROT_READ|PROT_WRITE|PROT_EXEC a3=MAP_PRIVATE|MAP_ANONYMOUS"), Operation::exec_map, 7);
    row("mprotect", syscall("mprotect", "a0=0x1000 a1=0x1000 a2=PROT_READ|PROT_EXEC a3=0x0"), Operation::exec_protect, 5);
    row("writev", syscall("process_vm_writev", "a0=0x15d a1=0x7f a2=0x1 a3=0x7f", "success=yes exit=16"), Operation::process_vm_write, 16);
    row("kill", syscall("kill", "a0=0x15d a1=SIGTERM a2=0x0 a3=0x0"), Operation::signal_send, 15);
    row("denied", syscall("ptrace", "a0=PTRACE_SEIZE a1=0x1", "success=no exit=EPERM(Operation not permitted)"), Operation::ptrace_attach, 0x4206);
}

void LinuxAuditTextTest::requests_flags_and_errors_by_name() {
    QFETCH(QByteArray, body);
    QFETCH(int, operation);
    QFETCH(quint64, value);
    const RecordingSink s = read_text(record("SYSCALL", body.toStdString()));
    QCOMPARE(static_cast<int>(s.events.at(0).operation), operation);
    QCOMPARE(s.events.at(0).value, std::uint64_t{value});
    QCOMPARE(s.lost_count("audit_value_unreadable"), std::uint64_t{0});
    QCOMPARE((s.events[0].flags & linux_flag::kDenied) != 0, body.contains("success=no"));
}

void LinuxAuditTextTest::execve_with_blanks() {
    const RecordingSink s = read_text(record("EXECVE", "argc=3 a0=bash a1=-c a2=LD_PRELOAD=/tmp/x.so ls -l") +
                                      record("SYSCALL", syscall("execve", "a0=0x1 a1=0x2 a2=0x3 a3=0x4")));
    QCOMPARE(s.events.at(0).operation, Operation::preload);
    QCOMPARE(s.events.at(0).command_line, std::string("bash -c 'LD_PRELOAD=/tmp/x.so ls -l'"));
}

void LinuxAuditTextTest::paths_keep_their_order() {
    const RecordingSink s =
        read_text(record("PATH", "item=1 name=/proc/319/mem inode=7 dev=00:16 nametype=NORMAL cap_fp=none") +
                  record("PATH", "item=0 name=/proc/319/ inode=6 nametype=PARENT") + record("CWD", "cwd=/a b") +
                  record("SYSCALL", syscall("openat", "a0=AT_FDCWD a1=0x7f a2=O_RDWR|O_CLOEXEC a3=0x0", "success=yes exit=4")));
    QCOMPARE(s.events.at(0).operation, Operation::proc_mem_write);
    QCOMPARE(s.events.at(0).target.pid, 319U);
    QCOMPARE(s.events.at(0).field("cwd"), std::string("/a b"));
}

void LinuxAuditTextTest::dates_data() {
    QTest::addColumn<QByteArray>("stamp");
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("C locale") << QByteArray("11/24/26 02:25:00.539:1") << QByteArray("2026-11-24T02:25:00.539000000Z");
    QTest::newRow("en_US") << QByteArray("11/24/2026 02:25:00.539:1") << QByteArray("2026-11-24T02:25:00.539000000Z");
    QTest::newRow("en_GB") << QByteArray("24/11/26 02:25:00.539:1") << QByteArray("2026-11-24T02:25:00.539000000Z");
    QTest::newRow("de_DE") << QByteArray("03.04.2026 02:25:00.539:1") << QByteArray("2026-04-03T02:25:00.539000000Z");
    QTest::newRow("ISO") << QByteArray("2026-03-04 02:25:00.539:1") << QByteArray("2026-03-04T02:25:00.539000000Z");
    QTest::newRow("no day") << QByteArray("31/02/26 02:25:00.539:1") << QByteArray("");
    QTest::newRow("no date") << QByteArray("today 02:25:00.539:1") << QByteArray("");
}

void LinuxAuditTextTest::dates() {
    QFETCH(QByteArray, stamp);
    QFETCH(QByteArray, time);
    const RecordingSink s = read_text(record("LOGIN", "pid=1 uid=root", stamp.constData()));
    QCOMPARE(format_iso_time(s.events.at(0).time), time.toStdString());
    QCOMPARE(s.lost_count("ausearch_date_unreadable"), std::uint64_t{time.isEmpty() ? 1U : 0U});
}

void LinuxAuditTextTest::an_unclear_date_order_is_said_once() {
    const RecordingSink s = read_text(record("LOGIN", "pid=1", "03/04/26 02:25:00.539:1") + record("LOGIN", "pid=1", "03/05/26 02:25:00.539:2") +
                                      record("LOGIN", "pid=1", "24/04/26 02:25:00.539:3") + record("LOGIN", "pid=1", "04/05/26 02:25:00.539:4"));
    QCOMPARE(s.lost_count("ausearch_date_order_assumed"), std::uint64_t{1});
    QCOMPARE(s.lost_count("ausearch_date_order_changed"), std::uint64_t{1});
    QCOMPARE(format_iso_time(s.events.at(0).time), std::string("2026-03-04T02:25:00.539000000Z"));
    QCOMPARE(format_iso_time(s.events.at(3).time), std::string("2026-05-04T02:25:00.539000000Z"));
}

void LinuxAuditTextTest::zone() {
    ImportHints hints;
    hints.zone_minutes = 120;
    const RecordingSink s = read_text(record("LOGIN", "pid=1"), hints);
    QCOMPARE(format_iso_time(s.events.at(0).time), std::string("2026-11-24T00:25:00.539000000Z"));
    QCOMPARE(s.lost_count("ausearch_local_time"), std::uint64_t{1});
}

void LinuxAuditTextTest::auoms_lines() {
    const RecordingSink s = read_text(
        "Nov 24 02:18:00 web9 auoms: type=AUOMS_SYSCALL audit(1700000000.004:9): SchemaVersion=\"1\" arch=x86_64 syscall=openat "
        "syscall_r=257 success=yes exit=3 a0=ffffff9c a1=7f a2=2 a3=0 pid=7 user=dana uid=1000 comm=\"x\" exe=\"/tmp/x\" cwd=\"/srv\" "
        "name=\"/proc/9/mem\" nametype=NORMAL path_name=[\"/proc/9/\",\"/proc/9/mem\"] path_nametype=[\"PARENT\",\"NORMAL\"] redactors=\n"
        "type=AUOMS_EXECVE audit(1700000000.005:10): arch=x86_64 syscall=execve success=yes exit=0 a0=1 pid=7 exe=\"/bin/ls\" "
        "cmdline=ls -l proctitle=ls -l redactors=\n");
    QVERIFY(s.losses.empty());
    QCOMPARE(s.events.at(0).operation, Operation::proc_mem_write);
    QCOMPARE(s.events.at(0).target.pid, 9U);
    QCOMPARE(s.events.at(0).host, std::string("web9"));
    QCOMPARE(s.events.at(1).command_line, std::string("ls -l"));
    QCOMPARE(s.events.at(1).field("serial"), std::string("10"));
}

void LinuxAuditTextTest::damaged_lines_are_counted() {
    const std::string good = record("LOGIN", "pid=1");
    const RecordingSink s = read_text("junk\n" + good + "type=LOGIN msg=audit(11/24/26 2:25) : x=y\n----\n\n" + good + "\xff\xfe\n" +
                                      record("LOGIN", "acct=\xff", "11/24/26 02:25:01.539:7"));
    QCOMPARE(s.events.size(), std::size_t{3});
    QCOMPARE(s.lost_count("audit_line_unreadable"), std::uint64_t{3});
    QCOMPARE(s.lost_count("audit_bad_characters"), std::uint64_t{1});
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void LinuxAuditTextTest::an_unknown_name_is_kept_and_counted() {
    const RecordingSink s = read_text(record("SYSCALL", syscall("ptrace", "a0=PTRACE_OF_TOMORROW a1=0x13f a2=0x0 a3=0x0")));
    QCOMPARE(s.lost_count("audit_value_unreadable"), std::uint64_t{1});
    QCOMPARE(s.events.at(0).field("a0"), std::string("PTRACE_OF_TOMORROW"));
}

void LinuxAuditTextTest::a_long_event_is_cut_not_lost() {
    std::string text;
    for (int i = 0; i < 30'000; ++i) {
        text += record("PATH", "item=" + std::to_string(i) + " name=/lib/modules/x");
    }
    const RecordingSink s = read_text(text);
    QVERIFY(s.events.size() >= 2 && s.events.size() < 5);
    QVERIFY(s.lost_count("audit_fields_cut") >= 1);
}

void LinuxAuditTextTest::loose_tokens() {
    LooseTokens tokens("a=1 word b=two words c=\"x \\\" y\" d=[\"p q\",\"r=s\"] e={ f=g } h= i=\"open j=k l==m");
    std::string all;
    for (AuditToken t; tokens.next(t);) {
        all += std::string(t.name) + ":" + std::string(t.value) + "|";
    }
    QCOMPARE(all, std::string("a:1 word|b:two words|c:x \\\" y|d:[\"p q\",\"r=s\"]|e:{ f=g }|h:|i:\"open|j:k|l:=m|"));
}

void LinuxAuditTextTest::probe() {
    const auto importer = make_linux_audit_text_importer();
    const auto confidence = [&](const std::string& text) { return importer->probe(as_bytes(text), "x").confidence; };
    QVERIFY(confidence("----\n" + record("LOGIN", "pid=1")) > 90);
    QVERIFY(confidence("type=AUOMS_EXECVE audit(1700000000.005:10): a=b") > 90);
    QCOMPARE(confidence("type=SYSCALL msg=audit(1700000000.004:1): a=b"), 0);
    QCOMPARE(confidence(""), 0);
}

void LinuxAuditTextTest::render() {
    const std::string text = record("LOGIN", "pid=1 acct=a b");
    const auto shown = make_linux_audit_text_importer()->render(as_bytes(text), {0, static_cast<std::uint32_t>(text.size())});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().fields.at(2).second, std::string("a b"));
    QVERIFY(!make_linux_audit_text_importer()->render(as_bytes(text), {5, 100'000}).ok());
}

QTEST_GUILESS_MAIN(LinuxAuditTextTest)
#include "linux_audit_text_test.moc"
