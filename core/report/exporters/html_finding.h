#pragma once

#include <cstddef>
#include <string>

#include "core/report/report_row.h"

namespace trocar {

/// One finding as a card of the HTML report; `number` from 1.
[[nodiscard]] std::string html_finding(const ReportInput& input, const ReportRow& row, std::size_t number);

}  // namespace trocar
