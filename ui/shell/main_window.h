#pragma once

#include <QMainWindow>
#include <QSettings>
#include <memory>

#include "core/ingest/importer.h"
#include "ui/viewmodel/workspace.h"

class QMenu;
class QStackedWidget;

namespace trocar::ui {

class ActionTable;
class Banner;
class CommandPalette;
class EmptyState;
class FilterBar;
class ImportPanel;
class StatusStrip;
class TopBar;
class Workbench;

/// Trocar's window: registries and places. What is in the places knows the Workspace; this knows nothing of injection.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `sample`: path of the bundled sample, empty when there is none.
    MainWindow(ImporterList importers, std::unique_ptr<QSettings> settings, const QStringList& samples);
    ~MainWindow() override;

    [[nodiscard]] Workspace& workspace() { return workspace_; }
    [[nodiscard]] ActionTable& actionTable() { return *actions_; }
    [[nodiscard]] Workbench& workbench() { return *workbench_; }
    [[nodiscard]] Banner& banner() { return *banner_; }
    /// A single .trocar opens; anything else is imported.
    void openPaths(const QStringList& paths);
    void setLayout(const QString& id);
    [[nodiscard]] static QStringList layoutIds();
    enum class ThemeChoice : unsigned char { system, dark, light };
    void setThemeChoice(ThemeChoice choice, bool remember);
    /// Style and colours before the first widget is made.
    static void prepareTheme(ThemeChoice choice);

    /// Draws every layout and every view into `folder` once nothing is loading, then emits grabbed().
    void grabInto(const QString& folder, const QString& chain);

    /// Emits grabbed() once the window is painted and, when a case is awaited, its findings are on it.
    void tellWhenReady(bool withCase);

Q_SIGNALS:
    /// `failure` is empty when all pictures were written.
    void grabbed(const QString& failure);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    void buildMenus();
    void buildFileMenu(QMenu* menu);
    void buildEditMenu(QMenu* menu);
    void buildViewMenu(QMenu* menu);
    void buildGoMenu(QMenu* menu);
    void buildChainMenu(QMenu* menu);
    void buildAnalyticMenu(QMenu* menu);
    void buildHelpMenu(QMenu* menu);
    void enableActions();

    [[nodiscard]] QStringList askForCaptures();
    void chooseCapture();
    void chooseWithOptions();
    void chooseCapturesFolder();
    void chooseCase();
    void chooseSaveAs();
    void chooseReport(const QString& format, const QString& suffix);
    void showCase();
    void rememberRecent(const QString& path);
    [[nodiscard]] QStringList recentPaths() const;
    void fillRecent();
    void tellImport();
    void showImportDetails();
    void showCapturePage(const QString& system);
    void showPage(const QString& title, const QString& markdown);
    void stepChain(int direction, bool unreviewedOnly);
    void judge(Verdict verdict);
    void tagChain();
    void hideLikeThis();
    void saveProfile();
    void moveWindow(const std::function<std::optional<Nanos>(const FindingView&)>& target);
    void grabNow();

    std::unique_ptr<QSettings> settings_;
    Workspace workspace_;
    ActionTable* actions_;
    TopBar* top_;
    FilterBar* filter_;
    Banner* banner_;
    ImportPanel* importing_;
    QStackedWidget* pages_;
    EmptyState* empty_;
    Workbench* workbench_;
    StatusStrip* status_;
    CommandPalette* palette_;
    QMenu* recentMenu_ = nullptr;
    QMenu* profileMenu_ = nullptr;
    ThemeChoice themeChoice_ = ThemeChoice::system;
    QString grabFolder_, grabChain_;
    int grabQuiet_ = 0;
};

}  // namespace trocar::ui
