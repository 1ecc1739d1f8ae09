#include <QTest>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "core/ingest/evidence_walk.h"
#include "importers/builtin_importers.h"
#include "tests/support/capture_directory.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

// Counts only: the largest capture has 42,000 events.
class CountingSink : public RecordingSink {
public:
    void event(const RawEvent& e) override {
        RecordingSink::event(e);
        const RecordedEvent r = std::move(events.back());
        events.clear();
        ++total;
        ++hosts[r.host];
        if (r.provider == "Microsoft-Windows-Sysmon") {
            ++sysmon[std::to_string(r.event_id)];
            sysmon_without_utc += r.time_origin != TimeOrigin::event ? 1U : 0U;
            if (r.event_id == 8 || r.event_id == 10) {
                pairs_incomplete += r.actor.has_pid && r.target.has_pid && !r.actor.image.empty() &&
                                            !r.target.image.empty() && r.value != 0
                                        ? 0U
                                        : 1U;
                without_guid += r.actor.guid.none() || r.target.guid.none() ? 1U : 0U;
            }
        }
        empty_raw += r.raw.size() > 2 && r.raw.front() == '{' && r.raw.back() == '}' ? 0U : 1U;
    }
    void raw_block(Bytes bytes, std::uint64_t offset) override {
        blocks.clear();
        RecordingSink::raw_block(bytes, offset);
    }
    std::map<std::string, std::uint64_t> hosts, sysmon;
    std::uint64_t total = 0, sysmon_without_utc = 0, pairs_incomplete = 0, empty_raw = 0, without_guid = 0;
};

}  // namespace

// Real captures, when they are there, against what an independent reader counted (manifest.json).
class WindowsJsonCapturesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        directory_ = test::capture_directory(TROCAR_SOURCE_DIR);
        if (directory_.empty()) {
            QSKIP("no captures: set TROCAR_DATA to the folder that holds windows/manifest.json");
        }
        std::ifstream in(directory_ + "/windows/manifest.json");
        manifest_ = nlohmann::json::parse(in, nullptr, false);
        QVERIFY(manifest_.is_array());
    }
    void counts_data() {
        QTest::addColumn<int>("at");
        for (std::size_t i = 0; i < manifest_.size(); ++i) {
            const std::string file = manifest_[i].value("file", "");
            if (!file.ends_with(".evtx")) {
                QTest::newRow(file.c_str()) << static_cast<int>(i);
            }
        }
    }
    void counts() {
        QFETCH(int, at);
        const nlohmann::json& entry = manifest_[static_cast<std::size_t>(at)];
        const std::string path = directory_ + "/windows/" + entry.value("file", "");
        const ImporterList importers = builtin_importers();
        CountingSink sink;
        std::size_t members = 0;
        std::vector<SkippedItem> skipped;
        const Status walked = walk_evidence(
            {path}, {},
            [&](Input& input) {
                const auto head = read_head(input);
                const auto answers = head.ok() ? probe_all(importers, head.value(), input.name()) : std::vector<ProbeAnswer>{};
                if (answers.empty() || answers.front().probe.confidence < 90 ||
                    answers.front().importer->name() != "windows_event_json") {
                    return true;
                }
                ++members;
                return answers.front().importer->parse(input, {}, sink, {}).ok();
            },
            skipped, {});
        QVERIFY2(walked.ok(), walked.ok() ? "" : walked.error().message.c_str());
        QCOMPARE(members, std::size_t{1});
        QCOMPARE(sink.total, entry.value("events_total", std::uint64_t{0}));
        QCOMPARE(sink.sysmon, (entry["sysmon_by_eid"].get<std::map<std::string, std::uint64_t>>()));
        QCOMPARE(sink.hosts, (entry["hosts"].get<std::map<std::string, std::uint64_t>>()));
        QCOMPARE(sink.sysmon_without_utc, std::uint64_t{0});
        QCOMPARE(sink.pairs_incomplete, std::uint64_t{0});
        QVERIFY(sink.without_guid <= sink.lost_count("windows_guid_empty"));
        QCOMPARE(sink.empty_raw, std::uint64_t{0});
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        for (const auto& [name, count] : sink.losses) {
            QVERIFY2(name.starts_with("windows_log_time_used") || name == "json_record_broken" ||
                         name == "windows_guid_empty" || name == "windows_sysmon_log_time_used",
                     (name + " " + std::to_string(count)).c_str());
            QVERIFY2(name != "json_record_broken" || count <= 1, "more than one broken record");
        }
    }
    // One event that was published in both notations: both importers say the same of it.
    void sameEventFromEvtxAndJson() {
        const std::string stem = directory_ + "/windows/sigma__387df17d-3b04-448f-8669-9e7fd5e5fd8c";
        const ImporterList importers = builtin_importers();
        std::vector<RecordedEvent> both;
        for (const char* end : {".evtx", ".json"}) {
            const auto input = open_input(stem + end);
            if (!input.ok()) {
                QSKIP("the pair is not among the captures");
            }
            const auto head = read_head(*input.value());
            QVERIFY(head.ok());
            const auto answers = probe_all(importers, head.value(), input.value()->name());
            QVERIFY(!answers.empty() && answers.front().probe.confidence >= 90);
            RecordingSink sink;
            QVERIFY(answers.front().importer->parse(*input.value(), {}, sink, {}).ok());
            QCOMPARE(sink.events.size(), std::size_t{1});
            both.push_back(sink.events[0]);
        }
        const RecordedEvent &a = both[0], &b = both[1];
        QCOMPARE(a.time, b.time);
        QCOMPARE(a.record, b.record);
        QCOMPARE(a.host, b.host);
        QCOMPARE(a.operation, b.operation);
        QCOMPARE(a.actor.guid, b.actor.guid);
        QCOMPARE(a.actor.pid, b.actor.pid);
        QCOMPARE(a.target.image, b.target.image);
        QCOMPARE(a.value, b.value);
        QCOMPARE(a.text, b.text);
        QCOMPARE(a.flags, b.flags);
        QCOMPARE(a.fields.size(), b.fields.size());
        for (std::size_t i = 0; i < a.fields.size(); ++i) {
            QCOMPARE(a.fields[i].first, b.fields[i].first);
        }
    }

private:
    std::string directory_;
    nlohmann::json manifest_;
};

QTEST_GUILESS_MAIN(WindowsJsonCapturesTest)
#include "windows_json_captures_test.moc"
