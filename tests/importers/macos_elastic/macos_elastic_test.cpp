#include "importers/macos_elastic/macos_elastic.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <nlohmann/json.hpp>

#include <string>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;
using Json = nlohmann::ordered_json;

namespace {

RecordingSink read_text(std::string text) {
    RecordingSink sink;
    const auto input = memory_input("elastic.json", std::move(text));
    const Status read = make_macos_elastic_importer()->parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

Json process(int pid, const std::string& path, Json signature = nullptr) {
    Json out{{"pid", pid}, {"entity_id", "id-" + std::to_string(pid)}, {"executable", path}};
    if (!signature.is_null()) {
        out["code_signature"] = std::move(signature);
    }
    return out;
}

Json team() {
    return {{"exists", true}, {"trusted", true}, {"team_id", "75GAHG3SZQ"}, {"signing_id", "org.videolan.vlc"}};
}

/// The keys are those of the vendor's field lists; the values are invented.
Json document(const Json& action, Json process, const std::string& dataset = "endpoint.events.process") {
    return {{"@timestamp", "2026-01-02T03:04:05.25Z"},
            {"agent", {{"type", "endpoint"}, {"version", "8.17.0"}}},
            {"event", {{"action", action}, {"dataset", dataset}, {"kind", "event"}, {"module", "endpoint"}}},
            {"host", {{"hostname", "mac-7"}, {"os", {{"type", "macos"}, {"family", "macos"}}}}},
            {"user", {{"id", "501"}, {"name", "mira"}}},
            {"process", std::move(process)}};
}

Json remote_thread() {
    Json out = document("remote_thread", process(80, "/tmp/inject"));
    out["Target"]["process"] = process(77, "/Applications/VLC.app/Contents/MacOS/VLC");
    return out;
}

Json load(int pid, const std::string& path) {
    Json out = document("load", process(pid, "/Applications/VLC.app/Contents/MacOS/VLC"),
                        "endpoint.events.library");
    out["dll"]["path"] = path;
    return out;
}

Json started(const Json& action, const std::string& variable = {}) {
    Json self = process(77, "/Applications/VLC.app/Contents/MacOS/VLC", team());
    self["parent"] = process(1, "/sbin/launchd");
    self["command_line"] = "VLC --quiet";
    if (!variable.empty()) {
        self["env_vars"] = {"USER=mira", variable};
    }
    return document(action, std::move(self));
}

std::string lines(std::initializer_list<Json> documents) {
    std::string out;
    for (const Json& one : documents) {
        out += one.dump() + "\n";
    }
    return out;
}

}  // namespace

class MacosElasticTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void a_life_goes_on_from_fork_over_exec_to_its_end() {
        const RecordingSink sink = read_text(lines({started("fork"), started("exec"), started("end")}));
        QCOMPARE(sink.events.size(), std::size_t{3});
        QVERIFY(sink.events[0].operation == Operation::process_create);
        QVERIFY(sink.events[1].operation == Operation::process_exec);
        QVERIFY(sink.events[2].operation == Operation::process_exit);
        for (const RecordedEvent& e : sink.events) {
            QVERIFY(e.target.guid == sink.events[0].target.guid && !e.target.guid.none());
            QCOMPARE(e.target.pid, 77U);
            QCOMPARE(e.host, std::string("mac-7"));
            QVERIFY((e.flags & mac_flag::kTargetTeam) != 0);
        }
        const RecordedEvent& exec = sink.events[1];
        QCOMPARE(exec.actor.image, std::string("/sbin/launchd"));
        QVERIFY(exec.parent.guid == exec.actor.guid && exec.actor.guid != exec.target.guid);
        QCOMPARE(exec.command_line, std::string("VLC --quiet"));
        QCOMPARE(exec.user, std::string("501"));
        QCOMPARE(format_iso_time(exec.time), std::string("2026-01-02T03:04:05.250000000Z"));
        QCOMPARE(exec.field("process.code_signature.team_id"), std::string("75GAHG3SZQ"));
        QVERIFY(!sink.events[2].actor.present());
        QVERIFY(sink.losses.empty());
    }

    void the_target_of_a_thread_is_signed_as_its_own_document_said() {
        const RecordingSink sink = read_text(lines({started("exec"), remote_thread()}));
        QCOMPARE(sink.events.size(), std::size_t{2});
        const RecordedEvent& e = sink.events[1];
        QVERIFY(e.operation == Operation::task_thread);
        QCOMPARE(e.actor.image, std::string("/tmp/inject"));
        QVERIFY(e.target.guid == sink.events[0].target.guid);
        QCOMPARE(e.text, std::string("team 75GAHG3SZQ org.videolan.vlc"));
        QVERIFY((e.flags & mac_flag::kTargetTeam) != 0);
        const RecordingSink alone = read_text(lines({remote_thread()}));
        QCOMPARE(alone.events.at(0).text, std::string());
        QVERIFY((alone.events.at(0).flags & mac_flag::kTargetTeam) == 0);
    }

