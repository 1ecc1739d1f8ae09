#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/guid.h"
#include "core/base/time.h"
#include "core/model/event.h"
#include "importers/readers/evtx/container.h"
#include "importers/readers/evtx/plan.h"

namespace trocar::evtx {

/// The System element of a record. Absent parts are empty or zero.
struct SystemValues {
    std::string_view provider, event_source, channel, computer, user_id;
    Guid provider_guid, activity, related_activity;
    std::uint32_t event_id = 0;
    std::uint32_t qualifiers = 0, version = 0, level = 0, task = 0, opcode = 0;
    std::uint64_t keywords = 0;
    std::uint64_t record_id = 0;
    std::uint32_t process_id = 0, thread_id = 0;
    UtcNanos time;
    bool has_event_id = false;
};

/// What had to be left out of a record that was read all the same.
namespace partial {
inline constexpr std::uint8_t kMissingValue = 1U << 0;  ///< a substitution beyond the values that there are
inline constexpr std::uint8_t kOddSize = 1U << 1;       ///< a value whose length does not suit its type: given as bytes
inline constexpr std::uint8_t kLimit = 1U << 2;         ///< fields or text beyond the limit
}  // namespace partial

struct RecordValues {
    SystemValues system;
    std::span<const FieldValue> fields;
    std::uint8_t partial = 0;
    bool by_tree = false;  ///< the general way was needed
};

/// Reads records of one file, chunk after chunk, without making XML. A template is turned into a plan when it is first
/// used in a chunk; from there a record costs a walk over its values. Nothing is allocated per record once buffers have
/// grown. Views in the result are valid until the next read() or begin_chunk().
/// Thread safety: none; one reader a thread.
class RecordReader {
public:
    enum class Way : std::uint8_t {
        plan,  ///< as fast as possible
        tree,  ///< the general way only: for tests
    };
    /// System values outside of `slots` stay empty, which saves their reading.
    explicit RecordReader(FieldNames names, Way way = Way::plan, Slots slots = kAllSlots);
    RecordReader(const RecordReader&) = delete;
    RecordReader& operator=(const RecordReader&) = delete;

    /// `chunk` stays valid until the next call; all places are relative to it.
    void begin_chunk(Bytes chunk);
    /// False: damaged; `damage` says where and why. `strict` is for slack: templates are checked to be the ones
    /// meant, and looked for elsewhere in the chunk when they are overwritten.
    [[nodiscard]] bool read(const RecordFrame& frame, bool strict, RecordValues& out, Damage& damage);
    /// Names beyond NameTable's limit were met.
    [[nodiscard]] bool names_full() const { return names_.full(); }

private:
    enum class Outcome : std::uint8_t { done, damaged, needs_tree };
    struct Plan {
        std::uint32_t key = 0;
        std::uint32_t next = kNoPlan;  ///< of the same bucket
        std::uint32_t first = 0;
        std::uint32_t count = 0;
        Outcome outcome = Outcome::done;
        Damage damage;
    };
    static constexpr std::uint32_t kNoPlan = 0xffffffff;
    static constexpr std::size_t kBuckets = 256;

    Outcome by_plan(const RecordFrame& frame);
    bool by_tree(const RecordFrame& frame);
    Outcome fragment(std::uint32_t at, std::uint32_t end, Place place, int nesting);
    std::uint32_t plan_for(std::uint32_t definition, Place place);
    Outcome run(std::uint32_t first, std::uint32_t count, std::uint32_t values, std::uint32_t value_count, int nesting);
    void give(const Step& step, ValueRef value);
    void give_scalar(const Step& step, Bytes bytes, Type type);
    void give_text(const Step& step, std::string_view text);
    void put(const Step& step, const FieldValue& value);
    void set(Slot slot, const FieldValue& value);
    [[nodiscard]] bool room_for_field();
    Outcome damaged(const char* what, std::uint32_t at);

    NameTable names_;
    Way way_;
    Slots slots_;
    Bytes chunk_;
    Budget budget_;
    Tree tree_;
    DefinitionIndex index_;
    std::vector<Plan> plans_;
    std::array<std::uint32_t, kBuckets> buckets_{};
    std::vector<Step> steps_;        ///< of all plans of the chunk
    TextBuffer literals_;            ///< of all plans of the chunk
    TextBuffer text_;                ///< of the record
    std::vector<ValueRef> values_;
    std::vector<FieldValue> fields_;
    std::string scratch_;
    std::size_t unnamed_ = 0;
    bool strict_ = false;
    SystemValues system_;
    std::uint8_t partial_ = 0;
    Damage damage_;
};

}  // namespace trocar::evtx
