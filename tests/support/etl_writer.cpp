#include "tests/support/etl_writer.h"

#include <algorithm>
#include <cassert>

namespace trocar::test {
namespace {

constexpr std::size_t kBufferHeader = 0x48;

void patch(std::string& bytes, std::size_t at, std::uint64_t v, int size) {
    for (int i = 0; i < size; ++i) {
        bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(v >> (8 * i) & 0xffU);
    }
}

void pad(std::string& bytes, char with = '\0') {
    bytes.resize((bytes.size() + 7) / 8 * 8, with);
}

}  // namespace

EtlBytes& EtlBytes::number(std::uint64_t v, int size) {
    bytes_.resize(bytes_.size() + static_cast<std::size_t>(size));
    patch(bytes_, bytes_.size() - static_cast<std::size_t>(size), v, size);
    return *this;
}

EtlBytes& EtlBytes::text(std::string_view ascii) {
    for (const char c : ascii) {
        u16(static_cast<unsigned char>(c));
    }
    return u16(0);
}

EtlBytes& EtlBytes::ansi(std::string_view bytes) {
    return raw(bytes).u8(0);
}

EtlBytes& EtlBytes::guid(const Guid& v) {
    u32(static_cast<std::uint32_t>(v.high >> 32U));
    u16(static_cast<std::uint16_t>(v.high >> 16U)).u16(static_cast<std::uint16_t>(v.high));
    for (int i = 7; i >= 0; --i) {
        u8(static_cast<std::uint8_t>(v.low >> (8 * i)));
    }
    return *this;
}

EtlBytes& EtlBytes::raw(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
}

EtlBytes& EtlBytes::zeros(std::size_t count) {
    bytes_.append(count, '\0');
    return *this;
}

std::string etl_event(const EtlEvent& event, bool wide) {
    EtlBytes out;
    const bool extended = !event.extended.empty();
    out.u16(0)
        .u8(wide ? 0x13 : 0x12)
        .u8(0xc0)
        .u16(extended ? 1 : 0)
        .u16(0)
        .u32(event.tid)
        .u32(event.pid)
        .u64(event.ticks);
    out.guid(event.provider)
        .u16(event.id)
        .u8(event.version)
        .u8(0x10)
        .u8(4)
        .u8(0)
        .u16(0)
        .u64(0x8000000000000000ULL)
        .u64(0);
    out.guid({});
    for (std::size_t i = 0; i < event.extended.size(); ++i) {
        const auto& [type, data] = event.extended[i];
        std::string item = EtlBytes()
                               .u16(static_cast<std::uint16_t>((8 + data.size() + 7) / 8 * 8))
                               .u16(type)
                               .u16(i + 1 < event.extended.size() ? 1 : 0)
                               .u16(static_cast<std::uint16_t>(data.size()))
                               .raw(data)
                               .bytes();
        pad(item);
        out.raw(item);
    }
    std::string record = out.raw(event.payload).bytes();
    patch(record, 0, record.size(), 2);
    return record;
}

std::string etl_kernel(std::uint8_t type, std::uint8_t group, std::uint8_t opcode, std::uint8_t version,
                       std::uint64_t ticks, std::uint32_t pid, std::uint32_t tid, std::string_view payload) {
    const bool plain = type == 0x10 || type == 0x11;
    EtlBytes out;
    out.u16(version).u8(type).u8(0xc0).u16(0).u8(opcode).u8(group);
    if (!plain) {
        out.u32(tid).u32(pid);
    }
    out.u64(ticks).zeros(type <= 2 ? 8 : 0);
    std::string record = out.raw(payload).bytes();
    patch(record, 4, record.size(), 2);
    return record;
}

void EtlWriter::add(std::uint16_t cpu, const std::string& record) {
    Pending& pending = pending_[cpu];
    std::string padded = record;
    pad(padded);
    assert(kBufferHeader + padded.size() <= session_.buffer_size);
    if (kBufferHeader + pending.records.size() + padded.size() > session_.buffer_size) {
        write(cpu, pending);
    }
    pending.records += padded;
}

void EtlWriter::write(std::uint16_t cpu, Pending& pending) {
    buffers_.push_back(buffer(cpu, pending.records, pending.flags, false));
    pending = {};
}

std::string EtlWriter::buffer(std::uint16_t cpu, const std::string& records, std::uint16_t flags,
                              bool first) const {
    std::string head(kBufferHeader, '\0');
    const bool packed = session_.compressed && !first;
    std::string body = packed ? pack_lz77(records) : records;
    if (!packed) {
        body.resize(session_.buffer_size - kBufferHeader, '\xff');
    }
    pad(body);
    patch(head, 0x00, kBufferHeader + body.size(), 4);
    patch(head, 0x18, first ? 0 : buffers_.size() + 1, 8);
    patch(head, 0x28, cpu, 2);
    patch(head, 0x2c, 3, 4);
    patch(head, 0x30, kBufferHeader + records.size(), 4);
    patch(head, 0x34, flags | (packed ? 0x60U : 0x20U), 2);
    patch(head, 0x36, first ? 4 : 0, 2);
    return head + body;
}

std::string EtlWriter::header_record() const {
    EtlBytes out(session_.wide);
    out.u32(session_.buffer_size)
        .u32(0x0501000a)
        .u32(19045)
        .u32(static_cast<std::uint32_t>(std::max<std::size_t>(1, pending_.size())));
    out.u64(session_.start + 600'000'000).u32(156'250).u32(0).u32(session_.mode);
    const auto count = static_cast<std::uint32_t>(buffers_.size() + 1);
    out.u32(session_.buffers_written == 0 ? count : session_.buffers_written)
        .u32(1)
        .u32(session_.wide ? 8 : 4);
    out.u32(session_.events_lost).u32(session_.cpu_mhz).pointer(0).pointer(0).zeros(0xac);
    out.zeros((8 - out.bytes().size() % 8) % 8);
    out.u64(session_.start - 1)
        .u64(session_.frequency)
        .u64(session_.start)
        .u32(session_.clock_type)
        .u32(session_.buffers_lost);
    out.text("made").text("C:\\c\\made.etl");
    return etl_kernel(session_.wide ? 2 : 1, 0, 0, 2, session_.first_ticks, 4, 8, out.bytes());
}

std::string EtlWriter::finish() {
    for (auto at = pending_.rbegin(); at != pending_.rend(); ++at) {
        if (!at->second.records.empty()) {
            write(at->first, at->second);
        }
    }
    std::string header = header_record();
    pad(header);
    std::string file = buffer(0, header, 1, true);
    for (const std::string& bytes : buffers_) {
        file += bytes;
    }
    return file;
}

}  // namespace trocar::test
