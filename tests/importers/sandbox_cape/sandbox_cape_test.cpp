#include <QTest>

#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "importers/sandbox_cape/report_cutter.h"
#include "importers/sandbox_cape/sandbox_cape.h"
#include "tests/importers/sandbox_cape/sandbox_report.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using namespace trocar::test;

namespace {

RecordingSink read_report(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("report.json", std::move(text));
    const Status read = make_sandbox_cape_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

/// The events of one process's calls (pid 1180, parent 3052), without the event of the process itself.
std::vector<RecordedEvent> calls_of(std::initializer_list<std::string> calls, RecordingSink* out = nullptr) {
    RecordingSink sink = read_report(sandbox_report({sandbox_process(1180, 3052, "C:\\\\a\\\\evil.exe", calls)}));
    std::vector<RecordedEvent> events(sink.events.begin() + 1, sink.events.end());
    if (out != nullptr) {
        *out = std::move(sink);
    }
    return events;
}

const std::string kOpen = api_call(
    "NtOpenProcess", {{"ProcessHandle", "0x000001a0"}, {"DesiredAccess", "0x0000043a"}, {"ProcessIdentifier", "1852"}});

const std::string kCuckoo2 =
    R"({"info": {"version": "2.0.7", "machine": {"name": "w7"}}, "behavior": {"generic": [], "processes": [{)"
    R"("process_path": "C:\\x\\evil.exe", "calls": [{"category": "process", "status": 1, "stacktrace": [], "api":)"
    R"( "NtOpenProcess", "return_value": 0, "arguments": {"process_handle": "0x0000004c", "desired_access":)"
    R"( "0x001fffff", "process_identifier": 684}, "time": 1611800056.401, "tid": 9, "flags": {"desired_access":)"
    R"( "PROCESS_ALL_ACCESS"}}], "pid": 2388, "process_name": "evil.exe", "command_line": "evil", "ppid": 7,)"
    R"( "first_seen": 1611800050.5}]}})";
const std::string kBroken = R"({"api": "NtClose", "status": tru})", kNameless = R"({"status": true})";
const std::string kHeadOnly = R"({"process_id": 7, )";
const std::string kProcessesOpen = R"({"behavior": {"processes": [)";
const std::string kManyStringsOpen = R"({"strings": [)";
// (No raw string: moc loses its way in a backslash before a quote.)
const std::string kTrickyStrings =
    "\"}]{[\\\"\\\\\", [[{\"behavior\": {\"processes\": [{\"calls\": [{\"api\": \"x\"}]}]}}]], ";
const std::vector<std::string> kOthers{R"({"EventID": 8, "SourceName": "Microsoft-Windows-Sysmon"})",
                                       R"([{"behavior": 1}])", "", "-"};

std::string write_to(const std::string& handle) {
    return api_call(
        "WriteProcessMemory",
        {{"ProcessHandle", handle}, {"BaseAddress", "0x001f102d"}, {"Buffer", "MZ"}, {"BufferLength", "0x00000005"}});
}

}  // namespace

class SandboxCapeTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void the_comma_before_milliseconds_is_a_point() {
        const auto events = calls_of({api_call("GetSystemTime", {}, "16,401")});
        QCOMPARE(format_iso_time(events.at(0).time), std::string("2021-01-28T02:14:16.401000000Z"));
        const RecordingSink east = read_report(
            sandbox_report({sandbox_process(1, 2, "C:\\\\a.exe", {api_call("x", {})})}), {"", 120, 0, false});
        QCOMPARE(format_iso_time(east.events.at(1).time), std::string("2021-01-28T00:14:16.401000000Z"));
        QCOMPARE(format_iso_time(east.events.at(0).time), std::string("2021-01-28T00:14:13.791000000Z"));
        const auto without = calls_of({api_call("x", {}, "yesterday")});
        QVERIFY(without.at(0).time.none());
        QCOMPARE(without.at(0).time_origin, TimeOrigin::none);
    }

    void hex_text_arguments_are_numbers() {
        RecordingSink sink;
        const auto events = calls_of({kOpen, write_to("0x000001a0")}, &sink);
        QCOMPARE(events.at(0).field("DesiredAccess"), std::string("0x43a"));
        QCOMPARE(events.at(0).value, 0x43aU);
        QCOMPARE(events.at(1).field("BaseAddress"), std::string("0x1f102d"));
        QCOMPARE(events.at(1).value, 0x1f102dU);
        QCOMPARE(events.at(1).field("Buffer"), std::string("MZ"));
        QCOMPARE(events.at(1).text, std::string("WriteProcessMemory 0x1f102d, 0x5 bytes"));
        QCOMPARE(events.at(1).field("Status"), std::string("success"));
        QCOMPARE(events.at(1).field("Return"), std::string("0x0"));
        QVERIFY(sink.losses.empty());
    }

