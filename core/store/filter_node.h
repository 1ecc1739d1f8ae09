#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/store/event_filter.h"

namespace trocar {

enum class FilterOp : std::uint8_t { contains, contains_not, equal, not_equal, less, less_equal, greater, greater_equal, has };

/// Fields that every event has; `other` is a field of the record, by name.
enum class FilterField : std::uint8_t {
    any,  ///< a bare word
    time, host, channel, provider, event_id, operation, source_image, source_pid, target_image, target_pid, image, pid, access,
    text, other
};

/// One node of a parsed filter (docs/manual/filter.md).
struct EventFilter::Node {
    enum class Kind : std::uint8_t { all_of, any_of, none_of, test };
    Kind kind = Kind::test;
    std::vector<std::unique_ptr<Node>> children;

    FilterField field = FilterField::any;
    FilterOp op = FilterOp::contains;
    std::string name;                       ///< of an `other` field, as written
    std::string value;                      ///< as written, without quotes
    std::optional<std::uint64_t> number;    ///< the value, when it is a number
    UtcNanos from, to;                      ///< time: the span that the value names, [from, to)
};

/// Limits on a filter's text: it may come from a file or a pasted page.
inline constexpr std::size_t kMaxFilterText = std::size_t{64} << 10;
inline constexpr int kMaxFilterDepth = 64;
inline constexpr std::size_t kMaxFilterTests = 256;

/// Null: the text is empty, everything passes.
[[nodiscard]] Result<std::unique_ptr<EventFilter::Node>> parse_filter(std::string_view text);

/// The span of time that "2020-08-07", "2020-08-07 18:32", "2020-08-07 18:32:30.5" name, in UTC; false: it is none.
[[nodiscard]] bool parse_time_span(std::string_view text, UtcNanos& from, UtcNanos& to);
/// Bits of "VM_WRITE", "PROCESS_VM_WRITE", "0x28", "VM_WRITE|VM_OPERATION".
[[nodiscard]] std::optional<std::uint64_t> parse_rights(std::string_view text);

}  // namespace trocar
