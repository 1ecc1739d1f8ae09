#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/ingest/importer.h"

namespace trocar {

/// One file of a gathering: its path as gathered, when it was written (kNoTime: not known), where its bytes lie.
struct GatheredFile {
    std::string path;
    UtcNanos modified;
    std::uint64_t offset = 0, size = 0;
};

class Spool;

/// Puts files that mean something only together into one Input, each byte for byte behind a line with its size, time
/// and path. The same files under the same paths give the same bytes, hence the same hash. In memory up to 64 MiB, in
/// an unlinked temporary file beyond. Thread safety: none. Failure: an Error when a file cannot be read or kept.
class Gathering {
public:
    /// Of one file; what is beyond is left out.
    static constexpr std::uint64_t kMaxFileBytes = 16ULL << 20;

    Gathering();
    ~Gathering();
    Gathering(Gathering&&) noexcept;
    Gathering& operator=(Gathering&&) noexcept;

    /// Takes a copy of `file` under `path`. True: all of it; false: its first kMaxFileBytes.
    [[nodiscard]] Result<bool> add(Input& file, std::string_view path);
    [[nodiscard]] std::uint32_t files() const { return files_; }
    /// Ends the gathering; add() may not follow.
    [[nodiscard]] std::unique_ptr<Input> finish(std::string name);

private:
    std::unique_ptr<Spool> spool_;
    std::uint32_t files_ = 0;
};

/// True for bytes that begin as a gathering does.
[[nodiscard]] bool is_gathering(Bytes head);

/// The files of a gathering in the order in which they were added. `whole` becomes false when it is cut off or damaged:
/// the files before that place are given. Errors: unreadable input; no gathering; cancelled.
[[nodiscard]] Result<std::vector<GatheredFile>> gathered_files(Input& input, bool& whole, std::stop_token stop);

/// `path` as seen from the folder that holds the evidence given (the longest of `given` that leads to it), so that
/// what a gathering holds does not depend on where the evidence lies.
[[nodiscard]] std::string_view path_in_evidence(std::string_view path, const std::vector<std::string>& given);

}  // namespace trocar
