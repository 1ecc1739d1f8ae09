#pragma once

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "core/ingest/evidence_walk.h"
#include "importers/windows_event_json/windows_event_json.h"
#include "tests/support/recording_sink.h"

namespace trocar::test {

/// A file of the project.
inline std::string corpus_file(const std::string& path) {
    std::ifstream in(std::string(TROCAR_SOURCE_DIR) + "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Text with ' for ": moc does not read raw string literals reliably.
inline std::string q(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

/// What the importer says of `text`.
inline RecordingSink read_json(std::string text, const ImportHints& hints = {}) {
    RecordingSink sink;
    const auto input = memory_input("made.json", std::move(text));
    const Status read = make_windows_event_json_importer()->parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

/// UTF-16 of ASCII text, with a byte order mark when asked.
inline std::string utf16(const std::string& ascii, bool big_endian, bool mark) {
    std::string out;
    const auto unit = [&](unsigned char high, unsigned char low) {
        out += static_cast<char>(big_endian ? high : low);
        out += static_cast<char>(big_endian ? low : high);
    };
    if (mark) {
        unit(0xfe, 0xff);
    }
    for (const char c : ascii) {
        unit(0, static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace trocar::test
