#include "importers/macos_log/log_json.h"

#include <string>

namespace trocar {
namespace {

namespace dom = simdjson::dom;

bool number(dom::element element, std::uint64_t& out) {
    return element.get(out) == simdjson::SUCCESS;
}

void text(dom::element element, std::string_view& out) {
    if (element.get(out) != simdjson::SUCCESS) {  // of another type: missing
        out = {};
    }
}

void pid_of(dom::element element, LogRecord& out) {
    std::uint64_t pid = 0;
    out.has_pid = number(element, pid) && pid <= 0xffffffffU;
    out.pid = out.has_pid ? static_cast<std::uint32_t>(pid) : 0;
}

void take(std::string_view key, dom::element value, LogRecord& out) {
    if (key == "timestamp") {
        std::string_view stamp;
        text(value, stamp);
        out.time = parse_iso_time(stamp).value_or(kNoTime);
    } else if (key == "processImagePath") {
        text(value, out.process);
    } else if (key == "processID") {
        pid_of(value, out);
    } else if (key == "senderImagePath") {
        text(value, out.sender);
    } else if (key == "subsystem") {
        text(value, out.subsystem);
    } else if (key == "category") {
        text(value, out.category);
    } else if (key == "messageType") {
        text(value, out.type);
    } else if (key == "eventType") {
        text(value, out.event);
    } else if (key == "eventMessage") {
        text(value, out.message);
    } else if (key == "threadID") {
        out.has_thread = number(value, out.thread);
    } else if (key == "activityIdentifier") {
        out.has_activity = number(value, out.activity);
    } else if (key == "userID") {
        out.has_user = number(value, out.user);
    }
}

}  // namespace

LogObject read_log_json(dom::object object, LogRecord& out) {
    out = {};
    bool finished = false, known = false;
    for (const auto& member : object) {
        finished = finished || member.key == "finished";
        known = known || member.key == "eventMessage" || member.key == "processImagePath" ||
                member.key == "senderImagePath" || member.key == "machTimestamp";
        take(member.key, member.value, out);
    }
    return known ? LogObject::record : finished ? LogObject::summary : LogObject::other;
}

}  // namespace trocar
