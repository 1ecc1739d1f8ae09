#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/model/signal.h"

namespace trocar {

/// 128-bit identity of a chain: hash(analytic, source key, target key, SHA-256 of file : record of the anchor).
struct ChainId {
    std::uint64_t high = 0, low = 0;
    friend constexpr auto operator<=>(const ChainId&, const ChainId&) = default;
};
[[nodiscard]] std::string format_chain_id(ChainId id);  ///< 32 hex digits
[[nodiscard]] bool parse_chain_id(std::string_view text, ChainId& out);

enum class FindingKind : std::uint8_t { chain, lone, partial };
enum class Grade : std::uint8_t { precondition, execution_only, shape, corroborated, complete };
[[nodiscard]] std::string_view name(FindingKind kind);
[[nodiscard]] std::string_view name(Grade grade);  ///< "execution only", ...

/// One addend of the confidence.
struct Reason {
    int points = 0;
    std::string text;  ///< "thread started in a foreign process"; names a damping when negative
};

/// One row: a fold group (anchors of one pair with the same start page or function) in one state. A group has a chain
/// row when any of its anchors can be linked, a lone row unless all are linked at the slider's minimum; exactly one of
/// the two shows at any window. `id` is that of the group's earliest anchor, so that no
/// parameter changes it.
struct Finding {
    ChainId id;
    FindingKind kind = FindingKind::chain;
    Grade grade = Grade::shape;
    std::uint8_t confidence = 0;       ///< 0..100
    bool damped = false;               ///< a named damping applies
    std::string_view technique;        ///< "T1055.001"
    ProcessId source, target;
    UtcNanos anchor_time;
    Nanos span{kInfiniteNanos};        ///< critical windows of the group; infinite: never linked
    Nanos gap{kInfiniteNanos};
    Nanos death{kInfiniteNanos};       ///< partial: the window from which it is part of a full chain
    std::uint32_t anchor = 0;          ///< row of the SignalTable
    std::uint32_t group = 0;           ///< index of the fold group: the chain and the lone row share it
    std::uint32_t folded = 1;          ///< anchors in the group
    std::uint32_t incident = 0;        ///< rows of one pair
    std::uint32_t steps = 0;           ///< bit (1 << Role) for each role observed
};

/// One line of evidence.
struct Evidence {
    std::string_view stage;            ///< "access", "execute", "load", "create"
    std::uint32_t signal = 0;          ///< row of the SignalTable
    EventId event;
    UtcNanos time;
    Nanos appears;                     ///< own critical window: shown from this TimeWindow on
    bool witness = false;              ///< part of the path drawn
    std::string text;                  ///< "GrantedAccess 0x1f3fff (VM_WRITE, VM_OPERATION, +12), code outside modules"
};

/// Why a row is there, in full. Made on demand.
struct Explanation {
    std::uint32_t anchor = 0;          ///< row of the SignalTable told of: of a folded chain under WindowMeasure::gap the
                                       ///< member with the smallest gap, else the finding's own
    std::string sentence;              ///< plain words for the top of the card, the report, the screen reader
    std::vector<Evidence> evidence;    ///< in time order
    std::vector<Reason> reasons;
    std::vector<std::string> observed, missing, invisible;  ///< completeness: step names
    std::vector<std::string> rights_all;  ///< mode all: requiring one of these rights makes it vanish
    std::vector<std::string> rights_any;  ///< mode any: it vanishes when the mask keeps none of these
    std::string vanishes;              ///< "TimeWindow < 3.282 s", "AccessMask requires PROCESS_DUP_HANDLE", ...
    std::string runner_up;             ///< technique next best, with the deciding evidence; may be empty
};

}  // namespace trocar
