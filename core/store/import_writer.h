#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/result.h"
#include "core/store/database.h"
#include "core/store/import_batch.h"

namespace trocar {

/// The second thread of an import: takes batches in order, packs raw blocks and streams rows into an open transaction.
/// The queue is bounded, so that memory stays flat; when it is full the pushing thread does not sleep but packs raw
/// blocks that wait in it, so that both cores work whichever side is slower.
/// Thread safety: push() and finish() from one thread. The Database belongs to the writer between construction and
/// finish(). Failure: push() gives false and finish() the Error.
class ImportWriter {
public:
    explicit ImportWriter(Database& db);
    ~ImportWriter();
    ImportWriter(const ImportWriter&) = delete;
    ImportWriter& operator=(const ImportWriter&) = delete;

    /// An empty batch, with the memory of one that was written.
    [[nodiscard]] std::unique_ptr<ImportBatch> fresh_batch();
    /// False: writing has failed.
    [[nodiscard]] bool push(std::unique_ptr<ImportBatch> batch);
    [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_relaxed); }
    /// Waits for all batches to be written and ends the thread.
    [[nodiscard]] Status finish();

private:
    class Packer;

    void run();
    [[nodiscard]] Status write(ImportBatch& batch, Packer& packer);
    [[nodiscard]] RawBlockInsert* claim_waiting();

    static constexpr std::size_t kQueueBatches = 3;

    Database& db_;
    RowBatch stream_;
    std::unique_ptr<Packer> helper_;  ///< of the pushing thread
    std::atomic<bool> failed_{false};

    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::deque<std::unique_ptr<ImportBatch>> queue_;
    std::vector<std::unique_ptr<ImportBatch>> written_;
    Status status_;
    bool ending_ = false;

    std::thread thread_;
};

}  // namespace trocar
