#pragma once

#include "core/ingest/importer.h"

namespace trocar {

/// Windows event log files (.evtx), and single chunks of them. Raw blocks are chunks. Stateless.
/// Damage never ends the import: chunks and records that cannot be read are counted with their offset. Slack records are
/// counted, and read with ImportHints::recover_slack only.
class WindowsEvtxImporter final : public Importer {
public:
    [[nodiscard]] std::string_view name() const override { return "windows_evtx"; }
    [[nodiscard]] std::string_view title() const override { return "Windows event log (.evtx)"; }
    [[nodiscard]] int version() const override { return 1; }
    [[nodiscard]] Probe probe(Bytes head, std::string_view file_name) const override;
    [[nodiscard]] Status parse(Input& input, const ImportHints& hints, EventSink& sink,
                               std::stop_token stop) const override;
    [[nodiscard]] Result<RenderedRecord> render(Bytes block, RawPlace place) const override;
};

}  // namespace trocar
