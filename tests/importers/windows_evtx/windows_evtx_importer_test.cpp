// The importer: what it recognises, what it counts, what it does with slack, damage and single records.
#include <QDirIterator>
#include <QTest>

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/readers/evtx/format.h"
#include "importers/windows_evtx/windows_evtx_importer.h"
#include "tests/support/capture_directory.h"
#include "tests/support/evtx_chunk_builder.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using namespace trocar::test;

namespace {

constexpr std::uint32_t kTemplate = 0x33333333;

std::vector<NamedValue> values(const char* image) {
    return {{"Image", text_value(image)}, {"GrantedAccess", number_value<std::uint32_t>(0x14, 0x1fffff)}};
}

struct Imported {
    RecordingSink sink;
    Status status;
};

std::unique_ptr<Imported> import_bytes(std::string bytes, ImportHints hints = {}) {
    auto out = std::make_unique<Imported>();
    const auto input = memory_input("made.evtx", std::move(bytes));
    out->status = WindowsEvtxImporter{}.parse(*input, hints, out->sink, {});
    return out;
}

std::string losses_of(const RecordingSink& sink) {
    std::string out;
    for (const auto& [name, count] : sink.losses) {
        if (name.rfind("evtx_", 0) == 0) {  // the mapper has its own
            out += name + '=' + std::to_string(count) + ' ';
        }
    }
    return out;
}

std::string images_of(const RecordingSink& sink) {
    std::string out;
    for (const RecordedEvent& event : sink.events) {
        out += event.field("Image") + ' ';
    }
    return out;
}

/// Three records; the last `slack` of them beyond the end that the header states.
std::string chunk_with_slack(int slack) {
    EvtxChunk chunk;
    for (int i = 0; i < 3; ++i) {
        if (i == 3 - slack) {
            chunk.end_of_records();
        }
        event_record(chunk, 10, kTemplate, values(("p" + std::to_string(i)).c_str()));
    }
    return chunk.finish();
}

ImportHints with_slack() {
    ImportHints hints;
    hints.recover_slack = true;
    return hints;
}

}  // namespace

class WindowsEvtxImporterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void probe_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("confidence");
        const std::string file = evtx_file({chunk_with_slack(0)});
        std::string header_gone = file;
        header_gone.replace(0, 4096, std::string(4096, '\xcc'));
        QTest::newRow("file") << QByteArray::fromStdString(file) << 100;
        QTest::newRow("header only") << QByteArray::fromStdString(evtx_file_header(0)) << 100;
        QTest::newRow("bare chunk") << QByteArray::fromStdString(chunk_with_slack(0)) << 95;
        QTest::newRow("header damaged") << QByteArray::fromStdString(header_gone) << 90;
        QTest::newRow("empty") << QByteArray() << 0;
        QTest::newRow("text") << QByteArray("ElfFil and so on") << 0;
    }
    void probe() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, confidence);
        const std::string held = bytes.left(65536).toStdString();
        const Probe probe = WindowsEvtxImporter{}.probe(as_bytes(held), "x.evtx");
        QCOMPARE(probe.confidence, confidence);
        QVERIFY(!probe.reason.empty());
    }

    /// One record is 68 KiB of file: surprise 12.
    void one_record() {
        EvtxChunk chunk;
        const std::uint32_t offset = event_record(chunk, 10, kTemplate, values("only.exe"));
        const auto seen = import_bytes(evtx_file({chunk.finish()}));
        QVERIFY(seen->status.ok());
        QCOMPARE(seen->sink.events.size(), std::size_t{1});
        const RecordedEvent& event = seen->sink.events.front();
        QCOMPARE(event.provider, std::string("Made-Provider"));
        QCOMPARE(event.channel, std::string("Made/Operational"));
        QCOMPARE(event.host, std::string("WS01"));
        QCOMPARE(event.event_id, 10U);
        QCOMPARE(event.record, 1010U);
        QCOMPARE(event.place.offset, offset);
        QCOMPARE(event.field("Image"), std::string("only.exe"));
        QCOMPARE(event.field("GrantedAccess"), std::string("0x1fffff"));
        QCOMPARE(format_iso_time(event.time), std::string("2019-04-17T18:40:00.000000000Z"));
        QVERIFY((event.flags & signal_flag::kRecovered) == 0);
        QCOMPARE(losses_of(seen->sink), std::string());
        QCOMPARE(seen->sink.blocks.size(), std::size_t{1});
        QCOMPARE(seen->sink.block_offsets.front(), std::uint64_t{4096});
        QCOMPARE(seen->sink.done, std::uint64_t{4096 + 65536});
        QCOMPARE(seen->sink.bad_places, std::uint64_t{0});
    }

    void empty_log() {
        const auto seen = import_bytes(evtx_file_header(0));
        QVERIFY(seen->status.ok());
        QVERIFY(seen->sink.events.empty());
        QCOMPARE(losses_of(seen->sink), std::string());
    }

    void not_a_log() {
        const auto seen = import_bytes(std::string(200'000, 'x'));
        QVERIFY(!seen->status.ok());
        QCOMPARE(seen->status.error().kind, ErrorKind::unreadable);
        QVERIFY(seen->status.error().message.find("made.evtx") != std::string::npos);
        QVERIFY(!import_bytes("ElfFile")->status.ok());
        QVERIFY(!import_bytes("")->status.ok());
    }

    void bare_chunk_and_damaged_header() {
        QCOMPARE(import_bytes(chunk_with_slack(0))->sink.events.size(), std::size_t{3});
        std::string file = evtx_file({chunk_with_slack(0)});
        file.replace(0, 8, "damaged!");
        const auto seen = import_bytes(file);
        QVERIFY(seen->status.ok());
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_header_damaged=1 "));
    }

    void header_checksum_wrong_is_a_warning() {
        std::string file = evtx_file({chunk_with_slack(0)});
        file[24] = '\x77';
        const auto seen = import_bytes(file);
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_header_checksum=1 "));
    }

    /// The header says one chunk; there are three.
    void chunk_count_is_not_believed() {
        const std::string file = evtx_file_header(1) + chunk_with_slack(0) + std::string(65536, '\0') + chunk_with_slack(0) +
                                 chunk_with_slack(0);
        const auto seen = import_bytes(file);
        QCOMPARE(seen->sink.events.size(), std::size_t{9});
        QCOMPARE(losses_of(seen->sink), std::string());
    }

    /// Surprise 11: a log copied while in use is flagged dirty and reads all the same.
    void dirty_file() {
        const auto seen = import_bytes(evtx_file({chunk_with_slack(0)}, evtx::kFlagDirty));
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_dirty=1 "));
    }

    /// In a dirty file, records that go on without a gap behind the stated end are live: the header is behind.
    void unflushed_records_of_a_dirty_file() {
        const auto seen = import_bytes(evtx_file({chunk_with_slack(2)}, evtx::kFlagDirty));
        QCOMPARE(images_of(seen->sink), std::string("p0 p1 p2 "));
        QCOMPARE(losses_of(seen->sink), std::string("evtx_dirty=1 evtx_unflushed=1 "));
    }

    /// Surprise 11: records in slack are counted, and imported on request only, marked.
    void slack_is_counted_and_recovered_on_request() {
        const auto plain = import_bytes(evtx_file({chunk_with_slack(2)}));
        QCOMPARE(images_of(plain->sink), std::string("p0 "));
        QCOMPARE(losses_of(plain->sink), std::string("evtx_slack_record=2 "));
        const auto recovered = import_bytes(evtx_file({chunk_with_slack(2)}), with_slack());
        QCOMPARE(images_of(recovered->sink), std::string("p0 p1 p2 "));
        QVERIFY((recovered->sink.events[0].flags & signal_flag::kRecovered) == 0);
        QVERIFY((recovered->sink.events[1].flags & signal_flag::kRecovered) != 0);
        QVERIFY((recovered->sink.events[2].flags & signal_flag::kRecovered) != 0);
    }

    /// A slack record whose template newer records have overwritten must not be read by another template.
    void slack_with_an_overwritten_template() {
        EvtxChunk chunk;
        event_record(chunk, 10, kTemplate, values("live"));
        event_record(chunk, 11, 0x44444444, {{"Other", text_value("live too")}});
        chunk.end_of_records();
        event_record(chunk, 11, 0x44444444, {{"Other", text_value("left over")}});
        std::string bytes = chunk.finish();
        // Another template now lies where the slack record's own was; its header leads nowhere.
        bytes.replace(chunk.definition(0x44444444) + 4, 4, "!!!!");
        bytes.replace(384, 128, std::string(128, '\0'));
        seal_chunk(bytes);
        const auto seen = import_bytes(evtx_file({bytes}), with_slack());
        QCOMPARE(seen->sink.events.size(), std::size_t{2});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_slack_record=1 evtx_slack_unreadable=1 "));
    }

    /// ... but the same definition elsewhere in the chunk serves.
    void slack_with_its_template_elsewhere() {
        EvtxChunk chunk;
        event_record(chunk, 10, kTemplate, values("live"));
        chunk.end_of_records();
        const std::uint32_t slack = event_record(chunk, 10, kTemplate, values("left over"));
        std::string bytes = chunk.finish();
        // The slack record now refers to a place where its template is no more.
        const std::string reference = little_endian(kTemplate) + little_endian(chunk.definition(kTemplate));
        const std::size_t at = bytes.find(reference, slack);
        QVERIFY(at != std::string::npos);
        bytes.replace(at + 4, 4, little_endian<std::uint32_t>(900));
        seal_chunk(bytes);
        const auto seen = import_bytes(evtx_file({bytes}), with_slack());
        QCOMPARE(images_of(seen->sink), std::string("live left over "));
    }

    void chunk_without_magic() {
        std::string chunk = chunk_with_slack(0);
        chunk.replace(0, 8, std::string(8, '\0'));
        const std::string file = evtx_file({chunk, chunk_with_slack(0)});
        const auto seen = import_bytes(file);
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_chunk_magic=1 evtx_slack_record=3 "));
        QCOMPARE(seen->sink.places.front().second.offset, std::uint64_t{4096});
        const auto recovered = import_bytes(file, with_slack());
        QCOMPARE(recovered->sink.events.size(), std::size_t{6});
        QVERIFY((recovered->sink.events.front().flags & signal_flag::kRecovered) != 0);
    }

    void unused_space_with_other_bytes() {
        const auto seen = import_bytes(evtx_file({chunk_with_slack(0), std::string(65536, '\x5a')}));
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_chunk_unused=1 "));
    }

    void checksums_are_warnings() {
        std::string header = chunk_with_slack(0);
        header[130] = '\x01';
        std::string records = chunk_with_slack(0);
        const std::size_t value = records.find(utf16("p1"));
        QVERIFY(value != std::string::npos);
        records[value] = 'q';
        const auto seen = import_bytes(evtx_file({header, records}));
        QCOMPARE(seen->sink.events.size(), std::size_t{6});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_chunk_checksum=1 evtx_record_checksum=1 "));
        QCOMPARE(seen->sink.events[4].field("Image"), std::string("q1"));
    }

    void file_without_checksums() {
        EvtxChunk chunk;
        event_record(chunk, 10, kTemplate, values("a"));
        const auto seen = import_bytes(evtx_file({chunk.finish(true, evtx::kFlagNoChecksum)}, evtx::kFlagNoChecksum));
        QCOMPARE(seen->sink.events.size(), std::size_t{1});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_no_checksums=1 "));
    }

    void file_cut_short() {
        const std::string file = evtx_file({chunk_with_slack(0)});
        const auto seen = import_bytes(file.substr(0, 4096 + 512 + 40));
        QVERIFY(seen->status.ok());
        QCOMPARE(losses_of(seen->sink), std::string("evtx_chunk_truncated=1 evtx_record_truncated=1 "));
        QCOMPARE(seen->sink.bad_places, std::uint64_t{0});
        QCOMPARE(seen->sink.lost_raw.back().size(), std::size_t{40});
    }

    /// A copy that ends between two chunks looks whole; the file header knows better.
    void file_cut_between_chunks() {
        const std::string file = evtx_file({chunk_with_slack(0), chunk_with_slack(0), chunk_with_slack(0)});
        const auto seen = import_bytes(file.substr(0, 4096 + 65536));
        QVERIFY(seen->status.ok());
        QCOMPARE(seen->sink.events.size(), std::size_t{3});
        QCOMPARE(losses_of(seen->sink), std::string("evtx_chunks_missing=2 "));
        QCOMPARE(seen->sink.places.back().second.offset, std::uint64_t{4096 + 2 * 65536});
        // Chunks that were set aside and not written are no loss, nor is a header that is behind.
        const auto longer = import_bytes(file + std::string(65536, '\0'));
        QCOMPARE(losses_of(longer->sink), std::string());
    }

    void file_cut_inside_or_after_its_header_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<QString>("says");
        QTest::newRow("in the first bytes") << 10 << "ends inside its file header (10 bytes";
        QTest::newRow("after the fields") << 128 << "ends inside its file header (128 bytes";
        QTest::newRow("one byte short") << 4095 << "ends inside its file header (4095 bytes";
        QTest::newRow("after the header") << 4096 << "is cut off: its header counts 1 chunks";
    }
    void file_cut_inside_or_after_its_header() {
        QFETCH(int, size);
        QFETCH(QString, says);
        const auto seen = import_bytes(evtx_file({chunk_with_slack(0)}).substr(0, static_cast<std::size_t>(size)));
        QVERIFY(!seen->status.ok());
        QCOMPARE(seen->status.error().kind, ErrorKind::unreadable);
        QVERIFY2(QString::fromStdString(seen->status.error().message).contains(says), seen->status.error().message.c_str());
        QVERIFY(!seen->status.error().remedy.empty());
    }

    void damaged_record_and_gap() {
        EvtxChunk chunk;
        event_record(chunk, 10, kTemplate, values("first"));
        const std::uint32_t bad = chunk.record([](EvtxChunk& c) {
            c.fragment_header();
            c.u8(0x3f);  // no such token
        });
        const std::uint32_t gap = event_record(chunk, 10, kTemplate, values("overwritten"));
        event_record(chunk, 10, kTemplate, values("last"));
        std::string bytes = chunk.finish();
        bytes.replace(gap, 16, std::string(16, '\x99'));
        seal_chunk(bytes);
        const auto seen = import_bytes(evtx_file({bytes}));
        QCOMPARE(images_of(seen->sink), std::string("first last "));
        QCOMPARE(losses_of(seen->sink), std::string("evtx_gap=1 evtx_record_damaged=1 "));
        bool found = false;
        for (std::size_t i = 0; i < seen->sink.places.size(); ++i) {
            const auto& [name, place] = seen->sink.places[i];
            if (name == "evtx_record_damaged") {
                found = true;
                QCOMPARE(place.offset, std::uint64_t{4096 + bad});
                QVERIFY(place.what.find("unknown BinXML token") != std::string::npos);
                QVERIFY(!seen->sink.lost_raw[i].empty());  // its bytes are kept
            }
        }
        QVERIFY(found);
    }

    /// A torn record can be well-formed and say nothing: zeros where the values were.
    void record_that_says_nothing() {
        EvtxChunk chunk;
        chunk.record([](EvtxChunk& c) {
            c.fragment_header();
            c.u8(0);
        });
        event_record(chunk, 10, kTemplate, values("next"));
        const auto seen = import_bytes(evtx_file({chunk.finish()}));
        QCOMPARE(images_of(seen->sink), std::string("next "));
        QCOMPARE(losses_of(seen->sink), std::string("evtx_record_damaged=1 "));
    }

    void cancelled() {
        RecordingSink sink;
        sink.stop_at_progress = true;
        const auto input = memory_input("made.evtx", evtx_file({chunk_with_slack(0), chunk_with_slack(0)}));
        Status status = WindowsEvtxImporter{}.parse(*input, {}, sink, {});
        QVERIFY(!status.ok());
        QCOMPARE(status.error().kind, ErrorKind::cancelled);
        QCOMPARE(sink.events.size(), std::size_t{3});
        std::stop_source stop;
        stop.request_stop();
        RecordingSink none;
        status = WindowsEvtxImporter{}.parse(*input, {}, none, stop.get_token());
        QCOMPARE(status.error().kind, ErrorKind::cancelled);
        QVERIFY(none.events.empty());
    }

    /// The inspector reads a record again from its chunk alone, live or recovered.
    void render() {
        const auto seen = import_bytes(evtx_file({chunk_with_slack(2)}), with_slack());
        const WindowsEvtxImporter importer;
        for (const RecordedEvent& event : seen->sink.events) {
            const auto rendered = importer.render(as_bytes(seen->sink.blocks.front()), event.place);
            QVERIFY(rendered.ok());
            QCOMPARE(rendered.value().notation, std::string("xml"));
            QCOMPARE(rendered.value().fields.size(), std::size_t{2});
            QCOMPARE(rendered.value().fields[0].first, std::string("Image"));
            QCOMPARE(rendered.value().fields[0].second, event.field("Image"));
            QCOMPARE(rendered.value().fields[1].second, std::string("0x1fffff"));
            QVERIFY(rendered.value().text.find("<Data Name=\"Image\">" + event.field("Image") + "</Data>") !=
                    std::string::npos);
        }
        QVERIFY(!importer.render(as_bytes(seen->sink.blocks.front()), {3, 40}).ok());
        QVERIFY(!importer.render(as_bytes(seen->sink.blocks.front()), {0xffffff00, 40}).ok());
        QVERIFY(!importer.render({}, {0, 0}).ok());
    }

    /// Every capture there is: nothing is rejected but what is named here, and every record can be shown.
    void captures() {
        const std::string folder = capture_directory(TROCAR_SOURCE_DIR);
        if (folder.empty()) {
            QSKIP("no captures (TROCAR_DATA): only made files were read");
        }
        const WindowsEvtxImporter importer;
        int files = 0;
        QDirIterator each(QString::fromStdString(folder), {"*.evtx"}, QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext()) {
            const std::string path = each.next().toStdString();
            const auto input = open_input(path);
            QVERIFY2(input.ok(), path.c_str());
            RecordingSink sink;
            const Status status = importer.parse(*input.value(), with_slack(), sink, {});
            QVERIFY2(status.ok(), path.c_str());
            QVERIFY2(!sink.events.empty(), path.c_str());
            QCOMPARE(sink.bad_places, std::uint64_t{0});
            QVERIFY2(sink.lost_count("evtx_record_damaged") * 100 <= sink.events.size(), path.c_str());
            for (std::size_t i = 0; i < sink.events.size(); i += 7) {
                const RecordedEvent& event = sink.events[i];
                const auto shown = importer.render(as_bytes(sink.blocks[event.block - 1]), event.place);
                QVERIFY2(shown.ok(), path.c_str());
                QVERIFY(shown.value().text.find("<EventID") != std::string::npos);
                QCOMPARE(shown.value().fields.size(), event.fields.size());
            }
            qInfo("%s: %zu events, %s", path.c_str(), sink.events.size(), losses_of(sink).c_str());
            ++files;
        }
        QVERIFY(files > 0);
    }
};

QTEST_GUILESS_MAIN(WindowsEvtxImporterTest)
#include "windows_evtx_importer_test.moc"
