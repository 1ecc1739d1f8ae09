#include <QTest>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_audit/linux_audit.h"
#include "importers/readers/audit/audit_record.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

struct Call {
    int serial = 1;
    int number = 0;
    const char* a0 = "0";
    const char* a1 = "0";
    const char* a2 = "0";
    const char* a3 = "0";
    int pid = 100;
    long long exit = 0;
    int uid = 0;
    const char* exe = "\"/tmp/inj\"";
    const char* arch = "c000003e";
    int ppid = 10;
};

std::string stamp(int serial) {
    return "msg=audit(1700000000.004:" + std::to_string(serial) + "): ";
}

std::string syscall(const Call& c) {
    return "type=SYSCALL " + stamp(c.serial) + "arch=" + c.arch + " syscall=" + std::to_string(c.number) + " success=" +
           (c.exit < 0 ? "no" : "yes") + " exit=" + std::to_string(c.exit) + " a0=" + c.a0 + " a1=" + c.a1 + " a2=" + c.a2 +
           " a3=" + c.a3 + " items=0 ppid=" + std::to_string(c.ppid) + " pid=" + std::to_string(c.pid) + " auid=1000 uid=" +
           std::to_string(c.uid) + " comm=\"x\" exe=" + c.exe + " key=(null)\n";
}

std::string record(const char* type, int serial, const std::string& body) {
    return "type=" + std::string(type) + " " + stamp(serial) + body + "\n";
}

RecordingSink read_log(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("audit.log", std::move(text));
    const Status read = make_linux_audit_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string value_of(const RecordedEvent& e, const std::string& name) {
    for (const auto& [key, value] : e.fields) {
        if (key == name) {
            return value;
        }
    }
    return "(absent)";
}

}  // namespace

class LinuxAuditTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void records_apart_are_one_event();
    void events_come_in_the_order_of_serials();
    void serials_wrap();
    void ptrace_requests_data();
    void ptrace_requests();
    void a_thread_number_is_learnt_from_obj_pid();
    void numbers_mean_another_call_under_another_arch();
    void memory_of_proc();
    void execve_in_parts();
    void memfd_is_followed();
    void memfd_is_known_by_its_descriptor_data();
    void memfd_is_known_by_its_descriptor();
    void memfd_is_presumed_where_opens_are_not_recorded();
    void the_preload_file_is_written();
    void forks_and_exits();
    void other_user_and_descendant();
    void enriched_names_win_and_hex_is_decoded();
    void node_and_syslog_prefix();
    void user_messages_open_their_inner_part();
    void brackets_and_commas_of_older_messages();
    void arguments_without_their_call();
    void damaged_lines_are_counted_by_line();
    void no_final_newline();
    void names();
    void probe();
    void render();
};

void LinuxAuditTest::records_apart_are_one_event() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 257, .a2 = "2"}) + syscall({.serial = 2, .number = 101}) +
                                     record("CWD", 1, "cwd=\"/srv\"") + record("PROCTITLE", 2, "proctitle=610062") +
                                     record("PATH", 1, "item=0 name=\"../x\" nametype=NORMAL"));
    QCOMPARE(s.events.size(), std::size_t{2});
    QCOMPARE(s.events[0].raw.substr(0, 12), std::string("type=SYSCALL"));
    QCOMPARE(value_of(s.events[0], "Path"), std::string("/srv/../x"));
    QCOMPARE(value_of(s.events[0], "OpenFlags"), std::string("O_RDWR"));
    QCOMPARE(value_of(s.events[1], "proctitle"), std::string("a b"));
    QCOMPARE(s.events[0].record, std::uint64_t{1});
    QCOMPARE(s.events[1].record, std::uint64_t{2});
    QCOMPARE(s.bad_places, std::uint64_t{0});
    QVERIFY(s.losses.empty());
}

void LinuxAuditTest::events_come_in_the_order_of_serials() {
    std::string log;
    for (const int serial : {5, 3, 4, 9, 7}) {
        log += syscall({.serial = serial, .number = 101, .a0 = "7"});
    }
    const RecordingSink s = read_log(log);
    std::string serials;
    for (const RecordedEvent& e : s.events) {
        serials += value_of(e, "serial") + " ";
    }
    QCOMPARE(serials, std::string("3 4 5 7 9 "));
}

