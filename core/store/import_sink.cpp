#include "core/store/import_sink.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/model/signal.h"

namespace trocar {
namespace {

/// A batch is handed over at whichever comes first.
constexpr std::size_t kBatchEvents = 16'384;
constexpr std::size_t kBatchRawBytes = std::size_t{8} << 20;
constexpr std::size_t kBatchDetailBytes = std::size_t{8} << 20;

constexpr std::size_t kTextBlockBytes = std::size_t{256} << 10;
/// A long text that came this often is interned as well: an id is shorter than a place, and a search looks at it once.
constexpr std::uint32_t kOftenSeen = 16;
/// Longest text kept; importers' records are at most 16 MiB.
constexpr std::size_t kMaxText = std::size_t{16} << 20;

constexpr LossKind kWithoutTime{"event_without_time", LossSeverity::warning,
                                "The event has no readable time: it is kept and can be found, but is in no chain."};
constexpr LossKind kTooManyChannels{"too_many_channels", LossSeverity::warning,
                                    "More than 65,535 combinations of host, provider and channel: the rest is counted "
                                    "under the last one."};
constexpr LossKind kTooManyFields{"too_many_fields", LossSeverity::warning,
                                  "More field names, or more fields in one event, than a case holds: the value is only "
                                  "in the raw record."};
constexpr LossKind kTextCut{"text_cut", LossSeverity::warning,
                            "A text longer than 16 MiB was cut; the raw record holds all of it."};
constexpr LossKind kTooManyEvents{"too_many_events", LossSeverity::error,
                                  "A case holds 4,294,967,294 events at most; this one was left out."};
constexpr LossKind kRawTooLarge{"raw_block_too_large", LossSeverity::warning,
                                "A run of evidence longer than 64 MiB is not kept in the case; its events are."};
}  // namespace

ImportSink::ImportSink(ImportTables& tables, ImportWriter& writer, std::function<bool(std::uint64_t)> on_progress)
    : tables_(tables), writer_(writer), on_progress_(std::move(on_progress)), batch_(writer.fresh_batch()) {
    batch_->first_event = static_cast<std::uint32_t>(tables_.columns.size());
}

void ImportSink::begin_source(SourceRow& source, bool keep_raw) {
    source_ = &source;
    keep_raw_ = keep_raw;
    block_ = RawBlockId::kNone;
    source.first_event = static_cast<std::uint32_t>(tables_.columns.size());
    source.info.raw_kept = keep_raw;
    tables_.references.begin_source();
}

void ImportSink::end_source() {
    SourceInfo& info = source_->info;
    const ImportColumns& columns = tables_.columns;
    info.events = columns.size() - source_->first_event;
    for (std::size_t i = source_->first_event; i < columns.size(); ++i) {
        const UtcNanos t = columns.time[i];
        if (!t.none()) {
            info.first_time = info.first_time.none() ? t : std::min(info.first_time, t);
            info.last_time = info.last_time.none() ? t : std::max(info.last_time, t);
        }
    }
    source_ = nullptr;
}

bool ImportSink::flush() {
    ImportTables& t = tables_;
    close_text_block();
    batch_->first_string = t.strings_stored;
    for (; t.strings_stored < t.strings.size(); ++t.strings_stored) {
        batch_->strings.push_back(t.strings.text(StringId{t.strings_stored}));
    }
    if (!writer_.push(std::move(batch_))) {
        stopped_ = true;
    }
    batch_ = writer_.fresh_batch();
    batch_->first_event = static_cast<std::uint32_t>(t.columns.size());
    return !stopped_;
}

FieldId ImportSink::field(std::string_view name) { return tables_.field(name); }

void ImportSink::raw_block(Bytes bytes, std::uint64_t source_offset) {
    if (stopped_) {
        return;
    }
    if (batch_->raw_bytes >= kBatchRawBytes && !flush()) {
        return;
    }
    if (bytes.size() > kMaxRawBlockBytes) {
        block_ = RawBlockId::kNone;
        lost(kRawTooLarge, {0, source_offset, std::to_string(bytes.size()) + " bytes"}, {});
        return;
    }
    RawBlockInsert& block = batch_->blocks.emplace_back();
    block.id = block_ = tables_.next_raw_block++;
    block.source = source_->info.id.value;
    block.source_offset = source_offset;
    block.size = static_cast<std::uint32_t>(bytes.size());
    block.keep = keep_raw_;
    block.bytes.assign(bytes.begin(), bytes.end());
    batch_->raw_bytes += bytes.size();
}

void ImportSink::gathered_block(Bytes bytes, std::uint64_t source_offset) {
    const bool keep = std::exchange(keep_raw_, true);
    raw_block(bytes, source_offset);
    keep_raw_ = keep;
}

std::uint32_t ImportSink::text_id(std::string_view text) {
    if (text.size() > kMaxText) {
        lost(kTextCut, {}, {});
        text = text.substr(0, kMaxText);
    }
    return tables_.strings.intern(text).value;
}

void ImportSink::put_value(ValueForm form, std::uint16_t field, std::uint64_t number) {
    layout_.push_back({field, form});
    put_varint(values_, number);
}

void ImportSink::store_long_text(std::string_view text, LongTexts::Place& place) {
    if (text_block_.size() + text.size() > kTextBlockBytes) {
        close_text_block();
    }
    place.block = tables_.next_text_block;
    place.offset = static_cast<std::uint32_t>(text_block_.size());
    const Bytes bytes = as_bytes(text);
    text_block_.insert(text_block_.end(), bytes.begin(), bytes.end());
}

void ImportSink::put_long_text(std::uint16_t field, std::string_view text) {
    if (text.size() > kMaxText) {
        lost(kTextCut, {}, {});
        text = text.substr(0, kMaxText);
    }
    if (const StringId known = tables_.strings.find(text); !known.none()) {
        put_value(ValueForm::text, field, known.value);
        return;
    }
    LongTexts::Place& place = long_texts_.place(text);
    if (++place.seen > kOftenSeen) {
        put_value(ValueForm::text, field, tables_.strings.intern(text).value);
        return;
    }
    if (place.block == LongTexts::kNone) {
        store_long_text(text, place);
    }
    put_value(ValueForm::in_block, field, place.block);
    put_varint(values_, place.offset);
    put_varint(values_, text.size());
}

void ImportSink::close_text_block() {
    if (text_block_.empty()) {
        return;
    }
    RawBlockInsert& block = batch_->blocks.emplace_back();
    block.is_text = true;
    block.id = tables_.next_text_block++;
    block.size = static_cast<std::uint32_t>(text_block_.size());
    block.bytes.assign(text_block_.begin(), text_block_.end());
    batch_->raw_bytes += text_block_.size();
    text_block_.clear();
}

void ImportSink::put_text(std::uint16_t field, std::string_view text, std::int64_t base) {
    const TextForm compact = compact_form(text);
    if (compact.form == ValueForm::time_text || compact.form == ValueForm::iso_text) {
        put_value(compact.form, field, zigzag(static_cast<std::int64_t>(compact.number - static_cast<std::uint64_t>(base))));
    } else if (compact.form != ValueForm::text) {
        put_value(compact.form, field, compact.number);
    } else if (text.size() >= kLongText) {
        put_long_text(field, text);
    } else {
        put_value(ValueForm::text, field, text_id(text));
    }
}

void ImportSink::put_field(const FieldValue& value, std::int64_t base) {
    if (value.field.none() || tables_.field_name(value.field).data() == nullptr || layout_.size() >= kMaxFieldsPerEvent) {
        lost(kTooManyFields, {}, {});
        return;
    }
    const std::uint16_t field = tables_.case_field(value.field);
    switch (value.kind) {
        case ValueKind::text: put_text(field, value.text, base); break;
        case ValueKind::number: put_value(ValueForm::number, field, value.number); break;
        case ValueKind::hex: put_value(ValueForm::hex, field, value.number); break;
        case ValueKind::guid:
            put_value(ValueForm::guid, field, tables_.guid_text({value.number, value.low}));
            break;
        case ValueKind::time:
            put_value(ValueForm::time, field,
                      zigzag(static_cast<std::int64_t>(value.number - static_cast<std::uint64_t>(base))));
            break;
    }
}

void ImportSink::event(const RawEvent& e) {
    if (stopped_) {
        return;
    }
    ImportColumns& columns = tables_.columns;
    if (columns.size() >= kMaxEvents) {
        lost(kTooManyEvents, {e.record, 0, ""}, {});
        return;
    }
    if (batch_->events.size() >= kBatchEvents || batch_->details.size() >= kBatchDetailBytes) {
        if (!flush()) {
            return;
        }
    }
    const EventId id{static_cast<std::uint32_t>(columns.size())};
    const HostId host = tables_.host(e.host);
    bool fits = true;
    const std::uint16_t channel = tables_.channel(host, e.provider, e.channel, fits);
    if (!fits) {
        lost(kTooManyChannels, {e.record, 0, ""}, {});
    }
    if (e.time.none()) {
        lost(kWithoutTime, {e.record, 0, ""}, {});
    }
    ReferenceTable& references = tables_.references;
    const bool creates = e.operation == Operation::process_create;
    // A preload that a snapshot of /proc tells of began at a time unknown, and who writes /etc/ld.so.preload (kWritable)
    // goes on as the program that it is: these lives have no execution here.
    const bool executes = e.operation == Operation::process_exec || e.operation == Operation::memfd_execute ||
                          (e.operation == Operation::preload &&
                           (e.flags & (linux_flag::kProcFile | linux_flag::kWritable)) == 0) ||
                          e.operation == Operation::dyld_insert;
    // The parent lives already: its pid is looked up before the child's creation begins another life of its own pid.
    ReferenceId parent;
    if ((creates || executes || e.operation == Operation::process_seen) && e.life.parent.present()) {
        ProcessHint hint = e.life.parent;
        hint.image = hint.image.empty() ? e.life.parent_image : hint.image;
        parent = references.note(host, hint, e.time, false);
    }
    const ReferenceId actor = references.note(host, e.actor, e.time, false);
    const ReferenceId target = references.note(host, e.target, e.time, creates);
    if (creates) {
        references.note_created(target, id, e.time, e.life, parent);
    } else if (executes && (e.flags & linux_flag::kDenied) == 0) {
        references.note_executed(target, id, e.target, e.time, e.life, parent);
    } else if (e.operation == Operation::process_seen) {
        references.note_seen(target, e.life, parent);
    } else if (e.operation == Operation::process_exit) {
        references.note_exited(target, id, e.time);
    }

    EventInsert row;
    row.time_ns = e.time.count;
    row.record = e.record;
    row.value = e.value;
    row.source = source_->info.id.value;
    row.channel = channel;
    row.event_id = e.event_id;
    row.actor = actor.value;
    row.target = target.value;
    row.text = text_id(e.text);
    row.flags = e.flags | (e.time_origin == TimeOrigin::log ? signal_flag::kLogTime : 0U) |
                (e.recovered ? signal_flag::kRecovered : 0U);
    row.operation = static_cast<std::uint8_t>(e.operation);

    layout_.clear();
    values_.clear();
    const std::int64_t base = e.time.none() ? 0 : e.time.count;
    for (const FieldValue& value : e.fields) {
        put_field(value, base);
    }
    row.detail_at = static_cast<std::uint32_t>(batch_->details.size());
    put_varint(batch_->details, tables_.layout(layout_));
    put_varint(batch_->details, block_ == RawBlockId::kNone ? 0 : std::uint64_t{block_} + 1);
    put_varint(batch_->details, e.raw.offset);
    put_varint(batch_->details, e.raw.length);
    batch_->details.insert(batch_->details.end(), values_.begin(), values_.end());
    row.detail_size = static_cast<std::uint32_t>(batch_->details.size() - row.detail_at);
    batch_->events.push_back(row);

    columns.time.push_back(e.time);
    columns.record.push_back(row.record);
    columns.value.push_back(row.value);
    columns.actor.push_back(row.actor);
    columns.target.push_back(row.target);
    columns.text.push_back(row.text);
    columns.flags.push_back(row.flags);
    columns.event_id.push_back(row.event_id);
    columns.channel.push_back(channel);
    columns.operation.push_back(e.operation);
}

void ImportSink::lost(const LossKind& kind, const LossPlace& place, RawPlace raw) {
    if (stopped_ || source_ == nullptr) {
        return;
    }
    LossRow* row = nullptr;
    for (LossRow& known : source_->losses) {
        if (known.count.name == kind.name) {
            row = &known;
            break;
        }
    }
    if (row == nullptr) {
        row = &source_->losses.emplace_back();
        row->count.name = kind.name;
        row->count.severity = kind.severity;
        row->count.help = kind.help;
    }
    ++row->count.count;
    rejected_ += kind.severity == LossSeverity::error ? 1U : 0U;
    if (row->count.places.size() < LossCount::kKeptPlaces) {
        row->count.places.push_back(place);
        row->raw.push_back({RawBlockId{raw.length == 0 ? RawBlockId::kNone : block_}, raw});
    }
}

bool ImportSink::progress(std::uint64_t bytes_done) {
    if (!stopped_ && (writer_.failed() || !on_progress_(bytes_done))) {
        stopped_ = true;
    }
    return !stopped_;
}

}  // namespace trocar
