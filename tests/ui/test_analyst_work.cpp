// What an analyst does with the list: tune and see what changed, let verdicts suggest a window, find events, tag chains,
// see what is hidden and by what. Driven through the window's own widgets.
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolTip>
#include <QUndoStack>
#include <QtTest>
#include <algorithm>

#include "tests/golden/sysmon_lines.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/action_table.h"
#include "ui/shell/import_options.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/status_strip.h"
#include "ui/shell/workbench.h"
#include "ui/viewmodel/chain_table.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::Actor;

namespace {

constexpr Nanos seconds(std::int64_t count) {
    return {count * 1'000'000'000};
}

/// Injections 0 ms, 200 ms, 3 s and 20 s after their access, into a target each.
QByteArray capture() {
    test::SysmonLines lines;
    const Actor evil{QStringLiteral("C:\\Users\\ada\\evil.exe"), 200};
    const char* targets[] = {"notepad", "lsass", "calc", "winword"};
    const int gaps[] = {0, 200, 3'000, 20'000};
    for (int i = 0; i < 4; ++i) {
        const Actor target{QStringLiteral("C:\\Windows\\System32\\%1.exe").arg(QLatin1String(targets[i])), 300 + i};
        lines.access(1'000 * (i + 1), evil, target);
        lines.thread(1'000 * (i + 1) + gaps[i], evil, target, QStringLiteral("0x00000000000%10000").arg(i + 1));
    }
    return lines.text();
}

}  // namespace

class TestAnalystWork : public test::WindowFixture {
    Q_OBJECT

    void openEvidence() {
        open(write(QStringLiteral("sysmon.jsonl"), capture()));
        QCOMPARE(workspace().findings()->counts().chains, 3U);  // at 10 s
    }
    QWidget* view(const char* id) { return window_->workbench().view(QString::fromLatin1(id)); }
    QTableView* chains() { return view("chains")->findChild<QTableView*>(); }
    ChainTable& table() { return *qobject_cast<ChainTable*>(chains()->model()); }
    /// The changes that the list marks, row by row: "+", a minus, or nothing.
    QString changes() {
        QString marks;
        for (int i = 0; i < table().rowCount(); ++i) {
            const QString mark = table().index(i, ChainTable::change).data().toString();
            marks += mark.isEmpty() ? QStringLiteral(".") : mark;
        }
        return marks;
    }
    ChainId into(const QString& target) {
        for (const Finding& finding : workspace().findings()->rows()) {
            if (workspace().imageName(finding.target) == target) {
                return finding.id;
            }
        }
        return {};
    }
    void dragTo(Nanos to) {
        workspace().setParameter(timeWindow(), to, true);
        workspace().setParameter(timeWindow(), to, false);
    }

private Q_SLOTS:
    void theTunePageListsWhatAMoveChanged() {
        openEvidence();
        key(Qt::Key_3, Qt::ControlModifier);
        auto* parts = view("chains")->findChild<SegmentedSwitch*>();
        QVERIFY(parts != nullptr && parts->isVisible());
        QVERIFY(table().part() == ChainTable::Part::all);
        dragTo(seconds(1));
        QCOMPARE(table().count(ChainTable::Part::lost), 1U);
        QCOMPARE(table().count(ChainTable::Part::gained), 0U);
        QCOMPARE(table().count(ChainTable::Part::kept), 2U);
        // The lost chain is a lone execution now: one row, marked.
        QCOMPARE(changes().count(QChar(0x2212)), 1);
        QCOMPARE(changes().count(QLatin1Char('+')), 0);
        QCOMPARE(table().rowCount(), 4);
        parts->setFocus();
        QTest::keyClick(parts, Qt::Key_Right);
        QTest::keyClick(parts, Qt::Key_Right);  // all, gained, lost
        QVERIFY(table().part() == ChainTable::Part::lost);
        QCOMPARE(changes(), QString(QChar(0x2212)));
        QCOMPARE(table().index(0, ChainTable::pair).data().toString().contains(QStringLiteral("calc.exe")), true);
        dragTo(seconds(60));
        QCOMPARE(table().rowCount(), 0);
        QVERIFY(table().emptyText().contains(QStringLiteral("Nothing is lost")));
        QTest::keyClick(parts, Qt::Key_Left);
        QCOMPARE(changes(), QStringLiteral("+"));
        QVERIFY(table().index(0, ChainTable::pair).data().toString().contains(QStringLiteral("winword.exe")));
        QTest::keyClick(parts, Qt::Key_End);
        QVERIFY(table().part() == ChainTable::Part::kept);
        QCOMPARE(changes(), QStringLiteral("..."));
        const auto image = window_->grab();
        QVERIFY(!image.isNull());
        key(Qt::Key_2, Qt::ControlModifier);
        QVERIFY(!parts->isVisible());
        QVERIFY(table().part() == ChainTable::Part::shown);
    }

    void aListOfChangesFollowsEveryMove() {
        openEvidence();
        window_->setLayout(QStringLiteral("tune"));
        table().setPart(ChainTable::Part::all);
        QPersistentModelIndex kept(table().index(0, ChainTable::pair));
        const ChainId id = table().row(0).id;
        const auto sizes = {seconds(1), Nanos{1'000'000}, seconds(60), seconds(86'400), seconds(10), Nanos{150'000'000}};
        for (const Nanos to : sizes) {
            dragTo(to);
            QVERIFY(kept.isValid());
            QCOMPARE(table().row(kept.row()).id, id);
            QCOMPARE(changes().count(QLatin1Char('+')), static_cast<int>(workspace().gained().size()));
            QCOMPARE(changes().count(QChar(0x2212)), static_cast<int>(workspace().lost().size()));
            QCOMPARE(static_cast<int>(table().count(ChainTable::Part::all)), table().rowCount());
            const std::uint32_t all = table().count(ChainTable::Part::all);
            table().setPart(ChainTable::Part::kept);
            QCOMPARE(table().count(ChainTable::Part::all), all);  // whatever is listed
            QCOMPARE(static_cast<int>(table().count(ChainTable::Part::kept)), table().rowCount());
            table().setPart(ChainTable::Part::all);
            kept = QPersistentModelIndex(table().index(table().rowOf(id), ChainTable::pair));
        }
    }

    void verdictsSuggestAWindowThatUndoTakesBack() {
        openEvidence();
        auto* words = view("parameters")->findChild<QLabel*>(QStringLiteral("suggestion"));
        auto* use = view("parameters")->findChild<QPushButton*>(QStringLiteral("useSuggestion"));
        QVERIFY(words != nullptr && use != nullptr && !words->isVisible());
        workspace().selection().setCurrent(into(QStringLiteral("lsass.exe")));
        key(Qt::Key_1);
        QVERIFY(!words->isVisible());  // nothing is refuted yet
        workspace().selection().setCurrent(into(QStringLiteral("calc.exe")));
        key(Qt::Key_2);
        QTRY_VERIFY(words->isVisible());
        QVERIFY2(words->text().contains(QStringLiteral("From 200 ms to below 3 s")), qPrintable(words->text()));
        QVERIFY(words->text().contains(QStringLiteral("1 of 1 false")));
        QVERIFY(use->isVisible());
        QTest::mouseClick(use, Qt::LeftButton);
        QCOMPARE(workspace().parameters().duration(timeWindow()), Nanos{200'000'000});
        QCOMPARE(workspace().verdictTally().trueKept, 1);
        QCOMPARE(workspace().verdictTally().falseGone, 1);
        QTRY_VERIFY(!use->isVisible());  // it is there
        workspace().undoStack().undo();
        QCOMPARE(workspace().parameters().duration(timeWindow()), seconds(10));
        QTRY_VERIFY(use->isVisible());
        // The same two the other way round: nothing loses the false one.
        workspace().setVerdict(into(QStringLiteral("lsass.exe")), Verdict::false_positive);
        workspace().setVerdict(into(QStringLiteral("calc.exe")), Verdict::true_positive);
        QTRY_VERIFY2(words->text().startsWith(QStringLiteral("No window loses")), qPrintable(words->text()));
    }

    void controlFFindsAmongTheEventsListed() {
        openEvidence();
        key(Qt::Key_F, Qt::ControlModifier);
        auto* field = view("events")->findChild<QLineEdit*>(QStringLiteral("findField"));
        auto* state = view("events")->findChild<QLabel*>(QStringLiteral("findState"));
        QVERIFY(field != nullptr && field->isVisible() && field->hasFocus());
        QTest::keyClicks(field, QStringLiteral("lsass"));
        QTest::keyClick(field, Qt::Key_Return);  // before the pause has passed: looked for at once
        QTRY_COMPARE(state->text(), QStringLiteral("1 of 2"));
        const Item first = workspace().selection().current();
        QVERIFY(std::holds_alternative<EventId>(first));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(state->text(), QStringLiteral("2 of 2"));
        QVERIFY(!(workspace().selection().current() == first));
        QTest::keyClick(field, Qt::Key_Return);  // around
        QTRY_COMPARE(state->text(), QStringLiteral("1 of 2"));
        QVERIFY(workspace().selection().current() == first);
        QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
        QTRY_COMPARE(state->text(), QStringLiteral("2 of 2"));
        auto* events = view("events")->findChild<QTableView*>();
        QCOMPARE(events->model()->rowCount(), 8);  // nothing is hidden by looking
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("event_id ="));
        QTRY_COMPARE(state->text(), QStringLiteral("not a filter"));
        QVERIFY(field->property("invalid").toBool() && !field->toolTip().isEmpty());
        field->clear();  // nothing is looked for: nothing is wrong
        QTRY_VERIFY(!field->property("invalid").toBool());
        QVERIFY(state->text().isEmpty() && field->toolTip().isEmpty());
        QTest::keyClicks(field, QStringLiteral("event_id = 8"));
        QTRY_VERIFY2(state->text().contains(QStringLiteral("4")), qPrintable(state->text()));
        // The filter narrows what is found.
        workspace().setFilter(QStringLiteral("target.image ~ calc"));
        workspace().applyFilterNow();
        QTRY_VERIFY2(state->text() == QStringLiteral("1 event") || state->text() == QStringLiteral("1 of 1"),
                     qPrintable(state->text()));
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(!field->isVisible());
        QVERIFY(events->hasFocus());
        key(Qt::Key_F3);  // opens it again and goes on
        QVERIFY(field->isVisible());
    }

    void findingWithoutACaseEnds() {
        key(Qt::Key_F, Qt::ControlModifier);
        auto* field = view("events")->findChild<QLineEdit*>(QStringLiteral("findField"));
        field->setText(QStringLiteral("lsass"));
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_COMPARE(view("events")->findChild<QLabel*>(QStringLiteral("findState"))->text(), QStringLiteral("none"));
    }

    void markupOfEvidenceIsShownAsItStands() {
        const QString markup = QStringLiteral("<img src='file:///etc/hostname'><b>x</b>");
        QToolTip::showText(window_->mapToGlobal(QPoint(20, 20)), markup, window_.get());
        const auto labels = QApplication::allWidgets();
        const auto tip = std::find_if(labels.begin(), labels.end(), [&](const QWidget* one) {
            const auto* label = qobject_cast<const QLabel*>(one);
            return label != nullptr && label->text() == markup;
        });
        QVERIFY(tip != labels.end());
        QVERIFY(qobject_cast<QLabel*>(*tip)->textFormat() == Qt::PlainText);
        QInputDialog question(window_.get());
        question.setLabelText(markup);
        question.show();
        QVERIFY(question.findChild<QLabel*>()->textFormat() == Qt::PlainText);
    }

    void inTheProcessPanelTheSameKeyFindsAProcess() {
        openEvidence();
        window_->workbench().showView(QStringLiteral("process_tree"), true);
        key(Qt::Key_F, Qt::ControlModifier);
        auto* field = view("process_tree")->findChild<QLineEdit*>();
        QVERIFY(field != nullptr && field->isVisible() && field->hasFocus());
        QVERIFY(!view("events")->findChild<QLineEdit*>(QStringLiteral("findField"))->isVisible());
    }

    void tagsAreWordsOfTheNote() {
        QCOMPARE(tagsOf(QStringLiteral("seen #apt29 and #APT29,\n# no #lab")), QStringList({"#apt29", "#APT29,", "#lab"}));
        QCOMPARE(withTags(QStringLiteral("one  two\n#old words"), {QStringLiteral("new"), QStringLiteral("#new")}),
                 QStringLiteral("one  two\nwords\n#new"));
        QCOMPARE(withTags(QStringLiteral("#old"), {}), QString());
        openEvidence();
        const ChainId id = into(QStringLiteral("lsass.exe"));
        workspace().selection().setCurrent(id);
        workspace().setNote(id, QStringLiteral("first seen here"));
        key(Qt::Key_T);
        auto* dialog = window_->findChild<QInputDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        dialog->setTextValue(QStringLiteral("apt29 lab"));
        dialog->accept();
        QCOMPARE(workspace().note(id), QStringLiteral("first seen here\n#apt29 #lab"));
        QCOMPARE(table().tags(table().rowOf(id)), QStringList({"#apt29", "#lab"}));
        QVERIFY(table().index(table().rowOf(id), ChainTable::pair).data().toString().endsWith(QStringLiteral("#apt29 #lab")));
        workspace().undoStack().undo();
        QCOMPARE(workspace().note(id), QStringLiteral("first seen here"));
    }

    void everyRuleSaysWhatItHides() {
        openEvidence();
        workspace().suppress(QStringLiteral("evil.exe"), QStringLiteral("lsass.exe"), QStringLiteral("first"));
        QTRY_COMPARE(workspace().findings()->counts().chains, 2U);
        workspace().suppress(QStringLiteral("*"), QStringLiteral("*"), QStringLiteral("second"));
        QTRY_COMPARE(workspace().findings()->counts().chains, 0U);
        QCOMPARE(workspace().findings()->hidden_by_rule(), std::vector<std::uint32_t>({1, 4}));
        window_->workbench().showView(QStringLiteral("case"), true);
        const auto says = [this](const QString& words) {
            const auto labels = view("case")->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text().contains(words); });
        };
        QTRY_VERIFY(says(QStringLiteral("hides 1 now")));
        QVERIFY(says(QStringLiteral("hides 4 now")));
    }

    void whatAParameterLeavesOutIsCounted() {
        openEvidence();
        const ParameterSpec& list = *workspace().analytic().parameter("InjectedProcessList");
        workspace().setParameter(list, NameListValue{{"lsass.exe"}, true});
        QTRY_COMPARE(workspace().findings()->counts().chains, 1U);
        QCOMPARE(workspace().findings()->counts().left_out, 3U);  // two chains, and one that is lone at 10 s
        const auto labels = window_->findChild<StatusStrip*>()->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->text().contains(QStringLiteral("3 left out by a parameter"));
        }));
        dragTo(seconds(60));
        QCOMPARE(workspace().findings()->counts().left_out, 3U);
        workspace().setParameter(list, NameListValue{{"nothing.exe"}, true});
        QTRY_COMPARE(workspace().findings()->counts().left_out, 4U);
        QVERIFY(table().emptyText().contains(QStringLiteral("leaves 4 finding(s) out")));
    }

    void optionsAreAskedOnRequestOnly() {
        window_->actionTable().find(QStringLiteral("file.openWithOptions"))->trigger();
        auto* dialog = window_->findChild<ImportOptionsDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QVERIFY(dialog->hints().host.empty());
        QCOMPARE(dialog->hints().zone_minutes, 0);
        QVERIFY(!dialog->hints().recover_slack);
        dialog->findChild<QLineEdit*>(QStringLiteral("importHost"))->setText(QStringLiteral(" WS07 "));
        auto* zone = dialog->findChild<QComboBox*>(QStringLiteral("importZone"));
        zone->setCurrentIndex(zone->findText(QString::fromUtf8("UTC\u221203:30")));
        dialog->findChild<QCheckBox*>(QStringLiteral("importSlack"))->setChecked(true);
        QCOMPARE(dialog->hints().host, std::string("WS07"));
        QCOMPARE(dialog->hints().zone_minutes, -210);
        QVERIFY(dialog->hints().recover_slack);
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(window_->findChild<ImportOptionsDialog*>() == nullptr);
        openEvidence();  // a file given is imported without a question
        QVERIFY(window_->findChild<ImportOptionsDialog*>() == nullptr);
    }
};

QTEST_MAIN(TestAnalystWork)
#include "test_analyst_work.moc"
