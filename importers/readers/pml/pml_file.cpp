#include "importers/readers/pml/pml_file.h"

#include "importers/readers/text/text_window.h"

#include <algorithm>

namespace trocar {
namespace {

// Offsets within the header ("PML Header" of docs/PML Format.md).
constexpr std::size_t kHeaderBytes = 0x3A8, kVersionAt = 4, kIs64At = 8, kComputerAt = 0xC, kComputerBytes = 0x20;
constexpr std::size_t kCountAt = 0x234, kOffsetsAt = 0x248, kProcessesAt = 0x250, kStringsAt = 0x258, kIconsAt = 0x260;
constexpr std::uint32_t kVersion = 9;
// Within a process ("Process Array").
constexpr std::size_t kProcessBytes = 0x58, kUserAt = 0x3C;
constexpr std::size_t kOffsetBytes = 5;  // u32 and a byte of flags
constexpr std::size_t kEventBytes = 0x34;
constexpr std::uint16_t kAscii = 0x8000;

std::string text_of(Bytes utf16) {
    std::string out;
    append_utf8(utf16, TextEncoding::utf16_le, out);
    return out.substr(0, out.find('\0'));
}

std::uint32_t u32_at(Bytes bytes, std::size_t at) {
    return at + 4 <= bytes.size() ? load_le<std::uint32_t>(bytes.data() + at) : 0;
}

/// Number `index` of the table of strings: a count, as many relative offsets, then sizes with their text.
std::string string_at(Bytes table, std::uint32_t index) {
    if (index >= u32_at(table, 0)) {
        return {};
    }
    const std::size_t at = u32_at(table, 4 + std::size_t{4} * index);
    const std::size_t size = u32_at(table, at);
    return at + 4 <= table.size() && size <= table.size() - at - 4 ? text_of(table.subspan(at + 4, size))
                                                                   : std::string{};
}

std::string detail_text(ByteCursor& cursor, std::uint16_t info) {
    const std::size_t count = info & 0x7fffU;
    if ((info & kAscii) == 0) {
        return text_of(cursor.bytes(count * 2, "text"));
    }
    const Bytes ascii = cursor.bytes(count, "text");
    std::string out(as_text(ascii));
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) > 0x7e; }, '?');
    return out;
}

}  // namespace

bool read_pml_event(Bytes bytes, std::size_t pointer_size, PmlEvent& out) noexcept {
    out = {};
    out.length = kEventBytes;
    ByteCursor cursor(bytes);
    out.process = cursor.u32("process");
    out.tid = cursor.u32("thread");
    out.event_class = static_cast<PmlClass>(cursor.u32("class"));
    out.operation = cursor.u16("operation");
    cursor.skip(6, "unknown");
    cursor.skip(8, "duration");
    out.time = from_filetime(cursor.u64("time"));
    out.result = cursor.u32("result");
    const std::size_t depth = cursor.u16("stack depth");
    cursor.skip(2, "unknown");
    const std::size_t detail = cursor.u32("size of detail");
    cursor.skip(4, "offset of extra detail");
    if (cursor.failed()) {
        return false;
    }
    out.length = kEventBytes + depth * pointer_size + detail;
    cursor.skip(depth * pointer_size, "stack");
    out.detail = cursor.bytes(detail, "detail");
    return !cursor.failed();
}

bool read_pml_detail(const PmlEvent& event, std::size_t pointer_size, PmlDetail& out) {
    out = {};
    ByteCursor cursor(event.detail);
    switch (static_cast<PmlOperation>(event.operation)) {
        case PmlOperation::thread_create: out.id = cursor.u32("thread"); break;
        case PmlOperation::process_start: {
            out.id = cursor.u32("parent");
            const std::uint16_t line = cursor.u16("command line");
            cursor.skip(6, "directory, environment");
            out.command_line = detail_text(cursor, line);
            break;
        }
        case PmlOperation::load_image: {
            out.base = pointer_size == 8 ? cursor.u64("base") : cursor.u32("base");
            out.size = cursor.u32("size");
            const std::uint16_t path = cursor.u16("path");
            cursor.skip(2, "unknown");
            out.path = detail_text(cursor, path);
            break;
        }
        case PmlOperation::process_create: {
            cursor.skip(4, "unknown");
            out.id = cursor.u32("child");
            cursor.skip(0x24, "unknown");
            const std::size_t first = cursor.u8("size"), second = cursor.u8("size");
            const std::uint16_t path = cursor.u16("path"), line = cursor.u16("command line");
            cursor.skip(2 + first + second, "unknown");
            out.path = detail_text(cursor, path);
            out.command_line = detail_text(cursor, line);
            break;
        }
        default: break;
    }
    return !cursor.failed();
}

