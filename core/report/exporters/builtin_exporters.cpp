#include "core/report/exporters/exporters.h"

namespace trocar {

std::vector<std::unique_ptr<const Exporter>> builtin_exporters() {
    std::vector<std::unique_ptr<const Exporter>> out;
    out.push_back(html_exporter());
    out.push_back(markdown_exporter());
    out.push_back(json_exporter());
    out.push_back(csv_exporter());
    return out;
}

}  // namespace trocar
