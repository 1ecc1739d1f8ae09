// Events of a krabsetw consumer as CSV (EDR-Introspection's EDRi): docs/formats/etw-text.md.
#include "core/base/text.h"
#include "importers/etw_text/etw_notation.h"
#include "importers/etw_text/etw_values.h"
#include "importers/readers/csv/csv_row.h"

#include <algorithm>
#include <array>
#include <string>

namespace trocar {
namespace {

constexpr std::size_t kMaxColumns = 4096;

/// Columns that describe the record; all others are the event's own properties, in lower case.
enum class Column : std::uint8_t {
    property,
    time,
    provider,
    id,
    task,
    pid,
    tid,
    target_pid,
    target_tid,
    path,
    tool,  ///< the exporter's own marks and second clocks
};

Column column_of(std::string_view name) {
    struct Known {
        std::string_view name;
        Column column;
    };
    constexpr std::array kKnown{
        Known{"timestamp_etw", Column::time},   Known{"provider_name", Column::provider},
        Known{"event_id", Column::id},          Known{"task_info", Column::task},
        Known{"process_id", Column::pid},       Known{"thread_id", Column::tid},
        Known{"targetpid", Column::target_pid}, Known{"targettid", Column::target_tid},
        Known{"filepath", Column::path},        Known{"src_type", Column::tool},
        Known{"C_relevant", Column::tool},      Known{"C_minimal", Column::tool},
        Known{"timestamp_sys", Column::tool},   Known{"timestamp_ns", Column::tool},
    };
    const auto* const found =
        std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& known) { return known.name == name; });
    return found == kKnown.end() ? Column::property : found->column;
}

/// Providers through which the attack under test and the recorder write what they do into the log.
bool is_label(std::string_view provider) {
    return equal_ignoring_case(provider, "Attack-Provider") || equal_ignoring_case(provider, "EDRi-Provider");
}

class KrabsCsv final : public EtwNotation {
public:
    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) override {
        return next_csv_row(pieces, text, at, whole);
    }

    void rewind() override {
        names_.clear();
        columns_.clear();
    }

    Outcome read(std::string_view record, TextArena& arena, EtwRecord& out) override {
        const std::size_t count = split_csv_row(record, kMaxColumns, arena, cells_);
        if (names_.empty()) {
            take_heading();
            return Outcome::heading;
        }
        if (count > names_.size()) {
            return Outcome::damaged;
        }
        EtwEvent& event = out.event;
        head(event);
        if (event.provider_name.empty()) {
            return Outcome::damaged;
        }
        if (is_label(event.provider_name)) {
            return Outcome::label;
        }
        event.provider = etw_provider({}, event.provider_name);
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            if (!cells_[i].empty()) {
                add(names_[i], columns_[i], cells_[i], out);
            }
        }
        return Outcome::event;
    }

private:
    void take_heading() {
        for (const std::string_view cell : cells_) {
            names_.emplace_back(cell);
            columns_.push_back(column_of(cell));
        }
    }

    void head(EtwEvent& event) const {
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const std::string_view cell = cells_[i];
            switch (columns_[i]) {
                case Column::time: event.time = parse_iso_time(cell).value_or(kNoTime); break;
                case Column::provider: event.provider_name = cell; break;
                case Column::id: event.id = static_cast<std::uint32_t>(etw_number(cell).value_or(0)); break;
                case Column::task: event.task = trimmed(cell); break;
                case Column::tid:
                    event.tid = static_cast<std::uint32_t>(etw_number(cell).value_or(kEtwNoProcess));
                    break;
                case Column::pid: {
                    const EtwProcessCell process = etw_process_cell(cell);
                    event.pid = process.pid.value_or(kEtwNoProcess);
                    event.image = process.image;
                    break;
                }
                default: break;
            }
        }
    }

    static void add(std::string_view name, Column column, std::string_view cell, EtwRecord& out) {
        EtwEvent& event = out.event;
        const bool of_process = event.provider == EtwProvider::kernel_process;
        if (column == Column::property) {
            event.fields.push_back(etw_field(name, cell));
        } else if (column == Column::target_tid) {
            event.fields.push_back(etw_field("TargetThreadId", cell));
        } else if (column == Column::path) {
            event.fields.push_back({of_process ? "ImageName" : "FilePath", ValueKind::text, 0, 0, cell});
        } else if (column == Column::target_pid) {
            const EtwProcessCell target = etw_process_cell(cell);
            const std::string_view as = of_process ? "ProcessID" : "TargetProcessId";
            if (!target.pid) {
                event.fields.push_back({as, ValueKind::text, 0, 0, cell});
                return;
            }
            event.fields.push_back({as, ValueKind::number, *target.pid, 0, {}});
            if (!target.image.empty()) {
                out.named.push_back({*target.pid, target.image});
            }
        }
    }

    std::vector<std::string> names_;
    std::vector<Column> columns_;
    std::vector<std::string_view> cells_;
};

Probe probe_krabs(std::string_view head) {
    const auto names = csv_header(head);
    const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
    if (!has("timestamp_etw") || !has("provider_name") || !has("event_id")) {
        return {0, "no CSV with the columns timestamp_etw, provider_name, event_id"};
    }
    return {96, "CSV of a krabsetw consumer: " + std::to_string(names.size()) + " columns"};
}

}  // namespace

EtwTextFormat krabs_csv_format() {
    return {"krabsetw CSV", probe_krabs, [](const ImportHints&, const Input&) -> std::unique_ptr<EtwNotation> {
                return std::make_unique<KrabsCsv>();
            }};
}

}  // namespace trocar
