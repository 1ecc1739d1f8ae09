#include "ui/views/parameters/mask_control.h"

#include <QCheckBox>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/parameters/bar_row.h"

namespace trocar::ui {
namespace {

/// Rights that injections ask for, shown first: PROCESS_VM_WRITE, VM_OPERATION, CREATE_THREAD, VM_READ,
/// SUSPEND_RESUME (winnt.h, Process Security and Access Rights).
constexpr std::uint32_t kFirst[] = {0x0020, 0x0008, 0x0002, 0x0010, 0x0800};

std::size_t place(std::uint32_t bit) {
    const auto* at = std::find(std::begin(kFirst), std::end(kFirst), bit);
    return static_cast<std::size_t>(at - std::begin(kFirst));
}

QString shortName(std::string_view name) {
    constexpr std::string_view kPrefix = "PROCESS_";
    return fromOurs(name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name);
}

}  // namespace

MaskControl::MaskControl(Workspace& owner, const ParameterSpec& what, QWidget* parent)
    : ParameterControl(owner, what, parent) {
    mode_ = new QPushButton(this);
    mode_->setProperty("value", true);
    mode_->setToolTip(tr("Whether an access needs all of the rights, or any of them"));
    addToTitle(mode_);
    more_ = new QPushButton(this);
    more_->setProperty("link", true);
    body()->addWidget(more_, 0, Qt::AlignLeft);
    connect(mode_, &QPushButton::clicked, this, [this] {
        QMenu menu(this);
        const auto value = std::get<MaskValue>(workspace().parameters().get(spec()));
        const std::pair<QString, bool> choices[] = {{tr("All of the rights"), true}, {tr("Any of the rights"), false}};
        for (const auto& [words, all] : choices) {
            QAction* action = menu.addAction(words);
            action->setCheckable(true);
            action->setChecked(value.all == all);
            connect(action, &QAction::triggered, this, [this, wanted = all] { setAll(wanted); });
        }
        menu.addSeparator();
        connect(menu.addAction(tr("Default")), &QAction::triggered, this,
                [this] { workspace().setParameter(spec(), spec().initial); });
        menu.exec(mode_->mapToGlobal(QPoint(0, mode_->height() + 2)));
    });
    connect(more_, &QPushButton::clicked, this, [this] {
        allRows_ = !allRows_;
        showFindings();
    });
    showFindings();
}

void MaskControl::setAll(bool all) {
    auto value = std::get<MaskValue>(workspace().parameters().get(spec()));
    value.all = all;
    workspace().setParameter(spec(), value);
}

void MaskControl::setBit(std::uint32_t bit, bool on) {
    auto value = std::get<MaskValue>(workspace().parameters().get(spec()));
    value.bits = on ? value.bits | bit : value.bits & ~bit;
    workspace().setParameter(spec(), value);
}

void MaskControl::showFindings() {
    const auto value = std::get<MaskValue>(workspace().parameters().get(spec()));
    mode_->setText((value.all ? tr("all of %1") : tr("any of %1")).arg(fromOurs(hex(value.bits))));
    mode_->setAccessibleName(tr("%1: %2").arg(fromOurs(spec().name), mode_->text()));
    const FindingView* view = workspace().findings();
    if (view == nullptr) {
        more_->hide();
        return;
    }
    std::vector<RightBar> bars = view->right_bars();
    std::stable_sort(bars.begin(), bars.end(),
                     [](const RightBar& a, const RightBar& b) { return place(a.bit) < place(b.bit); });
    if (rows_.size() != bars.size()) {
        for (const Row& row : rows_) {
            delete row.bar;
        }
        rows_.clear();
        for (const RightBar& bar : bars) {
            auto* line = new BarRow(this);
            line->setLabel(shortName(bar.name));
            body()->insertWidget(body()->count() - 1, line);
            connect(line, &BarRow::toggled, this, [this, bit = bar.bit](bool on) { setBit(bit, on); });
            rows_.push_back({bar.bit, line});
        }
    }
    const std::size_t common = std::size(kFirst);
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i].bar->setChecked((value.bits & rows_[i].bit) != 0);
        const bool shown = allRows_ || i < common || (value.bits & rows_[i].bit) != 0;
        rows_[i].bar->setVisible(shown);
        hidden += shown ? 0U : 1U;
    }
    more_->setVisible(hidden > 0 || allRows_);
    more_->setText(allRows_ ? tr("fewer rights") : tr("%1 more rights").arg(hidden));
    more_->setAccessibleName(more_->text());
    showCounts();
}

void MaskControl::showCounts() {
    const FindingView* view = workspace().findings();
    if (view == nullptr) {
        return;
    }
    std::uint32_t most = 1;
    const std::vector<RightBar> bars = view->right_bars();
    for (const RightBar& bar : bars) {
        most = std::max(most, bar.chains);
    }
    for (const Row& row : rows_) {
        const auto bar = std::find_if(bars.begin(), bars.end(), [&](const RightBar& b) { return b.bit == row.bit; });
        if (bar != bars.end()) {
            row.bar->setCount(bar->chains, most);
            row.bar->setToolTip(bar->set && bar->gained > 0
                                    ? counted(bar->gained, tr("%1 more chain if this right were not required"),
                                              tr("%1 more chains if this right were not required"))
                                    : tr("Chains whose access has this right"));
        }
    }
}

}  // namespace trocar::ui
