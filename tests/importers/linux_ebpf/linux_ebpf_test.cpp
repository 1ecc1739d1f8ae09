#include "importers/linux_ebpf/linux_ebpf.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "tests/importers/linux_ebpf/sensor_lines.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <string>

using namespace trocar;
using namespace trocar::test;

namespace {

namespace lf = linux_flag;

RecordingSink read_lines(std::string text) {
    RecordingSink sink;
    const auto input = memory_input("events.jsonl", std::move(text));
    const Status read = make_linux_ebpf_importer()->parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

RecordedEvent only(const RecordingSink& sink) {
    return sink.events.size() == 1 ? sink.events.front() : RecordedEvent{};
}

const std::string kInj = "/tmp/inj";

}  // namespace

class LinuxEbpfTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void calls_of_every_sensor_data();
    void calls_of_every_sensor();
    void times_hosts_and_fields();
    void failed_calls_are_attempts();
    void lives_of_tracee();
    void lives_of_tetragon();
    void findings_tell_what_led_to_them();
    void memfds_run_as_programs();
    void preloads_in_the_environment();
    void the_preload_file_is_written();
    void mapped_code();
    void pids_of_a_namespace();
    void containers_are_of_their_host();
    void rules_without_a_pid_are_counted();
    void arguments_that_tell_nothing_are_counted();
    void other_events_are_kept();
    void broken_lines_are_counted();
    void probes_by_shape();
    void renders();
};

