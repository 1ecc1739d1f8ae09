// Tables of chains, events and coverage over made captures: consistent under QAbstractItemModelTester, and true to the
// engine while the window moves.

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QtTest>

#include "core/base/text.h"
#include "tests/support/hunt_capture.h"
#include "core/store/event_filter.h"
#include "ui/viewmodel/chain_table.h"
#include "ui/viewmodel/coverage_table.h"
#include "ui/viewmodel/filter_example.h"
#include "ui/viewmodel/event_table.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"

using namespace trocar;
using namespace trocar::ui;

namespace {

const ParameterSpec& windowOf(const Workspace& workspace) {
    return *workspace.analytic().parameter("TimeWindow");
}

bool loaded(Workspace& workspace, const test::BuiltCapture& data) {
    QSignalSpy ready(&workspace, &Workspace::findingsChanged);
    workspace.setCapture(data.capture, data.columns);
    return workspace.findings() != nullptr || ready.wait(20'000);
}

}  // namespace

class TestViewModels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void chainsEqualTheEngine();
    void chainsFollowTheWindow();
    void selectionFollowsItsChain();
    void lostIsListed();
    void emptyListSaysWhy();
    void eventsEqualTheColumns();
    void hostileTextIsMadeVisible();
    void coverageIsAMatrix();
    void cardOfAChain();
    void evidenceReadsAsText();
    void vanishingFitsNarrowColumns();
    void cardOfAProcess();
    void missingCoverageIsNamed();
    void aBlindChannelNamesItsRule();
    void filterExamplesFitTheSystem();
};

void TestViewModels::chainsEqualTheEngine() {
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const FindingView& view = *workspace.findings();
    const auto rows = view.visible(0, view.rows().size());
    QCOMPARE(table.rowCount(), static_cast<int>(rows.size()));
    QVERIFY(table.rowCount() >= 3);
    for (int i = 0; i < table.rowCount(); ++i) {
        const Finding& f = view.rows()[rows[static_cast<std::size_t>(i)]];
        QCOMPARE(table.row(i).id, f.id);
        QCOMPARE(table.row(i).confidence, static_cast<int>(f.confidence));
        QCOMPARE(table.rowOf(f.id), i);
        for (int c = 0; c < ChainTable::columnCount_; ++c) {
            QVERIFY(table.data(table.index(i, c), Qt::DisplayRole).isValid());
        }
    }
}

void TestViewModels::chainsFollowTheWindow() {
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QSignalSpy resets(&table, &QAbstractItemModel::modelReset);
    for (const std::int64_t ms : {1, 100, 3'281, 3'282, 10'000, 60'000, 2, 86'400'000}) {
        workspace.setParameter(windowOf(workspace), Nanos{ms * 1'000'000});
        const FindingView& view = *workspace.findings();
        const auto rows = view.visible(0, view.rows().size());
        QCOMPARE(table.rowCount(), static_cast<int>(rows.size()));
        for (int i = 0; i < table.rowCount(); ++i) {
            QCOMPARE(table.row(i).id, view.rows()[rows[static_cast<std::size_t>(i)]].id);
            QCOMPARE(table.row(i).kind, view.rows()[rows[static_cast<std::size_t>(i)]].kind);
        }
    }
    QCOMPARE(resets.size(), 0);  // a window move never resets: selection and scroll position stay
}

