// Axis marks: round, few enough, in the zone shown, and never wrong on hostile ranges.

#include <QtTest>

#include "ui/viewmodel/time_ticks.h"
#include "ui/viewmodel/workspace.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

UtcNanos at(const char* text) {
    return parse_iso_time(text).value_or(kNoTime);
}

}  // namespace

class TestTimeTicks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void labels_data();
    void labels();
    void rangesAreNamed();
    void hostileRangesEnd();
};

void TestTimeTicks::labels_data() {
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("to");
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("zone");
    QTest::addColumn<QString>("expected");
    QTest::newRow("seconds") << "2020-10-22T18:32:30" << "2020-10-22T18:32:50" << 4 << 0
                             << "18:32:30 18:32:35 18:32:40 18:32:45 18:32:50";
    QTest::newRow("milliseconds") << "2020-10-22T18:32:30.1" << "2020-10-22T18:32:30.5" << 4 << 0
                                  << "18:32:30.100 18:32:30.200 18:32:30.300 18:32:30.400 18:32:30.500";
    QTest::newRow("minutes, zone +5:30") << "2020-10-22T18:02:00" << "2020-10-22T18:12:00" << 2 << 330 << "23:35 23:40";
    QTest::newRow("midnight names the day") << "2020-10-22T22:00:00" << "2020-10-23T04:00:00" << 3 << 0
                                            << "22:00 10-23 00:00 02:00 04:00";
    QTest::newRow("days") << "2020-10-22T12:00:00" << "2020-10-25T12:00:00" << 3 << 0 << "2020-10-23 2020-10-24 2020-10-25";
}

void TestTimeTicks::labels() {
    QFETCH(QString, from);
    QFETCH(QString, to);
    QFETCH(int, most);
    QFETCH(int, zone);
    TimeFormat format;
    format.zoneMinutes = zone;
    QStringList found;
    for (const TimeTick& tick : timeTicks(at(from.toLatin1().constData()), at(to.toLatin1().constData()), most, format)) {
        found += tick.label;
    }
    QTEST(found.join(QLatin1Char(' ')), "expected");
}

void TestTimeTicks::rangesAreNamed() {
    const TimeFormat utc;
    QCOMPARE(rangeText(at("2020-10-22T18:32:30"), at("2020-10-22T18:33:10"), utc), QStringLiteral("18:32:30 – 18:33:10 UTC"));
    QCOMPARE(datedRangeText(at("2020-10-22T18:32:30"), at("2020-10-22T18:33:10"), utc),
             QStringLiteral("2020-10-22 18:32:30 – 18:33:10 UTC"));
    QCOMPARE(rangeText(at("2020-10-22T18:32:30"), at("2020-10-23T18:33:10"), utc),
             QStringLiteral("2020-10-22 18:32:30 – 2020-10-23 18:33:10 UTC"));
    QCOMPARE(rangeText(kNoTime, kNoTime, utc), QString());
}

void TestTimeTicks::hostileRangesEnd() {
    const TimeFormat utc;
    const UtcNanos least{std::numeric_limits<std::int64_t>::min() + 1};
    const UtcNanos most{std::numeric_limits<std::int64_t>::max()};
    QVERIFY(timeTicks(least, most, 8, utc).size() <= 12);
    QVERIFY(timeTicks({most.count - 5}, most, 8, utc).size() <= 12);
    QVERIFY(timeTicks(most, least, 8, utc).empty());
    QVERIFY(timeTicks(kNoTime, most, 8, utc).empty());
}

QTEST_GUILESS_MAIN(TestTimeTicks)
#include "test_time_ticks.moc"
