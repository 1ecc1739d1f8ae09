#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/sha256.h"

namespace trocar {

/// SHA-256 of bytes as they are handed over, computed on a thread of its own: parsing goes on meanwhile. Short inputs never
/// start the thread. Thread safety: one caller's.
class BackgroundSha256 {
public:
    BackgroundSha256() = default;
    ~BackgroundSha256();
    BackgroundSha256(const BackgroundSha256&) = delete;
    BackgroundSha256& operator=(const BackgroundSha256&) = delete;

    /// Copies the bytes; waits while the thread is more than a few MiB behind.
    void add(Bytes bytes);
    /// Waits for the thread and ends the run; add() may not follow.
    [[nodiscard]] Sha256Digest finish();

private:
    using Block = std::vector<std::byte>;

    void hand_over();
    [[nodiscard]] bool start();
    void run();
    void end_thread();

    Sha256 sha_;  ///< the thread's once it has started, until it ends
    Block filling_;
    std::thread thread_;
    bool alone_ = false;  ///< no thread could be had
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Block> waiting_, free_;
    std::size_t blocks_ = 0;
    bool ending_ = false;
};

}  // namespace trocar
