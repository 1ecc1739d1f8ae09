#include "ui/shell/style_sheet.h"

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

// Names in angle brackets are colours of the theme.
constexpr const char* kSheet = R"(
QMainWindow, QDialog { background: <panel>; }
QToolTip { background: <raised>; color: <text>; border: 1px solid <line>; padding: 4px 6px; }

QLabel[role="muted"] { color: <muted>; }
QLabel[role="faint"] { color: <faint>; }
QLabel[role="negative"] { color: <negative>; }
QLabel[role="accent"] { color: <accent>; }
QLabel[role="name"] { font-weight: 600; }

QMenuBar { background: transparent; border: none; spacing: 0; }
QMenuBar::item { background: transparent; padding: 5px 9px; border-radius: 4px; color: <text>; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: <raised>; }
QMenu { background: <panel>; border: 1px solid <line>; padding: 5px 0; }
QMenu::item { padding: 6px 28px 6px 16px; color: <text>; }
QMenu::item:selected { background: <selection>; }
QMenu::item:disabled { color: <faint>; }
QMenu::separator { height: 1px; background: <line>; margin: 5px 0; }
QMenu::indicator { left: 4px; }

QLineEdit, QPlainTextEdit[framed="true"], QComboBox, QSpinBox {
    background: <window>; border: 1px solid <line>; border-radius: 4px; padding: 3px 8px; color: <text>;
    selection-background-color: <selection>; selection-color: <text>; }
QLineEdit:focus, QPlainTextEdit[framed="true"]:focus, QComboBox:focus, QSpinBox:focus { border-color: <accent>; }
QLineEdit[invalid="true"] { border-color: <negative>; }
QComboBox::drop-down { border: none; width: 16px; }
QComboBox QAbstractItemView { background: <panel>; border: 1px solid <line>; selection-background-color: <selection>; }

QPushButton { outline: none; background: <window>; border: 1px solid <line>; border-radius: 4px; padding: 5px 11px; color: <text>; }
QPushButton[compact="true"] { padding: 4px 9px; }
QPushButton:hover { background: <raised>; }
QPushButton:pressed { background: <selection>; }
QPushButton:focus { border-color: <accent>; }
QPushButton:disabled { color: <faint>; }
QPushButton[primary="true"], QPushButton:checked { background: <accent>; border-color: <accent>; color: <accentText>; }
QPushButton[primary="true"]:hover { background: <accentHover>; }
QPushButton[primary="true"]:focus { border-color: <text>; }
QPushButton[flat="true"] { background: transparent; border: 1px solid transparent; color: <muted>; padding: 3px 7px; }
QPushButton[flat="true"]:hover { color: <text>; background: <raised>; }
QPushButton[flat="true"]:focus { border-color: <accent>; }
QPushButton[link="true"] { background: transparent; border: none; border-radius: 2px; padding: 0; color: <accent>; text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { background: <selection>; }
QPushButton[link="true"][quiet="true"] { color: <muted>; }
QPushButton[pill="true"] { background: <raised>; border: 1px solid transparent; border-radius: 10px; padding: 2px 9px;
    color: <muted>; font-size: 12px; }
QPushButton[pill="true"]:hover { color: <text>; }
QPushButton[pill="true"]:focus { border-color: <accent>; }
QPushButton[value="true"] { font-size: 14px; padding: 2px 9px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px 7px; color: <muted>; }
QToolButton:hover { color: <text>; background: <raised>; }
QToolButton:checked { color: <text>; background: <selection>; }
QToolButton:focus { border-color: <accent>; }
QToolButton::menu-indicator { image: none; }

QAbstractScrollArea { background: <window>; border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableView, QTreeView, QListView { background: <window>; border: none; outline: none; color: <text>;
    selection-background-color: <selection>; selection-color: <text>; gridline-color: <line>; }
QTreeView[side="true"], QListView[side="true"], QScrollArea[side="true"], QScrollArea[side="true"] > QWidget > QWidget,
QTextBrowser[side="true"] { background: <panel>; }
QHeaderView { background: <window>; border: none; }
QHeaderView::section { background: <window>; color: <muted>; border: none; border-bottom: 1px solid <line>;
    padding: 0 8px; height: 30px; font-size: 12px; font-weight: 400; }
QHeaderView::section:hover { color: <text>; }
QTableCornerButton::section { background: <window>; border: none; }

QTabWidget::pane { border: none; }
QTabBar { background: transparent; border: none; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent; padding: 8px 14px 7px 14px;
    color: <muted>; }
QTabBar::tab:selected { color: <text>; border-bottom-color: <accent>; }
QTabBar::tab:hover { color: <text>; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: <line>; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: <faint>; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: <line>; }
QProgressBar { background: <line>; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: <progress>; border-radius: 3px; }
)";

}  // namespace

QString styleSheet(const Theme& theme) {
    QString sheet = QString::fromUtf8(kSheet);
    const std::pair<QLatin1String, QColor> colours[] = {
        {QLatin1String("<window>"), theme.window},
        {QLatin1String("<panel>"), theme.panel},
        {QLatin1String("<raised>"), theme.raised},
        {QLatin1String("<line>"), theme.line},
        {QLatin1String("<text>"), theme.text},
        {QLatin1String("<muted>"), theme.muted},
        {QLatin1String("<faint>"), theme.faint},
        {QLatin1String("<accent>"), theme.accent},
        {QLatin1String("<accentText>"), theme.accentText},
        {QLatin1String("<accentHover>"), mixed(theme.accent, theme.text, 0.18)},
        {QLatin1String("<selection>"), theme.selection},
        {QLatin1String("<negative>"), theme.negative},
        {QLatin1String("<progress>"), theme.dark ? theme.positive : theme.accent},
    };
    for (const auto& [name, colour] : colours) {
        sheet.replace(name, colour.name());
    }
    return sheet;
}

}  // namespace trocar::ui
