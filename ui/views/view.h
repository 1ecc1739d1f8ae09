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
/// A view of left, centre, right_top or right_bottom draws its own head (ui/shell/panel_header.h). A view of `bottom` is
/// a tab and has no head: it may set its windowTitle to the words of its tab ("Chains 11 +2 -1"; words that begin with
/// + or - are coloured) and its dynamic property "tabNote" to the words at the right end of the tab row; the window
/// follows windowTitleChanged and QDynamicPropertyChangeEvent.
struct ViewSpec {
    QString id;      ///< stable: layouts, --grab file names ("timeline")
    QString title;   ///< tr()
    ViewArea area = ViewArea::bottom;
    std::function<QWidget*(Workspace&, QWidget* parent)> make;
};

[[nodiscard]] std::vector<ViewSpec> builtinViews();

}  // namespace trocar::ui
