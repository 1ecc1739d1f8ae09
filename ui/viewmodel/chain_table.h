#pragma once

#include <QAbstractTableModel>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/detect/finding.h"
#include "core/detect/suggest.h"
#include "core/model/operation.h"
#include "core/store/case_file.h"
#include "ui/viewmodel/selection_hub.h"

namespace trocar::ui {

class Workspace;

/// One step of a chain as its glyph: seen, or missing though this capture could have shown it.
struct StepMark {
    OperationClass operation = OperationClass::other;
    bool observed = true;
};

/// One row of the chain list, made when it is first painted.
struct ChainRow {
    std::uint32_t finding = 0;      ///< row of FindingView::rows()
    ChainId id;
    bool known = true;              ///< false: lost, and no longer among the candidates
    bool gained = false;
    bool lost = false;              ///< a chain at the baseline, none at the present parameters
    bool damped = false;
    FindingKind kind = FindingKind::chain;
    int confidence = 0;
    std::uint32_t folded = 1;
    QString source, target;         ///< "notepad.exe 2576"
    QString technique, span, vanishes;
    std::vector<StepMark> steps;
};

/// The findings that show at the present parameters, or those that tuning lost, or what a move changed, as a table. Cells are answered from
/// memory; words of a row are made once, when it is first asked for. A window move changes the layout, never resets,
/// so that selection and scroll position stay. GUI thread only.
class ChainTable : public QAbstractTableModel {
    Q_OBJECT

public:
    enum class Which : unsigned char { visible, lost };
    /// What of the visible ones: as they show (shown), with the lost ones between them (all), or one kind of change
    /// against the baseline. kept: chains then and now.
    enum class Part : unsigned char { shown, all, gained, lost, kept };
    enum Column { change, verdict, confidence, pair, technique, steps, folded, span, vanishes, columnCount_ };

    explicit ChainTable(Workspace& workspace, Which which, QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    void setPart(Part part);
    [[nodiscard]] Part part() const { return part_; }
    /// Rows of a part at the present parameters, whether or not it is the one listed. O(1), but for `all` O(lost).
    [[nodiscard]] std::uint32_t count(Part part) const;

    [[nodiscard]] const ChainRow& row(int row) const;
    [[nodiscard]] Verdict verdictOf(int row) const;
    [[nodiscard]] QStringList tags(int row) const;
    /// Row of a chain, -1 when it does not show here.
    [[nodiscard]] int rowOf(ChainId id) const;
    [[nodiscard]] Finding finding(int row) const;
    /// A row as tab-separated text, for the clipboard.
    [[nodiscard]] QString rowText(int row) const;
    /// Visible rows without a verdict. O(rows).
    [[nodiscard]] int unreviewed() const;
    /// Why there is nothing to show, in words; empty when there is something.
    [[nodiscard]] QString emptyText() const;

private:
    void replaceAll();
    void windowMoved();
    /// Rows of the findings, and lost chains that no longer are among them.
    struct Rows {
        std::vector<std::uint32_t> known;
        std::vector<ChainId> unknown;
    };
    [[nodiscard]] Rows rowsNow() const;
    [[nodiscard]] std::vector<std::uint32_t> rowsOf(const std::vector<ChainId>& ids, std::vector<ChainId>* unknown) const;
    [[nodiscard]] ChainId idAt(int row) const;
    [[nodiscard]] QString text(const ChainRow& row, int column) const;

    Workspace& workspace_;
    Which which_;
    Part part_ = Part::shown;
    std::vector<std::uint32_t> rows_;         ///< rows of FindingView::rows(); ascending for Which::visible
    std::vector<ChainId> unknown_;            ///< lost, and no longer among the candidates
    mutable std::unordered_map<std::uint32_t, ChainRow> words_;   ///< by finding row
    mutable ChainRow scratch_;
};

/// "4 unreviewed \u00b7 3 lone \u00b7 2 damped \u00b7 1 hidden": what the head of the list says.
[[nodiscard]] QString countsText(const Workspace& workspace, int unreviewed);
/// "Chains 11 +2 -1", for the tab.
[[nodiscard]] QString chainsTitle(const Workspace& workspace);
/// What the changes are counted against: "the starting values", or the profile's name.
[[nodiscard]] QString baselineWords(const Workspace& workspace);
/// The words of a note that begin with '#', as they stand there, each once.
[[nodiscard]] QStringList tagsOf(const QString& note);
/// The note with these tags instead of those it has; its other words stay.
[[nodiscard]] QString withTags(const QString& note, const QStringList& tags);
/// "From 3.28 s to below 41 s: all 5 true kept, 3 of 4 false gone." `there`: the present window is one of these.
[[nodiscard]] QString suggestionWords(const WindowSuggestion& suggestion, bool there);
/// Mandatory steps that no event of a host can fill, in words; empty when the capture holds what the question needs.
[[nodiscard]] QString missingCoverage(const Workspace& workspace);
/// The same statement in fewer words, longest first, for a column that is too narrow for it.
[[nodiscard]] QStringList shorterVanishes(const QString& words);
/// The text of a filter that shows the events of these two processes.
[[nodiscard]] QString pairFilter(const Workspace& workspace, ProcessId source, ProcessId target);
/// The finding with a fifth of its span, at least 20 s, on each side.
[[nodiscard]] TimeRange rangeOfFinding(const Finding& finding);

}  // namespace trocar::ui
