#include "ui/views/memory/snapshot_bar.h"

#include "ui/bridge/qt_convert.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/address_space.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/viewmodel/workspace.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPainter>
#include <QPolygonF>
#include <QPushButton>
#include <QResizeEvent>

#include <algorithm>

namespace trocar::ui {
namespace {

constexpr int kOneRow = 1120;  ///< pixels from which everything stands side by side
constexpr int kStampLetters = 15;
constexpr std::size_t kMostListed = 500;  ///< processes in the box; the tree has them all

QStringList partNames(const MemoryTable& table) {
    const auto named = [&table](const QString& name, MemoryTable::Part part) {
        return name + QLatin1Char(' ') +
               groupedNumber(static_cast<std::uint64_t>(table.counts()[static_cast<std::size_t>(part)]));
    };
    return {named(SnapshotBar::tr("All"), MemoryTable::Part::all),
            named(SnapshotBar::tr("Changed"), MemoryTable::Part::changed),
            named(SnapshotBar::tr("Executable"), MemoryTable::Part::executable),
            named(SnapshotBar::tr("Suspicious"), MemoryTable::Part::suspicious)};
}

/// The application's boxes have no arrow of their own: a list to choose from should look like one.
class ChoiceBox : public QComboBox {
public:
    using QComboBox::QComboBox;

protected:
    void paintEvent(QPaintEvent* event) override {
        QComboBox::paintEvent(event);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(isEnabled() ? theme().muted : theme().line);
        const QPointF at(width() - 13, height() / 2.0 + 0.5);
        painter.drawPolygon(QPolygonF({at + QPointF(-3.6, -2), at + QPointF(3.6, -2), at + QPointF(0, 2.8)}));
    }
};

QWidget* group(QWidget* parent, const QList<QWidget*>& parts) {
    auto* out = new QWidget(parent);
    auto* row = new QHBoxLayout(out);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (QWidget* part : parts) {
        row->addWidget(part);
    }
    return out;
}

}  // namespace

QComboBox* SnapshotBar::box(const QString& accessibleName, const QString& tip, int letters) {
    auto* out = new ChoiceBox(this);
    out->setAccessibleName(accessibleName);
    out->setToolTip(tip);
    out->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    out->setMinimumContentsLength(letters);
    out->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    out->setMaximumWidth(320);
    return out;
}

SnapshotBar::SnapshotBar(Workspace& workspace, AddressSpace& space, MemoryTable& table, QWidget* parent)
    : QWidget(parent), workspace_(workspace), space_(space), table_(table) {
    process_ = box(tr("Process"), tr("Processes of which the capture has snapshots, and how many"), 10);
    before_ = box(tr("Earlier snapshot"), tr("The snapshot to compare with"), kStampLetters);
    after_ = box(tr("Later snapshot"), tr("The snapshot shown"), kStampLetters);
    arrow_ = new QLabel(QStringLiteral("\u2192"), this);
    arrow_->setProperty("role", QStringLiteral("muted"));
    part_ = new SegmentedSwitch(partNames(table_), tr("Which regions are listed"), false, this);
    note_ = new QLabel(this);
    note_->setTextFormat(Qt::PlainText);
    note_->setProperty("role", QStringLiteral("muted"));
    note_->setMinimumWidth(1);
    note_->installEventFilter(this);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    export_ = new QPushButton(tr("Export CSV\u2026"), this);
    export_->setProperty("compact", true);
    export_->setAccessibleName(tr("Export the listed regions as CSV"));
    export_->setToolTip(tr("The listed regions as comma-separated values"));
    who_ = group(this, {process_, before_, arrow_, after_});
    auto* whose = static_cast<QBoxLayout*>(who_->layout());
    whose->setStretchFactor(process_, 3);
    whose->setStretchFactor(before_, 2);
    whose->setStretchFactor(after_, 2);
    whose->addStretch(1);
    what_ = group(this, {part_, note_, export_});
    export_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    static_cast<QBoxLayout*>(what_->layout())->setStretchFactor(note_, 1);
    rows_ = new QBoxLayout(QBoxLayout::TopToBottom, this);
    rows_->setContentsMargins(12, 8, 12, 8);
    rows_->setSpacing(8);
    rows_->addWidget(who_);
    rows_->addWidget(what_, 1);

    connect(&space_, &AddressSpace::processesChanged, this, &SnapshotBar::fillProcesses);
    connect(&space_, &AddressSpace::snapshotsChanged, this, &SnapshotBar::fillSnapshots);
    connect(&workspace_, &Workspace::timeFormatChanged, this, &SnapshotBar::fillSnapshots);
    connect(&table_, &MemoryTable::modelReset, this, &SnapshotBar::showCounts);
    connect(process_, &QComboBox::activated, this, [this](int row) {
        workspace_.selection().setCurrent(ProcessId{process_->itemData(row).toUInt()});
    });
    const auto choose = [this] { space_.choose(before_->currentIndex(), after_->currentIndex()); };
    connect(before_, &QComboBox::activated, this, choose);
    connect(after_, &QComboBox::activated, this, choose);
    connect(part_, &SegmentedSwitch::chosen, this,
            [this](int part) { table_.setPart(static_cast<MemoryTable::Part>(part)); });
    connect(export_, &QPushButton::clicked, this, &SnapshotBar::exportWanted);
    fillProcesses();
    fillSnapshots();
    showCounts();
}

void SnapshotBar::fillProcesses() {
    process_->clear();
    const auto& all = space_.processes();
    for (std::size_t i = 0; i < std::min(all.size(), kMostListed); ++i) {
        const QString name = workspace_.processLabel(all[i].first);
        process_->addItem(QStringLiteral("%1 (%2)").arg(name).arg(all[i].second), all[i].first.value);
    }
    setVisible(!all.empty());
}

void SnapshotBar::fillSnapshots() {
    // A process beyond those listed, or without snapshots, is named by the placeholder.
    process_->setPlaceholderText(space_.process().none() ? tr("Choose a process")
                                                         : workspace_.processLabel(space_.process()));
    process_->setCurrentIndex(process_->findData(space_.process().value));
    for (QComboBox* times : {before_, after_}) {
        times->clear();
        int number = 0;
        for (const MemorySnapshot& snapshot : space_.snapshots()) {
            times->addItem(
                QStringLiteral("%1 \u00b7 %2").arg(++number).arg(workspace_.timeText(snapshot.time)));
        }
        times->setEnabled(space_.snapshots().size() > 1);
    }
    before_->setCurrentIndex(space_.before());
    after_->setCurrentIndex(space_.after());
    const bool several = space_.snapshots().size() > 1;
    before_->setVisible(several);
    arrow_->setVisible(several);
    after_->setVisible(!space_.snapshots().empty());
}

void SnapshotBar::showCounts() {
    part_->setChoices(partNames(table_));
    part_->setCurrent(static_cast<int>(table_.part()));
    export_->setEnabled(table_.rowCount() > 0);
}

void SnapshotBar::setNote(const QString& note) {
    note_->setToolTip(note);
    cutNote();
}

void SnapshotBar::cutNote() {
    note_->setText(note_->fontMetrics().elidedText(note_->toolTip(), Qt::ElideRight, note_->width()));
}

bool SnapshotBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == note_ && event->type() == QEvent::Resize) {
        cutNote();
    }
    return QWidget::eventFilter(watched, event);
}

void SnapshotBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    rows_->setDirection(event->size().width() < kOneRow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

}  // namespace trocar::ui
