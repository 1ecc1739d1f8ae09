// G6: from audit logs to a finished case, against libauparse and ausearch. Also parse alone, size, and memory.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#ifdef TROCAR_BENCH_AUPARSE
#include <auparse.h>
#endif

#include "core/ingest/evidence_walk.h"
#include "core/ingest/rotated_set.h"
#include "core/model/field.h"
#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "importers/linux_audit/linux_audit.h"
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"

namespace trocar::bench {
namespace {

namespace fs = std::filesystem;
constexpr const char* kTitle = "audit log to finished case";

/// The evidence, unpacked: the files of a rotated set in a folder of their own, and all of them as one file for the peers.
struct AuditEvidence {
    std::vector<std::string> files;
    std::string joined;
    double megabytes = 0;
};

bool write_out(Input& input, const std::string& path, bool append) {
    std::ofstream out(path, append ? std::ios::binary | std::ios::app : std::ios::binary);
    std::vector<std::byte> piece(std::size_t{1} << 20);
    for (std::uint64_t at = 0; at < input.size();) {
        const auto got = input.read_at(at, piece);
        if (!got.ok() || got.value() == 0) {
            return false;
        }
        out.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(got.value()));
        at += got.value();
    }
    return out.good();
}

AuditEvidence unpacked(const Plan& plan) {
    AuditEvidence out;
    const std::string folder = plan.folder + "/audit/";
    std::error_code error;
    fs::create_directory(folder, error);
    RotatedSet set;
    std::vector<SkippedItem> skipped;
    bool whole = true;
    const Status walked = walk_evidence(
        {plan.audit}, {},
        [&](Input& input) {
            const auto name = rotated_name(input.name());
            if (name && name->set.ends_with("/audit.log")) {
                out.files.push_back(folder + "audit.log" + (name->number == 0 ? "" : "." + std::to_string(name->number)));
                whole = whole && write_out(input, out.files.back(), false) && set.add(input, *name).ok();
            }
            return true;
        },
        skipped, {});
    const auto joined = set.finish(skipped);
    out.joined = plan.folder + "/whole.log";
    if (!walked.ok() || !whole || out.files.empty() || !joined.ok() || !write_out(*joined.value(), out.joined, false)) {
        return {};
    }
    out.megabytes = static_cast<double>(joined.value()->size()) / 1e6;
    return out;
}

void import_audit(const std::string& target, const std::vector<std::string>& evidence, const ImporterList& importers) {
    std::error_code ignored;
    fs::remove(target, ignored);
    const auto result = import_evidence(target, evidence, {}, importers, {});
    if (!result.ok()) {
        std::fprintf(stderr, "import: %s\n", result.error().message.c_str());
    }
}

/// Takes events and keeps nothing: parsing alone.
class NoSink final : public EventSink {
public:
    FieldId field(std::string_view name) override {
        const FieldId known = known_field(name);
        return known.none() ? FieldId{static_cast<std::uint16_t>(kFirstDynamicField + names_++ % 1000)} : known;
    }
    void raw_block(Bytes, std::uint64_t) override {}
    void event(const RawEvent&) override { ++events; }
    void lost(const LossKind&, const LossPlace&, RawPlace) override {}
    bool progress(std::uint64_t) override { return true; }
    std::uint64_t events = 0;

private:
    unsigned names_ = 0;
};

void parse_alone(const std::string& path) {
    const auto input = open_input(path);
    NoSink sink;
    if (!input.ok() || !make_linux_audit_importer()->parse(*input.value(), {}, sink, {}).ok() || sink.events == 0) {
        std::fprintf(stderr, "parse: nothing was read\n");
    }
}

#ifdef TROCAR_BENCH_AUPARSE
/// Every event and every record; with `fields` the raw value of every field too, which a reader of audit logs is for.
void auparse_pass(const std::string& path, bool fields) {
    auparse_state_t* state = auparse_init(AUSOURCE_FILE, path.c_str());
    std::uint64_t records = 0;
    while (state != nullptr && auparse_next_event(state) > 0) {
        do {
            ++records;
            for (int more = fields ? auparse_first_field(state) : 0; more > 0; more = auparse_next_field(state)) {
                if (auparse_get_field_str(state) == nullptr) {
                    break;
                }
            }
        } while (auparse_next_record(state) > 0);
    }
    auparse_destroy(state);
    if (records == 0) {
        std::fprintf(stderr, "libauparse read nothing\n");
    }
}
#endif

/// Peak resident bytes of trocar-cli importing `evidence`; 0 when it fails.
std::uint64_t peak_of_import(const Plan& plan, const std::vector<std::string>& evidence) {
    const std::string target = plan.folder + "/peak.trocar";
    std::error_code ignored;
    fs::remove(target, ignored);
    std::vector<std::string> words{plan.cli, "import", target};
    words.insert(words.end(), evidence.begin(), evidence.end());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (std::freopen("/dev/null", "w", stdout) != nullptr && std::freopen("/dev/null", "w", stderr) != nullptr) {
            execv(arguments[0], arguments.data());
        }
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return 0;
    }
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

void memory_line(const Plan& plan, const AuditEvidence& evidence) {
    const std::string half = plan.folder + "/half.log";
    std::error_code error;
    fs::copy_file(evidence.joined, half, fs::copy_options::overwrite_existing, error);
    fs::resize_file(half, static_cast<std::uintmax_t>(evidence.megabytes * 1e6 / 4), error);
    const std::uint64_t whole = peak_of_import(plan, evidence.files), cut = peak_of_import(plan, {half});
    std::printf("     peak memory: %.0f MB of evidence %.0f MB, a quarter of it %.0f MB\n", evidence.megabytes,
                static_cast<double>(whole) / 1e6, static_cast<double>(cut) / 1e6);
}

void against_auparse(const AuditEvidence& evidence, const std::string& target, const ImporterList& importers) {
#ifdef TROCAR_BENCH_AUPARSE
    const auto peer = [&] { auparse_pass(evidence.joined, false); };
    const Duel finished = duel([&] { import_audit(target, evidence.files, importers); }, peer);
    report("G6", std::string(kTitle) + " vs libauparse bare iteration", times(finished.wall_ratio()), "8 x", "4 x",
           finished.wall_ratio() >= 8, finished.wall_ratio() >= 4);
    const Duel read = duel([&] { import_audit(target, evidence.files, importers); },
                           [&] { auparse_pass(evidence.joined, true); }, 3);
    const Duel parsed = duel([&] { parse_alone(evidence.joined); }, peer, 3);
    std::printf("     vs libauparse asked for the value of every field: %s (%.1f MB/s)\n", times(read.wall_ratio()).c_str(),
                evidence.megabytes / read.peer.wall);
    std::printf("     %.0f MB: %.0f MB/s to a finished case, %.0f MB/s parsed, libauparse %.1f MB/s; parse alone %.1f x\n",
                evidence.megabytes, evidence.megabytes / finished.ours.wall, evidence.megabytes / parsed.ours.wall,
                evidence.megabytes / finished.peer.wall, parsed.wall_ratio());
#else
    static_cast<void>(evidence);
    static_cast<void>(target);
    static_cast<void>(importers);
    skipped("G6", std::string(kTitle) + " vs libauparse", "libauparse-dev was not installed when this was built");
#endif
}

void against_ausearch(const AuditEvidence& evidence, const std::string& target, const ImporterList& importers) {
    if (std::system("command -v ausearch > /dev/null 2>&1") != 0) {
        skipped("G6", std::string(kTitle) + " vs ausearch --format csv", "auditd (the Debian package) is not installed");
        return;
    }
    const std::string command = "ausearch --format csv -if '" + evidence.joined + "' > /dev/null 2>&1";
    const Duel duelled = duel([&] { import_audit(target, evidence.files, importers); },
                              [&] {
                                  if (std::system(command.c_str()) != 0) {
                                      std::fprintf(stderr, "ausearch failed\n");
                                  }
                              });
    report("G6", std::string(kTitle) + " vs ausearch --format csv", times(duelled.wall_ratio()), "25 x", "12 x",
           duelled.wall_ratio() >= 25, duelled.wall_ratio() >= 12);
}

}  // namespace

void audit_goals(const Plan& plan) {
    if (plan.audit.empty()) {
        skipped("G6", kTitle, "--audit FOLDER, or TROCAR_DATA with linux_big, says where large audit logs are");
        return;
    }
    const AuditEvidence evidence = unpacked(plan);
    if (evidence.files.empty()) {
        skipped("G6", kTitle, "no audit.log there, or the scratch folder is full");
        return;
    }
    const ImporterList importers = builtin_importers();
    const std::string target = plan.folder + "/audit.trocar";
    memory_line(plan, evidence);
    against_auparse(evidence, target, importers);
    import_audit(target, evidence.files, importers);
    std::error_code error;
    const double ratio = static_cast<double>(fs::file_size(target, error)) / (evidence.megabytes * 1e6);
    report("G13", "case size / source, audit log, with raw records", std::to_string(ratio).substr(0, 5), "0.30", "0.45",
           ratio <= 0.30, ratio <= 0.45);
    against_ausearch(evidence, target, importers);
}

}  // namespace trocar::bench