void LinuxAuditTest::serials_wrap() {
    const RecordingSink s = read_log("type=CWD msg=audit(1700000000.004:0): cwd=\"/\"\n"
                                     "type=CWD msg=audit(1700000000.004:4294967295): cwd=\"/\"\n");
    QCOMPARE(value_of(s.events.at(0), "serial"), std::string("4294967295"));
    QCOMPARE(s.lost_count("audit_records_apart"), std::uint64_t{2});
}

void LinuxAuditTest::ptrace_requests_data() {
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("operation");
    QTest::addColumn<QByteArray>("name");
    const auto row = [](const char* request, Operation o, const char* text) {
        QTest::newRow(text) << QByteArray(request) << static_cast<int>(o) << QByteArray(text);
    };
    row("10", Operation::ptrace_attach, "PTRACE_ATTACH");
    row("4206", Operation::ptrace_attach, "PTRACE_SEIZE");
    row("4", Operation::ptrace_write, "PTRACE_POKETEXT");
    row("d", Operation::ptrace_registers, "PTRACE_SETREGS");
    row("4205", Operation::ptrace_registers, "PTRACE_SETREGSET");
    row("420e", Operation::ptrace_read, "PTRACE_GET_SYSCALL_INFO");
    row("7", Operation::ptrace_control, "PTRACE_CONT");
    row("11", Operation::ptrace_detach, "PTRACE_DETACH");
}

void LinuxAuditTest::ptrace_requests() {
    QFETCH(QByteArray, request);
    QFETCH(int, operation);
    QFETCH(QByteArray, name);
    const RecordingSink s = read_log(
        syscall({.serial = 1, .number = 101, .a0 = request.constData(), .a1 = "c8", .a2 = "7f00", .a3 = "cc05"}));
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(static_cast<int>(e.operation), operation);
    QCOMPARE(e.text, name.toStdString());
    QCOMPARE(value_of(e, "Request"), name.toStdString());
    QCOMPARE(e.actor.pid, 100U);
    QCOMPARE(e.target.pid, 200U);
    QCOMPARE(e.channel, std::string("syscall x86_64"));
    QVERIFY((e.flags & signal_flag::kLinux) != 0);
    QCOMPARE(value_of(e, "Written"), std::string(operation == static_cast<int>(Operation::ptrace_write) ? "0xcc05" : "(absent)"));
}

void LinuxAuditTest::a_thread_number_is_learnt_from_obj_pid() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 101, .a0 = "10", .a1 = "194"}) +
                                     record("OBJ_PID", 1, "opid=381 oauid=-1 ouid=33 oses=-1 ocomm=\"php\"") +
                                     syscall({.serial = 2, .number = 101, .a0 = "4", .a1 = "194"}) +
                                     syscall({.serial = 3, .number = 101, .a0 = "11", .a1 = "194"}) +
                                     syscall({.serial = 4, .number = 101, .a0 = "4", .a1 = "194"}));
    QCOMPARE(s.events.at(0).target.pid, 381U);
    QVERIFY((s.events.at(0).flags & linux_flag::kOtherUser) != 0);
    QCOMPARE(s.events.at(1).target.pid, 381U);
    QCOMPARE(value_of(s.events.at(1), "TargetPid"), std::string("404"));
    QCOMPARE(value_of(s.events.at(1), "ResolvedPid"), std::string("381"));
    QCOMPARE(s.events.at(3).target.pid, 404U);
}

void LinuxAuditTest::numbers_mean_another_call_under_another_arch() {
    const RecordingSink s =
        read_log(syscall({.serial = 1, .number = 26, .a0 = "10", .a1 = "c8", .arch = "40000003"}) +
                 syscall({.serial = 2, .number = 117, .a0 = "10", .a1 = "c8", .arch = "c00000b7"}) +
                 syscall({.serial = 3, .number = 26, .a0 = "10", .a1 = "c8"}));
    QCOMPARE(s.events.at(0).operation, Operation::ptrace_attach);
    QCOMPARE(s.events.at(0).channel, std::string("syscall i386"));
    QCOMPARE(s.events.at(1).operation, Operation::ptrace_attach);
    QCOMPARE(s.events.at(2).operation, Operation::generic);
}

