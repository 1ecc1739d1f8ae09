#pragma once

#include <memory>

#include "core/report/exporter.h"

namespace trocar {

// One line a format; builtin_exporters.cpp lists them.
[[nodiscard]] std::unique_ptr<const Exporter> html_exporter();
[[nodiscard]] std::unique_ptr<const Exporter> markdown_exporter();
[[nodiscard]] std::unique_ptr<const Exporter> json_exporter();
[[nodiscard]] std::unique_ptr<const Exporter> csv_exporter();

}  // namespace trocar
