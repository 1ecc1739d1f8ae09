// What the window's commands ask and tell: files, options, pages of text, words for chains.
#include <QApplication>
#include <QDialog>
#include <QFileDialog>
#include <QInputDialog>
#include <QRegularExpression>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/banner.h"
#include "ui/shell/import_options.h"
#include "ui/shell/main_window.h"
#include "ui/viewmodel/chain_table.h"

namespace trocar::ui {
namespace {

const Finding* currentFinding(Workspace& workspace) {
    const FindingView* view = workspace.findings();
    const auto* chain = std::get_if<ChainId>(&workspace.selection().current());
    if (view == nullptr || chain == nullptr) {
        return nullptr;
    }
    const auto row = view->find(*chain);
    return row ? &view->rows()[*row] : nullptr;
}

}  // namespace

QStringList MainWindow::askForCaptures() {
    return QFileDialog::getOpenFileNames(
        this, tr("Open capture"), QString(),
        tr("Captures (*.evtx *.xml *.json *.jsonl *.ndjson *.log *.zip *.tar *.gz *.tgz *.zst *.7z);;All files (*)"));
}

void MainWindow::chooseCapture() {
    openPaths(askForCaptures());
}

void MainWindow::chooseWithOptions() {
    auto* options = new ImportOptionsDialog(this);
    options->setAttribute(Qt::WA_DeleteOnClose);
    connect(options, &QDialog::accepted, this, [this, options] {
        workspace_.importEvidence(askForCaptures(), options->hints());
    });
    options->open();
}

void MainWindow::chooseCapturesFolder() {
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Open capture folder"));
    if (!folder.isEmpty()) {
        openPaths({folder});
    }
}

void MainWindow::chooseCase() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open case"), QString(), tr("Trocar cases (*.trocar)"));
    if (!path.isEmpty()) {
        workspace_.openCase(path);
    }
}

void MainWindow::chooseSaveAs() {
    QString path = QFileDialog::getSaveFileName(this, tr("Save case as"), QString(), tr("Trocar cases (*.trocar)"));
    if (!path.isEmpty()) {
        if (!path.endsWith(QStringLiteral(".trocar"))) {
            path += QStringLiteral(".trocar");
        }
        workspace_.saveCaseAs(path);
    }
}

void MainWindow::chooseReport(const QString& format, const QString& suffix) {
    QString path = QFileDialog::getSaveFileName(this, tr("Export report"), QString(),
                                                tr("Report (*.%1);;All files (*)").arg(suffix));
    if (path.isEmpty()) {
        return;
    }
    if (!path.contains(QLatin1Char('.'))) {
        path += QLatin1Char('.') + suffix;
    }
    workspace_.exportReport(format, path, this, [this, path](const QString& error) {
        if (error.isEmpty()) {
            banner_->say(Banner::Tone::news, tr("The report is written: %1").arg(path), QString());
        } else {
            banner_->say(Banner::Tone::failure, error, QString());
        }
    });
}

void MainWindow::showPage(const QString& title, const QString& markdown) {
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(760, 640);
    auto* column = new QVBoxLayout(dialog);
    column->setContentsMargins(0, 0, 0, 0);
    auto* text = new QTextBrowser(dialog);
    text->setAccessibleName(title);
    text->setOpenLinks(false);
    text->document()->setDocumentMargin(24);
    text->setMarkdown(markdown);
    column->addWidget(text);
    dialog->show();
}

