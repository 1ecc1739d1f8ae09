#include "core/report/case_json.h"
#include "core/report/exporters/exporters.h"
#include "core/report/report_row.h"

namespace trocar {
namespace {

std::string without_newline(std::string text) {
    while (!text.empty() && text.back() == '\n') {
        text.pop_back();
    }
    return text;
}

/// The three objects of the command line, in one.
class JsonExporter final : public Exporter {
public:
    [[nodiscard]] std::string_view name() const override { return "json"; }
    [[nodiscard]] std::string_view title() const override { return "Findings, case and coverage as JSON"; }
    [[nodiscard]] std::string_view suffix() const override { return "json"; }
    [[nodiscard]] Result<std::string> write(const ReportInput& input) const override {
        Result<std::string> chains = chains_json(input);
        if (!chains.ok()) {
            return chains.error();
        }
        std::vector<AnalyticCoverage> covered;
        for (const FindingView* view : input.views) {
            covered.push_back({std::string(view->analysis().analytic().id),
                               coverage(view->analysis().capture(), view->analysis().analytic())});
        }
        ReportInput nameless = input;
        for (SourceInfo& source : nameless.info.sources) {
            source.path = evidence_name(source.path);  // no path of this machine
        }
        return "{\"schema\": \"trocar/report/1\",\n\"chains\": " + without_newline(std::move(chains).value()) +
               ",\n\"info\": " + without_newline(info_json(nameless.info)) +
               ",\n\"coverage\": " + without_newline(coverage_json(covered)) + "}\n";
    }
};

}  // namespace

std::unique_ptr<const Exporter> json_exporter() { return std::make_unique<JsonExporter>(); }

}  // namespace trocar
