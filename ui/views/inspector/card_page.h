#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "core/model/operation.h"

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace trocar::ui {

class PanelHeader;
struct Fact;

/// A page of the inspector: its head, below it a column that scrolls, and a foot that does not.
class CardPage : public QWidget {
    Q_OBJECT

public:
    explicit CardPage(const QString& title, QWidget* parent);
    [[nodiscard]] QVBoxLayout* column() const { return column_; }
    [[nodiscard]] QVBoxLayout* foot() const { return foot_; }
    [[nodiscard]] PanelHeader* header() const { return header_; }
    /// Empties the column, keeping the scroll position for the content that replaces it.
    void clearColumn();

private:
    PanelHeader* header_;
    QVBoxLayout* column_;
    QVBoxLayout* foot_;
};

/// Plain text that wraps and can be selected. `role`: see style_sheet.h; null: normal.
[[nodiscard]] QLabel* cardLabel(const QString& text, const char* role, QWidget* parent);
/// A flat word that acts when clicked, in the column of values.
[[nodiscard]] QPushButton* cardLink(const QString& text, QWidget* parent, std::function<void()> act);
/// Names and values in two columns; links call `follow`.
[[nodiscard]] QWidget* factList(const std::vector<Fact>& facts, QWidget* parent, const std::function<void(const Fact&)>& follow);

/// The glyph of an operation class as a widget of fixed size.
class GlyphMark : public QWidget {
    Q_OBJECT

public:
    GlyphMark(OperationClass operation, bool faint, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    OperationClass operation_;
    bool faint_;
};

/// Words beside a bar in the accent colour: what lies between two steps.
class GapBar : public QWidget {
    Q_OBJECT

public:
    GapBar(const QString& text, QWidget* parent);

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace trocar::ui
