#include "core/report/version.h"

namespace trocar {

std::string_view product_version() { return TROCAR_VERSION; }

}  // namespace trocar
