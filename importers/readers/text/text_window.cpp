#include "importers/readers/text/text_window.h"

#include <algorithm>
#include <cstring>

namespace trocar {
namespace {

std::uint16_t unit_at(Bytes bytes, std::size_t at, TextEncoding encoding) noexcept {
    const auto a = std::to_integer<unsigned>(bytes[at]);
    const auto b = std::to_integer<unsigned>(bytes[at + 1]);
    return static_cast<std::uint16_t>(encoding == TextEncoding::utf16_le ? a | b << 8U : b | a << 8U);
}

void append_code_point(std::uint32_t c, std::string& out) {
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xc0U | c >> 6U);
        out += static_cast<char>(0x80U | (c & 0x3fU));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xe0U | c >> 12U);
        out += static_cast<char>(0x80U | (c >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (c & 0x3fU));
    } else {
        out += static_cast<char>(0xf0U | c >> 18U);
        out += static_cast<char>(0x80U | (c >> 12U & 0x3fU));
        out += static_cast<char>(0x80U | (c >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (c & 0x3fU));
    }
}

bool is_high(std::uint16_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}
bool is_low(std::uint16_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

}  // namespace

TextEncoding sniff_encoding(Bytes head, std::size_t& mark_length) noexcept {
    const auto at = [&](std::size_t i) { return i < head.size() ? std::to_integer<int>(head[i]) : -1; };
    mark_length = 0;
    if (at(0) == 0xef && at(1) == 0xbb && at(2) == 0xbf) {
        mark_length = 3;
        return TextEncoding::utf8;
    }
    if (at(0) == 0xff && at(1) == 0xfe) {
        mark_length = 2;
        return TextEncoding::utf16_le;
    }
    if (at(0) == 0xfe && at(1) == 0xff) {
        mark_length = 2;
        return TextEncoding::utf16_be;
    }
    // No mark: markup and JSON begin with two ASCII characters.
    if (at(0) > 0 && at(0) < 0x80 && at(1) == 0 && at(2) > 0 && at(3) == 0) {
        return TextEncoding::utf16_le;
    }
    if (at(0) == 0 && at(1) > 0 && at(1) < 0x80 && at(2) == 0 && at(3) > 0) {
        return TextEncoding::utf16_be;
    }
    return TextEncoding::utf8;
}

void append_utf8(Bytes utf16, TextEncoding encoding, std::string& out) {
    const std::size_t size = utf16.size() & ~std::size_t{1};
    for (std::size_t i = 0; i < size; i += 2) {
        const std::uint16_t unit = unit_at(utf16, i, encoding);
        if (unit < 0x80) {
            out += static_cast<char>(unit);
        } else if (is_high(unit) && i + 4 <= size && is_low(unit_at(utf16, i + 2, encoding))) {
            const std::uint16_t low = unit_at(utf16, i + 2, encoding);
            append_code_point(0x10000U + ((unit - 0xd800U) << 10U) + (low - 0xdc00U), out);
            i += 2;
        } else {
            append_code_point(is_high(unit) || is_low(unit) ? 0xfffdU : unit, out);
        }
    }
}

std::string head_as_utf8(Bytes head) {
    std::size_t mark = 0;
    const TextEncoding encoding = sniff_encoding(head, mark);
    const Bytes rest = head.subspan(mark);
    if (encoding == TextEncoding::utf8) {
        return std::string(as_text(rest));
    }
    std::string out;
    append_utf8(rest, encoding, out);
    return out;
}

Status TextWindow::open() {
    std::byte mark_bytes[4] = {};
    const auto got = input_.read_at(0, mark_bytes);
    if (!got.ok()) {
        return got.error();
    }
    std::size_t mark = 0;
    encoding_ = sniff_encoding(Bytes(mark_bytes).first(got.value()), mark);
    read_at_ = mark;
    source_offset_ = mark;
    const auto grown = grow();
    return grown.ok() ? Status{} : Status{grown.error()};
}

void TextWindow::reserve(std::size_t more) {
    if (text_ && end_ + more + kPadding <= capacity_) {
        return;
    }
    const std::size_t kept = end_ - begin_;
    if (text_ && kept + more + kPadding <= capacity_) {
        std::memmove(text_.get(), text_.get() + begin_, kept);
    } else {
        const std::size_t capacity = std::max(kept + more + kPadding, capacity_ * 2);
        auto larger = std::make_unique_for_overwrite<char[]>(capacity);
        if (kept != 0) {
            std::memcpy(larger.get(), text_.get() + begin_, kept);
        }
        text_ = std::move(larger);
        capacity_ = capacity;
    }
    begin_ = 0;
    end_ = kept;
}

void TextWindow::append(std::string_view utf8) {
    reserve(utf8.size());
    std::memcpy(text_.get() + end_, utf8.data(), utf8.size());
    end_ += utf8.size();
}

Result<bool> TextWindow::grow() {
    if (ended_) {
        return false;
    }
    // One byte more than is left, so that coming short of it tells the end; small files take little memory.
    const std::uint64_t left = input_.size() > read_at_ ? input_.size() - read_at_ : 0;
    const std::size_t wanted = left < kReadBytes ? static_cast<std::size_t>(left) + 1 : kReadBytes;
    if (encoding_ == TextEncoding::utf8) {
        reserve(wanted);
        const auto got = input_.read_at(read_at_, {reinterpret_cast<std::byte*>(text_.get() + end_), wanted});
        if (!got.ok()) {
            return got.error();
        }
        read_at_ += got.value();
        end_ += got.value();
        ended_ = got.value() < wanted;
        return got.value() != 0;
    }
    if (source_begin_ != 0) {
        source_.erase(source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(source_begin_));
        source_converted_ -= source_begin_;
        source_begin_ = 0;
    }
    const std::size_t had = source_.size();
    source_.resize(had + wanted);
    const auto got = input_.read_at(read_at_, std::span(source_).subspan(had));
    if (!got.ok()) {
        return got.error();
    }
    read_at_ += got.value();
    source_.resize(had + got.value());
    ended_ = got.value() < wanted;
    std::size_t until = source_.size() & ~std::size_t{1};
    // A pair of surrogates is not cut: its first half waits for the next stretch.
    if (!ended_ && until >= source_converted_ + 2 && is_high(unit_at(source_, until - 2, encoding_))) {
        until -= 2;
    }
    std::string utf8;
    append_utf8(Bytes(source_).subspan(source_converted_, until - source_converted_), encoding_, utf8);
    source_converted_ = until;
    append(utf8);
    return got.value() != 0;
}

void TextWindow::consume(std::size_t count) {
    count = std::min(count, end_ - begin_);
    const std::size_t bytes = source_length(text().substr(0, count));
    source_offset_ += bytes;
    if (encoding_ != TextEncoding::utf8) {
        source_begin_ += bytes;
    }
    begin_ += count;
}

std::size_t TextWindow::source_length(std::string_view part) const noexcept {
    if (encoding_ == TextEncoding::utf8) {
        return part.size();
    }
    // Each UTF-16 unit gave one sequence of 1 to 3 bytes, each pair of units one of 4.
    std::size_t units = 0;
    for (const char c : part) {
        const auto byte = static_cast<unsigned char>(c);
        units += (byte & 0xc0U) != 0x80U ? 1U : 0U;
        units += byte >= 0xf0U ? 1U : 0U;
    }
    return units * 2;
}

Bytes TextWindow::source_bytes(std::size_t count) const noexcept {
    if (encoding_ == TextEncoding::utf8) {
        return as_bytes(text().substr(0, count));
    }
    return Bytes(source_).subspan(source_begin_, source_length(text().substr(0, count)));
}

}  // namespace trocar
