// The timeline's counts and classes per pixel against a walk over all events, at many zooms.

#include <QtTest>
#include <random>

#include "tests/support/capture_builder.h"
#include "ui/viewmodel/lane_index.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

std::uint64_t seed() {
    const QByteArray given = qgetenv("TROCAR_TEST_SEED");
    return given.isEmpty() ? std::random_device{}() : given.toULongLong();
}

std::vector<LaneColumn> counted(const EventColumns& columns, const std::vector<std::uint32_t>* passing, ProcessId lane,
                                UtcNanos from, UtcNanos to, std::size_t pixels) {
    std::vector<LaneColumn> out(pixels);
    std::vector<bool> passes(columns.size(), passing == nullptr);
    if (passing != nullptr) {
        for (const std::uint32_t at : *passing) {
            passes[at] = true;
        }
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool own = columns.actor[i] == lane || columns.target[i] == lane;
        if (!own || !passes[i] || columns.time[i] < from || columns.time[i] >= to || columns.time[i].none()) {
            continue;
        }
        for (std::size_t p = 0; p < pixels; ++p) {
            if (columns.time[i] < columnStart(from, to, p + 1, pixels)) {
                ++out[p].count;
                out[p].classes = static_cast<ClassMask>(out[p].classes | classBit(operation_class(columns.operation[i])));
                break;
            }
        }
    }
    return out;
}

/// A quiet process, a busy one, and one whose events come in one burst.
test::BuiltCapture built(std::mt19937_64& random, std::size_t events) {
    test::CaptureBuilder builder;
    const ProcessId quiet = builder.process("quiet.exe", 4);
    const ProcessId busy = builder.process("busy.exe", 8);
    const ProcessId burst = builder.process("burst.exe", 12);
    const std::array operations{Operation::process_access, Operation::module_load, Operation::registry,
                                Operation::remote_thread};
    std::uniform_int_distribution<std::int64_t> hour(0, 3'600'000'000'000);
    std::uniform_int_distribution<std::int64_t> moment(1'800'000'000'000, 1'800'020'000'000);
    for (std::size_t i = 0; i < events; ++i) {
        const Operation op = random() % 50 != 0 ? operations[random() % 3] : operations[3];
        if (i % 100 == 0) {
            builder.event({hour(random)}, op, quiet, busy);
        } else if (i % 3 == 0) {
            builder.event({moment(random)}, op, burst, ProcessId{});
        } else {
            builder.event({hour(random)}, op, busy, i % 2 == 0 ? ProcessId{} : busy);
        }
    }
    return builder.build();
}

}  // namespace

class TestLaneIndex : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsEqualAWalkOverAllEvents();
    void filterLeavesOnlyWhatPasses();
    void columnEdgesAreExact();
    void nearestIsNearest();
    void eventsWithoutTimeLieInNoLane();
    void stopIsObeyed();
};

