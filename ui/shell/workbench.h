#pragma once

#include <QHash>
#include <QStringList>
#include <QWidget>
#include <vector>

#include "ui/views/view.h"

class QLabel;
class QSettings;
class QSplitter;
class QStackedWidget;

namespace trocar::ui {

class FlatTabBar;
class Workspace;

/// The views in their places: left | centre over the tabs | right. Layouts show and size the places for one kind of
/// work; sizes are kept for each layout.
class Workbench : public QWidget {
    Q_OBJECT

public:
    Workbench(Workspace& workspace, QSettings& settings, QWidget* parent = nullptr);
    ~Workbench() override;

    struct Layout {
        QString id, title;
    };
    [[nodiscard]] static std::vector<Layout> layouts();
    void setLayout(const QString& id);
    [[nodiscard]] QString layoutId() const { return layout_; }
    void resetLayout();

    [[nodiscard]] const std::vector<ViewSpec>& specs() const { return specs_; }
    [[nodiscard]] QWidget* view(const QString& id) const { return views_.value(id); }
    /// Shows a view: raises its tab, or unhides its panel.
    void showView(const QString& id, bool focus);
    [[nodiscard]] bool isShown(const QString& id) const;
    void setShown(const QString& id, bool shown);
    /// Next or previous pane gets the focus.
    void stepPane(int direction);

Q_SIGNALS:
    void layoutChanged();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void arrange();
    void storeSizes();
    void showTabNote();
    [[nodiscard]] QString settingsKey(const QString& what) const;

    Workspace& workspace_;
    QSettings& settings_;
    std::vector<ViewSpec> specs_;
    QHash<QString, QWidget*> views_;
    QStringList tabIds_;
    QString layout_;
    QSplitter* outer_;
    QSplitter* middle_;
    QSplitter* right_;
    QWidget* bottom_;
    FlatTabBar* tabs_;
    QLabel* note_;
    QStackedWidget* pages_;
};

}  // namespace trocar::ui
