#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "core/ingest/event_sink.h"
#include "core/store/import_tables.h"
#include "core/store/import_writer.h"
#include "core/store/long_texts.h"

namespace trocar {

/// Takes what importers read, interns it and hands batches to the writer. One for a whole import.
/// Thread safety: the parsing thread's.
class ImportSink final : public EventSink {
public:
    /// `on_progress(bytes done of this source)`; false stops.
    ImportSink(ImportTables& tables, ImportWriter& writer, std::function<bool(std::uint64_t)> on_progress);

    void begin_source(SourceRow& source, bool keep_raw);
    /// Fills in counts and times of the source begun.
    void end_source();
    /// Hands over what is left. False: writing failed.
    [[nodiscard]] bool flush();
    [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

    FieldId field(std::string_view name) override;
    void raw_block(Bytes bytes, std::uint64_t source_offset) override;
    void gathered_block(Bytes bytes, std::uint64_t source_offset) override;
    void event(const RawEvent& event) override;
    void lost(const LossKind& kind, const LossPlace& place, RawPlace raw) override;
    [[nodiscard]] bool progress(std::uint64_t bytes_done) override;

private:
    [[nodiscard]] std::uint32_t text_id(std::string_view text);
    void put_field(const FieldValue& value, std::int64_t base);
    void put_text(std::uint16_t field, std::string_view text, std::int64_t base);
    void put_value(ValueForm form, std::uint16_t field, std::uint64_t number);
    void put_long_text(std::uint16_t field, std::string_view text);
    void store_long_text(std::string_view text, LongTexts::Place& place);
    void close_text_block();

    ImportTables& tables_;
    ImportWriter& writer_;
    std::function<bool(std::uint64_t)> on_progress_;
    std::unique_ptr<ImportBatch> batch_;
    SourceRow* source_ = nullptr;
    bool keep_raw_ = true;
    bool stopped_ = false;
    std::uint32_t block_ = RawBlockId::kNone;
    LongTexts long_texts_;
    std::vector<std::byte> text_block_;  ///< the text block being filled
    std::uint64_t rejected_ = 0;
    Layout layout_;
    std::vector<std::byte> values_;
};

}  // namespace trocar
