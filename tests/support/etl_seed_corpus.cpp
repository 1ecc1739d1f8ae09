// Writes the seed corpus of tests/fuzz/windows_etl_fuzz.cpp into a folder: small traces with every kind of
// record. Run by hand when the corpus should change: etl_seed_corpus tests/fuzz/corpus/windows_etl

#include "tests/support/etl_writer.h"

#include <cstdio>
#include <fstream>
#include <string>

namespace {

using namespace trocar;
using namespace trocar::test;

constexpr Guid kKernelProcess{0x22fb2cd60e7b422bULL, 0xa0c72fad1fd0e716ULL};
constexpr Guid kAuditApi{0xe02a841c75a34fa7ULL, 0xafc8ae09cf9b7f23ULL};
constexpr Guid kThreat{0xf4e1897cbb5d5668ULL, 0xf1d8040f4d8dd344ULL};

EtlSession small(bool compressed = false, bool wide = true) {
    EtlSession session;
    session.buffer_size = 768;
    session.compressed = compressed;
    session.wide = wide;
    return session;
}

EtlBytes& party(EtlBytes& out, std::uint32_t pid) {
    return out.u32(pid).u64(134'000'000'000'000'000ULL).u64(pid).u8(0).u8(0).u8(0);
}

/// A process, its thread, a module, a handle to it, memory in it.
std::string story(EtlSession session) {
    const bool wide = session.wide;
    EtlWriter writer(session);
    const auto add = [&](std::uint16_t cpu, EtlEvent event) { writer.add(cpu, etl_event(event, wide)); };
    const std::string start =
        EtlBytes(wide).u32(700).u64(134'000'000'000'000'000ULL).u32(4).u32(1).text("a.exe").bytes();
    const std::string thread = EtlBytes(wide)
                                   .u32(700)
                                   .u32(701)
                                   .pointer(0)
                                   .pointer(0)
                                   .pointer(0)
                                   .pointer(0)
                                   .pointer(0x1000)
                                   .pointer(0x1000)
                                   .pointer(0)
                                   .bytes();
    const std::string image = EtlBytes(wide)
                                  .pointer(0x1000)
                                  .pointer(0x2000)
                                  .u32(700)
                                  .u32(0)
                                  .u32(0)
                                  .pointer(0)
                                  .text("n.dll")
                                  .bytes();
    const std::string open = EtlBytes().u32(700).u32(0x1fffff).u32(0).bytes();
    EtlBytes alloc(wide);
    party(alloc, 800).u32(801).u64(134'000'000'000'000'000ULL);
    party(alloc, 700).pointer(0x5000).pointer(0x1000).u32(0x3000).u32(0x40);
    add(1, {kKernelProcess, 3, 0, 1300, 800, 801, thread, {}});
    add(0, {kKernelProcess, 1, 0, 1100, 4, 8, start, {}});
    add(0, {kKernelProcess, 5, 0, 1200, 700, 701, image, {}});
    add(1, {kAuditApi, 5, 0, 1400, 800, 801, open, {{6, std::string(24, 'a')}, {0x0d, "startkey"}}});
    add(0, {kThreat, 1, 0, 1500, 800, 801, alloc.bytes(), {}});
    return writer.finish();
}

std::string kinds() {
    EtlWriter writer(small());
    for (const unsigned type : {1U, 2U, 3U, 4U, 0x10U, 0x11U}) {
        writer.add(0, etl_kernel(static_cast<std::uint8_t>(type), 3, 11, 2, 1200, 8, 9,
                                 EtlBytes().u32(700).bytes()));
    }
    writer.add(1, EtlBytes()
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
                      .bytes());
    writer.add(1, EtlBytes()
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
                      .bytes());
    return writer.finish();
}

std::string self_description() {
    EtlBytes fields;
    fields.u8(0)
        .ansi("Scan")
        .ansi("name")
        .u8(1)
        .ansi("list")
        .u8(0x40 | 6)
        .ansi("inner")
        .u8(0x80 | 24)
        .u8(1)
        .ansi("a")
        .u8(4);
    const std::string schema =
        EtlBytes().u16(static_cast<std::uint16_t>(fields.bytes().size() + 2)).raw(fields.bytes()).bytes();
    const std::string payload = EtlBytes().text("amsi").u16(2).u16(10).u16(11).u8(9).bytes();
    EtlWriter writer(small());
    writer.add(0, etl_event({{1, 2},
                             0,
                             0,
                             1100,
                             4,
                             8,
                             payload,
                             {{0x0c, EtlBytes().u16(8).ansi("Maker").bytes()}, {0x0b, schema}}}));
    return writer.finish();
}

void write(const std::string& folder, const char* name, const std::string& bytes) {
    std::ofstream(folder + '/' + name, std::ios::binary) << bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: etl_seed_corpus FOLDER\n");
        return 2;
    }
    const std::string folder = argv[1];
    write(folder, "story", story(small()));
    write(folder, "story_compressed", story(small(true)));
    write(folder, "story_32", story(small(false, false)));
    write(folder, "kinds", kinds());
    write(folder, "self_description", self_description());
    write(folder, "cut", story(small()).substr(0, 1600));
    return 0;
}
