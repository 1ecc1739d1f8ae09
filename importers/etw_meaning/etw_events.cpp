#include "importers/etw_meaning/etw_events.h"

#include "importers/etw_meaning/etw_meaning.h"
#include "importers/etw_meaning/etw_words.h"
#include "importers/etw_meaning/process_event.h"

namespace trocar {
namespace {

constexpr LossKind kFieldsCut{"etw_fields_cut", LossSeverity::warning,
                              "The source has more names of fields than the limit; the rest is in the raw records."};
constexpr std::size_t kMaxFieldName = 128;

bool is_memory(Operation operation) {
    return operation == Operation::memory_alloc || operation == Operation::memory_protect ||
           operation == Operation::memory_map || operation == Operation::memory_write;
}

}  // namespace

FieldId EtwEvents::field(std::string_view name) {
    if (const auto known = names_.find(name); known != names_.end()) {
        return known->second;
    }
    if (names_.size() == kMaxNames || name.empty() || name.size() > kMaxFieldName) {
        return {};
    }
    const FieldId id = sink_.field(name);
    names_.emplace(name, id);
    return id;
}

void EtwEvents::add_fields(const EtwEvent& event, const Place& place) {
    fields_.clear();
    if (!event.task.empty()) {
        fields_.push_back({field("Task"), ValueKind::text, 0, 0, event.task});
    }
    if (event.pid != kEtwNoProcess) {
        fields_.push_back({field("RecordProcessId"), ValueKind::number, event.pid, 0, {}});
    }
    if (event.tid != kEtwNoProcess) {
        fields_.push_back({field("RecordThreadId"), ValueKind::number, event.tid, 0, {}});
    }
    bool cut = false;
    for (const EtwField& f : event.fields) {
        const FieldId id = field(f.name);
        cut = cut || id.none();
        if (!id.none()) {
            fields_.push_back({id, f.kind, f.number, f.low, f.text});
        }
    }
    if (cut) {
        sink_.lost(kFieldsCut, {place.record, 0, ""}, place.raw);
    }
}

void EtwEvents::emit(const EtwEvent& event, const Place& place) {
    const EtwMeaning meaning = etw_meaning(event, facts_);
    RawEvent out;
    out.time = meaning.time;
    out.time_origin = meaning.time.none() ? TimeOrigin::none : place.time_origin;
    out.record = place.record;
    out.raw = place.raw;
    out.host = place.host;
    out.provider = event.provider_name.empty() ? etw_provider_name(event.provider) : event.provider_name;
    out.channel = out.provider;
    out.event_id = event.id;
    out.operation = meaning.operation;
    out.value = meaning.value;
    out.flags = meaning.flags;
    if (meaning.actor != kEtwNoProcess) {
        out.actor = facts_.hint(meaning.actor, meaning.time, meaning.actor_created);
    }
    if (meaning.target != kEtwNoProcess) {
        out.target = facts_.hint(meaning.target, meaning.time, meaning.target_created);
    }
    if (event.provider == EtwProvider::threat_intelligence &&
        (is_memory(out.operation) || event.number("BaseAddress"))) {
        words_ = memory_words(event);
        out.text = words_;
    } else if (out.operation == Operation::module_load) {
        out.text = image_name(event);
    }
    if (out.operation == Operation::process_create || out.operation == Operation::process_seen) {
        out.life.command_line = event.text("CommandLine");
        out.life.user = event.text("User");
        if (const auto parent = parent_pid(event)) {
            out.life.parent = facts_.hint(*parent, meaning.time);
            out.life.parent_image = out.life.parent.image;
        }
    }
    add_fields(event, place);
    out.fields = fields_;
    sink_.event(out);
}

}  // namespace trocar
