#include "ui/views/report/report_view.h"

#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextCursor>
#include <QTextFrame>
#include <QTextTable>
#include <QVBoxLayout>

#include "core/report/exporter.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kPageWidth = 960;            ///< pixels: a page reads worse when it is wider
constexpr int kPause = 400;                 ///< ms without a change before the page is made anew
constexpr std::size_t kPreviewLimit = 2 << 20;  ///< bytes of Markdown shown; a file has all of it

}  // namespace

ReportView::ReportView(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(24, 12, 20, 8);
    row->setSpacing(6);
    state_ = new QLabel(this);
    state_->setProperty("role", QStringLiteral("muted"));
    row->addWidget(state_, 1);
    for (const auto& exporter : builtin_exporters()) {
        const QString format = fromOurs(exporter->name());
        const QString suffix = fromOurs(exporter->suffix());
        auto* button = new QPushButton(format.toUpper(), this);
        button->setAccessibleName(tr("Export as %1").arg(fromOurs(exporter->title())));
        button->setToolTip(button->accessibleName());
        button->setProperty("primary", format == QStringLiteral("html"));
        connect(button, &QPushButton::clicked, this, [this, format, suffix] { choosePath(format, suffix); });
        row->addWidget(button);
    }
    column->addLayout(row);
    page_ = new QTextBrowser(this);
    page_->setAccessibleName(tr("Report"));
    page_->setOpenLinks(false);
    page_->setFrameShape(QFrame::NoFrame);
    page_->document()->setDocumentMargin(24);
    page_->setLineWrapMode(QTextEdit::FixedPixelWidth);
    page_->setLineWrapColumnOrWidth(kPageWidth);
    column->addWidget(page_, 1);
    setFocusProxy(page_);
    soon_.setSingleShot(true);
    soon_.setInterval(kPause);
    connect(&soon_, &QTimer::timeout, this, &ReportView::refresh);
    for (auto signal : {&Workspace::findingsChanged, &Workspace::windowMoved, &Workspace::verdictsChanged,
                        &Workspace::timeFormatChanged, &Workspace::caseChanged}) {
        connect(&workspace_, signal, this, &ReportView::outdated);
    }
}

void ReportView::outdated() {
    stale_ = true;
    if (isVisible()) {
        soon_.start();
    }
}

void ReportView::showEvent(QShowEvent*) {
    if (stale_) {
        soon_.start(0);
    }
}

void ReportView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange && !shown_.isEmpty()) {
        showPage(shown_);
    }
    QWidget::changeEvent(event);
}

void ReportView::refresh() {
    stale_ = false;
    if (workspace_.findings() == nullptr) {
        page_->clear();
        state_->setText(tr("Nothing to report yet."));
        return;
    }
    state_->setText(tr("Making the report\u2026"));
    setProperty("working", true);  // --grab waits for it
    workspace_.makeReport(QStringLiteral("md"), this, [this](const Result<std::string>& text) {
        setProperty("working", false);
        state_->setText(tr("Preview of the Markdown report. Export as:"));
        if (!text.ok()) {
            state_->setText(errorMessage(text.error()));
            return;
        }
        const bool cut = text.value().size() > kPreviewLimit;
        showPage(fromOurs(std::string_view(text.value()).substr(0, kPreviewLimit)));
        if (cut) {
            state_->setText(tr("The preview stops after 2 MiB; an exported file has all of it."));
        }
    });
}

void ReportView::showPage(const QString& markdown) {
    shown_ = markdown;
    const int at = page_->verticalScrollBar()->value();
    page_->document()->setDefaultFont(theme().body);
    page_->setMarkdown(markdown);
    // Markdown tables come with a frame of the style's own: a line below each row is enough.
    for (QTextFrame* frame : page_->document()->rootFrame()->childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(frame)) {
            QTextTableFormat format = table->format();
            format.setBorder(1);
            format.setBorderCollapse(true);
            format.setBorderBrush(theme().line);
            format.setBorderStyle(QTextFrameFormat::BorderStyle_Solid);
            format.setCellPadding(5);
            format.setTopMargin(6);
            format.setBottomMargin(10);
            table->setFormat(format);
            bool named = false;
            for (int c = 0; c < table->columns(); ++c) {
                named = named || table->cellAt(0, c).firstCursorPosition().block().length() > 1;
            }
            if (!named && table->rows() > 1) {
                table->removeRows(0, 1);  // Markdown needs a head row; an empty one says nothing
            }
        }
    }
    for (QTextBlock block = page_->document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        if (cursor.currentTable() == nullptr) {
            QTextBlockFormat format = block.blockFormat();
            format.setTopMargin(format.headingLevel() > 0 ? 16 : 0);
            format.setBottomMargin(6);
            format.setLineHeight(125, QTextBlockFormat::ProportionalHeight);
            cursor.setBlockFormat(format);
        }
    }
    page_->verticalScrollBar()->setValue(at);
}

void ReportView::choosePath(const QString& format, const QString& suffix) {
    QString path = QFileDialog::getSaveFileName(this, tr("Export report"), QStringLiteral("report.") + suffix,
                                                tr("Report (*.%1);;All files (*)").arg(suffix));
    if (path.isEmpty()) {
        return;
    }
    state_->setText(tr("writing…"));
    workspace_.exportReport(format, path, this, [this, path](const QString& error) {
        state_->setText(error.isEmpty() ? tr("Written: %1").arg(path) : error);
    });
}

QWidget* makeReportView(Workspace& workspace, QWidget* parent) {
    return new ReportView(workspace, parent);
}

}  // namespace trocar::ui
