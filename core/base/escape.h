#pragma once

#include <string>
#include <string_view>

namespace trocar {

// Evidence is hostile text. Every exporter and view passes it through one of these. All replace invalid UTF-8 by
// U+FFFD and make control characters, zero-width characters and bidirectional overrides visible as "\u{202E}".

/// One line for a window or a terminal: no control, escape or bidirectional character survives.
[[nodiscard]] std::string visible(std::string_view text);
/// HTML text or attribute value: visible() and & < > " '.
[[nodiscard]] std::string html_escaped(std::string_view text);
/// Inline Markdown: visible() and every character with a meaning in CommonMark or a table.
[[nodiscard]] std::string markdown_escaped(std::string_view text);
/// One CSV field, quoted when needed (RFC 4180); text that a spreadsheet would run as a formula (= + - @ tab) gets
/// a leading apostrophe.
[[nodiscard]] std::string csv_field(std::string_view text);
/// Valid UTF-8 with U+FFFD for what is not; nothing else changed.
[[nodiscard]] std::string valid_utf8(std::string_view text);
[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;

}  // namespace trocar
