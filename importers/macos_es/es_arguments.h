#pragma once

#include <string>
#include <string_view>

namespace trocar {

/// Appends one argument to the command line of a life, quoted where a blank would split it. Stops at 32 KiB:
/// the arguments themselves are fields.
void append_argument(std::string& line, std::string_view argument);

}  // namespace trocar