Result<std::vector<std::byte>> PmlFile::bytes_at(std::uint64_t offset, std::uint64_t end, const char* what) {
    end = std::min(end, input_.size());
    if (offset >= end || end - offset > kMaxTable) {
        return Error{ErrorKind::unreadable, std::string("cannot read ") + what + " of " + input_.name(),
                     "bytes " + std::to_string(offset) + " to " + std::to_string(end)};
    }
    std::vector<std::byte> out(static_cast<std::size_t>(end - offset));
    const auto got = input_.read_at(offset, out);
    if (!got.ok()) {
        return got.error();
    }
    out.resize(got.value());
    return out;
}

Status PmlFile::open() {
    const auto head = bytes_at(0, kHeaderBytes, "the header");
    if (!head.ok()) {
        return head.error();
    }
    const Bytes header = head.value();
    const bool known = header.size() == kHeaderBytes && as_text(header).starts_with(kSignature);
    if (!known || u32_at(header, kVersionAt) != kVersion) {
        return Error{ErrorKind::unreadable, "cannot read " + input_.name() + ": no Process Monitor log of version 9",
                     ""};
    }
    const auto u64_at = [&](std::size_t at) { return load_le<std::uint64_t>(header.data() + at); };
    pointer_size_ = u32_at(header, kIs64At) != 0 ? 8 : 4;
    computer_ = text_of(header.subspan(kComputerAt, kComputerBytes));
    events_ = u32_at(header, kCountAt);
    offsets_at_ = u64_at(kOffsetsAt);
    const auto processes = bytes_at(u64_at(kProcessesAt), u64_at(kStringsAt), "the processes");
    const auto strings = bytes_at(u64_at(kStringsAt), u64_at(kIconsAt), "the texts");
    if (!processes.ok() || !strings.ok()) {
        return processes.ok() ? strings.error() : processes.error();
    }
    return read_processes(strings.value(), processes.value());
}

Status PmlFile::read_processes(Bytes strings, Bytes table) {
    const std::size_t count = std::min<std::size_t>(u32_at(table, 0), table.size() / kProcessBytes);
    std::size_t room = kMaxTable;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t at = u32_at(table, 4 + 4 * count + 4 * i);
        if (at > table.size() || table.size() - at < kProcessBytes) {
            continue;
        }
        const Bytes one = table.subspan(at, kProcessBytes);
        const auto text = [&](std::size_t number) {
            // Many processes may name one long text: all together have room for a table's worth.
            std::string out = room == 0 ? std::string{} : string_at(strings, u32_at(one, kUserAt + 4 * number));
            room -= std::min(room, out.size());
            return out;
        };
        processes_[u32_at(one, 0)] = {u32_at(one, 4), u32_at(one, 8), text(2), text(1), text(3), text(0)};
    }
    return {};
}

Result<std::vector<std::uint64_t>> PmlFile::offsets(std::uint32_t first, std::uint32_t count) {
    const std::uint64_t begin = offsets_at_ + std::uint64_t{first} * kOffsetBytes;
    const auto bytes = bytes_at(begin, begin + std::uint64_t{count} * kOffsetBytes, "the places of events");
    if (!bytes.ok()) {
        return bytes.error();
    }
    std::vector<std::uint64_t> out;
    for (std::size_t at = 0; at + kOffsetBytes <= bytes.value().size(); at += kOffsetBytes) {
        out.push_back(load_le<std::uint32_t>(bytes.value().data() + at));
    }
    return out;
}

const PmlProcess* PmlFile::process(std::uint32_t index) const {
    const auto found = processes_.find(index);
    return found == processes_.end() ? nullptr : &found->second;
}

}  // namespace trocar
