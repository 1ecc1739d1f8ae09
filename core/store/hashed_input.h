#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/ingest/importer.h"
#include "core/store/background_sha256.h"

namespace trocar {

/// Passes reads through and hashes the bytes on the way, on a thread of its own; what an importer did not read in order is
/// read by finish(). Thread safety: that of the input.
class HashedInput final : public Input {
public:
    explicit HashedInput(Input& inner) : inner_(inner) {}

    [[nodiscard]] std::uint64_t size() const override { return inner_.size(); }
    [[nodiscard]] const std::string& name() const override { return inner_.name(); }
    [[nodiscard]] UtcNanos modified() const override { return inner_.modified(); }
    [[nodiscard]] std::span<const InputPart> parts() const override { return inner_.parts(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override;
    /// SHA-256 of the whole input. Errors: the rest cannot be read.
    [[nodiscard]] Result<Sha256Digest> finish();

private:
    Input& inner_;
    BackgroundSha256 sha_;
    std::uint64_t hashed_ = 0;  ///< bytes from the start that went to sha_
};

}  // namespace trocar
