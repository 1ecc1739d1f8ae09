// Analysis::run: the linear pass over every pair that has an anchor.
#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>
#include <variant>

#include "core/base/text.h"
#include "core/detect/analysis_data.h"
#include "core/detect/run_windows.h"

namespace trocar {
namespace {

constexpr std::size_t kTestStopEvery = 4096;
constexpr Nanos kWeighedTime{10'000'000'000};  // handles this long before the execution are weighed with the nearest
constexpr std::uint32_t kWeighedRows = 64;     // and at most this many signals back
constexpr std::uint32_t kSearchedRows = 2048;  // a handle is looked for this far before the steps on memory

template <class Value>
const ParameterSpec* spec_holding(const Analytic& analytic, Scope scope) {
    const auto found =
        std::find_if(analytic.parameters.begin(), analytic.parameters.end(), [&](const ParameterSpec& p) {
            return std::holds_alternative<Value>(p.initial) && p.scope == scope;
        });
    return found == analytic.parameters.end() ? nullptr : &*found;
}

class Correlation {
public:
    explicit Correlation(Analysis::Data& data)
        : data_(data), table_(data.capture->signals), windows_(*data.capture, *data.index, *data.analytic) {
        for (const Pattern& pattern : data.analytic->patterns) {
            admissions_.push_back(pattern.admissions(data.parameters));
        }
    }

    Status run(const std::stop_token& stop) {
        data_.windows.assign(data_.index->groups.size(), {});
        for (std::size_t r = 0; r < data_.index->runs.size(); ++r) {
            if (r % kTestStopEvery == 0 && stop.stop_requested()) {
                return cancelled("Correlation");
            }
            one_run(data_.index->runs[r]);
        }
        for (std::size_t g = 0; g < data_.windows.size(); ++g) {
            give_lone_windows(data_.index->groups[g], data_.windows[g]);
        }
        return {};
    }

private:
    void one_run(const AnchorRun& run) {
        const auto results = windows_.of(run, admissions_[run.pattern]);
        for (std::size_t i = 0; i < results.size(); ++i) {
            const AnchorResult& r = results[i];
            if (r.span == kInfiniteNanos && r.gap == kInfiniteNanos) {
                continue;
            }
            GroupWindow& w = data_.windows[index_group(run, i)];
            // Anchors come in total order: the earliest of equals stays.
            if (w.anchor == kNoSignal || std::tie(r.span, r.gap) < std::tie(w.span, w.gap)) {
                w.anchor = data_.index->anchor_row[run.first_anchor + i];
                w.handle = r.handle;
                w.roles = r.roles;
            }
            w.span = std::min(w.span, r.span);
            w.gap = std::min(w.gap, r.gap);
        }
        const bool memory = has_exact_leads(run);
        for (std::uint32_t g = run.first_group; g < run.last_group; ++g) {
            GroupWindow& w = data_.windows[g];
            if (w.handle != kNoSignal) {
                w.handle_facts = weigh_handles(run, w);
                if (memory) {
                    const Pair& pair = table_.pairs[run.pair];
                    w.handle_facts |= weigh_earlier_handle(run, w) | data_.judge->memory_facts(pair, w.anchor, w.handle);
                }
            }
        }
    }

    /// Has the pair signals of the roles that lead exactly?
    bool has_exact_leads(const AnchorRun& run) const {
        if (run.pair == kNoPair) {
            return false;
        }
        const Pair& pair = table_.pairs[run.pair];
        const std::vector<Admission>& leads = data_.analytic->patterns[run.pattern].exact_leads;
        return std::any_of(leads.begin(), leads.end(), [&](const Admission& lead) {
            return std::memchr(table_.role.data() + pair.first, static_cast<int>(lead.role), pair.last - pair.first) != nullptr;
        });
    }

    /// The last handle before the path, however long before: the steps on memory came through it.
    std::uint64_t weigh_earlier_handle(const AnchorRun& run, const GroupWindow& w) const {
        const Pair& pair = table_.pairs[run.pair];
        const std::uint32_t stop = w.handle - pair.first > kSearchedRows ? w.handle - kSearchedRows : pair.first;
        for (std::uint32_t row = w.handle + 1; row-- > stop;) {
            if (table_.role[row] == Role::access && fills(table_, row, 0, admissions_[run.pattern])) {
                return data_.judge->handle_facts(Role::access, table_.value[row], table_.flags[row]);
            }
        }
        return 0;
    }

    std::uint32_t index_group(const AnchorRun& run, std::size_t i) const {
        return data_.index->anchor_group[run.first_anchor + i];
    }

    /// Facts of the handle that gives the window and of those opened shortly before it.
    std::uint64_t weigh_handles(const AnchorRun& run, const GroupWindow& w) const {
        const Pair& pair = table_.pairs[run.pair];
        const UtcNanos from = shifted(table_.time[w.anchor], -std::max(kWeighedTime, w.span == kInfiniteNanos ? Nanos{0} : w.span));
        std::uint64_t facts = 0;
        const std::uint32_t stop = w.handle - pair.first > kWeighedRows ? w.handle - kWeighedRows : pair.first;
        for (std::uint32_t row = w.handle;; --row) {
            if (row != w.handle && table_.time[row] < from) {
                break;
            }
            if (fills(table_, row, 0, admissions_[run.pattern])) {
                facts |= data_.judge->handle_facts(table_.role[row], table_.value[row], table_.flags[row]);
            }
            if (row == stop) {
                break;
            }
        }
        return facts;
    }

    /// Tampering may join several pairs; its lone row gives way to the first of them that links.
    void give_lone_windows(const AnchorGroup& group, GroupWindow& w) const {
        w.lone_span = w.span;
        w.lone_gap = w.gap;
        if (!group.lone || !group.joined) {
            return;
        }
        for (std::uint32_t s = group.first_sibling; s < group.last_sibling; ++s) {
            if (data_.index->groups[s].role == group.role && data_.index->groups[s].joined) {
                w.lone_span = std::min(w.lone_span, data_.windows[s].span);
                w.lone_gap = std::min(w.lone_gap, data_.windows[s].gap);
            }
        }
    }

    Analysis::Data& data_;
    const SignalTable& table_;
    RunWindows windows_;
    std::vector<std::vector<Admission>> admissions_;  ///< by pattern
};

}  // namespace

const ParameterSpec* mask_spec(const Analytic& analytic) { return spec_holding<MaskValue>(analytic, Scope::step); }

const ParameterSpec* window_spec(const Analytic& analytic) { return spec_holding<Nanos>(analytic, Scope::window); }

const ParameterSpec* name_list_spec(const Analytic& analytic) {
    return spec_holding<NameListValue>(analytic, Scope::key);
}

Nanos longest_window(const Analytic& analytic) {
    const ParameterSpec* spec = window_spec(analytic);
    return spec != nullptr ? std::get<Nanos>(spec->maximum) : kInfiniteNanos;
}

bool fills(const SignalTable& table, std::uint32_t row, std::size_t stage, const std::vector<Admission>& admissions) {
    return std::any_of(admissions.begin(), admissions.end(), [&](const Admission& a) {
        return a.stage == stage && a.role == table.role[row] && a.admits(table.value[row], table.flags[row]);
    });
}

std::string_view image_name(const Capture& capture, ProcessId id) {
    return id.value < capture.processes.lives.size()
               ? file_name(capture.strings->text(capture.processes.lives[id.value].image))
               : std::string_view{};
}

const Pair* target_only_group(const SignalTable& table, ProcessId target) {
    const auto next = std::upper_bound(table.pairs.begin(), table.pairs.end(), target,
                                       [](ProcessId id, const Pair& p) { return id < p.target; });
    if (next == table.pairs.begin() || (next - 1)->target != target || !(next - 1)->source.none()) {
        return nullptr;
    }
    return &*(next - 1);
}

Analysis::Analysis(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Analysis::~Analysis() = default;
const Capture& Analysis::capture() const { return *data_->capture; }
const Analytic& Analysis::analytic() const { return *data_->analytic; }
const std::vector<std::string>& Analysis::limits() const { return data_->index->limits; }

Result<std::shared_ptr<const Analysis>> Analysis::run(std::shared_ptr<const Capture> capture, const Analytic& analytic,
                                                      const ParameterSet& parameters, std::stop_token stop,
                                                      const Analysis* previous) {
    auto data = std::make_unique<Data>();
    data->capture = std::move(capture);
    data->analytic = &analytic;
    data->parameters = parameters;
    if (previous != nullptr && previous->data_->capture == data->capture && previous->data_->analytic == &analytic) {
        data->index = previous->data_->index;  // anchors depend on no parameter
        data->judge = previous->data_->judge;
    } else {
        auto index = AnchorIndex::build(*data->capture, analytic, stop);
        if (!index.ok()) {
            return index.error();
        }
        data->index = std::move(index).value();
        data->judge = analytic.make_judge(*data->capture);
    }
    if (Status done = Correlation(*data).run(stop); !done.ok()) {
        return done.error();
    }
    return std::shared_ptr<const Analysis>(new Analysis(std::move(data)));
}

}  // namespace trocar
