#include "core/report/content.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include "core/base/text.h"

namespace trocar {
namespace {

constexpr int kHigh = 80;   // nothing but injections stood above it in the captures the weights were measured on
constexpr int kWorth = 50;  // a lone execution below it is listed, not told

std::string count_words(std::size_t n, std::string_view one, std::string_view many) {
    constexpr std::array<std::string_view, 10> kWords{"no",  "one", "two",   "three", "four",
                                                      "five", "six", "seven", "eight", "nine"};
    return (n < kWords.size() ? std::string(kWords[n]) : grouped(n)) + " " + std::string(n == 1 ? one : many);
}

std::string capitalised(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    }
    return text;
}

/// Makes the first place of each name strong.
Paragraph with_names(std::string_view sentence, std::initializer_list<std::string_view> names) {
    std::vector<std::pair<std::size_t, std::size_t>> marks;
    std::size_t from = 0;
    for (const std::string_view name : names) {
        const std::size_t at = name.empty() ? std::string_view::npos : sentence.find(name, from);
        if (at != std::string_view::npos) {
            marks.emplace_back(at, name.size());
            from = at + name.size();
        }
    }
    Paragraph out;
    std::size_t done = 0;
    for (const auto& [at, size] : marks) {
        if (at > done) {
            out.push_back({std::string(sentence.substr(done, at - done)), false});
        }
        out.push_back({std::string(sentence.substr(at, size)), true});
        done = at + size;
    }
    out.push_back({std::string(sentence.substr(done)), false});
    return out;
}

bool high(const ReportRow& row) { return row.finding.kind == FindingKind::chain && row.finding.confidence >= kHigh; }

std::set<std::pair<std::uint32_t, std::uint32_t>> pairs_of(const std::vector<ReportRow>& rows, bool (*keep)(const ReportRow&)) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> out;
    for (const ReportRow& row : rows) {
        if (keep(row)) {
            out.emplace(row.finding.source.value, row.finding.target.value);
        }
    }
    return out;
}

std::string headline(const ReportContent& content) {
    const std::size_t sure = pairs_of(content.cards, high).size();
    const std::size_t chains =
        pairs_of(content.cards, [](const ReportRow& row) { return row.finding.kind == FindingKind::chain; }).size();
    const std::size_t alone =
        pairs_of(content.cards, [](const ReportRow& row) { return row.finding.kind == FindingKind::lone; }).size();
    std::string out;
    if (sure == 1) {
        out = "One process injected code into another with high confidence.";
    } else if (sure > 1) {
        out = capitalised(count_words(sure, "", "pairs of processes")) + " show code injection with high confidence.";
    }
    if (chains > sure) {
        out += (out.empty() ? "" : " ") +
               capitalised(count_words(chains - sure, sure == 0 ? "pair of processes shows" : "further pair shows",
                                       sure == 0 ? "pairs of processes show" : "further pairs show")) +
               " the shape of an injection with less support.";
    }
    if (alone != 0) {
        out += (out.empty() ? "" : " ") + capitalised(count_words(alone, "process", "processes")) +
               " ran code in another without a logged access before it (execution only).";
    }
    if (out.empty()) {
        out = "No chain of injection steps was found with these parameters.";
    }
    return out;
}