void MainWindow::showImportDetails() {
    QString page;
    const auto line = [&page](const QString& text) { page += text + QStringLiteral("\n\n"); };
    // Markdown of our own making: evidence goes in as code, where nothing has a meaning.
    const auto quoted = [](std::string_view text) {
        QString safe = fromEvidence(text);
        safe.replace(QLatin1Char('`'), QLatin1Char('\''));
        return QStringLiteral("`") + safe + QStringLiteral("`");
    };
    const auto losses = [&](const std::vector<LossCount>& counts) {
        for (const LossCount& loss : counts) {
            page += QStringLiteral("- %1 × **%2**: %3\n")
                        .arg(groupedNumber(loss.count), fromEvidence(loss.name), fromEvidence(loss.help));
            for (std::size_t i = 0; i < loss.places.size() && i < 5; ++i) {
                page += QStringLiteral("    - ") + tr("record %1, offset %2: %3")
                            .arg(loss.places[i].record)
                            .arg(loss.places[i].offset)
                            .arg(quoted(loss.places[i].what)) + QStringLiteral("\n");
            }
        }
        page += QStringLiteral("\n");
    };
    if (const auto& last = workspace_.lastImport()) {
        line(QStringLiteral("# ") + tr("Last import"));
        for (const FileSummary& file : last->files) {
            line(QStringLiteral("**%1**  ").arg(quoted(file.name)));
            line(file.importer.empty() || !file.error.empty()
                     ? tr("not read: %1").arg(quoted(file.error.empty() ? file.reason : file.error))
                     : tr("%1 events kept, %2 rejected, read as %3 (%4)")
                           .arg(groupedNumber(file.events), groupedNumber(file.rejected), fromEvidence(file.importer),
                                quoted(file.reason)));
            losses(file.losses);
        }
        for (const SkippedItem& item : last->skipped) {
            line(tr("%1 skipped: %2").arg(quoted(item.name), quoted(item.reason)));
        }
    }
    line(QStringLiteral("# ") + tr("Sources of this case"));
    for (const SourceInfo& source : workspace_.info().sources) {
        line(QStringLiteral("**%1**").arg(quoted(source.path)));
        line(tr("%1 events, read by %2, SHA-256 %3%4")
                 .arg(groupedNumber(source.events), fromEvidence(source.importer), quoted(source.sha256),
                      source.complete ? QString() : tr(", kept in part")));
        losses(source.losses);
    }
    for (const std::string& text : workspace_.info().unfinished) {
        line(tr("Unfinished: %1").arg(quoted(text)));
    }
    showPage(tr("Import details"), page);
}

void MainWindow::stepChain(int direction, bool unreviewedOnly) {
    const FindingView* view = workspace_.findings();
    if (view == nullptr) {
        return;
    }
    const std::vector<std::uint32_t> rows = view->visible(0, view->rows().size());
    if (rows.empty()) {
        return;
    }
    const auto count = static_cast<std::ptrdiff_t>(rows.size());
    std::ptrdiff_t at = direction > 0 ? -1 : count;
    if (const auto* current = std::get_if<ChainId>(&workspace_.selection().current())) {
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            if (view->rows()[rows[static_cast<std::size_t>(i)]].id == *current) {
                at = i;
            }
        }
    }
    for (std::ptrdiff_t i = at + direction; i >= 0 && i < count; i += direction) {
        const ChainId id = view->rows()[rows[static_cast<std::size_t>(i)]].id;
        if (!unreviewedOnly || workspace_.verdict(id) == Verdict::unset) {
            workspace_.selection().setCurrent(id);
            return;
        }
    }
}

void MainWindow::judge(Verdict verdict) {
    if (const auto* id = std::get_if<ChainId>(&workspace_.selection().current())) {
        workspace_.setVerdict(*id, verdict);
        if (verdict != Verdict::unset) {
            stepChain(1, true);
        }
    }
}

void MainWindow::tagChain() {
    const auto* id = std::get_if<ChainId>(&workspace_.selection().current());
    if (id == nullptr) {
        return;
    }
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Tags"));
    dialog->setLabelText(tr("Tags of this chain, parted by blanks:"));
    dialog->setTextValue(tagsOf(workspace_.note(*id)).join(QLatin1Char(' ')));
    connect(dialog, &QInputDialog::textValueSelected, this, [this, chain = *id](const QString& text) {
        static const QRegularExpression blank(QStringLiteral("[\\s,]+"));
        workspace_.setNote(chain, withTags(workspace_.note(chain), text.split(blank, Qt::SkipEmptyParts)));
    });
    dialog->open();
}

void MainWindow::hideLikeThis() {
    const Finding* finding = currentFinding(workspace_);
    if (finding == nullptr) {
        return;
    }
    const QString source = workspace_.imageName(finding->source);
    const QString target = workspace_.imageName(finding->target);
    bool given = false;
    const QString reason = QInputDialog::getText(this, tr("Hide chains like this"),
                                                 tr("Why may %1 do this to %2?").arg(source, target), QLineEdit::Normal,
                                                 QString(), &given);
    if (given) {
        workspace_.suppress(source, target, reason.trimmed());
    }
}

void MainWindow::saveProfile() {
    bool given = false;
    const QString name = QInputDialog::getText(this, tr("Save profile"), tr("Name of the profile:"), QLineEdit::Normal,
                                               workspace_.baselineName(), &given);
    if (given) {
        workspace_.saveProfile(name);
    }
}

}  // namespace trocar::ui
