#pragma once

#include <QWidget>

namespace trocar::ui {

/// Glyph and word of each operation class, in a row. Drops words, then whole entries, when there is no room.
class ClassLegend : public QWidget {
    Q_OBJECT

public:
    explicit ClassLegend(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, 20}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace trocar::ui