void LinuxAuditTest::memory_of_proc() {
    const auto open = [](int serial, const char* flags, const std::string& path, long long exit) {
        return syscall({.serial = serial, .number = 257, .a2 = flags, .exit = exit}) +
               record("PATH", serial, "item=0 name=\"" + path + "\" nametype=NORMAL");
    };
    const RecordingSink s = read_log(open(1, "2", "/proc/200/mem", 3) + open(2, "0", "/proc/200/mem", 3) +
                                     open(3, "80000", "/proc/200/task/201/maps", 3) + open(4, "1", "/proc/200/mem", -13) +
                                     open(5, "1", "/proc/self/mem", 3));
    QCOMPARE(s.events.at(0).operation, Operation::proc_mem_write);
    QCOMPARE(s.events.at(0).target.pid, 200U);
    QCOMPARE(s.events.at(1).operation, Operation::proc_mem_read);
    QCOMPARE(s.events.at(2).operation, Operation::proc_maps_read);
    QVERIFY((s.events.at(3).flags & linux_flag::kDenied) != 0);
    QCOMPARE(value_of(s.events.at(3), "Errno"), std::string("EACCES"));
    QCOMPARE(s.events.at(4).operation, Operation::file_open);
}

void LinuxAuditTest::execve_in_parts() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 59, .exe = "\"/bin/sh\""}) +
                                     record("EXECVE", 1, "argc=3 a0=\"sh\" a1=\"-c\" a2_len=8 a2[0]=6563") +
                                     record("EXECVE", 1, "a2[1]=686F2078") +
                                     syscall({.serial = 2, .number = 59, .exe = "\"/usr/bin/env\""}) +
                                     record("EXECVE", 2, "argc=2 a0=\"env\" a1=\"LD_PRELOAD=/tmp/x.so\"") +
                                     syscall({.serial = 3, .number = 59, .exit = -2}));
    QCOMPARE(s.events.at(0).operation, Operation::process_exec);
    QCOMPARE(s.events.at(0).command_line, std::string("sh -c 'echo x'"));
    QCOMPARE(s.events.at(0).parent.pid, 10U);
    QCOMPARE(s.events.at(1).operation, Operation::preload);
    QCOMPARE(value_of(s.events.at(1), "Library"), std::string("/tmp/x.so"));
    QCOMPARE(s.events.at(2).operation, Operation::file_open);
}

void LinuxAuditTest::memfd_is_followed() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 319, .exit = 4}) +
                                     syscall({.serial = 2, .number = 9, .a2 = "5", .a3 = "2"}) +
                                     record("MMAP", 2, "fd=4 flags=0x2") +
                                     syscall({.serial = 3, .number = 9, .a2 = "7", .a3 = "22"}) +
                                     syscall({.serial = 4, .number = 322, .exe = "2F6D656D66643A78202864656C6574656429"}));
    QCOMPARE(s.events.at(0).operation, Operation::memfd_create);
    QCOMPARE(s.events.at(1).operation, Operation::memfd_map);
    QCOMPARE(s.events.at(2).operation, Operation::exec_map);
    QVERIFY((s.events.at(2).flags & linux_flag::kWritable) != 0);
    QCOMPARE(value_of(s.events.at(2), "Protection"), std::string("PROT_READ|PROT_WRITE|PROT_EXEC"));
    QCOMPARE(s.events.at(3).operation, Operation::memfd_execute);
    QCOMPARE(s.events.at(3).target.image, std::string("/memfd:x (deleted)"));
}

// dlopen("/proc/self/fd/4") opens the memfd anew, under a number of its own.
void LinuxAuditTest::memfd_is_known_by_its_descriptor_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("flags");
    QTest::addColumn<bool>("is_memfd");
    QTest::addColumn<bool>("as_library");
    QTest::newRow("self") << "/proc/self/fd/4" << "2" << true << true;
    QTest::newRow("thread-self") << "/proc/thread-self/fd/4" << "2" << true << true;
    QTest::newRow("by pid") << "/proc/500/fd/4" << "802" << true << true;
    QTest::newRow("dev") << "/dev/fd/4" << "2" << true << true;
    QTest::newRow("shared, as libffi does") << "/proc/self/fd/4" << "1" << true << false;
    QTest::newRow("of another process") << "/proc/501/fd/4" << "2" << false << false;
    QTest::newRow("no such number") << "/proc/self/fd/9" << "2" << false << false;
    QTest::newRow("no number") << "/proc/self/fd/4x" << "2" << false << false;
}

