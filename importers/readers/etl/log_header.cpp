#include "importers/readers/etl/log_header.h"

#include "importers/readers/evtx/utf16.h"

#include <limits>

namespace trocar::etl {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kTicksPerSecond = 10'000'000;  // of FILETIME

/// TRACE_LOGFILE_HEADER holds two pointers before its time zone: what follows lies 8 bytes apart in the two
/// widths.
struct Offsets {
    std::size_t frequency, start, clock_type, buffers_lost, names;
};
constexpr Offsets kOffsets32{0xf8, 0x100, 0x108, 0x10c, 0x110};
constexpr Offsets kOffsets64{0x100, 0x108, 0x110, 0x114, 0x118};

std::string take_text(Bytes& rest) {
    std::size_t units = 0;
    while (rest.size() / 2 > units && load_le<std::uint16_t>(rest.data() + 2 * units) != 0) {
        ++units;
    }
    std::string text = evtx::utf8_of(rest.first(2 * units));
    rest = rest.subspan(rest.size() / 2 > units ? 2 * units + 2 : 2 * units);
    return text;
}

Clock clock_of(std::uint32_t type, std::uint64_t frequency, std::uint32_t mhz, std::uint64_t start,
               std::uint64_t first) {
    switch (type) {
        case 2: return {start, first, 1, 1};
        case 3: return {start, first, 10, mhz};
        default: return {start, first, kTicksPerSecond, frequency};
    }
}

}  // namespace

std::uint64_t multiply_divide(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
    const std::uint64_t whole = a / c;
    const std::uint64_t rest = a % c;
    if (b != 0 && whole > kMost / b) {
        return kMost;
    }
    std::uint64_t part = 0;
    if (b == 0 || rest <= kMost / b) {
        part = rest * b / c;
    } else {
        // rest * b needs 128 bits: long multiplication from the top bit of b, reduced by c at each step.
        std::uint64_t remainder = 0;
        for (int bit = 63; bit >= 0; --bit) {
            const bool carry = remainder >= c - remainder;  // doubling passes c
            remainder = carry ? remainder - (c - remainder) : 2 * remainder;
            part = 2 * part + (carry ? 1 : 0);
            if ((b >> bit & 1U) != 0) {
                const bool over = remainder >= c - rest;
                remainder = over ? remainder - (c - rest) : remainder + rest;
                part += over ? 1 : 0;
            }
        }
    }
    const std::uint64_t product = whole * b;
    return product > kMost - part ? kMost : product + part;
}

UtcNanos Clock::at(std::uint64_t ticks) const noexcept {
    if (!known()) {
        return kNoTime;
    }
    // Buffers of several processors interleave: a record may be older than the file's first.
    if (ticks < first_) {
        const std::uint64_t before = multiply_divide(first_ - ticks, multiply_, divide_);
        return before > start_ ? kNoTime : from_filetime(start_ - before);
    }
    const std::uint64_t after = multiply_divide(ticks - first_, multiply_, divide_);
    return after > kMost - start_ ? kNoTime : from_filetime(start_ + after);
}

std::optional<LogHeader> read_log_header(const Record& record) {
    const Bytes bytes = record.payload;
    const bool system = record.kind == RecordKind::system32 || record.kind == RecordKind::system64;
    if (!system || record.id != 0 || bytes.size() < kOffsets32.names) {
        return std::nullopt;
    }
    const std::byte* p = bytes.data();
    LogHeader out;
    out.pointer_size = load_le<std::uint32_t>(p + 0x2c);
    const bool wide = out.pointer_size == 8 || (out.pointer_size != 4 && record.kind == RecordKind::system64);
    const Offsets& at = wide ? kOffsets64 : kOffsets32;
    if (bytes.size() < at.names) {
        return std::nullopt;
    }
    out.buffer_size = load_le<std::uint32_t>(p);
    out.build = load_le<std::uint32_t>(p + 0x08);
    out.cpus = load_le<std::uint32_t>(p + 0x0c);
    out.end = from_filetime(load_le<std::uint64_t>(p + 0x10));
    out.mode = load_le<std::uint32_t>(p + 0x20);
    out.buffers_written = load_le<std::uint32_t>(p + 0x24);
    out.events_lost = load_le<std::uint32_t>(p + 0x30);
    const auto mhz = load_le<std::uint32_t>(p + 0x34);
    const auto start = load_le<std::uint64_t>(p + at.start);
    out.start = from_filetime(start);
    out.clock_type = load_le<std::uint32_t>(p + at.clock_type);
    out.buffers_lost = load_le<std::uint32_t>(p + at.buffers_lost);
    out.clock = clock_of(out.clock_type, load_le<std::uint64_t>(p + at.frequency), mhz, start, record.ticks);
    Bytes names = bytes.subspan(at.names);
    out.session = take_text(names);
    out.file = take_text(names);
    return out;
}

}  // namespace trocar::etl
