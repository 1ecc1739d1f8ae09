// Process Monitor's log saved as CSV: docs/formats/etw-text.md. Its rows of processes, threads and images say what the
// events of Kernel-Process say, and get their meaning.
#include "core/base/text.h"
#include "importers/etw_text/etw_notation.h"
#include "importers/etw_text/etw_values.h"
#include "importers/etw_text/procmon_rows.h"
#include "importers/etw_text/procmon_time.h"
#include "importers/readers/csv/csv_row.h"

#include <algorithm>
#include <string>

namespace trocar {
namespace {

constexpr LossKind kDayOfFile{"procmon_day_from_file", LossSeverity::warning,
                              "Rows have a time of day and no date: they were put on the day the file was written."};

constexpr std::size_t kMaxColumns = 256;
constexpr std::int64_t kDay = 86'400'000'000'000;

/// "Image Base: 0x7ffa744e0000, Image Size: 0x204000": the value of one name, up to the next comma.
std::string_view detail(std::string_view text, std::string_view name) {
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos || (at != 0 && text[at - 1] != ' ')) {
        return {};
    }
    const std::string_view rest = text.substr(at + name.size());
    return trimmed(rest.substr(0, rest.find(',')));
}

/// The same for a command line, which may hold commas: up to the next name that Process Monitor writes.
std::string_view command_line(std::string_view text) {
    constexpr std::string_view kName = "Command line: ";
    const std::size_t at = text.find(kName);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(at + kName.size());
    return trimmed(rest.substr(0, rest.find(", Current directory:")));
}

class ProcmonCsv final : public EtwNotation {
public:
    ProcmonCsv(const ImportHints& hints, const Input& input)
        : zone_(Nanos{std::int64_t{hints.zone_minutes} * 60 * kSecond.count}), written_(input.modified()) {}

    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) override {
        return next_csv_row(pieces, text, at, whole);
    }
    void rewind() override { names_.clear(); }

    Outcome read(std::string_view record, TextArena& arena, EtwRecord& out) override {
        const std::size_t count = split_csv_row(record, kMaxColumns, arena, cells_);
        if (names_.empty()) {
            names_.assign(cells_.begin(), cells_.end());
            return Outcome::heading;
        }
        const auto pid = pid_in(cell("PID"));
        if (count > names_.size() || !pid) {
            return Outcome::damaged;
        }
        stamp(out);
        add_cells(out.event);
        rows_.tell(row_of(*pid), out);
        return Outcome::event;
    }

private:
    std::string_view cell(std::string_view name) const {
        const auto at = std::find(names_.begin(), names_.end(), name);
        const auto i = static_cast<std::size_t>(at - names_.begin());
        return i < cells_.size() ? cells_[i] : std::string_view{};
    }

    static std::optional<std::uint32_t> pid_in(std::string_view text) {
        const auto number = etw_number(trimmed(text));
        return number && *number < kEtwNoProcess ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
    }

    void stamp(EtwRecord& out) {
        const auto clock = procmon_time_of_day(cell("Time of Day"));
        const std::string_view date = cell("Date & Time");
        day_first_ = day_first_ || procmon_day_is_first(date);
        if (!clock) {
            return;
        }
        if (const auto day = procmon_day(date, day_first_)) {
            out.event.time = shifted(shifted(*day, *clock), -zone_);
        } else if (!written_.none()) {
            // The last such moment before the file was written.
            const UtcNanos local = shifted(written_, zone_);
            const std::int64_t midnight = local.count - ((local.count % kDay) + kDay) % kDay;
            const bool before = midnight + clock->count > local.count;
            out.event.time = shifted(UtcNanos{midnight + clock->count - (before ? kDay : 0)}, -zone_);
            out.time_origin = TimeOrigin::log;
            out.noted.push_back(&kDayOfFile);
        }
    }

    void add_cells(EtwEvent& event) const {
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const bool in_head = names_[i] == "PID" || names_[i] == "TID" || names_[i] == "Time of Day";
            if (!cells_[i].empty() && !in_head) {
                event.fields.push_back({names_[i], ValueKind::text, 0, 0, cells_[i]});
            }
        }
    }

    ProcmonRow row_of(std::uint32_t pid) const {
        const std::string_view details = cell("Detail"), line = cell("Command Line");
        ProcmonRow row;
        row.operation = cell("Operation");
        row.pid = pid;
        row.tid = pid_in(cell("TID")).value_or(kEtwNoProcess);
        row.image = cell("Image Path").empty() ? cell("Process Name") : cell("Image Path");
        row.path = cell("Path");
        row.command_line = line.empty() ? command_line(details) : line;
        const bool process = row.operation == "Process Create";
        row.made = pid_in(detail(details, process ? "PID: " : "Thread ID: "));
        row.parent = pid_in(detail(details, "Parent PID: "));
        row.base = etw_number(detail(details, "Image Base: "));
        row.size = etw_number(detail(details, "Image Size: "));
        return row;
    }

    Nanos zone_;
    UtcNanos written_;
    bool day_first_ = false;
    std::vector<std::string> names_;
    std::vector<std::string_view> cells_;
    ProcmonRows rows_;
};

Probe probe_procmon(std::string_view head) {
    const auto names = csv_header(head);
    const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    if (!has("Process Name") || !has("PID") || !has("Operation") || !has("Result")) {
        return {0, "no CSV with Process Monitor's columns"};
    }
    return {95, has("TID") ? "Process Monitor's CSV"
                           : "Process Monitor's CSV, without TID: creators of threads are not told"};
}

}  // namespace

EtwTextFormat procmon_csv_format() {
    return {"Process Monitor CSV", probe_procmon,
            [](const ImportHints& hints, const Input& input) -> std::unique_ptr<EtwNotation> {
                return std::make_unique<ProcmonCsv>(hints, input);
            }};
}

}  // namespace trocar
