#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/text.h"
#include "core/base/time.h"
#include "core/ingest/importer.h"
#include "core/model/operation.h"

namespace trocar::test {

/// A notation of our own for tests of the store: first line "#lines", then one event a line, its parts separated by
/// tabs: time=ISO op=ProcessAccess host=H provider=P channel=C id=10 actor=GUID,PID,IMAGE target=... value=0x28 text=...
/// parent=... line=COMMAND; any other name is a field of the record. "bad" as a line is a rejected record.
/// "stop" ends with an Error. `each` is called at every line (tests stop, kill or fill the disk there).
class LineImporter final : public Importer {
public:
    std::function<void(std::size_t)> each;

    [[nodiscard]] std::string_view name() const override { return "test_lines"; }
    [[nodiscard]] std::string_view title() const override { return "Test lines"; }
    [[nodiscard]] int version() const override { return 3; }
    [[nodiscard]] Probe probe(Bytes head, std::string_view) const override {
        return as_text(head).starts_with("#lines") ? Probe{90, "it begins with #lines"} : Probe{0, "no #lines at its start"};
    }

    [[nodiscard]] Status parse(Input& input, const ImportHints&, EventSink& sink, std::stop_token stop) const override {
        constexpr LossKind kBad{"line_bad", LossSeverity::error, "A line that says bad."};
        std::string text(input.size(), '\0');
        const Result<std::size_t> got = input.read_at(0, {reinterpret_cast<std::byte*>(text.data()), text.size()});
        if (!got.ok()) {
            return got.error();
        }
        constexpr std::size_t kBlock = 4096;
        std::size_t block = 0, block_end = 0, at = 0;
        std::uint64_t record = 0;
        while (at < text.size()) {
            std::size_t end = text.find('\n', at);
            end = end == std::string::npos ? text.size() : end;
            if (at >= block_end) {
                block = at;
                block_end = std::min(text.size(), at + kBlock);
                block_end = std::min(text.size(), text.find('\n', block_end - 1) + 1);
                block_end = block_end == 0 ? text.size() : block_end;
                sink.raw_block(as_bytes(std::string_view(text).substr(block, block_end - block)), block);
            }
            const std::string_view line = std::string_view(text).substr(at, end - at);
            const RawPlace place{static_cast<std::uint32_t>(at - block), static_cast<std::uint32_t>(line.size())};
            if (each) {
                each(record);
            }
            if (line == "bad") {
                sink.lost(kBad, {++record, at, "bad"}, place);
            } else if (line == "stop") {
                return Error{ErrorKind::unreadable, "the line says stop", ""};
            } else if (!line.empty() && line[0] != '#') {
                emit(line, ++record, place, sink);
            }
            at = end + 1;
            if (stop.stop_requested() || !sink.progress(std::min(at, text.size()))) {
                return cancelled("reading " + input.name());
            }
        }
        return {};
    }

    [[nodiscard]] Result<RenderedRecord> render(Bytes block, RawPlace place) const override {
        RenderedRecord out;
        out.text = as_text(block).substr(place.offset, place.length);
        out.notation = "text";
        return out;
    }

private:
    static ProcessHint hint(std::string_view text) {
        ProcessHint out;
        const std::size_t first = text.find(',');
        const std::size_t second = text.find(',', first + 1);
        if (const auto guid = parse_guid(text.substr(0, first)); guid) {
            out.guid = *guid;
        }
        if (const auto pid = parse_number(text.substr(first + 1, second - first - 1)); pid) {
            out.pid = static_cast<std::uint32_t>(*pid);
            out.has_pid = true;
        }
        out.image = second == std::string_view::npos ? std::string_view{} : text.substr(second + 1);
        return out;
    }

