#include "core/detect/access_rights.h"

#include "core/base/text.h"

namespace trocar {

std::string describe_rights(std::uint64_t granted) {
    constexpr std::array<AccessRight, 4> kTelling{
        {{kVmWrite, "VM_WRITE"}, {kVmOperation, "VM_OPERATION"}, {kCreateThread, "CREATE_THREAD"}, {kVmRead, "VM_READ"}}};
    std::string out = hex(granted) + " (";
    std::uint64_t rest = granted;
    std::size_t named = 0;
    for (const AccessRight& right : kTelling) {
        if ((granted & right.bit) != 0) {
            out += (named++ == 0 ? "" : ", ") + std::string(right.name);
            rest &= ~std::uint64_t{right.bit};
        }
    }
    std::size_t more = 0;
    for (const AccessRight& right : kAccessRights) {
        more += (rest & right.bit) != 0 ? 1 : 0;
    }
    if (named == 0 && more == 0) {
        return hex(granted);
    }
    if (more != 0) {
        out += (named == 0 ? "" : ", ") + ("+" + std::to_string(more));
    }
    return out + ")";
}

}  // namespace trocar
