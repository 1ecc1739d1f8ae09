#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ingest/importer.h"

namespace trocar {

/// The documents of a file, front to back, through a window. Behind damage it looks for the next document of which the
/// first element is the int32 `I`, as the monitors of sandboxes write them. Memory: the window, at most kMaxDocument.
/// Thread safety: one thread.
class BsonStream {
public:
    static constexpr std::size_t kMaxDocument = 16U << 20U;  ///< what a raw block holds
    static constexpr std::size_t kWindow = 64U << 10U;
    /// Bytes of damaged documents before the rest of a file is given up: hostile ones begin at every byte and overlap.
    static constexpr std::uint64_t kMaxVain = 64U << 20U;

    enum class Kind : std::uint8_t {
        document,
        too_long,   ///< a document beyond the limit, passed over
        damaged,    ///< bytes that are no document; the search for the next one begins
        searching,  ///< no document in this stretch
        cut,        ///< the file ends within a document
        given_up,   ///< the rest is not read
        end,
    };
    struct Item {
        Kind kind = Kind::end;
        Bytes bytes;               ///< the document, or the first bytes of what is none; good until the next call
        std::uint64_t offset = 0;  ///< in the file
        RawPlace raw;              ///< in block()
        bool new_block = false;    ///< block() is another than at the last item
    };

    explicit BsonStream(Input& input) : input_(input) {}

    [[nodiscard]] Result<Item> next();
    /// What RawPlaces refer to, and where it lies in the file.
    [[nodiscard]] Bytes block() const { return window_; }
    [[nodiscard]] std::uint64_t block_offset() const { return base_; }
    /// How far the file was read.
    [[nodiscard]] std::uint64_t offset() const { return at_; }

private:
    [[nodiscard]] Status load(std::size_t size);
    [[nodiscard]] Result<Item> search();
    [[nodiscard]] Result<Item> document();
    [[nodiscard]] bool is_whole(Bytes document);
    [[nodiscard]] Bytes here() const;
    [[nodiscard]] Item item(Kind kind, std::size_t length);

    Input& input_;
    std::vector<std::byte> window_;
    std::uint64_t base_ = 0, at_ = 0, vain_ = 0;
    bool fresh_ = false, searching_ = false;
};

}  // namespace trocar
