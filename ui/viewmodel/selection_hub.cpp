#include "ui/viewmodel/selection_hub.h"

#include <algorithm>

namespace trocar::ui {
namespace {

/// History longer than anyone walks back; the oldest entries go first.
constexpr std::size_t kHistoryLimit = 500;

}  // namespace

SelectionHub::SelectionHub(QObject* parent) : QObject(parent) {}

void SelectionHub::setCurrent(const Item& item) {
    if (item == current_) {
        return;
    }
    if (!std::holds_alternative<std::monostate>(item)) {
        if (!history_.empty()) {
            history_.resize(at_ + 1);
        }
        history_.push_back(item);
        if (history_.size() > kHistoryLimit) {
            history_.erase(history_.begin());
        }
        at_ = history_.size() - 1;
    }
    current_ = item;
    Q_EMIT currentChanged();
}

void SelectionHub::back() {
    if (canGoBack()) {
        current_ = history_[--at_];
        Q_EMIT currentChanged();
    }
}

void SelectionHub::forward() {
    if (canGoForward()) {
        current_ = history_[++at_];
        Q_EMIT currentChanged();
    }
}

bool SelectionHub::canGoBack() const {
    return !history_.empty() && at_ > 0;
}

bool SelectionHub::canGoForward() const {
    return at_ + 1 < history_.size();
}

void SelectionHub::setHovered(const Item& item) {
    if (item != hovered_) {
        hovered_ = item;
        Q_EMIT hoveredChanged();
    }
}

void SelectionHub::setViewRange(TimeRange range) {
    if (range.to < range.from) {
        std::swap(range.from, range.to);
    }
    if (!(range == viewRange_)) {
        viewRange_ = range;
        Q_EMIT viewRangeChanged();
    }
}

void SelectionHub::askForView(const QString& id) {
    Q_EMIT viewWanted(id);
}

void SelectionHub::clear(TimeRange whole) {
    history_.clear();
    at_ = 0;
    current_ = {};
    hovered_ = {};
    viewRange_ = whole;
    Q_EMIT currentChanged();
    Q_EMIT hoveredChanged();
    Q_EMIT viewRangeChanged();
}

}  // namespace trocar::ui
