#include "ui/views/query/query_view.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStyle>
#include <QTableView>
#include <QVBoxLayout>

#include "core/detect/reference_sql.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/query/answer_table.h"

namespace trocar::ui {
namespace {

constexpr int kTextHeight = 116;
constexpr int kWidestColumn = 420;  ///< pixels a column takes by itself; wider ones are the analyst's choice

struct Start {
    const char* title;
    const char* sql;
};

constexpr Start kStarts[] = {
    {QT_TRANSLATE_NOOP("QueryView", "Events by operation"),
     "SELECT operation, count(*) AS events, min(time) AS first, max(time) AS last\n"
     "FROM v_event GROUP BY operation ORDER BY events DESC;"},
    {QT_TRANSLATE_NOOP("QueryView", "Pairs with a thread after an access"),
     "SELECT DISTINCT a.source_image, a.source_pid, a.target_image, a.target_pid,\n"
     "       (x.time_ns - a.time_ns) / 1e9 AS seconds\n"
     "FROM v_chain_evidence a JOIN v_chain_evidence x\n"
     "  ON x.source_process = a.source_process AND x.target_process = a.target_process\n"
     "WHERE a.role = 'access' AND a.granted_access & 0x28 = 0x28 AND x.role = 'execute'\n"
     "  AND x.time_ns - a.time_ns BETWEEN -100000000 AND 10000000000;"},
    {QT_TRANSLATE_NOOP("QueryView", "Processes with command lines"),
     "SELECT pid, image, command_line, user, integrity\nFROM v_process WHERE command_line <> '' ORDER BY first_seen_ns;"},
    {QT_TRANSLATE_NOOP("QueryView", "What was not read"),
     "SELECT source_file, name, count, help FROM v_loss ORDER BY severity DESC, count DESC;"},
};

constexpr const char* kPatterns[] = {"access-led", "load-led", "memory-led"};

}  // namespace

QueryView::QueryView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QVBoxLayout;
    head->setContentsMargins(14, 12, 14, 10);
    head->setSpacing(8);
    text_ = new QPlainTextEdit(this);
    text_->setProperty("framed", true);
    text_->setAccessibleName(tr("SQL statement"));
    text_->setPlaceholderText(tr("SELECT … FROM v_event, v_process, v_chain_evidence, v_loss, v_verdict"));
    text_->setFont(theme().mono);
    text_->setTabChangesFocus(true);
    text_->setFixedHeight(kTextHeight);
    text_->installEventFilter(this);
    head->addWidget(text_);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    starts_ = new QComboBox(this);
    starts_->setAccessibleName(tr("Start from"));
    starts_->setToolTip(tr("Statements to start from; “as SQL” is the reference of the chains that the window shows"));
    starts_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    row->addWidget(starts_);
    run_ = new QPushButton(tr("Run  Ctrl+Enter"), this);
    run_->setAccessibleName(tr("Run the statement"));
    run_->setToolTip(tr("Reads only: at most %1 rows and %2 s").arg(Workspace::kQueryRows).arg(Workspace::kQuerySeconds));
    run_->setProperty("primary", true);
    row->addWidget(run_);
    copy_ = new QPushButton(tr("Copy all"), this);
    copy_->setAccessibleName(tr("Copy the whole answer"));
    copy_->setToolTip(tr("The answer with its head, cells separated by tabs"));
    copy_->setEnabled(false);
    row->addWidget(copy_);
    state_ = new QLabel(this);
    state_->setTextFormat(Qt::PlainText);
    state_->setWordWrap(true);
    row->addWidget(state_, 1);
    head->addLayout(row);
    column->addLayout(head);
    answer_ = new AnswerTable(this);
    table_ = new QTableView(this);
    table_->setModel(answer_);
    table_->setAccessibleName(tr("Answer"));
    table_->setShowGrid(false);
    table_->setWordWrap(false);
    table_->setTabKeyNavigation(false);
    table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table_->verticalHeader()->setDefaultSectionSize(theme().rowHeight - 2);
    table_->horizontalHeader()->setResizeContentsPrecision(100);
    table_->horizontalHeader()->setHighlightSections(false);
    table_->installEventFilter(this);
    column->addWidget(table_, 1);
    setFocusProxy(text_);
    fillStarts();
    connect(&workspace_, &Workspace::analyticChanged, this, &QueryView::fillStarts);
    connect(run_, &QPushButton::clicked, this, &QueryView::run);
    connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(answer_->text(-1)); });
    connect(starts_, &QComboBox::activated, this, [this](int index) {
        const QString sql = starts_->itemData(index).toString();
        if (!sql.isEmpty()) {
            text_->setPlainText(sql);
            run();
        }
    });
    connect(&workspace_, &Workspace::caseChanged, this, [this] {
        answer_->setAnswer({});
        copy_->setEnabled(false);
        say(tr("Reads the case; nothing here can change it."), false);
    });
    say(tr("Reads the case; nothing here can change it."), false);
}

void QueryView::fillStarts() {
    starts_->clear();
    starts_->addItem(tr("Start from…"));
    const QString analytic = fromOurs(workspace_.analytic().id);
    for (const char* pattern : kPatterns) {
        const std::string_view sql = reference_sql(workspace_.analytic().id, pattern);
        if (!sql.empty()) {
            starts_->addItem(tr("%1 %2 as SQL").arg(analytic, QString::fromLatin1(pattern)), fromOurs(sql));
        }
    }
    for (const Start& start : kStarts) {
        starts_->addItem(tr(start.title), QString::fromLatin1(start.sql));
    }
}

void QueryView::say(const QString& words, bool failure) {
    state_->setText(words);
    state_->setProperty("role", failure ? QStringLiteral("negative") : QStringLiteral("muted"));
    state_->style()->unpolish(state_);
    state_->style()->polish(state_);
}

void QueryView::run() {
    const QString sql = text_->toPlainText().trimmed();
    if (sql.isEmpty()) {
        say(tr("Type a SELECT, or choose one to start from."), false);
        return;
    }
    say(tr("running…"), false);
    workspace_.runQuery(sql, this, [this](const Result<QueryAnswer>& answer, double milliseconds) {
        if (!answer.ok()) {
            const QString remedy = errorRemedy(answer.error());
            say(errorMessage(answer.error()) + (remedy.isEmpty() ? QString() : QStringLiteral(" ") + remedy), true);
            return;
        }
        const std::size_t rows = answer.value().rows.size();
        QString cuts;
        for (const QueryCut& cut : answer.value().cuts) {
            cuts += QStringLiteral(". ") + fromOurs(cut.text);
        }
        answer_->setAnswer(answer.value());
        copy_->setEnabled(true);
        table_->resizeColumnsToContents();
        for (int i = 0; i < answer_->columnCount(); ++i) {
            table_->setColumnWidth(i, std::min(table_->columnWidth(i) + 12, kWidestColumn));
        }
        say(counted(rows, tr("%1 row"), tr("%1 rows")) + tr(" in %1 ms").arg(milliseconds, 0, 'f', 1) + cuts,
            false);
    });
}

bool QueryView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (watched == text_ && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) &&
            key->modifiers().testFlag(Qt::ControlModifier)) {
            run();
            return true;
        }
        if (watched == table_ && key->matches(QKeySequence::Copy) && table_->currentIndex().isValid()) {
            QGuiApplication::clipboard()->setText(answer_->text(table_->currentIndex().row()));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

QWidget* makeQueryView(Workspace& workspace, QWidget* parent) {
    return new QueryView(workspace, parent);
}

}  // namespace trocar::ui
