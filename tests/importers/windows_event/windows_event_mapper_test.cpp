#include <QTest>
#include <initializer_list>
#include <utility>

#include "core/model/signal.h"
#include "importers/windows_event/windows_event.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

using Pairs = std::initializer_list<std::pair<const char*, const char*>>;

constexpr const char* kA = "{365ABB72-3D37-5CE0-0000-001013DC0B00}";
constexpr const char* kB = "{365abb72-3d38-5ce0-0000-0010aabbcc00}";

struct Fixture {
    RecordingSink sink;
    WindowsEventMapper mapper{sink};

    RecordedEvent map(std::uint32_t id, Pairs pairs, const char* provider = "Microsoft-Windows-Sysmon",
                      UtcNanos log_time = *parse_iso_time("2019-05-18T13:16:17Z")) {
        std::vector<FieldValue> fields;
        for (const auto& [key, value] : pairs) {
            FieldValue f;
            f.field = sink.field(key);
            f.text = value;
            fields.push_back(f);
        }
        return map_fields(id, fields, provider, log_time);
    }
    RecordedEvent map_fields(std::uint32_t id, const std::vector<FieldValue>& fields, const char* provider,
                             UtcNanos log_time) {
        WindowsEvent e;
        e.provider = provider;
        e.channel = "channel";
        e.computer = "WS01";
        e.event_id = id;
        e.record = 7;
        e.log_time = log_time;
        e.fields = fields;
        mapper.emit(e);
        return sink.events.back();
    }
};

}  // namespace

class WindowsEventMapperTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void accessHasSourceTargetMaskAndTrace() {
        Fixture f;
        const RecordedEvent e = f.map(10, {{"UtcTime", "2019-05-18 17:16:16.176"},
                                           {"SourceProcessGUID", kA},
                                           {"SourceProcessId", "4120"},
                                           {"SourceImage", "C:\\a.exe"},
                                           {"TargetProcessGUID", kB},
                                           {"TargetProcessId", "812"},
                                           {"TargetImage", "C:\\b.exe"},
                                           {"GrantedAccess", "0x1FFFFF"},
                                           {"CallTrace", "C:\\W\\ntdll.dll+1|UNKNOWN(1)"}});
        QCOMPARE(e.operation, Operation::process_access);
        QCOMPARE(e.actor.pid, 4120U);
        QCOMPARE(e.actor.guid, *parse_guid(kA));
        QCOMPARE(e.target.guid, *parse_guid(kB));
        QCOMPARE(e.target.image, std::string("C:\\b.exe"));
        QCOMPARE(e.value, std::uint64_t{0x1fffff});
        QCOMPARE(e.text, std::string("C:\\W\\ntdll.dll+1|UNKNOWN(1)"));
        QCOMPARE(e.flags, signal_flag::kUnknownFrame | windows_flag::kBareTrace);
        QCOMPARE(e.host, std::string("WS01"));
        QCOMPARE(f.sink.losses.size(), std::size_t{0});
    }
    void decimalGrantedAccess() {
        Fixture f;
        QCOMPARE(f.map(10, {{"GrantedAccess", "2097151"}}).value, std::uint64_t{0x1fffff});
    }
    void typedValuesReadAsTextDoes() {
        Fixture f;
        const Guid guid = *parse_guid(kA);
        FieldValue mask{id_of(Field::granted_access), ValueKind::hex, 0x1438, 0, {}};
        FieldValue pid{id_of(Field::source_process_id), ValueKind::number, 99, 0, {}};
        FieldValue id{id_of(Field::source_process_guid), ValueKind::guid, guid.high, guid.low, {}};
        FieldValue when{id_of(Field::utc_time), ValueKind::time, 1'000, 0, {}};
        const RecordedEvent e = f.map_fields(10, {mask, pid, id, when}, "Microsoft-Windows-Sysmon", kNoTime);
        QCOMPARE(e.value, std::uint64_t{0x1438});
        QCOMPARE(e.actor.pid, 99U);
        QCOMPARE(e.actor.guid, guid);
        QCOMPARE(e.time, UtcNanos{1'000});
    }
    void remoteThreadHasAddressAndFunction() {
        Fixture f;
        const RecordedEvent e = f.map(8, {{"SourceProcessGuid", kA},
                                          {"TargetProcessGuid", kB},
                                          {"StartAddress", "0xFFFFF8021234ABCD"},
                                          {"StartModule", "C:\\W\\KERNEL32.DLL"},
                                          {"StartFunction", "-"}});
        QCOMPARE(e.operation, Operation::remote_thread);
        QCOMPARE(e.value, 0xFFFFF8021234ABCDULL);
        QCOMPARE(e.text, std::string("C:\\W\\KERNEL32.DLL"));
        QVERIFY(f.map(8, {{"StartModule", "-"}, {"StartFunction", "-"}, {"StartAddress", "0x1"}}).text.empty());
        QVERIFY(f.map(8, {{"StartAddress", "0x1"}}).flags & signal_flag::kStartUnstated);
        QVERIFY(f.map(8, {{"StartAddress", "0x1"}, {"StartModule", ""}}).flags & signal_flag::kStartOutsideModules);
    }
    void moduleLoadHasTargetOnly() {
        Fixture f;
        const RecordedEvent e = f.map(7, {{"ProcessGuid", kA},
                                          {"ProcessId", "5"},
                                          {"Image", "C:\\a.exe"},
                                          {"ImageLoaded", "C:\\Users\\x\\p.dll"},
                                          {"Signed", "false"}});
        QCOMPARE(e.operation, Operation::module_load);
        QVERIFY(!e.actor.present());
        QCOMPARE(e.target.pid, 5U);
        QCOMPARE(e.text, std::string("C:\\Users\\x\\p.dll"));
        QVERIFY(e.flags & signal_flag::kUnsigned);
        QVERIFY(e.flags & signal_flag::kUserWritablePath);
    }
    void tamperHasTargetOnly() {
        Fixture f;
        const RecordedEvent e = f.map(25, {{"ProcessGuid", kA}, {"Type", "Image is replaced"}});
        QCOMPARE(e.operation, Operation::process_tamper);
        QVERIFY(!e.actor.present());
        QVERIFY(e.target.present());
        QVERIFY(e.flags & signal_flag::kImageReplaced);
    }
    void createHasParentAsActorAndALife() {
        Fixture f;
        const RecordedEvent e = f.map(1, {{"ProcessGuid", kB},
                                          {"ProcessId", "9"},
                                          {"Image", "C:\\b.exe"},
                                          {"CommandLine", "b.exe /x"},
                                          {"User", "D\\u"},
                                          {"IntegrityLevel", "High"},
                                          {"ParentProcessGuid", kA},
                                          {"ParentProcessId", "8"},
                                          {"ParentImage", "C:\\a.exe"}});
        QCOMPARE(e.operation, Operation::process_create);
        QCOMPARE(e.actor.pid, 8U);
        QCOMPARE(e.target.pid, 9U);
        QCOMPARE(e.command_line, std::string("b.exe /x"));
        QCOMPARE(e.text, std::string("b.exe /x"));
        QCOMPARE(e.integrity, std::string("High"));
        QCOMPARE(e.parent.guid, *parse_guid(kA));
        QCOMPARE(e.parent_image, std::string("C:\\a.exe"));
    }
    // Surprise 1: the log's time is hours off in a third of the captures; UtcTime decides.
    void surprise01_logTimeIsNotUtc() {
        Fixture f;
        RecordedEvent e = f.map(5, {{"UtcTime", "2019-05-18 17:16:16.176"}, {"ProcessGuid", kA}});
        QCOMPARE(e.time, *parse_iso_time("2019-05-18T17:16:16.176Z"));
        QCOMPARE(e.time_origin, TimeOrigin::event);
        e = f.map(5, {{"UtcTime", "2022-05-13T08:54:06.4890000Z"}, {"ProcessGuid", kA}});
        QCOMPARE(e.time, *parse_iso_time("2022-05-13T08:54:06.489Z"));
        e = f.map(5, {{"UtcTime", "yesterday"}, {"ProcessGuid", kA}});
        QCOMPARE(e.time_origin, TimeOrigin::log);
        QVERIFY(e.flags & signal_flag::kLogTime);
        QCOMPARE(f.sink.lost_count("windows_sysmon_log_time_used"), std::uint64_t{1});
        e = f.map(4624, {}, "Microsoft-Windows-Security-Auditing");
        QCOMPARE(e.time_origin, TimeOrigin::log);
        QCOMPARE(f.sink.lost_count("windows_log_time_used"), std::uint64_t{1});
        e = f.map(4624, {}, "Microsoft-Windows-Security-Auditing", kNoTime);
        QCOMPARE(e.time_origin, TimeOrigin::none);
        QCOMPARE(f.sink.lost_count("windows_time_missing"), std::uint64_t{1});
    }
    // Surprise 8: the name stays as written; the resolver knows better by guid.
    void surprise08_unknownProcessStaysAsWritten() {
        Fixture f;
        const RecordedEvent e = f.map(5, {{"ProcessGuid", kA}, {"Image", "<unknown process>"}});
        QCOMPARE(e.target.image, std::string("<unknown process>"));
        QVERIFY(e.target.present());
    }
    // Surprise 9: one guid under two names: both come out, each as its event says.
    void surprise09_imageOfOneGuidChanges() {
        Fixture f;
        const RecordedEvent first = f.map(11, {{"ProcessGuid", kA}, {"ProcessId", "27356"}, {"Image", "C:\\Akagi.exe"}});
        const RecordedEvent then = f.map(11, {{"ProcessGuid", kA}, {"ProcessId", "27356"}, {"Image", "C:\\explorer.exe"}});
        QCOMPARE(first.actor.guid, then.actor.guid);
        QCOMPARE(first.actor.image, std::string("C:\\Akagi.exe"));
        QCOMPARE(then.actor.image, std::string("C:\\explorer.exe"));
    }
    void surprise10_zeroAndEmptyGuids() {
        Fixture f;
        RecordedEvent e = f.map(5, {{"ProcessGuid", "{00000000-0000-0000-0000-000000000000}"}, {"ProcessId", "4"}});
        QVERIFY(e.target.guid.none());
        QVERIFY(e.target.present());
        e = f.map(5, {{"ProcessGuid", ""}, {"ProcessId", "4"}});
        QVERIFY(e.target.guid.none());
        QCOMPARE(f.sink.lost_count("windows_guid_empty"), std::uint64_t{2});
        e = f.map(5, {{"ProcessGuid", "not a guid"}, {"ProcessId", "x"}});
        QVERIFY(!e.target.present());
        QCOMPARE(f.sink.lost_count("windows_guid_unreadable"), std::uint64_t{1});
        QCOMPARE(f.sink.lost_count("windows_number_unreadable"), std::uint64_t{1});
    }
    // Surprise 15: the parent is told as the event says, even if the handle came from somebody else.
    void surprise15_spoofedParentStaysAsSaid() {
        Fixture f;
        const RecordedEvent e = f.map(1, {{"ProcessGuid", kB},
                                          {"ProcessId", "10"},
                                          {"ParentProcessGuid", kA},
                                          {"ParentProcessId", "11"},
                                          {"ParentImage", "C:\\Windows\\explorer.exe"}});
        QCOMPARE(e.parent.pid, 11U);
        QCOMPARE(e.actor.image, std::string("C:\\Windows\\explorer.exe"));
    }
    void pidBeyond32BitsIsNotCut() {
        Fixture f;
        QVERIFY(!f.map(5, {{"ProcessId", "140707423584940"}}).target.present());
        QCOMPARE(f.sink.lost_count("windows_number_unreadable"), std::uint64_t{1});
    }
    void everySysmonIdHasAnOperation() {
        Fixture f;
        for (std::uint32_t id = 1; id <= 29; ++id) {
            const RecordedEvent e = f.map(id, {{"ProcessGuid", kA}, {"ProcessId", "3"}});
            QVERIFY2(e.operation != Operation::generic, qPrintable(QString::number(id)));
        }
        QCOMPARE(f.map(255, {{"Description", "queue full"}}).text, std::string("queue full"));
        QCOMPARE(f.map(30, {}).operation, Operation::generic);
        QCOMPARE(f.map(0, {}).operation, Operation::generic);
    }
    void networkTextIsAnEndpoint() {
        Fixture f;
        QCOMPARE(f.map(3, {{"DestinationIp", "10.0.0.1"}, {"DestinationPort", "443"}}).text, std::string("10.0.0.1:443"));
        QCOMPARE(f.map(3, {{"DestinationIp", "0:0:0:0:0:0:0:1"}, {"DestinationPort", "88"}}).text,
                 std::string("[0:0:0:0:0:0:0:1]:88"));
    }
    void security4688And4689() {
        Fixture f;
        RecordedEvent e = f.map(4688,
                                {{"SubjectUserName", "u"},
                                 {"SubjectDomainName", "D"},
                                 {"NewProcessId", "0x27b4"},
                                 {"NewProcessName", "C:\\n.exe"},
                                 {"ProcessId", "0x4d8"},
                                 {"CommandLine", "n.exe 1"},
                                 {"TargetUserName", "-"},
                                 {"TargetDomainName", "-"},
                                 {"ParentProcessName", "C:\\p.exe"},
                                 {"MandatoryLabel", "S-1-16-12288"}},
                                "Microsoft-Windows-Security-Auditing");
        QCOMPARE(e.operation, Operation::process_create);
        QCOMPARE(e.target.pid, 0x27b4U);
        QVERIFY(e.target.guid.none());
        QCOMPARE(e.actor.pid, 0x4d8U);
        QCOMPARE(e.parent_image, std::string("C:\\p.exe"));
        QCOMPARE(e.user, std::string("D\\u"));
        QCOMPARE(e.integrity, std::string("High"));
        e = f.map(4689, {{"ProcessId", "0x27b4"}, {"ProcessName", "C:\\n.exe"}}, "Microsoft-Windows-Security-Auditing");
        QCOMPARE(e.operation, Operation::process_exit);
        QCOMPARE(e.target.pid, 0x27b4U);
        QCOMPARE(f.sink.lost_count("windows_guid_empty"), std::uint64_t{0});
    }
    void otherProvidersStayGenericWithAllFields() {
        Fixture f;
        const RecordedEvent e = f.map(10, {{"ProcessId", "77"}, {"Foo", "bar"}, {"UtcTime", "2019-05-18 17:16:16"}},
                                      "PowerShell");
        QCOMPARE(e.operation, Operation::generic);
        QVERIFY(!e.actor.present());
        QVERIFY(!e.target.present());
        QCOMPARE(e.field("Foo"), std::string("bar"));
        QCOMPARE(e.time_origin, TimeOrigin::log);
    }
    void firstOfTwoEqualNamesCounts() {
        Fixture f;
        QCOMPARE(f.map(10, {{"GrantedAccess", "0x1"}, {"GrantedAccess", "0x2"}}).value, std::uint64_t{1});
    }
};

QTEST_GUILESS_MAIN(WindowsEventMapperTest)
#include "windows_event_mapper_test.moc"
