#pragma once

#include <cstdint>
#include <string>

// Lines as Tracee, Falco and Tetragon write them, made for these tests: no capture of a real host.
namespace trocar::test {

inline constexpr std::int64_t kMadeSecond = 1'764'000'000;  // 2025-11-24T16:00:00Z

inline std::string made_iso(int milliseconds) {
    std::string fraction = std::to_string(1'000'000'000 + milliseconds * 1'000'000 + 123);
    return "2025-11-24T16:00:00." + fraction.substr(1) + "Z";
}

/// Classic Tracee. `args`: members of the array.
inline std::string tracee(const std::string& event, int pid, const std::string& exe, const std::string& args,
                          const std::string& result = "0", int ms = 0, int inner_pid = 0) {
    return R"({"timestamp":)" + std::to_string(kMadeSecond * 1'000'000'000 + ms * 1'000'000 + 123) +
           R"(,"threadStartTime":1,"processorId":1,"processId":)" +
           std::to_string(inner_pid != 0 ? inner_pid : pid) + R"(,"cgroupId":1,"threadId":)" +
           std::to_string(pid) + R"(,"parentProcessId":10,"hostProcessId":)" + std::to_string(pid) +
           R"(,"hostThreadId":)" + std::to_string(pid) +
           R"(,"hostParentProcessId":10,"userId":1000,"mountNamespace":4026531840,)" +
           R"("pidNamespace":4026531836,"processName":"inj","executable":{"path":")" + exe +
           R"("},"hostName":"web","containerId":"",)" +
           R"("container":{},"kubernetes":{},"eventId":"101","eventName":")" + event +
           R"(","matchedPolicies":["p"],"argsNum":4,)" + R"("returnValue":)" + result +
           R"(,"syscall":"","stackAddresses":null,"contextFlags":{"containerStarted":false,)" +
           R"("isCompat":false},"threadEntityId":1,"processEntityId":1,"parentEntityId":1,"args":[)" + args +
           "]}\n";
}
/// One argument; `value` is JSON.
inline std::string arg(const std::string& name, const std::string& value, const std::string& type = "long") {
    return R"({"name":")" + name + R"(","type":")" + type + R"(","value":)" + value + "}";
}
inline std::string ptrace_args(const std::string& request, int pid,
                               const std::string& address = "\"0x7f0000001000\"") {
    return arg("request", request) + "," + arg("pid", std::to_string(pid), "pid_t") + "," +
           arg("addr", address, "void*") + "," + arg("data", "\"0x9090\"", "void*");
}

/// Tracee's events since v1beta1.
inline std::string tracee_beta(const std::string& event, int pid, const std::string& exe,
                               const std::string& data, int ms = 0) {
    return R"({"timestamp":{"seconds":")" + std::to_string(kMadeSecond) + R"(","nanos":)" +
           std::to_string(ms * 1'000'000 + 123) + R"(},"id":"ptrace","name":")" + event +
           R"(","policies":{"matched":["p"]},"workload":{"process":{"thread":{"name":"inj",)" +
           R"("host_tid":1,"tid":1},"host_pid":{"value":)" + std::to_string(pid) + R"(},"pid":{"value":)" +
           std::to_string(pid) + R"(},"real_user":{"id":{"value":1000}},"executable":{"path":")" + exe +
           R"("},"ancestors":[{"host_pid":10,"pid":10}]}},"data":[)" + data + "]}\n";
}

/// Falco. `fields`: members of output_fields beside the usual ones, beginning with a comma.
inline std::string falco(const std::string& type, int pid, const std::string& exe, const std::string& fields,
                         int ms = 0) {
    return R"({"hostname":"web","output":"made","output_fields":{"container.id":"","evt.time":)" +
           std::to_string(kMadeSecond * 1'000'000'000 + ms * 1'000'000 + 123) + R"(,"evt.type":")" + type +
           R"(","proc.pid":)" + std::to_string(pid) + R"(,"proc.ppid":10,"proc.exepath":")" + exe +
           R"(","proc.name":"inj","proc.cmdline":"inj 5","user.name":"ada","user.uid":1000)" + fields +
           R"(},"priority":"Warning","rule":"made rule","source":"syscall","tags":["T1055.008"],"time":")" +
           made_iso(ms) + "\"}\n";
}

inline std::string tetragon_process(const std::string& name, int pid, const std::string& binary,
                                    const std::string& more = "") {
    return "\"" + name + R"(":{"exec_id":"d2ViOjE6)" + std::to_string(pid) + R"(","pid":)" +
           std::to_string(pid) + R"(,"uid":1000,"cwd":"/","binary":")" + binary +
           R"(","arguments":"a b","start_time":")" + made_iso(0) +
           R"(","parent_exec_id":"d2ViOjE6MTA=","tid":)" + std::to_string(pid) + more + "}";
}
inline std::string tetragon(const std::string& kind, int pid, const std::string& binary,
                            const std::string& body, int ms = 0,
                            const std::string& process_more = R"(,"flags":"execve clone")") {
    return "{\"" + kind + "\":{" + tetragon_process("process", pid, binary, process_more) + "," +
           tetragon_process("parent", 10, "/usr/bin/bash") + body + R"(},"node_name":"web","time":")" +
           made_iso(ms) + "\"}\n";
}
/// A kprobe or LSM hook. `result`: JSON of a KprobeArgument, or "".
inline std::string hook(const std::string& function, int pid, const std::string& binary,
                        const std::string& args, const std::string& result = "", int ms = 0,
                        const std::string& kind = "process_kprobe") {
    return tetragon(kind, pid, binary,
                    R"(,"function_name":")" + function + R"(","args":[)" + args + "]" +
                        (result.empty() ? "" : ",\"return\":" + result) +
                        R"(,"action":"KPROBE_ACTION_POST","policy_name":"p")",
                    ms);
}

}  // namespace trocar::test
