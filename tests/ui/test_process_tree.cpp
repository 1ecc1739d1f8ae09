#include <QAbstractItemModelTester>
#include <QtTest>

#include "tests/ui/injections.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"
#include "ui/views/process_tree/process_tree_model.h"

using namespace trocar;
using namespace trocar::ui;
using trocar::test::CaptureBuilder;

namespace {

/// The tree as text: two blanks a level, "=> " before an injection.
QString drawn(const ProcessTreeModel& model, const QModelIndex& parent = {}, int depth = 0) {
    QString text;
    for (int r = 0; r < model.rowCount(parent); ++r) {
        const QModelIndex at = model.index(r, 0, parent);
        text += QString(2 * depth, QLatin1Char(' ')) +
                (model.node(at).kind == ProcessTreeModel::Kind::edge ? QStringLiteral("=> ") : QString()) +
                at.data().toString() + QLatin1Char('\n') + drawn(model, at, depth + 1);
    }
    return text;
}

}  // namespace

class TestProcessTree : public QObject {
    Q_OBJECT

    struct Made {
        ProcessId root, child, victim, orphan;
    } ids_;

    void show(Workspace& workspace) {
        CaptureBuilder made;
        ids_.root = made.process("C:\\explorer.exe", 1);
        ids_.child = made.process("C:\\evil.exe", 2, ids_.root);
        ids_.victim = made.process("C:\\notepad.exe", 3, ids_.root);
        ids_.orphan = made.process("C:\\svchost.exe", 4);
        test::injection(made, 0, 500, ids_.child, ids_.victim);
        const auto built = made.build();
        workspace.setCapture(built.capture, built.columns);
        QTRY_VERIFY(workspace.findings() != nullptr);
    }

private Q_SLOTS:
    void showsParentsOrphansAndInjections() {
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        show(workspace);
        QCOMPARE(drawn(model), QStringLiteral("explorer.exe 1\n"
                                              "  evil.exe 2\n"
                                              "    => notepad.exe 3\n"
                                              "  notepad.exe 3\n"
                                              "svchost.exe 4\n"));
    }

    void aWindowMoveChangesMarksOnly() {
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        show(workspace);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy marks(&model, &ProcessTreeModel::marksChanged);
        const QModelIndex source = model.indexOf(ids_.child);
        QCOMPARE(model.state(model.node(source)), ProcessTreeModel::State::chain);
        const ParameterSpec& window = *workspace.analytic().parameter("TimeWindow");
        workspace.setParameter(window, Nanos{100'000'000});
        QCOMPARE(model.state(model.node(source)), ProcessTreeModel::State::lone);
        QCOMPARE(marks.count(), 1);
        QCOMPARE(reset.count(), 0);
    }

    void aFilterKeepsAncestors() {
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        show(workspace);
        model.setFilter(QStringLiteral("EVIL"));
        QCOMPARE(drawn(model), QStringLiteral("explorer.exe 1\n  evil.exe 2\n"));
        model.setFilter(QStringLiteral("nothing"));
        QCOMPARE(model.rowCount(), 0);
        model.setFilter(QString());
        QCOMPARE(model.rowCount(), 2);
    }

    void aListHasEveryLifeOnce() {
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        show(workspace);
        model.setFlat(true);  // lives without any stamp come first
        QCOMPARE(drawn(model), QStringLiteral("explorer.exe 1\nsvchost.exe 4\nevil.exe 2\nnotepad.exe 3\n"));
    }

    void findsRowsOfItems() {
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        show(workspace);
        const ChainId chain = workspace.findings()->rows()[workspace.findings()->visible(0, 1).front()].id;
        const QModelIndex edge = model.indexOf(chain);
        QVERIFY(edge.isValid());
        QCOMPARE(edge.parent(), model.indexOf(ids_.child));
        QVERIFY(edge.data(Qt::AccessibleTextRole).toString().contains(QStringLiteral("1 chain")));
        QVERIFY(!model.indexOf(ProcessId{99}).isValid());
        QVERIFY(!model.indexOf(ChainId{}).isValid());
    }

    void aSpoofedParentIsMarkedAndTold() {
        CaptureBuilder made;
        const ProcessId explorer = made.process("C:\\explorer.exe", 1);
        const ProcessId evil = made.process("C:\\evil.exe", 2);
        const ProcessId child = made.process("C:\\cmd.exe", 3);
        made.event(test::ms(1000), Operation::process_create, explorer, child);
        made.event(test::ms(998), Operation::process_access, evil, child, 0x1fffff, {}, windows_flag::kCreateTrace);
        const auto built = made.build();
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        workspace.setCapture(built.capture, built.columns);
        const QModelIndex at = model.indexOf(child);
        QCOMPARE(at.parent(), model.indexOf(explorer));
        QVERIFY(model.parentSpoofed(model.node(at)));
        QVERIFY(!model.parentSpoofed(model.node(at.parent())));
        QVERIFY(at.data(Qt::AccessibleTextRole).toString().endsWith(QStringLiteral("parent spoofed")));
        QVERIFY(at.data(Qt::ToolTipRole).toString().contains(QStringLiteral("the create handle is from evil.exe (2)")));
        const ProcessCard card = processCard(workspace, child);
        const auto fact = std::find_if(card.facts.begin(), card.facts.end(),
                                       [&](const auto& f) { return f.name == QStringLiteral("Made by"); });
        QVERIFY(fact != card.facts.end());
        QCOMPARE(fact->value, workspace.processLabel(evil));
        QVERIFY(fact->remark.contains(QStringLiteral("T1134.004")));
    }

    void hostileParentsBecomeRoots() {
        CaptureBuilder made;
        const ProcessId a = made.process("a", 1);
        const ProcessId b = made.process("b", 2, a);
        const ProcessId c = made.process("c", 3, b);
        const ProcessId self = made.process("self", 4);
        const ProcessId wild = made.process("wild", 5);
        made.event(test::ms(0), Operation::process_access, a, b, 0x1000);
        const auto built = made.build();
        auto bent = std::make_shared<Capture>(*built.capture);
        bent->processes.lives[a.value].parent = c;  // a loop of three
        bent->processes.lives[self.value].parent = self;
        bent->processes.lives[wild.value].parent = {4'000'000'000U};
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        workspace.setCapture(bent, built.columns);
        QCOMPARE(drawn(model).count(QLatin1Char('\n')), 5);
        QVERIFY(!model.indexOf(wild).parent().isValid());
        QVERIFY(!model.indexOf(self).parent().isValid());
    }

    void thousandsOfLivesStayOpenable() {
        CaptureBuilder made;
        ProcessId parent;
        for (std::uint32_t i = 0; i < 30'000; ++i) {
            parent = made.process("deep.exe", i, i % 100 == 0 ? ProcessId{} : parent);
        }
        const auto built = made.build();
        Workspace workspace({});
        ProcessTreeModel model(workspace);
        workspace.setCapture(built.capture, built.columns);
        QCOMPARE(model.rowCount(), 300);
        QVERIFY(model.openAtFirst().empty());  // above the limit only ways to findings open
    }
};

QTEST_MAIN(TestProcessTree)
#include "test_process_tree.moc"