    void a_handle_leads_to_the_process_it_was_opened_to() {
        RecordingSink sink;
        const auto events =
            calls_of({kOpen, write_to("0x1a0"),
                      api_call("CreateRemoteThread", {{"ProcessHandle", "0x000001a0"}, {"StartRoutine", "0x00180000"}},
                               "16,9", true, 0, "0x000004ec"),
                      api_call("NtResumeThread", {{"ThreadHandle", "0x000004ec"}}),
                      api_call("NtDuplicateObject", {{"SourceProcessHandle", "0xffffffff"},
                                                     {"SourceHandle", "0x000001a0"},
                                                     {"TargetProcessHandle", "0xffffffff"},
                                                     {"TargetHandle", "0x000001b0"},
                                                     {"Options", "0x00000003"}}),
                      write_to("0x000001b0"), write_to("0x000001a0"), api_call("NtClose", {{"Handle", "0x000001b0"}}),
                      write_to("0x000001b0")},
                     &sink);
        const auto is = [&](std::size_t i, Operation operation, std::uint32_t target) {
            return events.at(i).operation == operation && events.at(i).target.pid == target &&
                   events.at(i).actor.pid == 1180;
        };
        QVERIFY(is(0, Operation::process_access, 1852));
        QVERIFY(is(1, Operation::memory_write, 1852));
        QVERIFY(is(2, Operation::remote_thread, 1852));
        QCOMPARE(events.at(2).value, 0x180000U);
        QVERIFY(events.at(2).text.empty());  // text of an execution is a start function's name
        QVERIFY(is(3, Operation::resume, 1852));
        QVERIFY(is(5, Operation::memory_write, 1852));  // the copy
        // Closed with the copy, and closed by NtClose: kept, and their target is not known.
        QVERIFY(is(6, Operation::generic, 0));
        QVERIFY(is(8, Operation::generic, 0));
        QVERIFY(!events.at(8).target.has_pid);
        QCOMPARE(sink.lost_count("cape_handle_unknown"), std::uint64_t{2});
    }

    void handles_belong_to_one_process() {
        const RecordingSink sink =
            read_report(sandbox_report({sandbox_process(1180, 1, "C:\\\\a.exe", {kOpen}),
                                        sandbox_process(1181, 1, "C:\\\\b.exe", {write_to("0x1a0")})}));
        QCOMPARE(sink.events.back().operation, Operation::generic);
        QCOMPARE(sink.lost_count("cape_handle_unknown"), std::uint64_t{1});
    }

    void junk_in_the_high_half_of_a_pid_is_cut_off() {
        const auto events =
            calls_of({api_call("NtOpenThread", {{"ThreadHandle", "0x4c"}, {"ProcessId", "140707423584940"}}),
                      api_call("NtSuspendThread", {{"ThreadHandle", "0x4c"}})});
        QCOMPARE(events.at(1).operation, Operation::suspend);
        QCOMPARE(events.at(1).target.pid, 684U);
        QCOMPARE(events.at(0).field("ProcessId"), std::string("140707423584940"));  // the record is not changed
    }

    void a_repeated_call_is_one_event_with_its_count() {
        const auto events = calls_of(
            {kOpen, api_call("NtSuspendThread", {{"ThreadHandle", "0x1"}, {"ProcessId", "1852"}}, "16,5", true, 197)});
        QCOMPARE(events.size(), std::size_t{2});
        QCOMPARE(events.at(0).field("Repeated"), std::string("(absent)"));
        QCOMPARE(events.at(1).field("Repeated"), std::string("197"));
    }

