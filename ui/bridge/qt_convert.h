#pragma once

#include <QString>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace trocar::ui {

// QString begins here. Two directions, and two kinds of text: ours (constant or already escaped) and evidence, which is
// hostile and passes core's visible() before it reaches a widget.

/// Our own text: names of parameters, formatted numbers. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] QString fromOurs(std::string_view text);
/// Text that came from evidence, a case or a path: control and bidirectional characters made visible.
[[nodiscard]] QString fromEvidence(std::string_view text);
[[nodiscard]] std::string toUtf8(const QString& text);
/// A path as the file system knows it (not escaped, not for showing).
[[nodiscard]] std::string toPath(const QString& path);
[[nodiscard]] QString fromPath(std::string_view path);
/// Message and remedy of an Error, escaped.
[[nodiscard]] QString errorMessage(const Error& error);
[[nodiscard]] QString errorRemedy(const Error& error);
/// "2 014 339", grouped by thin spaces.
[[nodiscard]] QString groupedNumber(std::uint64_t value);
/// counted(1, tr("%1 chain"), tr("%1 chains")): Qt's own plurals need a catalogue even for English.
[[nodiscard]] QString counted(std::uint64_t count, const QString& one, const QString& many);

}  // namespace trocar::ui
