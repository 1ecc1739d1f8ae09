#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace trocar::ui {

/// Progress from one worker to the GUI thread: the worker posts as often as it likes, the window takes the newest when
/// it draws; while paused, post() holds the worker.
/// Thread safety: post() from the worker, everything else from the GUI thread, at any time.
template <class T>
class ProgressGate {
public:
    /// Blocks while paused, until resumed or told to stop.
    void post(T value, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        newest_ = std::move(value);
        while (paused_ && !stop.stop_requested()) {
            resumed_.wait_for(lock, std::chrono::milliseconds(50));
        }
    }
    [[nodiscard]] std::optional<T> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(newest_, std::nullopt);
    }
    void pause(bool on) {
        {
            const std::lock_guard lock(mutex_);
            paused_ = on;
        }
        resumed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable resumed_;
    std::optional<T> newest_;  // guarded by mutex_
    bool paused_ = false;      // guarded by mutex_
};

}  // namespace trocar::ui
