#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/detect/analysis.h"
#include "core/detect/suggest.h"
#include "core/ingest/importer.h"
#include "core/store/case_file.h"
#include "core/store/import_case.h"
#include "core/store/memory_snapshots.h"
#include "ui/viewmodel/selection_hub.h"

class QUndoStack;

namespace trocar::ui {

/// How stamps are shown everywhere: one object, so that table, axis, card and report agree.
struct TimeFormat {
    int zoneMinutes = 0;
    QString zoneName = QStringLiteral("UTC");
};

/// Import under way, as the status bar shows it.
struct ImportState {
    ImportProgress progress;
    double eventsPerSecond = 0, bytesPerSecond = 0;  ///< exponential mean over 2 s
    double secondsLeft = -1;                          ///< -1: not known yet
    bool paused = false;
    QStringList paths;      ///< what was given, in the order it is read
    int imports_waiting = 0;  ///< given since; each starts when the one before has ended
};

/// The open case and everything the window shows of it. Views know this, their model, and nothing of each other.
/// GUI thread only. Long work (open, import, correlate, filter, render a record) runs on the JobRunner; results come
/// back by the signals below. A window move is answered at once, on the GUI thread, within a frame.
class Workspace : public QObject {
    Q_OBJECT

public:
    explicit Workspace(ImporterList importers, QObject* parent = nullptr);
    ~Workspace() override;

    // -- the case
    void openCase(const QString& path);
    /// Imports into the open case, or into a new unsaved one in the application's data folder.
    void importEvidence(const QStringList& paths, const ImportHints& hints = {});
    void pauseImport(bool paused);
    void cancelImport();
    void closeCase();
    void saveCaseAs(const QString& path);
    /// Writes a report of what the window shows, in an exporter's format ("html"); `done` gets an empty text or what
    /// went wrong. Replaces `path`.
    /// The same as text: `done` gets the text, or an error.
    void makeReport(const QString& format, QObject* context, std::function<void(const Result<std::string>&)> done);
    void exportReport(const QString& format, const QString& path, QObject* context,
                      std::function<void(const QString& error)> done);
    [[nodiscard]] bool hasCase() const;
    [[nodiscard]] bool isBusy() const;           ///< opening or importing
    [[nodiscard]] QString casePath() const;      ///< empty: unsaved
    [[nodiscard]] QString caseFile() const;      ///< the file the case lives in, saved or not; empty: none
    /// Where unsaved cases live: they stay there, listed, until saved or discarded.
    [[nodiscard]] static QString unsavedFolder();
    /// Another place for them (tests, --grab); before the first import.
    static void setUnsavedFolder(const QString& folder);
    [[nodiscard]] const CaseInfo& info() const;
    [[nodiscard]] const std::optional<ImportState>& importState() const;
    [[nodiscard]] const std::optional<ImportSummary>& lastImport() const;
    [[nodiscard]] std::shared_ptr<const Capture> capture() const;        ///< null: no case
    [[nodiscard]] std::shared_ptr<const EventColumns> columns() const;   ///< null until loaded
    /// For tests and benchmarks: shows data that no file holds.
    void setCapture(std::shared_ptr<const Capture> capture, std::shared_ptr<const EventColumns> columns);
    [[nodiscard]] const ImporterList& importers() const;

    // -- analytic and parameters
    [[nodiscard]] const Analytic& analytic() const;
    /// Undoable. Each analytic has its own parameters; a case opens with the one that fits its events.
    void chooseAnalytic(std::string_view id);
    [[nodiscard]] const ParameterSet& parameters() const;
    /// Undoable; moves of one slider drag merge. Window scope: answered before this returns (windowMoved). Other scopes:
    /// a job, then findingsChanged.
    void setParameter(const ParameterSpec& spec, const ParameterValue& value, bool dragging = false);
    void resetParameters();
    /// Null until the first correlation is done.
    [[nodiscard]] const FindingView* findings() const;
    /// The saved profile or starting point that "+2 -1" compares with.
    [[nodiscard]] QString baselineName() const;
    [[nodiscard]] const std::vector<ChainId>& gained() const;   ///< against the baseline, as of the last move
    [[nodiscard]] const std::vector<ChainId>& lost() const;
    /// Of the chains with a verdict, how many the present parameters keep.
    struct VerdictTally {
        int trueKept = 0, trueAll = 0, falseGone = 0, falseAll = 0;
    };
    [[nodiscard]] VerdictTally verdictTally() const;
    /// The windows that the verdicts ask for; nothing while no chain is judged true. Benign counts as false here too.
    [[nodiscard]] std::optional<WindowSuggestion> suggestedWindow() const;
    void saveProfile(const QString& name);
    /// Takes a profile's values and compares with it from now on; an empty name: the analytic's starting values.
    void applyProfile(const QString& name);
    /// Those of the present analytic.
    [[nodiscard]] QStringList profiles() const;
    [[nodiscard]] bool showPartial() const;
    void setShowPartial(bool on);

