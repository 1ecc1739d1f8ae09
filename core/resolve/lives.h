#pragma once

#include "core/base/string_table.h"
#include "core/model/process.h"

#include <span>
#include <vector>

namespace trocar {

/// Decides process lives over all references of a case (docs/pipeline.md, step 5): a guid is a life;
/// references without a guid join the life of their (host, pid) whose interval holds them; pid reuse splits;
/// an unseen start is inferred and flagged. Parents by guid first, then by (host, pid, time). Life ids are
/// ordered by (host name, start, key), so they do not depend on the order of import. Adds life keys to
/// `strings`. `hosts`: names by HostId. O(n log n). Never fails: hostile references only give odd lives.
[[nodiscard]] ProcessTable resolve_lives(std::span<const ProcessReference> references,
                                         std::span<const StringId> hosts, StringTable& strings);

}  // namespace trocar
