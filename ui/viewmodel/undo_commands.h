#pragma once

#include <QString>
#include <QUndoCommand>
#include <functional>
#include <utility>

namespace trocar::ui {

/// A change of one value of the Workspace, undone by putting the old value back. Commands of the same `mergeKey` merge
/// while the earlier one is still open (a drag not yet let go, text still being typed).
template <class T>
class ValueCommand : public QUndoCommand {
public:
    ValueCommand(const QString& text, QString mergeKey, bool open, T before, T after,
                 std::function<void(const T&)> apply)
        : QUndoCommand(text),
          mergeKey_(std::move(mergeKey)),
          open_(open),
          before_(std::move(before)),
          after_(std::move(after)),
          apply_(std::move(apply)) {}

    void redo() override { apply_(after_); }
    void undo() override { apply_(before_); }
    [[nodiscard]] int id() const override { return mergeKey_.isEmpty() ? -1 : kMergeId; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = dynamic_cast<const ValueCommand<T>*>(other);
        if (next == nullptr || !open_ || next->mergeKey_ != mergeKey_) {
            return false;
        }
        after_ = next->after_;
        open_ = next->open_;
        setObsolete(before_ == after_);
        return true;
    }

private:
    static constexpr int kMergeId = 1;  ///< Qt compares ids first; the key decides
    QString mergeKey_;
    bool open_;
    T before_, after_;
    std::function<void(const T&)> apply_;
};

}  // namespace trocar::ui
