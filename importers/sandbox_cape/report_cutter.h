#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "importers/readers/text/pieces.h"
#include "importers/sandbox_cape/report_facts.h"

namespace trocar {

/// Walks a report front to back and keeps of it what is asked: everything else is passed over without being held, at
/// any size and depth. The path looked for is behavior.processes[].calls[]. A report is walked twice, since Cuckoo 2
/// names a process behind its calls: first for the facts, then for the calls, by the same steps. Memory: one window,
/// and the facts of at most kMaxProcesses. Thread safety: one thread.
class ReportCutter {
public:
    enum class Pass : std::uint8_t { facts, calls };
    static constexpr std::size_t kMaxProcesses = 4096;
    static constexpr std::size_t kMaxMember = 256U << 10U;  ///< a process's member, or "info"
    static constexpr std::size_t kMaxKey = 1024;

    /// `facts` is filled by the first pass.
    ReportCutter(Pass pass, ReportFacts& facts, int zone_minutes)
        : pass_(pass), facts_(facts), zone_minutes_(zone_minutes) {}

    /// Pieces::Next.
    [[nodiscard]] std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

    struct Cut {
        std::size_t process = 0;  ///< number in ReportFacts::processes
        bool is_call = false;     ///< else: the head of the process, up to its calls
    };
    /// What the next piece handed on is; pieces come in the order in which they were cut. Second pass only.
    [[nodiscard]] Cut take();
    /// The report ended where it may end.
    [[nodiscard]] bool finished() const { return begun_ && levels_.empty() && !skipping_; }
    /// Characters where JSON allows none.
    [[nodiscard]] std::uint64_t junk_seen() const { return junk_; }

private:
    enum class Level : std::uint8_t { report, behavior, processes, process, calls };

    [[nodiscard]] std::size_t skip(std::string_view text, std::size_t at);
    [[nodiscard]] std::size_t begin_skip(std::string_view text, std::size_t at);
    [[nodiscard]] std::size_t key(std::string_view text, std::size_t at, bool whole);
    [[nodiscard]] std::size_t member(std::string_view text, std::size_t at, bool whole);
    [[nodiscard]] std::size_t element(Pieces& pieces, std::string_view text, std::size_t at, bool whole);
    [[nodiscard]] std::size_t process_head(Pieces& pieces, std::string_view text, std::size_t at, bool whole);
    [[nodiscard]] std::size_t call(Pieces& pieces, std::string_view text, std::size_t at, bool whole);
    [[nodiscard]] std::size_t junk(std::size_t at);
    void cut(Pieces& pieces, std::size_t at, std::size_t length, Cut what, const LossKind* loss = nullptr);
    [[nodiscard]] std::size_t enter(Level level, std::size_t at);

    Pass pass_;
    ReportFacts& facts_;
    int zone_minutes_;
    std::vector<Level> levels_;
    std::string key_;
    bool has_key_ = false;  ///< a value is due
    bool begun_ = false;
    std::uint64_t junk_ = 0;
    // A value that is passed over.
    bool skipping_ = false, in_string_ = false, escaped_ = false, scalar_ = false;
    std::uint64_t depth_ = 0;
    std::size_t processes_seen_ = 0;
    std::deque<Cut> cuts_;
};

}  // namespace trocar
