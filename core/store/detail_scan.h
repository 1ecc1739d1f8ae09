#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "core/store/connection.h"
#include "core/store/detail_codec.h"

namespace trocar {

/// Every value of every event, in id order: what filters over arbitrary fields read. About 2 M events/s.
[[nodiscard]] Status scan_details(CaseFile::Connection& connection, std::stop_token stop,
                                  const std::function<void(EventId, const DetailValue&)>& visit);

/// A row of raw_block without its data.
struct RawBlockRow {
    std::uint32_t id = 0, source = 0;
    std::uint64_t source_offset = 0;
    std::uint32_t size = 0, codec = 0;
    std::uint64_t hash = 0;
};
/// The block's bytes, checked against size and checksum; read from the evidence when the case does not keep them.
[[nodiscard]] Result<std::string> decode_raw(Database& db, const RawBlockRow& row, Bytes data);

}  // namespace trocar
