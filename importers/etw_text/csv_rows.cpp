#include "importers/etw_text/etw_notation.h"
#include "importers/readers/csv/csv_row.h"

#include <algorithm>

namespace trocar {
namespace {

constexpr LossKind kOpenQuote{"csv_quote_open", LossSeverity::error,
                              "Quotes of a row never close: its first line was not read, the next one is a row again."};
constexpr LossKind kTooLong{"csv_row_too_long", LossSeverity::error,
                            "A row is longer than the limit and was passed over; its first 64 KiB are kept."};
constexpr std::size_t kMaxRow = 1U << 20U;

}  // namespace

std::size_t next_csv_row(Pieces& pieces, std::string_view text, std::size_t at, bool whole) {
    const std::string_view reach = text.substr(at, kMaxRow);
    const std::size_t end = csv_row_end(reach);
    if (end != std::string_view::npos) {
        pieces.add(at, end);
        return at + std::max<std::size_t>(end, 1);
    }
    const bool all = whole && reach.size() < kMaxRow;
    if (!all && reach.size() < kMaxRow) {
        return Pieces::kMore;
    }
    const std::size_t line = reach.find_first_of("\r\n");
    if (line == std::string_view::npos) {
        pieces.add(at, reach.size(), all ? nullptr : &kTooLong);
        return at + reach.size();
    }
    pieces.add(at, line, &kOpenQuote);
    return at + line;
}

}  // namespace trocar