    void a_thread_without_target_is_counted() {
        Json thread = remote_thread();
        thread.erase("Target");
        const RecordingSink sink = read_text(lines({thread}));
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.lost_count("elastic_process_missing"), std::uint64_t{1});
    }

    void inserted_libraries_are_known_when_they_are_loaded() {
        const RecordingSink sink = read_text(
            lines({started("exec", "DYLD_INSERT_LIBRARIES=/tmp/x.dylib"), load(77, "/private/tmp/x.dylib"),
                   load(77, "/usr/lib/libz.dylib"), load(79, "/tmp/x.dylib")}));
        QCOMPARE(sink.events.size(), std::size_t{4});
        const RecordedEvent& start = sink.events[0];
        QVERIFY(start.operation == Operation::dyld_insert);
        QCOMPARE(start.text, std::string("/tmp/x.dylib"));
        QVERIFY((start.flags & mac_flag::kInserted) != 0 && (start.flags & mac_flag::kStripped) == 0);
        for (std::size_t i = 1; i < 4; ++i) {
            QVERIFY(sink.events[i].operation == Operation::module_load);
            QCOMPARE((sink.events[i].flags & mac_flag::kInserted) != 0, i == 1);
        }
        QVERIFY((sink.events[1].flags & signal_flag::kUserWritablePath) != 0);
        QCOMPARE(sink.events[1].target.pid, 77U);
    }

    void dyld_heeds_no_variable_in_a_program_of_the_system() {
        Json start = started("exec", "DYLD_INSERT_LIBRARIES=/tmp/x.dylib");
        start["process"]["code_signature"] = {{"exists", true}, {"subject_name", "Software Signing"}};
        const RecordingSink sink = read_text(lines({start}));
        QVERIFY((sink.events.at(0).flags & mac_flag::kStripped) != 0);
        QVERIFY((sink.events.at(0).flags & mac_flag::kTargetPlatform) != 0);
    }

    void a_short_life_is_one_document() {
        const RecordingSink sink = read_text(lines({started(Json::array({"fork", "exec", "end"}))}));
        QVERIFY(sink.events.at(0).operation == Operation::process_create);
        QCOMPARE(sink.events.at(0).command_line, std::string("VLC --quiet"));
        const RecordingSink seen = read_text(lines({started("already_running")}));
        QVERIFY(seen.events.at(0).operation == Operation::process_seen);
    }

    void hits_of_a_search_and_arrays_are_read_alike() {
        const Json hit{{"_index", "logs"}, {"_source", started("exec")}};
        const RecordingSink plain = read_text(lines({started("exec")}));
        for (const std::string& text : {lines({hit}), "[" + hit.dump() + ",\n" + hit.dump() + "]"}) {
            const RecordingSink sink = read_text(text);
            QVERIFY(!sink.events.empty() && sink.losses.empty());
            for (const RecordedEvent& e : sink.events) {
                QVERIFY(e.operation == Operation::process_exec);
                QVERIFY(e.fields == plain.events[0].fields);
            }
        }
    }

    void alerts_and_what_is_unknown_are_plain_events() {
        Json alert = started("exec");
        alert["event"]["kind"] = "alert";
        const RecordingSink sink = read_text(lines({alert, document("gid_change", process(5, "/bin/a"))}));
        QCOMPARE(sink.events.size(), std::size_t{2});
        QVERIFY(sink.events[0].operation == Operation::generic);
        QVERIFY(sink.events[1].operation == Operation::generic);
        QCOMPARE(sink.events[1].text, std::string("gid_change"));
    }

    void refusals_are_attempts() {
        Json thread = remote_thread();
        thread["event"]["outcome"] = "failure";
        QVERIFY((read_text(lines({thread})).events.at(0).flags & mac_flag::kDenied) != 0);
    }

    void documents_of_other_systems_and_broken_ones_are_counted() {
        Json other = started("exec");
        other["host"]["os"] = {{"type", "windows"}};
        const RecordingSink sink = read_text(other.dump() + "\n{\"a\": nope}\n" + lines({started("exec")}));
        QCOMPARE(sink.lost_count("elastic_not_of_a_mac"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("elastic_document_broken"), std::uint64_t{1});
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }

    void the_surest_importer_is_this_one() {
        const std::string text = lines({started("exec"), remote_thread()});
        const Bytes head(reinterpret_cast<const std::byte*>(text.data()), text.size());
        const ImporterList importers = builtin_importers();
        const auto answers = probe_all(importers, head, "events.ndjson");
        QCOMPARE(std::string(answers.at(0).importer->name()), std::string("macos_elastic"));
        Json other = started("exec");
        other["host"]["os"] = {{"type", "linux"}};
        const std::string none = other.dump();
        const Bytes other_head(reinterpret_cast<const std::byte*>(none.data()), none.size());
        QCOMPARE(make_macos_elastic_importer()->probe(other_head, "x").confidence, 0);
        QCOMPARE(make_macos_elastic_importer()->probe({}, "x").confidence, 0);
    }
};

QTEST_GUILESS_MAIN(MacosElasticTest)
#include "macos_elastic_test.moc"
