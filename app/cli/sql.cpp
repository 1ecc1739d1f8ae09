#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/text.h"
#include "core/report/json_text.h"
#include "core/store/case_file.h"

namespace trocar::cli {
namespace {

constexpr std::uint64_t kRows = 10'000;
constexpr std::uint64_t kMostRows = 10'000'000;

std::string_view option_of(QueryCut::Limit limit) {
    switch (limit) {
        case QueryCut::Limit::rows: return "; --limit changes that";
        case QueryCut::Limit::time: return "; --time-limit changes that";
        default: return "";
    }
}

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

/// In pieces: escaped, an answer may be six times its size.
Status print_json(const QueryAnswer& found) {
    std::string text = "{\"schema\": \"trocar/sql/1\", \"columns\": " + dumped(found.columns) + ",\n \"rows\": [";
    for (std::size_t i = 0; i < found.rows.size(); ++i) {
        text += (i == 0 ? "\n  " : ",\n  ") + dumped(found.rows[i]);
        if (text.size() > kPieceBytes) {
            if (Status printed = print_out(text); !printed.ok()) {
                return printed;
            }
            text.clear();
        }
    }
    text += std::string(found.rows.empty() ? "" : "\n ") + "],\n \"cut\": " + (found.cuts.empty() ? "false" : "true") +
            ", \"cuts\": [";
    for (const QueryCut& cut : found.cuts) {
        text += std::string(&cut == &found.cuts.front() ? "" : ", ") + "{\"limit\": " + dumped(to_string(cut.limit)) +
                ", \"text\": " + dumped(cut.text) + "}";
    }
    return print_out(text + "]}\n");
}

std::string as_table(const QueryAnswer& found) {
    std::vector<Table::Column> columns;
    for (const std::string& column : found.columns) {
        columns.push_back({column, Table::Align::left, 120});
    }
    Table table(std::move(columns));
    for (const std::vector<std::string>& row : found.rows) {
        table.add(row);
    }
    return table.text();
}

Result<Exit> run(const Arguments& arguments, std::stop_token) {
    std::uint64_t rows = kRows;
    if (arguments.has("--limit")) {
        const std::string text = arguments.value("--limit");
        const std::optional<std::uint64_t> parsed = parse_number(text);
        if (!parsed || *parsed == 0 || *parsed > kMostRows) {
            return usage_error("--limit " + text + " is not a number of rows", "1 to 10000000");
        }
        rows = *parsed;
    }
    Nanos limit{30 * kSecond.count};
    if (arguments.has("--time-limit")) {
        const std::string text = arguments.value("--time-limit");
        const std::optional<Nanos> parsed = parse_duration(text);
        if (!parsed || parsed->count <= 0) {
            return usage_error("--time-limit " + text + " is not a duration", "for instance 30s");
        }
        limit = *parsed;
    }
    Result<std::unique_ptr<CaseFile>> file = CaseFile::open(arguments.positional[0], CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    const Result<QueryAnswer> answer = file.value()->query(arguments.positional[1], rows, limit);
    if (!answer.ok()) {
        return answer.error();
    }
    const QueryAnswer& found = answer.value();
    const Status printed = arguments.json() ? print_json(found) : print_out(as_table(found));
    if (!printed.ok()) {
        return printed.error();
    }
    for (const QueryCut& cut : found.cuts) {
        say("trocar-cli: " + cut.text + std::string(option_of(cut.limit)));
    }
    return Exit::done;
}

}  // namespace

Verb sql_verb() {
    return {"sql",
            "CASE \"SELECT ...\"",
            "a read-only query over the case's views (docs/case-schema.md)",
            2,
            2,
            {{"--limit", "ROWS", "rows at most (default 10000)"}, {"--time-limit", "DURATION", "time at most (default 30s)"}},
            true,
            run};
}

}  // namespace trocar::cli