// What the same call is in the words of each sensor.
void LinuxEbpfTest::calls_of_every_sensor_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("operation");
    const auto row = [](const char* name, const std::string& line, Operation operation) {
        QTest::newRow(name) << QString::fromStdString(line) << static_cast<int>(operation);
    };
    const std::string open_write = R"({"int_arg":-100},{"string_arg":"/proc/5/mem"},{"int_arg":2})";
    row("tracee number", tracee("ptrace", 7, kInj, ptrace_args("16", 5)), Operation::ptrace_attach);
    row("tracee text", tracee("ptrace", 7, kInj, ptrace_args("\"PTRACE_SEIZE\"", 5)),
        Operation::ptrace_attach);
    row("tracee digits", tracee("ptrace", 7, kInj, ptrace_args("\"4\"", 5, "139637976731648")),
        Operation::ptrace_write);
    row("tracee beta",
        tracee_beta("ptrace", 7, kInj,
                    R"({"name":"request","str":"PTRACE_POKETEXT"},{"name":"pid","int32":5})"),
        Operation::ptrace_write);
    row("tracee registers", tracee("ptrace", 7, kInj, ptrace_args("13", 5)), Operation::ptrace_registers);
    row("tracee writev", tracee("process_vm_writev", 7, kInj, arg("pid", "5", "pid_t"), "64"),
        Operation::process_vm_write);
    row("tracee readv", tracee("process_vm_readv", 7, kInj, arg("pid", "5", "pid_t"), "64"),
        Operation::process_vm_read);
    row("tracee openat",
        tracee("openat", 7, kInj,
               arg("dirfd", "-100") + "," + arg("pathname", "\"/proc/5/mem\"") + "," +
                   arg("flags", "\"O_RDWR|O_CLOEXEC\""),
               "3"),
        Operation::proc_mem_write);
    row("tracee file open",
        tracee("security_file_open", 7, kInj, arg("pathname", "\"/proc/5/mem\"") + "," + arg("flags", "2")),
        Operation::proc_mem_write);
    row("tracee file open to read",
        tracee("security_file_open", 7, kInj,
               arg("pathname", "\"/proc/5/mem\"") + "," + arg("flags", "\"O_RDONLY\"")),
        Operation::proc_mem_read);
    row("tracee vfs_write",
        tracee("vfs_write", 7, kInj, arg("pathname", "\"/proc/5/mem\"") + "," + arg("count", "8"), "8"),
        Operation::proc_mem_write);
    row("tracee maps",
        tracee("openat", 7, kInj, arg("pathname", "\"/proc/5/maps\"") + "," + arg("flags", "0"), "3"),
        Operation::proc_maps_read);
    row("falco args", falco("ptrace", 7, kInj, R"(,"evt.args":"request=16(PTRACE_ATTACH) pid=5(sshd) ")"),
        Operation::ptrace_attach);
    row("falco arg",
        falco("ptrace", 7, kInj, R"~(,"evt.arg.request":"PTRACE_POKEDATA","evt.arg.pid":"5(sshd)")~"),
        Operation::ptrace_write);
    row("falco rawarg", falco("process_vm_writev", 7, kInj, R"(,"evt.rawarg.pid":5,"evt.rawres":64)"),
        Operation::process_vm_write);
    row("falco open",
        falco("openat", 7, kInj, R"(,"fd.name":"/proc/5/mem","evt.arg.flags":"FD_UPPER_LAYER|O_CLOEXEC|O_RDWR")"),
        Operation::proc_mem_write);
    row("falco open_write", falco("openat", 7, kInj, R"(,"fd.name":"/proc/5/mem","evt.is_open_write":true)"),
        Operation::proc_mem_write);
    row("falco write", falco("pwrite", 7, kInj, R"(,"fd.name":"/proc/5/mem","evt.rawres":8)"),
        Operation::proc_mem_write);
    row("tetragon ptrace", hook("__x64_sys_ptrace", 7, kInj, R"({"long_arg":"16"},{"long_arg":"5"})"),
        Operation::ptrace_attach);
    row("tetragon labels",
        hook("sys_ptrace", 7, kInj, R"({"long_arg":"5","label":"pid"},{"long_arg":"5","label":"request"})"),
        Operation::ptrace_write);
    row("tetragon arm",
        hook("__arm64_sys_process_vm_writev", 7, kInj, R"({"int_arg":5})", R"({"long_arg":"64"})"),
        Operation::process_vm_write);
    row("tetragon openat", hook("__x64_sys_openat", 7, kInj, open_write, R"({"int_arg":3})"),
        Operation::proc_mem_write);
    row("tetragon openat, two of its arguments",
        hook("sys_openat", 7, kInj, R"({"string_arg":"/proc/5/mem"},{"int_arg":1})", R"({"int_arg":3})"),
        Operation::proc_mem_write);
    row("tetragon file permission",
        hook("security_file_permission", 7, kInj,
             R"({"file_arg":{"mount":"/proc","path":"/proc/5/mem"}},{"int_arg":2})"),
        Operation::proc_mem_write);
    row("tetragon access check",
        hook("security_ptrace_access_check", 7, kInj,
             R"({"int_arg":5,"label":"pid"},{"uint32_arg":18,"label":"mode"})", R"({"int_arg":0})"),
        Operation::ptrace_attach);
    row("tetragon lsm",
        hook("ptrace_access_check", 7, kInj, R"({"int_arg":5,"label":"pid"},{"int_arg":2,"label":"mode"})",
             "", 0, "process_lsm"),
        Operation::ptrace_attach);
    row("tetragon tracepoint",
        tetragon(
            "process_tracepoint", 7, kInj,
            R"(,"subsys":"syscalls","event":"sys_enter_ptrace","args":[{"size_arg":"16"},{"size_arg":"5"}])"),
        Operation::ptrace_attach);
}

void LinuxEbpfTest::calls_of_every_sensor() {
    QFETCH(QString, line);
    QFETCH(int, operation);
    const RecordingSink sink = read_lines(line.toStdString());
    const RecordedEvent e = only(sink);
    QVERIFY2(sink.losses.empty(), sink.losses.empty() ? "" : sink.losses.begin()->first.c_str());
    QCOMPARE(static_cast<int>(e.operation), operation);
    QCOMPARE(e.actor.pid, 7U);
    QCOMPARE(e.actor.image, kInj);
    QCOMPARE(e.target.pid, 5U);
    QVERIFY((e.flags & signal_flag::kLinux) != 0);
    QVERIFY((e.flags & lf::kDenied) == 0);
}

