// G8, G9, G10, G12: correlation and what a slider costs.
#include <sqlite3.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "core/detect/analysis.h"
#include "tests/bench/goals.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

namespace trocar::bench {
namespace {

std::shared_ptr<const Analysis> analysed(const std::shared_ptr<const Capture>& capture, const ParameterSet& parameters,
                                         const Analysis* previous = nullptr) {
    auto result = Analysis::run(capture, *find_analytic("AN1399"), parameters, {}, previous);
    if (!result.ok()) {
        std::fprintf(stderr, "%s\n", result.error().message.c_str());
        return nullptr;
    }
    return std::move(result).value();
}

// The same question in SQL: for each thread the latest handle with the rights, over a table without any index.
class SqlPeer {
public:
    explicit SqlPeer(const Capture& capture, std::size_t limit) {
        sqlite3_open(":memory:", &db_);
        run("CREATE TABLE signal(pair INTEGER, time INTEGER, role INTEGER, value INTEGER)");
        run("BEGIN");
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(db_, "INSERT INTO signal VALUES(?,?,?,?)", -1, &insert, nullptr);
        const SignalTable& signals = capture.signals;
        for (std::size_t p = 0; p < signals.pairs.size() && rows_ < limit; ++p) {
            for (std::uint32_t i = signals.pairs[p].first; i < signals.pairs[p].last; ++i, ++rows_) {
                sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(p));
                sqlite3_bind_int64(insert, 2, signals.time[i].count);
                sqlite3_bind_int64(insert, 3, static_cast<int>(signals.role[i]));
                sqlite3_bind_int64(insert, 4, static_cast<sqlite3_int64>(signals.value[i]));
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
        }
        sqlite3_finalize(insert);
        run("COMMIT");
    }
    ~SqlPeer() { sqlite3_close(db_); }
    SqlPeer(const SqlPeer&) = delete;
    SqlPeer& operator=(const SqlPeer&) = delete;

