#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/store/import_case.h"

namespace trocar::cli {

/// Shows how far an import is, on stderr: a bar that redraws itself, or one JSON object a line, or nothing.
/// Thread safety: one thread.
class ProgressReport {
public:
    enum class Kind : unsigned char { none, bar, json };
    explicit ProgressReport(Kind kind) : kind_(kind), began_(std::chrono::steady_clock::now()) {}
    void show(const ImportProgress& progress);
    /// Ends the line of a bar.
    void finish();

    /// "bar", "json", "none"; "" means bar on a terminal, else none.
    [[nodiscard]] static Result<Kind> kind_of(std::string_view text);

private:
    Kind kind_;
    std::chrono::steady_clock::time_point began_;
    bool drawn_ = false;
};

}  // namespace trocar::cli
