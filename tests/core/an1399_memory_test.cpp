// AN1399, memory-led: calls on the target's memory lead to a thread, an APC, a context or a resumption, whether or not a
// handle was recorded; what every process creation does leads to nothing.
#include <QTest>

#include <algorithm>

#include "core/detect/analysis.h"
#include "tests/support/capture_builder.h"

using namespace trocar;
using trocar::test::CaptureBuilder;

namespace {

constexpr std::uint64_t kBase = 0x180000;
constexpr std::uint64_t kVmHandle = 0x3a;  // CREATE_THREAD, VM_OPERATION, VM_READ, VM_WRITE
constexpr const char* kRwx = "ALLOCVM_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READWRITE";
constexpr const char* kWrite = "WRITEVM_REMOTE 0x180000, 0x1200 bytes";
constexpr const char* kParameters = "WRITEVM_REMOTE 0x7000, 0x400 bytes";

constexpr Nanos ms(std::int64_t n) {
    return {n * 1'000'000};
}

struct Host {
    CaptureBuilder builder;
    ProcessId loader = builder.process("C:\\Users\\lab\\AppData\\Local\\Temp\\upd.exe", 14904);
    ProcessId notepad = builder.process("C:\\Windows\\System32\\notepad.exe", 9536);

    void says(std::int64_t at, Operation operation, std::uint64_t value, const char* text = "", std::uint32_t flags = 0) {
        builder.event(ms(at), operation, loader, notepad, value, text, flags);
    }
    /// The target begins as the loader's own child.
    void starts_target(std::int64_t at) { builder.event(ms(at), Operation::process_create, loader, notepad); }

    struct Shown {
        FindingView view;
        std::vector<Finding> rows;
        [[nodiscard]] bool has_reason(std::string_view part) const {
            const auto reasons = view.explain(rows.front()).reasons;
            return std::any_of(reasons.begin(), reasons.end(),
                               [&](const Reason& r) { return r.text.find(part) != std::string::npos; });
        }
        [[nodiscard]] std::string sentence() const { return view.explain(rows.front()).sentence; }
    };
    [[nodiscard]] Shown shown(bool partial = false, Nanos window = Nanos{10'000'000'000}) {
        const auto analysis = Analysis::run(builder.build().capture, *find_analytic("AN1399"), {}, {});
        Shown out{{analysis.value(), {}, partial}, {}};
        out.view.set_window(window, WindowMeasure::span);
        for (const std::uint32_t row : out.view.visible(0, 100)) {
            out.rows.push_back(out.view.rows()[row]);
        }
        return out;
    }
};

}  // namespace

class An1399MemoryTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_thread_in_written_memory_is_complete() {
        Host host;
        host.says(0, Operation::process_access, kVmHandle);
        host.says(3, Operation::memory_alloc, kBase, kRwx);
        host.says(7, Operation::memory_write, kBase, kWrite);
        host.says(24, Operation::remote_thread, kBase + 0x10);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        const Finding& row = shown.rows.front();
        QCOMPARE(row.kind, FindingKind::chain);
        QCOMPARE(row.span, ms(17));  // from the last step on memory
        QCOMPARE(row.grade, Grade::complete);
        QCOMPARE(row.technique, std::string_view("T1055.002"));
        QCOMPARE(row.confidence, std::uint8_t{100});
        QVERIFY(shown.has_reason("inside memory that the source allocated, wrote or made executable: 0x180010 lies in "
                                 "WRITEVM_REMOTE 0x180000, 0x1200 bytes"));
        QCOMPARE(QString::fromStdString(shown.sentence()),
                 QStringLiteral("upd.exe (14904) opened notepad.exe (9536) with write access, allocated memory in it, wrote "
                                "into its memory and 17 ms later started a thread there at 0x180010, inside that memory."));
    }

    void no_handle_is_needed() {
        Host host;
        host.says(0, Operation::memory_protect, kBase, "PROTECTVM_REMOTE 0x180000, 0x114 bytes, PAGE_EXECUTE_READ");
        host.says(985, Operation::remote_thread, kBase);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QCOMPARE(shown.rows.front().kind, FindingKind::chain);
        QCOMPARE(shown.rows.front().span, ms(985));
        QCOMPARE(shown.rows.front().grade, Grade::corroborated);
        QVERIFY(shown.sentence().starts_with("upd.exe (14904) made executable notepad.exe (9536)'s memory and 985 ms later"));
    }

