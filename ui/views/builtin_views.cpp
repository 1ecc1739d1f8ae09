#include <QCoreApplication>

#include "ui/views/view.h"

namespace trocar::ui {

// Each view's factory is declared here rather than in a header of its own: this list is the only place that names it.

std::vector<ViewSpec> builtinViews() {
    std::vector<ViewSpec> views;
    return views;
}

}  // namespace trocar::ui
