#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace trocar::cli {

/// One option of a verb. `value` names what follows it ("NAME"); empty: a flag.
struct OptionSpec {
    std::string_view name;  ///< "--host"
    std::string_view value;
    std::string_view help;
    bool repeatable = false;
};

/// What was said after the verb. Thread safety: a value.
class Arguments {
public:
    std::vector<std::string> positional;

    [[nodiscard]] bool has(std::string_view option) const { return options_.find(option) != options_.end(); }
    /// The last value given, or `fallback`.
    [[nodiscard]] std::string value(std::string_view option, std::string_view fallback = "") const;
    [[nodiscard]] std::span<const std::string> values(std::string_view option) const;
    [[nodiscard]] bool json() const { return value("--format") == "json"; }
    void add(std::string_view option, std::string value) { options_[std::string(option)].push_back(std::move(value)); }

private:
    std::map<std::string, std::vector<std::string>, std::less<>> options_;
};

/// Reads "--name value", "--name=value", flags and "--" (nothing after it is an option). Errors are of kind usage and
/// name the nearest option.
[[nodiscard]] Result<Arguments> parse_arguments(std::span<const std::string_view> words, std::span<const OptionSpec> options);

/// The name nearest to `word` by edits, when near enough to be meant; else "".
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string_view> names);

/// An Error of kind usage.
[[nodiscard]] Error usage_error(std::string message, std::string remedy = "");

}  // namespace trocar::cli
