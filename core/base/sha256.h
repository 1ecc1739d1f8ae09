#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/base/byte_cursor.h"

namespace trocar {

using Sha256Digest = std::array<unsigned char, 32>;

/// Running SHA-256 (FIPS 180-4, by OpenSSL's EVP). Thread safety: none.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void add(Bytes bytes);
    /// Ends the run; add() may not follow.
    [[nodiscard]] Sha256Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

[[nodiscard]] Sha256Digest sha256(Bytes bytes);
[[nodiscard]] std::string hex(const Sha256Digest& digest);

}  // namespace trocar