    void correlate() {
        run("SELECT count(*) FROM (SELECT role, time - max(CASE WHEN role = 0 AND value & 40 = 40 THEN time END)"
            " OVER (PARTITION BY pair ORDER BY time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS span"
            " FROM signal) WHERE role = 5 AND span <= 10000000000");
    }
    [[nodiscard]] std::size_t rows() const { return rows_; }

private:
    void run(const char* sql) {
        char* message = nullptr;
        if (sqlite3_exec(db_, sql, nullptr, nullptr, &message) != SQLITE_OK) {
            std::fprintf(stderr, "peer: %s\n", message);
            sqlite3_free(message);
        }
    }
    sqlite3* db_ = nullptr;
    std::size_t rows_ = 0;
};

void window_tick(const FindingView& start) {
    FindingView view = start;
    std::vector<double> seconds;
    constexpr int kTicks = 2'000;
    Nanos before = view.window();
    for (int i = 0; i < kTicks; ++i) {
        // A drag over the whole logarithmic slider, 1 ms to 24 h, there and back.
        const double part = std::abs(1.0 - 2.0 * i / kTicks);
        const Nanos window{static_cast<std::int64_t>(1e6 * std::pow(86'400e3, part))};
        seconds.push_back(timed([&] {
                              view.set_window(window, WindowMeasure::span);
                              const FindingCounts counts = view.counts();
                              const auto difference = view.difference(before);
                              const auto rows = view.visible(0, 500);
                              if (counts.chains + difference.first.size() + rows.size() == 0xffffffff) {
                                  std::puts("never");  // keeps the work from being optimised away
                              }
                          }).wall);
        before = window;
    }
    const double p99 = quantile(seconds, 0.99);
    report("G8", "TimeWindow tick: new count, difference and first 500 rows, p99 of 2,000 ticks", milliseconds(p99),
           "0.2 ms", "2 ms", p99 <= 0.2e-3, p99 <= 2e-3);
}

void mask_change(const std::shared_ptr<const Capture>& capture) {
    const Analytic& analytic = *find_analytic("AN1399");
    const ParameterSpec& mask = *analytic.parameter("AccessMask");
    const ParameterSpec& list = *analytic.parameter("InjectedProcessList");
    auto current = analysed(capture, {});
    std::vector<double> seconds;
    constexpr std::array<std::uint32_t, 5> kMasks{0x28, 0x2a, 0x20, 0x1028, 0x82a};
    for (int i = 0; i < 40; ++i) {
        ParameterSet parameters;
        if (i % 4 == 3) {
            parameters.set(list, NameListValue{{"notepad.exe"}, i % 8 == 3});
        } else {
            parameters.set(mask, MaskValue{kMasks[static_cast<std::size_t>(i) % kMasks.size()], i % 3 != 0});
        }
        seconds.push_back(timed([&] {
                              if (i % 4 != 3) {
                                  current = analysed(capture, parameters, current.get());  // as the window does
                              }
                              FindingView view(current, parameters, false);
                              view.set_window({10'000'000'000}, WindowMeasure::span);
                              if (view.visible(0, 500).size() == 501) {
                                  std::puts("never");
                              }
                          }).wall);
    }
    const double p95 = quantile(seconds, 0.95);
    report("G9", "AccessMask or InjectedProcessList change, exact, to new rows, p95 of 40", milliseconds(p95), "16 ms",
           "100 ms", p95 <= 16e-3, p95 <= 100e-3);
}

}  // namespace

void engine_goals(const Plan& plan) {
    if (!plan.wants("G8") && !plan.wants("G9") && !plan.wants("G10") && !plan.wants("G12")) {
        return;
    }
    const std::uint64_t empty = resident_bytes();
    const auto capture = synthetic_capture(plan.signals);
    const auto analysis = analysed(capture, {});
    if (!analysis) {
        return;
    }
    const FindingView view(analysis, {}, false);
    if (plan.wants("G12")) {
        const double per_million = static_cast<double>(resident_bytes() - empty) /
                                   static_cast<double>(capture->signals.size()) * 1e6 / 1048576.0;
        std::array<char, 32> text{};
        std::snprintf(text.data(), text.size(), "%.1f MB", per_million);
        report("G12", "memory per million signals: capture and analysis, correlated", text.data(), "40 MB", "64 MB",
               per_million <= 40, per_million <= 64);
    }
    if (plan.wants("G8")) {
        window_tick(view);
    }
    if (plan.wants("G9")) {
        mask_change(capture);
    }
    if (plan.wants("G10")) {
        constexpr std::size_t kPeerRows = 2'000'000;
        SqlPeer peer(*capture, kPeerRows);
        const auto fresh = [&] {
            // A capture of its own each time: nothing prepared by an earlier run may help.
            return std::make_shared<Capture>(*capture);
        };
        std::vector<std::shared_ptr<const Capture>> copies;
        for (int i = 0; i < 6; ++i) {
            copies.push_back(fresh());
        }
        std::size_t next = 0;
        const Duel duelled = duel([&] { (void)analysed(copies[next++ % copies.size()], {}); }, [&] { peer.correlate(); });
        const double ours = duelled.ours.wall / static_cast<double>(capture->signals.size());
        const double theirs = duelled.peer.wall / static_cast<double>(peer.rows());
        const double ratio = theirs / ours;
        report("G10", "full correlation from loaded columns, per signal, vs SQLite window query (2 M rows)", times(ratio),
               "60 x", "30 x", ratio >= 60, ratio >= 30);
        std::printf("     full correlation of %zu signals: %s\n", capture->signals.size(),
                    milliseconds(duelled.ours.wall).c_str());
        skipped("G10", "the same vs DuckDB", "the npm package duckdb is not part of a Debian machine; see docs/benchmarks.md");
    }
}

}  // namespace trocar::bench
