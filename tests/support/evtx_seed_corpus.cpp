// Writes the seed corpus of tests/fuzz/evtx_fuzz.cpp into a folder: small chunks, cut behind their records, with every
// structure that BinXML allows. Run by hand when the corpus should change: evtx_seed_corpus tests/fuzz/corpus/evtx

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/support/evtx_chunk_builder.h"

namespace {

using namespace trocar::test;

void event_data(EvtxChunk& c, std::uint32_t id, const std::vector<EvtxValue>& values, const EvtxChunk::Content& inside) {
    c.fragment_header();
    c.instance(
        id,
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

std::string all_types() {
    EvtxChunk chunk;
    std::vector<EvtxValue> values;
    for (unsigned type = 0; type <= 0x15; ++type) {
        for (const unsigned array : {0U, 0x80U}) {
            values.push_back({static_cast<std::uint8_t>(type | array), std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0\x01\0\0\0", 16)});
        }
    }
    event_record(chunk, 1, [&](EvtxChunk& c) {
        event_data(c, 0x22222222, values, [&](EvtxChunk& d) {
            for (unsigned i = 0; i < values.size(); ++i) {
                d.data("V" + std::to_string(i), i, values[i].type);
            }
        });
    });
    return chunk.finish(false);
}

std::string structures() {
    EvtxChunk chunk;
    const std::vector<EvtxValue> values{text_value("one"), number_value<std::uint32_t>(0x14, 42), null_value()};
    event_record(chunk, 2, [&](EvtxChunk& c) {
        event_data(c, 0x22222222, values, [&](EvtxChunk& d) {
            d.open("Data", true);
            d.attribute("Name");
            d.substitution(0, 0x01);
            d.end_start();
            d.text("a");
            d.substitution(1, 0x14);
            d.u8(0x48);
            d.u16(0x26);
            d.u8(0x49);
            d.name("amp");
            d.u8(0x47);
            d.u16(1);
            d.raw(utf16("c"));
            d.end();
            d.leaf("Data", 2, 0x01, true);
            d.open("Complex", false, 2);
            d.end_start();
            d.leaf("Inner", 0, 0x01);
            d.end();
            d.u8(0x0a);
            d.name("pi");
            d.u8(0x0b);
            d.u16(1);
            d.raw(utf16("d"));
        });
    });
    event_record(chunk, 3, [](EvtxChunk& c) {
        c.open("UserData", false, 0, false);
        c.end_start();
        c.open("Wrapper", true, 0, false);
        c.attribute("xmlns");
        c.text("urn:x");
        c.end_start();
        c.open("Leaf", true, 0, false);
        c.attribute("Kind");
        c.text("k");
        c.end_empty();
        c.end();
        c.end();
    });
    return chunk.finish(false);
}

std::string two_records_and_slack() {
    EvtxChunk chunk;
    event_record(chunk, 10, 0x33333333, {{"Image", text_value("a.exe")}, {"Access", number_value<std::uint32_t>(0x14, 1)}});
    event_record(chunk, 8, 0x33333333, {{"Image", text_value("b.exe")}, {"Access", number_value<std::uint32_t>(0x14, 2)}});
    chunk.end_of_records();
    event_record(chunk, 10, 0x33333333, {{"Image", text_value("c.exe")}, {"Access", number_value<std::uint32_t>(0x14, 3)}});
    return chunk.finish(false);
}

void write(const std::string& folder, const char* name, const std::string& bytes) {
    std::ofstream(folder + '/' + name, std::ios::binary) << bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: evtx_seed_corpus FOLDER\n");
        return 2;
    }
    const std::string folder = argv[1];
    write(folder, "all_types", all_types());
    write(folder, "structures", structures());
    write(folder, "two_records_and_slack", two_records_and_slack());
    write(folder, "file", evtx_file_header(1) + two_records_and_slack());
    write(folder, "file_header_only", evtx_file_header(0).substr(0, 200));
    return 0;
}