    static void emit(std::string_view line, std::uint64_t record, RawPlace place, EventSink& sink) {
        RawEvent e;
        e.record = record;
        e.raw = place;
        e.host = "H1";
        e.provider = "Provider";
        e.channel = "Channel";
        std::vector<FieldValue> fields;
        while (!line.empty()) {
            const std::size_t tab = line.find('\t');
            const std::string_view part = line.substr(0, tab);
            line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
            const std::size_t is = part.find('=');
            const std::string_view key = part.substr(0, is);
            const std::string_view value = is == std::string_view::npos ? std::string_view{} : part.substr(is + 1);
            const std::uint64_t number = parse_number(value).value_or(0);
            if (key == "time") {
                e.time = parse_iso_time(value).value_or(kNoTime);
            } else if (key == "op") {
                static_cast<void>(operation_from_name(value, e.operation));
            } else if (key == "host") {
                e.host = value;
            } else if (key == "provider") {
                e.provider = value;
            } else if (key == "channel") {
                e.channel = value;
            } else if (key == "id") {
                e.event_id = static_cast<std::uint32_t>(number);
            } else if (key == "actor") {
                e.actor = hint(value);
            } else if (key == "target") {
                e.target = hint(value);
            } else if (key == "parent") {
                e.life.parent = hint(value);
            } else if (key == "line") {
                e.life.command_line = value;
            } else if (key == "value") {
                e.value = number;
            } else if (key == "flags") {
                e.flags = static_cast<std::uint32_t>(number);
            } else if (key == "text") {
                e.text = value;
            } else if (key.starts_with("#")) {  // "#Name=17": a typed number
                fields.push_back({sink.field(key.substr(1)), ValueKind::number, number, 0, {}});
            } else if (key.starts_with("@")) {  // "@Name=ISO": a typed time
                const UtcNanos t = parse_iso_time(value).value_or(kNoTime);
                fields.push_back({sink.field(key.substr(1)), ValueKind::time, static_cast<std::uint64_t>(t.count), 0, {}});
            } else {
                fields.push_back({sink.field(key), ValueKind::text, 0, 0, value});
            }
        }
        e.fields = fields;
        sink.event(e);
    }
};

/// A list of importers with one LineImporter.
[[nodiscard]] inline ImporterList line_importers(std::function<void(std::size_t)> each = {}) {
    auto importer = std::make_unique<LineImporter>();
    importer->each = std::move(each);
    ImporterList list;
    list.push_back(std::move(importer));
    return list;
}

/// A small injection on one host: creation, access, thread, module load, exit.
inline constexpr std::string_view kInjectionLines =
    "#lines\n"
    "time=2020-08-07 18:32:07.000\top=ProcessCreate\tid=1\tactor=aaaaaaaa-0000-0000-0000-000000000001,6008,C:\\Windows\\powershell.exe"
    "\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2576,C:\\Windows\\notepad.exe\tline=notepad.exe whoami\tCommandLine=notepad.exe "
    "whoami\tUtcTime=2020-08-07 18:32:07.000\n"
    "time=2020-08-07 18:32:41.298\top=ProcessAccess\tid=10\tactor=aaaaaaaa-0000-0000-0000-000000000001,6008,C:\\Windows\\powershell.exe"
    "\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2576,C:\\Windows\\notepad.exe\tvalue=0x1f3fff\ttext=C:\\Windows\\ntdll.dll+9c534\t"
    "GrantedAccess=0x1f3fff\tSourceThreadId=4660\n"
    "time=2020-08-07 18:32:44.580\top=CreateRemoteThread\tid=8\tactor=aaaaaaaa-0000-0000-0000-000000000001,6008,C:\\Windows\\powershell.exe"
    "\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2576,C:\\Windows\\notepad.exe\tvalue=0x1b0000\tStartModule=-\n"
    "time=2020-08-07 18:32:44.700\top=ImageLoad\tid=7\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2576,C:\\Windows\\notepad.exe"
    "\ttext=C:\\Temp\\evil.dll\tImageLoaded=C:\\Temp\\evil.dll\n"
    "time=2020-08-07 18:32:50.000\top=Event\tid=4103\tchannel=PowerShell/Operational\tprovider=PowerShell\tPayload=lsass "
    "mentioned\t#Count=17\n"
    "time=2020-08-07 18:33:57.000\top=ProcessTerminate\tid=5\ttarget=aaaaaaaa-0000-0000-0000-000000000002,2576,C:\\Windows\\notepad.exe\n";

}  // namespace trocar::test
