#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trocar::test {

/// Reports as CAPE writes them, made from literals: names and notations are those of the real ones, contents invented.
using ApiArguments = std::vector<std::pair<std::string, std::string>>;

inline std::string api_call(std::string_view api, const ApiArguments& arguments, std::string_view at = "16,401",
                            bool succeeded = true, int repeated = 0, std::string_view returned = "0x00000000") {
    std::string out =
        R"({"timestamp": "2021-01-28 02:14:)" + std::string(at) + R"(", "thread_id": "500", "caller": "0x72a7f9c9",)" +
        R"( "parentcaller": "0x77d530db", "category": "process", "api": ")" + std::string(api) + R"(", "status": )" +
        (succeeded ? "true" : "false") + R"(, "return": ")" + std::string(returned) + R"(", "arguments": [)";
    const char* comma = "";
    for (const auto& [name, value] : arguments) {
        out += comma + (R"({"name": ")" + name) + R"(", "value": ")" + value + "\"}";
        comma = ", ";
    }
    return out + R"(], "repeated": )" + std::to_string(repeated) + R"(, "id": 7})";
}

inline std::string sandbox_process(int pid, int parent, std::string_view path,
                                   std::initializer_list<std::string> calls) {
    std::string out = R"({"process_id": )" + std::to_string(pid) + R"(, "process_name": "x.exe", "parent_id": )" +
                      std::to_string(parent) + R"(, "module_path": ")" + std::string(path) +
                      R"(", "first_seen": "2021-01-28 02:14:13,791", "calls": [)";
    const char* comma = "\n";
    for (const std::string& call : calls) {
        out += comma + call;
        comma = ",\n";
    }
    return out + R"(], "threads": ["500"], "environ": {"UserName": "comp", "ComputerName": "COMP-PC",)" +
           R"( "CommandLine": "x.exe -k "}})";
}

inline std::string sandbox_report(std::initializer_list<std::string> processes) {
    std::string out = R"({"statistics": {"processing": [{"name": "BehaviorAnalysis", "time": 1.5}]},)"
                      "\n"
                      R"("info": {"version": "2.2-CAPE", "started": "2021-08-02 02:49:03", "package": "exe",)"
                      R"( "machine": {"name": "win72"}},)"
                      "\n"
                      R"("behavior": {"processes": [)";
    const char* comma = "\n";
    for (const std::string& process : processes) {
        out += comma + process;
        comma = ",\n";
    }
    return out + R"(], "processtree": []}, "malscore": 10.0})";
}

}  // namespace trocar::test