void TestLaneIndex::countsEqualAWalkOverAllEvents() {
    const std::uint64_t start = seed();
    qInfo("seed %llu", static_cast<unsigned long long>(start));
    std::mt19937_64 random(start);
    const auto data = built(random, 30'000);
    const auto index = LaneIndex::build(*data.columns, 3, nullptr);
    QVERIFY(index.ok());
    QVERIFY(index.value().events(ProcessId{1}).size() > LaneIndex::kDense);
    QVERIFY(index.value().events(ProcessId{2}).size() > LaneIndex::kDense);
    QCOMPARE(index.value().busiest().size(), std::size_t{3});
    const UtcNanos first = data.columns->time.front();
    std::uniform_int_distribution<std::int64_t> place(-600'000'000'000, 4'200'000'000'000);
    for (int round = 0; round < 60; ++round) {
        UtcNanos from = shifted(first, {place(random)});
        UtcNanos to = shifted(first, {place(random)});
        if (round % 3 == 0) {  // into the burst
            from = shifted(first, {1'800'000'000'000 + place(random) / 1'000'000});
            to = shifted(from, {1 + static_cast<std::int64_t>(random() % 8'000'000)});
        }
        if (to < from) {
            std::swap(from, to);
        }
        const std::size_t pixels = 1 + random() % 300;
        for (std::uint32_t lane = 0; lane < 3; ++lane) {
            std::vector<LaneColumn> out(pixels);
            index.value().columnsOf(ProcessId{lane}, *data.columns, from, to, out);
            QCOMPARE(out, counted(*data.columns, nullptr, ProcessId{lane}, from, to, pixels));
        }
    }
}

void TestLaneIndex::filterLeavesOnlyWhatPasses() {
    std::mt19937_64 random(seed());
    const auto data = built(random, 5'000);
    std::vector<std::uint32_t> passing;
    for (std::uint32_t i = 0; i < data.columns->size(); ++i) {
        if (data.columns->operation[i] == Operation::remote_thread) {
            passing.push_back(i);
        }
    }
    const auto index = LaneIndex::build(*data.columns, 3, &passing);
    QVERIFY(index.ok());
    std::vector<LaneColumn> out(64);
    const UtcNanos from = data.columns->time.front();
    const UtcNanos to = shifted(data.columns->time.back(), {1});
    index.value().columnsOf(ProcessId{1}, *data.columns, from, to, out);
    QCOMPARE(out, counted(*data.columns, &passing, ProcessId{1}, from, to, out.size()));
}

void TestLaneIndex::columnEdgesAreExact() {
    const UtcNanos from{-9'000'000'000'000'000'000};
    const UtcNanos to{223'372'036'854'775'807};
    QCOMPARE(columnStart(from, to, 0, 7), from);
    QCOMPARE(columnStart(from, to, 7, 7), to);
    for (std::size_t i = 0; i < 1000; ++i) {
        QVERIFY(columnStart(from, to, i, 1000) < columnStart(from, to, i + 1, 1000));
    }
}

void TestLaneIndex::nearestIsNearest() {
    const auto data = test::capture_from_text("process a.exe 1\nprocess b.exe 2\n"
                                              "1.0 ProcessAccess 1 2 0x10\n2.0 ProcessAccess 1 2 0x10\n5.0 RegistryEvent 2 -\n");
    QVERIFY(data.columns);
    const auto index = LaneIndex::build(*data.columns, 2, nullptr);
    QVERIFY(index.ok());
    const UtcNanos origin = test::CaptureBuilder().origin();
    const auto at = [&](std::uint32_t lane, std::int64_t ms) {
        return index.value().nearest(ProcessId{lane}, *data.columns, shifted(origin, {ms * 1'000'000}));
    };
    QCOMPARE(at(0, 0), 0);
    QCOMPARE(at(0, 1499), 0);
    QCOMPARE(at(0, 1501), 1);
    QCOMPARE(at(0, 9000), 1);
    QCOMPARE(at(1, 9000), 2);
    QCOMPARE(index.value().nearest(ProcessId{7}, *data.columns, origin), -1);
}

void TestLaneIndex::eventsWithoutTimeLieInNoLane() {
    auto data = test::capture_from_text("process a.exe 1\n1.0 RegistryEvent 1 -\n2.0 RegistryEvent 1 -\n");
    EventColumns columns = *data.columns;
    columns.time[0] = kNoTime;
    const auto index = LaneIndex::build(columns, 1, nullptr);
    QVERIFY(index.ok());
    QCOMPARE(index.value().events(ProcessId{0}).size(), std::size_t{1});
}

void TestLaneIndex::stopIsObeyed() {
    std::mt19937_64 random(1);
    const auto data = built(random, 100);
    std::stop_source source;
    source.request_stop();
    const auto index = LaneIndex::build(*data.columns, 3, nullptr, source.get_token());
    QVERIFY(!index.ok());
    QCOMPARE(index.error().kind, ErrorKind::cancelled);
}

QTEST_GUILESS_MAIN(TestLaneIndex)
#include "test_lane_index.moc"