std::vector<Paragraph> summary_of(const ReportInput& input, const ReportContent& content) {
    constexpr std::size_t kTold = 3;
    std::vector<Paragraph> out;
    Paragraph first{{headline(content), false}};
    bool write_unseen = false;
    // One sentence a pair: one injection can start threads on several pages.
    std::set<std::pair<std::uint32_t, std::uint32_t>> told;
    std::size_t untold = 0;
    for (const ReportRow& row : content.cards) {
        write_unseen = write_unseen || std::find(row.why.invisible.begin(), row.why.invisible.end(), "write") !=
                                           row.why.invisible.end();
        if (!told.emplace(row.finding.source.value, row.finding.target.value).second) {
            continue;
        }
        if (told.size() > kTold) {
            ++untold;
            continue;
        }
        const Capture& capture = row.view->analysis().capture();
        const ReportSide source = side_of(capture, row.finding.source);
        const ReportSide target = side_of(capture, row.finding.target);
        Paragraph sentence = with_names(first_sentence(row.why.sentence), {source.name, target.name});
        first.push_back({" ", false});
        first.insert(first.end(), sentence.begin(), sentence.end());
    }
    if (untold != 0) {
        first.push_back(
            {" " + capitalised(count_words(untold, "further pair follows", "further pairs follow")) + " below.", false});
    }
    if (write_unseen) {
        first.push_back({" The memory write itself was not observed: no channel in this capture records it.", false});
    }
    out.push_back(std::move(first));

    std::string aside;
    if (content.counts.damped != 0) {
        aside += capitalised(count_words(content.counts.damped, "row matches", "rows match")) +
                 " a known benign pattern; the appendix names it.";
    }
    if (content.counts.suppressed != 0) {
        aside += (aside.empty() ? "" : " ") + capitalised(count_words(content.counts.suppressed, "row is", "rows are")) +
                 " hidden by the analyst's suppressions, listed under Verdicts.";
    }
    if (content.spoofed_count != 0) {
        aside += (aside.empty() ? "" : " ") +
                 capitalised(count_words(content.spoofed_count, "process names", "processes name")) +
                 " a parent that did not make it (T1134.004).";
    }
    if (input.info.rejected() != 0) {
        aside += (aside.empty() ? "" : " ") + grouped(input.info.rejected()) +
                 (input.info.rejected() == 1 ? " record" : " records") + " of the evidence could not be read.";
    }
    for (const AnalyticCoverage& analytic : content.coverage) {
        for (const CoverageRow& row : analytic.rows) {
            if (row.count == 0 && row.data_source == "DC0035") {
                aside += (aside.empty() ? "" : " ") + capitalised(row.host) + " logged no process access: no chain can show there.";
            }
        }
    }
    if (!aside.empty()) {
        out.push_back({{aside, false}});
    }
    return out;
}

/// Each meaning once: "Module Load (WS01, WS02): ...". Gaps and empty fields are told of their host.
std::vector<std::string> blind_of(const std::vector<AnalyticCoverage>& covered) {
    std::vector<std::string> out;
    for (const AnalyticCoverage& analytic : covered) {
        std::set<std::string> hosts;
        std::vector<std::pair<std::string, std::vector<std::string>>> meanings;  // "component: meaning" -> hosts
        std::vector<std::string> notes;
        for (const CoverageRow& row : analytic.rows) {
            hosts.insert(row.host);
            if (!row.meaning.empty()) {
                const std::string rules = rules_text(row);
                const std::string text = (row.count == 0 ? "Without " : "") + row.component + "\x1f" + row.meaning +
                                         (rules.empty() ? "" : " Record it with " + rules + ".");
                auto found = std::find_if(meanings.begin(), meanings.end(), [&](const auto& m) { return m.first == text; });
                if (found == meanings.end()) {
                    meanings.push_back({text, {}});
                    found = meanings.end() - 1;
                }
                found->second.push_back(row.host);
            }
            if (!row.quality.empty()) {
                notes.push_back(row.component + " on " + row.host + ": " + row.quality + ".");
            }
            if (!row.gaps.empty()) {
                notes.push_back(row.component + " on " + row.host + " is silent from " + format_time(row.gaps[0].first, 0) +
                                " to " + format_time(row.gaps[0].second, 0) + " UTC" +
                                (row.gaps.size() > 1 ? " and " + count_words(row.gaps.size() - 1, "time more", "times more") : "") +
                                ".");
            }
        }
        for (const auto& [text, on] : meanings) {
            std::string where;
            for (const std::string& host : on) {
                where += (where.empty() ? "" : ", ") + host;
            }
            const std::size_t cut = text.find('\x1f');
            out.push_back(text.substr(0, cut) + (on.size() == hosts.size() ? "" : " (" + where + ")") + ": " +
                          text.substr(cut + 1));
        }
        out.insert(out.end(), notes.begin(), notes.end());
    }
    return out;
}

bool told_in_full(const Finding& row) {
    return !row.damped && (row.kind == FindingKind::chain || (row.kind == FindingKind::lone && row.confidence >= kWorth));
}

}  // namespace

bool concerns(const CaseInfo& info, const Analytic& analytic) {
    return info.sources.empty() || std::any_of(info.sources.begin(), info.sources.end(), [&](const SourceInfo& source) {
               const std::string_view name = source.importer;
               const std::string_view system = name.starts_with("sandbox_") ? "Windows" : name.substr(0, name.find('_'));
               return equal_ignoring_case(system, analytic.system);
           });
}