void LinuxAuditTest::memfd_is_known_by_its_descriptor() {
    QFETCH(QString, path);
    QFETCH(QString, flags);
    QFETCH(bool, is_memfd);
    QFETCH(bool, as_library);
    const std::string map_flags = flags.toStdString();
    const RecordingSink s = read_log(
        syscall({.serial = 1, .number = 319, .pid = 500, .exit = 4}) +
        syscall({.serial = 2, .number = 257, .a0 = "ffffff9c", .a2 = "80000", .pid = 500, .exit = 5}) +
        record("PATH", 2, "item=0 name=\"" + path.toStdString() + "\" inode=1 nametype=NORMAL") +
        syscall({.serial = 3, .number = 9, .a2 = "5", .a3 = map_flags.c_str(), .pid = 500}) +
        record("MMAP", 3, "fd=5 flags=0x" + map_flags));
    QCOMPARE(s.events.size(), std::size_t{3});
    QCOMPARE(s.events.at(2).operation, is_memfd ? Operation::memfd_map : Operation::module_load);
    QCOMPARE((s.events.at(2).flags & linux_flag::kRunWhole) != 0, as_library);
}

void LinuxAuditTest::memfd_is_presumed_where_opens_are_not_recorded() {
    const auto made = [](int serial, int pid) { return syscall({.serial = serial, .number = 319, .pid = pid, .exit = 4}); };
    const auto mapped = [](int serial, int pid, const char* fd, const char* flags) {
        return syscall({.serial = serial, .number = 9, .a2 = "5", .a3 = flags, .pid = pid}) +
               record("MMAP", serial, std::string("fd=") + fd + " flags=0x" + flags);
    };
    const RecordingSink s = read_log(made(1, 500) + mapped(2, 500, "5", "812") + mapped(3, 500, "5", "812") +  // the first only
                                     made(4, 501) + mapped(5, 501, "4", "1") + mapped(6, 501, "5", "812") +  // itself mapped
                                     made(7, 502) + mapped(8, 502, "7", "812") +                             // not the next one
                                     made(9, 503) + mapped(10, 504, "5", "812"));                            // another process
    constexpr std::uint32_t kPresumed = linux_flag::kMemfd | linux_flag::kPresumed;
    std::vector<int> presumed;
    for (std::size_t i = 0; i < s.events.size(); ++i) {
        if ((s.events[i].flags & kPresumed) == kPresumed) {
            presumed.push_back(static_cast<int>(i) + 1);
            QCOMPARE(s.events[i].operation, Operation::memfd_map);
        }
    }
    QCOMPARE(presumed, std::vector<int>{2});
}

void LinuxAuditTest::the_preload_file_is_written() {
    const auto path = [](int serial, int item, const char* name, const char* kind) {
        return record("PATH", serial, "item=" + std::to_string(item) + " name=\"" + name + "\" inode=7 nametype=" + kind);
    };
    const RecordingSink sink = read_log(
        // openat for writing, for reading, refused; rename onto it, from it, and in /etc by a relative name.
        syscall({1, 257, "ffffff9c", "1", "241", "1b6", 100, 3}) + path(1, 0, "/etc/", "PARENT") +
        path(1, 1, "/etc/ld.so.preload", "CREATE") +
        syscall({2, 257, "ffffff9c", "1", "0", "0", 100, 3}) + path(2, 0, "/etc/ld.so.preload", "NORMAL") +
        syscall({3, 257, "ffffff9c", "1", "1", "0", 100, -13}) + path(3, 0, "/etc/ld.so.preload", "NORMAL") +
        syscall({4, 82, "1", "2", "0", "0", 100, 0}) + path(4, 0, "/tmp/", "PARENT") + path(4, 1, "/etc/", "PARENT") +
        path(4, 2, "/tmp/p", "DELETE") + path(4, 3, "/etc/ld.so.preload", "CREATE") +
        syscall({5, 82, "1", "2", "0", "0", 100, 0}) + path(5, 0, "/etc/", "PARENT") + path(5, 1, "/etc/", "PARENT") +
        path(5, 2, "/etc/ld.so.preload", "DELETE") + path(5, 3, "/etc/x", "CREATE") +
        syscall({6, 316, "ffffff9c", "1", "ffffff9c", "2", 100, 0}) + record("CWD", 6, "cwd=\"/etc\"") +
        path(6, 0, "/etc", "PARENT") + path(6, 1, "/etc", "PARENT") + path(6, 2, "p", "DELETE") +
        path(6, 3, "ld.so.preload", "CREATE"));
    QCOMPARE(sink.events.size(), std::size_t{6});
    for (const std::size_t at : {0U, 2U, 3U, 5U}) {
        const RecordedEvent& e = sink.events[at];
        QCOMPARE(e.operation, Operation::preload);
        QCOMPARE(e.text, std::string("/etc/ld.so.preload"));
        QCOMPARE(e.target.pid, 100U);
        QVERIFY((e.flags & linux_flag::kWritable) != 0);
        QCOMPARE((e.flags & linux_flag::kDenied) != 0, at == 2U);
    }
    QCOMPARE(sink.events[1].operation, Operation::file_open);
    QCOMPARE(sink.events[4].operation, Operation::generic);
}

