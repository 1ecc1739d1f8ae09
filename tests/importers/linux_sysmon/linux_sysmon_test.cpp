#include <QTest>
#include <string>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/linux_sysmon/linux_sysmon.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

RecordingSink read_log(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("syslog", std::move(text));
    const Status read = make_linux_sysmon_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string xml_event(int id, const std::string& data, const std::string& between = "") {
    return "<Event><System>" + between +
           "<Provider Name=\"Linux-Sysmon\" Guid=\"{ff032593-a8d3-4f13-b0d6-01fc615a0f97}\"/><EventID>" + std::to_string(id) +
           "</EventID><TimeCreated SystemTime=\"2024-02-03T04:05:06.007Z\"/><EventRecordID>7</EventRecordID>"
           "<Channel>Linux-Sysmon/Operational</Channel><Computer>web9</Computer></System><EventData>" +
           data + "</EventData></Event>";
}

std::string data(const char* name, const char* value) {
    return std::string("<Data Name=\"") + name + "\">" + value + "</Data>";
}

const std::string kPrefix = "Nov 24 08:30:01 web9 sysmon: ";

}  // namespace

class LinuxSysmonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void process_creation();
    void access_is_a_ptrace_attach();
    void lines_of_others_are_kept();
    void damaged_events_are_counted();
    void events_over_several_lines();
    void probe();
    void render();
};

void LinuxSysmonTest::process_creation() {
    const RecordingSink s = read_log(
        kPrefix + xml_event(1, data("UtcTime", "2024-02-03 04:05:06.001") + data("ProcessGuid", "{c9eb4a87-2b89-637f-700c-0807f5550000}") +
                               data("ProcessId", "3372") + data("Image", "/usr/bin/wget") + data("CommandLine", "wget x") +
                               data("ParentProcessId", "10") + data("User", "root")) +
        "\n");
    QVERIFY(s.losses.empty() || s.lost_count("windows_guid_empty") != 0);
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::process_create);
    QCOMPARE(e.target.pid, 3372U);
    QVERIFY(!e.target.guid.none());
    QCOMPARE(e.command_line, std::string("wget x"));
    QCOMPARE(e.host, std::string("web9"));
    QCOMPARE(e.flags, signal_flag::kLinux);
    QCOMPARE(format_iso_time(e.time), std::string("2024-02-03T04:05:06.001000000Z"));
    QVERIFY(e.raw.starts_with("<Event>") && e.raw.ends_with("</Event>"));
}

void LinuxSysmonTest::access_is_a_ptrace_attach() {
    const RecordingSink s =
        read_log(kPrefix + xml_event(10, data("UtcTime", "2024-02-03 04:05:06.001") + data("SourceProcessId", "100") +
                                         data("SourceImage", "/tmp/inj") + data("TargetProcessId", "200") + data("TargetImage", "/usr/sbin/sshd")));
    const RecordedEvent& e = s.events.at(0);
    QCOMPARE(e.operation, Operation::ptrace_attach);
    QCOMPARE(e.flags, signal_flag::kLinux | linux_flag::kAttach);
    QCOMPARE(e.actor.pid, 100U);
    QCOMPARE(e.target.pid, 200U);
}

void LinuxSysmonTest::lines_of_others_are_kept() {
    const RecordingSink s = read_log("Nov 24 08:30:00 web9 cron[1]: job\n" + kPrefix + xml_event(5, data("ProcessId", "1")) + "\nlast");
    QCOMPARE(s.events.size(), std::size_t{1});
    QCOMPARE(s.lost_count("syslog_line_of_others"), std::uint64_t{2});
    QCOMPARE(s.lost_raw.at(0), std::string("Nov 24 08:30:00 web9 cron[1]: job"));
}

void LinuxSysmonTest::damaged_events_are_counted() {
    const std::string good = kPrefix + xml_event(5, data("ProcessId", "1")) + "\n";
    const RecordingSink s = read_log(kPrefix + "<Event><System><Provider Name=\"Linux-Sysmon\"/>\n" + good + kPrefix +
                                     "<Event><System></Event>\n" + good + kPrefix + "<Event>");
    QCOMPARE(s.events.size(), std::size_t{2});
    QCOMPARE(s.lost_count("xml_event_damaged"), std::uint64_t{3});
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void LinuxSysmonTest::events_over_several_lines() {
    const RecordingSink s = read_log(kPrefix + xml_event(5, data("ProcessId", "1"), "\n  ") + "\n");
    QCOMPARE(s.events.size(), std::size_t{1});
    QCOMPARE(s.events[0].operation, Operation::process_exit);
}

void LinuxSysmonTest::probe() {
    const auto importer = make_linux_sysmon_importer();
    const auto confidence = [&](const std::string& text) { return importer->probe(as_bytes(text), "x").confidence; };
    QVERIFY(confidence(kPrefix + xml_event(5, "")) > 90);
    QCOMPARE(confidence("{\"m\":\"" + xml_event(5, "") + "\"}"), 0);
    QCOMPARE(confidence("<Event><System><Provider Name=\"Microsoft-Windows-Sysmon\"/></System></Event>"), 0);
    QCOMPARE(confidence(""), 0);
}

void LinuxSysmonTest::render() {
    const std::string text = xml_event(5, data("ProcessId", "1"));
    const auto shown = make_linux_sysmon_importer()->render(as_bytes(text), {0, static_cast<std::uint32_t>(text.size())});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().notation, std::string("xml"));
    QVERIFY(!make_linux_sysmon_importer()->render(as_bytes(text), {5, 100'000}).ok());
}

QTEST_GUILESS_MAIN(LinuxSysmonTest)
#include "linux_sysmon_test.moc"
