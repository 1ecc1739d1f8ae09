#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/detect/analytic.h"
#include "core/detect/capture.h"
#include "core/detect/finding.h"

namespace trocar {

inline constexpr std::uint32_t kNoPair = 0xffffffffU;

/// Anchors of one pair that fold into one row (core/detect/README.md, "Fold group").
struct AnchorGroup {
    ChainId id;                     ///< of the earliest anchor
    std::uint64_t facts = 0;        ///< of the Judge, without any parameter
    ProcessId source, target;       ///< source may be none: tampering that nobody is known to have done
    std::uint32_t earliest = 0;     ///< row of the SignalTable
    std::uint32_t run = 0;          ///< index of the AnchorRun that holds it
    std::uint32_t members = 0;
    std::uint32_t incident = 0;
    std::uint32_t first_sibling = 0, last_sibling = 0;  ///< groups over the same anchors without a source
    Role role = Role::execute;
    bool joined = false;            ///< its anchors have no source of their own
    bool lone = true;               ///< shows as a lone row where nothing links it
};

/// One pair's anchors under one pattern: what the linear pass walks.
struct AnchorRun {
    std::uint32_t pair = kNoPair;   ///< index of SignalTable::pairs; kNoPair: no signal of this pair exists
    std::uint32_t first_anchor = 0, last_anchor = 0;  ///< into anchor_row and anchor_group, in total order
    std::uint32_t first_group = 0, last_group = 0;
    std::uint8_t pattern = 0;
    bool direct = true;             ///< the pair has no signal for an optional stage: the nearest first step decides
};

/// Everything about anchors that no parameter changes: found once a capture, shared by every run.
/// Thread safety: immutable once built. Memory: 8 bytes an anchor, about 80 a group.
struct AnchorIndex {
    std::vector<AnchorRun> runs;
    std::vector<std::uint32_t> anchor_row, anchor_group;
    std::vector<AnchorGroup> groups;
    std::vector<std::uint32_t> by_time;        ///< groups by (time of the earliest anchor, id)
    std::vector<bool> pair_has_execution;      ///< by pair: an execution or tampering anchors in it
    std::uint32_t incidents = 0;               ///< distinct pairs among the groups
    std::vector<std::string> limits;           ///< in words: what a named limit left out

    [[nodiscard]] std::optional<std::uint32_t> group_of(ChainId id) const;
    std::vector<std::uint32_t> slots;          ///< open addressing over groups, by ChainId::low

    /// O(signals), a few milliseconds a million. Errors: cancelled.
    [[nodiscard]] static Result<std::shared_ptr<const AnchorIndex>> build(const Capture& capture,
                                                                          const Analytic& analytic,
                                                                          std::stop_token stop);
};

/// Target-only anchors joined to pairs; more than this are left out, and `limits` says so.
inline constexpr std::size_t kMaxJoinedAnchors = 4'000'000;

}  // namespace trocar
