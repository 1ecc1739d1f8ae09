#include "app/cli/progress.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "app/cli/arguments.h"
#include "app/cli/terminal.h"
#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/json_text.h"
#include "core/report/svg.h"

namespace trocar::cli {
namespace {

std::string_view phase_name(ImportProgress::Phase phase) {
    switch (phase) {
        case ImportProgress::Phase::reading: return "reading";
        case ImportProgress::Phase::resolving: return "resolving";
        case ImportProgress::Phase::indexing: return "indexing";
        case ImportProgress::Phase::done: return "done";
    }
    return "reading";
}

/// Rate and time left, from the bytes read since the start.
struct Pace {
    double seconds = 0, events_per_second = 0, bytes_per_second = 0;
    double left = -1;  ///< seconds; below zero: not known
    double share = 0;
};

Pace pace_of(const ImportProgress& progress, double seconds) {
    Pace pace;
    pace.seconds = seconds;
    if (seconds > 0.05) {
        pace.events_per_second = static_cast<double>(progress.events) / seconds;
        pace.bytes_per_second = static_cast<double>(progress.total_bytes_done) / seconds;
    }
    if (progress.total_bytes != 0) {
        pace.share = std::min(1.0, static_cast<double>(progress.total_bytes_done) / static_cast<double>(progress.total_bytes));
        if (pace.bytes_per_second > 0 && progress.phase == ImportProgress::Phase::reading) {
            const double rest = static_cast<double>(progress.total_bytes) - static_cast<double>(progress.total_bytes_done);
            pace.left = std::max(0.0, rest) / pace.bytes_per_second;
        }
    }
    return pace;
}

std::string number(double value, const char* form) {
    std::array<char, 48> buffer{};
    std::snprintf(buffer.data(), buffer.size(), form, value);
    return buffer.data();
}

void write_stderr(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stderr); }

}  // namespace

Result<ProgressReport::Kind> ProgressReport::kind_of(std::string_view text) {
    if (text.empty()) {
        return stderr_is_terminal() ? Kind::bar : Kind::none;
    }
    if (text == "bar") {
        return Kind::bar;
    }
    if (text == "json") {
        return Kind::json;
    }
    if (text == "none") {
        return Kind::none;
    }
    return usage_error("--progress " + std::string(text) + " is not known", "it is bar, json or none");
}

void ProgressReport::show(const ImportProgress& progress) {
    if (kind_ == Kind::none) {
        return;
    }
    const Pace pace =
        pace_of(progress, std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count());
    if (kind_ == Kind::json) {
        const OrderedJson line{{"phase", phase_name(progress.phase)},
                               {"file", progress.file},
                               {"files_done", progress.files_done},
                               {"file_bytes", progress.file_bytes},
                               {"file_bytes_done", progress.file_bytes_done},
                               {"total_bytes", progress.total_bytes},
                               {"total_bytes_done", progress.total_bytes_done},
                               {"events", progress.events},
                               {"rejected", progress.rejected},
                               {"seconds", pace.seconds},
                               {"events_per_second", pace.events_per_second},
                               {"bytes_per_second", pace.bytes_per_second},
                               {"seconds_left", pace.left < 0 ? OrderedJson(nullptr) : OrderedJson(pace.left)}};
        write_stderr(dumped(line) + "\n");
        return;
    }
    constexpr int kBar = 24;
    std::string bar;
    for (int i = 0; i < kBar; ++i) {
        bar += i < static_cast<int>(pace.share * kBar + 0.5) ? "\u2588" : "\u2591";
    }
    std::string line = bar + number(pace.share * 100, " %3.0f %%  ") + std::string(phase_name(progress.phase)) + " " +
                       elided(visible(file_name(progress.file)), 28) + "  " + grouped(progress.events) + " events";
    line += number(pace.events_per_second / 1000, "  %.0f k/s") + number(pace.bytes_per_second / 1e6, "  %.1f MB/s");
    line += pace.left < 0 ? "" : number(pace.left, "  %.0f s left");
    line += progress.rejected == 0 ? "" : "  " + grouped(progress.rejected) + " rejected";
    write_stderr("\r\x1b[2K" + line);
    drawn_ = true;
}

void ProgressReport::finish() {
    if (drawn_) {
        write_stderr("\r\x1b[2K");
        drawn_ = false;
    }
}

}  // namespace trocar::cli
