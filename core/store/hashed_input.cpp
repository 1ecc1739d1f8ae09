#include "core/store/hashed_input.h"

namespace trocar {

Result<std::size_t> HashedInput::read_at(std::uint64_t offset, std::span<std::byte> out) {
    Result<std::size_t> got = inner_.read_at(offset, out);
    if (got.ok() && offset <= hashed_ && offset + got.value() > hashed_) {
        const auto known = static_cast<std::size_t>(hashed_ - offset);
        sha_.add(Bytes(out.data() + known, got.value() - known));
        hashed_ = offset + got.value();
    }
    return got;
}

Result<Sha256Digest> HashedInput::finish() {
    constexpr std::size_t kChunk = std::size_t{1} << 20;
    if (hashed_ < size()) {
        std::vector<std::byte> buffer(kChunk);
        while (hashed_ < size()) {
            const Result<std::size_t> got = read_at(hashed_, buffer);
            if (!got.ok()) {
                return got.error();
            }
            if (got.value() == 0) {
                break;  // it shrank while it was read: the digest is of the bytes there were
            }
        }
    }
    return sha_.finish();
}

}  // namespace trocar
