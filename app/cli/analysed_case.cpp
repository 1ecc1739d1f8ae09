#include "app/cli/analysed_case.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/report/content.h"

namespace trocar::cli {
namespace {

/// Applies one NAME=VALUE to every chosen analytic that has the parameter.
Status apply(const std::string& setting, const std::vector<const Analytic*>& analytics, std::vector<ParameterSet>& sets) {
    const std::size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
        return usage_error("--set " + setting + " is not NAME=VALUE", "for instance --set TimeWindow=10s");
    }
    const std::string name = setting.substr(0, equals);
    const std::string value = setting.substr(equals + 1);
    bool known = false;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < analytics.size(); ++i) {
        for (const ParameterSpec& spec : analytics[i]->parameters) {
            names.push_back(spec.name);
        }
        const ParameterSpec* spec = analytics[i]->parameter(name);
        if (spec == nullptr) {
            continue;
        }
        known = true;
        Result<ParameterValue> parsed = parse_parameter(*spec, value);
        if (!parsed.ok()) {
            return parsed.error();
        }
        sets[i].set(*spec, std::move(parsed).value());
    }
    if (known) {
        return {};
    }
    std::string all;
    for (const std::string_view each : names) {
        all += (all.empty() ? "" : ", ") + std::string(each);
    }
    const std::string near = nearest(name, names);
    return usage_error("there is no parameter " + name + " to set",
                       (near.empty() ? "" : "did you mean " + near + "? ") + std::string("There are: ") + all);
}

void set_window(FindingView& view, const Analytic& analytic, const ParameterSet& parameters) {
    Nanos window = view.window();
    WindowMeasure measure = WindowMeasure::span;
    for (const ParameterSpec& spec : analytic.parameters) {
        const ParameterValue& value = parameters.get(spec);
        if (spec.scope == Scope::window && std::holds_alternative<Nanos>(value)) {
            window = std::get<Nanos>(value);
        } else if (std::holds_alternative<WindowMeasure>(value)) {
            measure = std::get<WindowMeasure>(value);
        }
    }
    view.set_window(window, measure);
}

}  // namespace

std::vector<OptionSpec> analysis_options() {
    return {{"--analytic", "ID|all", "which analytic (default all; as tables and reports: those of the evidence)"},
            {"--set", "NAME=VALUE", "a parameter: TimeWindow=10s, AccessMask=all:0x28, Window=gap, ...; may be repeated", true}};
}

Result<std::vector<const Analytic*>> chosen_analytics(const Arguments& arguments) {
    const std::string wanted = arguments.value("--analytic", "all");
    std::vector<const Analytic*> out;
    std::string known;
    for (const Analytic& analytic : builtin_analytics()) {
        known += (known.empty() ? "" : ", ") + std::string(analytic.id);
        if (wanted == "all" || equal_ignoring_case(wanted, analytic.id)) {
            out.push_back(&analytic);
        }
    }
    if (out.empty()) {
        return usage_error("there is no analytic " + wanted + " in this version", "there are: " + known + ", all");
    }
    return out;
}

void keep_to_evidence(AnalysedCase& analysed, const Arguments& arguments) {
    if (!arguments.has("--analytic")) {
        std::erase_if(analysed.input.views, [&](const FindingView* view) {
            return !concerns(analysed.input.info, view->analysis().analytic());
        });
    }
}

Result<AnalysedCase> analyse(const std::string& path, const Arguments& arguments, std::stop_token stop) {
    // Usage first: a wrong option should not cost the loading of a large case.
    Result<std::vector<const Analytic*>> analytics = chosen_analytics(arguments);
    if (!analytics.ok()) {
        return analytics.error();
    }
    std::vector<ParameterSet> sets(analytics.value().size());
    for (const std::string& setting : arguments.values("--set")) {
        if (Status applied = apply(setting, analytics.value(), sets); !applied.ok()) {
            return applied.error();
        }
    }
    AnalysedCase out;
    Result<std::unique_ptr<CaseFile>> file = CaseFile::open(path, CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    out.file = std::move(file).value();
    Result<CaseInfo> info = out.file->info();
    if (!info.ok()) {
        return info.error();
    }
    Result<std::shared_ptr<const Capture>> capture = out.file->load_capture(stop);
    if (!capture.ok()) {
        return capture.error();
    }
    Result<std::vector<VerdictRow>> verdicts = out.file->verdicts();
    if (!verdicts.ok()) {
        return verdicts.error();
    }
    Result<std::vector<Suppression>> suppressions = out.file->suppressions();
    if (!suppressions.ok()) {
        return suppressions.error();
    }
    std::vector<HideRule> hidden;
    for (const Suppression& rule : suppressions.value()) {
        if (!rule.revoked) {
            hidden.push_back({rule.source_glob, rule.target_glob});
        }
    }
    out.capture = std::move(capture).value();
    out.input.info = std::move(info).value();
    out.input.verdicts = std::move(verdicts).value();
    out.input.suppressions = std::move(suppressions).value();
    out.input.case_file = out.file.get();
    out.input.partial = arguments.has("--partial");
    out.input.unfold = arguments.has("--unfold");
    for (std::size_t i = 0; i < analytics.value().size(); ++i) {
        const Analytic& analytic = *analytics.value()[i];
        Result<std::shared_ptr<const Analysis>> analysis = Analysis::run(out.capture, analytic, sets[i], stop);
        if (!analysis.ok()) {
            return analysis.error();
        }
        auto view = std::make_unique<FindingView>(std::move(analysis).value(), sets[i], out.input.partial, hidden);
        set_window(*view, analytic, sets[i]);
        out.input.views.push_back(view.get());
        out.views.push_back(std::move(view));
    }
    return out;
}

Result<int> parse_zone(std::string_view text) {
    const Error wrong = usage_error("--zone " + std::string(text) + " is not an offset from UTC",
                                    "write UTC, Z or an offset such as +02:00 or -0430; named zones are not known here");
    std::string_view rest = text;
    if (starts_ignoring_case(rest, "UTC")) {
        rest.remove_prefix(3);
    } else if (equal_ignoring_case(rest, "Z")) {
        rest = {};
    } else if (rest.empty()) {
        return wrong;
    }
    if (rest.empty()) {
        return 0;
    }
    const char sign = rest[0];
    std::string digits;
    for (const char c : rest.substr(1)) {
        if (c >= '0' && c <= '9') {
            digits += c;
        } else if (c != ':') {
            return wrong;
        }
    }
    if ((sign != '+' && sign != '-') || digits.empty() || digits.size() > 4 || digits.size() == 3) {
        return wrong;
    }
    const int number = std::stoi(digits);
    const int hours = digits.size() == 4 ? number / 100 : number;
    const int minutes = digits.size() == 4 ? number % 100 : 0;
    if (hours > 14 || minutes > 59) {
        return wrong;
    }
    return sign == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
}

}  // namespace trocar::cli
