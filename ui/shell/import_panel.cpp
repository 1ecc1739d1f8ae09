#include "ui/shell/import_panel.h"

#include <QFileInfo>
#include <QFontMetrics>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr int kRow = 22;
constexpr int kMostRows = 6;  ///< files shown at once, around the one that is read
constexpr int kBar = 220;

QString bytes(double value) {
    return value >= 1e9   ? QStringLiteral("%1 GB").arg(value / 1e9, 0, 'f', 1)
           : value >= 1e6 ? QStringLiteral("%1 MB").arg(value / 1e6, 0, 'f', 1)
                          : QStringLiteral("%1 kB").arg(value / 1e3, 0, 'f', 0);
}

/// The files, drawn: a row each, with its bar. Knows the panel's current file.
class FileRows : public QWidget {
public:
    FileRows(Workspace& workspace, const ImportPanel& panel, QWidget* parent)
        : QWidget(parent), workspace_(workspace), panel_(panel) {}

    void fit() {
        const auto& state = workspace_.importState();
        const int rows = state ? std::min(kMostRows, static_cast<int>(state->paths.size())) : 0;
        setFixedHeight(rows * kRow);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        const auto& state = workspace_.importState();
        if (!state) {
            return;
        }
        const Theme& t = theme();
        QPainter painter(this);
        painter.setFont(t.body);
        const QFontMetrics metrics(t.body);
        const int count = static_cast<int>(state->paths.size());
        const bool read = state->progress.phase != ImportProgress::Phase::reading;
        const int current = panel_.currentFile();
        const int first = std::clamp(current - kMostRows / 2, 0, std::max(0, count - kMostRows));
        for (int i = first; i < std::min(count, first + kMostRows); ++i) {
            const int y = (i - first) * kRow;
            const bool done = read || i < current;
            const bool now = !read && i == current;
            const int bar = std::min(kBar, width() / 4);
            const int state_at = width() - 150;
            const int bar_at = state_at - bar - 16;
            QString name = QFileInfo(state->paths[i]).fileName();
            if (now) {  // a member of an archive, a file of a folder
                const QString inside = fromEvidence(file_name(state->progress.file));
                name += inside.isEmpty() || inside == name ? QString() : QStringLiteral("  ›  ") + inside;
            }
            painter.setPen(now ? t.text : t.muted);
            painter.drawText(QRect(0, y, bar_at - 16, kRow), Qt::AlignVCenter,
                             metrics.elidedText(fromEvidence(toUtf8(name)), Qt::ElideMiddle, bar_at - 16));
            const QRect box(bar_at, y + kRow / 2 - 2, bar, 4);
            painter.fillRect(box, t.line);
            const ImportProgress& p = state->progress;
            const double share = done ? 1
                                 : now && p.file_bytes > 0
                                     ? std::clamp(static_cast<double>(p.file_bytes_done) / static_cast<double>(p.file_bytes), 0.0, 1.0)
                                     : 0;
            painter.fillRect(QRectF(box.left(), box.top(), box.width() * share, box.height()), now ? t.accent : t.faint);
            QString word = done ? ImportPanel::tr("read") : ImportPanel::tr("waiting");
            if (now) {
                word = QStringLiteral("%1 % %2").arg(qRound(share * 100)).arg(p.file_bytes > 0 ? ImportPanel::tr("of %1").arg(bytes(static_cast<double>(p.file_bytes))) : QString());
            }
            painter.setPen(t.muted);
            painter.drawText(QRect(state_at, y, 150, kRow), Qt::AlignVCenter, word);
        }
    }

private:
    Workspace& workspace_;
    const ImportPanel& panel_;
};

}  // namespace

