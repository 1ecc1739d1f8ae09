#pragma once

#include <QString>

namespace trocar::ui {

struct Theme;

/// The style sheet of the whole application, colours filled in from the theme. Widgets ask for a look by dynamic
/// property, never by colour: role = "muted" | "faint" | "heading" | "mono", primary = true, flat = true, pill = true.
[[nodiscard]] QString styleSheet(const Theme& theme);

}  // namespace trocar::ui
