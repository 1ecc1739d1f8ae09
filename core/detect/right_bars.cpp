// Bars under AccessMask: what asking for one right more, or one less, would do at the present window.
#include <bit>

#include "core/detect/access_rights.h"
#include "core/detect/finding_order.h"
#include "core/detect/mask_scan.h"

namespace trocar {

std::vector<RightBar> FindingView::right_bars() const {
    const Analysis::Data& data = analysis_->data();
    std::vector<RightBar> bars;
    const ParameterSpec* spec = mask_spec(*data.analytic);
    if (spec == nullptr) {
        return bars;
    }
    const MaskValue mask = std::get<MaskValue>(data.parameters.get(*spec));
    // Variant 0: the mask as it is. Then one a bar: a set right left out (mode all), an unset one asked for too.
    std::vector<MaskScan::Variant> variants{with_mask(data, mask)};
    for (const AccessRight& right : kAccessRights) {
        const bool set = (mask.bits & right.bit) != 0;
        bars.push_back({right.bit, right.name, set, 0, 0});
        variants.push_back(set && mask.all ? with_mask(data, {mask.bits & ~right.bit, true})
                                           : with_right(data, right.bit));
    }
    MaskScan scan(data, std::move(variants), window_, measure_);
    const auto count = [&](std::uint32_t g, std::uint64_t linked) {
        const bool visible_chain = order_->rows_of_group[g][0] != kNoSignal && (linked & 1U) != 0;
        for (std::size_t b = 0; b < bars.size(); ++b) {
            const bool then = (linked >> (b + 1) & 1U) != 0;
            if (bars[b].set && mask.all) {
                bars[b].chains += visible_chain ? 1U : 0U;  // each has the right: it is asked for
                bars[b].gained += then && (linked & 1U) == 0 && shows_target(g) ? 1U : 0U;
            } else {
                bars[b].chains += visible_chain && then ? 1U : 0U;
            }
        }
    };
    for (const AnchorRun& run : data.index->runs) {
        if (run.pair != kNoPair) {
            const auto linked = scan.linked(run);
            for (std::uint32_t g = run.first_group; g < run.last_group; ++g) {
                count(g, linked[g - run.first_group]);
            }
        }
    }
    return bars;
}

/// Would a chain of this group be listed, were it linked? (The list of targets and the suppressions decide.)
bool FindingView::shows_target(std::uint32_t group) const {
    const AnchorGroup& g = analysis_->data().index->groups[group];
    if (const ParameterSpec* spec = name_list_spec(analysis_->analytic())) {
        const auto& list = std::get<NameListValue>(parameters_.get(*spec));
        if (list.only && !is_listed(analysis_->data(), list, g.target)) {
            return false;
        }
    }
    return !order_->hides(image_name(analysis_->capture(), g.source), image_name(analysis_->capture(), g.target));
}

}  // namespace trocar
