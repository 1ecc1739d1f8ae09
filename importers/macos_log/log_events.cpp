#include "importers/macos_log/log_events.h"

#include "core/base/escape.h"
#include "core/base/mac_path.h"
#include "core/base/text.h"
#include "core/model/signal.h"
#include "importers/macos_log/log_json.h"
#include "importers/macos_log/log_losses.h"
#include "importers/macos_log/log_text.h"
#include "importers/macos_log/named_process.h"
#include "importers/readers/json/json_text.h"

#include <algorithm>

namespace trocar {
namespace {

namespace dom = simdjson::dom;
constexpr std::string_view kProvider = "Unified log";

ProcessHint hint_of(const LogProcess& process) {
    ProcessHint out;
    if (process.has_pid) {
        out.pid = process.pid;
        out.has_pid = true;
        out.image = process.name;
    } else if (!process.name.empty()) {
        out = named_process(process.name);
    }
    return out;
}

/// "lost >= 12 unreliable messages from ...": log(1) writes it as an event of its own.
bool is_loss(const LogRecord& record) {
    return record.event == "lossEvent" || record.type == "Loss";
}

}  // namespace

LogEvents::LogEvents(EventSink& sink, const ImportHints& hints) : sink_(sink), hints_(hints) {
    // The keys of ndjson, whatever the style, so that one filter finds the record in all of them.
    constexpr std::array<std::string_view, count> kNames{
        "eventMessage", "processImagePath", "processID", "senderImagePath", "subsystem",
        "category",     "messageType",      "eventType", "threadID",        "activityIdentifier",
        "userID",       "pattern",          "request",   "library",         "reason"};
    std::transform(kNames.begin(), kNames.end(), ids_.begin(),
                   [&](std::string_view name) { return sink_.field(name); });
}

void LogEvents::add(Field field, std::string_view text) {
    if (!text.empty()) {
        FieldValue value;
        value.field = ids_[field];
        value.text = text;
        fields_.push_back(value);
    }
}

void LogEvents::add_number(Field field, bool known, std::uint64_t number, ValueKind kind) {
    if (known) {
        FieldValue value;
        value.field = ids_[field];
        value.kind = kind;
        value.number = number;
        fields_.push_back(value);
    }
}

void LogEvents::fields_of(const LogRecord& record, const LogMeaning& meaning) {
    fields_.clear();
    add(message, record.message);
    add(process, record.process);
    add_number(pid, record.has_pid, record.pid);
    add(sender, record.sender);
    add(subsystem, record.subsystem);
    add(category, record.category);
    add(type, record.type);
    add(event, record.event);
    add_number(thread, record.has_thread, record.thread, ValueKind::hex);
    add_number(activity, record.has_activity, record.activity, ValueKind::hex);
    add_number(user, record.has_user, record.user);
    add(pattern, meaning.pattern);
    add(request, meaning.request);
    add(library, meaning.library);
    add(reason, meaning.reason);
}

void LogEvents::give_meaning(const LogRecord& record, const LogMeaning& meaning, RawEvent& e) {
    e.operation = meaning.operation;
    e.value = meaning.value;
    e.flags |= meaning.flags;
    LogProcess logger;
    logger.name = record.process;
    logger.pid = record.pid;
    logger.has_pid = record.has_pid;
    e.actor = hint_of(meaning.source);
    e.target = hint_of(meaning.target);
    switch (meaning.operation) {
        case Operation::generic:
        case Operation::security_log:
            e.text = record.message;
            e.actor = e.actor.present() ? e.actor : hint_of(logger);
            break;
        case Operation::process_create:  // launchd's own words
            e.text = meaning.target.name;
            e.actor = hint_of(logger);
            e.life.parent = e.actor;
            break;
        case Operation::module_load: e.text = meaning.library; break;
        default: break;
    }
}

void LogEvents::emit(const LogRecord& record, const Pieces::Piece& piece) {
    const LogMeaning meaning = read_log_meaning(record);
    RawEvent e;
    e.time = record.time;
    e.time_origin = e.time.none() ? TimeOrigin::none : TimeOrigin::event;
    e.record = piece.ordinal;
    e.raw = piece.raw;
    e.host = record.host.empty() || record.host == "localhost" ? std::string_view(hints_.host) : record.host;
    e.provider = kProvider;
    e.channel = record.subsystem;
    e.flags = signal_flag::kMac;
    give_meaning(record, meaning, e);
    fields_of(record, meaning);
    e.fields = fields_;
    sink_.event(e);
    if (is_loss(record)) {
        lose(kLogDropped, piece, record.message);
    }
}

void LogEvents::read_json(const Pieces::Piece& piece) {
    dom::object object;
    auto code = parser_.parse(piece.text.data(), piece.text.size(), false).get(object);
    if (code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS) {
        lose(kLogBadCharacters, piece, simdjson::error_message(code));
        repaired_ = repaired_json(piece.text);
        code = parser_.parse(repaired_).get(object);
    }
    if (code != simdjson::SUCCESS) {
        lose(kLogBroken, piece, simdjson::error_message(code));
        return;
    }
    LogRecord record;
    switch (read_log_json(object, record)) {
        case LogObject::record: emit(record, piece); break;
        case LogObject::summary: break;
        case LogObject::other: lose(kLogNoRecord, piece, piece.text); break;
    }
}

void LogEvents::read_text(const Pieces::Piece& piece) {
    std::string_view text = piece.text;
    if (!is_valid_utf8(text)) {
        lose(kLogBadCharacters, piece, {});
        repaired_ = valid_utf8(text);
        text = repaired_;
    }
    LogRecord record;
    bool zoned = true;
    if (is_log_drop_notice(text)) {
        lose(kLogDropped, piece, text);
        return;
    }
    if (read_log_text(text, hints_.zone_minutes, record, zoned) == LogStyle::none) {
        lose(kLogNoHead, piece, text);
        record = {};
        record.message = text;
    } else if (!zoned && !zone_told_) {
        zone_told_ = true;
        lose(kLogNoZone, piece, text.substr(0, 24));
    }
    emit(record, piece);
}

}  // namespace trocar
