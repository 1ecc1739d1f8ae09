#include "tests/support/evtx_chunk_builder.h"

#include <zlib.h>

#include <algorithm>

namespace trocar::test {
namespace {

constexpr std::size_t kChunk = 65536;
constexpr std::size_t kHeader = 512;
constexpr std::uint64_t kWritten = 132'000'000'000'000'000;  // 2019-04-17
constexpr std::uint32_t kEventTemplate = 0x11111111;
constexpr unsigned kDataIndex = 8;

std::uint32_t crc(std::uint32_t running, std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32(running, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

}  // namespace

std::string utf16(std::string_view ascii) {
    std::string out;
    for (const char c : ascii) {
        out += c;
        out += '\0';
    }
    return out;
}

EvtxChunk::EvtxChunk() : bytes_(kHeader, '\0') {}

void EvtxChunk::name(std::string_view text) {
    const auto known = names_.find(text);
    if (known != names_.end()) {
        u32(known->second);
        return;
    }
    const std::uint32_t here = at() + 4;
    names_.emplace(text, here);
    u32(here);
    u32(0);
    std::uint32_t hash = 0;  // [EVTX] "Name": hash of the characters
    for (const char c : text) {
        hash = hash * 65599 + static_cast<unsigned char>(c);
    }
    u16(hash & 0xffff);
    u16(static_cast<unsigned>(text.size()));
    raw(utf16(text));
    u16(0);
}

void EvtxChunk::open(std::string_view element, bool attributes, unsigned dependency, bool dependencies) {
    u8(attributes ? 0x41 : 0x01);
    if (dependencies) {
        u16(dependency);
    }
    open_.push_back(at());
    u32(0);
    name(element);
    if (attributes) {
        u32(0);
    }
}

void EvtxChunk::attribute(std::string_view attribute_name, bool more) {
    u8(more ? 0x46 : 0x06);
    name(attribute_name);
}

void EvtxChunk::text(std::string_view ascii) {
    u8(0x05);
    u8(0x01);
    u16(static_cast<unsigned>(ascii.size()));
    raw(utf16(ascii));
}

void EvtxChunk::substitution(unsigned index, unsigned type, bool optional) {
    u8(optional ? 0x0e : 0x0d);
    u16(index);
    u8(type);
}

void EvtxChunk::end_empty() {
    u8(0x03);
    patch(open_.back(), little_endian(at() - open_.back() - 4));
    open_.pop_back();
}

void EvtxChunk::end() {
    u8(0x04);
    patch(open_.back(), little_endian(at() - open_.back() - 4));
    open_.pop_back();
}

void EvtxChunk::leaf(std::string_view element, unsigned index, unsigned type, bool optional) {
    open(element);
    end_start();
    substitution(index, type, optional);
    end();
}

void EvtxChunk::data(std::string_view name_text, unsigned index, unsigned type, bool optional) {
    open("Data", true);
    attribute("Name");
    text(name_text);
    end_start();
    substitution(index, type, optional);
    end();
}

void EvtxChunk::values(const std::vector<EvtxValue>& list) {
    u32(static_cast<std::uint32_t>(list.size()));
    for (const EvtxValue& value : list) {
        u16(static_cast<unsigned>(value.bytes.size()));
        u8(value.type);
        u8(0);
    }
    for (const EvtxValue& value : list) {
        raw(value.bytes);
    }
}

void EvtxChunk::instance(std::uint32_t id, const Content& definition, const std::vector<EvtxValue>& list) {
    u8(0x0c);
    u8(0x01);
    u32(id);
    const auto known = definitions_.find(id);
    if (known != definitions_.end()) {
        u32(known->second);
    } else {
        const std::uint32_t here = at() + 4;
        definitions_.emplace(id, here);
        u32(here);
        u32(0);
        u32(id);  // GUID: its first four bytes are the id
        raw("twelve bytes");
        const std::uint32_t size_at = at();
        u32(0);
        definition(*this);
        patch(size_at, little_endian(at() - size_at - 4));
    }
    values(list);
}

std::uint32_t EvtxChunk::record(const Content& content, std::uint64_t id) {
    const std::uint32_t start = at();
    id = id != 0 ? id : next_id_;
    next_id_ = id + 1;
    first_id_ = first_id_ != 0 ? first_id_ : id;
    last_record_ = start;
    u32(0x00002a2a);
    u32(0);
    u64(id);
    u64(kWritten + id);
    content(*this);
    while ((at() + 4) % 8 != 0) {
        u8(0);
    }
    const std::uint32_t size = at() + 4 - start;
    u32(size);
    patch(start + 4, little_endian(size));
    return start;
}

std::string EvtxChunk::finish(bool padded, std::uint32_t flags) const {
    std::string out = bytes_;
    const std::uint32_t free_offset = free_offset_ != 0 ? free_offset_ : at();
    std::string header("ElfChnk\0", 8);
    header += little_endian<std::uint64_t>(1);
    header += little_endian<std::uint64_t>(next_id_ - std::max<std::uint64_t>(first_id_, 1));
    header += little_endian<std::uint64_t>(first_id_);
    header += little_endian<std::uint64_t>(next_id_ - 1);
    header += little_endian<std::uint32_t>(128);
    header += little_endian(last_record_);
    header += little_endian(free_offset);
    out.replace(0, header.size(), header);
    out.replace(120, 4, little_endian(flags));
    // Each definition as the head of a list of its own: enough for a reader to find them by.
    std::size_t list = 0;
    for (const auto& [id, offset] : definitions_) {
        if (list < 32) {
            out.replace(384 + 4 * list++, 4, little_endian(offset));
        }
    }
    if (padded) {
        out.resize(kChunk, '\0');
    }
    if ((flags & 4) == 0) {
        seal_chunk(out);
    }
    return out;
}

void seal_chunk(std::string& chunk) {
    std::uint32_t free_offset = 0;
    std::copy_n(chunk.data() + 48, 4, reinterpret_cast<char*>(&free_offset));
    const std::string_view all = chunk;
    if (free_offset >= kHeader && free_offset <= chunk.size()) {
        chunk.replace(52, 4, little_endian(crc(0, all.substr(kHeader, free_offset - kHeader))));
    }
    const std::uint32_t sum = crc(crc(0, std::string_view(chunk).substr(0, 120)), std::string_view(chunk).substr(128, 384));
    chunk.replace(124, 4, little_endian(sum));
}

std::string evtx_file_header(unsigned chunks, std::uint32_t flags, std::uint64_t next_record) {
    std::string header("ElfFile\0", 8);
    header += little_endian<std::uint64_t>(0);
    header += little_endian<std::uint64_t>(chunks == 0 ? 0 : chunks - 1);
    header += little_endian(next_record);
    header += little_endian<std::uint32_t>(128);
    header += little_endian<std::uint16_t>(1);
    header += little_endian<std::uint16_t>(3);
    header += little_endian<std::uint16_t>(4096);
    header += little_endian(static_cast<std::uint16_t>(chunks));
    header.resize(4096, '\0');
    header.replace(120, 4, little_endian(flags));
    if ((flags & 4) == 0) {
        header.replace(124, 4, little_endian(crc(0, std::string_view(header).substr(0, 120))));
    }
    return header;
}

std::string evtx_file(const std::vector<std::string>& chunks, std::uint32_t flags) {
    std::string out = evtx_file_header(static_cast<unsigned>(chunks.size()), flags);
    for (const std::string& chunk : chunks) {
        out += chunk;
    }
    return out;
}

void event_template(EvtxChunk& c) {
    c.fragment_header();
    c.open("Event", true);
    c.attribute("xmlns");
    c.text("http://schemas.microsoft.com/win/2004/08/events/event");
    c.end_start();
    c.open("System");
    c.end_start();
    c.open("Provider", true);
    c.attribute("Name", true);
    c.text("Made-Provider");
    c.attribute("Guid");
    c.text("{01020304-0506-0708-090a-0b0c0d0e0f10}");
    c.end_empty();
    c.open("EventID", true);
    c.attribute("Qualifiers");
    c.substitution(1, 0x06, true);
    c.end_start();
    c.substitution(0, 0x06);
    c.end();
    c.leaf("Level", 2, 0x04);
    c.open("TimeCreated", true);
    c.attribute("SystemTime");
    c.substitution(3, 0x11);
    c.end_empty();
    c.leaf("EventRecordID", 4, 0x0a);
    c.open("Execution", true);
    c.attribute("ProcessID", true);
    c.substitution(5, 0x08);
    c.attribute("ThreadID");
    c.substitution(5, 0x08);
    c.end_empty();
    c.leaf("Channel", 6, 0x01);
    c.leaf("Computer", 7, 0x01);
    c.open("Security", true);
    c.attribute("UserID");
    c.substitution(9, 0x13, true);
    c.end_empty();
    c.end();
    c.substitution(kDataIndex, 0x21, true);
    c.end();
    c.u8(0x00);
}

std::vector<EvtxValue> event_values(unsigned event_id, std::uint64_t record, EvtxValue data) {
    return {number_value<std::uint16_t>(0x06, static_cast<std::uint16_t>(event_id)),
            null_value(),
            number_value<std::uint8_t>(0x04, 4),
            number_value<std::uint64_t>(0x11, kWritten),
            number_value<std::uint64_t>(0x0a, record),
            number_value<std::uint32_t>(0x08, 1234),
            text_value("Made/Operational"),
            text_value("WS01"),
            std::move(data),
            {0x13, std::string("\x01\x01\0\0\0\0\0\x05\x12\0\0\0", 12)}};
}

std::uint32_t event_record(EvtxChunk& chunk, unsigned event_id, const EvtxChunk::Content& data) {
    return chunk.record([&](EvtxChunk& c) {
        // BinXML refers to places in the chunk, so the data is laid out where it will stay: its length is patched in after.
        c.fragment_header();
        const std::vector<EvtxValue> list = event_values(event_id, 1000 + event_id, {0x21, ""});
        c.instance(kEventTemplate, event_template, {});
        const std::uint32_t count_at = c.at() - 4;
        c.patch(count_at, little_endian(static_cast<std::uint32_t>(list.size())));
        std::uint32_t size_at = 0;
        for (std::size_t i = 0; i < list.size(); ++i) {
            size_at = i == kDataIndex ? c.at() : size_at;
            c.u16(static_cast<unsigned>(list[i].bytes.size()));
            c.u8(list[i].type);
            c.u8(0);
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i != kDataIndex) {
                c.raw(list[i].bytes);
                continue;
            }
            const std::uint32_t begin = c.at();
            data(c);
            c.patch(size_at, little_endian(static_cast<std::uint16_t>(c.at() - begin)));
        }
        c.u8(0x00);
    });
}

std::uint32_t event_record(EvtxChunk& chunk, unsigned event_id, std::uint32_t template_id,
                           const std::vector<NamedValue>& list) {
    return event_record(chunk, event_id, [&](EvtxChunk& c) {
        std::vector<EvtxValue> bare;
        for (const NamedValue& named : list) {
            bare.push_back(named.value);
        }
        c.fragment_header();
        c.instance(
            template_id,
            [&](EvtxChunk& d) {
                d.fragment_header();
                d.open("EventData");
                d.end_start();
                for (unsigned i = 0; i < list.size(); ++i) {
                    d.data(list[i].name, i, list[i].value.type);
                }
                d.end();
                d.u8(0x00);
            },
            bare);
        c.u8(0x00);
    });
}

}  // namespace trocar::test
