#pragma once

#include <QAbstractButton>

namespace trocar::ui {

/// A flat full-width line that can be clicked: a warning with a mark and a link word, or the head of a section.
class ClickStrip : public QAbstractButton {
    Q_OBJECT

public:
    enum class Look : unsigned char { warning, section };
    ClickStrip(Look look, QWidget* parent);
    /// Word at the right end, in the accent colour ("Coverage").
    void setLink(const QString& link);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Look look_;
    QString link_;
};

}  // namespace trocar::ui
