#include <QTest>
#include <fstream>
#include <iterator>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/windows_event_xml/windows_event_xml.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

std::string viewer() {
    std::ifstream in(TROCAR_SOURCE_DIR "/tests/importers/windows_event_xml/corpus/viewer.xml", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

RecordingSink read_xml(std::string text, std::string* error = nullptr) {
    RecordingSink sink;
    const auto input = memory_input("made.xml", std::move(text));
    const Status read = make_windows_event_xml_importer()->parse(*input, {}, sink, {});
    if (error != nullptr) {
        *error = read.ok() ? std::string{} : read.error().message;
    } else if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

// A made event without a time of its own.
std::string one(int id, const std::string& data = "<EventData><Data Name='A'>x</Data></EventData>") {
    return "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P'/><EventID Qualifiers='0'>" +
           std::to_string(id) + "</EventID><Channel>C</Channel><Computer>H</Computer></System>" + data + "</Event>";
}

using Ids = std::vector<std::uint32_t>;
Ids ids(const RecordingSink& sink) {
    Ids out;
    for (const auto& e : sink.events) {
        out.push_back(e.event_id);
    }
    return out;
}

std::string utf16(const std::string& ascii, bool big_endian) {
    std::string out(big_endian ? "\xfe\xff" : "\xff\xfe");
    for (const char c : ascii) {
        out += big_endian ? '\0' : c;
        out += big_endian ? c : '\0';
    }
    return out;
}

}  // namespace

class WindowsEventXmlTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eventViewerExport() {
        const RecordingSink sink = read_xml(viewer());
        QVERIFY(sink.losses.empty());
        QCOMPARE(ids(sink), (Ids{10, 8}));
        const RecordedEvent& e = sink.events[0];
        QCOMPARE(e.operation, Operation::process_access);
        QCOMPARE(e.provider, std::string("Microsoft-Windows-Sysmon"));
        QCOMPARE(e.channel, std::string("Microsoft-Windows-Sysmon/Operational"));
        QCOMPARE(e.host, std::string("WS01.example"));
        QCOMPARE(e.record, std::uint64_t{766593});
        QCOMPARE(e.time, *parse_iso_time("2020-08-07T18:32:08.879Z"));
        QCOMPARE(e.actor.pid, 6424U);
        QCOMPARE(e.actor.image, std::string("C:\\a & b.exe"));
        QCOMPARE(e.target.image, std::string("<unknown process>"));
        QCOMPARE(e.value, std::uint64_t{0x1f3fff});
        QCOMPARE(e.flags, signal_flag::kUnknownFrame | windows_flag::kBareTrace);
        QCOMPARE(e.field("Message"), std::string("(absent)"));
        QVERIFY(e.raw.find("RenderingInfo") != std::string::npos);
        QVERIFY(e.raw.starts_with("<Event ") && e.raw.ends_with("</Event>"));
        // Empty and self-closed are both "no module": the key is there.
        QVERIFY(sink.events[1].flags & signal_flag::kStartOutsideModules);
        QCOMPARE(sink.events[1].field("StartFunction"), std::string());
    }
    void layouts_data() {
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const std::string& text) {
            QTest::newRow(name) << QByteArray::fromStdString(text);
        };
        row("wevtutil, no root", one(1) + "\r\n" + one(2) + "\r\n" + one(3) + "\r\n");
        row("no blanks", one(1) + one(2) + one(3));
        row("root", "<Events>" + one(1) + one(2) + one(3) + "</Events>");
        row("mark and declaration", "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><Events>\n" + one(1) + one(2) + one(3) + "</Events>\n");
        row("utf-16 le", utf16("<Events>" + one(1) + one(2) + one(3) + "</Events>", false));
        row("utf-16 be", utf16(one(1) + "\n" + one(2) + "\n" + one(3), true));
        row("indented", "<Events>\n  <Event>\n <System>\n  <EventID> 1 </EventID>\n <Provider Name=\"P\" />\n</System>\n</Event >\n" + one(2) + one(3));
    }
    void layouts() {
        QFETCH(QByteArray, text);
        const RecordingSink sink = read_xml(text.toStdString());
        QCOMPARE(ids(sink), (Ids{1, 2, 3}));
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        QCOMPARE(sink.done, static_cast<std::uint64_t>(text.size()));
        for (const auto& [name, count] : sink.losses) {
            QCOMPARE(name, std::string("windows_time_missing"));
        }
        const auto importer = make_windows_event_xml_importer();
        for (const auto& e : sink.events) {
            const auto shown = importer->render(as_bytes(sink.blocks[e.block - 1]), e.place);
            QVERIFY(shown.ok());
            QVERIFY(!shown.value().fields.empty());
            QVERIFY(shown.value().text.starts_with("<Event"));
        }
    }
    void aDamagedEventCostsOnlyItself_data() {
        QTest::addColumn<QByteArray>("bad");
        QTest::newRow("unknown entity") << QByteArray::fromStdString(one(2, "<EventData><Data>&nbsp;</Data></EventData>"));
        QTest::newRow("bare ampersand") << QByteArray::fromStdString(one(2, "<EventData><Data>a & b</Data></EventData>"));
        QTest::newRow("crossed tags") << QByteArray::fromStdString(one(2, "<EventData><Data></EventData></Data>"));
        QTest::newRow("cut") << QByteArray::fromStdString(one(2).substr(0, 150));
        QTest::newRow("bad attribute") << QByteArray::fromStdString(one(2, "<EventData><Data Name=A>x</Data></EventData>"));
        QTest::newRow("doctype inside") << QByteArray::fromStdString(one(2, "<!DOCTYPE x [<!ENTITY y 'z'>]>"));
        QTest::newRow("unclosed comment") << QByteArray::fromStdString(one(2, "<!-- "));
        QTest::newRow("too deep") << QByteArray::fromStdString(one(2, [] {
            std::string deep = "<UserData>";
            for (int i = 0; i < 100; ++i) {
                deep += "<a>";
            }
            for (int i = 0; i < 100; ++i) {
                deep += "</a>";
            }
            return deep + "</UserData>";
        }()));
    }
    void aDamagedEventCostsOnlyItself() {
        QFETCH(QByteArray, bad);
        const std::string text = bad.toStdString();
        const RecordingSink sink = read_xml(one(1) + "\n" + text + "\n" + one(3));
        QCOMPARE(ids(sink), (Ids{1, 3}));
        QCOMPARE(sink.lost_count("xml_event_damaged"), std::uint64_t{1});
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        for (std::size_t i = 0; i < sink.places.size(); ++i) {
            if (sink.places[i].first == "xml_event_damaged") {
                QVERIFY(sink.lost_raw[i].starts_with(text));
                QCOMPARE(sink.places[i].second.offset, static_cast<std::uint64_t>(one(1).size() + 1));
            }
        }
    }
    void doctypeIsRefused() {
        std::string error;
        const RecordingSink sink =
            read_xml("<?xml version='1.0'?><!DOCTYPE Events [<!ENTITY a 'b'>]><Events>" + one(1) + "</Events>", &error);
        QVERIFY(error.find("document type") != std::string::npos);
        QVERIFY(sink.events.empty());
        QCOMPARE(read_xml(one(1) + "<!DOCTYPE x>" + one(2)).lost_count("xml_document_type"), std::uint64_t{1});
    }
    void truncatedFile() {
        const RecordingSink sink = read_xml(one(1) + one(2).substr(0, 100));
        QCOMPARE(ids(sink), (Ids{1}));
        QCOMPARE(sink.lost_count("xml_event_truncated"), std::uint64_t{1});
        QCOMPARE(sink.lost_raw.back(), one(2).substr(0, 100));
    }
    void junkBetweenEventsIsCounted() {
        const RecordingSink sink = read_xml(one(1) + "</Data></EventData> rest of something" + one(2));
        QCOMPARE(ids(sink), (Ids{1, 2}));
        QCOMPARE(sink.lost_count("xml_text_between_events"), std::uint64_t{1});
    }
    void userDataAndUnnamedData() {
        const RecordingSink sink = read_xml(
            one(1, "<UserData><EventXML xmlns='x'><Param1>a</Param1><ev:Param2>b</ev:Param2>"
                   "<Deep><Er Kind='k'>c</Er></Deep></EventXML></UserData>") +
            one(2, "<EventData><Data>one</Data><Data>two</Data><Binary>00FF</Binary></EventData>") +
            one(3, "<EventData><Data Name='A'>a<![CDATA[<b>]]>&#99;<!-- c -->d</Data></EventData>"));
        QCOMPARE(sink.events[0].field("Param1"), std::string("a"));
        QCOMPARE(sink.events[0].field("Param2"), std::string("b"));
        QCOMPARE(sink.events[0].field("Deep/Er"), std::string("c"));
        QCOMPARE(sink.events[0].field("Deep/Er@Kind"), std::string("k"));
        QCOMPARE(sink.events[0].fields.size(), std::size_t{4});
        QCOMPARE(sink.events[1].field("Data1"), std::string("one"));
        QCOMPARE(sink.events[1].field("Data2"), std::string("two"));
        QCOMPARE(sink.events[1].fields.size(), std::size_t{3});
        QCOMPARE(sink.events[1].field("Binary"), std::string("00FF"));
        QCOMPARE(sink.events[2].field("A"), std::string("a<b>cd"));
    }
    void referencesAreRead() {
        const RecordingSink sink = read_xml(one(1, "<EventData><Data Name='A'>&lt;&gt;&amp;&quot;&apos;&#x1F600;&#0;&#xFFFFFFFF;&amp;lt;</Data></EventData>"));
        QCOMPARE(sink.events[0].field("A"), std::string("<>&\"'\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd&lt;"));
    }
    void badUtf8GoesOn() {
        const RecordingSink sink = read_xml(one(1, "<EventData><Data Name='A'>a\xff</Data></EventData>"));
        QCOMPARE(sink.events[0].field("A"), std::string("a\xef\xbf\xbd"));
        QCOMPARE(sink.lost_count("xml_bad_characters"), std::uint64_t{1});
    }
    void elevenMegabytesAndBeyondTheLimit() {
        const auto big = [](std::size_t size) { return one(2, "<EventData><Data Name='A'>" + std::string(size, 'x') + "</Data></EventData>"); };
        QCOMPARE(ids(read_xml(one(1) + big(11U << 20U) + one(3))), (Ids{1, 2, 3}));
        const RecordingSink sink = read_xml(one(1) + big(kMaxXmlEvent + (2U << 20U)) + one(3));
        QCOMPARE(ids(sink), (Ids{1, 3}));
        QCOMPARE(sink.lost_count("xml_event_too_long"), std::uint64_t{1});
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }
    void manyEventsInBlocks() {
        std::string text = "<Events>";
        for (int i = 1; i <= 3000; ++i) {
            text += one(i) + "\r\n";
        }
        const RecordingSink sink = read_xml(text + "</Events>");
        QCOMPARE(sink.events.size(), std::size_t{3000});
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        QVERIFY(sink.blocks.size() > 5);
        QCOMPARE(sink.events[2999].record, std::uint64_t{3000});
        for (const std::string& block : sink.blocks) {
            QVERIFY(block.size() < 80'000);
        }
    }
    void emptyFiles() {
        for (const char* text : {"", "<", "<Events/>", "<Events></Events>", "<Even", " \n", "\xff\xfe"}) {
            QVERIFY(read_xml(text).events.empty());
        }
    }
    void probes() {
        const auto importer = make_windows_event_xml_importer();
        const auto probe = [&](const std::string& text) { return importer->probe(as_bytes(text), "x.xml"); };
        QCOMPARE(probe(viewer()).confidence, 95);
        QCOMPARE(probe(one(1)).confidence, 95);
        QCOMPARE(probe(utf16(one(1), false)).confidence, 95);
        QCOMPARE(probe("<Event><System></System></Event>").confidence, 70);
        QCOMPARE(probe("<!DOCTYPE x><Events>" + one(1)).confidence, 30);
        for (const char* text : {"", "{}", "<html><body/></html>", "<Events/>", "<Event>concert</Event>"}) {
            QCOMPARE(probe(text).confidence, 0);
            QVERIFY(!probe(text).reason.empty());
        }
    }
};

QTEST_GUILESS_MAIN(WindowsEventXmlTest)
#include "windows_event_xml_test.moc"
