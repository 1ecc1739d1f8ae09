#pragma once

#include <string_view>

namespace trocar {

/// Whether a plain user can write there under the access lists that Windows installs with: profiles,
/// ProgramData, temporary and spool folders, the recycle bin, files in the root of a drive, and anything
/// reached over the network. Takes drive paths, NT device paths (\Device\HarddiskVolume2\...), \\?\ and
/// \??\ forms, UNC, either slash, any case. A name without a folder is false. A judgement by name: the
/// machine's real access lists are not in the telemetry.
[[nodiscard]] bool is_user_writable_path(std::string_view path) noexcept;

/// A .NET image compiled ahead of time (ngen): never signed, by design.
[[nodiscard]] bool is_native_image_path(std::string_view path) noexcept;

}  // namespace trocar
