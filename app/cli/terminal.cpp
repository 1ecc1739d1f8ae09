#include "app/cli/terminal.h"

#include <algorithm>
#include <cstdio>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/report/svg.h"

namespace trocar::cli {
namespace {

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80; }));
}

}  // namespace

Status print_out(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
        return Error{ErrorKind::storage, "cannot write the answer to standard output",
                     "check the free space where it is redirected to"};
    }
    return {};
}

void say(std::string_view line) {
    const std::string text = visible(line) + "\n";
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void say(const Error& error) {
    // Our own line breaks (one line a file); what evidence brings is made visible where it is put in, or here.
    std::string_view rest = error.message;
    for (bool first = true; first || !rest.empty(); first = false) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        say((first ? "trocar-cli: " : "") + std::string(line));
    }
    if (!error.remedy.empty()) {
        say("  " + error.remedy);
    }
}

bool stderr_is_terminal() {
#ifdef _WIN32
    return _isatty(_fileno(stderr)) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
}

void Table::add(std::vector<std::string> cells) {
    cells.resize(columns_.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = elided(visible(cells[i]), columns_[i].widest);
    }
    rows_.push_back(std::move(cells));
}

std::string Table::text() const {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = width_of(columns_[i].title);
        for (const auto& row : rows_) {
            width = std::max(width, width_of(row[i]));
        }
        widths.push_back(width);
    }
    std::string out;
    const auto line = [&](const auto& cell_of) {
        std::string text;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const std::string& cell = cell_of(i);
            const std::string pad(widths[i] - width_of(cell), ' ');
            text += i == 0 ? "" : "  ";
            text += columns_[i].align == Align::right ? pad + cell : cell + pad;
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out += text + "\n";
    };
    line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
    for (const auto& row : rows_) {
        line([&](std::size_t i) -> const std::string& { return row[i]; });
    }
    return out;
}

std::string counted(unsigned long long n, std::string_view one, std::string_view many) {
    return grouped(n) + " " + std::string(n == 1 ? one : many);
}

}  // namespace trocar::cli
