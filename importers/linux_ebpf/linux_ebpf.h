#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Events of eBPF sensors as JSON, one object a line: Tracee, Falco, Tetragon (docs/formats/linux-ebpf.md).
[[nodiscard]] std::unique_ptr<const Importer> make_linux_ebpf_importer();

}  // namespace trocar
