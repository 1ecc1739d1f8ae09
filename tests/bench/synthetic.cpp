#include "tests/bench/synthetic.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "tests/bench/random.h"

namespace trocar::bench {
namespace {

constexpr std::int64_t kStart = 1'600'000'000'000'000'000;
constexpr std::int64_t kTick = 15'625'000;  // Sysmon stamps tick at 15.6 ms

std::string image_of(std::uint64_t process) {
    constexpr std::array<const char*, 8> kNames{"svchost.exe", "powershell.exe", "notepad.exe",  "chrome.exe",
                                                "explorer.exe", "cmd.exe",        "msedge.exe", "agent.exe"};
    return std::string("C:\\Windows\\System32\\") + kNames[process % kNames.size()];
}

Guid guid_of(std::uint64_t process) { return {0x365abb7200000000ULL | process, 0x10013dc0b0000ULL + process}; }

class SyntheticImporter final : public Importer {
public:
    SyntheticImporter(std::uint64_t events, std::uint32_t texts, std::uint32_t raw) : events_(events), raw_(raw) {
        for (std::uint32_t i = 0; i < texts; ++i) {
            std::array<char, 200> buffer{};
            std::snprintf(buffer.data(), buffer.size(),
                          "C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c%04x|"
                          "C:\\Program Files\\Agent\\agent.exe+%x",
                          i & 0xffff, i * 2654435761U);
            texts_.emplace_back(buffer.data());
        }
    }
    std::string_view name() const override { return "synthetic"; }
    std::string_view title() const override { return "made for the benchmark"; }
    int version() const override { return 1; }
    Probe probe(Bytes, std::string_view) const override { return {100, "the benchmark's own"}; }
    Status parse(Input&, const ImportHints&, EventSink& sink, std::stop_token) const override {
        Random random(7);
        const std::string block(std::size_t{64} * raw_, 'x');
        const std::uint64_t processes = std::max<std::uint64_t>(64, events_ / 2'000);
        std::vector<std::string> images;
        for (std::uint64_t i = 0; i < processes; ++i) {
            images.push_back(image_of(i));
        }
        std::array<FieldValue, 4> fields{};
        fields[0].field = id_of_field(sink, "GrantedAccess");
        fields[1].field = id_of_field(sink, "CallTrace");
        fields[2].field = id_of_field(sink, "SourceThreadId");
        fields[3].field = id_of_field(sink, "RuleName");
        for (std::uint64_t i = 0; i < events_; ++i) {
            if (i % 64 == 0 && raw_ != 0) {
                sink.raw_block(as_bytes(block), i * raw_);
            }
            RawEvent event;
            event.time = {kStart + static_cast<std::int64_t>(i / 4) * kTick};
            event.record = i + 1;
            event.raw = {static_cast<std::uint32_t>(i % 64 * raw_), raw_};
            event.host = "BENCH";
            event.provider = "Microsoft-Windows-Sysmon";
            event.channel = "Microsoft-Windows-Sysmon/Operational";
            const bool thread = i % 997 == 0;
            event.event_id = thread ? 8 : 10;
            event.operation = thread ? Operation::remote_thread : Operation::process_access;
            const std::uint64_t source = random.below(processes);
            const std::uint64_t target = (source * 31 + random.below(8) * 17 + 1) % processes;
            event.actor = {guid_of(source), static_cast<std::uint32_t>(source * 4), true, images[source]};
            event.target = {guid_of(target), static_cast<std::uint32_t>(target * 4), true, images[target]};
            event.value = thread ? 0x7ff600000000ULL + source * 4096 : random_access(random);
            event.text = texts_[random.below(texts_.size())];
            fields[0].kind = ValueKind::hex;
            fields[0].number = event.value;
            fields[1].text = event.text;
            fields[2].kind = ValueKind::number;
            fields[2].number = source;
            event.fields = fields;
            sink.event(event);
            if (i % 4096 == 0 && !sink.progress(i * 16)) {
                return cancelled("the benchmark's import");
            }
        }
        return {};
    }
    Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        return RenderedRecord{{}, std::string(as_text(block.subspan(place.offset, place.length))), "text"};
    }

private:
    static FieldId id_of_field(EventSink& sink, std::string_view text) { return sink.field(text); }
    std::uint64_t events_;
    std::uint32_t raw_;
    std::vector<std::string> texts_;
};

}  // namespace

std::shared_ptr<const Capture> synthetic_capture(std::size_t signal_count) {
    auto capture = std::make_shared<Capture>();
    auto strings = std::make_shared<StringTable>();
    const StringId host = strings->intern("BENCH");
    capture->hosts = {host};
    CaptureSource source;
    source.name = "bench.evtx";
    source.event_count = static_cast<std::uint32_t>(signal_count);
    capture->sources = {source};
    const std::size_t processes = std::max<std::size_t>(64, signal_count / 2'000);
    for (std::size_t i = 0; i < processes; ++i) {
        ProcessLife life;
        life.host = {0};
        life.guid = guid_of(i);
        life.pid = static_cast<std::uint32_t>(i * 4);
        life.image = strings->intern(image_of(i));
        life.key = strings->intern("bench|" + format_guid(life.guid));
        life.first_seen = {kStart};
        capture->processes.lives.push_back(life);
        capture->processes.life_of_reference.push_back({static_cast<std::uint32_t>(i)});
    }
    const StringId trace = strings->intern("C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4");
    const StringId function = strings->intern("");
    SignalTable& table = capture->signals;
    table.time.reserve(signal_count);
    table.event.reserve(signal_count);
    table.value.reserve(signal_count);
    table.text.reserve(signal_count);
    table.flags.reserve(signal_count);
    table.role.reserve(signal_count);
    capture->record.reserve(signal_count);
    Random random(11);
    const std::size_t pair_goal = std::max<std::size_t>(16, signal_count * 268 / 10'000);
    const std::size_t mean = std::max<std::size_t>(1, signal_count / pair_goal);
    const std::int64_t span = 24LL * 3600 * 1'000'000'000 / kTick;
    std::vector<std::int64_t> ticks;
    for (std::size_t target = 0; table.size() < signal_count; target = (target + 1) % processes) {
        const std::size_t sources = std::max<std::size_t>(1, pair_goal / processes);
        for (std::size_t s = 0; s < sources && table.size() < signal_count; ++s) {
            const std::size_t count = std::min(1 + random.below(2 * mean), signal_count - table.size());
            const bool with_thread = random.below(50) == 0;
            ticks.resize(count);
            for (std::int64_t& t : ticks) {
                t = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span)));
            }
            std::sort(ticks.begin(), ticks.end());
            Pair pair;
            const std::size_t source_life = s * (processes / sources);  // ascending, as the table wants it
            pair.source = {static_cast<std::uint32_t>(source_life == target ? source_life + 1 : source_life)};
            pair.target = {static_cast<std::uint32_t>(target)};
            pair.first = static_cast<std::uint32_t>(table.size());
            for (std::size_t i = 0; i < count; ++i) {
                const bool thread = with_thread && (i + 1 == count || random.below(20) == 0);
                table.time.push_back({kStart + ticks[i] * kTick});
                table.event.push_back({static_cast<std::uint32_t>(table.size() - 1)});
                table.value.push_back(thread ? 0x7ff600000000ULL + random.below(64) * 4096 : random_access(random));
                table.text.push_back(thread ? function : trace);
                table.flags.push_back(thread ? signal_flag::kStartOutsideModules : 0);
                table.role.push_back(thread ? Role::execute : Role::access);
                capture->record.push_back(table.size());
            }
            pair.last = static_cast<std::uint32_t>(table.size());
            table.pairs.push_back(pair);
        }
        if (target + 1 == processes && table.size() < signal_count) {
            break;  // one round over all targets; the count asked for is met to within a few per cent
        }
    }
    capture->event_count = table.size();
    capture->first_time = {kStart};
    capture->last_time = {kStart + span * kTick};
    OperationCount accesses;
    accesses.host = {0};
    accesses.operation = Operation::process_access;
    accesses.count = table.size();
    accesses.first = capture->first_time;
    accesses.last = capture->last_time;
    capture->operations = {accesses};
    capture->total_by_operation[static_cast<std::size_t>(Operation::process_access)] = table.size();
    capture->strings = std::move(strings);
    return capture;
}

