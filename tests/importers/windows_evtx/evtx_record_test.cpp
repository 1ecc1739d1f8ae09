// Records of every structure that BinXML allows: values, paths, XML, and the plan equal to the tree.
#include <QTest>

#include "importers/readers/evtx/chunk_walk.h"
#include "importers/readers/evtx/format.h"
#include "importers/readers/evtx/record_reader.h"
#include "importers/readers/evtx/xml.h"
#include "tests/support/capture_directory.h"
#include "tests/support/evtx_chunk_builder.h"

#include <QDirIterator>
#include <QFile>

using namespace trocar;
using namespace trocar::evtx;
using namespace trocar::test;

namespace {

/// "Name=text" lines of a record, then what was partial: "(by tree)", "(partial 1)".
std::string read_lines(const std::string& chunk, const FoundRecord& found, RecordReader::Way way) {
    std::vector<std::string> names;
    RecordReader reader(
        [&names](std::string_view name) {
            names.emplace_back(name);
            return FieldId{static_cast<std::uint16_t>(names.size() - 1)};
        },
        way);
    reader.begin_chunk(as_bytes(chunk));
    RecordValues values;
    Damage damage;
    if (!reader.read(found.frame, found.slack, values, damage)) {
        return std::string("damaged: ") + damage.what;
    }
    std::string out;
    for (const FieldValue& value : values.fields) {
        out += names[value.field.value] + '=' + display_text(value) + '\n';
    }
    if (values.by_tree && way == RecordReader::Way::plan) {
        out += "(by tree)\n";
    }
    if (values.partial != 0) {
        out += "(partial " + std::to_string(values.partial) + ")\n";
    }
    return out;
}

std::vector<FoundRecord> records_of(const std::string& chunk) {
    ChunkContents contents;
    find_records(as_bytes(chunk), read_chunk_header(as_bytes(chunk)), false, contents);
    return contents.records;
}

/// The first record's lines; both ways must agree.
std::string lines_of(const EvtxChunk& made) {
    const std::string chunk = made.finish();
    const auto records = records_of(chunk);
    if (records.empty()) {
        return "no record";
    }
    const std::string by_plan = read_lines(chunk, records.front(), RecordReader::Way::plan);
    std::string same = by_plan;
    if (const auto at = same.find("(by tree)\n"); at != std::string::npos) {
        same.erase(at, 10);
    }
    const std::string by_tree = read_lines(chunk, records.front(), RecordReader::Way::tree);
    return by_tree == same ? by_plan : "plan:\n" + by_plan + "tree:\n" + by_tree;
}

std::string xml_of(const EvtxChunk& made) {
    const std::string chunk = made.finish();
    const auto xml = render_xml(as_bytes(chunk), records_of(chunk).front().frame, false);
    return xml.ok() ? xml.value() : "error: " + xml.error().message;
}

/// EventData from a template with this inside.
void event_data(EvtxChunk& c, const std::vector<EvtxValue>& values, const EvtxChunk::Content& inside) {
    c.fragment_header();
    c.instance(
        0x22222222,
        [&](EvtxChunk& d) {
            d.fragment_header();
            d.open("EventData");
            d.end_start();
            inside(d);
            d.end();
            d.u8(0);
        },
        values);
    c.u8(0);
}

EvtxChunk with_event_data(const std::vector<EvtxValue>& values, const EvtxChunk::Content& inside) {
    EvtxChunk chunk;
    event_record(chunk, 7, [&](EvtxChunk& c) { event_data(c, values, inside); });
    return chunk;
}

constexpr const char* kExpectedXml =
    "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\n"
    "  <System>\n"
    "    <Provider Name=\"Made-Provider\" Guid=\"{01020304-0506-0708-090a-0b0c0d0e0f10}\"/>\n"
    "    <EventID>10</EventID>\n"
    "    <Level>4</Level>\n"
    "    <TimeCreated SystemTime=\"2019-04-17T18:40:00.0000000Z\"/>\n"
    "    <EventRecordID>1010</EventRecordID>\n"
    "    <Execution ProcessID=\"1234\" ThreadID=\"1234\"/>\n"
    "    <Channel>Made/Operational</Channel>\n"
    "    <Computer>WS01</Computer>\n"
    "    <Security UserID=\"S-1-5-18\"/>\n"
    "  </System>\n"
    "  <EventData>\n"
    "    <Data Name=\"Text\">a&lt;b &amp; \"c\"&#1;</Data>\n"
    "    <Data Name=\"GrantedAccess\">0x1fffff</Data>\n"
    "    <Data Name=\"Empty\"/>\n"
    "  </EventData>\n"
    "</Event>\n";

}  // namespace

class EvtxRecordTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void system_values() {
        EvtxChunk made;
        event_record(made, 10, 0x33333333, {{"Image", text_value("a.exe")}});
        const std::string chunk = made.finish();
        RecordReader reader([](std::string_view) { return FieldId{0}; });
        reader.begin_chunk(as_bytes(chunk));
        RecordValues values;
        Damage damage;
        QVERIFY(reader.read(records_of(chunk).front().frame, false, values, damage));
        const SystemValues& s = values.system;
        QCOMPARE(s.provider, std::string_view("Made-Provider"));
        QCOMPARE(format_guid(s.provider_guid), std::string("01020304-0506-0708-090a-0b0c0d0e0f10"));
        QCOMPARE(s.event_id, 10U);
        QVERIFY(s.has_event_id);
        QCOMPARE(s.level, 4U);
        QCOMPARE(s.record_id, 1010U);
        QCOMPARE(s.process_id, 1234U);
        QCOMPARE(s.thread_id, 1234U);
        QCOMPARE(s.channel, std::string_view("Made/Operational"));
        QCOMPARE(s.computer, std::string_view("WS01"));
        QCOMPARE(s.user_id, std::string_view("S-1-5-18"));
        QCOMPARE(format_iso_time(s.time), std::string("2019-04-17T18:40:00.000000000Z"));
        QCOMPARE(values.partial, std::uint8_t{0});
        QVERIFY(!values.by_tree);
    }

    void only_the_slots_asked_for() {
        EvtxChunk made;
        event_record(made, 10, 0x33333333, {{"Image", text_value("a.exe")}});
        const std::string chunk = made.finish();
        RecordReader reader([](std::string_view) { return FieldId{0}; }, RecordReader::Way::plan,
                            Slot::event_id | Slot::channel);
        reader.begin_chunk(as_bytes(chunk));
        RecordValues values;
        Damage damage;
        QVERIFY(reader.read(records_of(chunk).front().frame, false, values, damage));
        QCOMPARE(values.system.event_id, 10U);
        QCOMPARE(values.system.channel, std::string_view("Made/Operational"));
        QVERIFY(values.system.computer.empty());
        QCOMPARE(values.system.process_id, 0U);
    }

    void second_record_reuses_the_template() {
        EvtxChunk made;
        event_record(made, 1, 0x33333333, {{"A", text_value("one")}, {"B", number_value<std::uint32_t>(0x14, 0x2a)}});
        event_record(made, 1, 0x33333333, {{"A", text_value("two")}, {"B", number_value<std::uint32_t>(0x14, 0x2b)}});
        const std::string chunk = made.finish();
        const auto records = records_of(chunk);
        QCOMPARE(records.size(), std::size_t{2});
        QVERIFY(records[1].frame.size < records[0].frame.size / 2);
        QCOMPARE(read_lines(chunk, records[1], RecordReader::Way::plan), std::string("A=two\nB=0x2b\n"));
        QCOMPARE(read_lines(chunk, records[1], RecordReader::Way::tree), std::string("A=two\nB=0x2b\n"));
    }

    void unnamed_data_and_binary() {
        const auto made = with_event_data({text_value("first"), text_value("second"), {0x0e, "\x01\x02"}}, [](EvtxChunk& c) {
            c.leaf("Data", 0, 0x01);
            c.leaf("Data", 1, 0x01);
            c.leaf("Binary", 2, 0x0e);
        });
        QCOMPARE(lines_of(made), std::string("Data1=first\nData2=second\nBinary=0102\n"));
    }

    void array_repeats_its_element() {
        const auto made = with_event_data({{0x81, utf16(std::string("a\0b\0", 4))}, {0x88, little_endian(5U) + little_endian(6U)},
                                           {0x81, ""}},
                                          [](EvtxChunk& c) {
                                              c.leaf("Data", 0, 0x81);
                                              c.data("Ports", 1, 0x88);
                                              c.leaf("Data", 2, 0x81);
                                          });
        QCOMPARE(lines_of(made), std::string("Data1=a\nData2=b\nPorts=5\nPorts=6\nData3=\n"));
        const std::string xml = xml_of(made);
        QVERIFY(xml.find("    <Data>a</Data>\n    <Data>b</Data>\n    <Data Name=\"Ports\">5</Data>\n"
                         "    <Data Name=\"Ports\">6</Data>\n    <Data/>\n") != std::string::npos);
    }

    void null_in_an_optional_substitution_takes_the_element_away() {
        const auto made = with_event_data({null_value(), null_value(), text_value("")}, [](EvtxChunk& c) {
            c.data("Optional", 0, 0x01, true);
            c.data("Normal", 1, 0x01, false);
            c.data("Empty", 2, 0x01, true);
        });
        QCOMPARE(lines_of(made), std::string("Normal=\nEmpty=\n"));
        QVERIFY(xml_of(made).find("Optional") == std::string::npos);
    }

    void dependency_on_a_null_value_takes_the_element_away() {
        const auto made = with_event_data({null_value(), text_value("x")}, [](EvtxChunk& c) {
            c.open("Gone", false, 0);
            c.end_start();
            c.text("text");
            c.end();
            c.open("Stays", false, 1);
            c.end_start();
            c.text("text");
            c.end();
        });
        QCOMPARE(lines_of(made), std::string("Stays=text\n"));
    }

    void references_cdata_and_concatenation() {
        const auto made = with_event_data({number_value<std::uint32_t>(0x08, 7)}, [](EvtxChunk& c) {
            c.open("Data", true);
            c.attribute("Name");
            c.text("A");
            c.u8(0x49);  // &amp; in an attribute
            c.name("amp");
            c.text("B");
            c.end_start();
            c.text("pid ");
            c.substitution(0, 0x08);
            c.u8(0x48);  // character reference
            c.u16(0x263a);
            c.u8(0x49);
            c.name("lt");
            c.u8(0x47);
            c.u16(4);
            c.raw(utf16("<c/>"));
            c.u8(0x49);
            c.name("unknown");
            c.end();
        });
        QCOMPARE(lines_of(made), std::string("A&B=pid 7\xe2\x98\xba<<c/>&unknown;\n"));
        QVERIFY(xml_of(made).find("<Data Name=\"A&amp;B\">pid 7&#9786;&lt;<![CDATA[<c/>]]>&unknown;</Data>") !=
                std::string::npos);
    }

    void processing_instruction_is_no_field() {
        const auto made = with_event_data({text_value("v")}, [](EvtxChunk& c) {
            c.u8(0x0a);
            c.name("target");
            c.u8(0x0b);
            c.u16(4);
            c.raw(utf16("data"));
            c.data("X", 0, 0x01);
        });
        QCOMPARE(lines_of(made), std::string("X=v\n"));
        QVERIFY(xml_of(made).find("    <?target data?>\n") != std::string::npos);
    }

    void user_data_paths() {
        EvtxChunk made;
        event_record(made, 104, [](EvtxChunk& c) {
            c.fragment_header();
            c.instance(
                0x44444444,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.open("UserData");
                    d.end_start();
                    d.open("LogFileCleared", true);
                    d.attribute("xmlns");
                    d.text("urn:made");
                    d.end_start();
                    d.leaf("Channel", 0, 0x01);
                    d.open("Group");
                    d.end_start();
                    d.open("Item", true);
                    d.attribute("Kind");
                    d.substitution(1, 0x08);
                    d.end_start();
                    d.substitution(0, 0x01);
                    d.end();
                    d.end();
                    d.end();
                    d.end();
                    d.u8(0);
                },
                {text_value("System"), number_value<std::uint32_t>(0x08, 3)});
            c.u8(0);
        });
        QCOMPARE(lines_of(made), std::string("Channel=System\nGroup/Item@Kind=3\nGroup/Item=System\n"));
    }

    void other_children_of_event() {
        EvtxChunk made;
        event_record(made, 15, [](EvtxChunk& c) {
            c.fragment_header();
            c.instance(
                0x55555555,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.open("ProcessingErrorData");
                    d.end_start();
                    d.leaf("ErrorCode", 0, 0x08);
                    d.leaf("EventPayload", 1, 0x0e);
                    d.end();
                    d.u8(0);
                },
                {number_value<std::uint32_t>(0x08, 15005), {0x0e, "\xab"}});
            c.u8(0);
        });
        QCOMPARE(lines_of(made), std::string("ProcessingErrorData/ErrorCode=15005\nProcessingErrorData/EventPayload=AB\n"));
    }

    /// Structure that depends on values: the name of a field is a value.
    void field_name_by_substitution_goes_by_tree() {
        const auto made = with_event_data({text_value("Chosen"), text_value("v")}, [](EvtxChunk& c) {
            c.open("Data", true);
            c.attribute("Name");
            c.substitution(0, 0x01);
            c.end_start();
            c.substitution(1, 0x01);
            c.end();
        });
        QCOMPARE(lines_of(made), std::string("Chosen=v\n(by tree)\n"));
    }

    /// A value of type BinXml may be an element without a template, and without dependency ids.
    void nested_element_without_template_goes_by_tree() {
        EvtxChunk made;
        event_record(made, 3, [](EvtxChunk& c) {
            c.open("EventData", false, 0, false);
            c.end_start();
            c.open("Data", true, 0, false);
            c.attribute("Name");
            c.text("Plain");
            c.end_start();
            c.text("literal");
            c.end();
            c.end();
        });
        QCOMPARE(lines_of(made), std::string("Plain=literal\n(by tree)\n"));
    }

    void nested_binxml_in_a_leaf_goes_by_tree() {
        EvtxChunk made;
        event_record(made, 3, [](EvtxChunk& c) {
            c.fragment_header();
            // The definition first, so that the place of the value is known.
            c.instance(
                0x66666666,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.open("EventData");
                    d.end_start();
                    d.data("Outer", 0, 0x01);
                    d.end();
                    d.u8(0);
                },
                {});
            const std::uint32_t count_at = c.at() - 4;
            c.patch(count_at, little_endian(1U));
            const std::uint32_t size_at = c.at();
            c.u16(0);
            c.u8(0x21);
            c.u8(0);
            const std::uint32_t begin = c.at();
            c.open("Inner", false, 0, false);
            c.end_start();
            c.text("deep");
            c.end();
            c.patch(size_at, little_endian(static_cast<std::uint16_t>(c.at() - begin)));
            c.u8(0);
        });
        QCOMPARE(lines_of(made), std::string("Outer/Inner=deep\n(by tree)\n"));
    }

    /// A record need not use a template at all.
    void record_without_template_goes_by_tree() {
        EvtxChunk made;
        made.record([](EvtxChunk& c) {
            c.fragment_header();
            c.open("Event");
            c.end_start();
            c.open("System");
            c.end_start();
            c.open("EventID");
            c.end_start();
            c.text("42");
            c.end();
            c.end();
            c.open("EventData");
            c.end_start();
            c.open("Data");
            c.end_start();
            c.text("x");
            c.end();
            c.end();
            c.end();
            c.u8(0);
        });
        QCOMPARE(lines_of(made), std::string("Data1=x\n(by tree)\n"));
    }

    void substitution_beyond_the_values() {
        const auto made = with_event_data({text_value("there")}, [](EvtxChunk& c) {
            c.data("There", 0, 0x01);
            c.data("Beyond", 9, 0x01);
            c.data("BeyondOptional", 10, 0x01, true);
        });
        QVERIFY(lines_of(made).find("There=there\nBeyond=\n") != std::string::npos);
        QVERIFY(lines_of(made).find("BeyondOptional") == std::string::npos);
        const std::string chunk = made.finish();
        QCOMPARE(read_lines(chunk, records_of(chunk).front(), RecordReader::Way::plan),
                 std::string("There=there\nBeyond=\n(partial 1)\n"));
    }

    void value_of_odd_size_is_partial() {
        const auto made = with_event_data({{0x08, "\x01\x02\x03"}, text_value("next")}, [](EvtxChunk& c) {
            c.data("Odd", 0, 0x08);
            c.data("Next", 1, 0x01);
        });
        QCOMPARE(lines_of(made), std::string("Odd=010203\nNext=next\n(partial 2)\n"));
    }

    void zero_size_values_of_every_type() {
        for (unsigned type = 0; type < 0x100; ++type) {
            const auto made = with_event_data({{static_cast<std::uint8_t>(type), ""}, text_value("after")}, [&](EvtxChunk& c) {
                c.data("Empty", 0, type == 0x21 ? 0x01 : type);
                c.data("After", 1, 0x01);
            });
            std::string lines = lines_of(made);
            if (type == 0x21) {  // an empty piece of BinXML: the element has neither text nor children
                QCOMPARE(lines, std::string("Empty=\nAfter=after\n(by tree)\n"));
            } else {
                QCOMPARE(lines, std::string("Empty=\nAfter=after\n"));
            }
        }
    }

    void xml_as_windows_writes_it() {
        EvtxChunk made;
        event_record(made, 10, 0x33333333,
                     {{"Text", text_value("a<b & \"c\"\x01")},
                      {"GrantedAccess", number_value<std::uint32_t>(0x14, 0x1fffff)},
                      {"Empty", text_value("")}});
        QCOMPARE(xml_of(made), std::string(kExpectedXml));
    }

    /// The fast way and the general way on every record there is, live and slack.
    void plan_equals_tree_on_captures() {
        const std::string folder = capture_directory(TROCAR_SOURCE_DIR);
        if (folder.empty()) {
            QSKIP("no captures (TROCAR_DATA): plan and tree were compared on made records only");
        }
        std::size_t compared = 0;
        QDirIterator files(QString::fromStdString(folder), {"*.evtx"}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const std::string bytes = file.readAll().toStdString();
            for (std::size_t at = kFileHeaderBlock; at < bytes.size(); at += kChunkSize) {
                const std::string chunk = bytes.substr(at, kChunkSize);
                for (const FoundRecord& found : records_of(chunk)) {
                    if (found.state != FrameState::record || compared % 3 != 0) {
                        compared += found.state == FrameState::record ? 1 : 0;
                        continue;  // a third of them: each comparison starts from a cold reader
                    }
                    ++compared;
                    QCOMPARE(read_lines(chunk, found, RecordReader::Way::plan), read_lines(chunk, found, RecordReader::Way::tree));
                }
            }
        }
        qInfo("%zu records seen", compared);
        QVERIFY(compared > 0);
    }
};

QTEST_GUILESS_MAIN(EvtxRecordTest)
#include "evtx_record_test.moc"
