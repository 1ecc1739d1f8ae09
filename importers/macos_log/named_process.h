#pragma once

#include "core/model/event.h"

#include <string_view>

namespace trocar {

/// A process of which a log tells the name (a path, a signing identifier) and no pid: all of one name on a
/// host are one life, for nothing tells them apart. `name` is not empty.
[[nodiscard]] inline ProcessHint named_process(std::string_view name) {
    constexpr std::uint64_t kByName = std::uint64_t{0x6d61634e} << 32U;  // "macN", beside es_process.cpp's
    std::uint64_t hash = 0xcbf29ce484222325ULL;                          // FNV-1a: the same in every import
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    ProcessHint out;
    out.guid = {kByName, hash};
    out.image = name;
    return out;
}

}  // namespace trocar
