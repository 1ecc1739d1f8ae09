#include <QTest>

#include <string>
#include <tuple>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "importers/readers/bson/bson_stream.h"
#include "importers/sandbox_bson/api_table.h"
#include "importers/sandbox_bson/sandbox_bson.h"
#include "importers/sandbox_cape/sandbox_cape.h"
#include "tests/importers/sandbox_bson/made_bson.h"
#include "tests/importers/sandbox_cape/sandbox_report.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using namespace trocar::test;

namespace {

RecordingSink read_with(const Importer& importer, std::string bytes) {
    RecordingSink sink;
    const auto input = memory_input("1180.bson", std::move(bytes));
    const Status read = importer.parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

RecordingSink read_log(std::string bytes) {
    return read_with(*make_sandbox_bson_importer(), std::move(bytes));
}

constexpr int kOpen = 20, kAllocate = 21, kWrite = 22, kThread = 23;
const std::string kProcess = process_of(1180, 3052, "C:\\a\\evil.exe");
const std::string kOpenInfo = info(kOpen, "NtOpenProcess", {"*ProcessHandle", "DesiredAccess", "ProcessIdentifier"});
const std::string kOpened = call(kOpen, 2610, {0x1a0, 0x43a, 1852});
const std::string kWriteInfo = info(kWrite, "WriteProcessMemory", {"*ProcessHandle", "*BaseAddress", "Buffer"});
const std::string kWritten = call(kWrite, 2626, {0x1a0, 0x180000, "MZ"});

std::string injection() {
    return kProcess + kOpenInfo + kOpened +
           info(kAllocate, "NtAllocateVirtualMemory", {"*ProcessHandle", "*BaseAddress"}) +
           call(kAllocate, 2626, {0x1a0, 0x180000}) + kWriteInfo + kWritten +
           info(kThread, "NtCreateThreadEx", {"*ThreadHandle", "*ProcessHandle", "*StartAddress"}) +
           call(kThread, 2657, {0x1b0, 0x1a0, 0x180000});
}

std::string injection_report() {
    return sandbox_report({sandbox_process(
        1180, 3052, "C:\\\\a\\\\evil.exe",
        {api_call("NtOpenProcess",
                  {{"ProcessHandle", "0x000001a0"}, {"DesiredAccess", "0x0000043a"}, {"ProcessIdentifier", "1852"}}),
         api_call("NtAllocateVirtualMemory", {{"ProcessHandle", "0x000001a0"}, {"BaseAddress", "0x00180000"}},
                  "16,417"),
         api_call("WriteProcessMemory",
                  {{"ProcessHandle", "0x000001a0"}, {"BaseAddress", "0x00180000"}, {"Buffer", "MZ"}}, "16,417"),
         api_call("NtCreateThreadEx",
                  {{"ThreadHandle", "0x000001b0"}, {"ProcessHandle", "0x000001a0"}, {"StartAddress", "0x00180000"}},
                  "16,448")})});
}

/// What the detection sees of an event.
auto essence(const RecordedEvent& e) {
    return std::tuple(e.time.count, e.operation, e.actor.pid, e.actor.image, e.target.pid, e.value, e.flags, e.text,
                      e.provider, e.field("Api"), e.field("Status"), e.field("CallerThreadId"));
}

}  // namespace

class SandboxBsonTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_log_means_what_the_report_of_the_same_calls_means() {
        const RecordingSink log = read_log(injection());
        const RecordingSink report = read_with(*make_sandbox_cape_importer(), injection_report());
        QVERIFY(log.losses.empty() && report.losses.empty());
        QCOMPARE(log.events.size(), std::size_t{5});
        QCOMPARE(report.events.size(), log.events.size());
        for (std::size_t i = 0; i < log.events.size(); ++i) {
            QVERIFY2(essence(log.events[i]) == essence(report.events[i]), QByteArray::number(int(i)));
        }
        QCOMPARE(log.events.at(4).operation, Operation::remote_thread);
        QCOMPARE(log.events.at(4).target.pid, 1852U);
        QCOMPARE(log.events.at(0).parent.pid, 3052U);
    }

    void numbers_below_zero_are_their_bits() {
        const RecordingSink sink =
            read_log(kProcess + info(9, "NtTerminateProcess", {"*ProcessHandle", "*StatusCode"}) +
                     call(9, 1, {-1, -1073741819}));
        QCOMPARE(sink.events.at(1).field("ProcessHandle"), std::string("0xffffffff"));
        QCOMPARE(sink.events.at(1).field("StatusCode"), std::string("0xc0000005"));
        QCOMPARE(sink.events.at(1).operation, Operation::process_exit);
        QCOMPARE(sink.events.at(1).target.pid, 1180U);
    }