    // -- verdicts and suppressions (undoable)
    [[nodiscard]] Verdict verdict(ChainId chain) const;
    [[nodiscard]] QString note(ChainId chain) const;
    void setVerdict(ChainId chain, Verdict verdict);
    void setNote(ChainId chain, const QString& note);
    [[nodiscard]] const std::vector<Suppression>& suppressions() const;
    void suppress(const QString& sourceGlob, const QString& targetGlob, const QString& reason);
    void revokeSuppression(std::int64_t id, bool revoked);

    // -- bookmarked events (undoable)
    [[nodiscard]] bool isBookmarked(EventId event) const;
    [[nodiscard]] const std::vector<EventId>& bookmarks() const;   ///< ascending
    void setBookmark(EventId event, bool on);

    // -- filter: what is listed (undoable)
    [[nodiscard]] QString filterText() const;
    [[nodiscard]] const std::optional<TimeRange>& timeFilter() const;
    void setFilter(const QString& text);
    /// Filters now instead of after the pause that follows typing (Enter).
    void applyFilterNow();
    void setTimeFilter(std::optional<TimeRange> range);
    [[nodiscard]] QString filterError() const;                 ///< empty: none
    /// Positions within columns() that pass, in time order; null: everything passes.
    [[nodiscard]] std::shared_ptr<const std::vector<std::uint32_t>> filtered() const;
    [[nodiscard]] double filterMilliseconds() const;
    /// Positions within columns() of the listed events that a filter text passes, ascending; changes nothing that is
    /// listed. The newest wins. `done` gets a usage error when the text is no filter.
    void findEvents(const QString& text, QObject* context,
                    std::function<void(const Result<std::vector<std::uint32_t>>&)> done);

    // -- rows and records on demand
    /// Rows for one page of the event table; `ready` runs on the GUI thread unless the case changed meanwhile.
    void fetchEvents(std::vector<EventId> ids, QObject* context,
                     std::function<void(const std::vector<EventRow>&)> ready);
    void fetchRecord(EventId id, QObject* context,
                     std::function<void(const Result<RenderedRecord>&, const std::optional<EventRow>&)> ready);

    /// One read-only statement over the case's views, with a row and a time limit; the newest wins. `done` gets the
    /// answer and how long it took.
    void runQuery(const QString& sql, QObject* context,
                  std::function<void(const Result<QueryAnswer>&, double milliseconds)> done);
    static constexpr std::size_t kQueryRows = 10'000;
    static constexpr int kQuerySeconds = 10;
    /// The memory map of a process: the first and last of `between` compared (core/store/memory_snapshots.h); the newest
    /// wins.
    void fetchMemory(ProcessId life, std::vector<MemorySnapshot> between, QObject* context,
                     std::function<void(Result<std::shared_ptr<const MemoryComparison>>&&)> done);
    /// What was done to the case, oldest first.
    void fetchLog(QObject* context, std::function<void(const std::vector<LogLine>&)> ready);

    // -- shared state
    [[nodiscard]] SelectionHub& selection();
    [[nodiscard]] QUndoStack& undoStack();
    [[nodiscard]] const TimeFormat& timeFormat() const;
    void setTimeFormat(const TimeFormat& format);

    // -- words for ids, escaped for showing
    [[nodiscard]] QString imageName(ProcessId id) const;       ///< "notepad.exe"
    [[nodiscard]] QString imagePath(ProcessId id) const;
    [[nodiscard]] QString processLabel(ProcessId id) const;    ///< "notepad.exe 2576"
    [[nodiscard]] QString timeText(UtcNanos t, int digits = 3) const;

Q_SIGNALS:
    void caseChanged();            ///< another case, or none
    void captureChanged();         ///< capture() and columns() replaced
    void columnsChanged();
    void analyticChanged();        ///< another analytic: other parameters, other findings
    void findingsChanged();        ///< findings() replaced: rows, order, everything
    void windowMoved();            ///< only the window: which rows show
    void parametersChanged();
    void verdictsChanged();
    void bookmarksChanged();
    void filterChanged();          ///< text or time range
    void filteredChanged();        ///< filtered() replaced
    void importChanged();          ///< progress
    void importFinished();
    void importCancelled();        ///< nothing of it was kept
    void busyChanged();
    void casePathChanged();        ///< saved under another name: same case
    void timeFormatChanged();
    /// A failure in words, with what to do.
    void failed(const QString& message, const QString& remedy);

private:
    class Private;
    std::unique_ptr<Private> d;
};

}  // namespace trocar::ui
