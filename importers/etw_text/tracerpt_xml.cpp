// Events as `tracerpt -of XML` writes them: docs/formats/etw-text.md.
#include "core/base/guid.h"
#include "core/base/text.h"
#include "importers/etw_text/etw_notation.h"
#include "importers/etw_text/etw_values.h"
#include "importers/readers/xml/xml_reader.h"
#include "importers/windows_event_xml/xml_stream.h"

#include <algorithm>
#include <string>

namespace trocar {
namespace {

constexpr LossKind kDamaged{"xml_event_damaged", LossSeverity::error,
                            "An event is not well-formed XML and was not read; its bytes are kept."};
constexpr LossKind kTooLong{"xml_event_too_long", LossSeverity::error,
                            "An event is longer than the limit and was passed over; its first 64 KiB are kept."};
constexpr std::size_t kMaxEvent = 1U << 20U;
constexpr std::size_t kMaxFields = 4096;
/// EventTraceGuid (evntrace.h): the trace's own header, which holds no event.
constexpr std::string_view kTraceHeader = "68fdd900-4a3e-11d1-84f4-0000f80464e3";

class TracerptXml final : public EtwNotation {
public:
    std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole) override {
        const std::size_t begin = find_xml_event(text, at);
        if (begin == std::string_view::npos) {
            // What stands between events is the list's own markup; a tag may begin at the end.
            const std::size_t tail = text.rfind('<');
            return whole || tail == std::string_view::npos || tail <= at ? text.size() : tail;
        }
        std::size_t end = 0;
        const std::string_view own = text.substr(begin, kMaxEvent);
        switch (XmlEventEnd().scan(own, end)) {
            case XmlEventEnd::Found::end: pieces.add(begin, end); return begin + end;
            case XmlEventEnd::Found::cut: pieces.add(begin, end, &kDamaged); return begin + end;
            case XmlEventEnd::Found::more: break;
        }
        if (own.size() == kMaxEvent) {
            pieces.add(begin, own.size(), &kTooLong);
            return begin + own.size();
        }
        if (!whole) {
            return Pieces::kMore;
        }
        pieces.add(begin, own.size(), &kDamaged);
        return text.size();
    }

    Outcome read(std::string_view record, TextArena& arena, EtwRecord& out) override {
        XmlReader xml(arena);
        xml.open(record);
        bool header = false;
        std::string_view section, element;
        for (XmlToken token = xml.next(); token != XmlToken::done; token = xml.next()) {
            if (token == XmlToken::damaged) {
                return Outcome::damaged;
            }
            if (token == XmlToken::start) {
                section = xml.depth() == 2 ? xml.name() : section;
                element = xml.name();
                system_attributes(xml, out.event);
                header =
                    header || (element == "Provider" && contains_ignoring_case(xml.attribute("Guid"), kTraceHeader));
                if (section == "EventData" && element == "Data" && out.event.fields.size() < kMaxFields) {
                    const std::string_view name = xml.attribute("Name");
                    out.event.fields.push_back({name.empty() ? "Data" : name, ValueKind::text, 0, 0, {}});
                }
            } else if (token == XmlToken::text) {
                text_of(section, element, xml.text(), out);
            } else {
                element = {};
            }
        }
        std::for_each(out.event.fields.begin(), out.event.fields.end(),
                      [](EtwField& field) { field = etw_field(field.name, field.text); });
        return header ? Outcome::heading : Outcome::event;
    }

private:
    static void system_attributes(const XmlReader& xml, EtwEvent& event) {
        if (xml.name() == "Provider" && xml.depth() == 3 && event.provider_name.empty()) {
            event.provider_name = xml.attribute("Name");
            event.provider = etw_provider(parse_guid(xml.attribute("Guid")).value_or(Guid{}), event.provider_name);
        } else if (xml.name() == "TimeCreated") {
            event.time = parse_iso_time(xml.attribute("SystemTime")).value_or(kNoTime);
        } else if (xml.name() == "Execution") {
            event.pid = id_of_attribute(xml.attribute("ProcessID"));
            event.tid = id_of_attribute(xml.attribute("ThreadID"));
        }
    }

    static std::uint32_t id_of_attribute(std::string_view text) {
        const auto number = etw_number(trimmed(text));
        return number && *number < kEtwNoProcess ? static_cast<std::uint32_t>(*number) : kEtwNoProcess;
    }

    static void text_of(std::string_view section, std::string_view element, std::string_view text, EtwRecord& out) {
        const std::string_view value = trimmed(text);
        if (section == "EventData" && element == "Data" && !out.event.fields.empty()) {
            EtwField& field = out.event.fields.back();
            field.text = field.text.empty() ? text : field.text;
        } else if (section == "System" && element == "EventID") {
            out.event.id = static_cast<std::uint32_t>(etw_number(value).value_or(0));
        } else if (section == "System" && element == "Version") {
            out.event.version = static_cast<std::uint32_t>(etw_number(value).value_or(0));
        } else if (section == "System" && element == "Computer") {
            out.host = value;
        } else if (section == "RenderingInfo" && element == "Task") {
            out.event.task = value;
        }
    }
};

Probe probe_xml(std::string_view head) {
    const std::size_t begin = find_xml_event(head);
    if (head.find_first_not_of(" \t\r\n") == std::string_view::npos || begin == std::string_view::npos) {
        return {0, "no XML <Event>"};
    }
    const bool known = contains_ignoring_case(head, kTraceHeader) ||
                       head.find("\"Microsoft-Windows-Kernel-Process\"") != std::string_view::npos ||
                       head.find("\"Microsoft-Windows-Kernel-Audit-API-Calls\"") != std::string_view::npos ||
                       head.find("\"Microsoft-Windows-Threat-Intelligence\"") != std::string_view::npos;
    if (!known || head.find("\"Microsoft-Windows-Sysmon\"") != std::string_view::npos ||
        head.find("<System>", begin) == std::string_view::npos || head.find("<!DOCTYPE") < begin) {
        return {0, "XML, but no events of a kernel trace provider"};
    }
    return {97, "events of a trace as XML (tracerpt)"};
}

}  // namespace

EtwTextFormat tracerpt_xml_format() {
    return {"tracerpt XML", probe_xml, [](const ImportHints&, const Input&) -> std::unique_ptr<EtwNotation> {
                return std::make_unique<TracerptXml>();
            }};
}

}  // namespace trocar
