// The memory map in the window: snapshots of /proc imported, driven by clicks and keys.
#include "tests/ui/window_fixture.h"
#include "ui/shell/empty_state.h"
#include "ui/shell/segmented_switch.h"
#include "ui/shell/workbench.h"
#include "ui/viewmodel/address_space.h"
#include "ui/viewmodel/memory_table.h"
#include "ui/viewmodel/memory_words.h"
#include "ui/viewmodel/strip_layout.h"
#include "ui/views/memory/address_strip.h"
#include "ui/views/memory/memory_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QtTest>

#include <algorithm>

using namespace trocar;
using namespace trocar::ui;

namespace {

const QByteArray kProgram =
    "00400000-00401000 r-xp 00000000 fe:00 12                         /srv/app\n"
    "00401000-00402000 rw-p 00001000 fe:00 12                         /srv/app\n";
const QByteArray kHeap = "00a00000-00a10000 rw-p 00000000 00:00 0                          [heap]\n";
const QByteArray kGrownHeap = "00a00000-00a20000 rw-p 00000000 00:00 0                          [heap]\n";
const QByteArray kData = "7f0000010000-7f0000011000 rw-p 00000000 00:00 0 \n";
const QByteArray kShell = "7f0000010000-7f0000011000 rwxp 00000000 00:00 0 \n";
const QByteArray kGone = "7f0000020000-7f0000021000 r--p 00000000 fe:00 13                 /etc/app.conf\n";
/// A name that a spreadsheet would run and a terminal would obey.
const QByteArray kHostile =
    "7f0000030000-7f0000031000 r-xp 00000000 fe:00 14                 =cmd\x1b[2J\xe2\x80\xae.so\n";

}  // namespace

class TestMemoryMap : public test::WindowFixture {
    Q_OBJECT

    MemoryView* view_ = nullptr;

