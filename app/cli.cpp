// trocar-cli: the composition root. Finds the verb, reads its arguments, runs it, turns the outcome into an exit code.
#include <string_view>
#include <vector>

#include "app/cli/arguments.h"
#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "app/cli/verb.h"
#include "core/report/version.h"

namespace {

using namespace trocar;
using namespace trocar::cli;

int fail(const Error& error) {
    say(error);
    return static_cast<int>(exit_of(error.kind));
}

int print(const std::string& text) {
    const Status status = print_out(text);
    return status.ok() ? 0 : fail(status.error());
}

int run_verb(const Verb& verb, std::span<const std::string_view> words, std::stop_token stop) {
    const Result<Arguments> parsed = parse_arguments(words, verb.options);
    if (!parsed.ok()) {
        say(parsed.error());
        say("  trocar-cli " + std::string(verb.name) + " --help lists what it takes");
        return static_cast<int>(Exit::usage);
    }
    const Arguments& arguments = parsed.value();
    if (arguments.has("--help")) {
        return print(usage_of(verb));
    }
    if (verb.text_or_json && arguments.has("--format") && !arguments.json() && arguments.value("--format") != "text") {
        return fail(usage_error("--format " + arguments.value("--format") + " is not known here", "it is text or json"));
    }
    if (arguments.positional.size() < verb.least || arguments.positional.size() > verb.most) {
        return fail(usage_error(std::string(verb.name) + " takes " + std::string(verb.takes) + ", not " +
                                    counted(arguments.positional.size(), "argument", "arguments"),
                                "trocar-cli " + std::string(verb.name) + " --help says more"));
    }
    const Result<Exit> outcome = verb.run(arguments, stop);
    return outcome.ok() ? static_cast<int>(outcome.value()) : fail(outcome.error());
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (words.empty()) {
        say(usage_error("no verb given", "trocar-cli --help lists them"));
        return static_cast<int>(Exit::usage);
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        return print(usage_of_all());
    }
    if (words[0] == "--version") {
        return print("trocar-cli " + std::string(product_version()) + "\n");
    }
    std::vector<std::string_view> names;
    for (const Verb& verb : verbs()) {
        if (verb.name == words[0]) {
            Interrupt interrupt;
            return run_verb(verb, std::span(words).subspan(1), interrupt.token());
        }
        names.push_back(verb.name);
    }
    const std::string near = nearest(words[0], names);
    return fail(usage_error("there is no verb " + std::string(words[0]),
                            near.empty() ? "trocar-cli --help lists them" : "did you mean " + near + "?"));
}
