#include "core/detect/suggest.h"

#include <algorithm>
#include <vector>

#include "core/detect/analysis_data.h"

namespace trocar {

std::optional<WindowSuggestion> suggest_window(std::span<const LabelledWindow> labels, Nanos minimum, Nanos maximum) {
    WindowSuggestion out;
    out.from = minimum;
    for (const LabelledWindow& label : labels) {
        if (label.critical > maximum) {
            ++out.unlinked;
        } else if (label.confirmed) {
            ++out.confirmed;
            out.from = std::max(out.from, label.critical);
        } else {
            ++out.refuted;
        }
    }
    if (out.confirmed == 0) {
        return std::nullopt;
    }
    // Visible sets are nested: the smallest window that keeps the confirmed loses the most, and so does every one below
    // the next refuted chain.
    for (const LabelledWindow& label : labels) {
        if (!label.confirmed && label.critical <= maximum && label.critical > out.from) {
            ++out.lost;
            out.until = std::min(out.until, label.critical);
        }
    }
    return out;
}

std::optional<WindowSuggestion> suggest_window(const FindingView& view, std::span<const Label> labels) {
    const ParameterSpec* spec = window_spec(view.analysis().analytic());
    if (spec == nullptr) {
        return std::nullopt;
    }
    std::vector<LabelledWindow> windows;
    windows.reserve(labels.size());
    for (const Label& label : labels) {
        const auto chain = view.chain_row(label.chain);
        windows.push_back({chain ? view.critical(view.rows()[*chain]) : kInfiniteNanos, label.confirmed});
    }
    return suggest_window(windows, std::get<Nanos>(spec->minimum), std::get<Nanos>(spec->maximum));
}

}  // namespace trocar
