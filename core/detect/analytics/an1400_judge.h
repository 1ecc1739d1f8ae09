#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/detect/capture.h"
#include "core/detect/judge.h"

namespace trocar {

/// What AN1400 knows of Linux: weights, dampings, techniques, words.
/// Thread safety: Judge's.
class An1400Judge final : public Judge {
public:
    explicit An1400Judge(const Capture& capture) : capture_(capture) {}

    [[nodiscard]] std::span<const Weight> weights() const override;
    [[nodiscard]] bool joins(std::size_t pattern, ProcessId source, ProcessId target) override;
    [[nodiscard]] bool counts(std::size_t pattern, const Pair& group, std::uint32_t signal) override;
    [[nodiscard]] ProcessId assumed_source(ProcessId target) override;
    [[nodiscard]] std::uint64_t group_facts(const GroupEvidence& group) override;
    [[nodiscard]] std::uint64_t handle_facts(Role role, std::uint64_t value, std::uint32_t flags) const override;
    [[nodiscard]] std::uint64_t linked_facts(Role anchor_role) const override;
    [[nodiscard]] std::uint64_t partial_facts(ProcessId source, ProcessId target, bool fan_out) override;
    [[nodiscard]] std::uint64_t listed_fact() const override;
    [[nodiscard]] std::uint64_t other_user_fact() const override;
    [[nodiscard]] Nanos corroboration_time(Role role) const override;
    [[nodiscard]] std::vector<std::uint32_t> corroborating(std::uint32_t pair, std::uint32_t anchor,
                                                           std::size_t limit) const override;
    [[nodiscard]] Grade grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const override;
    [[nodiscard]] std::string_view technique(FindingKind kind, std::uint64_t facts) const override;
    [[nodiscard]] std::uint32_t roles_of_facts(std::uint64_t facts) const override;
    [[nodiscard]] std::string runner_up(FindingKind kind, std::uint64_t facts) const override;
    [[nodiscard]] std::string sentence(const RowWords& words) const override;
    [[nodiscard]] std::string evidence_text(std::uint32_t signal) const override;
    [[nodiscard]] std::string_view stage_name(Role role) const override;

private:
    [[nodiscard]] const ProcessLife* life(ProcessId id) const;
    [[nodiscard]] std::string_view image(ProcessId id) const;
    [[nodiscard]] bool descends(ProcessId child, ProcessId of) const;
    [[nodiscard]] std::uint64_t pair_facts(ProcessId source, ProcessId target) const;
    [[nodiscard]] std::uint64_t signal_facts(const Pair& pair) const;
    /// Whether a write of the pair can have changed the vdso that begins at `start` (0: not told).
    [[nodiscard]] bool may_have_changed_vdso(const Pair& pair, std::uint64_t start) const;
    [[nodiscard]] std::uint64_t self_facts(const GroupEvidence& group) const;
    /// What a mapping or a changed page of a snapshot of /proc says by itself.
    [[nodiscard]] std::uint64_t trace_facts(const GroupEvidence& group) const;
    /// Rows of what the target itself did between the first and the last signal of the pair.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> meanwhile(const Pair& pair) const;
    [[nodiscard]] std::string label(ProcessId id) const;

    const Capture& capture_;
};

}  // namespace trocar
