#include <algorithm>

#include "app/cli/verb.h"

namespace trocar::cli {
namespace {

Verb with_format(Verb verb) {
    if (verb.text_or_json) {
        verb.options.push_back({"--format", "text|json", "text for people (default), or one JSON object on stdout"});
    }
    verb.options.push_back({"--help", "", "says this"});
    return verb;
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

Exit exit_of(ErrorKind kind) noexcept {
    switch (kind) {
        case ErrorKind::usage: return Exit::usage;
        case ErrorKind::unreadable:
        case ErrorKind::limit: return Exit::unreadable;
        case ErrorKind::case_damaged:
        case ErrorKind::storage: return Exit::case_failed;
        case ErrorKind::cancelled: return Exit::cancelled;
    }
    return Exit::unreadable;
}

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> kVerbs{
        with_format(probe_verb()),  with_format(import_verb()), with_format(info_verb()),   with_format(coverage_verb()),
        with_format(chains_verb()), with_format(explain_verb()), with_format(curve_verb()), with_format(tree_verb()),
        with_format(report_verb()), with_format(rules_verb()),  with_format(sql_verb()),    with_format(verify_verb())};
    return kVerbs;
}

std::string usage_of(const Verb& verb) {
    std::string out = "usage: trocar-cli " + std::string(verb.name) + " " + std::string(verb.takes) + " [OPTION...]\n" +
                      std::string(verb.help) + "\n";
    for (const OptionSpec& option : verb.options) {
        std::string name = "  " + std::string(option.name);
        name += option.value.empty() ? "" : " " + std::string(option.value);
        out += padded(std::move(name), 32) + " " + std::string(option.help) + "\n";
    }
    return out;
}

std::string usage_of_all() {
    std::string out = "usage: trocar-cli VERB ... [--format text|json]\n";
    for (const Verb& verb : verbs()) {
        out += "  " + padded(std::string(verb.name) + " " + std::string(verb.takes), 34) + " " + std::string(verb.help) + "\n";
    }
    return out + "trocar-cli VERB --help says more; trocar-cli --version says which program this is.\n";
}

}  // namespace trocar::cli