void LinuxAuditTest::forks_and_exits() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 56, .a0 = "1200011", .exit = 300}) +
                                     syscall({.serial = 2, .number = 56, .a0 = "3d0f00", .exit = 301}) +
                                     syscall({.serial = 3, .number = 101, .a0 = "4", .a1 = "12d", .pid = 500}) +
                                     syscall({.serial = 4, .number = 231, .a0 = "0", .pid = 300, .ppid = 100}));
    QCOMPARE(s.events.at(0).operation, Operation::process_create);
    QCOMPARE(s.events.at(0).target.pid, 300U);
    QCOMPARE(s.events.at(0).parent.pid, 100U);
    QCOMPARE(s.events.at(1).operation, Operation::thread_create);
    QCOMPARE(s.events.at(2).target.pid, 100U);  // 301 is a thread of 100
    QCOMPARE(s.events.at(3).operation, Operation::process_exit);
    QCOMPARE(s.events.at(3).target.pid, 300U);
}

void LinuxAuditTest::other_user_and_descendant() {
    const RecordingSink s = read_log(syscall({.serial = 1, .number = 39, .pid = 200, .uid = 33, .ppid = 100}) +
                                     syscall({.serial = 2, .number = 311, .a0 = "c8", .exit = 16}) +
                                     syscall({.serial = 3, .number = 311, .a0 = "c9", .exit = -1}));
    QCOMPARE(s.events.at(1).operation, Operation::process_vm_write);
    QCOMPARE(s.events.at(1).value, std::uint64_t{16});
    QVERIFY((s.events.at(1).flags & linux_flag::kOtherUser) != 0);
    QVERIFY((s.events.at(1).flags & linux_flag::kDescendant) != 0);
    QCOMPARE(s.events.at(2).flags & (linux_flag::kOtherUser | linux_flag::kDescendant), 0U);
    QVERIFY((s.events.at(2).flags & linux_flag::kDenied) != 0);
}

void LinuxAuditTest::enriched_names_win_and_hex_is_decoded() {
    const RecordingSink s = read_log("type=SYSCALL " + stamp(1) +
                                     "arch=c000003e syscall=101 success=yes exit=0 a0=10 a1=c8 a2=0 a3=0 ppid=1 pid=9 uid=0 "
                                     "comm=612062 exe=2F6120FF key=6B01796C\x1d"
                                     "SYSCALL=ptrace UID=\"root\"\n");
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(value_of(e, "comm"), std::string("a b"));
    QCOMPARE(value_of(e, "exe"), std::string("/a \xef\xbf\xbd"));
    QCOMPARE(value_of(e, "key"), std::string("k yl"));
    QCOMPARE(value_of(e, "UID"), std::string("root"));
    QCOMPARE(value_of(e, "uid"), std::string("0"));
    QCOMPARE(value_of(e, "a0"), std::string("0x10"));
}

void LinuxAuditTest::node_and_syslog_prefix() {
    const RecordingSink s = read_log("node=alpha " + record("LOGIN", 1, "pid=1") + "node=beta " + record("LOGIN", 1, "pid=2") +
                                         "Nov 24 02:18:00 gamma audispd: " + record("LOGIN", 1, "pid=3") +
                                         "2026-11-24T02:18:00+00:00 delta audispd[1]: " + record("LOGIN", 1, "pid=4") +
                                         record("LOGIN", 1, "pid=5"),
                                     {.host = "given"});
    std::string hosts;
    for (const RecordedEvent& e : s.events) {
        hosts += e.host + ":" + value_of(e, "pid") + " ";
    }
    QCOMPARE(hosts, std::string("alpha:1 beta:2 gamma:3 delta:4 given:5 "));
}

void LinuxAuditTest::user_messages_open_their_inner_part() {
    const RecordingSink s = read_log(record("USER_LOGIN", 1, "pid=7 uid=0 msg='op=login acct=\"root\" exe=\"/bin/login\" res=success'"));
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.channel, std::string("USER_LOGIN"));
    QCOMPARE(value_of(e, "acct"), std::string("root"));
    QCOMPARE(value_of(e, "res"), std::string("success"));
    QCOMPARE(e.actor.image, std::string("/bin/login"));
}