    void words_come_from_the_explanation() {
        const MadeBson bits = MadeBson().array(
            "protection", MadeBson()
                              .array("0", MadeBson().int32("0", 4).text("1", "PAGE_READWRITE"))
                              .array("1", MadeBson().int32("0", 64).text("1", "PAGE_EXECUTE_READWRITE"))
                              .array("2", MadeBson().int32("0", 256).text("1", "PAGE_GUARD")));
        const RecordingSink sink =
            read_log(kProcess + kOpenInfo + kOpened +
                     info(9, "NtAllocateVirtualMemory", {"*process_handle", "*base_address", "protection"}, bits) +
                     call(9, 1, {0x1a0, 0x180000, 0x140}));
        QCOMPARE(sink.events.back().field("protectionText"), std::string("PAGE_EXECUTE_READWRITE|PAGE_GUARD"));
        QCOMPARE(sink.events.back().text,
                 std::string("NtAllocateVirtualMemory 0x180000, PAGE_EXECUTE_READWRITE|PAGE_GUARD"));
    }

    void buffers_and_nested_values_are_text() {
        const MadeBson list = MadeBson().int32("0", 1).int32("1", 0).binary("2", std::string("MZ\0\xff", 4)).document(
            "3", MadeBson().int32("eip", 7).text("name", "a\"b"));
        const std::string one = MadeBson().int32("I", 9).int32("T", 5).int32("t", 1).array("args", list).bytes();
        const RecordingSink sink = read_log(kProcess + info(9, "NtSetContextThread", {"Buffer", "registers"}) + one);
        QCOMPARE(sink.events.at(1).field("Buffer"), std::string("MZ\\x00\\xff"));
        QCOMPARE(sink.events.at(1).field("registers"), std::string("{\"eip\": 7, \"name\": \"a\\\"b\"}"));
        QCOMPARE(sink.events.at(1).raw, one);
    }

    void a_failed_call_is_kept_and_does_nothing() {
        const RecordingSink sink = read_log(kProcess + kOpenInfo + call(kOpen, 1, {0x1a0, 0x43a, 1852}, false));
        QCOMPARE(sink.events.at(1).operation, Operation::generic);
        QCOMPARE(sink.events.at(1).field("Status"), std::string("failure"));
    }

