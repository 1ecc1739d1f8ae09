#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <stop_token>
#include <type_traits>
#include <utility>

#include "core/base/result.h"

namespace trocar::ui {

/// Runs work on one worker thread of its own and brings the result back to the thread that owns the runner.
/// Work is a function from values (or shared_ptr<const>) and a stop_token to Result<T>.
///  newest:  a new job asks the running one to stop and takes its place; a stale result is dropped, never delivered.
///  ordered: jobs run one after the other, every result is delivered unless cancel() came between.
/// Thread safety: call from the owning thread only. Destruction: newest cancels and waits; ordered finishes what was
/// given to it first (the analyst's edits), then ends.
class JobRunner : public QObject {
    Q_OBJECT

public:
    enum class Mode : unsigned char { newest, ordered };
    explicit JobRunner(Mode mode, QObject* parent = nullptr);
    ~JobRunner() override;

    /// `work`: callable(std::stop_token) -> Result<T>. `done`: callable(Result<T>&&), run on the owning thread.
    template <class Work, class Done>
    void run(Work work, Done done) {
        using Answer = std::invoke_result_t<Work&, std::stop_token>;
        auto job = [work = std::make_shared<Work>(std::move(work)),
                    done = std::make_shared<Done>(std::move(done))](std::stop_token stop) -> Delivery {
            auto answer = std::make_shared<Answer>((*work)(std::move(stop)));
            return [answer, done] { (*done)(std::move(*answer)); };
        };
        start(std::move(job));
    }
    /// Asks the running job to stop, forgets the waiting ones; none of their results will be delivered.
    void cancel();
    /// Asks the running job and the waiting ones to stop; each still runs and what it answers is delivered.
    void requestStop();
    /// A job is running or waiting, or its result has not been delivered yet.
    [[nodiscard]] bool isBusy() const;
    /// Blocks until the worker has nothing left; results still come through the event loop.
    void waitForWorker();

Q_SIGNALS:
    void busyChanged();

private:
    using Delivery = std::function<void()>;
    using Job = std::function<Delivery(std::stop_token)>;
    void start(Job job);
    void deliver(quint64 generation, const Delivery& delivery);

    struct Worker;
    std::unique_ptr<Worker> worker_;
};

}  // namespace trocar::ui
