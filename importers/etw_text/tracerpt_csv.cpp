// Events as `tracerpt -of CSV` writes them: docs/formats/etw-text.md. The event's own values follow the named columns
// without names; those of the kernel's providers are named by their manifests.
#include "core/base/text.h"
#include "importers/etw_meaning/etw_layouts.h"
#include "importers/etw_text/etw_notation.h"
#include "importers/etw_text/etw_values.h"
#include "importers/readers/csv/csv_row.h"

#include <algorithm>
#include <array>
#include <deque>
#include <string>

namespace trocar {
namespace {

constexpr std::size_t kMaxColumns = 4096;
constexpr std::array<std::string_view, 20> kColumns{"Event Name",  "Type",
                                                    "Event ID",    "Version",
                                                    "Channel",     "Level",
                                                    "Opcode",      "Task",
                                                    "Keyword",     "PID",
                                                    "TID",         "Processor Number",
                                                    "Instance ID", "Parent Instance ID",
                                                    "Activity ID", "Related Activity ID",
                                                    "Clock-Time",  "Kernel(ms)",
                                                    "User(ms)",    "User Data"};
constexpr std::size_t kEventId = 2, kVersion = 3, kPid = 9, kTid = 10, kClock = 16, kUserData = 19;
constexpr std::string_view kTraceHeader = "EventTrace";

std::uint32_t id_in(std::string_view text) {
    const auto number = parse_number(text);
    return number && *number < kEtwNoProcess ? static_cast<std::uint32_t>(*number) : kEtwNoProcess;
}

bool is_heading(const std::vector<std::string_view>& cells) {
    for (std::size_t i = 0; i < kColumns.size(); ++i) {
        if (i >= cells.size() || !equal_ignoring_case(cells[i], kColumns[i])) {
            return false;
        }
    }
    return true;
}

class TracerptCsv final : public EtwNotation {
public:
    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) override {
        return next_csv_row(pieces, text, at, whole);
    }

    Outcome read(std::string_view record, TextArena& arena, EtwRecord& out) override {
        split_csv_row(record, kMaxColumns, arena, cells_);
        if (is_heading(cells_)) {
            return Outcome::heading;
        }
        if (cells_.size() < kUserData) {
            return Outcome::damaged;
        }
        EtwEvent& event = out.event;
        event.provider_name = cells_[0];
        if (event.provider_name == kTraceHeader) {
            return Outcome::heading;
        }
        event.provider = etw_provider({}, event.provider_name);
        event.id = static_cast<std::uint32_t>(parse_number(cells_[kEventId]).value_or(0) & 0xffffU);
        event.version = static_cast<std::uint32_t>(parse_number(cells_[kVersion]).value_or(0) & 0xffU);
        event.pid = id_in(cells_[kPid]);
        event.tid = id_in(cells_[kTid]);
        event.time = from_filetime(parse_number(cells_[kClock]).value_or(0));
        add_user_data(event);
        return Outcome::event;
    }

private:
    void add_user_data(EtwEvent& event) {
        std::string_view names = etw_field_names(event.provider, event.id, event.version);
        for (std::size_t i = kUserData; i < cells_.size(); ++i) {
            const std::string_view name = names.substr(0, names.find(' '));
            names.remove_prefix(std::min(name.size() + 1, names.size()));
            event.fields.push_back(etw_field(name.empty() ? unnamed(i - kUserData) : name, cells_[i]));
        }
    }

    /// Data1, Data2, ...: as values without a name are called everywhere.
    std::string_view unnamed(std::size_t i) {
        while (unnamed_.size() <= i) {
            unnamed_.push_back("Data" + std::to_string(unnamed_.size() + 1));
        }
        return unnamed_[i];
    }

    std::vector<std::string_view> cells_;
    std::deque<std::string> unnamed_;
};

Probe probe_tracerpt(std::string_view head) {
    if (!is_heading(csv_header(head))) {
        return {0, "no CSV with tracerpt's columns"};
    }
    return {97, "tracerpt's CSV"};
}

}  // namespace

EtwTextFormat tracerpt_csv_format() {
    return {"tracerpt CSV", probe_tracerpt, [](const ImportHints&, const Input&) -> std::unique_ptr<EtwNotation> {
                return std::make_unique<TracerptCsv>();
            }};
}

}  // namespace trocar
