#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/text.h"
#include "core/report/json_text.h"
#include "core/store/case_file.h"

namespace trocar::cli {
namespace {

constexpr std::uint64_t kRows = 10'000;
constexpr std::uint64_t kMostRows = 10'000'000;

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
    std::string text;
    if (arguments.json()) {
        text = "{\"schema\": \"trocar/sql/1\", \"columns\": " + dumped(found.columns) + ",\n \"rows\": [";
        for (std::size_t i = 0; i < found.rows.size(); ++i) {
            text += (i == 0 ? "\n  " : ",\n  ") + dumped(found.rows[i]);
        }
        text += std::string(found.rows.empty() ? "" : "\n ") + "],\n \"cut\": " + (found.cut ? "true" : "false") + "}\n";
    } else {
        std::vector<Table::Column> columns;
        for (const std::string& column : found.columns) {
            columns.push_back({column, Table::Align::left, 120});
        }
        Table table(std::move(columns));
        for (const std::vector<std::string>& row : found.rows) {
            table.add(row);
        }
        text = table.text();
    }
    const Status printed = print_out(text);
    if (!printed.ok()) {
        return printed.error();
    }
    if (found.cut) {
        say("trocar-cli: only the first " + grouped(rows) + " rows; --limit changes that");
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