Result<ReportContent> report_content(const ReportInput& input) {
    ReportContent content;
    content.title = evidence_name(input.info.path);
    if (ends_ignoring_case(content.title, ".trocar")) {
        content.title.resize(content.title.size() - std::string_view(".trocar").size());
    }
    for (const FindingView* view : input.views) {
        const FindingCounts counts = view->counts();
        content.counts.chains += counts.chains;
        content.counts.lone += counts.lone;
        content.counts.partial += counts.partial;
        content.counts.damped += counts.damped;
        content.counts.suppressed += counts.suppressed;

        std::vector<Finding> cards;
        std::vector<Finding> listed;
        for (const Finding& row : shown_findings(input, *view)) {
            if (told_in_full(row) && content.cards.size() + cards.size() < ReportContent::kCards) {
                cards.push_back(row);
            } else if (content.listed.size() + listed.size() < ReportContent::kListed) {
                listed.push_back(row);
            } else {
                ++content.not_listed;
            }
        }
        Result<std::vector<ReportRow>> told = report_rows(input, *view, cards);
        if (!told.ok()) {
            return told.error();
        }
        ReportInput without_evidence = input;
        without_evidence.case_file = nullptr;
        Result<std::vector<ReportRow>> rest = report_rows(without_evidence, *view, listed);
        if (!rest.ok()) {
            return rest.error();
        }
        std::move(told.value().begin(), told.value().end(), std::back_inserter(content.cards));
        std::move(rest.value().begin(), rest.value().end(), std::back_inserter(content.listed));
        content.coverage.push_back({std::string(view->analysis().analytic().id),
                                    coverage(view->analysis().capture(), view->analysis().analytic())});
        for (CoverageRow& row : content.coverage.back().rows) {
            row.host = row.host.empty() ? std::string(kUnnamedHost) : row.host;
        }
    }
    if (!input.views.empty()) {
        const Capture& capture = input.views.front()->analysis().capture();
        content.spoofed = spoofed_lines(capture, ReportContent::kSpoofed);
        content.spoofed_count = spoofed_children(capture).size();
    }
    content.blind = blind_of(content.coverage);
    content.summary = summary_of(input, content);
    return content;
}

std::string curve_sentence(const FindingView& view) {
    const FindingCounts now = view.counts();
    const std::uint32_t all = now.chains + now.lone;
    if (all == 0) {
        return "No execution in a foreign process was recorded: at no value of TimeWindow is there a chain.";
    }
    std::string out = now.chains == all
                          ? (all == 1 ? std::string("The one execution in a foreign process is")
                                      : "All " + count_words(all, "", "executions in foreign processes") + " are")
                          : "Of " + count_words(all, "execution in a foreign process", "executions in foreign processes") +
                                ", " + count_words(now.chains, "is", "are");
    out += " linked to an access at " + describe_duration(view.window()) + " (repeats folded).";
    const std::vector<CurveStep>& steps = view.curve();
    std::vector<std::string> later;
    std::size_t later_count = 0;
    std::uint32_t most = now.chains;
    for (const CurveStep& step : steps) {
        if (step.at > view.window() && step.chains > most) {
            later_count += 1;
            if (later.size() < 4) {
                later.push_back(describe_duration(step.at));
            }
            most = step.chains;
        }
    }
    if (!later.empty()) {
        out += " " + capitalised(count_words(most - now.chains, "more is", "more are")) + " linked with a wider window, at ";
        for (std::size_t i = 0; i < later.size(); ++i) {
            out += (i == 0 ? "" : i + 1 == later.size() && later_count == later.size() ? " and " : ", ") + later[i];
        }
        out += later_count > later.size() ? " and further steps." : ".";
    }
    if (most < all) {
        out += " " + capitalised(count_words(all - most, "has", "have")) + " no access on record and " +
               (all - most == 1 ? "stays" : "stay") + " alone at every value.";
    }
    std::uint32_t at_least = 0;
    for (const CurveStep& step : steps) {
        if (step.at <= view.window() && step.chains == now.chains) {
            at_least = 1;
            if (now.chains != 0) {
                out += " The same chains show down to " + describe_duration(step.at) + ".";
            }
            break;
        }
    }
    if (at_least != 0 && now.chains != 0) {
        out += " Below its own value a chain turns into an execution only; it never leaves the list.";
    }
    return out;
}

