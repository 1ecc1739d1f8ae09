#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/escape.h"
#include "core/report/json_text.h"
#include "core/store/case_file.h"

namespace trocar::cli {
namespace {

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    Result<std::unique_ptr<CaseFile>> file = CaseFile::open(arguments.positional[0], CaseFile::Mode::read_only);
    if (!file.ok()) {
        return file.error();
    }
    const Result<std::vector<std::string>> findings = file.value()->verify(stop);
    if (!findings.ok()) {
        return findings.error();
    }
    std::string text;
    if (arguments.json()) {
        const OrderedJson out{{"schema", "trocar/verify/1"}, {"sound", findings.value().empty()}, {"findings", findings.value()}};
        text = dumped(out, 1) + "\n";
    } else {
        for (const std::string& line : findings.value()) {
            text += visible(line) + "\n";
        }
        text += findings.value().empty() ? "The case is sound.\n" : "";
    }
    const Status printed = print_out(text);
    if (!printed.ok()) {
        return printed.error();
    }
    return findings.value().empty() ? Exit::done : Exit::case_failed;
}

}  // namespace

Verb verify_verb() {
    return {"verify", "CASE", "database check, evidence hashed again", 1, 1, {}, true, run};
}

}  // namespace trocar::cli
