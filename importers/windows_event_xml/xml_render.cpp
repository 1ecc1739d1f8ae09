#include "importers/windows_event_xml/xml_render.h"

#include "core/base/text.h"
#include "importers/readers/xml/xml_reader.h"

#include <algorithm>
#include <string>

namespace trocar {
namespace {

constexpr std::size_t kShownText = 4U << 20U;
constexpr std::size_t kShownFields = 4096;

// Tags on lines of their own, an element without children on one.
std::string indented(std::string_view xml) {
    std::string out;
    std::size_t depth = 0;
    bool after_text = false;
    for (std::size_t at = 0; at < xml.size() && out.size() < kShownText;) {
        if (xml[at] != '<') {
            const std::size_t until = std::min(xml.find('<', at), xml.size());
            const std::string_view text = xml.substr(at, until - at);
            if (!trimmed(text).empty()) {
                out += text;
                after_text = true;
            }
            at = until;
            continue;
        }
        const std::size_t close = std::min(xml.find('>', at), xml.size() - 1);
        const std::string_view tag = xml.substr(at, close - at + 1);
        const bool end = tag.starts_with("</");
        depth -= end && depth != 0 ? 1U : 0U;
        // "<a>" directly before "</a>" stays with it.
        const bool empty = end && !out.empty() && out.back() == '>' && at != 0 && xml[at - 1] == '>' &&
                           out.rfind('<') != std::string::npos && out[out.rfind('<') + 1] != '/';
        if (!after_text && !empty && !out.empty()) {
            out += '\n';
            out.append(2 * std::min<std::size_t>(depth, 64), ' ');
        }
        out += tag;
        after_text = false;
        depth += !end && !tag.ends_with("/>") && !tag.starts_with("<?") && !tag.starts_with("<!") ? 1U : 0U;
        at = close + 1;
    }
    return out;
}

}  // namespace

RenderedRecord render_event_xml(std::string_view xml) {
    RenderedRecord out;
    out.notation = "xml";
    TextArena arena;
    XmlReader reader(arena);
    reader.open(xml);
    std::string text;
    std::string name;
    bool leaf = false;
    for (bool more = true; more && out.fields.size() < kShownFields;) {
        switch (reader.next()) {
            case XmlToken::start:
                leaf = true;
                text.clear();
                name = reader.has_attribute("Name") && reader.name() == "Data" ? reader.attribute("Name")
                                                                               : reader.name();
                for (const std::string_view attribute :
                     {"Name", "Guid", "SystemTime", "ProcessID", "ThreadID", "UserID"}) {
                    if (reader.name() != "Data" && reader.has_attribute(attribute)) {
                        out.fields.emplace_back(std::string(reader.name()) + "." + std::string(attribute),
                                                reader.attribute(attribute));
                    }
                }
                break;
            case XmlToken::text: text += reader.text(); break;
            case XmlToken::end:
                if (leaf && (reader.depth() >= 2) &&
                    (!trimmed(text).empty() || name.empty() || reader.name() == "Data")) {
                    out.fields.emplace_back(name, text);
                }
                leaf = false;
                text.clear();
                break;
            case XmlToken::done:
            case XmlToken::damaged: more = false; break;
        }
    }
    out.text = indented(xml);
    return out;
}

}  // namespace trocar
