// The importer: what it recognises, reads back and counts, in whole and in damaged traces.
#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/readers/etl/format.h"
#include "importers/windows_etl/windows_etl.h"
#include "tests/support/etl_writer.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <memory>
#include <string>

using namespace trocar;
using namespace trocar::test;

namespace {

constexpr Guid kAuditApi{0xe02a841c75a34fa7ULL, 0xafc8ae09cf9b7f23ULL};
constexpr Guid kThreat{0xf4e1897cbb5d5668ULL, 0xf1d8040f4d8dd344ULL};
constexpr Guid kKernelProcess{0x22fb2cd60e7b422bULL, 0xa0c72fad1fd0e716ULL};
constexpr Guid kUnknown{0x1122334455667788ULL, 0x99aabbccddeeff00ULL};
constexpr std::size_t kBuffer = 4096;

struct Imported {
    RecordingSink sink;
    Status status;
};

std::unique_ptr<Imported> import_bytes(std::string bytes) {
    auto out = std::make_unique<Imported>();
    const auto input = memory_input("made.etl", std::move(bytes));
    out->status = make_windows_etl_importer()->parse(*input, {}, out->sink, {});
    return out;
}

std::string losses_of(const RecordingSink& sink) {
    std::string out;
    for (const auto& [name, count] : sink.losses) {
        out += name + '=' + std::to_string(count) + ' ';
    }
    return out;
}

EtlEvent open_process(std::uint64_t ticks, std::uint32_t target, std::uint32_t status = 0) {
    return {kAuditApi, 5, 0, ticks, 800, 801, EtlBytes().u32(target).u32(0x1fffff).u32(status).bytes(), {}};
}

/// 200 events spread over four processors, so that the file's order is not that of time.
EtlWriter busy(EtlSession session) {
    EtlWriter writer(session);
    for (std::uint32_t i = 0; i < 200; ++i) {
        writer.add(static_cast<std::uint16_t>(i * 7 % 4),
                   etl_event(open_process(1'000 + i * 10'000, 1'000 + i), session.wide));
    }
    return writer;
}

EtlSession session(bool wide, bool compressed) {
    EtlSession out;
    out.wide = wide;
    out.compressed = compressed;
    return out;
}

/// Events of Kernel-Process.
struct Story {
    EtlWriter writer{{}};

    void start(std::uint16_t cpu, std::uint64_t ticks, std::uint32_t pid, std::string_view image) {
        const std::uint64_t created = EtlSession().start + ticks - EtlSession().first_ticks;
        add(cpu, 1, 0, ticks, 4, EtlBytes().u32(pid).u64(created).u32(4).u32(1).text(image));
    }
    void thread(std::uint16_t cpu, std::uint64_t ticks, std::uint32_t creator, std::uint32_t pid,
                std::uint32_t tid, std::uint64_t address) {
        EtlBytes payload;
        payload.u32(pid)
            .u32(tid)
            .pointer(0)
            .pointer(0)
            .pointer(0)
            .pointer(0)
            .pointer(address)
            .pointer(address)
            .pointer(0);
        add(cpu, 3, 0, ticks, creator, payload);
    }
    void module(std::uint16_t cpu, std::uint64_t ticks, std::uint32_t pid, std::uint64_t base,
                std::uint64_t size) {
        add(cpu, 5, 0, ticks, pid,
            EtlBytes().pointer(base).pointer(size).u32(pid).u32(0).u32(0).pointer(base).text("a.dll"));
    }

private:
    void add(std::uint16_t cpu, std::uint16_t id, std::uint8_t version, std::uint64_t ticks,
             std::uint32_t pid, const EtlBytes& payload) {
        writer.add(cpu, etl_event({kKernelProcess, id, version, ticks, pid, 1, payload.bytes(), {}}));
    }
};

}  // namespace

class WindowsEtlImporterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void probe() {
        const auto importer = make_windows_etl_importer();
        const std::string file = busy(session(true, true)).finish();
        QCOMPARE(importer->probe(as_bytes(file), "x").confidence, 95);
        QCOMPARE(importer->probe(as_bytes(file).first(0x200), "x").confidence, 95);
        QCOMPARE(importer->probe(as_bytes(file).subspan(kBuffer), "x.etl").confidence, 0);
        QCOMPARE(importer->probe({}, "x").confidence, 0);
        QVERIFY(
            importer
                ->probe(
                    as_bytes("not a trace, but quite a long text, longer than the header of any buffer is"),
                    "x.etl")
                .reason.find("named .etl") == 0);
    }

    void round_trip_data() {
        QTest::addColumn<bool>("wide");
        QTest::addColumn<bool>("compressed");
        for (const bool wide : {true, false}) {
            for (const bool compressed : {true, false}) {
                QTest::addRow("%s %s", wide ? "64" : "32", compressed ? "compressed" : "plain")
                    << wide << compressed;
            }
        }
    }

    void round_trip() {
        QFETCH(bool, wide);
        QFETCH(bool, compressed);
        const auto got = import_bytes(busy(session(wide, compressed)).finish());
        QVERIFY(got->status.ok());
        QCOMPARE(losses_of(got->sink), std::string());
        QCOMPARE(got->sink.bad_places, std::uint64_t{0});
        QCOMPARE(got->sink.events.size(), std::size_t{201});
        QCOMPARE(got->sink.events[0].field("SessionName"), std::string("made"));
        std::vector<bool> seen(200);
        bool ordered = true;
        for (std::size_t i = 1; i < got->sink.events.size(); ++i) {
            const RecordedEvent& event = got->sink.events[i];
            const auto target = event.target.pid - 1'000;
            QCOMPARE(event.operation, Operation::process_access);
            QCOMPARE(event.actor.pid, 800U);
            QCOMPARE(event.value, std::uint64_t{0x1fffff});
            QCOMPARE(difference(event.time, from_filetime(EtlSession().start)).count,
                     std::int64_t{target} * 1'000'000);
            QVERIFY(!seen.at(target));
            seen[target] = true;
            ordered = ordered && (i == 1 || event.time > got->sink.events[i - 1].time);
        }
        QVERIFY(!ordered);
    }

    void render_shows_the_record_again() {
        const auto importer = make_windows_etl_importer();
        for (const bool compressed : {true, false}) {
            const auto got = import_bytes(busy(session(true, compressed)).finish());
            const RecordedEvent& event = got->sink.events[57];
            const auto shown = importer->render(as_bytes(got->sink.blocks[event.block - 1]), event.place);
            QVERIFY(shown.ok());
            QVERIFY(shown.value().text.find("TargetProcessId: " + std::to_string(event.target.pid)) !=
                    std::string::npos);
            QVERIFY(
                !importer->render(as_bytes(got->sink.blocks[event.block - 1]), {event.place.offset + 8, 8})
                     .ok());
        }
    }

    void a_failed_call_is_an_attempt() {
        EtlWriter writer({});
        writer.add(0, etl_event(open_process(2'000, 77, 0xc0000022)));
        const auto got = import_bytes(writer.finish());
        QCOMPARE(got->sink.events[1].field("ReturnCode"), std::string("0xc0000022"));
        QVERIFY((got->sink.events[1].flags & windows_flag::kFailed) != 0);
    }

    void layouts_of_windows_10_1803() {
        EtlBytes alloc;
        const auto party = [](EtlBytes& out, std::uint32_t pid) -> EtlBytes& {
            return out.u32(pid).u64(EtlSession().start).u64(pid).u8(1).u8(2).u8(3);
        };
        party(alloc, 800).u32(801).u64(EtlSession().start);
        party(alloc, 77).pointer(0x180000).pointer(0x2000).u32(0x3000).u32(0x40);
        EtlWriter writer({});
        writer.add(0, etl_event({kThreat, 1, 0, 2'000, 800, 801, alloc.bytes(), {}}));
        const auto got = import_bytes(writer.finish());
        QCOMPARE(losses_of(got->sink), std::string());
        const RecordedEvent& event = got->sink.events[1];
        QCOMPARE(event.operation, Operation::memory_alloc);
        QCOMPARE(event.target.pid, 77U);
        QCOMPARE(event.value, std::uint64_t{0x180000});
        QCOMPARE(event.text, std::string("ALLOCVM_REMOTE 0x180000, 0x2000 bytes, PAGE_EXECUTE_READWRITE"));
    }

    /// Buffers stand in reverse order of the processors: threads and modules before the start of their
    /// process.
    void what_a_process_is_may_come_after_it() {
        Story story;
        story.start(0, 1'000, 700, "\\Windows\\System32\\cmd.exe");
        story.thread(1, 2'000, 4, 700, 701, 0x20000);  // made by process creation
        story.module(1, 3'000, 700, 0x10000, 0x5000);
        story.thread(1, 4'000, 800, 700, 702, 0x12345);  // within the module
        story.thread(1, 5'000, 800, 700, 703, 0x20000);  // outside
        const auto got = import_bytes(story.writer.finish());
        QCOMPARE(losses_of(got->sink), std::string());
        const auto& events = got->sink.events;
        QCOMPARE(events[1].operation, Operation::thread_create);
        QCOMPARE(events[3].operation, Operation::remote_thread);
        QCOMPARE(events[3].flags, signal_flag::kStartInModule);
        QCOMPARE(events[4].flags, signal_flag::kStartOutsideModules);
        QCOMPARE(events[5].operation, Operation::process_create);
        QCOMPARE(events[4].target.image, std::string("\\Windows\\System32\\cmd.exe"));
    }

    void a_pid_used_again_has_its_own_threads_and_modules() {
        Story story;
        story.module(0, 2'000, 700, 0x10000, 0x5000);
        story.thread(0, 2'500, 4, 700, 701, 0x12345);
        story.start(1, 1'000, 700, "a.exe");
        story.start(1, 50'000'000, 700, "b.exe");  // five seconds later
        story.thread(2, 50'001'000, 4, 700, 710, 0x12345);
        story.module(2, 50'002'000, 700, 0x90000, 0x5000);
        story.thread(2, 50'003'000, 800, 700, 711, 0x12345);
        const auto got = import_bytes(story.writer.finish());
        const auto& events = got->sink.events;
        QCOMPARE(events[1].operation, Operation::thread_create);
        QCOMPARE(events[3].target.image, std::string("b.exe"));
        QCOMPARE(events[3].operation, Operation::remote_thread);
        QCOMPARE(events[3].flags, signal_flag::kStartOutsideModules);
        QCOMPARE(events[7].operation, Operation::thread_create);
        QCOMPARE(events[7].target.image, std::string("a.exe"));
        QVERIFY(events[7].target.guid != events[3].target.guid);
    }

    void the_kernel_logger_tells_of_lives_and_threads() {
        const auto process = [](std::uint32_t pid, std::uint32_t parent, std::string_view name) {
            return EtlBytes().pointer(9).u32(pid).u32(parent).u32(1).u32(0).pointer(0).u32(0).ansi(name).text("run it");
        };
        const auto thread = [](std::uint32_t pid, std::uint32_t tid, std::uint64_t start) {
            return EtlBytes().u32(pid).u32(tid).zeros(40).pointer(start).pointer(0).zeros(8);
        };
        const auto module = EtlBytes().pointer(0x10000).pointer(0x5000).u32(77).zeros(12).pointer(0).zeros(16).text(
            "\\Users\\a\\x.dll");
        EtlWriter writer({});
        const auto add = [&writer](std::uint8_t group, std::uint8_t opcode, std::uint8_t version, std::uint64_t ticks,
                                   std::uint32_t pid, const EtlBytes& payload) {
            writer.add(0, etl_kernel(2, group, opcode, version, ticks, pid, 801, payload.bytes()));
        };
        add(3, 3, 3, 2'000, 0, process(800, 4, "evil.exe"));
        add(3, 1, 3, 3'000, 800, process(77, 900, "cmd.exe"));
        add(5, 1, 3, 4'000, 800, thread(77, 78, 0x10100));
        add(3, 10, 2, 5'000, 77, module);
        add(5, 1, 3, 6'000, 800, thread(77, 79, 0x90000));
        add(5, 3, 3, 6'500, 800, thread(77, 79, 0x90000));  // running at the time: none started
        add(3, 2, 3, 7'000, 77, process(77, 900, "cmd.exe"));
        const auto got = import_bytes(writer.finish());
        QCOMPARE(losses_of(got->sink), std::string());
        const auto& events = got->sink.events;
        QCOMPARE(events[1].operation, Operation::process_seen);
        QCOMPARE(events[2].operation, Operation::process_create);
        QCOMPARE(events[2].actor.image, std::string("evil.exe"));
        QCOMPARE(events[2].parent.pid, 900U);
        QCOMPARE(events[2].command_line, std::string("run it"));
        QCOMPARE(events[3].operation, Operation::thread_create);
        QCOMPARE(events[4].operation, Operation::module_load);
        QCOMPARE(events[4].text, std::string("\\Users\\a\\x.dll"));
        QCOMPARE(events[5].operation, Operation::remote_thread);
        QCOMPARE(events[5].target.image, std::string("cmd.exe"));
        QCOMPARE(events[5].value, std::uint64_t{0x90000});
        QCOMPARE(events[5].flags, signal_flag::kStartOutsideModules);
        QCOMPARE(events[6].operation, Operation::generic);
        QCOMPARE(events[7].operation, Operation::process_exit);
    }

    void where_modules_are_not_known_nothing_is_said() {
        Story story;
        story.thread(0, 2'000, 800, 700, 701, 0x12345);
        const auto got = import_bytes(story.writer.finish());
        QCOMPARE(got->sink.events[1].operation, Operation::remote_thread);
        QCOMPARE(got->sink.events[1].flags, 0U);
    }

    void unknown_events_stay_searchable() {
        EtlWriter writer({});
        writer.add(0, etl_event({kUnknown, 42, 0, 2'000, 800, 801, "\x01\xff", {}}));
        writer.add(0, EtlBytes().u16(0x0b).u8(0).u8(0x90).u16(12).u16(0).raw("wpp").bytes());
        const auto got = import_bytes(writer.finish());
        QCOMPARE(losses_of(got->sink), std::string());
        QCOMPARE(got->sink.events[1].provider, std::string("{11223344-5566-7788-99aa-bbccddeeff00}"));
        QCOMPARE(got->sink.events[1].event_id, 42U);
        QCOMPARE(got->sink.events[1].field("Payload"), std::string("01ff"));
        QCOMPARE(got->sink.events[2].provider, std::string("MESSAGE"));
        QVERIFY(got->sink.events[2].time.none());
    }

    void a_payload_that_does_not_fit_has_no_meaning() {
        EtlEvent shorter = open_process(2'000, 77);
        shorter.payload.pop_back();
        EtlEvent newer = open_process(3'000, 77);
        newer.version = 9;
        EtlWriter writer({});
        writer.add(0, etl_event(shorter));
        writer.add(0, etl_event(newer));
        const auto got = import_bytes(writer.finish());
        QCOMPARE(losses_of(got->sink), std::string("etl_payload_misfit=1 etl_payload_version=1 "));
        for (const std::size_t i : {1U, 2U}) {
            QCOMPARE(got->sink.events[i].operation, Operation::generic);
            QCOMPARE(got->sink.events[i].provider, std::string("Microsoft-Windows-Kernel-Audit-API-Calls"));
        }
    }

    void what_windows_lost_is_told() {
        EtlSession losing;
        losing.events_lost = 37;
        losing.buffers_lost = 2;
        losing.mode = 2;
        EtlWriter writer(losing);
        writer.flag(0, 2);
        writer.add(0, etl_event(open_process(2'000, 77)));
        QCOMPARE(
            losses_of(import_bytes(writer.finish())->sink),
            std::string("etl_buffer_after_loss=1 etl_buffers_lost=2 etl_circular=1 etl_events_lost=37 "));
    }

    void a_bad_record_ends_its_buffer_only() {
        std::string file = busy(session(true, false)).finish();
        file[kBuffer + 0x48 + 0x60] = 'X';  // the second record of the second buffer
        file[kBuffer + 0x48 + 0x62] = 'X';
        const auto got = import_bytes(file);
        QVERIFY(got->status.ok());
        QCOMPARE(losses_of(got->sink), std::string("etl_record_damaged=1 "));
        QCOMPARE(got->sink.places[0].second.offset, std::uint64_t{kBuffer + 0x48 + 0x60});
        QVERIFY(got->sink.events.size() > 100);
        QVERIFY(got->sink.events.size() < 201);
    }

    void a_bad_buffer_size_loses_that_buffer() {
        std::string file = busy(session(true, false)).finish();
        file.replace(kBuffer, 4, "\xff\xff\xff\xff");
        const auto got = import_bytes(file);
        QCOMPARE(losses_of(got->sink), std::string("etl_buffer_header=1 "));
        QVERIFY(got->sink.events.size() > 100);
    }

    void every_cut_is_told() {
        for (const bool compressed : {true, false}) {
            const std::string file = busy(session(true, compressed)).finish();
            std::size_t before = 0;
            for (std::size_t size = kBuffer + 1; size < file.size(); size += 97) {
                const auto got = import_bytes(file.substr(0, size));
                QVERIFY(got->status.ok());
                QCOMPARE(got->sink.bad_places, std::uint64_t{0});
                QVERIFY(got->sink.events.size() >= before);
                before = got->sink.events.size();
                const auto told =
                    got->sink.lost_count("etl_truncated") + got->sink.lost_count("etl_buffers_missing");
                QVERIFY2(told > 0 || before == 201, std::to_string(size).c_str());
            }
            QVERIFY(before > 150);
        }
    }

    void no_header_is_no_trace() {
        const std::string file = busy(session(true, false)).finish();
        QVERIFY(!import_bytes(file.substr(kBuffer))->status.ok());
        QVERIFY(!import_bytes("")->status.ok());
        QVERIFY(!import_bytes(file.substr(0, 40))->status.ok());
    }

    void expansion_is_bounded() {
        std::string file = busy(session(true, true)).finish();
        // 200 buffers of 80 bytes that say they hold 16 MiB each.
        std::string bomb(80, '\0');
        bomb.replace(0, 4, EtlBytes().u32(80).bytes());
        bomb.replace(0x30, 6, EtlBytes().u32(16U << 20U).u16(0x60).bytes());
        for (int i = 0; i < 200; ++i) {
            file += bomb;
        }
        const auto got = import_bytes(file);
        QVERIFY(got->status.ok());
        QVERIFY(got->sink.lost_count("etl_expansion_limit") > 190);
        QCOMPARE(got->sink.events.size(), std::size_t{201});
    }

    void a_clock_without_frequency() {
        EtlSession broken;
        broken.frequency = 0;
        EtlWriter writer(broken);
        writer.add(0, etl_event(open_process(2'000, 77)));
        const auto got = import_bytes(writer.finish());
        QCOMPARE(losses_of(got->sink), std::string("etl_no_clock=1 "));
        QVERIFY(got->sink.events[1].time.none());
    }

    void stopping_stops() {
        RecordingSink sink;
        sink.stop_at_progress = true;
        const auto input = memory_input("made.etl", busy(session(true, false)).finish());
        const Status status = make_windows_etl_importer()->parse(*input, {}, sink, {});
        QVERIFY(!status.ok());
        QCOMPARE(status.error().kind, ErrorKind::cancelled);
    }
};

QTEST_APPLESS_MAIN(WindowsEtlImporterTest)
#include "windows_etl_importer_test.moc"
