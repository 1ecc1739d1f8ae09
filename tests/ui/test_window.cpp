#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QDialog>
#include <QDropEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTextBrowser>
#include <QUndoStack>
#include <QtTest>
#include <set>

#include "tests/golden/sysmon_lines.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/action_table.h"
#include "ui/shell/banner.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/filter_edit.h"
#include "ui/shell/theme.h"
#include "ui/shell/workbench.h"
#include "ui/views/parameters/curve_plot.h"
#include "ui/views/process_tree/process_tree_view.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::Actor;

namespace {

/// Four injections, 0 ms, 200 ms, 3 s and 40 s after their access, and a thread without any access.
QByteArray capture() {
    test::SysmonLines lines;
    const Actor explorer{QStringLiteral("C:\\Windows\\explorer.exe"), 100};
    const Actor evil{QStringLiteral("C:\\Users\\ada\\evil.exe"), 200};
    const Actor notepad{QStringLiteral("C:\\Windows\\System32\\notepad.exe"), 300};
    const Actor lsass{QStringLiteral("C:\\Windows\\System32\\lsass.exe"), 400};
    const Actor calc{QStringLiteral("C:\\Windows\\System32\\calc.exe"), 500};
    const Actor mail{QStringLiteral("C:\\Program Files\\mail.exe"), 600};
    lines.create(0, evil, explorer, QStringLiteral("evil.exe -x"));
    lines.create(10, notepad, explorer, QStringLiteral("notepad.exe"));
    lines.access(1'000, evil, notepad);
    lines.thread(1'000, evil, notepad, QStringLiteral("0x0000000000010000"));
    lines.access(2'000, evil, lsass);
    lines.thread(2'200, evil, lsass, QStringLiteral("0x0000000000020000"));
    lines.access(3'000, evil, calc);
    lines.thread(6'000, evil, calc, QStringLiteral("0x0000000000030000"));
    lines.access(7'000, notepad, mail);
    lines.thread(47'000, notepad, mail, QStringLiteral("0x0000000000040000"));
    lines.thread(50'000, explorer, mail, QStringLiteral("0x0000000000050000"));
    return lines.text();
}

}  // namespace

class TestWindow : public test::WindowFixture {
    Q_OBJECT

    [[nodiscard]] QString evidence() { return write(QStringLiteral("sysmon.jsonl"), capture()); }
    void openEvidence() { open(evidence()); }
    [[nodiscard]] std::uint32_t chains() { return workspace().findings()->counts().chains; }

private Q_SLOTS:
    void filesDroppedAnywhereAreImported() {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(evidence())});
        QWidget* anywhere = window_->findChild<FilterEdit*>();
        QVERIFY(anywhere != nullptr);
        QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(anywhere, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(anywhere, &drop);
        waitUntilFound();
        QCOMPARE(workspace().info().events, std::uint64_t{11});
        QCOMPARE(chains(), 3U);
        QVERIFY(workspace().casePath().isEmpty());
        QVERIFY(window_->banner().isVisible());
        QVERIFY(window_->banner().message().contains(QStringLiteral("11")));
    }

    void whatIsNotACaptureIsSaid() {
        const QString path = folder_.filePath(QStringLiteral("notes.docx"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("just words");
        file.close();
        QSignalSpy failed(&workspace(), &Workspace::failed);
        window_->openPaths({path});
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 10'000);
        QVERIFY(window_->banner().isVisible());
        QVERIFY(window_->banner().message().contains(QStringLiteral("notes.docx")));
        QVERIFY(!workspace().hasCase());
    }

    /// F1 tells how to capture on the system of the present analytic; each system's page is a command too.
    void helpTellsHowToCapture() {
        const auto shown = [this] {
            QString text;
            for (const QTextBrowser* page : window_->findChildren<QTextBrowser*>()) {
                text = page->window() != window_.get() ? page->toPlainText() : text;
            }
            return text;
        };
        const auto close = [this] {
            for (QDialog* dialog : window_->findChildren<QDialog*>()) {
                dialog->close();
            }
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            window_->activateWindow();
            QTRY_VERIFY(window_->isActiveWindow());
        };
        const auto link = [this](const QString& words) {
            for (QPushButton* button : window_->findChildren<QPushButton*>()) {
                if (button->text() == words) {
                    QTest::mouseClick(button, Qt::LeftButton);
                }
            }
        };
        link(QStringLiteral("How to capture on macOS"));
        QVERIFY(shown().contains(QStringLiteral("sudo eslogger exec fork")));
        close();
        link(QStringLiteral("How to capture on Linux"));
        QVERIFY(shown().contains(QStringLiteral("-S process_vm_writev")));
        close();
        openEvidence();
        key(Qt::Key_F1);
        QVERIFY(shown().contains(QStringLiteral("ProcessAccess")));
        close();
        workspace().chooseAnalytic("AN1401");
        waitUntilFound();
        key(Qt::Key_F1);
        QVERIFY(shown().contains(QStringLiteral("eslogger")));
        close();
    }

    void draggingTheSliderMovesTheChains() {
        openEvidence();
        auto* plot = window_->findChild<CurvePlot*>();
        QVERIFY(plot != nullptr && plot->isVisible());
        const auto at = [&](std::int64_t nanos) {
            return QPoint(qRound(plot->axis().x(Nanos{nanos})), plot->height() - 26);
        };
        const QPoint start = at(10'000'000'000);
        const QPoint end = at(100'000'000'000);
        QTest::mousePress(plot, Qt::LeftButton, Qt::NoModifier, start);
        for (int i = 1; i <= 10; ++i) {
            QTest::mouseMove(plot, start + (end - start) * i / 10);
        }
        QTest::mouseRelease(plot, Qt::LeftButton, Qt::NoModifier, end);
        QCOMPARE(chains(), 4U);
        QCOMPARE(workspace().gained().size(), std::size_t{1});
        QCOMPARE(workspace().undoStack().count(), 1);
        plot->setFocus();
        key(Qt::Key_Home);
        QCOMPARE(workspace().parameters().duration(timeWindow()).count, 1'000'000);
        QCOMPARE(chains(), 1U);  // the one of 0 ms
        key(Qt::Key_BracketRight);
        QCOMPARE(workspace().parameters().duration(timeWindow()).count, 200'000'000);
        QCOMPARE(chains(), 2U);
        key(Qt::Key_BracketLeft);
        QVERIFY(chains() < 2U);
        key(Qt::Key_End);
        QCOMPARE(chains(), 4U);
        QTest::mouseDClick(plot, Qt::LeftButton, Qt::NoModifier, start);
        QCOMPARE(workspace().parameters().duration(timeWindow()), std::get<Nanos>(timeWindow().initial));
    }

    void everySliderValueShowsWhatTheCurveSays() {
        openEvidence();
        const FindingView& view = *workspace().findings();
        for (const CurveStep& step : view.curve()) {
            workspace().setParameter(timeWindow(), step.at, true);
            QCOMPARE(view.counts().chains, step.chains);
            QCOMPARE(view.counts().lone, step.lone);
            QCOMPARE(view.visible(0, 1000).size(), std::size_t{step.chains + step.lone});
        }
    }

    void verdictKeysJudgeAndCanBeUndone() {
        openEvidence();
        window_->workbench().view(QStringLiteral("process_tree"))->setFocus();
        key(Qt::Key_J);
        const auto first = std::get<ChainId>(workspace().selection().current());
        key(Qt::Key_1);
        QCOMPARE(workspace().verdict(first), Verdict::true_positive);
        const auto second = std::get<ChainId>(workspace().selection().current());
        QVERIFY(!(first == second));  // goes on to the next without a verdict
        key(Qt::Key_2);
        QCOMPARE(workspace().verdict(second), Verdict::false_positive);
        key(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(workspace().verdict(second), Verdict::unset);
        QCOMPARE(workspace().verdict(first), Verdict::true_positive);
        key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(workspace().verdict(second), Verdict::false_positive);
        key(Qt::Key_K);
        key(Qt::Key_Left, Qt::AltModifier);
        QVERIFY(std::holds_alternative<ChainId>(workspace().selection().current()));
    }

    void typingFiltersAndDigitsStayText() {
        openEvidence();
        window_->workbench().view(QStringLiteral("process_tree"))->setFocus();
        key(Qt::Key_L, Qt::ControlModifier);
        auto* edit = qobject_cast<FilterEdit*>(QApplication::focusWidget());
        QVERIFY(edit != nullptr);
        QSignalSpy listed(&workspace(), &Workspace::filteredChanged);
        QTest::keyClicks(edit, QStringLiteral("target.pid = 300"));
        QVERIFY(listed.wait(5'000));
        QVERIFY(workspace().filtered());
        // notepad as the target: its own start, an access and a thread
        QVERIFY(workspace().filtered()->size() >= 2 && workspace().filtered()->size() <= 3);
        QCOMPARE(workspace().undoStack().count(), 1);
        QTest::keyClicks(edit, QStringLiteral(" and ("));
        QVERIFY(!workspace().filterError().isEmpty());
        edit->selectAll();
        key(Qt::Key_Delete);
        key(Qt::Key_Return);
        QTRY_VERIFY(!workspace().filtered());
        QVERIFY(workspace().filterError().isEmpty());
    }

    void thePaletteRunsCommands() {
        openEvidence();
        key(Qt::Key_K, Qt::ControlModifier);
        auto* palette = window_->findChild<CommandPalette*>();
        QVERIFY(palette->isVisible());
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("tune"));
        key(Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        QCOMPARE(window_->workbench().layoutId(), QStringLiteral("tune"));
        key(Qt::Key_K, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("zzzz"));
        key(Qt::Key_Return);
        QVERIFY(!palette->isVisible());
        key(Qt::Key_K, Qt::ControlModifier);
        key(Qt::Key_Escape);
        QVERIFY(!palette->isVisible());
        QCOMPARE(window_->workbench().layoutId(), QStringLiteral("tune"));
    }

    void layoutsShowTheirPanels() {
        openEvidence();
        const auto shown = [this](const char* id) {
            QWidget* view = window_->workbench().view(QString::fromLatin1(id));
            return view != nullptr && view->isVisible();
        };
        key(Qt::Key_2, Qt::ControlModifier);
        QVERIFY(shown("process_tree") && shown("parameters") && shown("timeline"));
        key(Qt::Key_1, Qt::ControlModifier);
        QVERIFY(!shown("process_tree") && !shown("parameters") && !shown("timeline"));
        key(Qt::Key_3, Qt::ControlModifier);
        QVERIFY(!shown("process_tree") && shown("parameters"));
        key(Qt::Key_4, Qt::ControlModifier);
        QVERIFY(shown("report") && !shown("parameters"));
        key(Qt::Key_2, Qt::ControlModifier);
        QVERIFY(shown("process_tree") && shown("parameters"));
    }

    void aSavedCaseOpensAsItWas() {
        openEvidence();
        const QString path = folder_.filePath(QStringLiteral("kept.trocar"));
        const ChainId id = workspace().findings()->rows()[workspace().findings()->visible(0, 1).front()].id;
        workspace().setVerdict(id, Verdict::benign_true);
        workspace().setNote(id, QStringLiteral("a tool of ours"));
        workspace().setParameter(timeWindow(), Nanos{100'000'000'000});
        const QString unsaved = workspace().caseFile();
        QSignalSpy saved(&workspace(), &Workspace::casePathChanged);
        workspace().saveCaseAs(path);
        QVERIFY(saved.wait(10'000));
        QCOMPARE(workspace().casePath(), path);
        QVERIFY(!QFile::exists(unsaved));
        workspace().closeCase();
        QVERIFY(!workspace().hasCase());
        window_->openPaths({path});
        waitUntilFound();
        QCOMPARE(workspace().verdict(id), Verdict::benign_true);
        QCOMPARE(workspace().note(id), QStringLiteral("a tool of ours"));
        QCOMPARE(workspace().parameters().duration(timeWindow()).count, 100'000'000'000);
        QCOMPARE(chains(), 4U);
    }

    void evidenceAddedToACaseKeepsItsChains() {
        openEvidence();
        const ChainId id = workspace().findings()->rows()[workspace().findings()->visible(0, 1).front()].id;
        workspace().setVerdict(id, Verdict::true_positive);
        test::SysmonLines more;
        const Actor a{QStringLiteral("C:\\other.exe"), 900};
        const Actor b{QStringLiteral("C:\\Windows\\System32\\spoolsv.exe"), 901};
        more.access(60'000, a, b);
        more.thread(60'500, a, b);
        const QString path = folder_.filePath(QStringLiteral("more.jsonl"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(more.text());
        file.close();
        window_->openPaths({path});
        QTRY_COMPARE_WITH_TIMEOUT(workspace().info().events, std::uint64_t{13}, 20'000);
        waitUntilFound();
        QCOMPARE(chains(), 4U);
        QCOMPARE(workspace().verdict(id), Verdict::true_positive);
        QVERIFY(workspace().findings()->find(id).has_value());
    }

    void everythingFocusableHasAName() {
        openEvidence();
        for (const Workbench::Layout& layout : Workbench::layouts()) {
            window_->setLayout(layout.id);
            for (const ViewSpec& spec : window_->workbench().specs()) {
                if (spec.area == ViewArea::bottom) {
                    window_->workbench().showView(spec.id, false);
                }
                for (QWidget* widget : window_->findChildren<QWidget*>()) {
                    if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus) {
                        continue;
                    }
                    const QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
                    const QString name = face == nullptr ? QString() : face->text(QAccessible::Name);
                    QVERIFY2(!name.isEmpty(),
                             qPrintable(QStringLiteral("%1 '%2' of %3")
                                            .arg(QString::fromLatin1(widget->metaObject()->className()),
                                                 widget->objectName(),
                                                 QString::fromLatin1(widget->parentWidget()->metaObject()->className()))));
                }
            }
        }
    }

    void tabReachesEveryPane() {
        openEvidence();
        window_->setLayout(QStringLiteral("hunt"));
        std::set<QString> reached;
        window_->workbench().view(QStringLiteral("process_tree"))->setFocus();
        for (int i = 0; i < 400; ++i) {
            QWidget* focus = QApplication::focusWidget();
            QVERIFY(focus != nullptr);
            for (const ViewSpec& spec : window_->workbench().specs()) {
                const QWidget* view = window_->workbench().view(spec.id);
                if (view == focus || view->isAncestorOf(focus)) {
                    reached.insert(spec.id);
                }
            }
            key(Qt::Key_Tab);
        }
        for (const ViewSpec& spec : window_->workbench().specs()) {
            if (window_->workbench().view(spec.id)->isVisible()) {
                QVERIFY2(reached.count(spec.id) == 1, qPrintable(spec.id));
            }
        }
    }

    void everyCommandHasATip() {
        std::set<QString> keys;
        for (const ActionTable::Entry& entry : window_->actionTable().entries()) {
            QVERIFY2(!entry.action->toolTip().isEmpty(), qPrintable(entry.id));
            for (const QKeySequence& sequence : entry.action->shortcuts()) {
                QVERIFY2(keys.insert(sequence.toString()).second, qPrintable(sequence.toString()));  // no key twice
            }
        }
        QVERIFY(keys.size() > 30);
    }

    void changedKeysAreKept() {
        window_->actionTable().setShortcut(QStringLiteral("chain.next"), QKeySequence(QStringLiteral("Ctrl+J")));
        window_.reset();
        window_ = std::make_unique<MainWindow>(
            builtin_importers(),
            std::make_unique<QSettings>(folder_.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat), QStringList());
        QAction* action = window_->actionTable().find(QStringLiteral("chain.next"));
        QCOMPARE(action->shortcut(), QKeySequence(QStringLiteral("Ctrl+J")));
        window_->actionTable().resetShortcuts();
        QCOMPARE(action->shortcut(), QKeySequence(QStringLiteral("J")));
    }

    void aClickInTheTreeIsCurrentEverywhere() {
        openEvidence();
        auto* tree = window_->findChild<ProcessTree*>();
        const QModelIndex root = tree->model()->index(0, 0);
        QVERIFY(root.isValid());
        QTest::mouseClick(tree->viewport(), Qt::LeftButton, Qt::NoModifier, tree->visualRect(root).center());
        QVERIFY(std::holds_alternative<ProcessId>(workspace().selection().current()));
        QVERIFY(!tree->accessibleName().isEmpty());
    }

    void bothThemesDraw() {
        openEvidence();
        const QImage dark = window_->grab().toImage();
        window_->setThemeChoice(MainWindow::ThemeChoice::light, false);
        QApplication::processEvents();
        const QImage light = window_->grab().toImage();
        QVERIFY(dark.pixelColor(4, 4).lightness() < 80);
        QVERIFY(light.pixelColor(4, 4).lightness() > 200);
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
