#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace trocar::cli {

/// Writes to stdout as it is; the Error says when the disk behind it is full. Text from evidence goes through visible()
/// first, JSON does not need to.
[[nodiscard]] Status print_out(std::string_view text);
/// One line on stderr, made visible().
void say(std::string_view line);
/// An Error on stderr: what happened, and what to do.
void say(const Error& error);
[[nodiscard]] bool stderr_is_terminal();

/// A table of aligned columns. Cells are made visible(); widths count code points. Thread safety: a value.
class Table {
public:
    enum class Align : unsigned char { left, right };
    struct Column {
        std::string title;
        Align align = Align::left;
        std::size_t widest = 60;  ///< longer cells are cut with an ellipsis
    };
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> cells);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    [[nodiscard]] std::string text() const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// "1 chain", "2 chains".
[[nodiscard]] std::string counted(unsigned long long n, std::string_view one, std::string_view many);

}  // namespace trocar::cli
