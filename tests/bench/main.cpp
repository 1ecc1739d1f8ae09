// trocar-bench: the goals of docs/benchmarks.md, one line each, as ratios to a peer or a limit in the same run.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "tests/bench/goals.h"

namespace {

void usage() {
    std::puts("usage: trocar-bench [--signals 1M|10M|N] [--only G8] [--scratch FOLDER] [--evidence FOLDER] [--audit FOLDER]\n"
              "--evidence: G4, G5 and G13 also on the .json files of that folder.\n"
              "--audit: G6 on the audit.log* of that folder, packed or not (default: linux_big of TROCAR_DATA).\n"
              "Measures speed and size against the goals; prints numbers and asserts nothing.");
}

bool read_count(std::string_view text, std::size_t& out) {
    std::size_t scale = 1;
    if (!text.empty() && (text.back() == 'M' || text.back() == 'k')) {
        scale = text.back() == 'M' ? 1'000'000 : 1'000;
        text.remove_suffix(1);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    out *= scale;
    return error == std::errc{} && end == text.data() + text.size() && out > 0 && out <= 100'000'000;
}

}  // namespace

int main(int argc, char** argv) {
    trocar::bench::Plan plan;
    if (const char* data = std::getenv("TROCAR_DATA"); data != nullptr && *data != '\0') {
        plan.audit = std::string(data) + "/linux_big";
    }
    std::filesystem::path scratch = std::filesystem::temp_directory_path();
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--signals" && i + 1 < argc) {
            if (!read_count(argv[++i], plan.signals)) {
                std::fprintf(stderr, "--signals: a number up to 100M, as 1000000 or 1M\n");
                return 2;
            }
        } else if (option == "--only" && i + 1 < argc) {
            plan.only = argv[++i];
        } else if (option == "--scratch" && i + 1 < argc) {
            scratch = argv[++i];
        } else if (option == "--evidence" && i + 1 < argc) {
            plan.evidence = argv[++i];
        } else if (option == "--audit" && i + 1 < argc) {
            plan.audit = argv[++i];
        } else {
            usage();
            return option == "--help" ? 0 : 2;
        }
    }
    std::string pattern = (scratch / "trocar-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        std::fprintf(stderr, "trocar-bench: cannot make a scratch folder in %s\n", scratch.c_str());
        return 3;
    }
    plan.folder = pattern;
    plan.sample = TROCAR_SOURCE_DIR "/resources/samples/windows-injection.evtx";
    plan.cli = TROCAR_CLI_PROGRAM;
    plan.window = TROCAR_WINDOW_PROGRAM;
    std::printf("%zu signals; medians of alternating rounds; only the ratios mean something\n", plan.signals);
    trocar::bench::engine_goals(plan);
    trocar::bench::import_goals(plan);
    if (plan.wants("G6")) {
        trocar::bench::audit_goals(plan);
    }
    if (plan.wants("mac")) {
        trocar::bench::mac_figure(plan);
    }
    trocar::bench::case_goals(plan);
    trocar::bench::window_goals(plan);
    std::error_code ignored;  // a scratch folder that stays behind harms nobody
    std::filesystem::remove_all(plan.folder, ignored);
    return 0;
}
