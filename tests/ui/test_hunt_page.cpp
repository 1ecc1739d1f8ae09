// The hunt page: one selection in every view, the card, the read-out, what a move of the window says. Driven through the
// window's own widgets.
#include <QApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QTableView>
#include <QUndoStack>
#include <QtTest>
#include <algorithm>

#include "tests/golden/sysmon_lines.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/theme.h"
#include "ui/shell/workbench.h"
#include "ui/viewmodel/chain_table.h"
#include "ui/viewmodel/item_card.h"
#include "ui/views/chains/click_strip.h"
#include "ui/views/process_tree/process_tree_model.h"
#include "ui/views/process_tree/process_tree_view.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::Actor;

namespace {

/// Three injections, 0 ms, 200 ms and 3 s after their access.
QByteArray capture() {
    test::SysmonLines lines;
    const Actor evil{QStringLiteral("C:\\Users\\ada\\evil.exe"), 200};
    const Actor notepad{QStringLiteral("C:\\Windows\\System32\\notepad.exe"), 300};
    const Actor lsass{QStringLiteral("C:\\Windows\\System32\\lsass.exe"), 400};
    const Actor calc{QStringLiteral("C:\\Windows\\System32\\calc.exe"), 500};
    lines.create(0, evil, notepad, QStringLiteral("evil.exe -x"));
    lines.access(1'000, evil, notepad);
    lines.thread(1'000, evil, notepad, QStringLiteral("0x0000000000010000"));
    lines.access(2'000, evil, lsass);
    lines.thread(2'200, evil, lsass, QStringLiteral("0x0000000000020000"));
    lines.access(3'000, evil, calc);
    lines.thread(6'000, evil, calc, QStringLiteral("0x0000000000030000"));
    return lines.text();
}

}  // namespace

class TestHuntPage : public test::WindowFixture {
    Q_OBJECT

    void openEvidence() {
        open(write(QStringLiteral("sysmon.jsonl"), capture()));
        QCOMPARE(workspace().findings()->counts().chains, 3U);
    }

private Q_SLOTS:
    void givingTheFocusChoosesNothing() {
        openEvidence();
        const ChainId chain = workspace().findings()->rows()[workspace().findings()->visible(0, 1).front()].id;
        workspace().selection().setCurrent(chain);
        QTRY_COMPARE(std::get<ChainId>(workspace().selection().current()), chain);
        for (std::size_t i = 0; i < 2 * window_->workbench().specs().size(); ++i) {
            key(Qt::Key_F6);
            QVERIFY(workspace().selection().current() == Item(chain));
        }
        window_->workbench().showView(QStringLiteral("events"), true);
        QVERIFY(workspace().selection().current() == Item(chain));
        key(Qt::Key_Down);  // a key in the list is a choice
        QVERIFY(std::holds_alternative<EventId>(workspace().selection().current()));
    }

    void theCurrentChainIsSelectedInEveryView() {
        openEvidence();
        key(Qt::Key_J);
        key(Qt::Key_J);
        const auto chain = std::get<ChainId>(workspace().selection().current());
        auto* chains = window_->workbench().view(QStringLiteral("chains"))->findChild<QTableView*>();
        const auto* table = qobject_cast<const ChainTable*>(chains->model());
        QCOMPARE(chains->currentIndex().row(), table->rowOf(chain));
        QVERIFY(chains->selectionModel()->isRowSelected(table->rowOf(chain)));
        auto* tree = window_->findChild<ProcessTree*>();
        const auto* model = qobject_cast<const ProcessTreeModel*>(tree->model());
        QCOMPARE(tree->currentIndex(), model->indexOf(chain));
        QVERIFY(tree->selectionModel()->isSelected(tree->currentIndex()));
        const QRect row = tree->visualRect(tree->currentIndex());
        QVERIFY(tree->viewport()->rect().intersects(row));  // scrolled to
    }

    void theNoteOpensWhereItIsWrittenIn() {
        openEvidence();
        key(Qt::Key_J);
        auto* note = window_->workbench().view(QStringLiteral("inspector"))->findChild<QPlainTextEdit*>();
        QVERIFY(note != nullptr && note->isVisible());
        const int closed = note->height();
        note->setFocus();
        QTRY_VERIFY(note->height() > closed);
        QTest::keyClicks(note, QStringLiteral("seen before 1 2 3"));  // digits are text here
        window_->workbench().showView(QStringLiteral("chains"), true);
        QTRY_COMPARE(note->height(), closed);
        QCOMPARE(workspace().note(std::get<ChainId>(workspace().selection().current())), QStringLiteral("seen before 1 2 3"));
    }

    void theReadoutStaysInSight() {
        openEvidence();
        for (const QSize size : {QSize(1280, 800), QSize(1680, 1020), QSize(2560, 1440)}) {
            window_->resize(size);
            window_->workbench().resetLayout();
            QApplication::processEvents();
            QWidget* panel = window_->workbench().view(QStringLiteral("parameters"));
            auto* scroll = panel->findChild<QScrollArea*>();
            const auto labels = panel->findChildren<QLabel*>();
            const auto readout = std::find_if(labels.begin(), labels.end(), [](const QLabel* label) {
                return label->text().contains(QStringLiteral("against"));
            });
            QVERIFY(readout != labels.end());
            QVERIFY(!scroll->isAncestorOf(*readout));
            QVERIFY((*readout)->isVisible() && (*readout)->height() >= (*readout)->fontMetrics().height());
            // Nothing is cut at the right: the controls are as wide as what shows of them.
            QCOMPARE(scroll->widget()->width(), scroll->viewport()->width());
        }
    }

    void aThemeSwitchRecoloursTheCard() {
        openEvidence();
        key(Qt::Key_J);
        QWidget* inspector = window_->workbench().view(QStringLiteral("inspector"));
        const auto coloured = [&](const QColor& colour) {
            int count = 0;
            for (const QLabel* label : inspector->findChildren<QLabel*>()) {
                count += label->isVisible() && label->text().contains(colour.name()) ? 1 : 0;
            }
            return count;
        };
        const QColor dark = theme().text;
        QTRY_VERIFY(coloured(dark) > 0);
        window_->setThemeChoice(MainWindow::ThemeChoice::light, false);
        QTRY_VERIFY(coloured(theme().text) > 0);
        QTRY_COMPARE(coloured(dark), 0);
    }

    void whatTheWindowLostIsSaidInFull() {
        openEvidence();
        const ChainId chain = workspace().findings()->rows()[workspace().findings()->visible(0, 1).front()].id;
        workspace().setParameter(timeWindow(), Nanos{1'000'000});
        QVERIFY(!workspace().lost().empty());
        QWidget* chains = window_->workbench().view(QStringLiteral("chains"));
        QStringList heads;
        for (const ClickStrip* strip : chains->findChildren<ClickStrip*>()) {
            heads += strip->text();
        }
        QVERIFY2(heads.join(QLatin1Char('|')).contains(QStringLiteral("against the starting values")),
                 qPrintable(heads.join(QLatin1Char('|'))));
        // The handle of a chain that became a lone execution is listed: the card must not say that none was recorded.
        for (const std::uint32_t row : workspace().findings()->visible(0, 100)) {
            const Finding& finding = workspace().findings()->rows()[row];
            const auto card = chainCard(workspace(), finding.id);
            QVERIFY(card.has_value());
            for (const auto& [operation, words] : card->missing) {
                const bool listed = std::any_of(card->evidence.begin(), card->evidence.end(), [&](const CardEvidence& e) {
                    return e.operation == operation && e.event != card->anchor;
                });
                QVERIFY2(!listed || !words.contains(QStringLiteral("not recorded")), qPrintable(words));
            }
        }
        workspace().undoStack().undo();
        QVERIFY(workspace().findings()->find(chain).has_value());
        QVERIFY(workspace().lost().empty());
    }
};

QTEST_MAIN(TestHuntPage)
#include "test_hunt_page.moc"
