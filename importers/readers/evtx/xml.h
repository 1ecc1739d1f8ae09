#pragma once

#include <string>

#include "core/base/result.h"
#include "importers/readers/evtx/container.h"

namespace trocar::evtx {

/// One record as event XML, the way wevtutil writes it: two blanks a level, an element with text on one line, arrays as
/// repeated elements. Text is XML-escaped; control characters become character references. Slow; for one record on
/// screen and for tests. Errors: damaged BinXML, or text beyond kMaxXmlText. `slack`: see
/// RecordReader::read.
[[nodiscard]] Result<std::string> render_xml(Bytes chunk, const RecordFrame& frame, bool slack);

}  // namespace trocar::evtx