    void a_creation_is_two_events_and_told_once() {
        const ApiArguments made{{"ProcessHandle", "0x0000019c"},        {"ThreadHandle", "0x00000198"},
                                {"ProcessDesiredAccess", "0x02000000"}, {"ImagePathName", "C:\\\\w\\\\notepad.exe"},
                                {"CommandLine", "notepad.exe /C"},      {"ProcessId", "140707423586488"}};  // 2232
        const auto events = calls_of(
            {api_call("NtCreateUserProcess", made), api_call("CreateProcessInternalW", made), write_to("0x0000019c"),
             api_call("NtSetContextThread", {{"ThreadHandle", "0x198"}, {"HollowedInstructionPointer", "0x401000"}}),
             api_call("NtQueueApcThread", {{"ThreadHandle", "0x198"}, {"ApcRoutine", "0x77000000"}})});
        const std::uint32_t child = 2232;
        QCOMPARE(events.size(), std::size_t{6});
        QCOMPARE(events.at(0).operation, Operation::process_create);
        QCOMPARE(events.at(0).target.pid, child);
        QCOMPARE(events.at(0).target.image, std::string("C:\\w\\notepad.exe"));
        QCOMPARE(events.at(0).command_line, std::string("notepad.exe /C"));
        QCOMPARE(events.at(0).parent.pid, 1180U);
        QCOMPARE(events.at(1).operation, Operation::process_access);
        QCOMPARE(events.at(1).target.pid, child);
        QCOMPARE(events.at(1).value, 0x1fffffU);
        QCOMPARE(events.at(1).flags, windows_flag::kCreateTrace);
        QCOMPARE(events.at(1).raw, events.at(0).raw);
        QCOMPARE(events.at(2).operation, Operation::generic);
        QCOMPARE(events.at(3).operation, Operation::memory_write);
        QCOMPARE(events.at(3).target.pid, child);
        QCOMPARE(events.at(4).operation, Operation::thread_context);
        QCOMPARE(events.at(4).value, 0x401000U);
        QCOMPARE(events.at(5).operation, Operation::apc_queue);
        QCOMPARE(events.at(5).value, 0x77000000U);
    }

    void operations_data() {
        QTest::addColumn<QByteArray>("api");
        QTest::addColumn<QByteArray>("handle");
        QTest::addColumn<int>("operation");
        const auto row = [](const char* api, const char* handle, Operation operation) {
            QTest::newRow(api) << QByteArray(api) << QByteArray(handle) << static_cast<int>(operation);
        };
        row("NtAllocateVirtualMemory", "ProcessHandle", Operation::memory_alloc);
        row("VirtualAllocEx", "ProcessHandle", Operation::memory_alloc);
        row("NtProtectVirtualMemory", "ProcessHandle", Operation::memory_protect);
        row("VirtualProtectEx", "ProcessHandle", Operation::memory_protect);
        row("NtWriteVirtualMemory", "ProcessHandle", Operation::memory_write);
        row("NtMapViewOfSection", "ProcessHandle", Operation::memory_map);
        row("NtUnmapViewOfSection", "ProcessHandle", Operation::memory_unmap);
        row("NtCreateThreadEx", "ProcessHandle", Operation::remote_thread);
        row("RtlCreateUserThread", "ProcessHandle", Operation::remote_thread);
        row("NtSuspendProcess", "ProcessHandle", Operation::suspend);
        row("NtQueueApcThreadEx", "ThreadHandle", Operation::apc_queue);
        row("NtTerminateProcess", "ProcessHandle", Operation::process_exit);
        row("NtSomethingNew", "ProcessHandle", Operation::generic);
    }
    void operations() {
        QFETCH(QByteArray, api);
        QFETCH(QByteArray, handle);
        QFETCH(int, operation);
        const auto argument = [&](const char* value) { return ApiArguments{{handle.toStdString(), value}}; };
        const auto events = calls_of({kOpen, api_call(api.toStdString(), argument("0x1a0")),
                                      api_call(api.toStdString(), argument("0x1a0"), "16,5", false, 0, "0xc0000022"),
                                      api_call(api.toStdString(), argument("0xffffffffffffffff"))});
        QCOMPARE(static_cast<int>(events.at(1).operation), operation);
        QCOMPARE(events.at(1).target.pid, operation == 0 ? 0U : 1852U);
        // A call that failed did nothing; to itself a process does it all day.
        QCOMPARE(events.at(2).operation, Operation::generic);
        QCOMPARE(events.at(2).field("Status"), std::string("failure"));
        const Operation own = events.at(3).operation;
        QVERIFY(own == Operation::generic ||
                (own == Operation::thread_create && operation == int(Operation::remote_thread)) ||
                (own == Operation::process_exit && operation == int(Operation::process_exit)));
    }

