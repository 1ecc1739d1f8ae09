#include <QSignalSpy>
#include <QUndoStack>
#include <QtTest>

#include "tests/ui/injections.h"
#include "ui/viewmodel/rate_meter.h"
#include "ui/viewmodel/workspace.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::CaptureBuilder;

namespace {

const ParameterSpec& timeWindow(const Workspace& workspace) {
    return *workspace.analytic().parameter("TimeWindow");
}

UtcNanos at(std::int64_t milliseconds) {
    return shifted(CaptureBuilder().origin(), test::ms(milliseconds));
}

/// Three injections whose gaps are 10 ms, 1 s and 100 s.
void showThree(Workspace& workspace) {
    CaptureBuilder made;
    const ProcessId a = made.process("C:\\a.exe", 100);
    const ProcessId b = made.process("C:\\b.exe", 200);
    const ProcessId c = made.process("C:\\c.exe", 300);
    test::injection(made, 0, 10, a, b);
    test::injection(made, 5'000, 1'000, b, c);
    test::injection(made, 10'000, 100'000, a, c);
    const auto built = made.build();
    QSignalSpy found(&workspace, &Workspace::findingsChanged);
    workspace.setCapture(built.capture, built.columns);
    QTRY_VERIFY(workspace.findings() != nullptr);
}

}  // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void correlatesWhatItIsGiven() {
        Workspace workspace({});
        showThree(workspace);
        QCOMPARE(workspace.findings()->counts().chains, 2U);  // the default window is 10 s
        QVERIFY(workspace.hasCase());
        QVERIFY(workspace.casePath().isEmpty());
    }

    void aProcessKnownByNameAloneHasNoNumber() {
        CaptureBuilder made;
        const ProcessId named = made.process("/usr/local/bin/tool", 0);
        const ProcessId numbered = made.process("/usr/bin/sudo", 44);
        test::injection(made, 0, 10, numbered, named);
        const auto built = made.build();
        Workspace workspace({});
        workspace.setCapture(built.capture, built.columns);
        QCOMPARE(workspace.processLabel(named), QStringLiteral("tool"));
        QCOMPARE(workspace.processLabel(numbered), QStringLiteral("sudo 44"));
    }

    void eachAnalyticHasItsOwnParameters() {
        Workspace workspace({});
        showThree(workspace);
        QCOMPARE(workspace.analytic().id, std::string_view("AN1399"));
        workspace.setParameter(timeWindow(workspace), Nanos{200'000'000'000});
        QSignalSpy changed(&workspace, &Workspace::analyticChanged);
        workspace.chooseAnalytic("AN1400");
        QCOMPARE(changed.count(), 1);
        QCOMPARE(workspace.analytic().id, std::string_view("AN1400"));
        QCOMPARE(workspace.parameters().duration(timeWindow(workspace)), Nanos{300'000'000'000});
        QTRY_VERIFY(workspace.findings() != nullptr);
        QCOMPARE(workspace.findings()->counts().chains, 0U);
        workspace.setParameter(timeWindow(workspace), Nanos{1'000'000'000});
        workspace.chooseAnalytic("AN1401 or whatever");  // not one: nothing happens
        QCOMPARE(changed.count(), 1);
        workspace.undoStack().undo();  // the move
        QCOMPARE(workspace.parameters().duration(timeWindow(workspace)), Nanos{300'000'000'000});
        workspace.undoStack().undo();  // the choice
        QCOMPARE(workspace.analytic().id, std::string_view("AN1399"));
        QTRY_VERIFY(workspace.findings() != nullptr);
    }

    void aLinuxCaptureOpensWithItsAnalytic() {
        Workspace workspace({});
        CaptureBuilder made("web01");
        const ProcessId a = made.process("/tmp/inj", 400);
        const ProcessId b = made.process("/usr/sbin/nginx", 319);
        constexpr std::uint32_t kLinux = signal_flag::kLinux;
        made.event(test::ms(0), Operation::ptrace_attach, a, b, 0x10, "", kLinux | linux_flag::kAttach);
        made.event(test::ms(50), Operation::ptrace_write, a, b, 0x7f00, "", kLinux | linux_flag::kPoke);
        const auto built = made.build();
        workspace.setCapture(built.capture, built.columns);
        QCOMPARE(workspace.analytic().id, std::string_view("AN1400"));
        QTRY_VERIFY(workspace.findings() != nullptr);
        QCOMPARE(workspace.findings()->counts().chains, 1U);
    }

    void answersAWindowMoveBeforeItReturns() {
        Workspace workspace({});
        showThree(workspace);
        QSignalSpy moved(&workspace, &Workspace::windowMoved);
        QSignalSpy found(&workspace, &Workspace::findingsChanged);
        workspace.setParameter(timeWindow(workspace), Nanos{200'000'000'000});
        QCOMPARE(moved.count(), 1);
        QCOMPARE(workspace.findings()->counts().chains, 3U);
        QCOMPARE(workspace.gained().size(), std::size_t{1});
        QVERIFY(workspace.lost().empty());
        workspace.setParameter(timeWindow(workspace), Nanos{10'000'000});
        QCOMPARE(workspace.findings()->counts().chains, 1U);  // the limit itself is inside
        QCOMPARE(workspace.lost().size(), std::size_t{1});
        workspace.setParameter(timeWindow(workspace), Nanos{9'999'999});
        QCOMPARE(workspace.findings()->counts().chains, 0U);
        QCOMPARE(found.count(), 0);
    }

    void aDragIsOneStepBack() {
        Workspace workspace({});
        showThree(workspace);
        const ParameterSpec& spec = timeWindow(workspace);
        for (std::int64_t s = 11; s <= 60; ++s) {
            workspace.setParameter(spec, Nanos{s * 1'000'000'000}, true);
        }
        workspace.setParameter(spec, Nanos{60'000'000'000}, false);  // let go
        QCOMPARE(workspace.undoStack().count(), 1);
        workspace.setParameter(spec, Nanos{70'000'000'000}, true);  // another drag
        QCOMPARE(workspace.undoStack().count(), 2);
        workspace.setParameter(spec, Nanos{70'000'000'000}, false);
        workspace.undoStack().undo();
        QCOMPARE(workspace.parameters().duration(spec).count, 60'000'000'000);
        workspace.undoStack().undo();
        QCOMPARE(workspace.parameters().duration(spec).count, 10'000'000'000);
        QCOMPARE(workspace.findings()->counts().chains, 2U);
        workspace.undoStack().redo();
        QCOMPARE(workspace.parameters().duration(spec).count, 60'000'000'000);
    }

    void aDragBackToItsStartLeavesNoStep() {
        Workspace workspace({});
        showThree(workspace);
        const ParameterSpec& spec = timeWindow(workspace);
        workspace.setParameter(spec, Nanos{20'000'000'000}, true);
        workspace.setParameter(spec, Nanos{10'000'000'000}, true);
        workspace.setParameter(spec, Nanos{10'000'000'000}, false);
        QCOMPARE(workspace.undoStack().count(), 0);
    }

    void aMaskRunsThePassAgain() {
        Workspace workspace({});
        showThree(workspace);
        QSignalSpy found(&workspace, &Workspace::findingsChanged);
        const ParameterSpec& mask = *workspace.analytic().parameter("AccessMask");
        workspace.setParameter(mask, MaskValue{0x80000000U & std::get<MaskValue>(mask.maximum).bits, true});
        workspace.setParameter(mask, MaskValue{0x0020, true});
        QVERIFY(found.wait());
        QTRY_COMPARE(workspace.findings()->counts().chains, 2U);
        workspace.undoStack().undo();
        workspace.undoStack().undo();
        QTRY_COMPARE(std::get<MaskValue>(workspace.findings()->parameters().get(mask)),
                     std::get<MaskValue>(mask.initial));
    }

    void verdictsCanBeUndoneAndFeedTheTally() {
        Workspace workspace({});
        showThree(workspace);
        const auto rows = workspace.findings()->visible(0, 10);
        const ChainId id = workspace.findings()->rows()[rows.front()].id;
        QSignalSpy changed(&workspace, &Workspace::verdictsChanged);
        workspace.setVerdict(id, Verdict::true_positive);
        workspace.setNote(id, QStringLiteral("seen on the host"));
        QCOMPARE(workspace.verdict(id), Verdict::true_positive);
        QCOMPARE(workspace.verdictTally().trueAll, 1);
        QCOMPARE(workspace.verdictTally().trueKept, 1);
        workspace.setParameter(timeWindow(workspace), std::get<Nanos>(timeWindow(workspace).minimum));
        QCOMPARE(workspace.verdictTally().trueKept, 0);
        workspace.undoStack().undo();
        workspace.undoStack().undo();
        QVERIFY(workspace.note(id).isEmpty());
        workspace.undoStack().undo();
        QCOMPARE(workspace.verdict(id), Verdict::unset);
        QVERIFY(changed.count() >= 4);
    }

    void aProfileBecomesWhatIsComparedWith() {
        Workspace workspace({});
        showThree(workspace);
        workspace.setParameter(timeWindow(workspace), Nanos{200'000'000'000});
        QSignalSpy found(&workspace, &Workspace::findingsChanged);
        workspace.saveProfile(QStringLiteral("wide"));
        QVERIFY(found.wait());
        QCOMPARE(workspace.baselineName(), QStringLiteral("wide"));
        QVERIFY(workspace.gained().empty() && workspace.lost().empty());
        workspace.setParameter(timeWindow(workspace), Nanos{10'000'000});
        QCOMPARE(workspace.lost().size(), std::size_t{2});
        workspace.applyProfile(QStringLiteral("wide"));
        QCOMPARE(workspace.parameters().duration(timeWindow(workspace)).count, 200'000'000'000);
        workspace.applyProfile(QString());
        QCOMPARE(workspace.parameters().duration(timeWindow(workspace)).count, 10'000'000'000);
    }

    void suppressionsHideAndComeBack() {
        Workspace workspace({});
        showThree(workspace);
        QSignalSpy found(&workspace, &Workspace::findingsChanged);
        workspace.suppress(QStringLiteral("a.exe"), QStringLiteral("*"), QStringLiteral("ours"));
        QVERIFY(found.wait());
        QCOMPARE(workspace.findings()->counts().chains, 1U);
        QVERIFY(workspace.findings()->counts().suppressed > 0);
        workspace.undoStack().undo();
        QTRY_COMPARE(workspace.findings()->counts().chains, 2U);
    }

    void theTimeFilterListsExactlyItsRange() {
        Workspace workspace({});
        showThree(workspace);
        QSignalSpy listed(&workspace, &Workspace::filteredChanged);
        workspace.setTimeFilter(TimeRange{at(10), at(5'000)});
        QVERIFY(listed.wait());
        QVERIFY(workspace.filtered());
        QCOMPARE(*workspace.filtered(), (std::vector<std::uint32_t>{1, 2}));
        workspace.undoStack().undo();
        QTRY_VERIFY(!workspace.filtered());
    }

    void aWrongFilterSaysWhereAndListsAsBefore() {
        Workspace workspace({});
        showThree(workspace);
        workspace.setFilter(QStringLiteral("target.image ~ "));
        QVERIFY(!workspace.filterError().isEmpty());
        workspace.applyFilterNow();
        QVERIFY(!workspace.filtered());
        workspace.setFilter(QString());
        QVERIFY(workspace.filterError().isEmpty());
    }

    void typingIsOneStepBack() {
        Workspace workspace({});
        showThree(workspace);
        for (const QString& text : {QStringLiteral("n"), QStringLiteral("no"), QStringLiteral("not")}) {
            workspace.setFilter(text);
        }
        QCOMPARE(workspace.undoStack().count(), 1);
        workspace.undoStack().undo();
        QVERIFY(workspace.filterText().isEmpty());
    }

    void currentHasAHistory() {
        SelectionHub hub;
        hub.clear({at(0), at(1)});
        hub.setCurrent(ProcessId{1});
        hub.setCurrent(EventId{2});
        hub.setCurrent(ProcessId{3});
        hub.back();
        QVERIFY(hub.current() == Item(EventId{2}));
        hub.back();
        QVERIFY(hub.current() == Item(ProcessId{1}));
        QVERIFY(!hub.canGoBack());
        hub.forward();
        hub.setCurrent(ProcessId{4});  // what lay ahead is forgotten
        QVERIFY(!hub.canGoForward());
        hub.back();
        QVERIFY(hub.current() == Item(EventId{2}));
    }

    void aMissingCaseIsSaidAndNothingIsLost() {
        Workspace workspace({});
        showThree(workspace);
        QSignalSpy failed(&workspace, &Workspace::failed);
        workspace.openCase(QStringLiteral("/nowhere/at/all.trocar"));
        QVERIFY(failed.wait());
        QVERIFY(failed.first().first().toString().contains(QStringLiteral("all.trocar")));
        QVERIFY(workspace.hasCase());
        QVERIFY(workspace.findings() != nullptr);
    }

    void ratesSettleWithinSeconds() {
        RateMeter meter;
        for (int i = 0; i <= 100; ++i) {
            meter.sample(i * 0.1, i * 100.0);
        }
        QVERIFY(std::abs(meter.perSecond() - 1000) < 1);
        QVERIFY(std::abs(meter.secondsLeft(10'000, 20'000) - 10) < 0.1);
        for (int i = 1; i <= 40; ++i) {
            meter.sample(10 + i * 0.1, 10'000);  // stalls
        }
        QVERIFY(meter.perSecond() < 200);
        QCOMPARE(RateMeter().secondsLeft(1, 2), -1.0);
    }
};

QTEST_GUILESS_MAIN(TestWorkspace)
#include "test_workspace.moc"
