#include "app/cli/arguments.h"

#include <algorithm>
#include <numeric>

#include "core/base/text.h"

namespace trocar::cli {
namespace {

std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0U);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

const OptionSpec* find_option(std::span<const OptionSpec> options, std::string_view name) {
    const auto found = std::find_if(options.begin(), options.end(), [&](const OptionSpec& o) { return o.name == name; });
    return found == options.end() ? nullptr : &*found;
}

}  // namespace

std::string Arguments::value(std::string_view option, std::string_view fallback) const {
    const auto found = options_.find(option);
    return found == options_.end() || found->second.empty() ? std::string(fallback) : found->second.back();
}

std::span<const std::string> Arguments::values(std::string_view option) const {
    const auto found = options_.find(option);
    return found == options_.end() ? std::span<const std::string>{} : std::span<const std::string>(found->second);
}

Error usage_error(std::string message, std::string remedy) {
    return {ErrorKind::usage, std::move(message), std::move(remedy)};
}

std::string nearest(std::string_view word, std::span<const std::string_view> names) {
    constexpr std::size_t kLongestWord = 64;  // the distance is quadratic
    if (word.size() > kLongestWord) {
        return {};
    }
    const std::string wanted = lower_ascii(word);
    std::string_view best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string_view name : names) {
        const std::string candidate = lower_ascii(name);
        const std::size_t d = starts_ignoring_case(candidate, wanted) && wanted.size() >= 3 ? 1 : edits(wanted, candidate);
        if (d < least) {
            least = d;
            best = name;
        }
    }
    return std::string(best);
}

Result<Arguments> parse_arguments(std::span<const std::string_view> words, std::span<const OptionSpec> options) {
    Arguments out;
    bool only_positional = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (only_positional || word.size() < 2 || word[0] != '-') {
            out.positional.emplace_back(word);
            continue;
        }
        if (word == "--") {
            only_positional = true;
            continue;
        }
        const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string_view::npos;
        const std::string_view name = word.substr(0, equals);
        const OptionSpec* spec = find_option(options, name);
        if (spec == nullptr) {
            std::vector<std::string_view> names;
            for (const OptionSpec& option : options) {
                names.push_back(option.name);
            }
            const std::string near = nearest(name, names);
            return usage_error("there is no option " + std::string(name), near.empty() ? "" : "did you mean " + near + "?");
        }
        if (!spec->repeatable && out.has(name)) {
            return usage_error(std::string(name) + " is given twice");
        }
        if (spec->value.empty()) {
            if (equals != std::string_view::npos) {
                return usage_error(std::string(name) + " takes no value");
            }
            out.add(name, "");
        } else if (equals != std::string_view::npos) {
            out.add(name, std::string(word.substr(equals + 1)));
        } else if (i + 1 < words.size()) {
            out.add(name, std::string(words[++i]));
        } else {
            return usage_error(std::string(name) + " needs a value: " + std::string(name) + " " + std::string(spec->value));
        }
    }
    return out;
}

}  // namespace trocar::cli