    void processes_of_the_list_are_seen_not_created() {
        const RecordingSink sink =
            read_report(sandbox_report({sandbox_process(1224, 792, "C:\\\\Windows\\\\sysnative\\\\dwm.exe", {})}));
        QCOMPARE(sink.events.size(), std::size_t{1});
        const RecordedEvent& seen = sink.events.at(0);
        QCOMPARE(seen.operation, Operation::process_seen);
        QCOMPARE(seen.target.pid, 1224U);
        QCOMPARE(seen.target.image, std::string("C:\\Windows\\System32\\dwm.exe"));
        QCOMPARE(seen.parent.pid, 792U);
        QCOMPARE(seen.command_line, std::string("x.exe -k"));
        QCOMPARE(seen.user, std::string("comp"));
        QCOMPARE(seen.host, std::string("COMP-PC"));
        QCOMPARE(seen.provider, std::string("CAPE"));
        QCOMPARE(format_iso_time(seen.time), std::string("2021-01-28T02:14:13.791000000Z"));
        QVERIFY(seen.raw.starts_with("{\"process_id\": 1224") && seen.raw.find("calls") == std::string::npos);
    }

    void targets_get_their_names_from_the_list() {
        const RecordingSink sink = read_report(sandbox_report(
            {sandbox_process(1180, 1, "C:\\\\a.exe", {kOpen}), sandbox_process(1852, 1, "C:\\\\victim.exe", {})}));
        QCOMPARE(sink.events.at(1).target.image, std::string("C:\\victim.exe"));
    }

