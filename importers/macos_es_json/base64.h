#pragma once

#include <string>
#include <string_view>

namespace trocar {

/// Bytes of protobuf's JSON: base64 with padding (RFC 4648, section 4). What is none is given as it stands.
[[nodiscard]] std::string base64_decoded(std::string_view text);

}  // namespace trocar