ImportPanel::ImportPanel(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    setAccessibleName(tr("Import"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 16, 10);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    title_ = new QLabel(this);
    title_->setProperty("role", QStringLiteral("name"));
    title_->setTextFormat(Qt::PlainText);
    figures_ = new QLabel(this);
    figures_->setProperty("role", QStringLiteral("muted"));
    figures_->setTextFormat(Qt::PlainText);
    pause_ = new QPushButton(this);
    pause_->setObjectName(QStringLiteral("importPause"));
    cancel_ = new QPushButton(tr("Cancel"), this);
    cancel_->setObjectName(QStringLiteral("importCancel"));
    cancel_->setAccessibleName(tr("Cancel the import"));
    cancel_->setToolTip(tr("Stop; nothing of this import is kept and the case stays as it was"));
    row->addWidget(title_);
    row->addWidget(figures_, 1);
    row->addWidget(pause_);
    row->addWidget(cancel_);
    column->addLayout(row);
    files_ = new FileRows(workspace_, *this, this);
    column->addWidget(files_);
    connect(pause_, &QPushButton::clicked, this, [this] {
        workspace_.pauseImport(!(workspace_.importState() && workspace_.importState()->paused));
    });
    connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelImport);
    connect(&workspace_, &Workspace::importChanged, this, &ImportPanel::showImport);
    hide();
}

void ImportPanel::findCurrent() {
    const auto& state = workspace_.importState();
    const QString file = fromPath(state->progress.file);
    if (file.isEmpty()) {
        current_ = std::max(current_, 0);
        return;
    }
    for (int i = std::max(current_, 0); i < state->paths.size(); ++i) {
        const QString path = QFileInfo(state->paths[i]).absoluteFilePath();
        // The file itself, a member ("x.zip!/...") or a file of the folder.
        if (file == path || file.startsWith(path + QLatin1Char('!')) || file.startsWith(path + QLatin1Char('/'))) {
            current_ = i;
            return;
        }
    }
}

void ImportPanel::showImport() {
    const auto& state = workspace_.importState();
    if (!state) {
        current_ = -1;
        hide();
        return;
    }
    findCurrent();
    const ImportProgress& p = state->progress;
    title_->setText(state->paused ? tr("Import paused")
                                  : tr("Importing %1").arg(counted(static_cast<std::uint64_t>(state->paths.size()), tr("%1 item"), tr("%1 items"))));
    QStringList words;
    switch (p.phase) {
        case ImportProgress::Phase::reading:
            if (p.events > 0) {
                words += tr("%1 events").arg(groupedNumber(p.events));
            }
            if (state->eventsPerSecond > 0 && !state->paused) {
                words += tr("%1 events/s").arg(shortCount(state->eventsPerSecond));
                words += tr("%1/s").arg(bytes(state->bytesPerSecond));
            }
            if (state->secondsLeft >= 0 && !state->paused) {
                words += tr("%1 left").arg(shortTime(state->secondsLeft));
            }
            break;
        case ImportProgress::Phase::resolving: words += tr("all read; deciding process lives…"); break;
        case ImportProgress::Phase::indexing: words += tr("all read; writing the columns…"); break;
        case ImportProgress::Phase::done: words += tr("finishing…"); break;
    }
    if (p.rejected > 0) {
        words += tr("%1 rejected").arg(groupedNumber(p.rejected));
    }
    if (state->imports_waiting > 0) {
        words += counted(static_cast<std::uint64_t>(state->imports_waiting), tr("%1 more import waits"), tr("%1 more imports wait"));
    }
    figures_->setText(words.join(QStringLiteral(" · ")));
    setAccessibleDescription(title_->text() + QStringLiteral(". ") + figures_->text());
    pause_->setText(state->paused ? tr("Resume") : tr("Pause"));
    pause_->setAccessibleName(state->paused ? tr("Resume the import") : tr("Pause the import"));
    pause_->setToolTip(state->paused ? tr("Go on reading") : tr("Stop reading for a while; what was read is kept"));
    static_cast<FileRows*>(files_)->fit();
    files_->update();
    show();
}

void ImportPanel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.fillRect(0, height() - 1, width(), 1, theme().line);
}

}  // namespace trocar::ui