void TestViewModels::selectionFollowsItsChain() {
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QItemSelectionModel selection(&table);
    int slow = -1;
    for (int i = 0; i < table.rowCount(); ++i) {
        slow = table.row(i).folded > 1 ? i : slow;
    }
    QVERIFY(slow >= 0);
    const ChainId id = table.row(slow).id;
    const QPersistentModelIndex kept = table.index(slow, ChainTable::pair);
    workspace.setParameter(windowOf(workspace), Nanos{1'000'000});  // the chain becomes a lone execution
    QVERIFY(kept.isValid());
    QCOMPARE(table.row(kept.row()).id, id);
    QCOMPARE(table.row(kept.row()).kind, FindingKind::lone);
    workspace.setParameter(windowOf(workspace), Nanos{10'000'000'000});
    QVERIFY(kept.isValid());
    QCOMPARE(table.row(kept.row()).id, id);
    QCOMPARE(table.row(kept.row()).kind, FindingKind::chain);
}

void TestViewModels::lostIsListed() {
    Workspace workspace{ImporterList{}};
    ChainTable lost(workspace, ChainTable::Which::lost);
    const QAbstractItemModelTester tester(&lost, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QCOMPARE(lost.rowCount(), 0);
    workspace.setParameter(windowOf(workspace), Nanos{1'000'000});
    QCOMPARE(lost.rowCount(), static_cast<int>(workspace.lost().size()));
    QVERIFY(lost.rowCount() > 0);
    QVERIFY(lost.row(0).known);
    QVERIFY(chainsTitle(workspace).contains(QChar(0x2212)));
}

void TestViewModels::emptyListSaysWhy() {
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    QVERIFY(!table.emptyText().isEmpty());
    QVERIFY(loaded(workspace, test::capture_from_text("process a.exe 1\nprocess b.exe 2\n1.0 ProcessAccess 1 2 0x1fffff\n")));
    QCOMPARE(table.rowCount(), 0);
    QVERIFY(table.emptyText().contains(QStringLiteral("CreateRemoteThread")));
}

void TestViewModels::eventsEqualTheColumns() {
    Workspace workspace{ImporterList{}};
    EventTable table(workspace);
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    const auto data = test::hunt_capture();
    QVERIFY(loaded(workspace, data));
    QCOMPARE(table.rowCount(), static_cast<int>(data.columns->size()));
    for (int i = 0; i < table.rowCount(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        QCOMPARE(table.idAt(i), data.columns->id[at]);
        QCOMPARE(table.rowOf(data.columns->id[at]), i);
        QCOMPARE(table.text(i, EventTable::time), workspace.timeText(data.columns->time[at]));
        QCOMPARE(table.text(i, EventTable::source), data.columns->actor[at].none() ? QString() : workspace.processLabel(data.columns->actor[at]));
    }
    QCOMPARE(table.rowOf(EventId{1'000'000}), -1);
    const QString text = table.rowText(0);
    QCOMPARE(text.count(QLatin1Char('\t')), static_cast<qsizetype>(EventTable::columnCount_ - 1));
}

void TestViewModels::hostileTextIsMadeVisible() {
    Workspace workspace{ImporterList{}};
    EventTable table(workspace);
    test::CaptureBuilder builder;
    const ProcessId p = builder.process("C:\\evil\xe2\x80\xae" "exe.txt", 4);
    builder.event({1}, Operation::registry, p, {}, 0, "a\nb\x1b[31m<b>bold</b>");
    QVERIFY(loaded(workspace, builder.build()));
    QVERIFY(!table.text(0, EventTable::source).contains(QChar(0x202e)));
    QVERIFY(!table.text(0, EventTable::detail).contains(QLatin1Char('\n')));
    QVERIFY(!table.text(0, EventTable::detail).contains(QChar(0x1b)));
    QCOMPARE(visibleLines("a\r\nb\xe2\x80\xae\n", 100), QStringLiteral("a\nb\\u{202E}\n"));
    QVERIFY(visibleLines(std::string(1000, 'x'), 10).startsWith(QStringLiteral("xxxxxxxxxx\n")));
}

void TestViewModels::coverageIsAMatrix() {
    Workspace workspace{ImporterList{}};
    CoverageTable table(workspace);
    const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QCOMPARE(table.columnCount(), 2);
    const auto rows = coverage(*workspace.capture(), workspace.analytic());
    QCOMPARE(table.rowCount(), static_cast<int>(rows.size()));
    int absent = 0;
    for (int i = 0; i < table.rowCount(); ++i) {
        QVERIFY(table.cell(i, 1) != nullptr);
        absent += CoverageTable::stateOf(*table.cell(i, 1)) == CoverageTable::State::absent ? 1 : 0;
    }
    QVERIFY(absent > 0);  // no ETW in it
    const auto notes = table.notes();
    QVERIFY(!notes.empty());
    QCOMPARE(notes.front().state, CoverageTable::State::absent);
}

void TestViewModels::cardOfAChain() {
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    int slow = -1;
    for (int i = 0; i < table.rowCount(); ++i) {
        slow = table.row(i).folded > 1 ? i : slow;
    }
    QVERIFY(slow >= 0);
    const auto card = chainCard(workspace, table.row(slow).id);
    QVERIFY(card);
    QCOMPARE(card->source, QStringLiteral("powershell.exe 6008"));
    QCOMPARE(card->target, QStringLiteral("notepad.exe 2576"));
    QVERIFY(!card->anchor.none());
    QStringList heads, gaps;
    for (const CardEvidence& e : card->evidence) {
        if (e.witness) {
            heads += e.head;
        }
        if (!e.gapAfter.isEmpty()) {
            gaps += e.gapAfter;
        }
    }
    QCOMPARE(heads, (QStringList{QStringLiteral("ProcessAccess"), QStringLiteral("CreateRemoteThread \u00d788")}));
    QCOMPARE(gaps.size(), 1);
    QVERIFY(gaps.front().startsWith(QStringLiteral("+3.282 s")));
    int sum = 0;
    for (const auto& [points, words] : card->addends) {
        QVERIFY(!words.isEmpty());
        sum += points.startsWith(QLatin1Char('+')) ? points.mid(1).toInt() : -points.mid(1).toInt();
    }
    QCOMPARE(std::clamp(sum, 0, 100), table.row(slow).confidence);
    QVERIFY(!chainCard(workspace, ChainId{1, 2}));
}

void TestViewModels::evidenceReadsAsText() {
    Workspace workspace{ImporterList{}};
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const Finding finding = workspace.findings()->rows()[workspace.findings()->visible(0, 1).front()];
    const QString text = evidenceText(workspace, finding.id);
    const auto card = chainCard(workspace, finding.id);
    QVERIFY(card.has_value());
    QVERIFY(text.startsWith(card->source + QStringLiteral(" \u2192 ") + card->target));
    QVERIFY(text.contains(card->sentence));
    QVERIFY(text.contains(QString::fromStdString(format_chain_id(finding.id))));
    QVERIFY(text.contains(workspace.timeFormat().zoneName));  // a stamp without its zone is no evidence
    qsizetype witnesses = 0;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        witnesses += line.startsWith(QLatin1String("* ")) ? 1 : 0;
    }
    qsizetype drawn = 0;
    for (const Evidence& e : workspace.findings()->explain(finding).evidence) {
        drawn += e.witness ? 1 : 0;
    }
    QVERIFY(drawn >= 2);
    QCOMPARE(witnesses, drawn);
    QVERIFY(evidenceText(workspace, ChainId{}).isEmpty());
}

void TestViewModels::vanishingFitsNarrowColumns() {
    QCOMPARE(shorterVanishes(QStringLiteral("TimeWindow < 3.1 s")), QStringList{QStringLiteral("< 3.1 s")});
    QCOMPARE(shorterVanishes(QStringLiteral("execution only: a chain from TimeWindow 41 s")),
             QStringList{QStringLiteral("a chain from 41 s")});
    QCOMPARE(shorterVanishes(QStringLiteral("AccessMask requires TERMINATE")), QStringList{QStringLiteral("requires TERMINATE")});
    QCOMPARE(shorterVanishes(QStringLiteral("damped: kernel start address")), QStringList{QStringLiteral("kernel start address")});
    QVERIFY(shorterVanishes(QStringLiteral("something else")).isEmpty());
    // Every statement of a real list gets shorter by its head only: the value at its end stays.
    Workspace workspace{ImporterList{}};
    ChainTable table(workspace, ChainTable::Which::visible);
    QVERIFY(loaded(workspace, test::hunt_capture()));
    for (int i = 0; i < table.rowCount(); ++i) {
        const QString full = table.row(i).vanishes;
        for (const QString& words : shorterVanishes(full)) {
            QVERIFY2(full.endsWith(words.mid(words.lastIndexOf(QLatin1Char(' ')) + 1)) || full.startsWith(words), qPrintable(full));
        }
    }
}

void TestViewModels::cardOfAProcess() {
    Workspace workspace{ImporterList{}};
    QVERIFY(loaded(workspace, test::hunt_capture()));
    const auto& lives = workspace.capture()->processes.lives;
    for (std::uint32_t i = 0; i < lives.size(); ++i) {
        if (lives[i].pid == 6008) {
            const ProcessCard card = processCard(workspace, ProcessId{i});
            QCOMPARE(card.title, QStringLiteral("powershell.exe 6008"));
            QCOMPARE(card.chains.size(), std::size_t{1});
            QCOMPARE(card.chains.front().text, QStringLiteral("\u2192 notepad.exe 2576"));
        }
    }
    QVERIFY(processCard(workspace, ProcessId{9999}).facts.empty());
}

void TestViewModels::missingCoverageIsNamed() {
    Workspace workspace{ImporterList{}};
    QVERIFY(loaded(workspace, test::hunt_capture()));
    QCOMPARE(missingCoverage(workspace), QString());
    QVERIFY(loaded(workspace, test::capture_from_text("process a.exe 1\nprocess b.exe 2\n1.0 CreateRemoteThread 1 2 0x1000\n")));
    QTRY_VERIFY(missingCoverage(workspace).contains(QStringLiteral("access")));
}

void TestViewModels::aBlindChannelNamesItsRule() {
    const std::string attach = "process /usr/sbin/srv 5\nprocess /tmp/inj 7\n1.0 PtraceAttach 7 5 0x10\n";
    const QString rule = QStringLiteral("\nauditd: -a always,exit -F arch=b64 -S process_vm_writev -k vm_write; ");
    for (const bool recorded : {false, true}) {
        Workspace workspace{ImporterList{}};
        CoverageTable table(workspace);
        QVERIFY(loaded(workspace, test::capture_from_text(attach + (recorded ? "2.0 ProcessVmWritev 7 5 8\n" : ""))));
        QCOMPARE(QString::fromUtf8(workspace.analytic().id.data()), QStringLiteral("AN1400"));
        QString words;
        for (const CoverageTable::Note& note : table.notes()) {
            words += note.words + QLatin1Char('\n');
        }
        QCOMPARE(words.contains(rule), !recorded);
        QCOMPARE(words.contains(QStringLiteral("The write step is blind for process_vm_writev")), !recorded);
        QVERIFY(words.contains(QStringLiteral("Tracee: --events memfd_create\n")));
    }
}

void TestViewModels::filterExamplesFitTheSystem() {
    for (const Analytic& analytic : builtin_analytics()) {
        const QString example = filterExample(analytic);
        QVERIFY2(EventFilter::parse(example.toStdString()).ok(), qPrintable(example));
        QCOMPARE(example.contains(QStringLiteral("lsass")), analytic.system == "Windows");
    }
}

QTEST_GUILESS_MAIN(TestViewModels)
#include "test_view_models.moc"
