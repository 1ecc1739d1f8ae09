#include <algorithm>

#include "core/report/exporter.h"
#include "core/report/json_text.h"
#include "core/report/report_row.h"

namespace trocar {
namespace {

constexpr std::size_t kRowsAtOnce = 256;  // memory does not grow with the number of findings beyond the text itself

OrderedJson side_json(const ReportSide& side) {
    return {{"image", side.image}, {"pid", side.pid}, {"key", side.key}};
}

OrderedJson window_json(Nanos value) {
    return value == kInfiniteNanos ? OrderedJson(nullptr) : OrderedJson(value.count);
}

OrderedJson evidence_json(const EvidenceDetail& item) {
    OrderedJson fields = OrderedJson::object();
    for (const auto& [name, value] : item.fields) {
        fields[name] = value;
    }
    return {{"stage", item.evidence.stage},
            {"operation", name(item.operation)},
            {"time", json_time(item.evidence.time)},
            {"event", item.evidence.event.value},
            {"source_file", item.source_file},
            {"record", item.record},
            {"detail", std::move(fields)}};
}

OrderedJson row_json(const ReportRow& row) {
    const Finding& finding = row.finding;
    const Capture& capture = row.view->analysis().capture();
    const Analytic& analytic = row.view->analysis().analytic();
    const ReportSide source = side_of(capture, finding.source);
    const ReportSide target = side_of(capture, finding.target);
    const Nanos critical = row.view->critical(finding);

    OrderedJson out{{"id", format_chain_id(finding.id)},
                    {"analytic", analytic.id},
                    {"technique", finding.technique},
                    {"host", target.host},
                    {"source", side_json(source)},
                    {"target", side_json(target)},
                    {"anchor_time", json_time(finding.anchor_time)}};
    const bool lone = finding.kind == FindingKind::lone;
    out["span_ns"] = lone ? OrderedJson(nullptr) : window_json(finding.span);
    out["gap_ns"] = lone ? OrderedJson(nullptr) : window_json(finding.gap);
    out["folded"] = finding.folded;
    if (lone) {
        out["vanishes"] = nullptr;
        if (critical != kInfiniteNanos) {
            out["links"]["TimeWindow_ns"] = critical.count;
        }
    } else {
        OrderedJson vanishes = OrderedJson::object();
        vanishes["TimeWindow_ns"] = window_json(critical);
        if (analytic.parameter("AccessMask") != nullptr) {
            vanishes["AccessMask"] = {{"all", row.why.rights_all}, {"any", row.why.rights_any}};
        }
        out["vanishes"] = std::move(vanishes);
        if (finding.kind == FindingKind::partial && finding.death != kInfiniteNanos) {
            out["completes"]["TimeWindow_ns"] = finding.death.count;
        }
    }
    out["kind"] = name(finding.kind);
    out["grade"] = name(finding.grade);
    out["confidence"] = finding.confidence;
    OrderedJson reasons = OrderedJson::array();
    for (const Reason& reason : row.why.reasons) {
        reasons.push_back({{"points", reason.points}, {"text", reason.text}});
    }
    out["reasons"] = std::move(reasons);
    out["completeness"] = {
        {"observed", row.why.observed}, {"missing", row.why.missing}, {"invisible", row.why.invisible}};
    out["verdict"] = row.verdict == Verdict::unset ? OrderedJson(nullptr) : OrderedJson(name(row.verdict));
    OrderedJson evidence = OrderedJson::array();
    for (const EvidenceDetail& item : row.evidence) {
        evidence.push_back(evidence_json(item));
    }
    out["evidence"] = std::move(evidence);
    return out;
}

/// Processes whose create handle went to another process than the parent they name.
OrderedJson spoofed_json(const Capture& capture) {
    OrderedJson out = OrderedJson::array();
    for (const ProcessId child : spoofed_children(capture)) {
        const ProcessLife& life = capture.processes.lives[child.value];
        const Creation& creation = creation_of(capture, child);
        const ReportSide side = side_of(capture, child);
        out.push_back({{"technique", "T1134.004"},
                       {"host", side.host},
                       {"child", side_json(side)},
                       {"parent", side_json(side_of(capture, life.parent))},
                       {"creator", side_json(side_of(capture, creation.creator))},
                       {"start", json_time(life.start)},
                       {"event", capture.signals.event[creation.handle].value}});
    }
    return out;
}

}  // namespace

std::string finding_json(const ReportRow& row) { return dumped(row_json(row)); }

Result<std::string> chains_json(const ReportInput& input) {
    OrderedJson parameters = OrderedJson::object();
    FindingCounts total;
    for (const FindingView* view : input.views) {
        OrderedJson values = OrderedJson::object();
        for (const auto& [name, value] : parameters_in_force(*view)) {
            values[name] = value;
        }
        parameters[std::string(view->analysis().analytic().id)] = std::move(values);
        const FindingCounts counts = view->counts();
        total.chains += counts.chains;
        total.lone += counts.lone;
        total.partial += counts.partial;
        total.suppressed += counts.suppressed;
    }
    const OrderedJson counts{{"chains", total.chains},
                             {"lone", total.lone},
                             {"partial", total.partial},
                             {"suppressed", total.suppressed}};
    std::string out = "{\"schema\": \"trocar/chains/1\", \"parameters\": " + dumped(parameters) +
                      ",\n \"counts\": " + dumped(counts) + ",\n \"chains\": [";
    bool first = true;
    for (const FindingView* view : input.views) {
        const std::vector<Finding> findings = shown_findings(input, *view);
        for (std::size_t at = 0; at < findings.size(); at += kRowsAtOnce) {
            const auto part = std::span(findings).subspan(at, std::min(kRowsAtOnce, findings.size() - at));
            Result<std::vector<ReportRow>> rows = report_rows(input, *view, part);
            if (!rows.ok()) {
                return rows.error();
            }
            for (const ReportRow& row : rows.value()) {
                out += first ? "\n  " : ",\n  ";
                first = false;
                out += finding_json(row);
            }
        }
    }
    out += first ? "]" : "\n ]";
    const OrderedJson spoofed =
        input.views.empty() ? OrderedJson::array() : spoofed_json(input.views.front()->analysis().capture());
    if (!spoofed.empty()) {
        out += ",\n \"spoofed_parents\": " + dumped(spoofed);
    }
    return out + "}\n";
}

}  // namespace trocar