    void file(const QString& name, const QByteArray& bytes) {
        QVERIFY(QDir(folder_.path()).mkpath(QFileInfo(name).path()));
        QVERIFY(!write(name, bytes).isEmpty());
    }
    /// Four snapshots of process 7, one of process 8.
    void openSnapshots() {
        file(QStringLiteral("snap/1700000000_a/7/maps"), kProgram + kHeap + kGone);
        file(QStringLiteral("snap/1700000060_b/7/maps"), kProgram + kHeap + kData + kGone);
        file(QStringLiteral("snap/1700000120_c/7/maps"), kProgram + kHeap + kShell);
        file(QStringLiteral("snap/1700000180_d/7/maps"), kProgram + kGrownHeap + kShell + kHostile);
        file(QStringLiteral("snap/1700000000_a/8/maps"), kProgram);
        open(folder_.filePath(QStringLiteral("snap")));
        showMap();
        QTRY_VERIFY(view_->space().comparison() != nullptr);
    }
    void showMap() {
        window_->workbench().showView(QStringLiteral("memory"), true);
        view_ = qobject_cast<MemoryView*>(window_->workbench().view(QStringLiteral("memory")));
        QVERIFY(view_ != nullptr);
    }
    [[nodiscard]] QString cell(int row, int column) const { return view_->model().text(row, column); }
    [[nodiscard]] int rowOf(const QString& address) const {
        for (int row = 0; row < view_->model().rowCount(); ++row) {
            if (cell(row, MemoryTable::address).startsWith(address)) {
                return row;
            }
        }
        return -1;
    }
    void click(int row, int column) {
        QTableView& table = view_->table();
        table.scrollTo(view_->model().index(row, column));
        QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                          table.visualRect(view_->model().index(row, column)).center());
    }
    [[nodiscard]] QComboBox* choice(const QString& name) const {
        for (QComboBox* box : view_->findChildren<QComboBox*>()) {
            if (box->accessibleName() == name) {
                return box;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void firstAndLastAreCompared() {
        openSnapshots();
        QCOMPARE(view_->space().snapshots().size(), std::size_t{4});
        QCOMPARE(view_->model().rowCount(), 6);
        QCOMPARE(cell(rowOf(QStringLiteral("a00000")), MemoryTable::change), changeText(RegionChange::grown));
        QCOMPARE(cell(rowOf(QStringLiteral("7f0000010000")), MemoryTable::change),
                 changeText(RegionChange::appeared));
        QCOMPARE(cell(rowOf(QStringLiteral("7f0000010000")), MemoryTable::finding),
                 QStringLiteral("anonymous rwx"));
        QCOMPARE(cell(rowOf(QStringLiteral("7f0000020000")), MemoryTable::change),
                 changeText(RegionChange::vanished));
        QCOMPARE(cell(rowOf(QStringLiteral("400000")), MemoryTable::change), QString());
        // What matters is chosen at once, and nothing else of the window moves for it.
        QCOMPARE(view_->strip().currentPlace(),
                 view_->model().placeAt(rowOf(QStringLiteral("7f0000010000"))));
        QCOMPARE(window_->workbench().view(QStringLiteral("memory"))->property("tabNote").toString(),
                 QStringLiteral("app 7"));
    }

    void theModelKeepsItsPromises() {
        openSnapshots();
        MemoryTable table(workspace());
        const QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.setComparison(view_->space().comparison());
        for (int part = 0; part < MemoryTable::kParts; ++part) {
            table.setPart(static_cast<MemoryTable::Part>(part));
            QCOMPARE(table.rowCount(), table.counts()[static_cast<std::size_t>(part)]);
            for (int column = 0; column < MemoryTable::columnCount_; ++column) {
                const QPersistentModelIndex kept = table.index(0, 0);
                const int place = table.placeAt(0);
                for (const auto order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
                    table.sort(column, order);
                    QCOMPARE(table.placeAt(kept.row()), place);
                }
            }
        }
        table.setComparison(nullptr);
        QCOMPARE(table.rowCount(), 0);
        QCOMPARE(table.firstOfInterest(), -1);
    }

    void stripAndTableChooseTogether() {
        openSnapshots();
        AddressStrip& strip = view_->strip();
        const int shell = view_->model().placeAt(rowOf(QStringLiteral("7f0000010000")));
        const QRect bar = strip.placeRect(shell);
        QVERIFY(bar.height() >= 12);  // one page, beside 127 TiB of nothing
        QTest::mouseClick(strip.viewport(), Qt::LeftButton, {}, strip.placeRect(0).center());
        QCOMPARE(view_->table().currentIndex().row(), 0);
        QTest::keyClick(&strip, Qt::Key_Down);
        QCOMPARE(view_->table().currentIndex().row(), 1);
        QTest::keyClick(&strip, Qt::Key_End);
        QCOMPARE(view_->table().currentIndex().row(), view_->model().rowCount() - 1);
        QTest::keyClick(&strip, Qt::Key_Home);
        QCOMPARE(strip.currentPlace(), 0);
        QVERIFY(strip.accessibleDescription().contains(QStringLiteral("/srv/app")));
        click(rowOf(QStringLiteral("7f0000010000")), MemoryTable::address);
        QCOMPARE(strip.currentPlace(), shell);
        view_->table().setFocus();
        QTest::keyClick(&view_->table(), Qt::Key_Down);
        QCOMPARE(strip.currentPlace(), shell + 1);
    }

    void aRegionThatAnEventNamesMakesItCurrent() {
        openSnapshots();
        click(rowOf(QStringLiteral("400000")), MemoryTable::address);
        const Item before = workspace().selection().current();
        click(rowOf(QStringLiteral("7f0000010000")), MemoryTable::address);
        const auto* event = std::get_if<EventId>(&workspace().selection().current());
        QVERIFY(event != nullptr && !(workspace().selection().current() == before));
        const auto& ids = workspace().columns()->id;
        const auto at = static_cast<std::size_t>(std::find(ids.begin(), ids.end(), *event) - ids.begin());
        QCOMPARE(workspace().columns()->operation[at], Operation::mapping_found);
        // And back: the event chosen elsewhere chooses the region here.
        const EventId found = *event;
        click(rowOf(QStringLiteral("400000")), MemoryTable::address);
        workspace().selection().setCurrent(view_->space().process());
        workspace().selection().setCurrent(found);
        QCOMPARE(view_->table().currentIndex().row(), rowOf(QStringLiteral("7f0000010000")));
    }

    void firstAppearanceIsAJump() {
        openSnapshots();
        const int shell = rowOf(QStringLiteral("7f0000010000"));
        QVERIFY(
            cell(shell, MemoryTable::seen).endsWith(QStringLiteral("22:15:20.000")));  // the third of four
        click(shell, MemoryTable::address);
        QTest::keyClick(&view_->table(), Qt::Key_Return);
        const MemorySnapshot third = view_->space().snapshots()[2];
        QVERIFY(workspace().selection().current() == Item(third.event));
        const TimeRange range = workspace().selection().viewRange();
        QVERIFY(range.from < third.time && third.time < range.to);
        QCOMPARE(view_->space().after(), 3);  // what is compared stays
        QTest::keyClick(&view_->strip(), Qt::Key_Home);
        QTest::keyClick(&view_->strip(), Qt::Key_Return);
        QVERIFY(workspace().selection().current() == Item(view_->space().snapshots()[0].event));
    }

    void otherSnapshotsCanBeCompared() {
        openSnapshots();
        QComboBox* after = choice(QStringLiteral("Later snapshot"));
        QVERIFY(after != nullptr && after->isVisible());
        after->setFocus();
        QTest::keyClick(after, Qt::Key_Up);
        QTRY_VERIFY(view_->space().comparison() != nullptr && view_->space().after() == 2);
        QCOMPARE(rowOf(QStringLiteral("7f0000030000")), -1);
        QComboBox* before = choice(QStringLiteral("Earlier snapshot"));
        QTest::keyClick(before, Qt::Key_Down);
        QTRY_VERIFY(view_->space().comparison() != nullptr && view_->space().before() == 1);
        const int shell = rowOf(QStringLiteral("7f0000010000"));
        QCOMPARE(cell(shell, MemoryTable::change), changeText(RegionChange::protection));
        QCOMPARE(cell(shell, MemoryTable::rights), QStringLiteral("rw-p \u2192 rwxp"));
        // A snapshot chosen in another view becomes the later one.
        workspace().selection().setCurrent(view_->space().snapshots()[3].event);
        QTRY_VERIFY(view_->space().comparison() != nullptr && view_->space().after() == 3);
        QCOMPARE(view_->space().before(), 1);
    }

    void theSwitchListsParts() {
        openSnapshots();
        auto* parts = view_->findChild<SegmentedSwitch*>();
        parts->setFocus();
        QTest::keyClick(parts, Qt::Key_Right);
        QCOMPARE(view_->model().part(), MemoryTable::Part::changed);
        QCOMPARE(view_->model().rowCount(), 4);
        QTest::keyClick(parts, Qt::Key_Right);
        QCOMPARE(view_->model().rowCount(), 3);
        QTest::keyClick(parts, Qt::Key_Right);
        QCOMPARE(view_->model().part(), MemoryTable::Part::suspicious);
        QCOMPARE(view_->model().rowCount(), 1);
        QCOMPARE(rowOf(QStringLiteral("7f0000010000")), 0);
        QTest::keyClick(&view_->strip(), Qt::Key_Home);  // the strip shows all of them still
        QCOMPARE(view_->strip().currentPlace(), 0);
        QVERIFY(view_->table().selectionModel()->selectedRows().isEmpty());
    }

    void sortingKeepsTheChoice() {
        openSnapshots();
        click(rowOf(QStringLiteral("7f0000010000")), MemoryTable::address);
        view_->table().sortByColumn(MemoryTable::size, Qt::DescendingOrder);
        QCOMPARE(rowOf(QStringLiteral("a00000")), 0);
        QCOMPARE(view_->table().currentIndex().row(), rowOf(QStringLiteral("7f0000010000")));
    }

    void evidenceIsEscapedEverywhere() {
        openSnapshots();
        const int row = rowOf(QStringLiteral("7f0000030000"));
        const QString shown = cell(row, MemoryTable::backing);
        QVERIFY2(shown.contains(QStringLiteral("\\u{1B}")) && shown.contains(QStringLiteral("\\u{202E}")),
                 qPrintable(shown));
        click(row, MemoryTable::address);
        QTest::keyClick(&view_->table(), Qt::Key_C, Qt::ControlModifier);
        const QString copied = QGuiApplication::clipboard()->text();
        QVERIFY(copied.startsWith(QStringLiteral("7f0000030000-7f0000031000\t")));
        QVERIFY(!copied.contains(QChar(0x1b)) && !copied.contains(QChar(0x202e)));
        const QString path = folder_.filePath(QStringLiteral("map.csv"));
        QCOMPARE(view_->exportCsv(path), QString());
        QFile csv(path);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const QByteArray text = csv.readAll();
        QCOMPARE(text.count("\r\n"), 7);
        QVERIFY2(text.contains(",\"'=cmd\\u{1B}[2J\\u{202E}.so\","), text);
        QVERIFY(text.contains(
            "0x7f0000010000,0x7f0000011000,4096,,rwxp,0x0,00:00,0,anonymous,appeared,,\"anonymous rwx\","
            "2023-11-14T22:15:20.000000000Z,1"));
        QVERIFY(!view_->exportCsv(folder_.filePath(QStringLiteral("no/such/map.csv"))).isEmpty());
    }

    void anotherProcessAndNone() {
        openSnapshots();
        QComboBox* process = choice(QStringLiteral("Process"));
        QCOMPARE(process->count(), 2);
        process->setFocus();
        QTest::keyClick(process, Qt::Key_Down);
        QTRY_VERIFY(view_->space().comparison() != nullptr && view_->model().rowCount() == 2);
        QVERIFY(view_->table().isColumnHidden(MemoryTable::change));  // one snapshot: nothing to compare
        QVERIFY(!choice(QStringLiteral("Earlier snapshot"))->isVisible());
    }

    void withoutSnapshotsItSaysWhatIsNeeded() {
        showMap();
        QVERIFY(!view_->table().isVisible());
        open(write(QStringLiteral("audit.log"),
                   "type=SYSCALL msg=audit(1700000000.100:1): arch=c000003e syscall=101 success=yes exit=0 "
                   "a0=10 a1=7 a2=0 "
                   "a3=0 items=0 ppid=3 pid=9 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
                   "tty=(none) "
                   "ses=1 comm=\"gdb\" exe=\"/usr/bin/gdb\" key=(null)\n"));
        QVERIFY(!view_->table().isVisible());
        const QString words = view_->space().emptyText();
        QVERIFY(words.contains(QStringLiteral("/proc/PID/smaps")) && words.contains(QStringLiteral("Windows")));
        const QString title = words.section(QLatin1Char('\n'), 0, 0);
        const QList<QLabel*> labels = view_->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
            return label->isVisible() && label->text() == title;
        }));
        for (auto* button : view_->findChildren<QPushButton*>()) {
            if (button->isVisible()) {
                QTest::mouseClick(button, Qt::LeftButton);
            }
        }
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("cat /proc/$p/$f")));
    }

    void everythingCanBeReachedAndHasAName() {
        openSnapshots();
        for (const QWidget* part : view_->findChildren<QWidget*>()) {
            if (part->isVisible() && part->focusPolicy() != Qt::NoFocus && part->parentWidget() != nullptr &&
                qobject_cast<const QScrollBar*>(part) == nullptr &&
                part->objectName() != QStringLiteral("qt_scrollarea_viewport")) {
                QVERIFY2(!part->accessibleName().isEmpty(), part->metaObject()->className());
            }
        }
    }

    void theLinuxSampleBringsItsSnapshots() {
        const QString log = QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/linux-injection.audit.log");
        EmptyState empty({log});
        QSignalSpy opened(&empty, &EmptyState::openSample);
        for (auto* button : empty.findChildren<QPushButton*>()) {
            if (button->text() == QStringLiteral("Try a Linux sample")) {
                button->click();
            }
        }
        QCOMPARE(opened.size(), 1);
        const QStringList paths = opened.front().front().toStringList();
        QCOMPARE(paths.size(), 2);
        window_->openPaths(paths);
        waitUntilFound();
        showMap();
        QTRY_VERIFY(view_->space().comparison() != nullptr);
        // The tab opens on the finding's target; the boxes reach the others.
        QComboBox* process = choice(QStringLiteral("Process"));
        const int nginx = process->findText(QStringLiteral("nginx"), Qt::MatchStartsWith);
        QVERIFY(nginx >= 0);
        workspace().selection().setCurrent(ProcessId{process->itemData(nginx).toUInt()});
        QTRY_VERIFY(view_->space().comparison() != nullptr && !view_->space().isReading());
        const int place = view_->model().firstOfInterest();
        QVERIFY(place >= 0);
        QCOMPARE(view_->model().regionAt(place).path, std::string("/tmp/.cache/libz-cache.so"));
    }

    void theStripHasRoomForAPageBesideTerabytes() {
        StripLayout layout;
        layout.place({{0x1000, 0x2000, false},
                      {0x2000, 0x2000 + (1ULL << 40U), false},
                      {0x7f0000000000, 0x7f0000001000, true}},
                     300);
        QCOMPARE(layout.boxes().size(), std::size_t{3});
        QVERIFY(layout.boxes()[0].height >= StripLayout::kLeast);
        QVERIFY(layout.boxes()[1].height < 120);
        QCOMPARE(layout.boxes()[1].gap, 0.0);
        QVERIFY(layout.boxes()[2].height >= StripLayout::kLeastMarked);
        QCOMPARE(layout.boxes()[2].gap, StripLayout::kWideGap);
        QVERIFY(layout.height() <= 300);
        for (int i = 0; i < 3; ++i) {
            const auto& box = layout.boxes()[static_cast<std::size_t>(i)];
            QCOMPARE(layout.at(box.top + box.height / 2), i);
        }
        QCOMPARE(layout.at(layout.boxes()[2].top - 1), -1);
        QCOMPARE(layout.at(-1), -1);
        QCOMPARE(layout.at(layout.height() + 1), -1);
        layout.place({}, 300);
        QCOMPARE(layout.at(1), -1);
    }

    void sizesReadWell() {
        QCOMPARE(sizeText(4096), QStringLiteral("4\u202fKiB"));
        QCOMPARE(sizeText(1'310'720), QStringLiteral("1.3\u202fMiB"));
        QCOMPARE(sizeText(127ULL << 40U), QStringLiteral("127\u202fTiB"));
        QCOMPARE(sizeText(~0ULL), QStringLiteral("16\u202fEiB"));
    }
};

QTEST_MAIN(TestMemoryMap)
#include "test_memory_map.moc"
