#include "importers/macos_es/es_flags.h"

#include "core/model/signal.h"
#include "importers/linux_json/dom_values.h"

namespace trocar {
namespace dom = simdjson::dom;
namespace mf = mac_flag;

std::uint32_t es_flags(const EsProcess& source, const EsProcess& target) {
    std::uint32_t flags = 0;
    switch (target.signer) {
        case EsSigner::platform: flags |= mf::kTargetPlatform; break;
        case EsSigner::team: flags |= mf::kTargetTeam; break;
        case EsSigner::ad_hoc: flags |= mf::kTargetAdHoc; break;
        case EsSigner::nobody: flags |= mf::kTargetUnsigned; break;
        case EsSigner::other:
        case EsSigner::not_told: break;
    }
    flags |= source.signer == EsSigner::platform ? mf::kSourcePlatform : 0;
    flags |= source.signer == EsSigner::ad_hoc || source.signer == EsSigner::nobody ? mf::kSourceAdHoc : 0;
    flags |= (target.cs_flags & es_cs::kGetTaskAllow) != 0 ? mf::kTargetDebuggable : 0;
    flags |= (target.cs_flags & es_cs::kHard) != 0 ? mf::kTargetHard : 0;
    const EsToken &parent = target.parent, &actor = source.token;
    const bool child = parent.present && actor.present && parent.pid == actor.pid &&
                       (parent.pidversion == 0 || parent.pidversion == actor.pidversion);
    return flags | (child ? mf::kOwnChild : 0);
}

bool allows_dyld_variables(dom::object exec) {
    dom::element element;
    bool allowed = false;
    return element_at(exec, {"entitlements", "com.apple.security.cs.allow-dyld-environment-variables"},
                      element) &&
           element.get(allowed) == simdjson::SUCCESS && allowed;
}

bool ignores_dyld_variables(const EsProcess& program, bool allowed) {
    return program.signer == EsSigner::platform || (program.cs_flags & es_cs::kRestrict) != 0 ||
           ((program.cs_flags & es_cs::kRuntime) != 0 && !allowed);
}

}  // namespace trocar
