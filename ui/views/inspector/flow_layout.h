#pragma once

#include <QLayout>
#include <QList>

namespace trocar::ui {

/// Widgets in a row that breaks into lines where the panel is too narrow for one.
class FlowLayout : public QLayout {
public:
    explicit FlowLayout(int spacing) : gap_(spacing) { setContentsMargins(0, 0, 0, 0); }
    ~FlowLayout() override { qDeleteAll(items_); }
    void addItem(QLayoutItem* item) override { items_.append(item); }
    [[nodiscard]] int count() const override { return static_cast<int>(items_.size()); }
    [[nodiscard]] QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override { return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    [[nodiscard]] QSize sizeHint() const override { return minimumSize(); }
    [[nodiscard]] QSize minimumSize() const override;
    void setGeometry(const QRect& rect) override;

private:
    int place(const QRect& rect, bool apply) const;
    QList<QLayoutItem*> items_;
    int gap_;
};

}  // namespace trocar::ui
