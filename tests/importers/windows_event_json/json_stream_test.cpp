#include <QTest>

#include "importers/readers/json/json_text.h"
#include "tests/importers/windows_event_json/json_reading.h"

using namespace trocar;
using trocar::test::q;
using trocar::test::read_json;
using trocar::test::RecordingSink;
using trocar::test::utf16;

namespace {

// A made event of about `size` bytes.
std::string line(int id, std::size_t size = 0) {
    std::string text = q("{'SourceName':'P','Channel':'C','Hostname':'H','EventID':") + std::to_string(id) + q(",'Payload':'");
    if (size > text.size() + 2) {
        text.append(size - text.size() - 2, 'x');
    }
    return text + "\"}";
}

std::string pretty(int id) {
    return q("{\n  'SourceName': 'P',\n  'Channel': 'C',\n  'EventID': ") + std::to_string(id) +
           q(",\n  'Payload': '}{][ \\\\ \\' ,'\n}");
}

std::vector<std::uint32_t> ids(const RecordingSink& sink) {
    std::vector<std::uint32_t> out;
    for (const auto& e : sink.events) {
        out.push_back(e.event_id);
    }
    return out;
}
using Ids = std::vector<std::uint32_t>;

}  // namespace

class JsonStreamTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void layouts_data() {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("lines", line(1) + "\n" + line(2) + "\n" + line(3) + "\n");
        row("no last line break", line(1) + "\n" + line(2) + "\n" + line(3));
        row("crlf and blank lines", "\r\n" + line(1) + "\r\n\r\n" + line(2) + "\r\n  \r\n" + line(3) + "\r\n");
        row("utf-8 mark", "\xef\xbb\xbf" + line(1) + "\n" + line(2) + "\n" + line(3));
        row("utf-16 le", utf16(line(1) + "\r\n" + line(2) + "\r\n" + line(3) + "\r\n", false, true));
        row("utf-16 be", utf16(line(1) + "\n" + line(2) + "\n" + line(3), true, true));
        row("utf-16 le, no mark", utf16("[" + line(1) + "," + line(2) + "," + line(3) + "]", false, false));
        row("array", "[" + line(1) + ",\n" + line(2) + " , " + line(3) + "]\n");
        row("array of lines", "[\n" + line(1) + ",\n" + line(2) + ",\n" + line(3) + "\n]");
        row("pretty array", "[\n  " + pretty(1) + ",\n  " + pretty(2) + ",\n" + pretty(3) + "\n]\n");
        row("pretty, concatenated", pretty(1) + "\n" + pretty(2) + pretty(3));
        row("on one line", line(1) + line(2) + " " + line(3));
        row("lines, then a pretty one", line(1) + "\n" + pretty(2) + "\n" + line(3) + "\n");
        row("an array a line", "[" + line(1) + "]\n[" + line(2) + "," + line(3) + "]\n");
    }
    void layouts() {
        QFETCH(QByteArray, text);
        const RecordingSink sink = read_json(text.toStdString());
        QCOMPARE(ids(sink), (Ids{1, 2, 3}));
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        for (const auto& [name, count] : sink.losses) {
            QCOMPARE(name, std::string("windows_time_missing"));  // the made events have no time
        }
        const auto importer = make_windows_event_json_importer();
        for (const auto& e : sink.events) {
            const auto shown = importer->render(as_bytes(sink.blocks[e.block - 1]), e.place);
            QVERIFY(shown.ok());
            QCOMPARE(shown.value().fields.at(2).second.empty(), false);
            QVERIFY(shown.value().text.find("\"EventID\": " + std::to_string(e.event_id)) != std::string::npos);
        }
        QCOMPARE(sink.done, static_cast<std::uint64_t>(text.size()));
    }
    // Raw blocks are runs of whole lines of about 64 KiB, and together they are the file.
    void rawBlocksAreTheFile() {
        std::string text;
        for (int i = 1; i <= 600; ++i) {
            text += line(i, 1500) + "\r\n";
        }
        const RecordingSink sink = read_json(text);
        QCOMPARE(sink.events.size(), std::size_t{600});
        std::string joined;
        for (std::size_t i = 0; i < sink.blocks.size(); ++i) {
            QCOMPARE(sink.block_offsets[i], static_cast<std::uint64_t>(joined.size()));
            QVERIFY(sink.blocks[i].size() <= 66'000);
            joined += sink.blocks[i];
        }
        QVERIFY(joined == text);
        QCOMPARE(sink.events[599].raw, line(600, 1500));
    }
    void utf16RawIsByteForByte() {
        const std::string text = utf16(line(1) + "\n" + line(2) + "\n", false, true);
        const RecordingSink sink = read_json(text);
        QCOMPARE(sink.events[1].raw, utf16(line(2), false, false));
        QCOMPARE(sink.block_offsets[0], std::uint64_t{2});
    }
    void aBadLineCostsOnlyItself() {
        const std::string bad = q("{'SourceName':'P','Channel':'C','EventID':2,'Payload':'cut");
        const RecordingSink sink = read_json(line(1) + "\n" + bad + "\n" + line(3) + "\n{]\nnothing\n12\n" + line(4) + "\n");
        QCOMPARE(ids(sink), (Ids{1, 3, 4}));
        QCOMPARE(sink.lost_count("json_record_broken"), std::uint64_t{4});
        QCOMPARE(sink.lost_raw[1], bad);  // [0] is the missing time of the first event
        for (const auto& [name, place] : sink.places) {
            if (name == "json_record_broken") {
                QCOMPARE(place.record, std::uint64_t{2});
                QCOMPARE(place.offset, static_cast<std::uint64_t>(line(1).size() + 1));
                break;
            }
        }
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }
    void damageInAnArrayCostsOnlyItsElement() {
        const std::string bad = q("{'EventID':2,'Payload':'never closed");
        const RecordingSink sink = read_json("[\n" + line(1) + ",\n" + bad + ",\n" + line(3) + ",\n" + line(4) + "\n]");
        QCOMPARE(ids(sink), (Ids{1, 3, 4}));
        QCOMPARE(sink.lost_count("json_record_broken"), std::uint64_t{1});
    }
    void truncatedFile() {
        const std::string text = "[" + line(1) + "," + line(2).substr(0, 30);
        const RecordingSink sink = read_json(text);
        QCOMPARE(ids(sink), (Ids{1}));
        QCOMPARE(sink.lost_count("json_record_truncated"), std::uint64_t{1});
        QCOMPARE(sink.lost_raw.back(), line(2).substr(0, 30));
    }
    void elevenMegabytesOfOneLine() {
        const RecordingSink sink = read_json(line(1) + "\n" + line(2, 11U << 20U) + "\n" + line(3) + "\n");
        QCOMPARE(ids(sink), (Ids{1, 2, 3}));
        QVERIFY(sink.events[1].raw.size() == (11U << 20U));
        const RecordingSink array = read_json("[" + line(1) + "," + line(2, 11U << 20U) + "," + line(3) + "]");
        QCOMPARE(ids(array), (Ids{1, 2, 3}));
    }
    void beyondTheLimitIsPassedOverAndCounted() {
        const std::string big = line(2, kMaxJsonRecord + (3U << 20U));
        for (const std::string& text : {line(1) + "\n" + big + "\n" + line(3) + "\n", "[" + line(1) + "," + big + "," + line(3) + "]"}) {
            const RecordingSink sink = read_json(text);
            QCOMPARE(ids(sink), (Ids{1, 3}));
            QCOMPARE(sink.lost_count("json_record_too_long"), std::uint64_t{1});
            for (const std::string& block : sink.blocks) {
                QVERIFY(block.size() <= kMaxJsonRecord);
            }
            QCOMPARE(sink.bad_places, std::uint64_t{0});
        }
    }
    void duplicateNamesAreCountedAndTheFirstCounts() {
        const RecordingSink sink =
            read_json(q("{'SourceName':'P','Channel':'C','EventID':1,'EventID':2,'A':'x','A':'y'}"));
        QCOMPARE(ids(sink), (Ids{1}));
        QCOMPARE(sink.lost_count("json_duplicate_names"), std::uint64_t{1});
        QCOMPARE(sink.events[0].field("A"), std::string("x"));
        QCOMPARE(sink.events[0].fields.size(), std::size_t{2});
    }
    void deepNestingIsCutAndCounted() {
        std::string deep = q("{'SourceName':'P','Channel':'C','EventID':1,'A':");
        for (int i = 0; i < 5000; ++i) {
            deep += q("{'b':");
        }
        deep += "1" + std::string(5001, '}');
        const RecordingSink sink = read_json(deep + "\n" + line(2) + "\n");
        QVERIFY(sink.events.size() + sink.lost_count("json_record_broken") == 2);
        QCOMPARE(sink.events.back().event_id, 2U);
        const RecordingSink brackets = read_json(line(1) + "\n" + std::string(3'000'000, '[') + "\n" + line(2) + "\n");
        QCOMPARE(ids(brackets), (Ids{1, 2}));
    }
    void tooManyNamesAreCutAndCounted() {
        std::string wide = q("{'SourceName':'P','Channel':'C','EventID':1");
        for (int i = 0; i < 20'000; ++i) {
            wide += q(",'f") + std::to_string(i) + q("':'v'");
        }
        const RecordingSink sink = read_json(wide + "}");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.lost_count("json_fields_cut"), std::uint64_t{1});
        QVERIFY(sink.events[0].fields.size() <= 4096);
    }
    void badUtf8AndLoneSurrogatesGoOn() {
        RecordingSink sink = read_json(q("{'SourceName':'P','Channel':'C','EventID':1,'A':'a\xff\xfe b\x01'}\n") +
                                       q("{'SourceName':'P','Channel':'C','EventID':2,'A':'x\\ud800y\\udc00 \\ud83d\\ude00'}\n"));
        QCOMPARE(ids(sink), (Ids{1, 2}));
        QCOMPARE(sink.lost_count("json_bad_characters"), std::uint64_t{1});
        QCOMPARE(sink.events[0].field("A"), std::string("a\xef\xbf\xbd\xef\xbf\xbd b "));
        QCOMPARE(sink.events[1].field("A"), std::string("x\xef\xbf\xbdy\xef\xbf\xbd \xf0\x9f\x98\x80"));
    }
    void escapedNames() {
        const RecordingSink sink = read_json(q("{'Source\\u004eame':'P','Channel':'C','EventID':1,'A\\\\B\\'':'x'}"));
        QCOMPARE(sink.events.size(), std::size_t{1});
        QCOMPARE(sink.events[0].provider, std::string("P"));
        QCOMPARE(sink.events[0].field("A\\B\""), std::string("x"));
    }
    void badScalarsAreNotTakenForValues() {
        for (const char* value : {"tru", "01", "1.", "-", "1e", "nul", "0x1f", "+1"}) {
            const RecordingSink sink = read_json(q("{'SourceName':'P','Channel':'C','EventID':1,'A':") + value + "}");
            QVERIFY2(sink.events.empty(), value);
            QCOMPARE(sink.lost_count("json_record_broken"), std::uint64_t{1});
        }
        const RecordingSink good = read_json(q("{'SourceName':'P','Channel':'C','EventID':1,'A':-1.5e+3,'B':true,'C2':18446744073709551615}"));
        QCOMPARE(good.events[0].field("A"), std::string("-1.5e+3"));
        QCOMPARE(good.events[0].field("B"), std::string("true"));
        QCOMPARE(good.events[0].field("C2"), std::string("18446744073709551615"));
    }
    void jsonThatIsNoEventIsCounted() {
        const RecordingSink sink = read_json(line(1) + "\n" + q("{'some':'thing'}\n{'EventID':'x','Channel':'C'}\n"));
        QCOMPARE(ids(sink), (Ids{1}));
        QCOMPARE(sink.lost_count("json_not_a_windows_event"), std::uint64_t{2});
    }
    void emptyAndBlankFiles() {
        for (const char* text : {"", "\n\n", "[]", "[", " \t", "\xef\xbb\xbf", "\xff\xfe", "[]]]]"}) {
            const RecordingSink sink = read_json(text);
            QVERIFY(sink.events.empty());
            QVERIFY(sink.losses.empty());
        }
    }
    void cancelled() {
        RecordingSink sink;
        sink.stop_at_progress = true;
        std::string text;
        for (int i = 0; i < 500; ++i) {
            text += line(i, 1000) + "\n";
        }
        const auto input = memory_input("made.json", text);
        const Status read = make_windows_event_json_importer()->parse(*input, {}, sink, {});
        QVERIFY(!read.ok());
        QVERIFY(read.error().kind == ErrorKind::cancelled);
        QVERIFY(sink.events.size() < 500);
    }
    void probes_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("least");
        QTest::addColumn<int>("most");
        QTest::addColumn<QByteArray>("reason");
        const auto row = [](const char* name, const std::string& text, int least, int most, const char* reason) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << least << most << QByteArray(reason);
        };
        row("lines", line(1) + "\n" + line(2) + "\n", 90, 90, "flat");
        row("sysmon", q("{'SourceName':'Microsoft-Windows-Sysmon','EventID':10,'UtcTime':'x'}"), 95, 95, "Sysmon");
        row("utf-16", utf16(line(1), false, true), 90, 90, "flat");
        row("first record longer than the head", line(1, 70'000).substr(0, 65'536), 50, 50, "longer");
        row("eslogger", q("{'schema_version':1,'event_type':9,'process':{'audit_token':{'pid':1}},'event':{}}"), 0, 0, "eslogger");
        row("linux audit beat", q("{'auditd':{'sequence':1},'event':{'module':'auditd'}}"), 0, 0, "Linux");
        row("any json", q("{'a':1}"), 0, 0, "no event id");
        row("xml", "<Events/>", 0, 0, "JSON object");
        row("binary", std::string("ElfFile\0abc", 11), 0, 0, "JSON object");
        row("empty", "", 0, 0, "empty");
    }
    void probes() {
        QFETCH(QByteArray, text);
        QFETCH(int, least);
        QFETCH(int, most);
        QFETCH(QByteArray, reason);
        const std::string bytes = text.toStdString();
        const Probe probe = make_windows_event_json_importer()->probe(as_bytes(bytes), "x.json");
        QVERIFY2(probe.confidence >= least && probe.confidence <= most, probe.reason.c_str());
        QVERIFY2(probe.reason.find(reason.toStdString()) != std::string::npos, probe.reason.c_str());
    }
    void renderOutsideItsBlockIsAnError() {
        const std::string block = line(1);
        QVERIFY(!make_windows_event_json_importer()->render(as_bytes(block), {10, 1000}).ok());
        const auto shown = make_windows_event_json_importer()->render(as_bytes(std::string_view("{\"broken\": ")), {0, 11});
        QVERIFY(shown.ok());
        QCOMPARE(shown.value().notation, std::string("json"));
    }
};

QTEST_GUILESS_MAIN(JsonStreamTest)
#include "json_stream_test.moc"