    void cuckoo_2_names_a_process_behind_its_calls() {
        const RecordingSink sink = read_report(kCuckoo2);
        QVERIFY(sink.losses.empty());
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.events.at(0).target.image, std::string("C:\\x\\evil.exe"));
        QCOMPARE(sink.events.at(0).parent.pid, 7U);
        const RecordedEvent& open = sink.events.at(1);
        QCOMPARE(open.actor.pid, 2388U);
        QCOMPARE(open.target.pid, 684U);
        QCOMPARE(open.operation, Operation::process_access);
        QCOMPARE(open.value, 0x1fffffU);
        QCOMPARE(open.provider, std::string("Cuckoo"));
        QCOMPARE(open.field("desired_accessText"), std::string("PROCESS_ALL_ACCESS"));
        QCOMPARE(format_iso_time(open.time), std::string("2021-01-28T02:14:16.401000000Z"));
    }

    void what_cannot_be_parsed_is_counted_and_kept() {
        RecordingSink sink;
        const auto events = calls_of({kBroken, kOpen, kNameless, "17", write_to("0x1a0")}, &sink);
        QCOMPARE(events.size(), std::size_t{2});
        QCOMPARE(events.at(1).target.pid, 1852U);
        QCOMPARE(sink.lost_count("cape_call_broken"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("cape_no_api_name"), std::uint64_t{1});
        QCOMPARE(sink.lost_raw.at(0), kBroken);
        QCOMPARE(sink.lost_raw.at(1), kNameless);
    }

    void bytes_that_are_no_utf8_are_replaced_and_the_call_is_read() {
        RecordingSink sink;
        const auto events = calls_of({api_call("OutputDebugString", {{"String",
                                                                      "a\xff"
                                                                      "b"}})},
                                     &sink);
        QCOMPARE(events.at(0).field("String"), std::string("a\xef\xbf\xbd"
                                                           "b"));
        QCOMPARE(sink.lost_count("cape_bad_characters"), std::uint64_t{1});
    }

    void a_report_that_is_cut_says_so() {
        const std::string whole = sandbox_report({sandbox_process(1180, 1, "C:\\\\a.exe", {kOpen, write_to("0x1a0")})});
        const std::size_t in_call = whole.find("BufferLength");
        const RecordingSink sink = read_report(whole.substr(0, in_call));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.lost_count("cape_call_cut"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("cape_report_cut"), std::uint64_t{1});
        // No cut anywhere loses an event that was whole, or goes by in silence.
        for (std::size_t size = 1; size < whole.size(); ++size) {
            const RecordingSink part = read_report(whole.substr(0, size));
            QVERIFY(part.lost_count("cape_report_cut") == 1 && part.bad_places == 0);
        }
        QVERIFY(read_report(whole).losses.empty());
    }

    void long_values_are_passed_over_without_being_held() {
        // Braces, quotes and backslashes in strings; a list of lists; 5 MiB of them, over many stretches of the window.
        std::string other = kManyStringsOpen;
        while (other.size() < (5U << 20U)) {
            other += kTrickyStrings;
        }
        std::string report = sandbox_report({sandbox_process(1180, 1, "C:\\\\a.exe", {kOpen})});
        report = other + "0], " + report.substr(1);
        const RecordingSink sink = read_report(report);
        QCOMPARE(sink.events.size(), std::size_t{2});
        QVERIFY(sink.losses.empty());
        QCOMPARE(sink.done, std::uint64_t{report.size()});
    }

    void a_call_beyond_the_limit_is_counted_and_the_next_one_read() {
        const std::string giant = api_call("WriteFile", {{"Buffer", std::string(Pieces::kMaxPiece, 'x')}});
        RecordingSink sink;
        const auto events = calls_of({giant, kOpen}, &sink);
        QCOMPARE(sink.lost_count("cape_call_too_long"), std::uint64_t{1});
        QCOMPARE(events.size(), std::size_t{1});
        QCOMPARE(events.at(0).operation, Operation::process_access);
        QCOMPARE(sink.lost_raw.at(0).size(), Pieces::kBlockBytes);
    }

    void many_calls_come_in_order_over_many_blocks() {
        std::string process = sandbox_process(1180, 1, "C:\\\\a.exe", {kOpen});
        std::string calls;
        constexpr int kCalls = 20'000;
        for (int i = 0; i < kCalls; ++i) {
            calls += api_call("RegOpenKey", {{"Index", std::to_string(i)}}) + ",\n";
        }
        process.insert(process.find("{\"timestamp\""), calls);
        const RecordingSink sink = read_report(sandbox_report({process}));
        QCOMPARE(sink.events.size(), std::size_t{kCalls + 2});
        QVERIFY(sink.losses.empty() && sink.bad_places == 0 && sink.blocks.size() > 10);
        for (int i = 0; i < kCalls; ++i) {
            const RecordedEvent& e = sink.events.at(static_cast<std::size_t>(i) + 1);
            QVERIFY(e.field("Index") == std::to_string(i) && e.raw.starts_with("{\"timestamp\"") &&
                    e.raw.ends_with("}"));
        }
    }

    void processes_beyond_the_limit_are_counted() {
        std::string report = kProcessesOpen;
        for (std::size_t i = 0; i < ReportCutter::kMaxProcesses + 3; ++i) {
            report += "{\"process_id\": 1, \"calls\": [" + kOpen + "]}, ";
        }
        const RecordingSink sink = read_report(report + "0]}}");
        QCOMPARE(sink.lost_count("cape_too_many_processes"), std::uint64_t{3});
        QCOMPARE(sink.events.size(), 2 * ReportCutter::kMaxProcesses);
    }

    void a_process_without_an_id_keeps_its_calls() {
        const RecordingSink sink = read_report(kProcessesOpen + "{\"calls\": [" + kOpen + "]}]}}");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QVERIFY(!sink.events.at(0).actor.has_pid);
        QCOMPARE(sink.lost_count("cape_process_without_pid"), std::uint64_t{1});
    }

    void probes() {
        const auto importer = make_sandbox_cape_importer();
        const std::string report = sandbox_report({sandbox_process(1, 2, "C:\\\\a.exe", {kOpen})});
        QVERIFY(importer->probe(as_bytes(report), "x").confidence >= 90);
        QVERIFY(importer->probe(as_bytes(report.substr(0, 80)), "x").confidence >= 90);
        for (const std::string& other : kOthers) {
            const Probe declined = importer->probe(as_bytes(other), "x");
            QCOMPARE(declined.confidence, 0);
            QVERIFY(!declined.reason.empty());
        }
        // No other importer thinks that a report is its own.
        for (const auto& other : builtin_importers()) {
            QVERIFY(other->name() == "sandbox_cape" || other->probe(as_bytes(report), "report.json").confidence < 50);
        }
    }

    void renders_a_call_and_a_head() {
        const auto importer = make_sandbox_cape_importer();
        const std::string block = kOpen + "\n" + kHeadOnly;
        const auto size = static_cast<std::uint32_t>(kOpen.size());
        const auto call = importer->render(as_bytes(block), {0, size});
        QVERIFY(call.ok() && call.value().text.find("NtOpenProcess") != std::string::npos);
        const auto head = importer->render(as_bytes(block), {size + 1, 18});
        QVERIFY(head.ok() && head.value().text.find("process_id") != std::string::npos);
        QVERIFY(!importer->render(as_bytes(block), {size, 1000}).ok());
    }
};

QTEST_GUILESS_MAIN(SandboxCapeTest)
#include "sandbox_cape_test.moc"