    void an_address_outside_the_region_is_not_matched() {
        Host host;
        host.says(0, Operation::memory_write, kBase, kWrite);
        host.says(5, Operation::remote_thread, kBase + 0x1200);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.front().kind, FindingKind::chain);
        QVERIFY(!shown.has_reason("execution starts inside memory"));
    }

    /// The skew that excuses Sysmon's handles does not excuse steps on memory.
    void memory_after_the_thread_leads_to_nothing() {
        Host host;
        host.says(0, Operation::remote_thread, kBase);
        host.says(50, Operation::memory_write, kBase, kWrite);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QCOMPARE(shown.rows.front().kind, FindingKind::lone);
    }

    void executions_are_told_apart_data() {
        QTest::addColumn<int>("operation");
        QTest::addColumn<bool>("own_child");
        QTest::addColumn<QByteArray>("technique");
        QTest::newRow("APC") << int(Operation::apc_queue) << false << QByteArray("T1055.004");
        QTest::newRow("early bird") << int(Operation::apc_queue) << true << QByteArray("T1055.004");
        QTest::newRow("context") << int(Operation::thread_context) << false << QByteArray("T1055.003");
        QTest::newRow("hollowing") << int(Operation::thread_context) << true << QByteArray("T1055.012");
        QTest::newRow("resumed child") << int(Operation::resume) << true << QByteArray("T1055.012");
    }

    void executions_are_told_apart() {
        QFETCH(int, operation);
        QFETCH(bool, own_child);
        QFETCH(QByteArray, technique);
        Host host;
        if (own_child) {
            host.starts_target(-100);
        }
        host.says(0, Operation::memory_alloc, kBase, kRwx);
        host.says(5, Operation::memory_write, kBase, kWrite);
        host.says(9, static_cast<Operation>(operation), operation == int(Operation::resume) ? 0 : kBase);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QCOMPARE(shown.rows.front().kind, FindingKind::chain);
        QCOMPARE(shown.rows.front().span, ms(4));
        QCOMPARE(QByteArray(shown.rows.front().technique.data(), static_cast<int>(shown.rows.front().technique.size())), technique);
        QCOMPARE(shown.rows.front().grade, Grade::complete);
        QVERIFY(!shown.rows.front().damped);
    }

    void a_resumption_gives_way_to_what_tells_more() {
        Host host;
        host.starts_target(-100);
        host.says(0, Operation::memory_map, kBase, "MAPVIEW_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READ");
        host.says(4, Operation::thread_context, kBase);
        host.says(8, Operation::resume, 0);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QCOMPARE(shown.rows.front().span, ms(4));
    }

    void creation_itself_is_no_injection() {
        Host host;
        host.starts_target(0);
        host.says(1, Operation::memory_alloc, 0x7000, "ALLOCVM_REMOTE 0x7000, 0x1000 bytes, PAGE_READWRITE");
        host.says(2, Operation::memory_write, 0x7000, kParameters);
        host.says(3, Operation::memory_write, 0x6000, "WRITEVM_REMOTE 0x6000, 0x8 bytes");
        host.says(4, Operation::resume, 0);
        QVERIFY(host.shown().rows.empty());
        host.says(5, Operation::remote_thread, 0x7ff600001000);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QVERIFY(shown.rows.front().damped);
        QVERIFY(shown.has_reason("first thread of the source's own new child"));
        QVERIFY(shown.rows.front().confidence < 50);
    }

    void a_payload_in_the_own_child_is() {
        Host host;
        host.starts_target(0);
        host.says(2, Operation::memory_alloc, kBase, kRwx);
        host.says(3, Operation::memory_write, kBase, kWrite);
        host.says(4, Operation::remote_thread, kBase);
        const auto shown = host.shown();
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QVERIFY(!shown.rows.front().damped);
        QVERIFY(shown.rows.front().confidence >= 80);
    }

    void the_systems_own_threads_are_damped_data() {
        QTest::addColumn<QByteArray>("source");
        QTest::addColumn<int>("pid");
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("console") << QByteArray("C:\\Windows\\System32\\csrss.exe") << 604 << QByteArray("C:\\a\\cmd.exe");
        QTest::newRow("System") << QByteArray("System") << 4 << QByteArray("C:\\a\\cmd.exe");
        QTest::newRow("MemCompression") << QByteArray("C:\\Windows\\System32\\svchost.exe") << 700 << QByteArray("MemCompression");
    }

    void the_systems_own_threads_are_damped() {
        QFETCH(QByteArray, source);
        QFETCH(int, pid);
        QFETCH(QByteArray, target);
        for (const bool writes : {false, true}) {
            Host host;
            host.loader = host.builder.process(source.constData(), static_cast<std::uint32_t>(pid));
            host.notepad = host.builder.process(target.constData(), 5000);
            host.says(0, Operation::process_access, 0x1fffff);
            if (writes) {
                host.says(5, Operation::memory_write, kBase, kWrite);
            }
            host.says(10, Operation::remote_thread, kBase);
            const auto shown = host.shown();
            QCOMPARE(shown.rows.size(), std::size_t{1});
            QCOMPARE(shown.rows.front().damped, !writes);
        }
    }

    void failed_calls_lead_to_nothing() {
        Host host;
        host.says(0, Operation::process_access, 0x1fffff, "", windows_flag::kFailed);
        host.says(1, Operation::memory_write, kBase, kWrite, windows_flag::kFailed);
        QVERIFY(host.shown().rows.empty());
        const auto attempt = host.shown(true);
        QCOMPARE(attempt.rows.size(), std::size_t{1});
        QCOMPARE(attempt.rows.front().kind, FindingKind::partial);
        QVERIFY(attempt.rows.front().confidence < 50);
        QVERIFY(attempt.sentence().find("was refused") != std::string::npos);
        host.says(2, Operation::remote_thread, kBase);
        QCOMPARE(host.shown().rows.front().kind, FindingKind::lone);
    }

    void memory_alone_is_a_precondition() {
        Host host;
        host.says(0, Operation::memory_alloc, kBase, kRwx);
        host.says(1, Operation::memory_protect, kBase, "PROTECTVM_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READ");
        const auto shown = host.shown(true);
        QCOMPARE(shown.rows.size(), std::size_t{1});
        QCOMPARE(shown.rows.front().kind, FindingKind::partial);
        QCOMPARE(shown.rows.front().grade, Grade::precondition);
        QVERIFY(shown.sentence().find("allocated memory in notepad.exe (9536)") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(An1399MemoryTest)
#include "an1399_memory_test.moc"
