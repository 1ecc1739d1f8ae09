// Records, payloads, clocks and self-descriptions, made by the writer or by hand.
#include "importers/readers/etl/extended.h"
#include "importers/readers/etl/log_header.h"
#include "importers/readers/etl/payload.h"
#include "importers/readers/etl/record.h"
#include "importers/readers/etl/trace_logging.h"
#include "tests/support/etl_writer.h"

#include <QTest>

#include <string>

using namespace trocar;
using namespace trocar::etl;
using test::EtlBytes;

namespace {

constexpr Guid kKernelProcess{0x22fb2cd60e7b422bULL, 0xa0c72fad1fd0e716ULL};
constexpr Guid kAuditApi{0xe02a841c75a34fa7ULL, 0xafc8ae09cf9b7f23ULL};

struct Decoded {
    PayloadState state{};
    std::string fields;
};

std::string shown(const std::vector<EventField>& fields) {
    std::string out;
    for (const EventField& field : fields) {
        out += std::string(field.name) + '=' + evtx::display_text(field.value) + ' ';
    }
    return out;
}

Decoded decode(const std::string& bytes) {
    Record record;
    Decoded out;
    if (read_record(as_bytes(bytes), 0, record) != RecordState::record) {
        out.fields = "no record";
        return out;
    }
    evtx::TextBuffer text(1U << 16U);
    std::vector<EventField> fields;
    out.state = read_payload(record, text, fields);
    out.fields = shown(fields);
    return out;
}

std::string open_process(const std::string& payload, std::uint8_t version = 0) {
    return test::etl_event({kAuditApi, 5, version, 1, 8, 9, payload, {}});
}

std::string describe(const Record& r) {
    return std::string(name(r.kind)) + " id " + std::to_string(r.id) + " v" + std::to_string(r.version) +
           " pid " + std::to_string(static_cast<std::int32_t>(r.pid)) + " tid " +
           std::to_string(static_cast<std::int32_t>(r.tid)) + " at " + std::to_string(r.ticks) + " payload " +
           std::string(as_text(r.payload)) + (r.wide ? " 64" : " 32");
}

}  // namespace

class EtlReaderTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void every_kind_of_record_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("read");
        const auto row = [](const char* name, const std::string& bytes, const char* read) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromLatin1(read);
        };
        row("system32", test::etl_kernel(1, 5, 1, 3, 77, 8, 9, "abc"),
            "SYSTEM32 id 1281 v3 pid 8 tid 9 at 77 payload abc 32");
        row("system64", test::etl_kernel(2, 5, 1, 3, 77, 8, 9, "abc"),
            "SYSTEM64 id 1281 v3 pid 8 tid 9 at 77 payload abc 64");
        row("compact32", test::etl_kernel(3, 3, 2, 4, 77, 8, 9, ""),
            "COMPACT32 id 770 v4 pid 8 tid 9 at 77 payload  32");
        row("compact64", test::etl_kernel(4, 3, 2, 4, 77, 8, 9, "a"),
            "COMPACT64 id 770 v4 pid 8 tid 9 at 77 payload a 64");
        row("perfinfo32", test::etl_kernel(0x10, 20, 3, 3, 5, 0, 0, "p"),
            "PERFINFO32 id 5123 v3 pid -1 tid -1 at 5 payload p 32");
        row("perfinfo64", test::etl_kernel(0x11, 20, 3, 3, 5, 0, 0, "p"),
            "PERFINFO64 id 5123 v3 pid -1 tid -1 at 5 payload p 64");
        const test::EtlEvent event{kAuditApi, 6, 2, 99, 10, 11, "xyz", {}};
        row("event32", test::etl_event(event, false),
            "EVENT_HEADER32 id 6 v2 pid 10 tid 11 at 99 payload xyz 32");
        row("event64", test::etl_event(event, true),
            "EVENT_HEADER64 id 6 v2 pid 10 tid 11 at 99 payload xyz 64");
        row("full",
            EtlBytes()
                .u16(0x31)
                .u8(0x14)
                .u8(0xc0)
                .u8(7)
                .u8(4)
                .u16(3)
                .u32(11)
                .u32(10)
                .u64(99)
                .guid(kAuditApi)
                .zeros(8)
                .raw("c")
                .bytes(),
            "FULL_HEADER64 id 7 v3 pid 10 tid 11 at 99 payload c 64");
        row("instance",
            EtlBytes()
                .u16(0x39)
                .u8(0x15)
                .u8(0xc0)
                .u8(7)
                .u8(4)
                .u16(3)
                .u32(11)
                .u32(10)
                .u64(99)
                .zeros(32)
                .raw("i")
                .bytes(),
            "INSTANCE64 id 7 v3 pid 10 tid 11 at 99 payload i 64");
        row("message",
            EtlBytes()
                .u16(0x2d)
                .u8(0)
                .u8(0x90)
                .u16(12)
                .u16(0x2b)
                .u32(1)
                .guid(kAuditApi)
                .u64(99)
                .u32(11)
                .u32(10)
                .raw("m")
                .bytes(),
            "MESSAGE id 12 v0 pid 10 tid 11 at 99 payload m 64");
    }

    void every_kind_of_record() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, read);
        const std::string text = bytes.toStdString();
        Record record;
        QCOMPARE(read_record(as_bytes(text), 0, record), RecordState::record);
        QCOMPARE(QString::fromStdString(describe(record)), read);
        for (std::size_t size = 8; size < text.size(); ++size) {
            QCOMPARE(read_record(as_bytes(text).first(size), 0, record), RecordState::cut_off);
        }
    }

    void what_is_no_record() {
        Record record;
        const std::string end = EtlBytes().u32(0xffffffff).zeros(8).bytes();
        QCOMPARE(read_record(as_bytes(end), 0, record), RecordState::end);
        QCOMPARE(read_record(as_bytes(end), 8, record), RecordState::end);
        QCOMPARE(read_record(as_bytes(end), 4, record), RecordState::bad);  // zeros
        const std::string small = EtlBytes().u16(0x4f).u8(0x13).u8(0xc0).zeros(0x60).bytes();
        QCOMPARE(read_record(as_bytes(small), 0, record), RecordState::bad);
        const std::string other = EtlBytes().u16(0x50).u8(0x77).u8(0xc0).zeros(0x60).bytes();
        QCOMPARE(read_record(as_bytes(other), 0, record), RecordState::bad);
    }

    void extended_items() {
        const std::string bytes = test::etl_event(
            {kAuditApi, 5, 0, 1, 8, 9, "pay", {{6, std::string(24, 's')}, {0x0d, "startkey"}, {2, "sid"}}});
        Record record;
        QCOMPARE(read_record(as_bytes(bytes), 0, record), RecordState::record);
        QCOMPARE(std::string(as_text(record.payload)), std::string("pay"));
        QCOMPARE(std::string(as_text(find_extended(record.extended, Extended::process_start_key))),
                 std::string("startkey"));
        QCOMPARE(find_extended(record.extended, Extended::stack64).size(), std::size_t{24});
        QVERIFY(find_extended(record.extended, Extended::schema).empty());
        std::string endless = bytes;
        endless[0x50 + 32 + 16 + 4] = 1;  // the last item says that another follows: the payload is none
        QCOMPARE(read_record(as_bytes(endless), 0, record), RecordState::bad);
    }

    void payload_by_layout() {
        const std::string payload = EtlBytes().u32(4660).u32(0x1fffff).u32(0xc0000022).bytes();
        const Decoded read = decode(open_process(payload));
        QCOMPARE(read.state, PayloadState::read);
        QCOMPARE(read.fields,
                 std::string("TargetProcessId=4660 DesiredAccess=0x1fffff ReturnCode=0xc0000022 "));
        QCOMPARE(decode(open_process(payload + '\0')).state, PayloadState::misfit);
        QCOMPARE(decode(open_process(payload.substr(1))).state, PayloadState::misfit);
        QVERIFY(decode(open_process(payload.substr(1))).fields.empty());
        QCOMPARE(decode(open_process(payload, 9)).state, PayloadState::unknown_version);
        QCOMPARE(decode(test::etl_event({kAuditApi, 500, 0, 1, 8, 9, payload, {}})).state,
                 PayloadState::unknown);
        QCOMPARE(decode(test::etl_event({{}, 5, 0, 1, 8, 9, payload, {}})).state, PayloadState::unknown);
    }

    void pointers_follow_the_header() {
        for (const bool wide : {true, false}) {
            const std::string payload = EtlBytes(wide)
                                            .pointer(0x7ff0000)
                                            .pointer(0x2000)
                                            .u32(77)
                                            .u32(0)
                                            .u32(1)
                                            .pointer(0x10000)
                                            .text("a.dll")
                                            .bytes();
            const Decoded read = decode(test::etl_event({kKernelProcess, 5, 0, 1, 8, 9, payload, {}}, wide));
            QCOMPARE(read.fields,
                     std::string("ImageBase=0x7ff0000 ImageSize=0x2000 ProcessID=77 ImageCheckSum=0 "
                                 "TimeDateStamp=1 DefaultBase=0x10000 ImageName=a.dll "));
            QCOMPARE(decode(test::etl_event({kKernelProcess, 5, 0, 1, 8, 9, payload, {}}, !wide)).state,
                     PayloadState::misfit);
        }
    }

    void kernel_process_with_and_without_user() {
        const std::string head = EtlBytes().pointer(1).u32(77).u32(4).u32(1).u32(0).pointer(2).u32(0).bytes();
        const std::string tail = EtlBytes().ansi("a.exe").text("a.exe -x").text("").text("").bytes();
        const std::string sid =
            EtlBytes().pointer(0xffffb48812345678ULL).pointer(0).u8(1).u8(1).zeros(5).u8(5).u32(18).bytes();
        const Decoded system = decode(test::etl_kernel(2, 3, 1, 4, 1, 8, 9, head + sid + tail));
        QVERIFY2(system.fields.find("UserSID=S-1-5-18 ImageFileName=a.exe CommandLine=a.exe -x") !=
                     std::string::npos,
                 system.fields.c_str());
        const Decoded nobody =
            decode(test::etl_kernel(2, 3, 1, 4, 1, 8, 9, head + std::string(4, '\0') + tail));
        QVERIFY2(nobody.fields.find("UserSID= ImageFileName=a.exe") != std::string::npos,
                 nobody.fields.c_str());
    }

    void clocks() {
        constexpr std::uint64_t start = 134'000'000'000'000'000ULL;
        const UtcNanos at_start = from_filetime(start);
        // Ten years of a 3 GHz counter: the product with 10^7 needs 84 bits.
        const Clock fast(start, 500, 10'000'000, 3'000'000'000ULL);
        QCOMPARE(difference(fast.at(500 + 3'000'000'000ULL * 315'360'000), at_start).count,
                 315'360'000LL * 1'000'000'000);
        QCOMPARE(difference(fast.at(500 + 3'001), at_start).count, 1'000LL);
        const Clock cycles(start, 0, 10, 2'000);
        QCOMPARE(difference(cycles.at(2'000'000'000), at_start).count, 1'000'000'000LL);
        const Clock system(start, start, 1, 1);
        QCOMPARE(system.at(start + 5).count, from_filetime(start + 5).count);
        QCOMPARE(system.at(start - 5).count, from_filetime(start - 5).count);
        QVERIFY(Clock(start, 0, 10'000'000, 0).at(1).none());
        QVERIFY(fast.at(UINT64_MAX).none() || fast.at(UINT64_MAX) > at_start);
        QVERIFY(Clock(start, 0, 10'000'000, 1).at(UINT64_MAX).none());
    }

    void multiply_divide_is_exact() {
        QCOMPARE(multiply_divide(7, 0, 3), std::uint64_t{0});
        QCOMPARE(multiply_divide(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
        QCOMPARE(multiply_divide(UINT64_MAX - 1, UINT64_MAX - 1, UINT64_MAX), UINT64_MAX - 2);
        QCOMPARE(multiply_divide(UINT64_MAX, 10'000'000, 3), UINT64_MAX);  // saturates
        QCOMPARE(multiply_divide(1ULL << 63, 6, 1ULL << 62), std::uint64_t{12});
        QCOMPARE(multiply_divide(0xfedcba9876543211ULL, 0x123456789abcdefULL, 0xffffffffffffffc5ULL),
                 0x121fa00ad77d742ULL);
    }

    void self_description() {
        EtlBytes fields;
        fields.u8(0).ansi("Scan");
        fields.ansi("name").u8(1).ansi("code").u8(0x80 | 8).u8(4).ansi("list").u8(0x40 | 6);
        fields.ansi("inner")
            .u8(0x80 | 24)
            .u8(2)
            .ansi("a")
            .u8(4)
            .ansi("b")
            .u8(2)
            .ansi("fixed")
            .u8(0x20 | 4)
            .u16(3)
            .ansi("raw")
            .u8(0xc0 | 6)
            .u8(2);
        const std::string schema =
            EtlBytes().u16(static_cast<std::uint16_t>(fields.bytes().size() + 2)).raw(fields.bytes()).bytes();
        const std::string payload = EtlBytes()
                                        .text("amsi")
                                        .u32(7)
                                        .u16(2)
                                        .u16(10)
                                        .u16(11)
                                        .u8(9)
                                        .ansi("in")
                                        .u8(1)
                                        .u8(2)
                                        .u8(3)
                                        .u16(1)
                                        .u16(0x263a)
                                        .bytes();
        evtx::TextBuffer text(1U << 16U);
        std::vector<EventField> read;
        const SelfDescription self =
            read_trace_logging(as_bytes(schema), as_bytes(payload), true, text, read);
        QCOMPARE(std::string(self.name), std::string("Scan"));
        QCOMPARE(shown(read),
                 std::string("name=amsi code=7 list=10, 11 inner.a=9 inner.b=in fixed=1, 2, 3 raw=\u263a "));
        QVERIFY(self.whole);
        for (std::size_t size = 0; size < payload.size(); ++size) {
            read.clear();
            QVERIFY(
                !read_trace_logging(as_bytes(schema), as_bytes(payload).first(size), true, text, read).whole);
        }
        QCOMPARE(std::string(provider_name(as_bytes(EtlBytes().u16(8).ansi("Maker").bytes()), text)),
                 std::string("Maker"));
    }
};

QTEST_APPLESS_MAIN(EtlReaderTest)
#include "etl_reader_test.moc"
