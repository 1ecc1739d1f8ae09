#include "ui/shell/status_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

QString shortCount(double value) {
    if (value >= 999'500) {
        return QStringLiteral("%1 M").arg(value / 1e6, 0, 'f', value < 9.95e6 ? 1 : 0);
    }
    if (value >= 999.5) {
        return QStringLiteral("%1 k").arg(value / 1e3, 0, 'f', value < 9950 ? 1 : 0);
    }
    return QString::number(qRound(value));
}

QString shortTime(double seconds) {
    const int whole = qMax(0, qRound(seconds));
    return whole < 60 ? QStringLiteral("%1 s").arg(whole)
                      : QStringLiteral("%1 min %2 s").arg(whole / 60).arg(whole % 60);
}

StatusStrip::StatusStrip(Workspace& workspace, QWidget* parent) : QWidget(parent), workspace_(workspace) {
    setFixedHeight(28);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 1, 14, 0);
    row->setSpacing(10);
    bar_ = new QProgressBar(this);
    bar_->setTextVisible(false);
    bar_->setFixedWidth(120);
    bar_->setRange(0, 1000);
    bar_->setAccessibleName(tr("Import"));
    row->addWidget(bar_);
    import_ = new QLabel(this);
    import_->setTextFormat(Qt::PlainText);
    row->addWidget(import_);
    pause_ = new QPushButton(tr("pause"), this);
    cancel_ = new QPushButton(tr("cancel"), this);
    cancel_->setAccessibleName(tr("Cancel the import"));
    cancel_->setToolTip(tr("Stop the import"));
    for (QPushButton* button : {pause_, cancel_}) {
        button->setProperty("flat", true);
        row->addWidget(button);
    }
    row->addStretch(1);
    counts_ = new QLabel(this);
    zone_ = new QLabel(this);
    row->addWidget(counts_);
    row->addSpacing(8);
    row->addWidget(zone_);
    for (QLabel* label : {import_, counts_, zone_}) {
        label->setFont(theme().small);
        label->setProperty("role", QStringLiteral("muted"));
    }
    connect(pause_, &QPushButton::clicked, this, [this] {
        workspace_.pauseImport(!(workspace_.importState() && workspace_.importState()->paused));
    });
    connect(cancel_, &QPushButton::clicked, &workspace_, &Workspace::cancelImport);
    connect(&workspace_, &Workspace::importChanged, this, &StatusStrip::showImport);
    connect(&workspace_, &Workspace::busyChanged, this, &StatusStrip::showImport);
    for (auto signal : {&Workspace::caseChanged, &Workspace::captureChanged, &Workspace::findingsChanged,
                        &Workspace::windowMoved, &Workspace::timeFormatChanged}) {
        connect(&workspace_, signal, this, &StatusStrip::showCounts);
    }
    showImport();
    showCounts();
}

void StatusStrip::showImport() {
    const auto& state = workspace_.importState();
    bar_->setVisible(state.has_value());
    pause_->setVisible(state.has_value());
    cancel_->setVisible(state.has_value());
    import_->setVisible(state.has_value() || workspace_.isBusy());
    if (!state) {
        import_->setText(workspace_.isBusy() ? tr("opening…") : QString());
        return;
    }
    const ImportProgress& p = state->progress;
    const double share = p.total_bytes > 0
                             ? static_cast<double>(p.total_bytes_done) / static_cast<double>(p.total_bytes)
                             : 0;
    bar_->setValue(qBound(0, qRound(share * 1000), 1000));
    QString words;
    switch (p.phase) {
        case ImportProgress::Phase::reading: {
            const QString file = fromEvidence(file_name(p.file));
            words = file.isEmpty() ? tr("import starts…") : tr("importing %1").arg(file);
            if (p.total_bytes > 0) {
                words += QStringLiteral("  %1 %").arg(qRound(share * 100));
            }
            if (state->eventsPerSecond > 0) {
                words += tr(" · %1 events/s").arg(shortCount(state->eventsPerSecond));
            }
            if (state->secondsLeft >= 0) {
                words += tr(" · %1 left").arg(shortTime(state->secondsLeft));
            }
            break;
        }
        case ImportProgress::Phase::resolving: words = tr("deciding process lives…"); break;
        case ImportProgress::Phase::indexing: words = tr("writing indexes…"); break;
        case ImportProgress::Phase::done: words = tr("finishing…"); break;
    }
    if (p.rejected > 0) {
        words += tr(" · %1 rejected").arg(groupedNumber(p.rejected));
    }
    if (state->paused) {
        words += tr(" · paused");
    }
    import_->setText(words);
    pause_->setText(state->paused ? tr("resume") : tr("pause"));
    pause_->setAccessibleName(state->paused ? tr("Resume the import") : tr("Pause the import"));
    pause_->setToolTip(pause_->accessibleName());
}

void StatusStrip::showCounts() {
    zone_->setText(workspace_.timeFormat().zoneName);
    if (!workspace_.hasCase()) {
        counts_->clear();
        return;
    }
    QStringList parts{tr("%1 events").arg(groupedNumber(workspace_.info().events)),
                      tr("%1 processes").arg(groupedNumber(workspace_.info().processes))};
    if (const FindingView* view = workspace_.findings()) {
        const FindingCounts counts = view->counts();
        parts += counted(counts.chains, tr("%1 chain"), tr("%1 chains"));
        if (counts.suppressed > 0) {
            parts += tr("%1 suppressed").arg(counts.suppressed);
        }
        if (counts.left_out > 0) {
            parts += tr("%1 left out by a parameter").arg(groupedNumber(counts.left_out));
        }
    }
    if (const std::uint64_t rejected = workspace_.info().rejected(); rejected > 0) {
        parts.insert(1, tr("%1 rejected").arg(groupedNumber(rejected)));
    }
    counts_->setText(parts.join(QStringLiteral("      ")));
}

void StatusStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().panel);
    painter.fillRect(0, 0, width(), 1, theme().line);
}

}  // namespace trocar::ui
