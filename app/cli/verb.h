#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/arguments.h"
#include "core/base/result.h"

namespace trocar::cli {

/// Exit codes: a contract (docs/manual/command-line.md).
enum class Exit : int {
    done = 0,
    rejected = 1,    ///< done, with records rejected or files read in part
    usage = 2,
    unreadable = 3,  ///< input unreadable or not recognised
    case_failed = 4, ///< case damaged or locked, or it could not be written
    cancelled = 130
};
[[nodiscard]] Exit exit_of(ErrorKind kind) noexcept;

/// One verb: what it is called, what it takes, what it does. Adding one: a file of app/cli and a line in verbs.cpp.
struct Verb {
    std::string_view name;
    std::string_view takes;   ///< "CASE CHAIN_ID"
    std::string_view help;
    std::size_t least = 1;    ///< positional arguments
    std::size_t most = 1;
    std::vector<OptionSpec> options;
    bool text_or_json = true; ///< has --format text|json
    Result<Exit> (*run)(const Arguments& arguments, std::stop_token stop) = nullptr;
};
[[nodiscard]] const std::vector<Verb>& verbs();

[[nodiscard]] std::string usage_of(const Verb& verb);
[[nodiscard]] std::string usage_of_all();

// The verbs, one file each.
[[nodiscard]] Verb probe_verb();
[[nodiscard]] Verb import_verb();
[[nodiscard]] Verb info_verb();
[[nodiscard]] Verb coverage_verb();
[[nodiscard]] Verb chains_verb();
[[nodiscard]] Verb explain_verb();
[[nodiscard]] Verb curve_verb();
[[nodiscard]] Verb tree_verb();
[[nodiscard]] Verb report_verb();
[[nodiscard]] Verb rules_verb();
[[nodiscard]] Verb sql_verb();
[[nodiscard]] Verb verify_verb();

}  // namespace trocar::cli
