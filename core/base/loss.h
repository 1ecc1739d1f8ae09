#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace trocar {

/// How bad a loss is for the question asked.
enum class LossSeverity : std::uint8_t {
    info,     ///< nothing of the evidence is missing (slack records seen, a second name for one process)
    warning,  ///< something was read in part
    error,    ///< records were rejected: they are kept as bytes but not correlated
};

/// A named way in which telemetry can be lost. Declared once as a constant beside the code that counts it.
struct LossKind {
    const char* name;  ///< stable, snake_case: "evtx_chunk_checksum"
    LossSeverity severity;
    const char* help;  ///< one sentence for the analyst
};

/// Where one loss happened.
struct LossPlace {
    std::uint64_t record = 0;  ///< record number or ordinal, 0 when not known
    std::uint64_t offset = 0;  ///< byte offset within the source
    std::string what;          ///< detail in words, may quote evidence
};

/// One counter of one source: total and the first places (at most kKeptPlaces).
struct LossCount {
    static constexpr std::size_t kKeptPlaces = 100;
    std::string name;
    LossSeverity severity = LossSeverity::error;
    std::string help;
    std::uint64_t count = 0;
    std::vector<LossPlace> places;
};

}  // namespace trocar
