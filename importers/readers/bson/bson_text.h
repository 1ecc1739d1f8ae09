#pragma once

#include <cstddef>
#include <string>

#include "importers/readers/bson/bson_elements.h"

namespace trocar {

/// Limits of bson_text and bson_json: what lies beyond is left out, with "..." in its place.
inline constexpr std::size_t kMaxBsonText = 64U << 10U;  ///< bytes of the result, nearly
inline constexpr int kMaxBsonDepth = 16;

/// A value as text, UTF-8 always: numbers in decimal, one below zero as its bits ("0xffffffff"), bytes of a binary as
/// ASCII or "\x00", documents and arrays as JSON. False in `whole`: something was left out.
[[nodiscard]] std::string bson_text(const BsonElement& element, bool& whole);
/// A document as JSON. Damage ends it early.
[[nodiscard]] std::string bson_json(Bytes document, bool& whole);

}  // namespace trocar
