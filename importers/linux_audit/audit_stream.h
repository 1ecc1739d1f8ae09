#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"
#include "core/ingest/importer.h"
#include "importers/linux_audit/audit_event.h"
#include "importers/readers/text/text_window.h"

namespace trocar {

/// One parse of a raw audit log: gathers the records of each event, puts events in the order of their serials, and hands
/// them on in blocks of whole events. Memory is bounded by kMaxPendingBytes. Thread safety: one thread.
class AuditStream {
public:
    /// An event is complete when this many lines came after its last record: no log file holds EOE records, and up to
    /// 1,641 lines of other events lay between two records of one (measured, docs/formats/audit.md).
    static constexpr std::uint64_t kLagLines = 4096;
    static constexpr std::size_t kMaxPendingBytes = 16U << 20U;
    static constexpr std::size_t kMaxEventBytes = 1U << 20U;
    static constexpr std::size_t kMaxLine = 256U << 10U;   ///< the kernel's longest record is 8,970 bytes
    static constexpr std::size_t kBlockBytes = 64U << 10U;
    static constexpr std::uint32_t kMaxSerialStep = 1000;  ///< serials step back by 53 at most (measured)
    static constexpr std::int64_t kMaxStepSeconds = 30;

    AuditStream(Input& input, const ImportHints& hints, EventSink& sink, std::stop_token stop)
        : input_(input), sink_(sink), stop_(std::move(stop)), window_(input), mapper_(sink, hints.host),
          parts_(input.parts()) {}
    [[nodiscard]] Status run();

private:
    struct Pending {
        std::string text;  ///< records, a line each
        std::vector<std::uint64_t> places;  ///< offset of each record; only where the input has parts
        std::string node;
        std::uint64_t key = 0, first_line = 0, last_line = 0, offset = 0;
        std::int64_t seconds = 0;
        std::uint32_t millis = 0, serial = 0;
        bool daemon = false;  ///< DAEMON_*: auditd's own serials
    };
    struct Item {
        std::size_t offset = 0, length = 0;
        std::uint64_t line = 0, source_offset = 0;
        std::size_t first_place = 0, place_count = 0;
        const LossKind* loss = nullptr;
    };

    [[nodiscard]] std::size_t lines(std::string_view text, std::uint64_t base);
    [[nodiscard]] std::size_t left_in_part(std::uint64_t offset);
    void line(std::string_view text, std::uint64_t offset);
    void add_record(const AuditHead& head, std::string_view text, std::uint64_t offset);
    void release_old();
    [[nodiscard]] std::uint32_t begin(const AuditHead& head, std::uint64_t key, std::uint64_t offset);
    void place(std::uint32_t slot);
    [[nodiscard]] static bool before(const Pending& a, const Pending& b);
    void release_front();
    void reject(const LossKind& kind, std::string_view text, std::uint64_t offset);
    void put(std::string_view text, Item item, std::span<const std::uint64_t> places = {});
    void flush();

    Input& input_;
    EventSink& sink_;
    std::stop_token stop_;
    TextWindow window_;
    AuditEventMapper mapper_;
    std::vector<Pending> slots_;
    std::vector<std::uint32_t> free_;
    std::deque<std::uint32_t> order_;  ///< slots, in the order in which they are handed on
    tsl::robin_map<std::uint64_t, std::uint32_t, SeededHash> by_key_;
    std::size_t pending_bytes_ = 0;
    std::uint64_t line_ = 0;
    std::string block_;
    std::vector<Item> items_;
    std::span<const InputPart> parts_;
    std::size_t part_ = 0;               ///< of the line at hand
    std::vector<std::uint64_t> places_;  ///< of the records in block_
};

}  // namespace trocar
