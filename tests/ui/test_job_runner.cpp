#include <QSignalSpy>
#include <QtTest>
#include <atomic>
#include <memory>
#include <thread>

#include "ui/bridge/job_runner.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

/// Runs until told to stop; says so.
Result<int> untilStopped(std::stop_token stop, std::atomic<bool>& started) {
    started = true;
    while (!stop.stop_requested()) {
        std::this_thread::yield();
    }
    return cancelled("waiting");
}

}  // namespace

class TestJobRunner : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void deliversOnTheOwnersThread() {
        JobRunner runner(JobRunner::Mode::newest);
        std::thread::id workedOn;
        int value = 0;
        std::thread::id deliveredOn;
        runner.run([&](std::stop_token) -> Result<int> {
            workedOn = std::this_thread::get_id();
            return 7;
        }, [&](Result<int>&& result) {
            deliveredOn = std::this_thread::get_id();
            value = result.value();
        });
        QVERIFY(runner.isBusy());
        QTRY_COMPARE(value, 7);
        QVERIFY(!runner.isBusy());
        QVERIFY(workedOn != deliveredOn);
        QVERIFY(deliveredOn == std::this_thread::get_id());
    }

    void newestWinsAndStaleResultsAreDropped() {
        JobRunner runner(JobRunner::Mode::newest);
        std::atomic<bool> started = false;
        int stale = 0;
        int fresh = 0;
        runner.run([&](std::stop_token stop) { return untilStopped(stop, started); },
                   [&](Result<int>&&) { ++stale; });
        QTRY_VERIFY(started.load());
        // Jobs that never start are replaced too.
        for (int i = 0; i < 100; ++i) {
            runner.run([](std::stop_token) -> Result<int> { return 1; }, [&](Result<int>&&) { ++stale; });
        }
        runner.run([](std::stop_token) -> Result<int> { return 2; }, [&](Result<int>&& r) { fresh += r.value(); });
        QTRY_COMPARE(fresh, 2);
        QCoreApplication::processEvents();
        QCOMPARE(stale, 0);
        QVERIFY(!runner.isBusy());
    }

    void aFinishedButUndeliveredResultIsStaleToo() {
        JobRunner runner(JobRunner::Mode::newest);
        int delivered = 0;
        runner.run([](std::stop_token) -> Result<int> { return 1; }, [&](Result<int>&& r) { delivered += r.value(); });
        runner.waitForWorker();  // done, its delivery is waiting in the event queue
        runner.run([](std::stop_token) -> Result<int> { return 10; }, [&](Result<int>&& r) { delivered += r.value(); });
        QTRY_COMPARE(delivered, 10);
        QCoreApplication::processEvents();
        QCOMPARE(delivered, 10);
    }

    void cancelStopsTheJobAndDeliversNothing() {
        JobRunner runner(JobRunner::Mode::newest);
        QSignalSpy busy(&runner, &JobRunner::busyChanged);
        std::atomic<bool> started = false;
        int delivered = 0;
        runner.run([&](std::stop_token stop) { return untilStopped(stop, started); },
                   [&](Result<int>&&) { ++delivered; });
        QTRY_VERIFY(started.load());
        runner.cancel();
        runner.waitForWorker();
        QCoreApplication::processEvents();
        QCOMPARE(delivered, 0);
        QCOMPARE(busy.count(), 2);
    }

    void aJobThatHasNotBegunHearsTheStopToo() {
        JobRunner runner(JobRunner::Mode::ordered);
        std::atomic<bool> release = false;
        runner.run(
            [&](std::stop_token) -> Result<int> {
                while (!release.load()) {
                    std::this_thread::yield();
                }
                return 0;
            },
            [](Result<int>&&) {});
        int told = -1;
        runner.run([](std::stop_token stop) -> Result<int> { return stop.stop_requested() ? 1 : 0; },
                   [&](Result<int>&& r) { told = r.value(); });
        runner.requestStop();  // the second job waits behind the first
        release.store(true);
        QTRY_COMPARE(told, 1);
        int after = -1;
        runner.run([](std::stop_token stop) -> Result<int> { return stop.stop_requested() ? 1 : 0; },
                   [&](Result<int>&& r) { after = r.value(); });
        QTRY_COMPARE(after, 0);  // later ones are not stopped
    }

    void orderedRunsAllInOrder() {
        JobRunner runner(JobRunner::Mode::ordered);
        QList<int> seen;
        for (int i = 0; i < 50; ++i) {
            runner.run([i](std::stop_token) -> Result<int> { return i; },
                       [&](Result<int>&& r) { seen.append(r.value()); });
        }
        QTRY_COMPARE(seen.size(), 50);
        for (int i = 0; i < 50; ++i) {
            QCOMPARE(seen[i], i);
        }
    }

    void orderedFinishesItsWorkWhenDestroyed() {
        std::atomic<int> worked = 0;
        {
            JobRunner runner(JobRunner::Mode::ordered);
            for (int i = 0; i < 20; ++i) {
                runner.run([&](std::stop_token) -> Result<int> { return ++worked; }, [](Result<int>&&) {});
            }
        }
        QCOMPARE(worked.load(), 20);
    }

    void destroyingCancelsAndWaits() {
        std::atomic<bool> started = false;
        {
            JobRunner runner(JobRunner::Mode::newest);
            runner.run([&](std::stop_token stop) { return untilStopped(stop, started); }, [](Result<int>&&) {});
            QTRY_VERIFY(started.load());
        }
        QVERIFY(started.load());
    }

    void resultsNeedNotBeCopyable() {
        JobRunner runner(JobRunner::Mode::newest);
        int value = 0;
        runner.run([](std::stop_token) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(3); },
                   [&](Result<std::unique_ptr<int>>&& r) { value = *r.value(); });
        QTRY_COMPARE(value, 3);
    }
};

QTEST_GUILESS_MAIN(TestJobRunner)
#include "test_job_runner.moc"
