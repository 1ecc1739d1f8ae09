// Mac Monitor 2.x writes eslogger's keys and its own beside them (Brandon7CC/mac-monitor,
// Schema/mac-monitor-telemetry.schema.json): the same lines with those keys are the same events.
#include "core/ingest/evidence_walk.h"
#include "importers/builtin_importers.h"
#include "tests/support/mac_host.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <sstream>

using namespace trocar;
using trocar::test::MacHost;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;
using Json = nlohmann::ordered_json;

namespace {

RecordingSink read_surely(const std::string& text) {
    RecordingSink sink;
    const auto input = memory_input("trace.jsonl", text);
    const ImporterList importers = builtin_importers();
    const Bytes head(reinterpret_cast<const std::byte*>(text.data()), text.size());
    const auto answers = probe_all(importers, head, "trace.jsonl");
    const Status read = answers.at(0).importer->parse(*input, {}, sink, {});
    sink.losses[std::string(answers.at(0).importer->name())] = read.ok() ? 1 : 0;
    return sink;
}

std::string story() {
    MacHost host(parse_iso_time("2026-03-02T08:00:00Z").value_or(kNoTime));
    const MacHost::Program shell{"/bin/zsh", MacHost::Signed::platform, "com.apple.zsh", {}, 0};
    const MacHost::Program victim{"/Applications/V.app/v", MacHost::Signed::team, "org.v", "TEAM000001", 0};
    const auto zsh = host.running(shell, 400);
    const auto v = host.start(1'000'000, zsh, victim, {}, {"DYLD_INSERT_LIBRARIES=/tmp/x.dylib"});
    const auto tool = host.start(2'000'000, zsh, {"/tmp/tool", MacHost::Signed::ad_hoc, "tool", {}, 0}, {"-p", "1"});
    host.map(1'100'000, v, "/private/tmp/x.dylib");
    host.get_task(3'000'000, tool, v);
    host.suspend(3'100'000, tool, v);
    host.thread(3'200'000, tool, v, true);
    host.resume(3'300'000, tool, v);
    host.invalidated(3'400'000, v);
    host.exit(4'000'000, tool);
    return host.lines();
}

void add_to_process(Json& process) {
    process["id"] = "5A1C";
    process["name"] = "made";
    process["audit_token_string"] = "501-501-20-501-20-1-1-1";
    process["start_time_string"] = process["start_time"];
}

std::string with_extras(const std::string& lines) {
    std::istringstream in(lines);
    std::string out, line;
    while (std::getline(in, line)) {
        Json message = Json::parse(line, nullptr, false);
        const std::string type = message["event"].begin().key();
        message["es_event_type"] = "ES_EVENT_TYPE_NOTIFY_" + type;
        message["sensor_id"] = "made";
        message["macOS"] = "26.0 (Build 25A1)";
        add_to_process(message["process"]);
        Json& body = message["event"].begin().value();
        body["id"] = "77";
        body["type_string"] = "MADE";
        for (const char* name : {"target", "child"}) {
            if (body.contains(name)) {
                add_to_process(body[name]);
            }
        }
        out += message.dump() + "\n";
    }
    return out;
}

}  // namespace

class MacMonitorTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void further_keys_change_nothing() {
        const std::string lines = story();
        const RecordingSink plain = read_surely(lines);
        const RecordingSink more = read_surely(with_extras(lines));
        QCOMPARE(plain.lost_count("macos_es"), std::uint64_t{1});
        QVERIFY(more.losses == plain.losses);
        QCOMPARE(more.events.size(), plain.events.size());
        QVERIFY(plain.events.size() >= 11);
        for (std::size_t i = 0; i < plain.events.size(); ++i) {
            const RecordedEvent &a = plain.events[i], &b = more.events[i];
            QVERIFY(a.operation == b.operation && a.time == b.time && a.flags == b.flags && a.value == b.value);
            QVERIFY(a.actor.guid == b.actor.guid && a.target.guid == b.target.guid);
            QCOMPARE(b.text, a.text);
            QCOMPARE(b.actor.image + ">" + b.target.image, a.actor.image + ">" + a.target.image);
            QCOMPARE(b.command_line, a.command_line);
            QVERIFY(b.fields.size() > a.fields.size());
        }
    }
};

QTEST_GUILESS_MAIN(MacMonitorTest)
#include "mac_monitor_test.moc"