void LinuxEbpfTest::times_hosts_and_fields() {
    const std::int64_t wanted = kMadeSecond * 1'000'000'000 + 7'000'123;
    for (const std::string& line : {tracee("ptrace", 7, kInj, ptrace_args("16", 5), "0", 7),
                                    falco("ptrace", 7, kInj, R"(,"evt.args":"request=16 pid=5")", 7),
                                    hook("sys_ptrace", 7, kInj, R"({"int_arg":16},{"int_arg":5})", "", 7)}) {
        const RecordedEvent e = only(read_lines(line));
        QCOMPARE(e.time.count, wanted);
        QCOMPARE(e.host, std::string("web"));
    }
    QCOMPARE(only(read_lines(tracee_beta("ptrace", 7, kInj, "", 7))).time.count, wanted);
    const RecordedEvent t = only(read_lines(tracee("ptrace", 7, kInj, ptrace_args("16", 5))));
    QCOMPARE(t.provider, std::string("Tracee"));
    QCOMPARE(t.channel, std::string("ptrace"));
    QCOMPARE(t.event_id, 101U);
    QCOMPARE(t.field("hostProcessId"), std::string("7"));
    QCOMPARE(t.field("executable.path"), kInj);
    QCOMPARE(t.field("Request"), std::string("PTRACE_ATTACH"));
    QCOMPARE(t.field("serial"), std::string("(absent)"));
    const RecordedEvent f = only(read_lines(falco("ptrace", 7, kInj, R"(,"evt.args":"request=16 pid=5")")));
    QCOMPARE(f.channel, std::string("made rule"));
    QCOMPARE(f.field("output_fields.proc.pid"), std::string("7"));
    // A stamp only beside the fields, as rules without %evt.time have it.
    std::string bare = falco("ptrace", 7, kInj, "");
    bare.replace(bare.find("\"evt.time\""), 10, "\"other\"");
    QCOMPARE(only(read_lines(bare)).time.count, kMadeSecond * 1'000'000'000 + 123);
}

void LinuxEbpfTest::failed_calls_are_attempts() {
    for (const std::string& line :
         {tracee("ptrace", 7, kInj, ptrace_args("16", 5), "-1"),
          falco("ptrace", 7, kInj, R"(,"evt.args":"request=16 pid=5","evt.res":"EPERM")"),
          falco("ptrace", 7, kInj, R"(,"evt.args":"request=16 pid=5","evt.rawres":-1)"),
          hook("sys_ptrace", 7, kInj, R"({"int_arg":16},{"int_arg":5})", R"({"int_arg":-1})"),
          hook("security_ptrace_access_check", 7, kInj,
               R"({"int_arg":5,"label":"pid"},{"int_arg":2,"label":"mode"})", R"({"int_arg":-1})")}) {
        const RecordedEvent e = only(read_lines(line));
        QCOMPARE(e.operation, Operation::ptrace_attach);
        QVERIFY2((e.flags & lf::kDenied) != 0, line.c_str());
    }
    const RecordedEvent open = only(read_lines(
        tracee("openat", 7, kInj, arg("pathname", "\"/proc/5/mem\"") + "," + arg("flags", "2"), "-13")));
    QCOMPARE(open.field("Errno"), std::string("EACCES"));
    QVERIFY((open.flags & lf::kDenied) != 0);
}

void LinuxEbpfTest::lives_of_tracee() {
    const RecordingSink sink = read_lines(
        tracee("sched_process_fork", 7, "/usr/bin/bash",
               arg("child_tid", "8") + "," + arg("child_ns_tid", "8") + "," + arg("child_pid", "8") + "," +
                   arg("child_ns_pid", "8")) +
        tracee("clone", 7, "/usr/bin/bash", arg("flags", "17"), "8") +  // the same child
        tracee("sched_process_fork", 7, "/usr/bin/bash",
               arg("child_tid", "9") + "," + arg("child_pid", "7")) +
        tracee("sched_process_exec", 8, "/usr/bin/bash",
               arg("pathname", "\"/usr/bin/ls\"") + "," +
                   arg("argv", R"(["ls","-la","/tmp"])", "const char**") + "," + arg("env", R"(["A=b"])")) +
        tracee("sched_process_exit", 8, "/usr/bin/ls",
               arg("exit_code", "0") + "," + arg("process_group_exit", "false")) +
        tracee("sched_process_exit", 8, "/usr/bin/ls",
               arg("exit_code", "3") + "," + arg("process_group_exit", "true")));
    QCOMPARE(sink.events.size(), std::size_t{6});
    QCOMPARE(sink.events[0].operation, Operation::process_create);
    QCOMPARE(sink.events[0].target.pid, 8U);
    QCOMPARE(sink.events[0].parent.pid, 7U);
    QCOMPARE(sink.events[1].operation, Operation::generic);  // one child, one creation
    QCOMPARE(sink.events[2].operation, Operation::thread_create);
    QCOMPARE(sink.events[3].operation, Operation::process_exec);
    QCOMPARE(sink.events[3].target.image, std::string("/usr/bin/ls"));
    QCOMPARE(sink.events[3].command_line, std::string("ls -la /tmp"));
    QCOMPARE(sink.events[3].parent.pid, 10U);
    QCOMPARE(sink.events[4].operation, Operation::generic);  // a thread
    QCOMPARE(sink.events[5].operation, Operation::process_exit);
    QCOMPARE(sink.events[5].value, std::uint64_t{3});
    QVERIFY(sink.losses.empty());
}

void LinuxEbpfTest::lives_of_tetragon() {
    const RecordingSink sink =
        read_lines(tetragon("process_exec", 8, "/usr/bin/ls", "") +
                   tetragon("process_exec", 5, "/usr/sbin/sshd", "", 0, R"(,"flags":"procFS auid")") +
                   tetragon("process_exit", 8, "/usr/bin/ls", R"(,"status":2)"));
    QCOMPARE(sink.events.size(), std::size_t{3});
    QCOMPARE(sink.events[0].operation, Operation::process_exec);
    QCOMPARE(sink.events[0].command_line, std::string("/usr/bin/ls a b"));
    QCOMPARE(sink.events[0].parent.pid, 10U);
    QCOMPARE(sink.events[1].operation, Operation::process_seen);  // ran before the sensor did
    QCOMPARE(sink.events[1].target.image, std::string("/usr/sbin/sshd"));
    QCOMPARE(sink.events[2].operation, Operation::process_exit);
    QCOMPARE(sink.events[2].value, std::uint64_t{2});
}

void LinuxEbpfTest::findings_tell_what_led_to_them() {
    const RecordedEvent classic =
        only(read_lines(tracee("ptrace_code_injection", 7, kInj,
                               arg("triggeredBy", R"({"args":[)" + ptrace_args("\"PTRACE_POKETEXT\"", 5) +
                                                      R"(],"id":101,"name":"ptrace","returnValue":0})"))));
    QCOMPARE(classic.operation, Operation::ptrace_write);
    QCOMPARE(classic.target.pid, 5U);
    QCOMPARE(classic.channel, std::string("ptrace_code_injection"));
    std::string beta = tracee_beta("proc_mem_code_injection", 7, kInj, "");
    beta.insert(beta.rfind('}'), R"(,"detected_from":{"id":731,"name":"security_file_open","data":[)"
                                 R"({"name":"pathname","str":"/proc/5/mem"},{"name":"flags","int32":1}]})");
    const RecordedEvent found = only(read_lines(beta));
    QCOMPARE(found.operation, Operation::proc_mem_write);
    QCOMPARE(found.target.pid, 5U);
}

void LinuxEbpfTest::memfds_run_as_programs() {
    const RecordingSink sink = read_lines(
        tracee("memfd_create", 7, kInj, arg("uname", "\"sess\"", "const char*") + "," + arg("flags", "1"),
               "3") +
        tracee("sched_process_exec", 7, kInj, arg("pathname", "\"memfd:sess\"")) +
        falco("execve", 8, "memfd:run",
              R"(,"evt.arg.flags":"EXE_WRITABLE|EXE_FROM_MEMFD","evt.res":"SUCCESS")") +
        falco("execve", 9, "/proc/self/fd/3", R"(,"proc.is_exe_from_memfd":true)") +
        hook("__x64_sys_memfd_create", 11, kInj, R"({"string_arg":"x"},{"int_arg":0})", R"({"int_arg":4})") +
        tetragon("process_exec", 11, "/proc/self/fd/4", "") +
        tetragon(
            "process_exec", 12, "/proc/self/fd/9", "", 0,
            R"~(,"flags":"execve","binary_properties":{"file":{"inode":{"number":"7","links":0},"path":"/memfd:y (deleted)"}})~"));
    QCOMPARE(sink.events.size(), std::size_t{7});
    QCOMPARE(sink.events[0].operation, Operation::memfd_create);
    QCOMPARE(sink.events[0].text, std::string("sess"));
    for (const std::size_t at : {1U, 2U, 3U, 5U, 6U}) {
        QCOMPARE(sink.events[at].operation, Operation::memfd_execute);
        QVERIFY((sink.events[at].flags & lf::kRunWhole) != 0);
    }
    QCOMPARE(sink.events[4].operation, Operation::memfd_create);
    QCOMPARE(sink.events[5].target.image, std::string("/memfd:x"));
}

void LinuxEbpfTest::preloads_in_the_environment() {
    const RecordedEvent t = only(read_lines(tracee(
        "sched_process_exec", 8, "/usr/bin/bash",
        arg("pathname", "\"/usr/bin/id\"") + "," + arg("env", R"(["PATH=/bin","LD_PRELOAD=/tmp/x.so"])"))));
    QCOMPARE(t.operation, Operation::preload);
    QCOMPARE(t.text, std::string("LD_PRELOAD=/tmp/x.so"));
    QVERIFY((t.flags & signal_flag::kUserWritablePath) != 0);
    const RecordedEvent f =
        only(read_lines(falco("execve", 8, "/usr/bin/id", R"(,"proc.env":"A=b LD_PRELOAD=/tmp/y.so C=d")")));
    QCOMPARE(f.operation, Operation::preload);
    QCOMPARE(f.text, std::string("LD_PRELOAD=/tmp/y.so"));
}

void LinuxEbpfTest::the_preload_file_is_written() {
    const std::string file = "\"/etc/ld.so.preload\"";
    for (const std::string& line :
         {tracee("security_file_open", 7, kInj, arg("pathname", file) + "," + arg("flags", "1")),
          tracee("security_inode_rename", 7, kInj, arg("old_path", "\"/tmp/p\"") + "," + arg("new_path", file)),
          tracee("vfs_write", 7, kInj, arg("pathname", file), "8"),
          falco("openat", 7, kInj, R"(,"fd.name":"/etc/ld.so.preload","evt.is_open_write":true)"),
          hook("security_file_permission", 7, kInj, R"({"file_arg":{"path":"/etc/ld.so.preload"}},{"int_arg":2})")}) {
        const RecordedEvent e = only(read_lines(line));
        QVERIFY2(e.operation == Operation::preload, line.c_str());
        QVERIFY((e.flags & lf::kWritable) != 0);
        QCOMPARE(e.target.pid, 7U);
    }
}

void LinuxEbpfTest::mapped_code() {
    const std::string anonymous = arg("addr", "\"0x0\"") + "," + arg("length", "4096") + "," +
                                  arg("prot", "\"PROT_READ|PROT_WRITE|PROT_EXEC\"") + "," +
                                  arg("flags", "\"MAP_PRIVATE|MAP_ANONYMOUS\"") + "," + arg("fd", "-1") +
                                  "," + arg("off", "0");
    const RecordingSink sink = read_lines(
        tracee("mmap", 7, kInj, anonymous, "139637976731648") +
        tracee("mprotect", 7, kInj, arg("addr", "1") + "," + arg("len", "4096") + "," + arg("prot", "5")) +
        tracee("security_mmap_file", 7, kInj,
               arg("pathname", "\"/tmp/x.so\"") + "," + arg("flags", "0") + "," +
                   arg("prot", "\"PROT_READ|PROT_EXEC\"") + "," + arg("mmap_flags", "2")) +
        tetragon("process_loader", 7, kInj, R"(,"path":"/tmp/y.so","buildid":"AA==")") +
        tracee("mprotect", 7, kInj, arg("addr", "1") + "," + arg("len", "4096") + "," + arg("prot", "3")) +
        hook("security_mmap_file", 7, kInj,
             R"({"file_arg":{"path":"/tmp/z.so"}},{"uint32_arg":5},{"uint32_arg":2})"));
    QCOMPARE(sink.events.size(), std::size_t{6});
    QCOMPARE(sink.events[0].operation, Operation::exec_map);
    QVERIFY((sink.events[0].flags & (lf::kAnonymous | lf::kWritable)) == (lf::kAnonymous | lf::kWritable));
    QCOMPARE(sink.events[1].operation, Operation::exec_protect);
    QCOMPARE(sink.events[2].operation, Operation::module_load);
    QCOMPARE(sink.events[2].text, std::string("/tmp/x.so"));
    QCOMPARE(sink.events[3].operation, Operation::module_load);
    QCOMPARE(sink.events[4].operation, Operation::generic);  // not executable
    QCOMPARE(sink.events[5].operation, Operation::module_load);
    QCOMPARE(sink.events[5].text, std::string("/tmp/z.so"));
}

// A process in a container means pids of its namespace: 2 there is 105 here, once an event of that process
// said so.
void LinuxEbpfTest::pids_of_a_namespace() {
    const std::string unknown = tracee("ptrace", 107, kInj, ptrace_args("16", 2), "0", 0, 4);
    const std::string told =
        tracee("openat", 105, "/app", arg("pathname", "\"/etc/hosts\"") + "," + arg("flags", "0"), "3", 0, 2);
    const RecordingSink sink = read_lines(
        unknown + told + unknown + tracee("process_vm_writev", 107, kInj, arg("pid", "2"), "8", 0, 4) +
        tracee("openat", 107, kInj, arg("pathname", "\"/proc/2/mem\"") + "," + arg("flags", "1"), "3", 0, 4) +
        tracee("ptrace", 7, kInj, ptrace_args("16", 2)));
    QCOMPARE(sink.events.size(), std::size_t{6});
    QCOMPARE(sink.lost_count("target_in_pid_namespace"), std::uint64_t{1});
    QVERIFY(!sink.events[0].target.present());
    QCOMPARE(sink.events[0].operation, Operation::ptrace_attach);
    for (const std::size_t at : {2U, 3U, 4U}) {
        QCOMPARE(sink.events[at].target.pid, 105U);
        QCOMPARE(sink.events[at].field("ResolvedPid"), std::string("105"));
        QCOMPARE(sink.events[at].host, std::string("web"));
    }
    QCOMPARE(sink.events[5].target.pid, 2U);  // of a process of the host
}

// The container's events come first, under its own name.
void LinuxEbpfTest::containers_are_of_their_host() {
    std::string inner =
        tracee("openat", 105, "/app", arg("pathname", "\"/x\"") + "," + arg("flags", "0"), "3", 0, 2);
    inner.replace(inner.find("\"web\""), 5, "\"pod-1\"");
    const std::string outer = tracee("ptrace", 7, kInj, ptrace_args("16", 5));
    QCOMPARE(read_lines(inner + outer).events[0].host, std::string("web"));
    QCOMPARE(read_lines(inner).events[0].host, std::string("pod-1"));
    std::string other = outer;
    other.replace(other.find("\"web\""), 5, "\"db\"");
    QCOMPARE(read_lines(inner + outer + other).events[0].host,
             std::string("pod-1"));  // of which of the two is not told
}

void LinuxEbpfTest::rules_without_a_pid_are_counted() {
    std::string line = falco("ptrace", 7, kInj, R"(,"evt.args":"request=16 pid=5")");
    line.replace(line.find("\"proc.pid\""), 10, "\"proc.tty\"");
    const RecordingSink sink = read_lines(line);
    QCOMPARE(sink.lost_count("ebpf_process_missing"), std::uint64_t{1});
    QVERIFY(!only(sink).actor.present());
    QCOMPARE(only(sink).operation, Operation::ptrace_attach);
}

void LinuxEbpfTest::arguments_that_tell_nothing_are_counted() {
    // The request is never taken for 0, which would be PTRACE_TRACEME; Tetragon's example policy records only
    // the address.
    for (const std::string& line :
         {tracee("ptrace", 7, kInj, arg("pid", "5")),
          tracee("ptrace", 7, kInj, ptrace_args("\"PTRACE_NEW\"", 5)), falco("ptrace", 7, kInj, ""),
          hook("sys_ptrace", 7, kInj, R"({"string_arg":"x"})"), tracee("process_vm_writev", 7, kInj, "")}) {
        const RecordingSink sink = read_lines(line);
        QCOMPARE(sink.lost_count("ebpf_argument_missing"), std::uint64_t{1});
        QCOMPARE(only(sink).operation, Operation::generic);
        QCOMPARE(only(sink).actor.pid, 7U);
    }
}

void LinuxEbpfTest::other_events_are_kept() {
    const RecordingSink sink =
        read_lines(tracee("net_packet_dns", 7, kInj, arg("src", "\"1.2.3.4\"")) +
                   falco("connect", 7, kInj, R"(,"fd.name":"1.2.3.4:80")") +
                   hook("tcp_connect", 7, kInj, R"({"sock_arg":{"daddr":"1.2.3.4","dport":80}})") +
                   tetragon("process_uprobe", 7, kInj, R"(,"symbol":"readline")"));
    QCOMPARE(sink.events.size(), std::size_t{4});
    for (const RecordedEvent& e : sink.events) {
        QCOMPARE(e.operation, Operation::generic);
        QCOMPARE(e.actor.pid, 7U);
    }
    QVERIFY(sink.losses.empty());
    QCOMPARE(sink.events[2].channel, std::string("tcp_connect"));
    QCOMPARE(sink.events[2].field("process_kprobe.args.sock_arg.daddr"), std::string("1.2.3.4"));
}

void LinuxEbpfTest::broken_lines_are_counted() {
    const RecordingSink sink =
        read_lines("{\"eventName\":\"ptrace\",\n" + tracee("ptrace", 7, kInj, ptrace_args("16", 5)) +
                   "{\"some\":\"thing\"}\nno JSON at all\n{\"eventName\":");
    QCOMPARE(sink.events.size(), std::size_t{1});
    QCOMPARE(sink.lost_count("json_record_broken"), std::uint64_t{1});
    QCOMPARE(sink.lost_count("ebpf_not_an_event"), std::uint64_t{1});
    QCOMPARE(sink.lost_count("json_text_between_records"), std::uint64_t{1});
    QCOMPARE(sink.lost_count("json_record_truncated"), std::uint64_t{1});
    QCOMPARE(sink.bad_places, std::uint64_t{0});
}

void LinuxEbpfTest::probes_by_shape() {
    const auto importers = builtin_importers();
    const auto best = [&](const std::string& text) {
        const auto answers = probe_all(importers, std::as_bytes(std::span(text)), "events.json");
        return answers.empty() || answers.front().probe.confidence == 0
                   ? std::string()
                   : std::string(answers.front().importer->name());
    };
    for (const std::string& line : {tracee("ptrace", 7, kInj, ptrace_args("16", 5)),
                                    tracee_beta("ptrace", 7, kInj, ""), falco("ptrace", 7, kInj, ""),
                                    tetragon("process_exec", 7, kInj, ""), hook("sys_ptrace", 7, kInj, "")}) {
        QCOMPARE(best(line + line), std::string("linux_ebpf"));
    }
    const auto reason = [&](const std::string& text) {
        return make_linux_ebpf_importer()->probe(std::as_bytes(std::span(text)), "x").reason;
    };
    QVERIFY(reason(falco("ptrace", 7, kInj, "")).find("Falco") != std::string::npos);
    QVERIFY(reason(hook("sys_ptrace", 7, kInj, "")).find("Tetragon") != std::string::npos);
    QVERIFY(reason(tracee_beta("ptrace", 7, kInj, "")).find("Tracee") != std::string::npos);
    for (const char* other : {R"({"ID":"1739218487.007:22145057","SYSCALL":{"ARGV":["0x10"]}})",
                              R"({"auditd":{"sequence":5,"data":{"a0":"10"}}})",
                              R"({"event":{"exec":{}},"event_type":9,"process":{},"mach_time":1})",
                              R"({"EventID":10,"Channel":"Microsoft-Windows-Sysmon/Operational"})",
                              R"({"name":"x","args":[]})", R"({"rule":"x","time":"y"})", "no JSON"}) {
        QVERIFY2(best(other) != "linux_ebpf", other);
    }
}

void LinuxEbpfTest::renders() {
    const std::string line = tracee("ptrace", 7, kInj, ptrace_args("16", 5));
    const auto importer = make_linux_ebpf_importer();
    const auto shown =
        importer->render(std::as_bytes(std::span(line)), {0, static_cast<std::uint32_t>(line.size() - 1)});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().notation, std::string("json"));
    QVERIFY(shown.value().text.find("\"eventName\": \"ptrace\"") != std::string::npos);
    QVERIFY(!importer->render(std::as_bytes(std::span(line)), {10, 1U << 20U}).ok());
}

QTEST_APPLESS_MAIN(LinuxEbpfTest)
#include "linux_ebpf_test.moc"
