#include "core/store/background_sha256.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace trocar {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{512} << 10;
constexpr std::size_t kMostBlocks = 6;

}  // namespace

BackgroundSha256::~BackgroundSha256() { end_thread(); }

void BackgroundSha256::add(Bytes bytes) {
    while (!bytes.empty()) {
        if (filling_.capacity() == 0) {
            filling_.reserve(kBlockBytes);
        }
        const std::size_t taken = std::min(bytes.size(), kBlockBytes - filling_.size());
        filling_.insert(filling_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
        bytes = bytes.subspan(taken);
        if (filling_.size() == kBlockBytes) {
            hand_over();
        }
    }
}

void BackgroundSha256::hand_over() {
    if (!start()) {
        sha_.add(filling_);
        filling_.clear();
        return;
    }
    std::unique_lock lock(mutex_);
    waiting_.push_back(std::move(filling_));
    changed_.notify_all();
    if (free_.empty() && blocks_ + 1 < kMostBlocks) {
        ++blocks_;
        filling_ = Block();
        return;
    }
    changed_.wait(lock, [this] { return !free_.empty(); });
    filling_ = std::move(free_.front());
    free_.pop_front();
}

bool BackgroundSha256::start() {
    if (!thread_.joinable() && !alone_) {
        try {
            thread_ = std::thread([this] { run(); });
        } catch (const std::system_error&) {
            alone_ = true;  // hashed where it is read: slower, the same digest
        }
    }
    return !alone_;
}

void BackgroundSha256::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !waiting_.empty() || ending_; });
        if (waiting_.empty()) {
            return;
        }
        Block block = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        sha_.add(block);
        block.clear();
        lock.lock();
        free_.push_back(std::move(block));
        changed_.notify_all();
    }
}

void BackgroundSha256::end_thread() {
    if (thread_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
            changed_.notify_all();
        }
        thread_.join();
    }
}

Sha256Digest BackgroundSha256::finish() {
    end_thread();
    sha_.add(filling_);
    return sha_.finish();
}

}  // namespace trocar
