#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/detect/capture.h"
#include "core/detect/judge.h"

namespace trocar {

/// What AN1399 knows of Windows: weights, dampings, techniques, words.
/// Thread safety: Judge's.
class An1399Judge final : public Judge {
public:
    explicit An1399Judge(const Capture& capture);

    [[nodiscard]] std::span<const Weight> weights() const override;
    [[nodiscard]] bool joins(std::size_t pattern, ProcessId source, ProcessId target) override;
    [[nodiscard]] bool counts(std::size_t pattern, const Pair& group, std::uint32_t signal) override;
    [[nodiscard]] ProcessId assumed_source(ProcessId target) override;
    [[nodiscard]] std::uint64_t group_facts(const GroupEvidence& group) override;
    [[nodiscard]] bool executes(const Pair& pair, std::uint32_t signal) override;
    [[nodiscard]] std::uint64_t handle_facts(Role role, std::uint64_t value, std::uint32_t flags) const override;
    [[nodiscard]] std::uint64_t memory_facts(const Pair& pair, std::uint32_t anchor, std::uint32_t nearest) const override;
    [[nodiscard]] std::uint64_t linked_facts(Role anchor_role) const override;
    [[nodiscard]] std::uint64_t partial_facts(ProcessId source, ProcessId target, bool fan_out) override;
    [[nodiscard]] std::uint64_t listed_fact() const override;
    [[nodiscard]] Grade grade(FindingKind kind, std::uint64_t facts, std::uint32_t roles) const override;
    [[nodiscard]] std::string_view technique(FindingKind kind, std::uint64_t facts) const override;
    [[nodiscard]] std::uint32_t roles_of_facts(std::uint64_t facts) const override;
    [[nodiscard]] std::string runner_up(FindingKind kind, std::uint64_t facts) const override;
    [[nodiscard]] std::string sentence(const RowWords& words) const override;
    [[nodiscard]] std::string evidence_text(std::uint32_t signal) const override;
    [[nodiscard]] std::string reason_detail(std::uint64_t fact, const Finding& row) const override;

private:
    [[nodiscard]] std::string execution_words(std::uint64_t facts, std::uint32_t anchor, const std::string& threads) const;
    [[nodiscard]] std::string partial_sentence(const RowWords& words, const std::string& source, const std::string& target,
                                               const std::string& handle) const;
    [[nodiscard]] std::string region_words(const Finding& row) const;
    /// What an image path says of a source; remembered by StringId.
    struct ImageFacts {
        bool known = false;
        bool user_writable = false, opens_every_process = false, csrss = false;
        bool minimal = false;  ///< runs no code of its own: a thread there is the kernel's
        std::uint64_t benign_source = 0, benign_target = 0;
    };
    const ImageFacts& facts_of(ProcessId life);
    [[nodiscard]] const ProcessLife* life(ProcessId id) const;
    [[nodiscard]] std::uint64_t source_facts(ProcessId source);
    [[nodiscard]] std::uint64_t target_facts(ProcessId target) const;
    [[nodiscard]] std::uint64_t without_thread_facts(ProcessId source, ProcessId target, bool fan_out);
    [[nodiscard]] std::uint64_t execution_facts(const GroupEvidence& group);
    [[nodiscard]] std::uint64_t unnamed_start_facts(const GroupEvidence& group);
    /// When the target's loader began its work: its create event, or the load of its own image; none when unknown.
    UtcNanos loader_start(const Pair& group);

    const Capture& capture_;
    std::vector<ImageFacts> images_;  ///< by StringId; made when first asked
    ProcessId loader_target_;
    UtcNanos loader_start_;
    std::uint32_t resumed_pair_ = kNoSignal;  ///< Pair::first of the pair that resumed_from_ is of
    UtcNanos resumed_from_;
};

/// "notepad.exe (2576)"; "an unknown process" for none.
[[nodiscard]] std::string process_label(const Capture& capture, ProcessId id);

}  // namespace trocar
