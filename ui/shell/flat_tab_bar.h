#pragma once

#include <QTabBar>

namespace trocar::ui {

/// Tabs as words with a line under the current one. Words that begin with + or − are coloured as gains and losses.
class FlatTabBar : public QTabBar {
    Q_OBJECT

public:
    explicit FlatTabBar(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    QSize tabSizeHint(int index) const override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    int hovered_ = -1;
};

}  // namespace trocar::ui
