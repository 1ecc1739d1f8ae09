#pragma once

#include "core/ingest/importer.h"

namespace trocar {

/// Is the file a zlib stream (RFC 1950) by its first two bytes and its name (.zlib, .zz)? The two bytes alone are a text's as
/// often.
[[nodiscard]] bool is_zlib(Bytes head, std::string_view name);

/// A zlib stream as gzip (RFC 1952), which libarchive unpacks: another head, the same deflated bytes. Neither checksum is
/// held against the data; damage and a cut end show in the deflated bytes. Thread safety: Input's.
class ZlibAsGzip final : public Input {
public:
    explicit ZlibAsGzip(Input& zlib) : zlib_(zlib) {}
    [[nodiscard]] std::uint64_t size() const override;
    [[nodiscard]] const std::string& name() const override { return zlib_.name(); }
    [[nodiscard]] UtcNanos modified() const override { return zlib_.modified(); }
    [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override;

private:
    [[nodiscard]] std::uint64_t deflated() const;
    Input& zlib_;
};

}  // namespace trocar
