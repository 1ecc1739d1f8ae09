#include <QtTest>

#include "ui/shell/command_palette.h"
#include "ui/shell/status_strip.h"
#include "ui/views/parameters/log_axis.h"

using namespace trocar;
using namespace trocar::ui;

class TestLogAxis : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsAreTheLimits() {
        const LogAxis axis{Nanos{1'000'000}, Nanos{86'400'000'000'000}, 10, 500};
        QCOMPARE(axis.at(10).count, 1'000'000);
        QCOMPARE(axis.at(510).count, 86'400'000'000'000);
        QCOMPARE(axis.at(-1000).count, 1'000'000);
        QCOMPARE(axis.at(9999).count, 86'400'000'000'000);
    }

    void pixelsGoThereAndBack() {
        const LogAxis axis{Nanos{1'000'000}, Nanos{86'400'000'000'000}, 0, 400};
        for (int x = 0; x <= 400; ++x) {
            QVERIFY(std::abs(axis.x(axis.at(x)) - x) < 0.15);  // three digits are finer than a pixel
        }
    }

    void valuesAreTypable() {
        const LogAxis axis{Nanos{1'000'000}, Nanos{86'400'000'000'000}, 0, 400};
        for (int x = 1; x < 400; ++x) {
            std::int64_t value = axis.at(x).count;
            while (value % 10 == 0) {
                value /= 10;
            }
            QVERIFY(value < 1000);
        }
    }

    void stepsNeverStick() {
        const LogAxis axis{Nanos{1'000'000}, Nanos{86'400'000'000'000}, 0, 400};
        Nanos at = axis.minimum;
        int steps = 0;
        while (at < axis.maximum && steps < 1000) {
            const Nanos next = axis.scaled(at, 1.12201845430196);
            QVERIFY(next > at);
            at = next;
            ++steps;
        }
        QVERIFY(steps > 100 && steps < 200);
    }

    void hostileValuesStayOnTheAxis() {
        const LogAxis axis{Nanos{1'000'000}, Nanos{86'400'000'000'000}, 0, 400};
        for (const Nanos at : {Nanos{0}, Nanos{-5}, kInfiniteNanos}) {
            QVERIFY(axis.x(at) >= 0 && axis.x(at) <= 400);
        }
    }

    void commandsAreFoundByLetters() {
        QVERIFY(fuzzyScore(QStringLiteral("nch"), QStringLiteral("Chain: Next chain")) > 0);
        QCOMPARE(fuzzyScore(QStringLiteral("xyz"), QStringLiteral("Chain: Next chain")), 0);
        QVERIFY(fuzzyScore(QStringLiteral("next"), QStringLiteral("Chain: Next chain")) >
                fuzzyScore(QStringLiteral("next"), QStringLiteral("File: Open the next thing, not")) - 20);
        QVERIFY(fuzzyScore(QStringLiteral("redo"), QStringLiteral("Edit: Redo")) >
                fuzzyScore(QStringLiteral("redo"), QStringLiteral("Reset the old")));
    }

    void ratesReadShort() {
        QCOMPARE(shortCount(612'345), QStringLiteral("612 k"));
        QCOMPARE(shortCount(1'340'000), QStringLiteral("1.3 M"));
        QCOMPARE(shortCount(17), QStringLiteral("17"));
        QCOMPARE(shortTime(14.2), QStringLiteral("14 s"));
        QCOMPARE(shortTime(200), QStringLiteral("3 min 20 s"));
    }
};

QTEST_MAIN(TestLogAxis)
#include "test_log_axis.moc"
