#include "importers/readers/evtx/record_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/base/text.h"
#include "importers/readers/evtx/utf16.h"

namespace trocar::evtx {
namespace {

/// Literals of all templates of a chunk; when they are more, the templates left are read as trees.
constexpr std::size_t kLiteralText = 512U << 10;

std::uint64_t number_of(const FieldValue& value) {
    if (value.kind == ValueKind::text) {
        return parse_number(value.text).value_or(0);
    }
    return value.number;
}

Guid guid_of(const FieldValue& value) {
    if (value.kind == ValueKind::guid) {
        return {value.number, value.low};
    }
    return parse_guid(value.text).value_or(Guid{});
}

UtcNanos time_of(const FieldValue& value) {
    if (value.kind == ValueKind::time) {
        return UtcNanos{static_cast<std::int64_t>(value.number)};
    }
    return value.kind == ValueKind::text ? parse_iso_time(value.text).value_or(kNoTime) : kNoTime;
}

}  // namespace

RecordReader::RecordReader(FieldNames names, Way way, Slots slots)
    : names_(std::move(names)), way_(way), slots_(slots), literals_(kLiteralText), text_(kMaxRecordText) {
    fields_.reserve(64);
    values_.reserve(256);
    begin_chunk({});
}

void RecordReader::begin_chunk(Bytes chunk) {
    chunk_ = chunk.first(std::min(chunk.size(), kChunkSize));
    budget_ = {};
    plans_.clear();
    buckets_.fill(kNoPlan);
    steps_.clear();
    literals_.clear();
    index_.begin_chunk(chunk_);
}

RecordReader::Outcome RecordReader::damaged(const char* what, std::uint32_t at) {
    if (damage_.what == nullptr) {
        damage_ = {what, at};
    }
    return Outcome::damaged;
}

bool RecordReader::read(const RecordFrame& frame, bool strict, RecordValues& out, Damage& damage) {
    const auto start = [&] {
        text_.clear();
        fields_.clear();
        values_.clear();
        system_ = {};
        unnamed_ = 0;
        partial_ = 0;
        damage_ = {};
    };
    out = {};
    strict_ = strict;
    budget_.record_left = kMaxRecordTokens;
    start();
    const std::size_t payload = frame.offset + kRecordHeaderSize;
    if (frame.size < kSmallestRecord || frame.offset + static_cast<std::size_t>(frame.size) > chunk_.size()) {
        damage = {"record outside the chunk", frame.offset};
        return false;
    }
    if (payload + kRecordTrailerSize == frame.offset + static_cast<std::size_t>(frame.size)) {
        damage = {"record without content", frame.offset};
        return false;
    }
    Outcome outcome = way_ == Way::plan ? by_plan(frame) : Outcome::needs_tree;
    if (outcome == Outcome::needs_tree) {
        start();
        out.by_tree = true;
        outcome = by_tree(frame) ? Outcome::done : Outcome::damaged;
    }
    if (outcome == Outcome::damaged) {
        damage = damage_;
        return false;
    }
    out.system = system_;
    out.fields = fields_;
    out.partial = partial_;
    return true;
}

RecordReader::Outcome RecordReader::by_plan(const RecordFrame& frame) {
    const std::uint32_t end = frame.offset + frame.size - static_cast<std::uint32_t>(kRecordTrailerSize);
    return fragment(frame.offset + static_cast<std::uint32_t>(kRecordHeaderSize), end, Place::root, 0);
}

bool RecordReader::by_tree(const RecordFrame& frame) {
    const std::uint32_t end = frame.offset + frame.size - static_cast<std::uint32_t>(kRecordTrailerSize);
    if (!tree_.build_record(chunk_, frame.offset + static_cast<std::uint32_t>(kRecordHeaderSize), end,
                            strict_ ? &index_ : nullptr, budget_, damage_)) {
        return false;
    }
    const auto first = static_cast<std::uint32_t>(steps_.size());
    if (!Planner(tree_, names_, text_, steps_, slots_).plan(Place::root)) {
        partial_ |= partial::kLimit;  // a record's tree has no open substitution: only its text can be too long
    }
    const auto count = static_cast<std::uint32_t>(steps_.size()) - first;
    const Outcome outcome = run(first, count, 0, 0, 0);
    steps_.resize(first);
    return outcome == Outcome::done;
}

/// A fragment header, then one template instance: what Windows writes. Anything else is left to the tree.
RecordReader::Outcome RecordReader::fragment(std::uint32_t at, std::uint32_t end, Place place, int nesting) {
    if (nesting > kMaxNesting) {
        return damaged("BinXML values nested too deep", at);
    }
    if (end - at >= 4 && static_cast<Token>(chunk_[at]) == Token::fragment_header) {
        at += 4;
    }
    if (at >= end || static_cast<Token>(chunk_[at]) != Token::template_instance) {
        return Outcome::needs_tree;
    }
    TemplateInstance instance;
    const auto first = static_cast<std::uint32_t>(values_.size());
    if (!read_instance(chunk_, at, end, instance, values_, damage_)) {
        return Outcome::damaged;
    }
    if (instance.end < end && static_cast<Token>(chunk_[instance.end]) != Token::end_of_fragment) {
        return Outcome::needs_tree;
    }
    TemplateDefinition definition;
    definition.offset = instance.definition;
    if (strict_ && !index_.resolve(instance, definition)) {
        return damaged(kOtherTemplate, at);
    }
    const Plan plan = plans_[plan_for(definition.offset, place)];
    if (plan.outcome != Outcome::done) {
        damage_ = plan.damage;
        return plan.outcome;
    }
    if (!budget_.take(plan.count + instance.count)) {
        return damaged(kBudgetSpent, at);
    }
    const Outcome outcome = run(plan.first, plan.count, first, instance.count, nesting);
    values_.resize(first);
    return outcome;
}

std::uint32_t RecordReader::plan_for(std::uint32_t definition, Place place) {
    const std::uint32_t key = definition << 2 | static_cast<std::uint32_t>(place);
    // Definitions lie a few hundred bytes apart: their middle bits tell them apart well.
    std::uint32_t& bucket = buckets_[(definition >> 3 ^ static_cast<std::uint32_t>(place) << 5) % kBuckets];
    for (std::uint32_t i = bucket; i != kNoPlan; i = plans_[i].next) {
        if (plans_[i].key == key) {
            return i;
        }
    }
    Plan plan;
    plan.key = key;
    plan.next = bucket;
    plan.first = static_cast<std::uint32_t>(steps_.size());
    TemplateDefinition found;
    if (!read_definition(chunk_, definition, found)) {
        plan.outcome = Outcome::damaged;
        plan.damage = {"template definition outside the chunk", std::min<std::uint32_t>(definition, kChunkSize)};
    } else if (!tree_.build_definition(chunk_, found, budget_, plan.damage)) {
        plan.outcome = Outcome::damaged;
    } else if (!Planner(tree_, names_, literals_, steps_, slots_).plan(place)) {
        plan.outcome = Outcome::needs_tree;
        steps_.resize(plan.first);
    }
    plan.count = static_cast<std::uint32_t>(steps_.size()) - plan.first;
    bucket = static_cast<std::uint32_t>(plans_.size());
    plans_.push_back(plan);
    return bucket;
}

RecordReader::Outcome RecordReader::run(std::uint32_t first, std::uint32_t count, std::uint32_t values,
                                        std::uint32_t value_count, int nesting) {
    const std::uint32_t end = first + count;
    const auto value_at = [&](std::uint16_t index) {
        if (index < value_count) {
            return values_[values + index];
        }
        partial_ |= partial::kMissingValue;
        return ValueRef{};
    };
    for (std::uint32_t i = first; i < end; ++i) {
        const Step& step = steps_[i];
        switch (step.kind) {
            case Step::Kind::skip_if_null:
                if (step.index < value_count ? values_[values + step.index].null() : step.missing_is_null) {
                    if (step.index >= value_count) {
                        partial_ |= partial::kMissingValue;
                    }
                    i += step.count;
                }
                break;
            case Step::Kind::literal: give_text(step, step.text); break;
            case Step::Kind::value: {
                const ValueRef value = value_at(step.index);
                if (value.nested()) {
                    return Outcome::needs_tree;
                }
                if (!step.drop_if_null || !value.null()) {
                    give(step, value);
                }
                break;
            }
            case Step::Kind::direct: give(step, step.value); break;
            case Step::Kind::concat: {
                scratch_.clear();
                for (std::uint32_t part = i + 1; part <= i + step.count; ++part) {
                    const Step& piece = steps_[part];
                    if (piece.kind == Step::Kind::literal) {
                        scratch_ += piece.text;
                        continue;
                    }
                    const ValueRef value = piece.kind == Step::Kind::value ? value_at(piece.index) : piece.value;
                    if (value.nested()) {
                        return Outcome::needs_tree;
                    }
                    if (scratch_.size() > kMaxRecordText) {
                        partial_ |= partial::kLimit;
                        break;
                    }
                    Bytes rest = chunk_.subspan(value.at, value.size);
                    const auto type = static_cast<Type>(value.type & ~kTypeArray);
                    if (!value.array()) {
                        append_value(rest, type, scratch_);
                        continue;
                    }
                    Bytes item;
                    for (bool again = false; next_of_array(rest, type, item); again = true) {
                        scratch_ += again ? "," : "";
                        append_value(item, type, scratch_);
                    }
                }
                char* const room = text_.room(scratch_.size());
                if (room == nullptr) {
                    partial_ |= partial::kLimit;
                } else {
                    std::memcpy(room, scratch_.data(), scratch_.size());
                    give_text(step, text_.keep(room + scratch_.size()));
                }
                i += step.count;
                break;
            }
            case Step::Kind::nested: {
                const ValueRef value = value_at(step.index);
                if (value.null() || (value.nested() && value.size == 0)) {
                    break;
                }
                if (!value.nested()) {
                    return Outcome::needs_tree;
                }
                // `step` may move: plans are made on the way.
                const Outcome outcome = fragment(value.at, value.at + value.size, step.place, nesting + 1);
                if (outcome != Outcome::done) {
                    return outcome;
                }
                break;
            }
        }
    }
    return Outcome::done;
}

bool RecordReader::room_for_field() {
    if (fields_.size() < kMaxRecordFields) {
        return true;
    }
    partial_ |= partial::kLimit;
    return false;
}

void RecordReader::put(const Step& step, const FieldValue& value) {
    if (step.target == Target::system) {
        set(step.slot, value);
        return;
    }
    if (!room_for_field()) {
        return;
    }
    fields_.push_back(value);
    fields_.back().field = step.target == Target::unnamed ? names_.unnamed(++unnamed_) : step.field;
}

void RecordReader::give_text(const Step& step, std::string_view text) {
    FieldValue value;
    value.text = text;
    put(step, value);
}

void RecordReader::give_scalar(const Step& step, Bytes bytes, Type type) {
    const auto note = [this](ValueState state) {
        partial_ |= state == ValueState::odd_size ? partial::kOddSize : state == ValueState::no_room ? partial::kLimit : 0;
    };
    if (step.target == Target::system) {
        FieldValue value;
        note(read_value(bytes, type, text_, value));
        set(step.slot, value);
    } else if (room_for_field()) {
        FieldValue& value = fields_.emplace_back();
        note(read_value(bytes, type, text_, value));
        value.field = step.target == Target::unnamed ? names_.unnamed(++unnamed_) : step.field;
    }
}

void RecordReader::give(const Step& step, ValueRef value) {
    Bytes bytes = chunk_.subspan(value.at, value.size);
    const auto type = static_cast<Type>(value.type & ~kTypeArray);
    if (!value.array() || bytes.empty()) {
        give_scalar(step, bytes, type);
        return;
    }
    // An array repeats its element. [EVTX] "Normal substitution".
    Bytes item;
    while (next_of_array(bytes, type, item)) {
        if (!budget_.take(1)) {
            partial_ |= partial::kLimit;
            return;
        }
        give_scalar(step, item, type);
    }
}

void RecordReader::set(Slot slot, const FieldValue& value) {
    const auto narrow = [&value] { return static_cast<std::uint32_t>(number_of(value)); };
    switch (slot) {
        case Slot::none: break;
        case Slot::provider: system_.provider = value.text; break;
        case Slot::provider_guid: system_.provider_guid = guid_of(value); break;
        case Slot::event_source: system_.event_source = value.text; break;
        case Slot::event_id:
            system_.event_id = narrow();
            system_.has_event_id = true;
            break;
        case Slot::qualifiers: system_.qualifiers = narrow(); break;
        case Slot::version: system_.version = narrow(); break;
        case Slot::level: system_.level = narrow(); break;
        case Slot::task: system_.task = narrow(); break;
        case Slot::opcode: system_.opcode = narrow(); break;
        case Slot::keywords: system_.keywords = number_of(value); break;
        case Slot::time: system_.time = time_of(value); break;
        case Slot::record_id: system_.record_id = number_of(value); break;
        case Slot::activity: system_.activity = guid_of(value); break;
        case Slot::related_activity: system_.related_activity = guid_of(value); break;
        case Slot::process_id: system_.process_id = narrow(); break;
        case Slot::thread_id: system_.thread_id = narrow(); break;
        case Slot::channel: system_.channel = value.text; break;
        case Slot::computer: system_.computer = value.text; break;
        case Slot::user_id: system_.user_id = value.text; break;
    }
}

}  // namespace trocar::evtx
