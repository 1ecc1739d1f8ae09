#pragma once

#include "core/base/guid.h"
#include "core/base/seeded_hash.h"
#include "core/base/time.h"
#include "core/model/event.h"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace trocar {

/// An audit token (bsm/libbsm.h audit_token_to_*): who a process is, between two execs.
struct EsToken {
    std::uint32_t pid = 0, pidversion = 0;
    std::uint32_t euid = 0;
    bool present = false;
    [[nodiscard]] std::uint64_t key() const { return std::uint64_t{pid} << 32U | pidversion; }
    friend bool operator==(const EsToken&, const EsToken&) = default;
};

/// An object {pid, pidversion, ...}, an array of eight numbers [auid, euid, egid, ruid, rgid, pid, asid,
/// pidversion], or Mac Monitor's text of the same with dashes. Anything else: not present.
[[nodiscard]] EsToken read_es_token(simdjson::dom::element element);

/// Who vouches for a program's code.
enum class EsSigner : std::uint8_t { not_told, platform, team, other, ad_hoc, nobody };

/// es_process_t as eslogger writes it; texts live as long as the parsed record.
struct EsProcess {
    EsToken token, parent, responsible;
    UtcNanos start;  ///< start_time; an exec does not change it
    std::string_view path, signing_id, team_id;
    std::uint32_t cs_flags = 0;  ///< codesigning_flags: xnu osfmk/kern/cs_blobs.h
    bool has_cs_flags = false;
    EsSigner signer = EsSigner::not_told;
    [[nodiscard]] bool present() const { return token.present; }
    /// "team 75GAHG3SZQ org.videolan.vlc", "platform com.apple.finder", "adhoc a.out", "unsigned"; "" when
    /// not told.
    [[nodiscard]] std::string signature() const;
};
[[nodiscard]] EsProcess read_es_process(simdjson::dom::element element);
/// Of a process whose texts and flags are read; `object` may have is_platform_binary.
[[nodiscard]] EsSigner es_signer(simdjson::dom::object object, const EsProcess& process);

/// XNU's code-signing flags, bsd/sys/codesign.h and osfmk/kern/cs_blobs.h.
namespace es_cs {
inline constexpr std::uint32_t kValid = 0x1, kAdHoc = 0x2, kGetTaskAllow = 0x4, kHard = 0x100,
                               kRestrict = 0x800, kRuntime = 0x10000;
}

/// Lives behind tokens. A life is (pid, start time), so that it goes on over exec, over the files of a
/// rotated log and not over a reboot; where a record lacks the start, the token says, chained over the execs
/// seen. Bounded: the oldest knowledge goes when 262,144 tokens are known. Thread safety: one thread.
class EsIdentities {
public:
    [[nodiscard]] ProcessHint hint(const EsProcess& process);
    /// Of a token without its process object (a parent): by pid alone when it was not met.
    [[nodiscard]] ProcessHint hint(const EsToken& token) const;
    /// An exec: `after` is the life of `before`.
    void chain(const EsProcess& before, const EsProcess& after);
    void ended(const EsToken& token) { lives_.erase(token.key()); }

private:
    static constexpr std::size_t kMostTokens = 1U << 18U;
    Guid life_of(const EsProcess& process);
    void learn(const EsToken& token, const Guid& life);
    std::unordered_map<std::uint64_t, Guid, SeededHash> lives_;
};

}  // namespace trocar
