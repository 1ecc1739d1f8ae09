#include "ui/shell/shortcut_list.h"

#include <QAction>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/shell/action_table.h"
#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

/// Keys that views handle themselves while they have the focus.
struct ViewKey {
    const char* where;
    const char* what;
    const char* keys;
};
constexpr ViewKey kViewKeys[] = {
    {QT_TRANSLATE_NOOP("Keys", "Timeline"), QT_TRANSLATE_NOOP("Keys", "zoom in, zoom out"), "W, S"},
    {QT_TRANSLATE_NOOP("Keys", "Timeline"), QT_TRANSLATE_NOOP("Keys", "earlier, later"), "A, D"},
    {QT_TRANSLATE_NOOP("Keys", "Timeline"), QT_TRANSLATE_NOOP("Keys", "centre the current item, then fit it"), "F"},
    {QT_TRANSLATE_NOOP("Keys", "TimeWindow"), QT_TRANSLATE_NOOP("Keys", "one step shorter, longer"), "←, →"},
    {QT_TRANSLATE_NOOP("Keys", "TimeWindow"), QT_TRANSLATE_NOOP("Keys", "ten times longer, shorter"), "PgUp, PgDn"},
    {QT_TRANSLATE_NOOP("Keys", "TimeWindow"), QT_TRANSLATE_NOOP("Keys", "to the previous, next step of the curve"), "[, ]"},
    {QT_TRANSLATE_NOOP("Keys", "Tables"), QT_TRANSLATE_NOOP("Keys", "copy the row"), "Ctrl+C"},
    {QT_TRANSLATE_NOOP("Keys", "Find in the events"), QT_TRANSLATE_NOOP("Keys", "next, previous match; close"),
     "Enter, Shift+Enter; Esc"},
};

}  // namespace

ShortcutList::ShortcutList(ActionTable& actions, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(640, 620);
    auto* column = new QVBoxLayout(this);
    auto* find = new QLineEdit(this);
    find->setPlaceholderText(tr("Find a command or a key"));
    find->setAccessibleName(tr("Find a command or a key"));
    column->addWidget(find);

    auto* table = new QTableWidget(0, 3, this);
    table->setAccessibleName(tr("Commands and keys"));
    table->setHorizontalHeaderLabels({tr("Where"), tr("Command"), tr("Keys")});
    table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(theme().rowHeight);
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    column->addWidget(table, 1);

    const auto fill = [table, &actions] {
        table->setRowCount(0);
        const auto add = [table](const QString& where, const QString& what, const QString& keys, const QString& id) {
            const int row = table->rowCount();
            table->insertRow(row);
            const QString cells[] = {where, what, keys};
            for (int c = 0; c < 3; ++c) {
                auto* item = new QTableWidgetItem(cells[c]);
                item->setData(Qt::UserRole, id);
                table->setItem(row, c, item);
            }
        };
        for (const ActionTable::Entry& entry : actions.entries()) {
            QStringList keys;
            for (const QKeySequence& key : entry.action->shortcuts()) {
                keys += key.toString(QKeySequence::NativeText);
            }
            add(entry.menu, plainText(entry.action), keys.join(QStringLiteral(", ")), entry.id);
        }
        for (const ViewKey& key : kViewKeys) {
            add(QCoreApplication::translate("Keys", key.where), QCoreApplication::translate("Keys", key.what),
                QString::fromUtf8(key.keys), QString());
        }
        table->resizeColumnToContents(0);
        table->setColumnWidth(2, 150);
    };
    fill();

    auto* row = new QHBoxLayout;
    auto* hint = new QLabel(tr("Select a command, then press its new keys:"), this);
    hint->setProperty("role", QStringLiteral("muted"));
    row->addWidget(hint);
    auto* keys = new QKeySequenceEdit(this);
    keys->setAccessibleName(tr("New keys"));
    if (auto* inner = keys->findChild<QLineEdit*>()) {
        inner->setAccessibleName(tr("New keys"));
    }
    keys->setMaximumWidth(140);
    row->addWidget(keys);
    row->addStretch(1);
    auto* reset = new QPushButton(tr("Reset all"), this);
    reset->setAccessibleName(tr("Reset all keys"));
    row->addWidget(reset);
    auto* done = new QPushButton(tr("Close"), this);
    done->setProperty("primary", true);
    done->setAccessibleName(tr("Close"));
    row->addWidget(done);
    column->addLayout(row);

    connect(done, &QPushButton::clicked, this, &QDialog::accept);
    connect(reset, &QPushButton::clicked, this, [&actions, fill] {
        actions.resetShortcuts();
        fill();
    });
    connect(keys, &QKeySequenceEdit::editingFinished, this, [table, keys, &actions, fill] {
        const int at = table->currentRow();
        if (at < 0 || keys->keySequence().isEmpty()) {
            return;
        }
        const QString id = table->item(at, 0)->data(Qt::UserRole).toString();
        if (!id.isEmpty()) {
            actions.setShortcut(id, keys->keySequence());
            fill();
            table->selectRow(at);
        }
        keys->clear();
    });
    connect(find, &QLineEdit::textChanged, this, [table](const QString& text) {
        for (int r = 0; r < table->rowCount(); ++r) {
            bool fits = text.isEmpty();
            for (int c = 0; c < 3; ++c) {
                fits = fits || table->item(r, c)->text().contains(text, Qt::CaseInsensitive);
            }
            table->setRowHidden(r, !fits);
        }
    });
}

}  // namespace trocar::ui
