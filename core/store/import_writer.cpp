#include "core/store/import_writer.h"

#include <zstd.h>

#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {

/// Packs raw blocks with a context and scratch memory of its own.
class ImportWriter::Packer {
public:
    Packer() : context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {}

    void pack(RawBlockInsert& block) {
        block.hash = XXH3_64bits(block.bytes.data(), block.bytes.size());
        if (!block.keep) {
            block.codec = RawCodec::not_kept;
            block.bytes.clear();
        } else {
            scratch_.resize(ZSTD_compressBound(block.bytes.size()));
            const std::size_t size = ZSTD_compressCCtx(context_.get(), scratch_.data(), scratch_.size(),
                                                       block.bytes.data(), block.bytes.size(), kRawZstdLevel);
            if (ZSTD_isError(size) == 0 && size < block.bytes.size()) {
                block.codec = RawCodec::zstd;
                block.bytes.assign(scratch_.begin(), scratch_.begin() + static_cast<std::ptrdiff_t>(size));
            } else {
                block.codec = RawCodec::stored;
            }
        }
        block.packed.store(true, std::memory_order_release);
        block.packed.notify_all();
    }

private:
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context_;
    std::vector<std::byte> scratch_;
};

ImportWriter::ImportWriter(Database& db) : db_(db), helper_(std::make_unique<Packer>()) {
    status_ = register_row_streams(db_, stream_);
    if (!status_.ok()) {
        failed_ = true;
    }
    thread_ = std::thread([this] { run(); });
}

ImportWriter::~ImportWriter() { static_cast<void>(finish().ok()); }

std::unique_ptr<ImportBatch> ImportWriter::fresh_batch() {
    {
        const std::lock_guard lock(mutex_);
        if (!written_.empty()) {
            std::unique_ptr<ImportBatch> batch = std::move(written_.back());
            written_.pop_back();
            return batch;
        }
    }
    return std::make_unique<ImportBatch>();
}

RawBlockInsert* ImportWriter::claim_waiting() {
    for (const auto& batch : queue_) {
        for (RawBlockInsert& block : batch->blocks) {
            if (!block.claimed.exchange(true, std::memory_order_acq_rel)) {
                return &block;
            }
        }
    }
    return nullptr;
}

bool ImportWriter::push(std::unique_ptr<ImportBatch> batch) {
    std::unique_lock lock(mutex_);
    while (queue_.size() >= kQueueBatches && status_.ok()) {
        // The claimed block stays where it is until `packed`: the writer waits for that before it lets the batch go.
        if (RawBlockInsert* block = claim_waiting(); block != nullptr) {
            lock.unlock();
            helper_->pack(*block);
            lock.lock();
        } else {
            changed_.wait(lock, [this] { return queue_.size() < kQueueBatches || !status_.ok(); });
        }
    }
    if (!status_.ok()) {
        return false;
    }
    queue_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
}

Status ImportWriter::finish() {
    if (thread_.joinable()) {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
            changed_.notify_all();
        }
        thread_.join();
    }
    return status_;
}

void ImportWriter::run() {
    Packer packer;
    for (;;) {
        ImportBatch* batch = nullptr;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !queue_.empty() || ending_; });
            if (queue_.empty() || !status_.ok()) {
                return;
            }
            batch = queue_.front().get();  // stays in the queue while it is written: its blocks may be helped with
        }
        Status s = write(*batch, packer);
        const std::lock_guard lock(mutex_);
        if (!s.ok()) {
            status_ = std::move(s);
            failed_ = true;
        }
        if (written_.size() < kQueueBatches) {
            batch->events.clear();
            batch->details.clear();
            batch->strings.clear();
            batch->blocks.clear();
            batch->raw_bytes = 0;
            written_.push_back(std::move(queue_.front()));
        }
        queue_.pop_front();
        changed_.notify_all();
    }
}

Status ImportWriter::write(ImportBatch& batch, Packer& packer) {
    // Pack what nobody has taken, then wait for the few that the other thread is at: also when a row failed, since the
    // other thread holds pointers to them.
    for (RawBlockInsert& block : batch.blocks) {
        if (!block.claimed.exchange(true, std::memory_order_acq_rel)) {
            packer.pack(block);
        }
    }
    for (RawBlockInsert& block : batch.blocks) {
        block.packed.wait(false, std::memory_order_acquire);
    }
    stream_ = {batch.first_event, batch.events, batch.details, batch.first_string, batch.strings};
    for (const RawBlockInsert& block : batch.blocks) {
        if (block.is_text) {
            Query q = db_.query(Sql::insert_text_block);
            q.integer(block.id).integer(block.size).integer(static_cast<int>(block.codec)).unsigned_integer(block.hash);
            if (Status s = q.blob(block.bytes).run(); !s.ok()) {
                return s;
            }
            continue;
        }
        Query q = db_.query(Sql::insert_raw_block);
        q.integer(block.id).integer(block.source).unsigned_integer(block.source_offset).integer(block.size);
        q.integer(static_cast<int>(block.codec)).unsigned_integer(block.hash);
        if (block.codec == RawCodec::not_kept) {
            q.null();
        } else {
            q.blob(block.bytes);
        }
        if (Status s = q.run(); !s.ok()) {
            return s;
        }
    }
    return stream_rows(db_, stream_);
}

}  // namespace trocar
