#include <algorithm>
#include <optional>

#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/json_text.h"
#include "core/report/report_row.h"

namespace trocar::cli {
namespace {

/// Chains that a step adds, ids in row order.
std::vector<ChainId> gained_at(FindingView& view, const CurveStep& step, WindowMeasure measure, const CurveStep* before) {
    view.set_window(step.at, measure);
    if (before != nullptr) {
        return view.difference(before->at).first;
    }
    std::vector<ChainId> out;
    for (const Finding& row : view.rows()) {
        if (row.kind == FindingKind::chain && view.is_visible(row)) {
            out.push_back(row.id);
        }
    }
    return out;
}

std::string bar(std::uint64_t part, std::uint64_t whole) {
    constexpr std::uint64_t kWidest = 40;
    std::string out;
    for (std::uint64_t i = 0; whole != 0 && i < (part * kWidest + whole - 1) / whole; ++i) {
        out += "\u2588";
    }
    return out;
}

std::string head_json(const FindingView& view, std::string_view parameter) {
    OrderedJson parameters = OrderedJson::object();
    for (const auto& [name, value] : parameters_in_force(view)) {
        parameters[name] = value;
    }
    return "{\"schema\": \"trocar/curve/1\", \"analytic\": " + dumped(std::string(view.analysis().analytic().id)) +
           ", \"parameter\": " + dumped(std::string(parameter)) + ",\n \"parameters\": " + dumped(parameters);
}

std::string window_curve(FindingView& view, bool json) {
    const Nanos window = view.window();
    const WindowMeasure measure = view.measure();
    const FindingCounts now = view.counts();
    const std::optional<Nanos> knee = view.knee();
    std::string head = head_json(view, "TimeWindow");
    const std::vector<CurveStep> steps = view.curve();
    std::uint64_t most = 0;
    for (const CurveStep& step : steps) {
        most = std::max<std::uint64_t>(most, step.chains);
    }
    Table table({{"FROM", Table::Align::right}, {"CHAINS", Table::Align::right}, {"ALONE", Table::Align::right},
                 {"GAINED", Table::Align::right}, {"", Table::Align::left}, {""}});
    std::string list;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::vector<ChainId> gained = gained_at(view, steps[i], measure, i == 0 ? nullptr : &steps[i - 1]);
        if (json) {
            OrderedJson ids = OrderedJson::array();
            for (const ChainId& id : gained) {
                ids.push_back(format_chain_id(id));
            }
            const OrderedJson line{
                {"at_ns", steps[i].at.count}, {"chains", steps[i].chains}, {"lone", steps[i].lone}, {"gained", std::move(ids)}};
            list += (list.empty() ? "\n  " : ",\n  ") + dumped(line);
        } else {
            const bool holds = steps[i].at <= window && (i + 1 == steps.size() || steps[i + 1].at > window);
            table.add({describe_duration(steps[i].at), std::to_string(steps[i].chains), std::to_string(steps[i].lone),
                       "+" + std::to_string(gained.size()), bar(steps[i].chains, most), holds ? "<- " + describe_duration(window) : ""});
        }
    }
    view.set_window(window, measure);
    if (json) {
        return head + ",\n \"window_ns\": " + std::to_string(window.count) + ", \"chains\": " + std::to_string(now.chains) +
               ", \"lone\": " + std::to_string(now.lone) + ", \"knee_ns\": " + (knee ? std::to_string(knee->count) : "null") +
               ",\n \"steps\": [" + list + (list.empty() ? "]}\n" : "\n ]}\n");
    }
    return std::string(view.analysis().analytic().id) + ": chains at every TimeWindow, from each value on\n" + table.text() +
           (knee ? "knee at " + describe_duration(*knee) + "\n" : "");
}

std::string rights_bars(const FindingView& view, bool json) {
    Table table({{"RIGHT"}, {"REQUIRED"}, {"CHAINS THAT HAVE IT", Table::Align::right}, {"GAINED WITHOUT", Table::Align::right}, {""}});
    std::string list;
    for (const RightBar& right : view.right_bars()) {
        if (json) {
            const OrderedJson line{{"right", right.name}, {"bit", right.bit}, {"set", right.set}, {"chains", right.chains},
                                   {"gained", right.gained}};
            list += (list.empty() ? "\n  " : ",\n  ") + dumped(line);
        } else {
            table.add({std::string(right.name), right.set ? "yes" : "", std::to_string(right.chains),
                       right.set ? "+" + std::to_string(right.gained) : "", bar(right.chains, view.counts().chains)});
        }
    }
    return json ? head_json(view, "AccessMask") + ",\n \"rights\": [" + list + (list.empty() ? "]}\n" : "\n ]}\n") : table.text();
}

std::string name_bars(const FindingView& view, bool json) {
    Table table({{"TARGET", Table::Align::left, 40}, {"LISTED"}, {"FINDINGS", Table::Align::right}, {""}});
    std::string list;
    const std::vector<NameBar> bars = view.name_bars();
    for (const NameBar& each : bars) {
        if (json) {
            const OrderedJson line{{"name", each.name}, {"listed", each.listed}, {"findings", each.findings}};
            list += (list.empty() ? "\n  " : ",\n  ") + dumped(line);
        } else {
            table.add({each.name, each.listed ? "yes" : "", std::to_string(each.findings), bar(each.findings, bars[0].findings)});
        }
    }
    return json ? head_json(view, "InjectedProcessList") + ",\n \"names\": [" + list + (list.empty() ? "]}\n" : "\n ]}\n")
                : table.text();
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const std::string parameter = arguments.value("--parameter");
    if (!arguments.has("--analytic") || parameter.empty()) {
        return usage_error("curve needs --analytic ID and --parameter NAME", "for instance --analytic AN1399 --parameter TimeWindow");
    }
    Result<std::vector<const Analytic*>> chosen = chosen_analytics(arguments);
    if (!chosen.ok()) {
        return chosen.error();
    }
    if (chosen.value().size() != 1) {
        return usage_error("a curve is of one analytic, not of all");
    }
    const ParameterSpec* spec = chosen.value()[0]->parameter(parameter);
    const bool has_curve = spec != nullptr && ((spec->scope == Scope::window && std::holds_alternative<Nanos>(spec->initial)) ||
                                               std::holds_alternative<MaskValue>(spec->initial) ||
                                               std::holds_alternative<NameListValue>(spec->initial));
    if (!has_curve) {
        std::vector<std::string_view> names;
        std::string all;
        for (const ParameterSpec& each : chosen.value()[0]->parameters) {
            names.push_back(each.name);
            all += (all.empty() ? "" : ", ") + std::string(each.name);
        }
        const std::string near = spec == nullptr ? nearest(parameter, names) : "";
        return usage_error(std::string(chosen.value()[0]->id) + " has no curve for " + parameter,
                           (near.empty() ? "" : "did you mean " + near + "? ") + std::string("There are: ") + all);
    }
    const Result<AnalysedCase> analysed = analyse(arguments.positional[0], arguments, stop);
    if (!analysed.ok()) {
        return analysed.error();
    }
    FindingView& view = *analysed.value().views.front();
    std::string text;
    if (std::holds_alternative<Nanos>(spec->initial)) {
        text = window_curve(view, arguments.json());
    } else {
        text = std::holds_alternative<MaskValue>(spec->initial) ? rights_bars(view, arguments.json())
                                                                : name_bars(view, arguments.json());
    }
    const Status printed = print_out(text);
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb curve_verb() {
    return {"curve",
            "CASE",
            "chains at every value of a parameter",
            1,
            1,
            {{"--analytic", "ID", "which analytic"},
             {"--parameter", "NAME", "TimeWindow, AccessMask or InjectedProcessList"},
             {"--set", "NAME=VALUE", "another parameter, as in chains; may be repeated", true}},
            true,
            run};
}

}  // namespace trocar::cli
