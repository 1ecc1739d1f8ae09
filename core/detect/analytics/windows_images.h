#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace trocar {

/// Paths and names of Windows programs, as judgements about who may do what. All by path, never by bare name: a name
/// is the attacker's choice.

/// Normal form is not needed: any drive letter, \SystemRoot, \??\ and \Device\HarddiskVolumeN prefixes are understood.
[[nodiscard]] bool in_system32(std::string_view path);
/// Under a folder that a plain user can write: profiles, ProgramData, temporary folders; not Defender's platform folder.
[[nodiscard]] bool in_user_writable_folder(std::string_view path);
/// csrss, services, svchost, conhost, lsass, wininit, smss of System32: they open every new process with wide rights.
[[nodiscard]] bool opens_every_process(std::string_view path);

/// Minimal processes, which have no image file: Registry, MemCompression, System, Secure System. By bare name, which no
/// program of a file has in kernel telemetry.
[[nodiscard]] bool is_minimal_process(std::string_view image);

/// A pair that is known to start threads in, or write to, another process for good reasons.
struct BenignPair {
    std::string_view source;    ///< glob over the path without its drive ("\\Windows\\System32\\dwm.exe")
    std::string_view target;    ///< the same
    std::string_view function;  ///< glob over the thread's start function; empty: any
    std::string_view why;
};
/// The first matching pair's reason, or empty. At most 64 pairs.
[[nodiscard]] std::span<const BenignPair> benign_pairs();
/// Bit i: the path matches the source (target) glob of benign_pairs()[i].
[[nodiscard]] std::uint64_t benign_sources(std::string_view path);
[[nodiscard]] std::uint64_t benign_targets(std::string_view path);

}  // namespace trocar
