#include "importers/windows_event/event_xml.h"

#include "core/base/text.h"

namespace trocar {

FieldId FieldNames::of(std::string_view name) {
    if (const auto found = ids_.find(name); found != ids_.end()) {
        return found->second;
    }
    if (ids_.size() >= kMaxNames || name.size() > kMaxName) {
        return {};
    }
    const FieldId id = sink_.field(name);
    ids_.emplace(std::string(name), id);
    return id;
}

FieldId FieldNames::unnamed(std::uint32_t number) {
    while (unnamed_.size() < number) {
        unnamed_.push_back(sink_.field("Data" + std::to_string(unnamed_.size() + 1)));
    }
    return unnamed_[number - 1];
}

void EventXmlReader::add(std::string_view name, std::string_view text, std::vector<FieldValue>& fields) {
    if (fields.size() >= kMaxFields) {
        ++fields_cut_;
        return;
    }
    const FieldId id = name.empty() ? names_.unnamed(++unnamed_) : names_.of(name);
    if (id.none()) {
        ++fields_cut_;
        return;
    }
    FieldValue value;
    value.field = id;
    value.text = text;
    fields.push_back(value);
}

void EventXmlReader::start_text() {
    text_ = {};
    joined_.clear();
}

void EventXmlReader::more_text(std::string_view piece) {
    if (text_.empty() && joined_.empty()) {
        text_ = piece;
        return;
    }
    if (joined_.empty()) {
        joined_ = text_;
    }
    joined_ += piece;
}

std::string_view EventXmlReader::whole_text() {
    if (joined_.empty()) {
        return text_;
    }
    char* const kept = arena_.take(joined_.size());
    joined_.copy(kept, joined_.size());
    return {kept, joined_.size()};
}

void EventXmlReader::start_element(WindowsEvent& event) {
    const std::string_view name = xml_.name();
    start_text();
    if (xml_.depth() == 2) {
        section_ = name;
        in_data_ = name == "EventData" || name == "UserData" || name == "ProcessingErrorData";
    } else if (section_ == "System" && xml_.depth() == 3) {
        if (name == "Provider") {
            event.provider = xml_.attribute("Name");
        } else if (name == "TimeCreated") {
            event.log_time = parse_iso_time(xml_.attribute("SystemTime")).value_or(kNoTime);
        } else if (name == "Execution") {
            event.emitter_pid =
                static_cast<std::uint32_t>(parse_number(xml_.attribute("ProcessID")).value_or(0));
        }
    }
    leaf_depth_ = xml_.depth();
    if (in_data_ && xml_.depth() >= 3) {
        start_data();
    }
}

// Names as the EVTX importer gives them: Data by its Name, the one element of UserData left out of the path,
// nested elements with '/', attributes with '@'.
void EventXmlReader::start_data() {
    if (xml_.depth() == 3) {
        path_.clear();
        path_lengths_.clear();
    }
    path_lengths_.push_back(path_.size());
    const std::string_view name = xml_.name();
    const bool named = section_ == "EventData" && xml_.depth() == 3 && name == "Data";
    if (named) {
        path_ = xml_.attribute("Name");
    } else if ((section_ == "EventData" || xml_.depth() > 3) && path_.size() <= FieldNames::kMaxName) {
        if (!path_.empty()) {
            path_ += '/';
        }
        path_ += name;
    }
    for (const XmlReader::Attribute& attribute : xml_.attributes()) {
        if (named && attribute.name == "Name") {
            continue;
        }
        const std::size_t length = path_.size();
        if (path_.empty()) {
            path_ = name;
        }
        path_ += '@';
        path_ += attribute.name;
        add(path_, attribute.value, fields_);
        path_.resize(length);
    }
}

void EventXmlReader::end_element(WindowsEvent& event) {
    // Only elements without children count: leaf_depth_ is the depth of the last start.
    const std::size_t depth = xml_.depth() + 1;
    const bool leaf = depth == leaf_depth_;
    leaf_depth_ = 0;
    if (in_data_ && depth >= 3) {
        if (leaf) {
            // The one element of UserData has a name of its own only when it is all there is.
            const bool alone = section_ != "EventData" && depth == 3;
            const std::string_view text = whole_text();
            if (!alone || !text.empty()) {
                add(alone ? xml_.name() : std::string_view(path_), text, fields_);
            }
        }
        path_.resize(path_lengths_.empty() ? 0 : path_lengths_.back());
        if (!path_lengths_.empty()) {
            path_lengths_.pop_back();
        }
        return;
    }
    if (!leaf || depth < 3) {
        return;
    }
    const std::string_view text = whole_text();
    if (section_ == "System") {
        const std::string_view name = xml_.name();
        if (name == "EventID") {
            event.event_id = static_cast<std::uint32_t>(parse_number(trimmed(text)).value_or(0));
        } else if (name == "EventRecordID") {
            event.record = parse_number(trimmed(text)).value_or(0);
        } else if (name == "Channel") {
            event.channel = trimmed(text);
        } else if (name == "Computer") {
            event.computer = trimmed(text);
        }
    }
}

bool EventXmlReader::read_event(std::string_view xml, WindowsEvent& event) {
    event = WindowsEvent{};
    fields_.clear();
    fields_cut_ = 0;
    unnamed_ = 0;
    error_ = nullptr;
    section_ = {};
    in_data_ = false;
    leaf_depth_ = 0;
    xml_.open(xml);
    bool any = false;
    for (;;) {
        switch (xml_.next()) {
            case XmlToken::start:
                if (xml_.depth() == 1) {
                    if (any || xml_.name() != "Event") {
                        error_ = "not one <Event>";
                        return false;
                    }
                    any = true;
                }
                start_element(event);
                break;
            case XmlToken::text:
                if (leaf_depth_ != 0) {
                    more_text(xml_.text());
                }
                break;
            case XmlToken::end: end_element(event); break;
            case XmlToken::done:
                if (!any) {
                    error_ = "no <Event>";
                }
                event.fields = fields_;
                return any;
            case XmlToken::damaged: error_ = xml_.error(); return false;
        }
    }
}

bool EventXmlReader::read_data(std::string_view xml, std::vector<FieldValue>& fields) {
    xml_.open(xml);
    fields_cut_ = 0;
    unnamed_ = 0;
    std::string_view name;
    bool in_data = false;
    for (;;) {
        switch (xml_.next()) {
            case XmlToken::start:
                in_data = xml_.name() == "Data";
                name = in_data && xml_.has_attribute("Name") ? xml_.attribute("Name") : std::string_view{};
                start_text();
                break;
            case XmlToken::text:
                if (in_data) {
                    more_text(xml_.text());
                }
                break;
            case XmlToken::end:
                if (in_data) {
                    add(name, whole_text(), fields);
                }
                in_data = false;
                break;
            case XmlToken::done: return true;
            case XmlToken::damaged: error_ = xml_.error(); return false;
        }
    }
}

}  // namespace trocar
