#pragma once

#include <string_view>

namespace trocar {

/// The reference implementation of a pattern in SQL, over the public views of a case (v_chain_evidence, v_process):
/// what "Show as SQL" shows and what the property tests run. Columns: source_process, target_process, anchor (event),
/// span_ns, gap_ns. Parameters, each with AN1399's default where it is not bound: :access_mask, :mask_all (0: any of
/// the bits), :longest_ns. Constant text; runs in the query console as it stands. Empty when the pattern has no such query.
[[nodiscard]] std::string_view reference_sql(std::string_view analytic, std::string_view pattern);

}  // namespace trocar
