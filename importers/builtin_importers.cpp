#include "importers/builtin_importers.h"

#include "importers/windows_evtx/windows_evtx_importer.h"

namespace trocar {

ImporterList builtin_importers() {
    ImporterList list;
    list.push_back(std::make_unique<WindowsEvtxImporter>());
    return list;
}

}  // namespace trocar
