// macOS NDJSON to a finished case beside a parse of the same bytes: a figure, for which no goal is named.
#include <simdjson.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"
#include "tests/support/mac_host.h"

namespace trocar::bench {
namespace {

namespace fs = std::filesystem;
using test::MacHost;

/// An hour of an invented Mac: programs that start, map libraries and end; an injection now and then.
std::string made_hour(int hour) {
    constexpr int kStarts = 700, kLibraries = 6;
    constexpr MacHost::Us kBetween = 5'000'000;
    const UtcNanos noon = parse_iso_time("2026-03-02T12:00:00Z").value_or(kNoTime);
    MacHost host(shifted(noon, Nanos{std::int64_t{hour} * 3'600'000'000'000}));
    const auto shell = host.running({"/bin/zsh", MacHost::Signed::platform, "com.apple.zsh", {}, 0}, 400);
    for (int i = 0; i < kStarts; ++i) {
        const MacHost::Us at = i * kBetween;
        const std::string name = "app" + std::to_string(i % 90);
        const auto app = host.start(at, shell,
                                    {"/Applications/" + name + ".app/Contents/MacOS/" + name, MacHost::Signed::team,
                                     "org.example." + name, "TEAM0000" + std::to_string(10 + i % 90), 0},
                                    {"--document", "/Users/mira/Documents/" + std::to_string(i) + ".txt"});
        for (int library = 0; library < kLibraries; ++library) {
            host.map(at + 3000 + library, app, "/usr/lib/lib" + std::to_string((i + library * 7) % 300) + ".dylib");
        }
        host.get_task_name(at + 10'000, shell, app);
        if (i % 100 == 0) {
            host.get_task(at + 20'000, shell, app);
            host.thread(at + 30'000, shell, app);
        }
        host.exit(at + kBetween / 2, app);
    }
    return host.lines();
}

std::size_t simdjson_pass(const std::string& lines) {
    simdjson::dom::parser parser;
    std::size_t members = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find('\n', at);
        simdjson::dom::object object;
        if (parser.parse(lines.data() + at, end - at).get(object) == simdjson::SUCCESS) {
            members += object.size();
        }
        at = end + 1;
    }
    return members;
}

}  // namespace

void mac_figure(const Plan& plan) {
    constexpr std::string_view kWhat = "macOS NDJSON to a finished case vs simdjson DOM parse only: its time times";
    constexpr int kHours = 8;
    std::string lines;
    for (int hour = 0; hour < kHours; ++hour) {
        lines += made_hour(hour);
    }
    const fs::path evidence = fs::path(plan.folder) / "es.jsonl", target = fs::path(plan.folder) / "es.trocar";
    std::ofstream out(evidence, std::ios::binary);
    out.write(lines.data(), static_cast<std::streamsize>(lines.size()));
    out.close();
    if (!out.good()) {
        skipped("mac", kWhat, "the scratch folder is full");
        return;
    }
    const ImporterList importers = builtin_importers();
    std::size_t members = 0;
    const Duel duelled = duel(
        [&] {
            std::error_code ignored;
            fs::remove(target, ignored);
            const auto result = import_evidence(target.string(), {evidence.string()}, {}, importers, {});
            if (!result.ok()) {
                std::fprintf(stderr, "import: %s\n", result.error().message.c_str());
            }
        },
        [&] { members += simdjson_pass(lines); });
    const double megabytes = static_cast<double>(lines.size()) / 1e6;
    std::printf("%-4s %-74s %-24s %.0f MB: ours %.0f MB/s, simdjson %.0f MB/s (%zu members)\n", "mac",
                std::string(kWhat).c_str(), times(duelled.ours.wall / duelled.peer.wall).c_str(), megabytes,
                megabytes / duelled.ours.wall, megabytes / duelled.peer.wall, members);
    std::fflush(stdout);
}

}  // namespace trocar::bench
