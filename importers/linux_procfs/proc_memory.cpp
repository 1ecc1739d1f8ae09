#include "importers/linux_procfs/proc_memory.h"

#include "core/base/text.h"
#include "core/model/signal.h"
#include "importers/linux_audit/audit_names.h"

namespace trocar {
namespace {

namespace lf = linux_flag;

std::string place_of(const ProcMapping& mapping) {
    return hex(mapping.start) + ' ' + std::string(mapping.permissions) + ' ' + std::string(mapping.path);
}

std::uint32_t flags_of(const ProcMapping& mapping, CodeOrigin origin) {
    std::uint32_t flags = signal_flag::kLinux;
    flags |= mapping.writable() ? lf::kWritable : 0U;
    flags |= mapping.shared() ? lf::kShared : 0U;
    flags |= origin == CodeOrigin::anonymous ? lf::kAnonymous : 0U;
    // The dynamic loader maps privately (glibc elf/dl-map-segments.h), as the kernel maps a program.
    flags |= origin == CodeOrigin::memfd ? lf::kMemfd | (mapping.shared() ? 0U : lf::kRunWhole) : 0U;
    return flags | (user_writable(mapping.path) ? signal_flag::kUserWritablePath : 0U);
}

}  // namespace

MappingFinding ProcMemory::look_at(const ProcMapping& mapping) {
    const CodeOrigin origin = code_origin(mapping.path);
    if (!mapping.executable() || origin == CodeOrigin::kernel || origin == CodeOrigin::vdso) {
        return {};
    }
    const bool named = origin == CodeOrigin::file;
    const bool is_new = seen_.insert(named ? std::string(mapping.path) : place_of(mapping)).second;
    MappingFinding out{Operation::generic, flags_of(mapping, origin), is_new && snapshots_ > 1};
    if (!is_new) {
        return {};
    }
    if (!named || (out.appeared && (out.flags & signal_flag::kUserWritablePath) != 0)) {
        out.operation = Operation::mapping_found;
    } else if (out.appeared) {
        out.operation = Operation::module_load;  // a file of a system folder: what programs do
    }
    return out;
}

MappingFinding ProcMemory::look_at_pages(const ProcMapping& mapping, std::uint64_t anonymous_kb) {
    const CodeOrigin origin = code_origin(mapping.path);
    const bool of_file = origin == CodeOrigin::file || origin == CodeOrigin::vdso || origin == CodeOrigin::deleted;
    if (!mapping.executable() || mapping.shared() || !of_file || anonymous_kb == 0) {
        return {};
    }
    std::uint64_t& known = kb_[place_of(mapping)];
    if (anonymous_kb <= known) {
        return {};
    }
    known = anonymous_kb;
    return {Operation::code_page_changed, flags_of(mapping, origin), snapshots_ > 1};
}

}  // namespace trocar
