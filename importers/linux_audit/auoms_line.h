#pragma once

#include <string_view>

#include "importers/linux_audit/audit_event.h"

namespace trocar {

/// True for a line of AUOMS, the audit collector of the OMS agent: "type=AUOMS_... audit(...): ...", a whole event merged
/// into one record (microsoft/OMS-Auditd-Plugin).
[[nodiscard]] bool is_auoms_line(std::string_view line);

/// Hands one such line to the mapper. `host` stands in when the line names none. Returns how many values were kept as text
/// because a name in them is not known. The line is UTF-8 and lives until the call returns.
[[nodiscard]] std::size_t read_auoms_line(std::string_view line, std::string_view host, RawPlace raw, std::uint64_t record,
                                          AuditEventMapper& mapper);

}  // namespace trocar
