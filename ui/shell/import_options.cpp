#include "ui/shell/import_options.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/theme.h"

namespace trocar::ui {
namespace {

QString zoneWords(int minutes) {
    return minutes == 0 ? QStringLiteral("UTC")
                        : QStringLiteral("UTC%1%2:%3")
                              .arg(minutes < 0 ? QStringLiteral("\u2212") : QStringLiteral("+"))
                              .arg(qAbs(minutes) / 60, 2, 10, QLatin1Char('0'))
                              .arg(qAbs(minutes) % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace

ImportOptionsDialog::ImportOptionsDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Open capture with options"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(22, 20, 22, 18);
    column->setSpacing(6);
    const auto words = [this, column](const QString& text, const char* role) {
        auto* label = new QLabel(text, this);
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        if (role != nullptr) {
            label->setProperty("role", QString::fromLatin1(role));
        }
        column->addWidget(label);
        return label;
    };
    words(tr("Said of files that do not say it themselves. What a file says wins."), "muted");
    column->addSpacing(8);
    QLabel* hostName = words(tr("&Host"), nullptr);
    host_ = new QLineEdit(this);
    host_->setObjectName(QStringLiteral("importHost"));
    host_->setPlaceholderText(tr("as the file says"));
    host_->setAccessibleName(tr("Host of records that name none"));
    hostName->setBuddy(host_);
    column->addWidget(host_);
    column->addSpacing(6);
    QLabel* zoneName = words(tr("Zone of stamps without &one"), nullptr);
    zone_ = new QComboBox(this);
    zone_->setObjectName(QStringLiteral("importZone"));
    zone_->setAccessibleName(tr("Zone of stamps without one"));
    for (int minutes = kFirstZone; minutes <= kLastZone; minutes += kZoneStep) {
        zone_->addItem(zoneWords(minutes), minutes);
    }
    zone_->setCurrentIndex(zone_->findData(0));
    zone_->setMaxVisibleItems(16);
    zoneName->setBuddy(zone_);
    column->addWidget(zone_);
    column->addSpacing(10);
    slack_ = new QCheckBox(tr("&Recover records from unused space of .evtx files"), this);
    slack_->setObjectName(QStringLiteral("importSlack"));
    slack_->setToolTip(tr("Records that were overwritten in part; each is marked as recovered"));
    column->addWidget(slack_);
    column->addSpacing(14);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* choose = new QPushButton(tr("Choose files\u2026"), this);
    choose->setProperty("primary", true);  // before the style sees it
    buttons->addButton(choose, QDialogButtonBox::AcceptRole);
    choose->setDefault(true);
    for (QAbstractButton* button : buttons->buttons()) {
        button->setIcon({});
        button->setAccessibleName(button->text().remove(QLatin1Char('&')));
    }
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    setMinimumWidth(420);
}

ImportHints ImportOptionsDialog::hints() const {
    ImportHints hints;
    hints.host = toUtf8(host_->text().trimmed());
    hints.zone_minutes = zone_->currentData().toInt();
    hints.recover_slack = slack_->isChecked();
    return hints;
}

}  // namespace trocar::ui
