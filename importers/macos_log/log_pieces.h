#pragma once

#include "importers/readers/text/pieces.h"

#include <cstddef>
#include <string_view>

namespace trocar {

/// Finds where the records of a text style begin and end: a head, and all lines up to the next head or notice
/// of log(1). Thread safety: one thread.
class LogTextPieces {
public:
    static constexpr std::size_t kMaxRecord = 4U << 20U;

    /// `bare`: lines without a head, of a file that has none, are records of their own.
    explicit LogTextPieces(bool bare) : bare_(bare) {}
    /// Pieces::Next.
    [[nodiscard]] std::size_t next(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

private:
    void take_line(Pieces& pieces, std::string_view line, std::size_t at) const;

    bool bare_;
    bool passing_ = false;      ///< within a line beyond the limit
    std::size_t searched_ = 0;  ///< of the record at the front: no head begins before
};

/// Pieces::Next for the JSON styles.
[[nodiscard]] std::size_t next_log_object(Pieces& pieces, std::string_view text, std::size_t at, bool whole);

}  // namespace trocar
