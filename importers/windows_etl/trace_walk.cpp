#include "importers/windows_etl/trace_walk.h"

#include "importers/readers/etl/buffer.h"
#include "importers/readers/etl/format.h"
#include "importers/windows_etl/etl_losses.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

namespace trocar {
namespace {

using namespace etl;

constexpr std::uint32_t kCircularMode = 0x2;  // EVENT_TRACE_FILE_MODE_CIRCULAR (evntrace.h)

class Walk {
public:
    Walk(Input& input, TraceVisitor& visitor)
        : input_(input), visitor_(visitor), budget_(input.size() * kMaxExpansion + kMaxBuffer) {}

    Status run(const std::stop_token& stop) {
        std::uint64_t at = 0;
        while (at < input_.size()) {
            if (stop.stop_requested()) {
                return cancelled("reading " + input_.name());
            }
            if (Status status = buffer(at); !status.ok()) {
                return status;
            }
            at = std::min<std::uint64_t>(at + stride_, input_.size());
            if (!visitor_.progress(at)) {
                return cancelled("reading " + input_.name());
            }
        }
        if (!header_) {
            return no_header();
        }
        end_of_file();
        return {};
    }

private:
    [[nodiscard]] Error no_header() const {
        return {
            ErrorKind::unreadable,
            input_.name() +
                " is not an event trace log, or its beginning is missing: its first buffer holds no header",
            "Give the .etl file as the trace session wrote it, from its first byte."};
    }

    /// Reads the buffer at `at` and sets stride_ to where the next one begins.
    Status buffer(std::uint64_t at) {
        std::array<std::byte, kBufferHeaderSize> head{};
        const auto got = input_.read_at(at, head);
        if (!got.ok()) {
            return got.error();
        }
        const BufferHeader header = read_buffer_header(head);
        const bool complete = got.value() == head.size();
        if (!header_ && (!complete || !header.plausible())) {
            return no_header();
        }
        if (!complete || !header.plausible()) {
            return unreadable_header(header, at, complete);
        }
        stride_ = header.size;
        stored_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(header.size, input_.size() - at)));
        const auto read = input_.read_at(at, stored_);
        if (!read.ok()) {
            return read.error();
        }
        stored_.resize(read.value());
        if (stored_.size() < kBufferHeaderSize) {
            return {};  // it shrank while it was read
        }
        const OpenBuffer open = open_buffer(header, stored_, expanded_, budget_);
        if (!header_ && !first_record(open.bytes)) {
            return no_header();
        }
        ++buffers_;
        visitor_.buffer(open.bytes, at, header.compressed());
        losses(header, open.state, at);
        records(open.bytes, at);
        return {};
    }

    /// Space set aside for buffers that were never written is all zero and no loss.
    Status unreadable_header(const BufferHeader& header, std::uint64_t at, bool complete) {
        stride_ = complete ? std::clamp<std::uint64_t>(header_->buffer_size, kBufferHeaderSize, kMaxBuffer)
                           : kBufferHeaderSize;
        if (!complete) {
            visitor_.lost(etl_loss::kTruncated, {0, at, "inside a buffer's header"});
        } else if (header.size != 0) {
            ++buffers_;
            visitor_.lost(etl_loss::kBufferHeader, {0, at, "says " + std::to_string(header.size) + " bytes"});
        }
        return {};
    }

    bool first_record(Bytes bytes) {
        Record record;
        if (read_record(bytes, kBufferHeaderSize, record) != RecordState::record) {
            return false;
        }
        header_ = read_log_header(record);
        if (header_) {
            visitor_.header(*header_);
        }
        return header_.has_value();
    }

    void losses(const BufferHeader& header, BufferState state, std::uint64_t at) {
        switch (state) {
            case BufferState::whole: break;
            case BufferState::cut_off:
                visitor_.lost(
                    etl_loss::kTruncated,
                    {0, at, std::to_string(stored_.size()) + " bytes of " + std::to_string(header.size)});
                break;
            case BufferState::damaged: visitor_.lost(etl_loss::kExpand, {0, at, ""}); break;
            case BufferState::over_limit:
                visitor_.lost(etl_loss::kExpandLimit, {0, at, std::to_string(header.filled) + " bytes"});
                break;
        }
        if ((header.flags & (kBufferEventsLost | kBufferLost)) != 0) {
            visitor_.lost(etl_loss::kBufferFlag, {0, at, "of processor " + std::to_string(header.cpu)});
        }
        cut_ = cut_ || state == BufferState::cut_off;
    }

    void records(Bytes bytes, std::uint64_t buffer_at) {
        std::size_t at = kBufferHeaderSize;
        Record record;
        RecordState state = read_record(bytes, at, record);
        for (; state == RecordState::record; state = read_record(bytes, at, record)) {
            visitor_.record(record, ++ordinal_);
            at = next_record(record);
        }
        if (state == RecordState::end) {
            return;
        }
        const LossPlace place{ordinal_ + 1, buffer_at + at,
                              std::to_string(bytes.size() - at) + " bytes left in the buffer"};
        const RawPlace raw{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(bytes.size() - at)};
        if (state == RecordState::cut_off && cut_) {
            return;  // the end of the file, already told
        }
        visitor_.lost(state == RecordState::bad ? etl_loss::kRecordBad : etl_loss::kRecordCut, place, raw);
    }

    void end_of_file() {
        const bool circular = (header_->mode & kCircularMode) != 0;
        if (circular) {
            visitor_.lost(etl_loss::kCircular, {0, 0, ""});
        } else if (header_->buffers_written > buffers_ && !cut_) {
            visitor_.lost(
                etl_loss::kBuffersMissing,
                {0, input_.size(),
                 std::to_string(buffers_) + " of " + std::to_string(header_->buffers_written) + " buffers"});
        }
    }

    Input& input_;
    TraceVisitor& visitor_;
    std::uint64_t budget_;  ///< bytes that may still be expanded
    std::optional<LogHeader> header_;
    std::vector<std::byte> stored_, expanded_;
    std::uint64_t stride_ = 0;
    std::uint64_t buffers_ = 0;
    std::uint64_t ordinal_ = 0;
    bool cut_ = false;
};

}  // namespace

Status walk_trace(Input& input, TraceVisitor& visitor, const std::stop_token& stop) {
    return Walk(input, visitor).run(stop);
}

}  // namespace trocar
