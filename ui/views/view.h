#pragma once

#include <QString>
#include <functional>
#include <vector>

class QWidget;

namespace trocar::ui {

class Workspace;

/// Where the window puts a view in its default layout.
enum class ViewArea : unsigned char { left, centre, bottom, right_top, right_bottom };

/// One view: a folder of ui/views/ and a line in builtin_views.cpp. The window knows nothing else of it.
struct ViewSpec {
    QString id;      ///< stable: layouts, --grab file names ("timeline")
    QString title;   ///< tr()
    ViewArea area = ViewArea::bottom;
    std::function<QWidget*(Workspace&, QWidget* parent)> make;
};

[[nodiscard]] std::vector<ViewSpec> builtinViews();

}  // namespace trocar::ui
