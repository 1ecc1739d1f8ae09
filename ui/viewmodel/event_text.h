#pragma once

#include <QString>
#include <cstddef>

#include "core/model/operation.h"
#include "core/model/signal.h"
#include "core/store/case_file.h"

namespace trocar::ui {

class Workspace;

// Words for one event, the same in the table, the tooltip and the card. All evidence text comes out escaped.

/// The class in whose colour and glyph a role is shown.
[[nodiscard]] OperationClass classOfRole(Role role);
/// "access", "execute", ...: the word beside a class's glyph.
[[nodiscard]] QString className(OperationClass c);
/// "Sysmon 10", "Security 4688", or the provider's own name and number.
[[nodiscard]] QString sourceOfEvent(const Capture& capture, const EventColumns& columns, std::size_t at);
[[nodiscard]] QString shortProvider(std::string_view provider);
/// The value and the one text that matter most: "0x1fffff  C:\Windows\...".
[[nodiscard]] QString detailOfEvent(const Capture& capture, const EventColumns& columns, std::size_t at);
/// Two lines for a tooltip: time and operation, source and target.
[[nodiscard]] QString eventTip(const Workspace& workspace, const EventColumns& columns, std::size_t at);

}  // namespace trocar::ui
