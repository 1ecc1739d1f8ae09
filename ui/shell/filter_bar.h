#pragma once

#include <QWidget>
#include <functional>

class QHBoxLayout;
class QLabel;

namespace trocar::ui {

class FilterEdit;
class Workspace;

/// The filter row (what is listed, how many, how long it took) and the chips of everything else that narrows the lists.
class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(Workspace& workspace, QWidget* parent = nullptr);
    void focusEdit();

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showFilter();
    void showResult();
    void showChips();
    void showExample();
    void addChip(const QString& text, const QString& tip, const std::function<void()>& remove);

    Workspace& workspace_;
    FilterEdit* edit_;
    QLabel* result_;
    QWidget* box_;
    QWidget* chips_;
    QHBoxLayout* chipRow_;
};

}  // namespace trocar::ui