void LinuxAuditTest::brackets_and_commas_of_older_messages() {
    const RecordingSink sink = read_log(record("USER_START", 3, "user pid=5 uid=0 msg='PAM: session open acct=root : exe=\"/usr/sbin/crond\" "
                                                               "(hostname=?, addr=10.0.0.1, terminal=cron res=success)'"));
    QCOMPARE(sink.events.size(), std::size_t{1});
    QCOMPARE(value_of(sink.events[0], "hostname"), std::string("?"));
    QCOMPARE(value_of(sink.events[0], "addr"), std::string("10.0.0.1"));
    QCOMPARE(value_of(sink.events[0], "res"), std::string("success"));
    const RecordingSink kept = read_log(record("MAC_MAP_ADD", 4, "nlbl_domain=(default) res=1"));
    QCOMPARE(value_of(kept.events.at(0), "nlbl_domain"), std::string("(default)"));
}

void LinuxAuditTest::arguments_without_their_call() {
    const RecordingSink sink = read_log(record("EXECVE", 3, "argc=2 a0=\"cat\" a1=612062"));
    QCOMPARE(sink.events.size(), std::size_t{1});
    QCOMPARE(value_of(sink.events[0], "CommandLine"), std::string("cat 'a b'"));
    QVERIFY(sink.events[0].operation == Operation::generic);
}

void LinuxAuditTest::damaged_lines_are_counted_by_line() {
    const RecordingSink s = read_log(record("LOGIN", 1, "pid=1") + "type=SYSCALL msg=audit(17\n" + "\n" +
                                     "type=A msg=audit(1.2:99999999999999999999): x=1\n" + std::string(300'000, 'x') + "\n" +
                                     record("LOGIN", 2, "pid=2"));
    QCOMPARE(s.events.size(), std::size_t{2});
    QCOMPARE(s.lost_count("audit_line_unreadable"), std::uint64_t{2});
    QCOMPARE(s.lost_count("audit_line_too_long"), std::uint64_t{1});
    QCOMPARE(s.places.at(0).second.record, std::uint64_t{2});
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void LinuxAuditTest::no_final_newline() {
    QCOMPARE(read_log("type=LOGIN " + stamp(1) + "pid=1").events.size(), std::size_t{1});
    QCOMPARE(read_log("").events.size(), std::size_t{0});
}

void LinuxAuditTest::names() {
    QCOMPARE(syscall_name(kArchX86_64, 311), std::string_view("process_vm_writev"));
    QCOMPARE(syscall_name(kArchI386, 348), std::string_view("process_vm_writev"));
    QCOMPARE(syscall_name(kArchAarch64, 271), std::string_view("process_vm_writev"));
    QCOMPARE(syscall_name(kArchX86_64, 99'999), std::string_view());
    QCOMPARE(open_flags_text(02 | 0100 | 02000000), std::string("O_RDWR|O_CREAT|O_CLOEXEC"));
    QCOMPARE(protection_text(0x25), std::string("PROT_READ|PROT_EXEC|0x20"));
    QCOMPARE(clone_flags_text(0x1200011), std::string("SIGCHLD|CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID"));
    std::string out;
    QVERIFY(!decode_audit_hex("4", out) && !decode_audit_hex("4g", out) && !decode_audit_hex("2f", out));
}

void LinuxAuditTest::probe() {
    const auto importer = make_linux_audit_importer();
    const std::string log = record("LOGIN", 1, "pid=1");
    QVERIFY(importer->probe(as_bytes(log), "audit.log").confidence > 80);
    QCOMPARE(importer->probe(as_bytes(std::string_view("{\"a\": \"type=X msg=audit(1.000:1): \"}\n")), "x").confidence, 0);
    QCOMPARE(importer->probe(as_bytes(std::string_view("hello\n")), "audit.log").confidence, 0);
}

void LinuxAuditTest::render() {
    const std::string log = record("LOGIN", 1, "pid=1 \"");
    const auto shown = make_linux_audit_importer()->render(as_bytes(log), {0, static_cast<std::uint32_t>(log.size())});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().text, log);
    QVERIFY(!make_linux_audit_importer()->render(as_bytes(log), {1, static_cast<std::uint32_t>(log.size())}).ok());
}

QTEST_GUILESS_MAIN(LinuxAuditTest)
#include "linux_audit_test.moc"
