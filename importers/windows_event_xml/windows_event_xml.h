#pragma once

#include "core/ingest/importer.h"

#include <memory>

namespace trocar {

/// Windows events as XML: Event Viewer's export (<Events>), `wevtutil qe` output (events without a root), any
/// quotes, UTF-8 or UTF-16; memory does not grow with the file (docs/formats/windows-xml.md). A file with a
/// document type declaration is refused. Limits: an event of kMaxXmlEvent bytes; XmlReader's.
[[nodiscard]] std::unique_ptr<const Importer> make_windows_event_xml_importer();

/// Longest event read. EventSink allows raw blocks of 16 MiB.
inline constexpr std::size_t kMaxXmlEvent = (16U << 20U) - (128U << 10U);

}  // namespace trocar