std::string parameters_sentence(const FindingView& view) {
    const Analytic& analytic = view.analysis().analytic();
    std::string out;
    for (const auto& [name, value] : parameters_in_force(view)) {
        const ParameterSpec* spec = analytic.parameter(name);
        const bool usual = spec != nullptr && value == format_parameter(spec->initial);
        if (spec != nullptr && usual &&
            (std::holds_alternative<NameListValue>(spec->initial) || std::holds_alternative<WindowMeasure>(spec->initial))) {
            continue;
        }
        out += (out.empty() ? "" : ", ") + name + " " + value;
    }
    return out;
}

std::string standing(const ReportRow& row, std::string_view separator) {
    const std::size_t seen = row.why.observed.size();
    const std::size_t could = seen + row.why.missing.size();
    return std::string(name(row.finding.grade)) + std::string(separator) + "confidence " +
           std::to_string(row.finding.confidence) + std::string(separator) + std::to_string(seen) + " of " +
           std::to_string(could) + " observable steps";
}

std::string_view first_sentence(std::string_view text) {
    // A full stop inside a file name has no blank and capital behind it.
    for (std::size_t at = text.find(". "); at != std::string_view::npos; at = text.find(". ", at + 1)) {
        if (at + 2 < text.size() && text[at + 2] >= 'A' && text[at + 2] <= 'Z') {
            return text.substr(0, at + 1);
        }
    }
    return text;
}

std::string vanish_sentence(const ReportRow& row) {
    const Nanos critical = row.view->critical(row.finding);
    const bool has_mask = row.view->analysis().analytic().parameter("AccessMask") != nullptr;
    if (row.finding.kind == FindingKind::lone) {
        return critical == kInfiniteNanos
                   ? "No access of this pair is on record: it stays an execution only at every value of the parameters."
                   : "It becomes a chain from TimeWindow " + describe_duration(critical) + " on.";
    }
    std::string out = critical.count > 0 ? "Vanishes below TimeWindow " + describe_duration(critical) + "."
                                         : "No TimeWindow removes it: its steps carry the same stamp.";
    if (row.finding.kind == FindingKind::partial && row.finding.death != kInfiniteNanos) {
        out += " From " + describe_duration(row.finding.death) + " on it is part of a chain.";
    }
    if (!has_mask) {
        return out;
    }
    const auto list = [](const std::vector<std::string>& names) {
        std::string text;
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
        }
        return text;
    };
    out += row.why.rights_all.empty() ? " Every process right was granted; no stricter AccessMask removes it."
                                      : " An AccessMask that requires " + list(row.why.rights_all) + " removes it.";
    return out;
}

std::string_view verdict_words(Verdict verdict) {
    switch (verdict) {
        case Verdict::unset: return "";
        case Verdict::true_positive: return "true positive";
        case Verdict::false_positive: return "false positive";
        case Verdict::benign_true: return "true, but benign";
    }
    return "";
}

std::string zone_words(int minutes) {
    if (minutes == 0) {
        return "UTC";
    }
    std::array<char, 24> buffer{};
    const int size = minutes < 0 ? -minutes : minutes;
    std::snprintf(buffer.data(), buffer.size(), "UTC%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60 % 100, size % 60);
    return buffer.data();
}

const std::vector<std::string>& method_paragraphs() {
    static const std::vector<std::string> kMethod{
        "This report implements ATT&CK detection strategy DET0508 (T1055). Every event becomes a signal of a pair of "
        "process lives, source and target; a life is told by the sensor's own process identity, not by its pid alone. An "
        "access to the target is linked to a later execution in it. The critical window of an execution is the smallest "
        "TimeWindow at which such a link exists, so a chain shows exactly at every value from there on, and the value at "
        "which it vanishes is known. Events with the same stamp count as in order; a thread may be stamped up to 100 ms "
        "before its access, the resolution of the sensor's clock.",
        "Confidence is a sum of named reasons between 0 and 100. It orders the rows and is not a probability. "
        "Completeness is kept apart from it: which steps were observed, which this capture could have shown and did not, "
        "and which no channel of it can show. An execution in a foreign process that no access leads to is never dropped: "
        "it is listed as execution only. Known benign patterns lower the confidence by a named amount and stay listed.",
        "Times are the events' own, in UTC. Evidence files were opened read-only; their SHA-256 stands in the appendix. "
        "The same case gives the same report, byte for byte."};
    return kMethod;
}

}  // namespace trocar
