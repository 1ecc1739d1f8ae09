#include "importers/readers/csv/csv_row.h"

#include <algorithm>

namespace trocar {
namespace {

constexpr std::string_view kBlanks = " \t";
constexpr std::size_t kMaxHeader = 4096;  // columns looked at

std::string_view without_blanks(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    return first == std::string_view::npos ? std::string_view{}
                                           : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The text of a quoted cell whose doubled quotes are still doubled.
std::string_view undoubled(std::string_view text, TextArena& arena) {
    if (text.find('"') == std::string_view::npos) {
        return text;
    }
    char* const out = arena.take(text.size());
    std::size_t length = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        out[length++] = text[i];
        if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
            ++i;
        }
    }
    return {out, length};
}

struct Cell {
    std::string_view text;
    bool quoted = false;
    std::size_t next = 0;  ///< behind the comma; npos: the row ends
};

/// The cell that begins at row[at]. Quotes that never close take the rest of the row.
Cell cell_at(std::string_view row, std::size_t at) {
    const std::size_t first = row.find_first_not_of(kBlanks, at);
    if (first == std::string_view::npos || row[first] != '"') {
        const std::size_t comma = row.find(',', at);
        const std::string_view text = row.substr(at, comma == std::string_view::npos ? comma : comma - at);
        return {without_blanks(text), false, comma == std::string_view::npos ? comma : comma + 1};
    }
    std::size_t close = row.find('"', first + 1);
    while (close != std::string_view::npos && close + 1 < row.size() && row[close + 1] == '"') {
        close = row.find('"', close + 2);
    }
    const std::size_t end = std::min(close, row.size());
    const std::size_t comma = row.find(',', end);
    return {row.substr(first + 1, end - first - 1), true, comma == std::string_view::npos ? comma : comma + 1};
}

}  // namespace

std::size_t csv_row_end(std::string_view text) noexcept {
    bool quoted = false;
    for (std::size_t at = 0;;) {
        at = text.find_first_of(quoted ? "\"" : "\"\r\n", at);
        if (at == std::string_view::npos || text[at] != '"') {
            return at;
        }
        quoted = !quoted;
        ++at;
    }
}

std::size_t split_csv_row(std::string_view row, std::size_t limit, TextArena& arena,
                          std::vector<std::string_view>& cells) {
    cells.clear();
    std::size_t count = 0;
    for (std::size_t at = 0; at != std::string_view::npos;) {
        const Cell cell = cell_at(row, at);
        if (count++ < limit) {
            cells.push_back(cell.quoted ? undoubled(cell.text, arena) : cell.text);
        }
        at = cell.next;
    }
    return count;
}

std::vector<std::string_view> csv_header(std::string_view text) {
    std::vector<std::string_view> names;
    const std::string_view row = text.substr(0, csv_row_end(text));
    for (std::size_t at = 0; at != std::string_view::npos && names.size() < kMaxHeader;) {
        const Cell cell = cell_at(row, at);
        names.push_back(cell.text);
        at = cell.next;
    }
    return names;
}

}  // namespace trocar
