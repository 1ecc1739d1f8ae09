#include <algorithm>
#include <map>

#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/report/json_text.h"
#include "core/report/report_row.h"

namespace trocar::cli {
namespace {

/// Lives as trees: a child hangs under its parent on the same host. Parents come from evidence: a ring of them is cut.
struct Forest {
    std::vector<std::uint32_t> roots;
    std::vector<std::vector<std::uint32_t>> children;
};

UtcNanos born(const ProcessLife& life) { return life.start.none() ? life.first_seen : life.start; }

Forest forest_of(const std::vector<ProcessLife>& lives) {
    Forest forest;
    forest.children.resize(lives.size());
    std::vector<std::uint8_t> state(lives.size(), 0);  // 0 not seen, 1 on the way up, 2 hangs from a root
    std::vector<bool> cut(lives.size(), false);
    const auto parent_of = [&](std::uint32_t i) { return lives[i].parent.value; };
    for (std::uint32_t i = 0; i < lives.size(); ++i) {
        std::vector<std::uint32_t> way;
        std::uint32_t at = i;
        while (at < lives.size() && state[at] == 0) {
            state[at] = 1;
            way.push_back(at);
            at = parent_of(at);
        }
        if (at < lives.size() && state[at] == 1) {
            cut[at] = true;  // came back to the way itself
        }
        for (const std::uint32_t each : way) {
            state[each] = 2;
        }
    }
    for (std::uint32_t i = 0; i < lives.size(); ++i) {
        if (parent_of(i) < lives.size() && parent_of(i) != i && !cut[i]) {
            forest.children[parent_of(i)].push_back(i);
        } else {
            forest.roots.push_back(i);
        }
    }
    const auto earlier = [&](std::uint32_t a, std::uint32_t b) { return born(lives[a]) < born(lives[b]); };
    for (auto& list : forest.children) {
        std::stable_sort(list.begin(), list.end(), earlier);
    }
    std::stable_sort(forest.roots.begin(), forest.roots.end(), [&](std::uint32_t a, std::uint32_t b) {
        return lives[a].host != lives[b].host ? lives[a].host < lives[b].host : earlier(a, b);
    });
    return forest;
}

struct Edge {
    const FindingView* view;
    Finding row;
};

using Edges = std::map<std::uint32_t, std::vector<Edge>>;  // by source life

Edges edges_of(const ReportInput& input) {
    Edges edges;
    for (const FindingView* view : input.views) {
        for (const Finding& row : shown_findings(input, *view)) {
            edges[row.source.value].push_back({view, row});
        }
    }
    return edges;
}

std::string as_text(const AnalysedCase& analysed) {
    const Capture& capture = *analysed.capture;
    const std::vector<ProcessLife>& lives = capture.processes.lives;
    const Forest forest = forest_of(lives);
    const Edges edges = edges_of(analysed.input);
    constexpr std::size_t kDeepest = 40;  // deeper levels keep the indentation of this one
    std::string out;
    HostId host;
    // Depth first without recursion: hostile parents can nest as deep as there are processes.
    std::vector<std::pair<std::uint32_t, std::size_t>> stack;
    for (auto root = forest.roots.rbegin(); root != forest.roots.rend(); ++root) {
        stack.emplace_back(*root, 0);
    }
    while (!stack.empty()) {
        const auto [at, depth] = stack.back();
        stack.pop_back();
        const ProcessLife& life = lives[at];
        if (depth == 0 && life.host != host) {
            host = life.host;
            out += (out.empty() ? "" : "\n") + visible(side_of(capture, {at}).host) + "\n";
        }
        const ReportSide side = side_of(capture, {at});
        const std::string indent(2 * (std::min(depth, kDeepest) + 1), ' ');
        out += indent + visible(side.label());
        out += born(life).none() ? "" : "  " + format_time(born(life), 3) + (life.start_inferred ? " or earlier" : "");
        out += life.end.none() ? "" : " to " + format_time(life.end, 3);
        const CreatorKind made = creation_of(capture, {at}).kind;
        if (made == CreatorKind::spoofed || made == CreatorKind::broker) {
            out += "  [" + std::string(made == CreatorKind::spoofed ? "parent spoofed: " : "") +
                   visible(creation_words(capture, {at})) + "]";
        }
        out += "\n";
        if (const auto found = edges.find(at); found != edges.end()) {
            for (const Edge& edge : found->second) {
                const ReportSide target = side_of(capture, edge.row.target);
                out += indent + "  => " + visible(target.label()) + "  " +
                       std::string(name(edge.row.kind)) + " " + visible(edge.row.technique) + ", confidence " +
                       std::to_string(edge.row.confidence) + (edge.row.damped ? ", damped" : "") + "  " +
                       format_chain_id(edge.row.id) + "\n";
            }
        }
        const auto& children = forest.children[at];
        for (auto child = children.rbegin(); child != children.rend(); ++child) {
            stack.emplace_back(*child, depth + 1);
        }
    }
    return out;
}

std::string as_json(const AnalysedCase& analysed) {
    const Capture& capture = *analysed.capture;
    const std::vector<ProcessLife>& lives = capture.processes.lives;
    const Edges edges = edges_of(analysed.input);
    std::string out = "{\"schema\": \"trocar/tree/1\",\n \"processes\": [";
    for (std::uint32_t i = 0; i < lives.size(); ++i) {
        const ProcessLife& life = lives[i];
        const ReportSide side = side_of(capture, {i});
        OrderedJson injects = OrderedJson::array();
        if (const auto found = edges.find(i); found != edges.end()) {
            for (const Edge& edge : found->second) {
                injects.push_back({{"target", side_of(capture, edge.row.target).key},
                                   {"id", format_chain_id(edge.row.id)},
                                   {"kind", name(edge.row.kind)},
                                   {"technique", edge.row.technique},
                                   {"confidence", edge.row.confidence},
                                   {"damped", edge.row.damped}});
            }
        }
        const Creation& creation = creation_of(capture, {i});
        const bool has_creator = !creation.creator.none();
        const bool has_parent = life.parent.value < lives.size();
        const OrderedJson line{
            {"key", side.key},
            {"host", side.host},
            {"image", side.image},
            {"pid", side.pid},
            {"parent", has_parent ? OrderedJson(side_of(capture, life.parent).key) : OrderedJson(nullptr)},
            {"creator", has_creator ? OrderedJson(side_of(capture, creation.creator).key) : OrderedJson(nullptr)},
            {"creation", name(creation.kind)},
            {"broker", creation.broker},
            {"start", json_time(life.start)},
            {"end", json_time(life.end)},
            {"first_seen", json_time(life.first_seen)},
            {"last_seen", json_time(life.last_seen)},
            {"start_inferred", life.start_inferred},
            {"command_line", capture.strings->text(life.command_line)},
            {"user", capture.strings->text(life.user)},
            {"injects", std::move(injects)}};
        out += (i == 0 ? "\n  " : ",\n  ") + dumped(line);
    }
    return out + (lives.empty() ? "]}\n" : "\n ]}\n");
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const Result<AnalysedCase> analysed = analyse(arguments.positional[0], arguments, stop);
    if (!analysed.ok()) {
        return analysed.error();
    }
    const Status printed = print_out(arguments.json() ? as_json(analysed.value()) : as_text(analysed.value()));
    if (!printed.ok()) {
        return printed.error();
    }
    return Exit::done;
}

}  // namespace

Verb tree_verb() {
    std::vector<OptionSpec> options = analysis_options();
    return {"tree", "CASE", "processes as a tree, with the injections between them", 1, 1, std::move(options), true, run};
}

}  // namespace trocar::cli
