#include "ui/views/parameters/name_list_control.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
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

constexpr std::size_t kFewRows = 5;
constexpr std::size_t kMostRows = 60;  ///< a name list is for reading: what lies beyond is in the chain list

/// Every combination that the parameter offers, in its order, then those added.
std::vector<NameBar> offered(const ParameterSpec& spec, const NameListValue& value) {
    std::vector<NameBar> bars;
    const auto add = [&](const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            const auto is_it = [&](const NameBar& bar) { return equal_ignoring_case(bar.name, name); };
            if (std::none_of(bars.begin(), bars.end(), is_it)) {
                const bool on = std::find(value.names.begin(), value.names.end(), name) != value.names.end();
                bars.push_back({name, 0, on});
            }
        }
    };
    add(std::get<NameListValue>(spec.maximum).names);
    add(value.names);
    return bars;
}

}  // namespace

NameListControl::NameListControl(Workspace& owner, const ParameterSpec& what, QWidget* parent)
    : ParameterControl(owner, what, parent) {
    mode_ = new QPushButton(this);
    mode_->setProperty("value", true);
    mode_->setToolTip(tr("Whether the list only raises confidence, or hides all other targets"));
    addToTitle(mode_);
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    more_ = new QPushButton(this);
    addButton_ = new QPushButton(tr("add a name…"), this);
    for (QPushButton* button : {more_, addButton_}) {
        button->setProperty("link", true);
        row->addWidget(button);
    }
    addButton_->setAccessibleName(tr("Add a name to %1").arg(fromOurs(what.name)));
    addButton_->setToolTip(tr("An image name or a pattern with * and ?"));
    add_ = new QLineEdit(this);
    add_->setPlaceholderText(tr("name or pattern, Enter"));
    add_->setAccessibleName(tr("Name to add"));
    add_->hide();
    row->addWidget(add_, 1);
    row->addStretch(1);
    body()->addLayout(row);
    connect(more_, &QPushButton::clicked, this, [this] {
        allRows_ = !allRows_;
        showFindings();
    });
    connect(addButton_, &QPushButton::clicked, this, [this] {
        addButton_->hide();
        add_->show();
        add_->setFocus();
    });
    connect(add_, &QLineEdit::editingFinished, this, [this] {
        const std::string name = toUtf8(add_->text().trimmed());
        add_->clear();
        add_->hide();
        addButton_->show();
        if (!name.empty()) {
            setListed(name, true);
        }
    });
    connect(mode_, &QPushButton::clicked, this, [this] {
        QMenu menu(this);
        auto value = std::get<NameListValue>(workspace().parameters().get(spec()));
        const std::pair<QString, bool> choices[] = {{tr("All targets; listed ones raise confidence"), false},
                                                    {tr("Only listed targets"), true}};
        for (const auto& [words, only] : choices) {
            QAction* action = menu.addAction(words);
            action->setCheckable(true);
            action->setChecked(value.only == only);
            connect(action, &QAction::triggered, this, [this, wanted = only] {
                auto changed = std::get<NameListValue>(workspace().parameters().get(spec()));
                changed.only = wanted;
                workspace().setParameter(spec(), changed);
            });
        }
        menu.addSeparator();
        connect(menu.addAction(tr("Default")), &QAction::triggered, this,
                [this] { workspace().setParameter(spec(), spec().initial); });
        menu.exec(mode_->mapToGlobal(QPoint(0, mode_->height() + 2)));
    });
    showFindings();
}

void NameListControl::setListed(const std::string& name, bool on) {
    auto value = std::get<NameListValue>(workspace().parameters().get(spec()));
    const auto same = std::find_if(value.names.begin(), value.names.end(),
                                   [&](const std::string& n) { return equal_ignoring_case(n, name); });
    if (on && same == value.names.end()) {
        value.names.push_back(name);
    } else if (!on) {
        // A pattern that lists the name goes too: an unticked name must not stay listed.
        std::erase_if(value.names, [&](const std::string& n) { return glob_match(n, name); });
    }
    workspace().setParameter(spec(), value);
}

void NameListControl::showFindings() {
    const auto value = std::get<NameListValue>(workspace().parameters().get(spec()));
    mode_->setText(value.only ? tr("only listed") : tr("raises confidence"));
    mode_->setAccessibleName(tr("%1: %2").arg(fromOurs(spec().name), mode_->text()));
    const FindingView* view = workspace().findings();
    if (view == nullptr) {
        more_->hide();
        return;
    }
    // A list of combinations: what is offered, on or off. It has no targets to count, and no mode.
    const bool combinations = spec().scope == Scope::pattern;
    mode_->setVisible(!combinations);
    std::vector<NameBar> bars = combinations ? offered(spec(), value) : view->name_bars();
    if (bars.size() > kMostRows) {
        bars.resize(kMostRows);
    }
    while (rows_.size() > bars.size()) {
        delete rows_.back().bar;
        rows_.pop_back();
    }
    while (rows_.size() < bars.size()) {
        auto* line = new BarRow(this);
        body()->insertWidget(static_cast<int>(rows_.size()) + 2, line);  // below the title and its space
        const std::size_t at = rows_.size();
        connect(line, &BarRow::toggled, this, [this, at](bool on) { setListed(rows_[at].name, on); });
        rows_.push_back({{}, line});
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i].name = bars[i].name;
        rows_[i].bar->setLabel(fromEvidence(bars[i].name));
        rows_[i].bar->setChecked(bars[i].listed);
        rows_[i].bar->setVisible(allRows_ || i < kFewRows);
    }
    more_->setVisible(rows_.size() > kFewRows);
    more_->setText(allRows_ ? tr("fewer names") : tr("%1 more names").arg(rows_.size() - qMin(rows_.size(), kFewRows)));
    more_->setAccessibleName(more_->text());
    showCounts();
}

void NameListControl::showCounts() {
    const FindingView* view = workspace().findings();
    if (view == nullptr) {
        return;
    }
    const std::vector<NameBar> bars = view->name_bars();
    std::uint32_t most = 1;
    for (const NameBar& bar : bars) {
        most = std::max(most, bar.findings);
    }
    for (const Row& row : rows_) {
        const auto bar = std::find_if(bars.begin(), bars.end(), [&](const NameBar& b) { return b.name == row.name; });
        row.bar->setCount(bar == bars.end() ? 0 : bar->findings, most);
    }
}

}  // namespace trocar::ui
