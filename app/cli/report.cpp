#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "app/cli/analysed_case.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/base/text.h"
#include "core/report/content.h"

namespace trocar::cli {
namespace {

Status write_to(const std::string& place, const std::string& bytes, const std::string& path) {
    const auto failed = [&](const char* what) {
        return Error{ErrorKind::storage, std::string(what) + " " + path + ": " + std::strerror(errno),
                     "choose another place with -o, or free some space"};
    };
    std::FILE* file = std::fopen(place.c_str(), "wb");
    if (file == nullptr) {
        return failed("cannot create");
    }
    errno = 0;
    const bool written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
    const Status outcome = written ? Status{} : Status{failed("cannot write")};
    const bool closed = std::fclose(file) == 0;
    return outcome.ok() && !closed ? Status{failed("cannot write")} : outcome;
}

/// Writes beside the file and renames: a full disk or a kill leaves what was there before. What is there and no file (a
/// device, a pipe) is written to: renaming would put a file in its place.
Status write_file(const std::string& path, const std::string& bytes) {
    std::error_code code;
    const std::filesystem::file_status there = std::filesystem::status(path, code);
    if (std::filesystem::exists(there) && !std::filesystem::is_regular_file(there)) {
        return write_to(path, bytes, path);
    }
    const std::string part = path + ".part";
    Status written = write_to(part, bytes, path);
    if (written.ok() && std::rename(part.c_str(), path.c_str()) != 0) {
        written = Error{ErrorKind::storage, "cannot replace " + path + ": " + std::strerror(errno),
                        "choose another place with -o, or free some space"};
    }
    if (!written.ok()) {
        std::remove(part.c_str());
    }
    return written;
}

Result<const Exporter*> exporter_for(const std::vector<std::unique_ptr<const Exporter>>& exporters, const std::string& format) {
    constexpr std::array<std::string_view, 3> kLater{"pdf", "stix", "navigator"};
    std::vector<std::string_view> names;
    std::string all;
    for (const auto& exporter : exporters) {
        if (exporter->name() == format) {
            return exporter.get();
        }
        names.push_back(exporter->name());
        all += (all.empty() ? "" : ", ") + std::string(exporter->name());
    }
    if (format.empty()) {
        return usage_error("report needs --format", "there are: " + all);
    }
    for (const std::string_view later : kLater) {
        if (format == later) {
            return usage_error("reports as " + format + " are not in this version yet", "there are: " + all);
        }
    }
    const std::string near = nearest(format, names);
    return usage_error("there is no report format " + format,
                       (near.empty() ? "" : "did you mean " + near + "? ") + std::string("There are: ") + all);
}

Result<Exit> run(const Arguments& arguments, std::stop_token stop) {
    const std::vector<std::unique_ptr<const Exporter>> exporters = builtin_exporters();
    const Result<const Exporter*> exporter = exporter_for(exporters, arguments.value("--format"));
    if (!exporter.ok()) {
        return exporter.error();
    }
    const std::string path = arguments.value("-o");
    if (path.empty()) {
        return usage_error("report needs -o FILE", "-o - writes to standard output");
    }
    int zone = 0;
    if (arguments.has("--zone")) {
        const Result<int> parsed = parse_zone(arguments.value("--zone"));
        if (!parsed.ok()) {
            return parsed.error();
        }
        zone = parsed.value();
    }
    Result<AnalysedCase> analysed = analyse(arguments.positional[0], arguments, stop);
    if (!analysed.ok()) {
        return analysed.error();
    }
    keep_to_evidence(analysed.value(), arguments);
    analysed.value().input.show_environment = arguments.has("--show-environment");
    analysed.value().input.zone_minutes = zone;
    analysed.value().input.zone_name = zone_words(zone);
    const Result<std::string> text = exporter.value()->write(analysed.value().input);
    if (!text.ok()) {
        return text.error();
    }
    const Status written = path == "-" ? print_out(text.value()) : write_file(path, text.value());
    if (!written.ok()) {
        return written.error();
    }
    if (path != "-") {
        say(path + ": " + grouped(text.value().size()) + " bytes");
    }
    return Exit::done;
}

}  // namespace

Verb report_verb() {
    std::vector<OptionSpec> options = analysis_options();
    options.push_back({"--format", "html|md|json|csv", "pdf, stix and navigator follow in a later version"});
    options.push_back({"-o", "FILE", "where to; - is standard output"});
    options.push_back({"--zone", "OFFSET", "also print times in this zone: +02:00"});
    options.push_back({"--partial", "", "also preparations without an execution"});
    options.push_back({"--unfold", "", "every execution as a row of its own"});
    options.push_back({"--show-environment", "", "values of environment variables too; without it their names alone"});
    return {"report", "CASE", "the findings as a document", 1, 1, std::move(options), false, run};
}

Verb rules_verb() {
    return {"rules",
            "CASE",
            "the tuned analytic as a SIEM rule (not in this version)",
            0,
            100'000,
            {{"--to", "sigma|eql|kql|spl", "which language"},
             {"--analytic", "ID", "which analytic"},
             {"--set", "NAME=VALUE", "a parameter", true},
             {"-o", "FILE", "where to"}},
            true,
            [](const Arguments&, std::stop_token) -> Result<Exit> {
                return usage_error("rules for SIEMs are not in this version yet",
                                   "trocar-cli chains and report show what the tuned analytic finds");
            }};
}

}  // namespace trocar::cli