std::unique_ptr<const Importer> synthetic_importer(std::uint64_t events, std::uint32_t distinct_texts,
                                                   std::uint32_t raw_bytes) {
    return std::make_unique<SyntheticImporter>(events, distinct_texts, raw_bytes);
}

std::string repeated_evtx(const std::string& evtx, std::size_t bytes) {
    constexpr std::size_t kHeader = 4096, kChunk = 65'536;
    if (evtx.size() < kHeader + kChunk) {
        return {};
    }
    const std::size_t chunks = (evtx.size() - kHeader) / kChunk;
    std::string out = evtx.substr(0, kHeader);
    std::uint64_t count = 0;
    while (out.size() < bytes) {
        out.append(evtx, kHeader + count % chunks * kChunk, kChunk);
        ++count;
    }
    // EVTX file header: last chunk number at 16, chunk count (uint16) at 42, CRC32 of the first 120 bytes at 124.
    const std::uint64_t last = count - 1;
    const auto count16 = static_cast<std::uint16_t>(std::min<std::uint64_t>(count, 0xffff));
    std::memcpy(out.data() + 16, &last, sizeof last);
    std::memcpy(out.data() + 42, &count16, sizeof count16);
    const auto crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(out.data()), 120));
    std::memcpy(out.data() + 124, &crc, sizeof crc);
    return out;
}

}  // namespace trocar::bench
