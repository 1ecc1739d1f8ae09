// Hostile and torn chunks: whatever the bytes are, reading ends soon, stays inside, and says what was wrong.
#include <QElapsedTimer>
#include <QTest>

#include "importers/readers/evtx/chunk_walk.h"
#include "importers/readers/evtx/format.h"
#include "importers/readers/evtx/record_reader.h"
#include "importers/readers/evtx/xml.h"
#include "tests/support/evtx_chunk_builder.h"

using namespace trocar;
using namespace trocar::evtx;
using namespace trocar::test;

namespace {

struct Seen {
    std::size_t read = 0, damaged = 0, fields = 0;
    std::uint8_t partial = 0;
    std::string why;
};

/// Reads everything in a chunk, both ways and as XML.
Seen read_chunk(const std::string& bytes) {
    // Exactly sized, so that a sanitizer sees each read beyond.
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const Bytes chunk{reinterpret_cast<const std::byte*>(exact.data()), exact.size()};
    Seen seen;
    ChunkContents contents;
    find_records(chunk, read_chunk_header(chunk), true, contents);
    RecordReader by_plan([](std::string_view) { return FieldId{0}; });
    RecordReader by_tree([](std::string_view) { return FieldId{0}; }, RecordReader::Way::tree);
    by_plan.begin_chunk(chunk);
    by_tree.begin_chunk(chunk);
    for (const FoundRecord& found : contents.records) {
        if (found.state == FrameState::none || found.state == FrameState::cut_off) {
            ++seen.damaged;
            seen.why = "frame";
            continue;
        }
        RecordValues values;
        Damage damage;
        if (by_plan.read(found.frame, found.slack, values, damage)) {
            ++seen.read;
            seen.fields += values.fields.size();
            seen.partial |= values.partial;
        } else {
            ++seen.damaged;
            seen.why = damage.what;
        }
        (void)by_tree.read(found.frame, found.slack, values, damage);
        (void)render_xml(chunk, found.frame, found.slack);
    }
    return seen;
}

/// One record with this BinXML.
std::string chunk_with(const EvtxChunk::Content& content) {
    EvtxChunk chunk;
    chunk.record(content);
    return chunk.finish();
}

std::string two_events() {
    EvtxChunk chunk;
    event_record(chunk, 10, 0x33333333, {{"Image", text_value("a.exe")}, {"Access", number_value<std::uint32_t>(0x14, 1)}});
    event_record(chunk, 11, 0x33333333, {{"Image", text_value("b.exe")}, {"Access", number_value<std::uint32_t>(0x14, 2)}});
    return chunk.finish();
}

std::uint32_t u32_at(const std::string& bytes, std::size_t at) { return load_le<std::uint32_t>(as_bytes(bytes).data() + at); }

}  // namespace

class EvtxDamageTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void intact_first() {
        const Seen seen = read_chunk(two_events());
        QCOMPARE(seen.read, std::size_t{2});
        QCOMPARE(seen.damaged, std::size_t{0});
        QCOMPARE(seen.fields, std::size_t{4});
    }

    /// The file may end at any byte: whole records before it are read, none beyond.
    void cut_at_every_byte() {
        const std::string whole = two_events();
        const std::size_t end = u32_at(whole, 48);
        const std::size_t first_end = 512 + u32_at(whole, 512 + 4);
        for (std::size_t size = 0; size <= end; ++size) {
            const Seen seen = read_chunk(whole.substr(0, size));
            QCOMPARE(seen.read, std::size_t{size >= end ? 2U : size >= first_end ? 1U : 0U});
        }
    }

    /// BinXML may end at any byte: the record's frame is whole, what it holds is cut.
    void content_cut_at_every_byte() {
        const std::string whole = two_events();
        const std::uint32_t size = u32_at(whole, 512 + 4);
        for (std::uint32_t kept = 28; kept < size; ++kept) {
            std::string chunk = whole.substr(0, 512 + kept - 4) + little_endian(kept);
            chunk.replace(512 + 4, 4, little_endian(kept));
            chunk.replace(48, 4, little_endian(512 + kept));
            const Seen seen = read_chunk(chunk);
            QVERIFY(seen.read + seen.damaged == 1);
        }
    }

    /// Every byte wrong once, in the worst ways: nothing but reading or damage comes of it.
    void every_byte_changed() {
        const std::string whole = two_events();
        const std::size_t end = u32_at(whole, 48);
        for (std::size_t at = 40; at < end; ++at) {
            for (const int value : {0x00, 0x0c, 0x21, 0xff}) {
                std::string chunk = whole.substr(0, end);
                chunk[at] = static_cast<char>(value);
                const Seen seen = read_chunk(chunk);
                QVERIFY(seen.read <= 3);
            }
        }
    }

    void template_that_holds_itself() {
        // The instance's value is BinXML that is an instance of the same template.
        const std::string chunk = chunk_with([](EvtxChunk& c) {
            c.fragment_header();
            c.instance(
                0x77777777,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.open("Event");
                    d.end_start();
                    d.substitution(0, 0x21);
                    d.end();
                    d.u8(0);
                },
                {});
            // One value: BinXML, of the bytes of this very record's content.
            c.patch(c.at() - 4, little_endian(1U));
            const std::uint32_t self = 512 + 24;
            c.u16(c.at() + 4 - self);
            c.u8(0x21);
            c.u8(0);
            c.raw(std::string("\x0c\x01\x77\x77\x77\x77", 6));
            c.u32(c.definition(0x77777777));
            c.u32(1);
            c.u16(14);
            c.u8(0x21);
            c.u8(0);
        });
        const Seen seen = read_chunk(chunk);
        QCOMPARE(seen.read + seen.damaged, std::size_t{1});
    }

    void definition_inside_another_definition() {
        const std::string chunk = chunk_with([](EvtxChunk& c) {
            c.fragment_header();
            c.instance(
                0x77777777,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.instance(0x88888888, [](EvtxChunk& e) { e.u8(0); }, {});
                    d.u8(0);
                },
                {});
        });
        const Seen seen = read_chunk(chunk);
        QCOMPARE(seen.damaged, std::size_t{1});
        QCOMPARE(seen.why, std::string("template instance where none may be"));
    }

    void elements_without_end() {
        const std::string chunk = chunk_with([](EvtxChunk& c) {
            c.fragment_header();
            for (int i = 0; i < 500; ++i) {
                c.open("A");
                c.end_start();
            }
        });
        const Seen seen = read_chunk(chunk);
        QCOMPARE(seen.damaged, std::size_t{1});
        QCOMPARE(seen.why, std::string("elements nested too deep"));
    }

    void values_nested_without_end() {
        // 40 levels of BinXML values, each in the one before.
        const std::string chunk = chunk_with([](EvtxChunk& c) {
            c.fragment_header();
            c.instance(
                0x77777777,
                [](EvtxChunk& d) {
                    d.fragment_header();
                    d.open("Event");
                    d.end_start();
                    d.substitution(0, 0x21);
                    d.end();
                    d.u8(0);
                },
                {});
            c.patch(c.at() - 4, little_endian(1U));
            constexpr unsigned kLevel = 18;  // bytes of one level: token, version, id, offset, count, descriptor
            for (unsigned left = 40; left > 0; --left) {
                c.u16((left - 1) * kLevel);
                c.u8(0x21);
                c.u8(0);
                if (left > 1) {
                    c.raw(std::string("\x0c\x01\x77\x77\x77\x77", 6));
                    c.u32(c.definition(0x77777777));
                    c.u32(1);
                }
            }
        });
        const Seen seen = read_chunk(chunk);
        QCOMPARE(seen.damaged, std::size_t{1});
        QCOMPARE(seen.why, std::string("BinXML values nested too deep"));
    }

    /// A template that refers to a long array thousands of times: a small chunk that would expand to gigabytes.
    void expansion_is_paid_for() {
        EvtxChunk made;
        const EvtxChunk::Content definition = [](EvtxChunk& d) {
            d.fragment_header();
            d.open("Event");
            d.end_start();
            d.open("EventData");
            d.end_start();
            for (int i = 0; i < 400; ++i) {
                d.leaf("Data", 0, 0x84);
            }
            d.end();
            d.end();
            d.u8(0);
        };
        made.record([&](EvtxChunk& c) {
            c.fragment_header();
            c.instance(0x77777777, definition, {{0x84, std::string(20'000, 'x')}});
        });
        for (int i = 0; i < 300; ++i) {
            made.record([&](EvtxChunk& c) {
                c.fragment_header();
                c.instance(0x77777777, definition, {{0x84, std::string(8, 'x')}});
            });
        }
        QElapsedTimer timer;
        timer.start();
        const Seen seen = read_chunk(made.finish());
        QVERIFY(seen.read >= 1);
        QVERIFY((seen.partial & partial::kLimit) != 0);
        QVERIFY(seen.fields < kMaxChunkTokens);
        QVERIFY2(timer.elapsed() < 20'000, "expansion took longer than any analyst waits");
    }

    /// References of 5 bytes to one long name: a template of 60 KB that stands for hundreds of megabytes.
    void long_names_are_cut() {
        EvtxChunk made;
        std::uint32_t name_at = 0;
        made.record([&](EvtxChunk& c) {
            name_at = c.at();
            c.u32(0);
            c.u16(0);
            c.u16(15'000);
            c.raw(utf16(std::string(15'000, 'n')));
            c.u16(0);
        });
        made.record([&](EvtxChunk& c) {
            c.fragment_header();
            c.open("Event", true);
            for (int i = 0; i < 2'000; ++i) {
                c.u8(0x46);
                c.u32(name_at);
            }
            c.end_start();
            for (int i = 0; i < 3'000; ++i) {
                c.u8(0x49);
                c.u32(name_at);
            }
            c.end();
        });
        QElapsedTimer timer;
        timer.start();
        const std::string chunk = made.finish();
        const Seen seen = read_chunk(chunk);
        QVERIFY((seen.partial & partial::kLimit) != 0);
        ChunkContents contents;
        find_records(as_bytes(chunk), read_chunk_header(as_bytes(chunk)), false, contents);
        const auto xml = render_xml(as_bytes(chunk), contents.records[1].frame, false);
        QVERIFY(!xml.ok());
        QCOMPARE(xml.error().kind, ErrorKind::limit);
        QVERIFY2(timer.elapsed() < 20'000, "long names took longer than any analyst waits");
    }

    /// Many records that point at ever new, overlapping definitions.
    void definitions_everywhere() {
        EvtxChunk made;
        made.record([](EvtxChunk& c) { c.raw(std::string(20'000, '\x0f')); });
        for (unsigned i = 0; i < 700; ++i) {
            made.record([i](EvtxChunk& c) {
                c.fragment_header();
                c.raw(std::string("\x0c\x01\x01\x01\x01\x01", 6));
                c.u32(600 + i * 3);
                c.u32(0);
            });
        }
        QElapsedTimer timer;
        timer.start();
        const Seen seen = read_chunk(made.finish());
        QVERIFY(seen.damaged > 0);
        QVERIFY2(timer.elapsed() < 20'000, "definitions took longer than any analyst waits");
    }

    void record_sizes_that_lie_data() {
        QTest::addColumn<uint>("size");
        QTest::newRow("zero") << 0U;
        QTest::newRow("smaller than a record") << 27U;
        QTest::newRow("header only") << 28U;
        QTest::newRow("beyond the chunk") << 70'000U;
        QTest::newRow("largest") << 0xffffffffU;
    }
    void record_sizes_that_lie() {
        QFETCH(uint, size);
        std::string chunk = two_events();
        chunk.replace(512 + 4, 4, little_endian(size));
        const Seen seen = read_chunk(chunk);
        // The second record uses templates of the first: its bytes are still there.
        QCOMPARE(seen.read, std::size_t{1});
        QVERIFY(seen.damaged >= 1);
    }

    void copy_of_the_size_differs() {
        std::string chunk = two_events();
        const std::uint32_t size = u32_at(chunk, 512 + 4);
        chunk.replace(512 + size - 4, 4, little_endian(7U));
        ChunkContents contents;
        find_records(as_bytes(chunk), read_chunk_header(as_bytes(chunk)), false, contents);
        QCOMPARE(contents.records.size(), std::size_t{2});
        QCOMPARE(contents.records[0].state, FrameState::tail_lost);
        QCOMPARE(contents.records[1].state, FrameState::record);
        QCOMPARE(read_chunk(chunk).read, std::size_t{2});
    }

    void value_sizes_that_lie() {
        std::string chunk = two_events();
        // The second record: token at 24 + 4, values at + 10.
        const std::uint32_t second = 512 + u32_at(chunk, 512 + 4);
        const std::size_t count = second + 24 + 4 + 10;
        QCOMPARE(u32_at(chunk, count), 10U);
        std::string more = chunk;
        more.replace(count, 4, little_endian(0x40000000U));
        QCOMPARE(read_chunk(more).why, std::string("template instance with more values than fit"));
        std::string longer = chunk;
        longer.replace(count + 4, 2, little_endian<std::uint16_t>(0xffff));
        QCOMPARE(read_chunk(longer).why, std::string("template values longer than their record"));
    }

    void free_offset_that_lies_data() {
        QTest::addColumn<uint>("offset");
        QTest::newRow("zero") << 0U;
        QTest::newRow("inside the header") << 100U;
        QTest::newRow("beyond") << 0xffffffffU;
        QTest::newRow("at the end: archived logs have this") << 65536U;
    }
    void free_offset_that_lies() {
        QFETCH(uint, offset);
        std::string chunk = two_events();
        chunk.replace(48, 4, little_endian(offset));
        seal_chunk(chunk);
        const Seen seen = read_chunk(chunk);
        QCOMPARE(seen.read, std::size_t{2});
        QCOMPARE(seen.damaged, std::size_t{0});
    }

    /// The string and template tables of the header are not needed: nothing follows them for live records.
    void bad_string_cache() {
        std::string chunk = two_events();
        chunk.replace(128, 384, std::string(384, '\xee'));
        QCOMPARE(read_chunk(chunk).read, std::size_t{2});
    }

    void name_outside_the_chunk() {
        const std::string chunk = chunk_with([](EvtxChunk& c) {
            c.fragment_header();
            c.u8(0x01);
            c.u16(0xffff);
            c.u32(10);
            c.u32(0xfffffff0U);
            c.u8(0x02);
            c.u8(0x04);
        });
        QCOMPARE(read_chunk(chunk).why, std::string("element start cut short or without a name"));
    }

    void names_are_limited() {
        // More distinct names than a file may have, over many chunks.
        std::size_t asked = 0;
        RecordReader reader([&asked](std::string_view) { return FieldId{static_cast<std::uint16_t>(asked++)}; });
        unsigned number = 0;
        for (int chunk_number = 0; chunk_number < 60; ++chunk_number) {
            EvtxChunk made;
            event_record(made, 1, [&](EvtxChunk& c) {
                c.open("EventData", false, 0, false);
                c.end_start();
                for (int i = 0; i < 400; ++i) {
                    c.open("N" + std::to_string(number++), false, 0, false);
                    c.end_start();
                    c.end();
                }
                c.end();
            });
            const std::string chunk = made.finish();
            ChunkContents contents;
            find_records(as_bytes(chunk), read_chunk_header(as_bytes(chunk)), false, contents);
            reader.begin_chunk(as_bytes(chunk));
            RecordValues values;
            Damage damage;
            QVERIFY(reader.read(contents.records.front().frame, false, values, damage));
            QCOMPARE(values.fields.size(), std::size_t{400});
        }
        QVERIFY(reader.names_full());
        QVERIFY(asked <= kMaxNames);
    }
};

QTEST_GUILESS_MAIN(EvtxDamageTest)
#include "evtx_damage_test.moc"
