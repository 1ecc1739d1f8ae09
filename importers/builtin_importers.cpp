#include "importers/builtin_importers.h"

namespace trocar {

ImporterList builtin_importers() {
    ImporterList list;
    return list;
}

}  // namespace trocar
