#include "core/detect/mask_scan.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace trocar {

MaskScan::MaskScan(const Analysis::Data& data, std::vector<Variant> variants, Nanos window, WindowMeasure measure)
    : data_(data),
      variants_(std::move(variants)),
      window_(std::min(window, longest_window(*data.analytic))),
      measure_(measure),
      windows_(*data.capture, *data.index, *data.analytic) {
    assert(variants_.size() <= 64);
}

std::span<const std::uint64_t> MaskScan::linked(const AnchorRun& run) {
    const AnchorIndex& index = *data_.index;
    linked_.assign(run.last_group - run.first_group, 0);
    for (std::size_t k = 0; k < variants_.size(); ++k) {
        const auto results = windows_.of(run, variants_[k][run.pattern]);
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (results[i].under(measure_) <= window_) {
                linked_[index.anchor_group[run.first_anchor + i] - run.first_group] |= std::uint64_t{1} << k;
            }
        }
    }
    return linked_;
}

MaskScan::Variant with_right(const Analysis::Data& data, std::uint32_t right) {
    MaskScan::Variant variant;
    for (const Pattern& pattern : data.analytic->patterns) {
        variant.push_back(pattern.admissions(data.parameters));
        for (Admission& a : variant.back()) {
            if (a.stage == 0 && a.role == Role::access) {
                a.value_all |= right;
            }
        }
    }
    return variant;
}

MaskScan::Variant with_mask(const Analysis::Data& data, const MaskValue& mask) {
    MaskScan::Variant variant;
    ParameterSet parameters = data.parameters;
    if (const ParameterSpec* spec = mask_spec(*data.analytic)) {
        parameters.set(*spec, mask);
    }
    for (const Pattern& pattern : data.analytic->patterns) {
        variant.push_back(pattern.admissions(parameters));
    }
    return variant;
}

}  // namespace trocar
