#pragma once

#include <QWidget>

#include "core/detect/parameter.h"

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace trocar::ui {

class Workspace;

/// One parameter of the analytic: its name, its value, what it changes. Made from its ParameterSpec.
class ParameterControl : public QWidget {
    Q_OBJECT

public:
    ParameterControl(Workspace& workspace, const ParameterSpec& spec, QWidget* parent);
    /// The findings were replaced, or a value changed: show everything anew.
    virtual void showFindings() = 0;
    /// Only the window moved: counts changed, rows did not.
    virtual void showCounts() = 0;

protected:
    [[nodiscard]] Workspace& workspace() const { return workspace_; }
    [[nodiscard]] const ParameterSpec& spec() const { return spec_; }
    [[nodiscard]] QVBoxLayout* body() const { return body_; }
    /// Adds a widget to the right end of the title row.
    void addToTitle(QWidget* widget);

private:
    Workspace& workspace_;
    const ParameterSpec& spec_;
    QVBoxLayout* body_;
    QHBoxLayout* title_;
};

}  // namespace trocar::ui
