#include <QTest>

#include "core/model/signal.h"
#include "tests/importers/windows_event_json/json_reading.h"

using namespace trocar;
using trocar::test::q;
using trocar::test::read_json;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

// Made records, one process access in each shape. Values are invented.
std::string made(const char* shape) {
    return test::corpus_file(std::string("tests/importers/windows_event_json/corpus/") + shape + ".json");
}

}  // namespace

class JsonShapesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyShapeGivesTheSameAccess_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("has_record");
        QTest::newRow("nxlog") << QByteArray::fromStdString(made("nxlog")) << true;
        QTest::newRow("flat") << QByteArray::fromStdString(made("flat")) << false;
        QTest::newRow("otrf 2.0 array") << QByteArray::fromStdString(made("otrf2")) << true;
        QTest::newRow("winlogbeat 6") << QByteArray::fromStdString(made("winlogbeat6")) << true;
        QTest::newRow("winlogbeat 7") << QByteArray::fromStdString(made("winlogbeat7")) << true;
        QTest::newRow("evtx_dump") << QByteArray::fromStdString(made("evtx_dump")) << true;
        QTest::newRow("log analytics, json text") << QByteArray::fromStdString(made("log_analytics")) << false;
        QTest::newRow("log analytics, xml text") << QByteArray::fromStdString(made("log_analytics_xml")) << false;
    }
    void everyShapeGivesTheSameAccess() {
        QFETCH(QByteArray, text);
        QFETCH(bool, has_record);
        const RecordingSink sink = read_json(text.toStdString());
        for (const auto& [name, count] : sink.losses) {
            QFAIL((name + " " + std::to_string(count)).c_str());
        }
        QCOMPARE(sink.events.size(), std::size_t{1});
        const RecordedEvent& e = sink.events[0];
        QCOMPARE(e.operation, Operation::process_access);
        QCOMPARE(e.event_id, 10U);
        QCOMPARE(e.provider, std::string("Microsoft-Windows-Sysmon"));
        QCOMPARE(e.channel, std::string("Microsoft-Windows-Sysmon/Operational"));
        QCOMPARE(e.host, std::string("WS01.example"));
        QCOMPARE(e.record, has_record ? std::uint64_t{766593} : std::uint64_t{1});
        QCOMPARE(e.time, *parse_iso_time("2020-08-07T18:32:08.879Z"));
        QCOMPARE(e.time_origin, TimeOrigin::event);
        QCOMPARE(e.actor.guid, *parse_guid("297bc33e-6103-5f2b-9f02-000000000400"));
        QCOMPARE(e.actor.pid, 6424U);
        QCOMPARE(e.actor.image, std::string("C:\\a & b.exe"));
        QCOMPARE(e.target.guid, *parse_guid("297bc33e-60f4-5f2b-8102-000000000400"));
        QCOMPARE(e.target.pid, 4132U);
        QCOMPARE(e.target.image, std::string("C:\\b.exe"));
        QCOMPARE(e.value, std::uint64_t{0x1f3fff});
        QCOMPARE(e.flags, signal_flag::kUnknownFrame | windows_flag::kBareTrace);
        QCOMPARE(e.text, std::string("C:\\W\\ntdll.dll+9c534|UNKNOWN(0000020671B50D96)"));
        QCOMPARE(e.field("Message"), std::string("(absent)"));
        QCOMPARE(e.field("host"), std::string("(absent)"));
        QCOMPARE(e.field("EventType"), std::string("(absent)"));
        QVERIFY(!e.raw.empty());
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }
    // Surprise 1: EventTime of nxlog is local without a zone; the shipper's two stamps tell it.
    void surprise01_nxlogLogTimeInUtc() {
        std::string text = made("nxlog");
        text.replace(text.find("\"UtcTime\""), 9, "\"NoTime\"");
        RecordingSink sink = read_json(text);
        QCOMPARE(sink.events[0].time, *parse_iso_time("2020-08-07T18:32:08Z"));
        QCOMPARE(sink.events[0].time_origin, TimeOrigin::log);
        QCOMPARE(sink.lost_count("windows_sysmon_log_time_used"), std::uint64_t{1});
        ImportHints hints;
        hints.zone_minutes = -240;
        text.replace(text.find("\"EventReceivedTime\""), 19, "\"Other\"");
        QCOMPARE(read_json(text, hints).events[0].time, *parse_iso_time("2020-08-07T18:32:08Z"));
    }
    void surprise01_falseZOfTheLogIsNotUsed() {
        QCOMPARE(read_json(made("flat")).events[0].time, *parse_iso_time("2020-08-07T18:32:08.879Z"));
    }
    // Surprise 2: parsing keeps the file's order.
    void surprise02_fileOrderIsKept() {
        std::string first = made("flat"), second = made("flat");
        first.replace(first.find("18:32:08.879"), 12, "18:32:50.000");
        const RecordingSink sink = read_json(first + "\n" + second + "\n");
        QCOMPARE(sink.events.size(), std::size_t{2});
        QVERIFY(sink.events[0].time > sink.events[1].time);
        QCOMPARE(sink.events[1].record, std::uint64_t{2});
    }
    // Surprise 8: nxlog leaves the XML's entities in; other shapes mean what they say.
    void surprise08_entitiesOfNxlog() {
        std::string text = made("nxlog");
        text.replace(text.find("C:\\\\b.exe"), 9, "&lt;unknown process&gt;");
        QCOMPARE(read_json(text).events[0].target.image, std::string("<unknown process>"));
        std::string flat = made("flat");
        flat.replace(flat.find("C:\\\\b.exe"), 9, "C:\\\\a&amp;b");
        QCOMPARE(read_json(flat).events[0].target.image, std::string("C:\\a&amp;b"));
    }
    void surprise10_zeroGuidFallsBackToThePid() {
        std::string text = made("flat");
        text.replace(text.find("{297bc33e-60f4-5f2b-8102-000000000400}"), 38, "{00000000-0000-0000-0000-000000000000}");
        const RecordingSink sink = read_json(text);
        QVERIFY(sink.events[0].target.guid.none());
        QCOMPARE(sink.events[0].target.pid, 4132U);
        QCOMPARE(sink.lost_count("windows_guid_empty"), std::uint64_t{1});
    }
    // Surprise 13: winlogbeat 6 files hold lines without event_data.
    void surprise13_mixedLines() {
        const std::string without =
            q("{'@timestamp':'2019-05-18T20:37:12.451Z','message':'m','user_data':{'ListenerName':'RDP-Tcp','xml_name':'EventXML'},"
            "'beat':{'hostname':'c'},'log_name':'L','event_id':20523,'source_name':'TS','record_number':'1','computer_name':'H'}");
        const RecordingSink sink = read_json(made("winlogbeat6") + "\n" + without + "\n" + made("flat") + "\n" + made("winlogbeat7") +
                                             "\n" + made("nxlog") + "\n" + made("log_analytics") + "\n");
        QCOMPARE(sink.events.size(), std::size_t{6});
        QCOMPARE(sink.events[1].operation, Operation::generic);
        QCOMPARE(sink.events[1].field("ListenerName"), std::string("RDP-Tcp"));
        QCOMPARE(sink.events[1].field("message"), std::string("m"));
        QCOMPARE(sink.events[1].host, std::string("H"));
        QCOMPARE(sink.events[1].time_origin, TimeOrigin::log);
        for (const std::size_t i : {0U, 2U, 3U, 4U, 5U}) {
            QCOMPARE(sink.events[i].operation, Operation::process_access);
        }
    }
    void genericEventsKeepTheirMessageAndFields() {
        const RecordingSink sink = read_json(
            q("{'SourceName':'PowerShell','Channel':'Windows PowerShell','Hostname':'H','EventID':800,'EventTime':'2020-08-07 14:32:07',"
            "'Message':'Pipeline\\r\\nline','SourceModuleType':'im_msvistalog','Severity':'INFO','host':'c','port':1,'tags':['x'],'@version':'1'}"));
        QCOMPARE(sink.events[0].field("Message"), std::string("Pipeline\r\nline"));
        QCOMPARE(sink.events[0].field("Severity"), std::string("INFO"));
        QCOMPARE(sink.events[0].field("host"), std::string("(absent)"));
        QCOMPARE(sink.events[0].field("tags"), std::string("(absent)"));
        QCOMPARE(sink.lost_count("windows_log_time_used"), std::uint64_t{1});
    }
    // nxlog: EventType is the log's word unless EventTypeOrignal says that the event has one of its own.
    void eventTypeOfNxlog() {
        const std::string head = q("{'SourceName':'Microsoft-Windows-Sysmon','Hostname':'H','EventID':13,'SourceModuleType':'x',"
                                 "'UtcTime':'2020-08-07 18:32:08.879','TargetObject':'HKLM\\\\x',");
        QCOMPARE(read_json(head + q("'EventType':'SetValue','EventTypeOrignal':'INFO'}")).events[0].field("EventType"),
                 std::string("SetValue"));
        QCOMPARE(read_json(head + q("'EventType':'INFO'}")).events[0].field("EventType"), std::string("(absent)"));
    }
    // ProcessID is the emitter as nxlog's number, a field as text (WMI-Activity has one); ProcessId is the event's own.
    void processIdAndProcessID() {
        const std::string head = q("{'SourceName':'Microsoft-Windows-Sysmon','Hostname':'H','EventID':5,'SourceModuleType':'x',"
                                 "'UtcTime':'2020-08-07 18:32:08.879',");
        const RecordingSink sink = read_json(head + q("'ProcessID':3840,'ProcessId':'77'}"));
        QCOMPARE(sink.events[0].target.pid, 77U);
        QCOMPARE(sink.events[0].field("ProcessID"), std::string("(absent)"));
        QCOMPARE(read_json(q("{'SourceName':'W','Channel':'C','Hostname':'H','EventID':1,'ProcessID':'2036'}")).events[0].field("ProcessID"),
                 std::string("2036"));
    }
    // Section 6: empty, "-" and absent StartModule are three different things, and null is a named nothing.
    void startModuleInJson() {
        const std::string head = q("{'SourceName':'Microsoft-Windows-Sysmon','Hostname':'H','EventID':8,"
                                 "'UtcTime':'2020-08-07 18:32:08.879','StartAddress':'0x0000000000590000'");
        using namespace signal_flag;
        QCOMPARE(read_json(head + "}").events[0].flags & (kStartUnstated | kStartOutsideModules), kStartUnstated);
        for (const std::string& said : {q(",'StartModule':'-'}"), q(",'StartModule':''}"), q(",'StartModule':null}")}) {
            QCOMPARE(read_json(head + said).events[0].flags & (kStartUnstated | kStartOutsideModules), kStartOutsideModules);
        }
    }
    void evtxDumpVariants() {
        const RecordingSink sink = read_json(made("evtx_dump_variants"));
        QCOMPARE(sink.events.size(), std::size_t{3});
        QCOMPARE(sink.events[0].event_id, 7U);
        QCOMPARE(sink.events[0].record, std::uint64_t{9});
        QCOMPARE(sink.events[0].provider, std::string("P"));
        QCOMPARE(sink.events[0].time, *parse_iso_time("2020-01-01T00:00:00Z"));
        QCOMPARE(sink.events[0].field("A"), std::string("1"));
        QCOMPARE(sink.events[0].field("B"), std::string("2"));
        QCOMPARE(sink.events[0].field("Data1"), std::string("loose"));
        QCOMPARE(sink.events[1].provider, std::string("P"));
        QCOMPARE(sink.events[1].field("Param1"), std::string("v"));
        QCOMPARE(sink.events[1].field("Deep/Er"), std::string("w"));
        QCOMPARE(sink.events[2].fields.size(), std::size_t{2});
        QCOMPARE(sink.events[2].field("Data2"), std::string("y"));
    }
    void elasticsearchHitIsUnwrapped() {
        const RecordingSink sink = read_json(q("{'_index':'i','_id':'1','_source':") + made("winlogbeat7") + "}");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.events[0].value, std::uint64_t{0x1f3fff});
    }
    void brokenEventDataTextIsCounted() {
        const RecordingSink sink = read_json(
            q("{'TenantId':'t','Provider':'Microsoft-Windows-Sysmon','Channel':'c','Computer':'H','EventID':10,'EventData':'{UtcTime:'}"));
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.lost_count("json_event_data_unreadable"), std::uint64_t{1});
    }
    void securityEventTableIsFlat() {
        const RecordingSink sink = read_json(
            q("{'TenantId':'t','TimeGenerated':'2020-08-07T18:32:09Z','EventSourceName':'Microsoft-Windows-Security-Auditing',"
            "'Channel':'Security','Computer':'H','EventID':4688,'NewProcessId':'0x27b4','NewProcessName':'C:\\\\n.exe','ProcessId':'0x4d8'}"));
        QCOMPARE(sink.events[0].operation, Operation::process_create);
        QCOMPARE(sink.events[0].target.pid, 0x27b4U);
    }
    void hostHintFillsOnlyAMissingHost() {
        ImportHints hints;
        hints.host = "told";
        QCOMPARE(read_json(q("{'SourceName':'P','Channel':'C','EventID':1}"), hints).events[0].host, std::string("told"));
        QCOMPARE(read_json(made("flat"), hints).events[0].host, std::string("WS01.example"));
    }
};

QTEST_GUILESS_MAIN(JsonShapesTest)
#include "json_shapes_test.moc"
