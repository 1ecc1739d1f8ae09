#include "importers/etw_meaning/etw_layouts.h"

namespace trocar {
namespace {

struct Layout {
    EtwProvider provider;
    std::uint32_t id, version;
    std::string_view names;
};
constexpr Layout kLayouts[] = {
#include "importers/etw_meaning/etw_layouts.inc"
};

}  // namespace

std::string_view etw_field_names(EtwProvider provider, std::uint32_t id, std::uint32_t version) noexcept {
    const Layout* best = nullptr;
    for (const Layout& layout : kLayouts) {
        const bool fits = layout.provider == provider && layout.id == id && layout.version <= version;
        if (fits && (best == nullptr || layout.version > best->version)) {
            best = &layout;
        }
    }
    return best == nullptr ? std::string_view{} : best->names;
}

}  // namespace trocar
