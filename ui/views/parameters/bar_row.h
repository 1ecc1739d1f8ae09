#pragma once

#include <QWidget>
#include <cstdint>

class QCheckBox;

namespace trocar::ui {

/// A choice with the number it stands for: check box, bar, count.
class BarRow : public QWidget {
    Q_OBJECT

public:
    explicit BarRow(QWidget* parent = nullptr);
    void setLabel(const QString& label);
    [[nodiscard]] QString label() const;
    void setChecked(bool checked);
    [[nodiscard]] bool isChecked() const;
    /// `most`: the count that fills the bar.
    void setCount(std::uint32_t count, std::uint32_t most);
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] QCheckBox* box() const { return box_; }

Q_SIGNALS:
    /// By the analyst's act only.
    void toggled(bool on);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QCheckBox* box_;
    std::uint32_t count_ = 0, most_ = 0;
};

}  // namespace trocar::ui
