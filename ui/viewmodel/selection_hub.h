#pragma once

#include <QObject>
#include <QString>
#include <cstddef>
#include <variant>
#include <vector>

#include "core/base/id.h"
#include "core/base/time.h"
#include "core/detect/finding.h"

namespace trocar::ui {

struct TimeRange {
    UtcNanos from, to;
    friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// The one thing the inspector shows.
using Item = std::variant<std::monostate, ChainId, EventId, ProcessId>;

/// What is current, selected, hovered and in view; four separate pieces of state shared by all views (docs/manual/window.md).
/// Nothing here changes what is listed: that is the filter, in Workspace. GUI thread only.
class SelectionHub : public QObject {
    Q_OBJECT

public:
    explicit SelectionHub(QObject* parent = nullptr);

    [[nodiscard]] const Item& current() const { return current_; }
    /// Makes `item` current and remembers it in the history (Alt+Left, Alt+Right).
    void setCurrent(const Item& item);
    void back();
    void forward();
    [[nodiscard]] bool canGoBack() const;
    [[nodiscard]] bool canGoForward() const;
    [[nodiscard]] const Item& hovered() const { return hovered_; }
    void setHovered(const Item& item);
    /// What the timeline draws. Not undoable, never a filter.
    [[nodiscard]] TimeRange viewRange() const { return viewRange_; }
    void setViewRange(TimeRange range);
    /// A view wants another one in front ("coverage"); the window obeys.
    void askForView(const QString& id);
    /// Forgets everything (another case).
    void clear(TimeRange whole);

Q_SIGNALS:
    void currentChanged();
    void hoveredChanged();
    void viewRangeChanged();
    void viewWanted(const QString& id);
    /// 0: open the search of the event list; 1, -1: to its next, previous match.
    void findWanted(int direction);

private:
    Item current_, hovered_;
    TimeRange viewRange_;
    std::vector<Item> history_;
    std::size_t at_ = 0;
};

}  // namespace trocar::ui
