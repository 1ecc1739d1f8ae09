#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/detect/finding.h"
#include "core/model/signal.h"

namespace trocar {

/// What one fact adds to the confidence of a row. A damping takes away and has a name the analyst can read.
struct Weight {
    std::uint64_t fact = 0;  ///< one bit
    int points = 0;
    bool damping = false;
    std::string_view text;
};

inline constexpr std::uint32_t kNoSignal = 0xffffffffU;

/// What is known of a fold group without any parameter.
struct GroupEvidence {
    ProcessId source, target;
    Role anchor_role = Role::execute;
    std::uint32_t any_flags = 0;  ///< signal_flag of any anchor
    std::uint32_t all_flags = 0;  ///< signal_flag of every anchor
    std::string_view text;        ///< of the earliest anchor: start function, image
    bool unsigned_load = false;   ///< an unusual unsigned module in the target soon after an anchor
    bool fan_out = false;         ///< the pair's handles belong to bursts over many targets
    std::uint32_t pattern = 0;
    std::uint32_t anchor = kNoSignal;  ///< the earliest anchor
    std::uint32_t pair = kNoSignal;  ///< index of SignalTable::pairs; kNoSignal: none
};

/// A row as the words are made from: everything an explanation needs but the signals.
struct RowWords {
    const Finding* row = nullptr;
    std::uint64_t facts = 0;
    std::uint32_t anchor = 0;         ///< row of the SignalTable; kNoSignal for handle-only rows
    std::uint32_t first = 0;          ///< first step of the path drawn; kNoSignal when there is none
    Nanos critical{kInfiniteNanos};   ///< under the present measure
    Nanos span{kInfiniteNanos};       ///< of the path drawn
    std::vector<std::string_view> invisible;
};
/// What an analytic knows beyond its stages: which pairs and loads count, what facts weigh, and the words.
/// Thread safety: the const functions are free; the others remember what they found of images: make a judge where
/// they are needed (cheap).
class Judge {
public:
    virtual ~Judge() = default;
    [[nodiscard]] virtual std::span<const Weight> weights() const = 0;

    /// May anchors without a source join this pair under that pattern?
    [[nodiscard]] virtual bool joins(std::size_t pattern, ProcessId source, ProcessId target) = 0;
    /// Does this signal without a source count as an anchor (or as corroboration)? `group`: all of the target's.
    [[nodiscard]] virtual bool counts(std::size_t pattern, const Pair& group, std::uint32_t signal) = 0;
    /// The life that a tampering of `target` is laid to when nothing links it; may be none.
    [[nodiscard]] virtual ProcessId assumed_source(ProcessId target) = 0;

    [[nodiscard]] virtual std::uint64_t group_facts(const GroupEvidence& group) = 0;
    /// Does this signal of a pair count as an anchor?
    [[nodiscard]] virtual bool executes(const Pair& /*pair*/, std::uint32_t /*signal*/) { return true; }
    /// Of one first step of a path: what it adds to a chain.
    [[nodiscard]] virtual std::uint64_t handle_facts(Role role, std::uint64_t value, std::uint32_t flags) const = 0;
    /// Of the steps on memory that belong to an anchor. `nearest`: the step that gives its span. Asked of pairs that have
    /// such steps, where they lead exactly (Pattern::exact_leads).
    [[nodiscard]] virtual std::uint64_t memory_facts(const Pair& /*pair*/, std::uint32_t /*anchor*/,
                                                     std::uint32_t /*nearest*/) const {
        return 0;
    }
    /// Of being linked at all.
    [[nodiscard]] virtual std::uint64_t linked_facts(Role anchor_role) const = 0;
    /// Of a row without execution (partial).
    [[nodiscard]] virtual std::uint64_t partial_facts(ProcessId source, ProcessId target, bool fan_out) = 0;
    [[nodiscard]] virtual std::uint64_t listed_fact() const = 0;
    /// What a list of targets is held against beside the name of the image: on macOS the signature. Evidence, unescaped.
    [[nodiscard]] virtual std::vector<std::string_view> other_names(ProcessId /*target*/) const { return {}; }
    /// Source and target belong to different users (TargetPIDThreshold lets such targets pass); 0: not told.
    [[nodiscard]] virtual std::uint64_t other_user_fact() const { return 0; }
    /// How long after an execution of the same pair a signal without a source speaks for it instead of being an anchor
    /// of its own; below 0: never.
    [[nodiscard]] virtual Nanos corroboration_time(Role role) const {
        return role == Role::load ? Nanos{10'000'000'000} : Nanos{-1};
    }
    /// Rows that belong to a finding beside its path; at most `limit`, in order of the table.
    [[nodiscard]] virtual std::vector<std::uint32_t> corroborating(std::uint32_t /*pair*/, std::uint32_t /*anchor*/,
                                                                   std::size_t /*limit*/) const {
        return {};
    }

    [[nodiscard]] virtual Grade grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const = 0;
    [[nodiscard]] virtual std::string_view technique(FindingKind kind, std::uint64_t facts) const = 0;
    /// Roles that the facts stand for beyond the path (a corroborating load).
    [[nodiscard]] virtual std::uint32_t roles_of_facts(std::uint64_t facts) const = 0;
    [[nodiscard]] virtual std::string runner_up(FindingKind kind, std::uint64_t facts) const = 0;
    [[nodiscard]] virtual std::string sentence(const RowWords& words) const = 0;
    [[nodiscard]] virtual std::string evidence_text(std::uint32_t signal) const = 0;
    /// What a fact's weight cannot say in general: who it is about; may be empty. Evidence, unescaped.
    [[nodiscard]] virtual std::string reason_detail(std::uint64_t /*fact*/, const Finding& /*row*/) const { return {}; }
    [[nodiscard]] virtual std::string_view stage_name(Role role) const { return name(role); }
};

/// Sum of the weights, 0..100, and whether a damping is among them.
struct Confidence {
    std::uint8_t value = 0;
    bool damped = false;
};
[[nodiscard]] Confidence confidence(std::span<const Weight> weights, std::uint64_t facts);

}  // namespace trocar
