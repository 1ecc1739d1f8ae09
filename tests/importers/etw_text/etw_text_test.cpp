// Notations of ETW events that are text, each with lines of our own; real exports when they lie beside the sources.
#include <QTest>

#include <algorithm>

#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "importers/etw_text/etw_values.h"
#include "tests/importers/etw_text/etw_lines.h"
#include "tests/support/capture_directory.h"

using namespace trocar;
using namespace trocar::test;

namespace {

const std::string kInjection =
    kKrabsHead +
    krabs_row("43.0411041", kProcess, 1, " 6152 a.exe",
              "\" 6164 whoami.exe\",,\"C:\\Windows\\whoami.exe\",,,,,,,,,,"
              "134102693830410419,6152,") +
    krabs_row("43.0520897", kProcess, 3, " 6152 a.exe", "\" 6164 whoami.exe\",,,900,140694890894000,,,,,,,,,,") +
    krabs_row("44.0403863", kAudit, 5, " 6152 a.exe", "\" 6164 whoami.exe\",,,,,56,0,,,,,,,,") +
    krabs_row("46.9938209", kThreat, 2, " 6152 a.exe", "\" 6164 whoami.exe\",,,,,,,2543950626816,276,R-X,RW-,6152,,,") +
    krabs_row("47.9784406", kProcess, 3, " 6152 a.exe", "\" 6164 whoami.exe\",,,901,2543950626816,,,,,,,,,,") +
    krabs_row("48.9", "Attack-Provider", 1337, " 6152 a.exe", ",,,,,,,,,,,,,,Attack done");

const std::string kTracerptColumns =
    "Event Name, Type, Event ID, Version, Channel, Level, Opcode, Task, Keyword, PID, TID, Processor Number, Instance "
    "ID, "
    "Parent Instance ID, Activity ID, Related Activity ID, Clock-Time, Kernel(ms), User(ms), User Data\n";
const std::string kTracerptOpen =
    "Microsoft-Windows-Kernel-Audit-API-Calls, 0,  5,  0, 0, 4, 0, 0, 0x0, 0x00000FD8, 0x0000277C, 2, , , {0}, , "
    "  134386921204088086,  0,  15,   9536, 0x143A, 0\n";

std::string xml_event(const std::string& provider, int id, const std::string& data) {
    return "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"" +
           provider + "\" /><EventID>" + std::to_string(id) +
           "</EventID><Version>1</Version><TimeCreated SystemTime=\"2026-11-09T10:02:00.748504100Z\" /><Execution "
           "ProcessID=\"40\" ThreadID=\"41\" KernelTime=\"0\" /><Computer>WS1</Computer></System><EventData>" +
           data + "</EventData></Event>\n";
}

const std::string kSilk =
    R"({"ProviderGuid":"f4e1897c-bb5d-5668-f1d8-040f4d8dd344","YaraMatch":[],"ProviderName":)"
    R"("Microsoft-Windows-Threat-Intelligence","EventName":"KERNEL_THREATINT_TASK_WRITEVM","TimeStamp":)"
    R"("2019-03-03T17:58:14.2862348+00:00","ThreadID":11,"ProcessID":4960,"ProcessName":"N/A","XmlEventData":)"
    R"({"CallingProcessId":"4,960","TargetProcessId":"12,536","BaseAddress":"0x180000","BytesCopied":"8,192"}})"
    "\n";
const std::string kSealighter =
    R"({"header":{"event_id":3,"event_version":1,"process_id":17964,"provider_name":)"
    R"("Microsoft-Windows-Kernel-Process",)"
    R"("task_name":"ThreadStart","thread_id":5,"timestamp":"2020-05-17 11:54:24Z"},"properties":{"ProcessID":25752,)"
    R"("ThreadID":8,"Win32StartAddr":"0x180000"},"property_types":{}})"
    "\n";
const std::string kRedEdr =
    R"([{"type":"meta","func":"init","trace_id":1},{"type":"kernel","func":"process_create","krn_pid":4,)"
    R"("name":"C:\\r.exe",)"
    R"("parent_name":"C:\\p.exe","pid":9228,"ppid":4732,"time":134214927009848304,"trace_id":1},)"
    R"({"type":"etw","etw_event_id":1,"etw_pid":9228,"etw_tid":5,"etw_time":134215250968593355,"etw_provider_name":)"
    R"("Microsoft-Windows-Threat-Intelligence","event":"KERNEL_THREATINT_TASK_ALLOCVM","callingprocessid":9228,)"
    R"("targetprocessid":7292,"baseaddress":2962240045056,"regionsize":5,"protectionmask":"RWX","process_name":)"
    R"(".\\r.exe  2","callingprocessprotection":"unsupported","stack_trace":[{"addr":1}]}])";
const std::string kElastic =
    R"({"@timestamp":"2023-09-28T18:05:30.2669822Z","Target":{"process":{"pid":9176,"executable":"C:\\t.exe"}},"host":)"
    R"({"hostname":"h1"},"process":{"pid":916,"executable":"C:\\i.exe","Ext":{"api":{"name":"VirtualProtectEx",)"
    R"("behaviors":["cross-process"],"parameters":{"address":4096,"protection":"RWX","protection_old":"R-X",)"
    R"("size":272},)"
    R"("summary":"in words"}}}})";

}  // namespace

class EtwTextTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void krabs_rows_tell_the_injection() {
        const RecordingSink sink = read_etw_text(kInjection);
        QCOMPARE(sink.events.size(), std::size_t{5});
        QCOMPARE(sink.lost_count("etw_label_row"), 1U);
        QCOMPARE(sink.losses.size(), std::size_t{1});
        const auto& start = sink.events[0];
        QCOMPARE(start.operation, Operation::process_create);
        QCOMPARE(start.target.pid, 6164U);
        QCOMPARE(start.target.image, std::string("C:\\Windows\\whoami.exe"));
        QCOMPARE(start.parent.pid, 6152U);
        QCOMPARE(start.parent.image, std::string("a.exe"));
        QCOMPARE(sink.events[1].operation, Operation::thread_create);  // the one that creation makes
        const auto& open = sink.events[2];
        QCOMPARE(open.operation, Operation::process_access);
        QCOMPARE(open.value, 0x38U);
        QCOMPARE(open.actor.image, std::string("a.exe"));
        const auto& protect = sink.events[3];
        QCOMPARE(protect.operation, Operation::memory_protect);
        QCOMPARE(protect.text,
                 std::string("PROTECTVM_REMOTE 0x2504f460000, 0x114 bytes, PAGE_EXECUTE_READ, was PAGE_READWRITE"));
        const auto& thread = sink.events[4];
        QCOMPARE(thread.operation, Operation::remote_thread);
        QCOMPARE(thread.value, 0x2504f460000U);
        QCOMPARE(format_iso_time(thread.time), std::string("2025-12-15T10:49:47.978440600Z"));
        QCOMPARE(sink.bad_places, 0U);
    }

    void krabs_rows_that_are_not_what_they_should_be() {
        const std::string rows =
            kKrabsHead + krabs_row("01.0", kAudit, 5, "<not found>", "\" 7 \xff.exe\",,,,,many,0,,,,,,,,") +
            krabs_row("02.0", kAudit, 5, " 8 <not found>", "<not found>,,,,,56,0,,,,,,,,") + "\"\",\"\",,\n" +
            krabs_row("03.0", kAudit, 5, " 8 b.exe", "9,,,,,56,3221225506,,,,,,,,") +
            krabs_row("04.0", kAudit, 5, " 8 b.exe", ",,,,,,,,,,,,,,,,,,,,,,,,,,,,");
        const RecordingSink sink = read_etw_text(rows);
        QCOMPARE(sink.events.size(), std::size_t{3});
        QVERIFY(!sink.events[0].actor.present());
        QCOMPARE(sink.events[0].target.image, std::string("\xEF\xBF\xBD.exe"));
        QCOMPARE(sink.events[0].field("desiredaccess"), std::string("many"));
        QCOMPARE(sink.events[1].actor.pid, 8U);
        QCOMPARE(sink.events[1].operation, Operation::generic);
        QCOMPARE(sink.events[1].field("TargetProcessId"), std::string("<not found>"));
        QVERIFY((sink.events[2].flags & windows_flag::kFailed) != 0);
        QCOMPARE(sink.lost_count("etw_record_unreadable"), 2U);
        QCOMPARE(sink.lost_count("etw_bad_characters"), 1U);
    }

    void quotes_that_never_close_cost_one_line() {
        const RecordingSink sink = read_etw_text(kInjection + "\"open,x\n" + std::string(2U << 20U, 'a') + "\n");
        QCOMPARE(sink.events.size(), std::size_t{5});
        QCOMPARE(sink.lost_count("csv_quote_open"), 1U);
    }

    void a_kernel_caller_is_windows_itself() {
        const RecordingSink sink = read_etw_text(
            kKrabsHead + krabs_row("01.0", kThreat, 23, " 7024 c.exe", "\" 7024 c.exe\",,,,,,,4096,8192,R-X,,4,,,"));
        QCOMPARE(sink.events.at(0).operation, Operation::generic);
        QCOMPARE(sink.events.at(0).actor.pid, 4U);
    }

    void tracerpt_csv_names_values_by_the_manifest() {
        const RecordingSink sink = read_etw_text(kTracerptColumns + kTracerptOpen + "too, few, cells\n");
        QCOMPARE(sink.events.size(), std::size_t{1});
        const auto& open = sink.events[0];
        QCOMPARE(open.operation, Operation::process_access);
        QCOMPARE(open.actor.pid, 0xFD8U);
        QCOMPARE(open.target.pid, 9536U);
        QCOMPARE(open.value, 0x143AU);
        QCOMPARE(format_iso_time(open.time), std::string("2026-11-09T10:02:00.408808600Z"));
        QCOMPARE(sink.lost_count("etw_record_unreadable"), 1U);
    }

    void tracerpt_xml() {
        const std::string data =
            "<Data Name=\"CallingProcessId\">40</Data><Data Name=\"TargetProcessId\">0x32</Data><Data "
            "Name=\"TargetThreadId\">3</Data><Data Name=\"ApcRoutine\">0x180000</Data><Data Name=\"RealEventTime\">"
            "2026-11-09T10:01:59.0000001Z</Data><Data>bare &amp; plain</Data>";
        const std::string text = "<?xml version=\"1.0\"?>\n<Events>\n" + xml_event(kThreat, 4, data) +
                                 "<Event><System>" + xml_event(kProcess, 5, "<Data Name=\"ProcessID\">50</Data>") +
                                 "</Events>";
        const RecordingSink sink = read_etw_text(text);
        QCOMPARE(sink.events.size(), std::size_t{2});
        const auto& apc = sink.events[0];
        QCOMPARE(apc.operation, Operation::apc_queue);
        QCOMPARE(apc.actor.pid, 40U);
        QCOMPARE(apc.target.pid, 50U);
        QCOMPARE(apc.value, 0x180000U);
        QCOMPARE(apc.host, std::string("WS1"));
        QCOMPARE(apc.field("Data"), std::string("bare & plain"));
        QCOMPARE(format_iso_time(apc.time), std::string("2026-11-09T10:01:59.000000100Z"));
        QCOMPARE(sink.lost_count("xml_event_damaged"), 1U);
    }

    void silketw_groups_digits_and_names_no_id() {
        const RecordingSink sink = read_etw_text(kSilk);
        const auto& write = sink.events.at(0);
        QCOMPARE(write.operation, Operation::memory_write);
        QCOMPARE(write.event_id, 14U);
        QCOMPARE(write.actor.pid, 4960U);
        QCOMPARE(write.target.pid, 12536U);
        QCOMPARE(write.text, std::string("WRITEVM_REMOTE 0x180000, 0x2000 bytes"));
    }

    void sealighter() {
        const RecordingSink sink = read_etw_text(kSealighter + "{\"header\":1}\n{\"broken\":\n");
        const auto& thread = sink.events.at(0);
        QCOMPARE(thread.operation, Operation::remote_thread);
        QCOMPARE(thread.actor.pid, 17964U);
        QCOMPARE(thread.target.pid, 25752U);
        QCOMPARE(thread.value, 0x180000U);
        QCOMPARE(sink.lost_count("etw_record_unreadable"), 1U);
        QCOMPARE(sink.events.size(), std::size_t{1});
    }

    void rededr_array() {
        const RecordingSink sink = read_etw_text(kRedEdr);
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.events[0].operation, Operation::process_create);
        QCOMPARE(sink.events[0].parent.image, std::string("C:\\p.exe"));
        const auto& alloc = sink.events[1];
        QCOMPARE(alloc.operation, Operation::memory_alloc);
        QCOMPARE(alloc.actor.image, std::string("C:\\r.exe"));
        QCOMPARE(alloc.target.pid, 7292U);
        QCOMPARE(alloc.text, std::string("ALLOCVM_REMOTE 0x2b1b3440000, 0x5 bytes, PAGE_EXECUTE_READWRITE"));
        QCOMPARE(alloc.field("stack_trace"), std::string("[{\"addr\":1}]"));
        QVERIFY(sink.losses.empty());
    }

    void elastic_api() {
        const RecordingSink sink = read_etw_text(kElastic);
        const auto& protect = sink.events.at(0);
        QCOMPARE(protect.operation, Operation::memory_protect);
        QCOMPARE(protect.actor.image, std::string("C:\\i.exe"));
        QCOMPARE(protect.target.image, std::string("C:\\t.exe"));
        QCOMPARE(protect.host, std::string("h1"));
        QCOMPARE(protect.text,
                 std::string("PROTECTVM_REMOTE 0x1000, 0x110 bytes, PAGE_EXECUTE_READWRITE, was PAGE_EXECUTE_READ"));
        QCOMPARE(protect.field("Behaviors"), std::string("[\"cross-process\"]"));
    }

    void numbers_and_cells() {
        QCOMPARE(etw_number("8,416").value_or(0), 8416U);
        QCOMPARE(etw_number("73,746,443,898,192,038").value_or(0), 73746443898192038U);
        for (const char* none : {"8,41", ",416", "8,,16", "", "1234,567", "8.416"}) {
            QVERIFY2(!etw_number(none), none);
        }
        QCOMPARE(protection_of("RCX").value_or(0), 0x80U);
        QVERIFY(!protection_of("XWR"));
        QCOMPARE(etw_process_cell("  404 EDRi.exe").image, std::string_view("EDRi.exe"));
        QVERIFY(!etw_process_cell("404x").pid);
        QCOMPARE(etw_process_cell("   12 <not found>").pid.value_or(0), 12U);
        QVERIFY(etw_process_cell("   12 <not found>").image.empty());
    }

    void each_importer_knows_its_own_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("krabs") << QByteArray::fromStdString(kInjection);
        QTest::newRow("tracerpt csv") << QByteArray::fromStdString(kTracerptColumns + kTracerptOpen);
        QTest::newRow("tracerpt xml") << QByteArray::fromStdString("<Events>" + xml_event(kThreat, 1, "") +
                                                                   "</Events>");
        QTest::newRow("silketw") << QByteArray::fromStdString(kSilk);
        QTest::newRow("sealighter") << QByteArray::fromStdString(kSealighter);
        QTest::newRow("rededr") << QByteArray::fromStdString(kRedEdr);
        QTest::newRow("elastic") << QByteArray::fromStdString(kElastic);
    }
    void each_importer_knows_its_own() {
        QFETCH(QByteArray, text);
        const ImporterList importers = builtin_importers();
        const auto answers = probe_all(importers, as_bytes(text.toStdString()), "x");
        QCOMPARE(std::string(answers.at(0).importer->name()), std::string("etw_text"));
        QVERIFY(answers.at(0).probe.confidence > answers.at(1).probe.confidence);
    }

    void others_are_left_alone() {
        const std::string sysmon = xml_event("Microsoft-Windows-Sysmon", 8, "");
        for (const std::string& text :
             {sysmon, std::string(R"({"EventID": 8, "SourceName": "Microsoft-Windows-Sysmon"})"),
              std::string("a,b,c\n1,2,3\n"), std::string(), std::string(R"({"header":{},"properties":1})")}) {
            QCOMPARE(make_etw_text_importer()->probe(as_bytes(text), "x").confidence, 0);
        }
    }

    void real_exports_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("events");
        QTest::addColumn<int>("accesses");
        QTest::addColumn<int>("threads");
        // Counts: manifests of the recordings and of the made trace.
        QTest::newRow("injection") << "etw/etw_csv/Cortex-vs-ProcInject-standard-2.csv" << 9939 << 897 << 30;
        QTest::newRow("lsass reader") << "etw/etw_csv/Defender-vs-LsassReader-standard.csv" << 6454 << 2388 << 19;
        QTest::newRow("rededr") << "etw/etw_json/rededr-redtest-2-etwti-defender.json" << 557 << 0 << 1;
        for (const char* made : {"xml.gz", "csv.gz"}) {
            QTest::newRow(made) << QStringLiteral("etw_made/exports/story_tracerpt.") + QLatin1String(made) << 1097
                                << 123 << 17;
        }
        QTest::newRow("silketw") << "etw_made/exports/story_silketw.json.gz" << 1097 << 123 << 17;
        QTest::newRow("sealighter") << "etw_made/exports/story_sealighter.json.gz" << 1097 << 123 << 17;
    }
    void real_exports() {
        QFETCH(QString, path);
        QFETCH(int, events);
        QFETCH(int, accesses);
        QFETCH(int, threads);
        const std::string data = capture_directory(TROCAR_SOURCE_DIR);
        if (data.empty()) {
            QSKIP("NO REAL CAPTURES: set TROCAR_DATA; this test proves nothing now");
        }
        RecordingSink sink;
        std::vector<SkippedItem> skipped;
        bool read = false;
        const auto visit = [&](Input& input) {
            return read = make_etw_text_importer()->parse(input, {}, sink, {}).ok();
        };
        QVERIFY(walk_evidence({data + "/" + path.toStdString()}, {}, visit, skipped, {}).ok());
        QVERIFY(read && skipped.empty());
        const auto count = [&](Operation operation) {
            return static_cast<int>(std::count_if(sink.events.begin(), sink.events.end(),
                                                  [&](const RecordedEvent& e) { return e.operation == operation; }));
        };
        QCOMPARE(static_cast<int>(sink.events.size()), events);
        QCOMPARE(count(Operation::process_access), accesses);
        QCOMPARE(count(Operation::remote_thread), threads);
        QCOMPARE(sink.lost_count("etw_record_unreadable"), 0U);
        QCOMPARE(sink.bad_places, 0U);
    }
};

QTEST_GUILESS_MAIN(EtwTextTest)
#include "etw_text_test.moc"
