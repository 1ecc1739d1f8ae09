#pragma once

#include "core/detect/capture.h"
#include "core/detect/judge.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace trocar {

/// What AN1401 knows of macOS: weights, dampings, signatures, words.
/// Thread safety: Judge's.
class An1401Judge final : public Judge {
public:
    explicit An1401Judge(const Capture& capture) : capture_(capture) {}

    [[nodiscard]] std::span<const Weight> weights() const override;
    [[nodiscard]] bool joins(std::size_t, ProcessId, ProcessId) override { return true; }
    [[nodiscard]] bool counts(std::size_t, const Pair&, std::uint32_t) override { return true; }
    [[nodiscard]] ProcessId assumed_source(ProcessId) override { return {}; }
    [[nodiscard]] std::uint64_t group_facts(const GroupEvidence& group) override;
    [[nodiscard]] std::uint64_t handle_facts(Role role, std::uint64_t value, std::uint32_t flags) const override;
    [[nodiscard]] std::uint64_t linked_facts(Role anchor_role) const override;
    [[nodiscard]] std::uint64_t partial_facts(ProcessId source, ProcessId target, bool fan_out) override;
    [[nodiscard]] std::uint64_t listed_fact() const override;
    [[nodiscard]] std::vector<std::string_view> other_names(ProcessId target) const override;
    [[nodiscard]] Nanos corroboration_time(Role) const override { return Nanos{-1}; }
    [[nodiscard]] std::vector<std::uint32_t> corroborating(std::uint32_t pair, std::uint32_t anchor,
                                                           std::size_t limit) const override;
    [[nodiscard]] Grade grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const override;
    [[nodiscard]] std::string_view technique(FindingKind kind, std::uint64_t facts) const override;
    [[nodiscard]] std::uint32_t roles_of_facts(std::uint64_t facts) const override;
    [[nodiscard]] std::string runner_up(FindingKind, std::uint64_t) const override { return {}; }
    [[nodiscard]] std::string sentence(const RowWords& words) const override;
    [[nodiscard]] std::string evidence_text(std::uint32_t signal) const override;
    [[nodiscard]] std::string_view stage_name(Role role) const override;

private:
    [[nodiscard]] std::string_view image(ProcessId id) const;
    [[nodiscard]] std::uint64_t source_facts(ProcessId source) const;
    /// The text of a message about the target's task: its signature; "" when no message names one.
    [[nodiscard]] std::string_view signature(ProcessId target) const;
    /// Rows of what the target itself did between the first signal of the pair and a while after the last.
    [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> meanwhile(const Pair& pair) const;
    /// kInvalidated or kForeignLibrary, when the row speaks for an injection.
    [[nodiscard]] std::uint64_t own_fact(ProcessId target, std::uint32_t row) const;
    [[nodiscard]] std::string label(ProcessId id) const;

    const Capture& capture_;
};

}  // namespace trocar
