// G1, G4, G5, G7, G13: from evidence to a finished case.
#include <simdjson.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "core/store/import_case.h"
#include "importers/builtin_importers.h"
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

namespace trocar::bench {
namespace {

namespace fs = std::filesystem;

bool write_file(const fs::path& path, const std::string& bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return out.good();
}

void remove_case(const fs::path& path) {
    for (const char* suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        fs::remove(path.string() + suffix, ignored);
    }
}

// A finished case: rows, strings, raw records, checks, SHA-256.
void import_once(const fs::path& target, const std::vector<std::string>& evidence, const ImporterList& importers) {
    remove_case(target);
    const auto result = import_evidence(target.string(), evidence, {}, importers, {});
    if (!result.ok()) {
        std::fprintf(stderr, "import: %s\n", result.error().message.c_str());
    }
}

void size_line(const std::string& what, const fs::path& target, std::size_t source, double goal, double must) {
    std::error_code error;
    const double ratio = static_cast<double>(fs::file_size(target, error)) / static_cast<double>(source);
    std::array<char, 48> measured{}, goal_text{}, must_text{};
    std::snprintf(measured.data(), measured.size(), "%.3f", ratio);
    std::snprintf(goal_text.data(), goal_text.size(), "%.2f", goal);
    std::snprintf(must_text.data(), must_text.size(), "%.2f", must);
    report("G13", what, measured.data(), goal_text.data(), must_text.data(), ratio <= goal, ratio <= must);
}

void evtx_goals(const Plan& plan) {
    std::ifstream in(plan.sample, std::ios::binary);
    const std::string sample{std::istreambuf_iterator<char>(in), {}};
    const std::string large = repeated_evtx(sample, std::size_t{48} << 20);
    if (large.empty()) {
        skipped("G1", "EVTX to finished case vs evtxexport", "the bundled sample is missing");
        return;
    }
    const fs::path evidence = fs::path(plan.folder) / "large.evtx", target = fs::path(plan.folder) / "evtx.trocar";
    if (!write_file(evidence, large)) {
        skipped("G1", "EVTX to finished case vs evtxexport", "the scratch folder is full");
        return;
    }
    const ImporterList importers = builtin_importers();
    const Timing alone = timed([&] { import_once(target, {evidence.string()}, importers); });
    std::printf("     EVTX: %.1f MB in %.2f s = %.0f MB/s to a finished case\n", static_cast<double>(large.size()) / 1e6,
                alone.wall, static_cast<double>(large.size()) / 1e6 / alone.wall);
    if (plan.wants("G13")) {
        size_line("case size / source, EVTX, with raw records", target, large.size(), 0.20, 0.30);
    }
    if (!plan.wants("G1")) {
        return;
    }
    if (std::system("command -v evtxexport > /dev/null 2>&1") != 0) {
        skipped("G1", "EVTX to finished case vs evtxexport", "libevtx-utils is not installed");
        return;
    }
    const std::string peer = "evtxexport -f xml '" + evidence.string() + "' > /dev/null 2>&1";
    const Duel duelled = duel([&] { import_once(target, {evidence.string()}, importers); },
                              [&] {
                                  if (std::system(peer.c_str()) != 0) {
                                      std::fprintf(stderr, "evtxexport failed\n");
                                  }
                              });
    report("G1", "EVTX to finished case, 2 cores, vs evtxexport -f xml parse only (48 MB)", times(duelled.wall_ratio()),
           "40 x", "20 x", duelled.wall_ratio() >= 40, duelled.wall_ratio() >= 20);
}

std::size_t nlohmann_pass(const std::string& lines) {
    std::size_t ids = 0;
    for (std::size_t at = 0; at < lines.size();) {
        const std::size_t end = lines.find('\n', at);
        const auto value = nlohmann::json::parse(lines.begin() + static_cast<std::ptrdiff_t>(at),
                                                 lines.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
        ids += value.is_object() ? value.size() : 0;
        at = end + 1;
    }
    return ids;
}

std::size_t simdjson_pass(const simdjson::padded_string& lines) {
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream stream;
    std::size_t bytes = 0;
    if (parser.iterate_many(lines).get(stream) != simdjson::SUCCESS) {
        return 0;
    }
    for (auto document : stream) {
        simdjson::ondemand::object object;
        if (document.get_object().get(object) != simdjson::SUCCESS) {
            continue;
        }
        for (auto field : object) {  // every key and every text value is read, as an importer must
            std::string_view key, text;
            if (field.unescaped_key().get(key) == simdjson::SUCCESS && field.value().get_string().get(text) == simdjson::SUCCESS) {
                bytes += text.size();
            }
            bytes += key.size();
        }
    }
    return bytes;
}

/// Lines that a peer parses from memory, and the files of them that we import.
struct Ndjson {
    std::string name;
    std::vector<std::string> paths;
    std::string lines;
};

Ndjson made_ndjson(const Plan& plan) {
    const fs::path path = fs::path(plan.folder) / "large.json";
    Ndjson made{"made NDJSON", {path.string()}, synthetic_ndjson(std::size_t{160} << 20)};
    if (!write_file(path, made.lines)) {
        made.paths.clear();
    }
    return made;
}

/// The .json files of --evidence. Real captures: their strings repeat as those of a host do, which made ones cannot.
Ndjson real_ndjson(const Plan& plan) {
    Ndjson found{"NDJSON of --evidence", {}, {}};
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(plan.evidence, error)) {
        // "._NAME.json" is what macOS leaves in archives beside NAME.json: no JSON.
        if (entry.path().extension() == ".json" && !entry.path().filename().string().starts_with("._")) {
            found.paths.push_back(entry.path().string());
        }
    }
    std::sort(found.paths.begin(), found.paths.end());
    for (const std::string& path : found.paths) {
        std::ifstream in(path, std::ios::binary);
        found.lines.append(std::istreambuf_iterator<char>(in), {});
        if (found.lines.ends_with('\n')) {
            continue;
        }
        found.lines += '\n';
    }
    return found;
}

void ndjson_goals(const Plan& plan, const Ndjson& evidence) {
    if (evidence.paths.empty()) {
        skipped("G4", evidence.name + " to finished case", "no .json file there, or the scratch folder is full");
        return;
    }
    const fs::path target = fs::path(plan.folder) / "json.trocar";
    const std::string& lines = evidence.lines;
    const ImporterList importers = builtin_importers();
    const auto ours = [&] { import_once(target, evidence.paths, importers); };
    const auto megabytes = static_cast<double>(lines.size()) / 1e6;
    if (plan.wants("G4")) {
        std::size_t sink = 0;
        const Duel duelled = duel(ours, [&] { sink += nlohmann_pass(lines); });
        report("G4", evidence.name + " to finished case vs nlohmann DOM parse only", times(duelled.wall_ratio()), "3 x",
               "2 x", duelled.wall_ratio() >= 3, duelled.wall_ratio() >= 2);
        std::printf("     %.0f MB: %.0f MB/s to a finished case; nlohmann %.0f MB/s (%zu keys)\n", megabytes,
                    megabytes / duelled.ours.wall, megabytes / duelled.peer.wall, sink);
    }
    if (plan.wants("G5")) {
        const simdjson::padded_string padded(lines);
        std::size_t sink = 0;
        const Duel duelled = duel(ours, [&] { sink += simdjson_pass(padded); });
        const double cost = duelled.ours.wall / duelled.peer.wall;
        report("G5", evidence.name + " to finished case vs simdjson on-demand parse only: its time times", times(cost),
               "4 x", "7 x", cost <= 4, cost <= 7);
        std::printf("     simdjson %.0f MB/s; CPU: ours %.2f s, simdjson %.2f s\n", megabytes / duelled.peer.wall,
                    duelled.ours.cpu, duelled.peer.cpu);
        if (sink == 0) {
            std::fprintf(stderr, "simdjson read nothing\n");
        }
    }
    if (plan.wants("G13")) {
        if (!plan.wants("G4") && !plan.wants("G5")) {
            ours();
        }
        size_line("case size / source, " + evidence.name + ", with raw records", target, lines.size(), 0.15, 0.25);
    }
}

// The same columns by a prepared statement, no index, journal off: what a program without a plan would do.
void prepared_rows(const fs::path& path, std::uint64_t rows) {
    remove_case(path);
    sqlite3* db = nullptr;
    sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    sqlite3_exec(db,
                 "PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                 "CREATE TABLE event(id INTEGER PRIMARY KEY, source_id, record, time_ns, channel_id, event_id, operation,"
                 " actor_ref, target_ref, value, text_id, flags, detail); BEGIN",
                 nullptr, nullptr, nullptr);
    sqlite3_stmt* insert = nullptr;
    sqlite3_prepare_v2(db, "INSERT INTO event VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)", -1, &insert, nullptr);
    const std::array<char, 16> detail{};
    for (std::uint64_t i = 0; i < rows; ++i) {
        const auto n = static_cast<sqlite3_int64>(i);
        sqlite3_bind_int64(insert, 1, n);
        sqlite3_bind_int64(insert, 2, 0);
        sqlite3_bind_int64(insert, 3, n + 1);
        sqlite3_bind_int64(insert, 4, 1'600'000'000'000'000'000 + n * 4'000'000);
        sqlite3_bind_int64(insert, 5, 0);
        sqlite3_bind_int64(insert, 6, 10);
        sqlite3_bind_int64(insert, 7, 3);
        sqlite3_bind_int64(insert, 8, n % 500);
        sqlite3_bind_int64(insert, 9, n * 31 % 500);
        sqlite3_bind_int64(insert, 10, 0x1400);
        sqlite3_bind_int64(insert, 11, n % 4096);
        sqlite3_bind_int64(insert, 12, 0);
        sqlite3_bind_blob(insert, 13, detail.data(), static_cast<int>(detail.size()), SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    sqlite3_exec(db, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(db);
}

void row_goal(const Plan& plan) {
    const fs::path evidence = fs::path(plan.folder) / "rows.bin", target = fs::path(plan.folder) / "rows.trocar";
    const fs::path peer = fs::path(plan.folder) / "rows.sqlite";
    if (!write_file(evidence, "made for the benchmark")) {
        return;
    }
    ImporterList importers;
    importers.push_back(synthetic_importer(plan.signals, 4096, 0));  // rows alone: the peer keeps no raw records
    const Duel duelled = duel([&] { import_once(target, {evidence.string()}, importers); }, [&] { prepared_rows(peer, plan.signals); });
    report("G7", "rows stored, interned, resolved and ready to look up, vs a prepared INSERT without index",
           times(duelled.wall_ratio()), "1.4 x", "1.0 x", duelled.wall_ratio() >= 1.4, duelled.wall_ratio() >= 1.0);
    std::printf("     %.2f M rows/s ours, %.2f M rows/s prepared\n", static_cast<double>(plan.signals) / 1e6 / duelled.ours.wall,
                static_cast<double>(plan.signals) / 1e6 / duelled.peer.wall);
}

}  // namespace

void import_goals(const Plan& plan) {
    if (plan.wants("G1") || plan.wants("G13")) {
        evtx_goals(plan);
    }
    if (plan.wants("G4") || plan.wants("G5") || plan.wants("G13")) {
        ndjson_goals(plan, made_ndjson(plan));
        if (!plan.evidence.empty()) {
            ndjson_goals(plan, real_ndjson(plan));
        }
    }
    if (plan.wants("G7")) {
        row_goal(plan);
    }
}

}  // namespace trocar::bench
