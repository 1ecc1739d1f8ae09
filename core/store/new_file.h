#pragma once

#include <string>

#include "core/base/byte_cursor.h"
#include "core/base/result.h"

namespace trocar {

/// Writes a file that appears at `path` whole or not at all, whenever the program is killed, and that replaces none.
/// Errors: usage (the file exists), storage. Thread safety: any thread; of several at once one succeeds.
[[nodiscard]] Status write_new_file(const std::string& path, Bytes bytes);

}  // namespace trocar
