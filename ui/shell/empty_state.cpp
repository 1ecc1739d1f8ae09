#include "ui/shell/empty_state.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

constexpr int kColumnWidth = 560;

QLabel* words(const QString& text, const QFont& font, const QString& role, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setFont(font);
    label->setProperty("role", role);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QPushButton* button(const QString& text, const QString& tip, bool primary, QWidget* parent) {
    auto* b = new QPushButton(text, parent);
    b->setAccessibleName(text);
    b->setToolTip(tip);
    b->setProperty("primary", primary);
    b->setMinimumHeight(38);
    b->setMinimumWidth(150);
    return b;
}

/// The sample and the files that belong to it: "linux-injection.procfs.tar.gz" beside "linux-injection.audit.log".
QStringList withCompanions(const QString& sample) {
    const QFileInfo file(sample);
    QStringList out{sample};
    const auto beside = file.dir().entryInfoList({file.baseName() + QStringLiteral(".*")}, QDir::Files, QDir::Name);
    for (const QFileInfo& other : beside) {
        if (other.fileName() != file.fileName()) {
            out << other.absoluteFilePath();
        }
    }
    return out;
}

}  // namespace

EmptyState::EmptyState(const QStringList& samples, QWidget* parent) : QWidget(parent) {
    const Theme& t = theme();
    auto* outer = new QHBoxLayout(this);
    auto* column = new QVBoxLayout;
    auto* holder = new QWidget(this);
    holder->setFixedWidth(kColumnWidth);
    holder->setLayout(column);
    outer->addStretch(1);
    outer->addWidget(holder);
    outer->addStretch(1);
    column->setSpacing(10);
    column->addStretch(2);

    QFont title = t.heading;
    title.setPixelSize(22);
    column->addWidget(words(tr("Which process injected code into which?"), title, QString(), holder));
    column->addWidget(words(tr("Open a capture of one host: Trocar finds the chains, says why each one is a chain, and "
                               "shows what every setting changes."),
                            t.body, QStringLiteral("muted"), holder));
    column->addSpacing(14);

    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    auto* capture = button(tr("Open capture…"), tr("Import evidence files, an archive or a folder (Ctrl+O)"), true, holder);
    auto* openCaseButton = button(tr("Open case…"), tr("Open a .trocar case (Ctrl+Shift+O)"), false, holder);
    row->addWidget(capture);
    row->addWidget(openCaseButton);
    connect(capture, &QPushButton::clicked, this, &EmptyState::openCapture);
    connect(openCaseButton, &QPushButton::clicked, this, &EmptyState::openCase);
    row->addStretch(1);
    column->addLayout(row);
    if (!samples.isEmpty()) {
        column->addLayout(sampleRow(samples, holder));
    }
    column->addSpacing(6);
    column->addWidget(words(tr("or drop .evtx, .log, .xml, .json, .zip, .tar.gz, .7z or a folder anywhere in this window"),
                            t.body, QStringLiteral("muted"), holder));

    recentBox_ = new QWidget(holder);
    recent_ = new QVBoxLayout(recentBox_);
    recent_->setContentsMargins(0, 26, 0, 0);
    recent_->setSpacing(2);
    column->addWidget(recentBox_);
    recentBox_->hide();

    column->addSpacing(26);
    auto* help = new QHBoxLayout;
    help->setSpacing(18);
    for (const char* system : {"Windows", "macOS", "Linux"}) {
        const QString name = QString::fromLatin1(system);
        auto* helpButton = new QPushButton(tr("How to capture on %1").arg(name), holder);
        helpButton->setProperty("link", true);
        helpButton->setAccessibleName(helpButton->text());
        helpButton->setToolTip(tr("The exact commands"));
        connect(helpButton, &QPushButton::clicked, this, [this, name] { Q_EMIT captureHelp(name.toLower()); });
        help->addWidget(helpButton);
    }
    help->addStretch(1);
    help->setContentsMargins(0, 0, 0, 0);
    column->addLayout(help);
    column->addStretch(3);
}

QLayout* EmptyState::sampleRow(const QStringList& samples, QWidget* holder) {
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    for (const QString& sample : samples) {
        const QString name = QFileInfo(sample).fileName();
        const bool onLinux = name.startsWith(QStringLiteral("linux-"));
        const bool onMac = name.startsWith(QStringLiteral("macos-"));
        auto* trySample =
            button(onLinux ? tr("Try a Linux sample") : onMac ? tr("Try a macOS sample") : tr("Try a Windows sample"),
                   onLinux ? tr("Part of an audit log and of snapshots of /proc that we recorded") : tr("A small capture of our own making"),
                   false, holder);
        connect(trySample, &QPushButton::clicked, this, [this, sample] { Q_EMIT openSample(withCompanions(sample)); });
        row->addWidget(trySample);
    }
    row->addStretch(1);
    return row;
}

void EmptyState::setRecent(const QList<Recent>& recent) {
    while (QLayoutItem* item = recent_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    recentBox_->setVisible(!recent.isEmpty());
    if (recent.isEmpty()) {
        return;
    }
    QFont head = theme().small;
    head.setWeight(QFont::DemiBold);
    head.setLetterSpacing(QFont::AbsoluteSpacing, 0.9);
    recent_->addWidget(words(tr("RECENT"), head, QStringLiteral("muted"), recentBox_));
    for (const Recent& one : recent) {
        auto* open = new QPushButton(one.words, recentBox_);
        open->setProperty("link", true);
        open->setAccessibleName(tr("Open %1").arg(one.words));
        open->setToolTip(one.path);
        connect(open, &QPushButton::clicked, this, [this, path = one.path] { Q_EMIT openPath(path); });
        recent_->addWidget(open);
    }
}

void EmptyState::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme().window);
}

}  // namespace trocar::ui
