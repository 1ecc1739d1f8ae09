#pragma once

#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QUndoStack>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/report/exporter.h"
#include "core/store/event_filter.h"
#include "ui/bridge/job_runner.h"
#include "ui/bridge/progress_gate.h"
#include "ui/viewmodel/rate_meter.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {

/// A connection to the case for one worker, opened by that worker when first needed.
/// Thread safety: used by one JobRunner only.
class CaseConnection {
public:
    CaseConnection(std::string path, CaseFile::Mode mode) : path_(std::move(path)), mode_(mode) {}
    [[nodiscard]] Result<CaseFile*> get();
    /// Closes it; get() opens it again.
    void release() { file_.reset(); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    CaseFile::Mode mode_;
    std::unique_ptr<CaseFile> file_;
};

/// Everything read when a case opens, but for the event columns, which come after.
struct LoadedCase {
    CaseInfo info;
    std::shared_ptr<const Capture> capture;
    std::vector<VerdictRow> verdicts;
    std::vector<Suppression> suppressions;
    std::vector<SavedProfile> profiles;
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<EventId> bookmarks;
};

/// What one correlation gives.
struct Correlation {
    std::shared_ptr<const Analysis> analysis, baselineAnalysis;
    std::unique_ptr<FindingView> view;
    std::vector<ChainId> baselineChains;  ///< visible chains under the baseline, sorted
};

class Workspace::Private {
public:
    Private(Workspace* owner, ImporterList list);

    Workspace* q;
    const ImporterList importers;
    SelectionHub selection;
    QUndoStack undo;
    TimeFormat format;

    // the case
    QString workPath;      ///< the file it lives in; empty: none
    bool unsaved = false;  ///< workPath is in the application's own folder
    bool open = false;
    CaseInfo info;
    std::shared_ptr<const Capture> capture;
    std::shared_ptr<const EventColumns> columns;
    std::shared_ptr<CaseConnection> reading, filtering, finding, querying, mapping, writing;

    // parameters and findings
    const Analytic* analytic;
    ParameterSet parameters, baseline;
    ParameterSet kept;     ///< the values the case file holds
    std::map<std::string, std::string> keptValues;  ///< of all analytics, as the case file has them
    QString baselineName;  ///< empty: the analytic's starting point
    std::shared_ptr<const Analysis> analysis, baselineAnalysis;
    ParameterSet analysed;  ///< step values that `analysis` was made with
    std::unique_ptr<FindingView> view;
    std::vector<ChainId> baselineChains, gained, lost;
    std::vector<SavedProfile> profiles;
    bool partial = false;
    int drag = 0;          ///< number of the drag under way
    QTimer persist;        ///< parameters are stored a moment after the last move

    // verdicts, suppressions
    std::map<ChainId, VerdictRow> verdicts;
    std::vector<Suppression> suppressions;
    std::int64_t nextLocal = -1;                     ///< ids of suppressions not stored yet
    std::map<std::int64_t, std::int64_t> storedId;  ///< local -> stored
    std::vector<EventId> bookmarks;                 ///< ascending

    // filter
    QString filterText, filterError;
    std::optional<TimeRange> timeFilter;
    std::shared_ptr<const std::vector<std::uint32_t>> filtered;
    double filterMs = 0;
    QTimer filterDelay;
    int filterRun = 0;     ///< typing merges into one undo step until the filter has run

    // import
    std::optional<ImportState> importState;
    std::optional<ImportSummary> lastImport;
    bool summaryIsNew = false;  ///< lastImport belongs to the case about to open
    std::shared_ptr<ProgressGate<ImportProgress>> gate;
    struct Waiting {
        QStringList paths;
        ImportHints hints;
    };
    std::vector<Waiting> waitingImports;
    struct Edit {
        std::shared_ptr<CaseConnection> connection;
        std::function<Status(CaseFile&)> change;
    };
    std::vector<Edit> heldEdits;  ///< given while an import or a load has the case
    RateMeter eventRate, byteRate;
    QElapsedTimer importClock;
    QTimer importPoll;

    mutable std::unordered_map<std::uint32_t, QString> imageNames;

    // Last, so that their threads end before anything they use goes.
    JobRunner opener{JobRunner::Mode::newest};
    JobRunner correlator{JobRunner::Mode::newest};
    JobRunner filterer{JobRunner::Mode::newest};
    JobRunner finder{JobRunner::Mode::newest};
    JobRunner querier{JobRunner::Mode::newest};
    JobRunner mapper{JobRunner::Mode::newest};
    JobRunner reader{JobRunner::Mode::ordered};
    JobRunner writer{JobRunner::Mode::ordered};
    JobRunner importing{JobRunner::Mode::newest};

    void fail(const Error& error);
    void edit(std::function<Status(CaseFile&)> change);
    void runEdit(Edit one);
    void flushEdits();
    /// Runs `then` once every edit is written and the edit connection is closed: an import or a load has the file for
    /// itself.
    void afterEdits(std::function<void()> then);
    /// An import or a load has the case, or is about to: edits are held.
    [[nodiscard]] bool isTaken() const { return preparing > 0 || importing.isBusy() || opener.isBusy(); }
    /// Nothing has the case any more: held edits are written, the next import starts.
    void settle();
    int preparing = 0;  ///< afterEdits() under way
    int epoch = 0;      ///< steps when what was prepared is no longer wanted
    void setCaseFile(const QString& path, bool isUnsaved);
    void load(const QString& path, bool isUnsaved, bool sameCase);
    void take(LoadedCase&& loaded, const QString& path, bool isUnsaved, bool sameCase);
    void loadColumns();
    void resetState();
    void abandonImport();

    void startImport(const QStringList& paths, const ImportHints& hints);
    void pollImport();
    void endImport(const QString& path, bool isNew, Result<ImportSummary>&& result);

    [[nodiscard]] Nanos window(const ParameterSet& set) const;
    [[nodiscard]] WindowMeasure measure(const ParameterSet& set) const;
    /// Highest cost of any value in which the two sets differ; nothing: equal.
    [[nodiscard]] std::optional<Scope> difference(const ParameterSet& a, const ParameterSet& b) const;
    void pushParameters(const QString& text, const QString& mergeKey, bool dragging, const ParameterSet& after);
    void applyParameters(const ParameterSet& set);
    void useAnalytic(const Analytic& chosen);
    void dropFindings();
    void correlate();
    void compareWithBaseline();
    [[nodiscard]] std::vector<HideRule> hideRules() const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> stored(const ParameterSet& set) const;
    [[nodiscard]] ParameterSet restored(const std::vector<std::pair<std::string, std::string>>& values) const;
    void storeParameters();

    void applyVerdict(ChainId chain, Verdict verdict, const QString& note);
    void applyBookmark(EventId event, bool on);
    void applyRevoked(std::int64_t id, bool revoked);

    void checkFilter();
    void startFilter();
    void publishFiltered(std::shared_ptr<const std::vector<std::uint32_t>> rows, double ms);
};

}  // namespace trocar::ui
