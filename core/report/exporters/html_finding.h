#pragma once

#include <cstddef>
#include <string>

#include "core/report/report_row.h"

namespace trocar {

/// One finding as a card of the HTML report; `number` from 1, `same_pair` the first finding of its pair (0: itself).
[[nodiscard]] std::string html_finding(const ReportInput& input, const ReportRow& row, std::size_t number,
                                       std::size_t same_pair);

}  // namespace trocar