    void calls_that_cannot_be_read_are_counted() {
        const std::string buffer = MadeBson().text("type", "buffer").binary("buffer", "x").bytes();
        const RecordingSink sink = read_log(kProcess + kOpened + kOpenInfo + call(kOpen, 1, {1}) + buffer + kOpened);
        QCOMPARE(sink.lost_count("bson_call_unexplained"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("bson_arguments_unlike_explanation"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("bson_message_of_the_monitor"), std::uint64_t{1});
        QCOMPARE(sink.lost_raw, (std::vector<std::string>{kOpened, call(kOpen, 1, {1}), buffer}));
        QCOMPARE(sink.events.size(), std::size_t{2});
    }

    void behind_damage_reading_goes_on_and_says_where() {
        std::string damaged = kWritten;
        damaged[20] = '\x7f';  // the type of an element
        const std::string before = kProcess + kOpenInfo + kOpened + kWriteInfo;
        const RecordingSink sink = read_log(before + damaged + kWritten);
        QCOMPARE(sink.events.size(), std::size_t{3});
        QCOMPARE(sink.events.at(2).target.pid, 1852U);
        QCOMPARE(sink.lost_count("bson_document_damaged"), std::uint64_t{1});
        QCOMPARE(sink.places.at(0).second.offset, std::uint64_t{before.size()});
        QCOMPARE(sink.lost_raw.at(0), damaged);
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }

    void a_length_that_is_wrong_costs_one_document() {
        std::string damaged = kWritten;
        damaged[1] = '\x7f';  // 32 KiB
        const RecordingSink sink = read_log(kProcess + kOpenInfo + kOpened + kWriteInfo + damaged + kWritten);
        QCOMPARE(sink.events.size(), std::size_t{3});
        QCOMPARE(sink.events.at(2).operation, Operation::memory_write);
        QCOMPARE(sink.losses.size(), std::size_t{1});
    }

    void a_log_that_is_cut_says_so() {
        const std::string whole = injection();
        std::size_t ends = 0;
        for (std::size_t size = 5; size < whole.size(); ++size) {
            const RecordingSink part = read_log(whole.substr(0, size));
            QCOMPARE(part.bad_places, std::uint64_t{0});
            ends += part.losses.empty() ? 1U : 0U;
        }
        QCOMPARE(ends, std::size_t{9});  // the ends of documents
        const RecordingSink sink = read_log(whole.substr(0, whole.size() - 1));
        QCOMPARE(sink.lost_count("bson_document_cut"), std::uint64_t{1});
        QCOMPARE(sink.events.size(), std::size_t{4});
    }

    void documents_cross_windows_in_order() {
        std::string log = kProcess + info(9, "RegOpenKey", {"Index", "Key"});
        constexpr int kCalls = 4000;
        for (int i = 0; i < kCalls; ++i) {
            log += call(9, i, {i, "HKEY_LOCAL_MACHINE\\SOFTWARE"});
        }
        log += MadeBson().int32("I", 9).array("args", MadeBson().text("0", std::string(200'000, 'x'))).bytes();
        log += call(9, kCalls, {kCalls, "last"});
        const RecordingSink sink = read_log(log);
        QCOMPARE(sink.events.size(), static_cast<std::size_t>(kCalls) + 2);
        QVERIFY(sink.bad_places == 0 && sink.blocks.size() > 5);
        for (int i = 0; i <= kCalls; ++i) {
            QCOMPARE(sink.events.at(static_cast<std::size_t>(i) + 1).field("Index"), std::to_string(i));
        }
        QCOMPARE(sink.lost_count("bson_arguments_unlike_explanation"), std::uint64_t{1});
    }

    void a_document_beyond_the_limit_is_passed_over() {
        const std::string filling(BsonStream::kMaxDocument, 'x');
        const std::string giant = MadeBson().int32("I", 9).binary("x", filling).bytes();
        const RecordingSink sink = read_log(kProcess + kOpenInfo + giant + kOpened);
        QCOMPARE(sink.lost_count("bson_document_too_long"), std::uint64_t{1});
        QCOMPARE(sink.events.size(), std::size_t{2});
    }

    void nesting_without_end_is_no_recursion_without_end() {
        MadeBson nested;
        for (int i = 0; i < 2000; ++i) {
            nested = MadeBson().document("a", nested);
        }
        const MadeBson list = MadeBson().int32("0", 1).int32("1", 0).document("2", nested);
        const RecordingSink sink = read_log(kProcess + info(9, "x", {"Deep"}) +
                                            MadeBson().int32("I", 9).array("args", list).bytes());
        QVERIFY(sink.events.at(1).field("Deep").size() < 1000);
        QCOMPARE(sink.lost_count("cape_arguments_cut"), std::uint64_t{1});
    }

    void damage_at_every_byte_is_given_up() {
        // Each seven bytes begin a document of 1 MiB that overlaps all others and is none.
        std::string hostile = kProcess;
        while (hostile.size() < (3U << 20U)) {
            hostile += std::string("\x00\x00\x10\x00\x10I\x00", 7);
        }
        const RecordingSink sink = read_log(hostile + std::string(1U << 20U, '\0'));
        QCOMPARE(sink.lost_count("bson_log_given_up"), std::uint64_t{1});
        QVERIFY(sink.lost_count("bson_document_damaged") <= 65);
    }

    void explanations_beyond_the_limit_are_counted() {
        const std::string large(1U << 20U, 'n');
        std::string log = kProcess;
        for (int i = 30; i < 40; ++i) {
            log += info(i, large, {});
        }
        QVERIFY(read_log(log).lost_count("bson_too_many_explanations") >= 6);
        QCOMPARE(read_log(kProcess + info(9, "", {})).lost_count("bson_explanation_broken"), std::uint64_t{1});
    }

    void bytes_that_are_no_utf8_are_replaced() {
        const RecordingSink sink = read_log(kProcess + info(9, "x", {"Text"}) + call(9, 1, {"a\xff" "b"}));
        QCOMPARE(sink.events.at(1).field("Text"), std::string("a\xef\xbf\xbd" "b"));
    }

    void probes() {
        const auto importer = make_sandbox_bson_importer();
        QVERIFY(importer->probe(as_bytes(kProcess), "x").confidence >= 90);
        QVERIFY(importer->probe(as_bytes(MadeBson().text("type", "debug").bytes()), "x").confidence >= 90);
        const std::string other = MadeBson().text("a", "b").bytes(), longer = kProcess.substr(0, 40);
        for (const std::string& no : {std::string(), std::string("{\"a\": 1}"), other, longer, std::string(64, '\0')}) {
            const Probe declined = importer->probe(as_bytes(no), "x");
            QCOMPARE(declined.confidence, 0);
            QVERIFY(!declined.reason.empty());
        }
        for (const auto& another : builtin_importers()) {
            const bool own = another->name() == "sandbox_bson";
            QVERIFY(own || another->probe(as_bytes(injection()), "1.bson").confidence < 50);
        }
    }

    void renders_a_call() {
        const auto importer = make_sandbox_bson_importer();
        const auto shown = importer->render(as_bytes(kOpened), {0, static_cast<std::uint32_t>(kOpened.size())});
        QVERIFY(shown.ok());
        QCOMPARE(shown.value().fields.at(0).second, std::string("20"));
        QVERIFY(shown.value().text.find("1852") != std::string::npos);
        QVERIFY(!importer->render(as_bytes(kOpened), {1, static_cast<std::uint32_t>(kOpened.size())}).ok());
    }
};

QTEST_GUILESS_MAIN(SandboxBsonTest)
#include "sandbox_bson_test.moc"
