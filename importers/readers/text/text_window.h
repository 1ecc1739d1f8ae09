#pragma once

#include "core/base/byte_cursor.h"
#include "core/base/result.h"
#include "core/ingest/importer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace trocar {

enum class TextEncoding : std::uint8_t { utf8, utf16_le, utf16_be };

/// What the first bytes say: a byte order mark, or ASCII with every second byte zero. `mark_length`: bytes of
/// the mark.
[[nodiscard]] TextEncoding sniff_encoding(Bytes head, std::size_t& mark_length) noexcept;

/// UTF-8 of UTF-16 units; unpaired surrogates become U+FFFD. An odd last byte is left out.
void append_utf8(Bytes utf16, TextEncoding encoding, std::string& out);

/// The start of a text file as UTF-8, for probes.
[[nodiscard]] std::string head_as_utf8(Bytes head);

/// A sliding window over a text file: UTF-8 whatever the file's encoding, and for each part of the window the
/// bytes of the file that it came from. Memory is the window, never the file. Thread safety: none. Views and
/// spans are valid until the next grow() or consume(). At least kPadding readable bytes follow text().
class TextWindow {
public:
    static constexpr std::size_t kPadding = 64;  ///< simdjson reads that far past the end
    static constexpr std::size_t kReadBytes = 1U << 20;

    explicit TextWindow(Input& input) : input_(input) {}

    /// Reads the byte order mark and the first stretch.
    [[nodiscard]] Status open();
    /// Reads another stretch. False when the file has no more.
    [[nodiscard]] Result<bool> grow();
    [[nodiscard]] std::string_view text() const { return {text_.get() + begin_, end_ - begin_}; }
    /// Drops the first `count` bytes of text().
    void consume(std::size_t count);
    /// Everything that the file holds is in text().
    [[nodiscard]] bool whole() const { return ended_; }

    /// Offset in the file of text().front().
    [[nodiscard]] std::uint64_t source_offset() const { return source_offset_; }
    /// How many bytes of the file `part` of text() takes.
    [[nodiscard]] std::size_t source_length(std::string_view part) const noexcept;
    /// The bytes of the file behind text().substr(0, count).
    [[nodiscard]] Bytes source_bytes(std::size_t count) const noexcept;
    [[nodiscard]] TextEncoding encoding() const { return encoding_; }

private:
    void reserve(std::size_t more);
    void append(std::string_view utf8);

    Input& input_;
    TextEncoding encoding_ = TextEncoding::utf8;
    std::unique_ptr<char[]> text_;
    std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
    std::vector<std::byte> source_;  // UTF-16 only: the bytes behind text(), and a rest not yet converted
    std::size_t source_begin_ = 0;
    std::size_t source_converted_ = 0;
    std::uint64_t source_offset_ = 0;
    std::uint64_t read_at_ = 0;
    bool ended_ = false;
};

}  // namespace trocar
