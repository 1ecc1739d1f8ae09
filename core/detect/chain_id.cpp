#include "core/detect/chain_id.h"

#include <string>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace trocar {
namespace {

void append(std::string& out, std::string_view text) {
    out.append(text);
    out.push_back('\0');
}

std::string_view key_of(const Capture& capture, ProcessId id) {
    return id.value < capture.processes.lives.size() ? capture.strings->text(capture.processes.lives[id.value].key)
                                                     : std::string_view{};
}

ChainId hashed(const std::string& bytes) {
    const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
    return {h.high64, h.low64};
}

}  // namespace

ChainId chain_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target,
                 std::uint32_t anchor) {
    std::string bytes;
    bytes.reserve(256);
    append(bytes, analytic);
    append(bytes, key_of(capture, source));
    append(bytes, key_of(capture, target));
    const SourceId file = capture.source_of(capture.signals.event[anchor]);
    if (!file.none()) {
        const Sha256Digest& digest = capture.sources[file.value].sha256;
        bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
    }
    const std::uint64_t record = anchor < capture.record.size() ? capture.record[anchor] : 0;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<char>(record >> shift & 0xffU));
    }
    return hashed(bytes);
}

ChainId pair_id(const Capture& capture, std::string_view analytic, ProcessId source, ProcessId target) {
    std::string bytes;
    append(bytes, analytic);
    append(bytes, "partial");
    append(bytes, key_of(capture, source));
    append(bytes, key_of(capture, target));
    return hashed(bytes);
}

}  // namespace trocar
