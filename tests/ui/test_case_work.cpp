// Import with its panel, the query console, hiding rules and bookmarks, driven through the window's own widgets.
#include <QApplication>
#include <QPlainTextEdit>
#include <QLabel>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QUndoStack>
#include <QtTest>

#include "core/store/case_file.h"
#include "tests/golden/sysmon_lines.h"
#include "tests/ui/window_fixture.h"
#include "ui/shell/action_table.h"
#include "ui/shell/banner.h"
#include "ui/shell/import_panel.h"
#include "ui/shell/workbench.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::Actor;

namespace {

QByteArray capture() {
    test::SysmonLines lines;
    const Actor evil{QStringLiteral("C:\\Users\\ada\\evil.exe"), 200};
    const Actor notepad{QStringLiteral("C:\\Windows\\System32\\notepad.exe"), 300};
    const Actor lsass{QStringLiteral("C:\\Windows\\System32\\lsass.exe"), 400};
    lines.access(1'000, evil, notepad);
    lines.thread(1'200, evil, notepad, QStringLiteral("0x0000000000010000"));
    lines.access(2'000, evil, lsass);
    lines.thread(2'200, evil, lsass, QStringLiteral("0x0000000000020000"));
    return lines.text();
}

}  // namespace

class TestCaseWork : public test::WindowFixture {
    Q_OBJECT

    void openEvidence() { open(write(QStringLiteral("sysmon.jsonl"), capture())); }
    QWidget* show(const char* id) {
        const QString view = QString::fromLatin1(id);
        window_->workbench().showView(view, true);
        return window_->workbench().view(view);
    }
    /// The visible button of that accessible name.
    static QPushButton* button(QWidget* of, const QString& name) {
        for (QPushButton* one : of->findChildren<QPushButton*>()) {
            if (one->isVisible() && one->accessibleName().contains(name)) {
                return one;
            }
        }
        return nullptr;
    }
    static bool says(QWidget* of, const QString& words) {
        for (const QLabel* label : of->findChildren<QLabel*>()) {
            if (label->isVisible() && label->text().contains(words)) {
                return true;
            }
        }
        return false;
    }

private Q_SLOTS:
    void anImportIsPausedAndGoesOn() {
        auto* panel = window_->findChild<ImportPanel*>();
        QVERIFY(panel != nullptr && !panel->isVisible());
        auto* pause = panel->findChild<QPushButton*>(QStringLiteral("importPause"));
        // As soon as the import is announced, before its worker begins: it stops at its first word.
        connect(&workspace(), &Workspace::importChanged, panel, [pause] { QTest::mouseClick(pause, Qt::LeftButton); },
                Qt::SingleShotConnection);
        window_->openPaths({write(QStringLiteral("one.jsonl"), capture()), write(QStringLiteral("two.jsonl"), capture() + capture())});
        QVERIFY(panel->isVisible());
        QVERIFY(workspace().importState()->paused);
        QVERIFY(says(panel, QStringLiteral("paused")));
        QTRY_VERIFY_WITH_TIMEOUT(workspace().importState()->progress.total_bytes > 0, 20'000);  // told, and held there
        QVERIFY(workspace().importState());
        QVERIFY(!workspace().hasCase());
        QTest::mouseClick(pause, Qt::LeftButton);
        waitUntilFound();
        QVERIFY(!panel->isVisible());
        QCOMPARE(workspace().info().sources.size(), std::size_t{2});
    }

    void aCancelledImportLeavesNothing() {
        auto* panel = window_->findChild<ImportPanel*>();
        connect(&workspace(), &Workspace::importChanged, panel,
                [this] { window_->actionTable().find(QStringLiteral("file.pauseImport"))->trigger(); }, Qt::SingleShotConnection);
        window_->openPaths({write(QStringLiteral("one.jsonl"), capture())});
        QVERIFY(workspace().importState()->paused);
        QSignalSpy ended(&workspace(), &Workspace::importCancelled);
        QTest::mouseClick(panel->findChild<QPushButton*>(QStringLiteral("importCancel")), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 10'000);
        QTRY_VERIFY(!workspace().isBusy());
        QVERIFY(!workspace().hasCase());
        QVERIFY(!panel->isVisible());
        QVERIFY(window_->banner().isVisible());
        QVERIFY(window_->banner().message().contains(QStringLiteral("cancelled")));
        QVERIFY(QDir(Workspace::unsavedFolder()).entryList({QStringLiteral("*.importing*")}, QDir::Files).isEmpty());
    }

    void aFailureIsNotToldAsTheImportBefore() {
        openEvidence();
        const auto events = workspace().info().events;
        QSignalSpy ended(&workspace(), &Workspace::importFinished);
        window_->openPaths({write(QStringLiteral("notes.docx"), "just words")});
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 10'000);
        QTRY_VERIFY(!workspace().isBusy());
        QVERIFY2(window_->banner().message().contains(QStringLiteral("notes.docx")), qPrintable(window_->banner().message()));
        QCOMPARE(workspace().info().events, events);
    }

    void theConsoleReadsAndOnlyReads() {
        openEvidence();
        QWidget* view = show("query");
        auto* text = view->findChild<QPlainTextEdit*>();
        auto* table = view->findChild<QTableView*>();
        QVERIFY(text != nullptr && table != nullptr && text->hasFocus());
        QTest::keyClicks(text, QStringLiteral("SELECT source_pid, target_pid FROM v_chain_evidence WHERE role = 'execute' ORDER BY time_ns"));
        QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, 10'000);
        QCOMPARE(table->model()->index(0, 0).data().toString(), QStringLiteral("200"));
        QCOMPARE(table->model()->index(1, 1).data().toString(), QStringLiteral("400"));
        QCOMPARE(table->model()->headerData(1, Qt::Horizontal).toString(), QStringLiteral("target_pid"));
        text->setPlainText(QStringLiteral("DELETE FROM verdict"));
        QTest::mouseClick(button(view, QStringLiteral("Run")), Qt::LeftButton);
        QLabel* state = nullptr;
        for (QLabel* label : view->findChildren<QLabel*>()) {
            state = label;
        }
        QVERIFY(state != nullptr);
        QTRY_COMPARE_WITH_TIMEOUT(state->property("role").toString(), QStringLiteral("negative"), 10'000);
        QCOMPARE(table->model()->rowCount(), 2);  // the answer before stays
    }

    void theConsoleSaysWhatItCuts() {
        openEvidence();
        QWidget* view = show("query");
        auto* text = view->findChild<QPlainTextEdit*>();
        const auto run = [&](const QString& sql) {
            text->setPlainText(sql);
            QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
        };
        run(QStringLiteral("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"));
        QTRY_VERIFY_WITH_TIMEOUT(says(view, QStringLiteral("there are more than")), 10'000);
        run(QStringLiteral("SELECT printf('%.*c', 5000000, 'x')"));
        QTRY_VERIFY_WITH_TIMEOUT(says(view, QStringLiteral("1 value is longer than 4 MiB")), 10'000);
        const auto* table = view->findChild<QTableView*>();
        QVERIFY(table->model()->index(0, 0).data().toString().size() < 5000);
        run(QStringLiteral("SELECT 1") + QStringLiteral(", 1").repeated(200));
        QTRY_VERIFY_WITH_TIMEOUT(says(view, QStringLiteral("201 columns: the first 200")), 10'000);
        QCOMPARE(table->model()->columnCount(), 200);
        run(QStringLiteral("SELECT randomblob(1000000000)"));
        QTRY_VERIFY_WITH_TIMEOUT(says(view, QStringLiteral("longer than 16 MiB")), 10'000);
    }

    void theReferenceOfTheChainsRuns() {
        openEvidence();
        QWidget* view = show("query");
        auto* starts = view->findChild<QComboBox*>();
        auto* table = view->findChild<QTableView*>();
        const int at = starts->findText(QStringLiteral("access-led as SQL"), Qt::MatchContains);
        QVERIFY(at > 0);
        starts->setCurrentIndex(at);
        Q_EMIT starts->activated(at);
        QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 2, 10'000);  // as many chains as the window shows
        QCOMPARE(workspace().findings()->counts().chains, 2U);
        for (int i = 1; i < starts->count(); ++i) {
            view->findChild<QPlainTextEdit*>()->clear();
            Q_EMIT starts->activated(i);
            QTRY_VERIFY_WITH_TIMEOUT(says(view, QStringLiteral(" in ")), 10'000);
        }
    }

    void aRuleIsListedRevokedAndRestored() {
        openEvidence();
        QWidget* view = show("case");
        QTRY_VERIFY(says(view, QStringLiteral("sysmon.jsonl")));
        QVERIFY(says(view, QStringLiteral("none rejected")));
        workspace().suppress(QStringLiteral("evil.exe"), QStringLiteral("lsass.exe"), QStringLiteral("our own test"));
        QTRY_COMPARE(workspace().findings()->counts().chains, 1U);
        QTRY_VERIFY(says(view, QStringLiteral("our own test")));
        QTRY_VERIFY(says(view, QStringLiteral("1 row is hidden")));
        QPushButton* revoke = nullptr;
        QTRY_VERIFY((revoke = button(view, QStringLiteral("Revoke the rule"))) != nullptr);
        QTest::mouseClick(revoke, Qt::LeftButton);
        QTRY_COMPARE(workspace().findings()->counts().chains, 2U);
        QPushButton* restore = nullptr;
        QTRY_VERIFY((restore = button(view, QStringLiteral("Restore the rule"))) != nullptr);
        QTest::mouseClick(restore, Qt::LeftButton);
        QTRY_COMPARE(workspace().findings()->counts().chains, 1U);
        workspace().undoStack().undo();
        QTRY_COMPARE(workspace().findings()->counts().chains, 2U);
    }

    void lookingAtACaseLeavesItsLogAsItWas() {
        openEvidence();
        const QString path = workspace().caseFile();
        const auto lines = [&] {
            auto file = CaseFile::open(path.toStdString(), CaseFile::Mode::read_only);
            return file.ok() ? file.value()->log().value().size() : std::size_t{0};
        };
        const std::size_t before = lines();
        QVERIFY(before > 0);
        workspace().closeCase();
        open(path);
        workspace().closeCase();
        QTRY_VERIFY(!workspace().isBusy());
        QCOMPARE(lines(), before);
        open(path);
        workspace().setParameter(timeWindow(), Nanos{100'000'000});
        workspace().closeCase();
        QTRY_COMPARE(lines(), before + 1);  // a change is one line
        open(path);
        QCOMPARE(workspace().findings()->counts().chains, 0U);  // and it was kept: both gaps are 200 ms
    }

    void aBookmarkIsSetByKeyKeptAndUndone() {
        openEvidence();
        QWidget* events = show("events");
        auto* table = events->findChild<QTableView*>();
        const QRect row = table->visualRect(table->model()->index(1, 0));
        QTest::mouseClick(table->viewport(), Qt::LeftButton, Qt::NoModifier, row.center());
        QVERIFY(std::holds_alternative<EventId>(workspace().selection().current()));
        const EventId id = std::get<EventId>(workspace().selection().current());
        QTest::keyClick(table, Qt::Key_B);
        QVERIFY(workspace().isBookmarked(id));
        QWidget* view = show("case");
        QPushButton* go = nullptr;
        QTRY_VERIFY((go = button(view, QStringLiteral("Go to"))) != nullptr);
        workspace().selection().setCurrent(ProcessId{0});
        QTest::mouseClick(go, Qt::LeftButton);
        QCOMPARE(std::get<EventId>(workspace().selection().current()), id);
        const QString path = workspace().caseFile();
        QTRY_VERIFY(!workspace().isBusy());
        workspace().openCase(path);
        QTRY_VERIFY(workspace().isBusy() || workspace().columns());
        waitUntilFound();
        QVERIFY(workspace().isBookmarked(id));
        workspace().setBookmark(id, false);
        workspace().undoStack().undo();
        QVERIFY(workspace().isBookmarked(id));
    }
};

QTEST_MAIN(TestCaseWork)
#include "test_case_work.moc"
