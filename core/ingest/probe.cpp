#include "core/ingest/evidence_walk.h"

#include <algorithm>

namespace trocar {

std::vector<ProbeAnswer> probe_all(const ImporterList& importers, Bytes head, std::string_view file_name) {
    std::vector<ProbeAnswer> answers;
    answers.reserve(importers.size());
    for (const auto& importer : importers) {
        ProbeAnswer answer{importer.get(), importer->probe(head, file_name)};
        answer.probe.confidence = std::clamp(answer.probe.confidence, 0, 100);
        answers.push_back(std::move(answer));
    }
    std::stable_sort(answers.begin(), answers.end(), [](const ProbeAnswer& a, const ProbeAnswer& b) {
        return a.probe.confidence > b.probe.confidence;
    });
    return answers;
}

Result<std::vector<std::byte>> read_head(Input& input) {
    constexpr std::size_t kHeadBytes = 64 << 10;
    std::vector<std::byte> head(static_cast<std::size_t>(std::min<std::uint64_t>(kHeadBytes, input.size())));
    const Result<std::size_t> got = input.read_at(0, head);
    if (!got.ok()) {
        return got.error();
    }
    head.resize(got.value());
    return head;
}

}  // namespace trocar
