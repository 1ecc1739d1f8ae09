#include "ui/bridge/job_runner.h"

#include <QMetaObject>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace trocar::ui {

struct JobRunner::Worker {
    struct Waiting {
        Job job;
        quint64 generation = 0;
        std::stop_source stop = {};  ///< its own from the start: it can be asked to stop before it runs
    };

    // Owning thread only.
    Mode mode = Mode::newest;
    quint64 newest = 0;       ///< generation of the job given last
    quint64 validFrom = 1;    ///< results of older generations are stale
    int outstanding = 0;      ///< jobs given whose result may still be delivered

    // Shared with the worker thread, guarded by `mutex`.
    std::mutex mutex;
    std::condition_variable wake, idle;
    std::deque<Waiting> waiting;
    std::stop_source running;
    bool working = false;
    bool ending = false;

    std::thread thread;

    void loop(JobRunner* owner) {
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [this] { return ending || !waiting.empty(); });
            if (waiting.empty()) {
                return;
            }
            Waiting next = std::move(waiting.front());
            waiting.pop_front();
            running = next.stop;
            working = true;
            const std::stop_token token = running.get_token();
            lock.unlock();
            Delivery delivery = next.job(token);
            next.job = nullptr;
            // Queued to the owner's thread; dropped by Qt when the owner is gone by then.
            QMetaObject::invokeMethod(
                owner,
                [owner, generation = next.generation, result = std::move(delivery)] {
                    owner->deliver(generation, result);
                },
                Qt::QueuedConnection);
            lock.lock();
            working = false;
            if (waiting.empty()) {
                idle.notify_all();
            }
        }
    }
};

JobRunner::JobRunner(Mode mode, QObject* parent) : QObject(parent), worker_(std::make_unique<Worker>()) {
    worker_->mode = mode;
    worker_->thread = std::thread([this] { worker_->loop(this); });
}

JobRunner::~JobRunner() {
    {
        const std::lock_guard lock(worker_->mutex);
        worker_->ending = true;
        if (worker_->mode == Mode::newest) {
            worker_->waiting.clear();
            worker_->running.request_stop();
        }
    }
    worker_->wake.notify_all();
    worker_->thread.join();
}

void JobRunner::start(Job job) {
    const bool wasBusy = isBusy();
    const quint64 generation = ++worker_->newest;
    if (worker_->mode == Mode::newest) {
        worker_->validFrom = generation;
        worker_->outstanding = 0;
    }
    ++worker_->outstanding;
    {
        const std::lock_guard lock(worker_->mutex);
        if (worker_->mode == Mode::newest) {
            worker_->waiting.clear();
            worker_->running.request_stop();
        }
        worker_->waiting.push_back({std::move(job), generation});
    }
    worker_->wake.notify_all();
    if (!wasBusy) {
        Q_EMIT busyChanged();
    }
}

void JobRunner::cancel() {
    const bool wasBusy = isBusy();
    worker_->validFrom = worker_->newest + 1;
    worker_->outstanding = 0;
    {
        const std::lock_guard lock(worker_->mutex);
        worker_->waiting.clear();
        worker_->running.request_stop();
    }
    if (wasBusy) {
        Q_EMIT busyChanged();
    }
}

void JobRunner::requestStop() {
    const std::lock_guard lock(worker_->mutex);
    worker_->running.request_stop();
    for (Worker::Waiting& one : worker_->waiting) {
        one.stop.request_stop();
    }
}

bool JobRunner::isBusy() const {
    return worker_->outstanding > 0;
}

void JobRunner::waitForWorker() {
    std::unique_lock lock(worker_->mutex);
    worker_->idle.wait(lock, [this] { return !worker_->working && worker_->waiting.empty(); });
}

void JobRunner::deliver(quint64 generation, const Delivery& delivery) {
    if (generation < worker_->validFrom) {
        return;
    }
    --worker_->outstanding;
    delivery();
    if (!isBusy()) {
        Q_EMIT busyChanged();
    }
}

}  // namespace trocar::ui
