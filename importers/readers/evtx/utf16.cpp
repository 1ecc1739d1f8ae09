#include "importers/readers/evtx/utf16.h"

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace trocar::evtx {
namespace {

constexpr std::uint32_t kReplacement = 0xfffd;

char* put(std::uint32_t code, char* out) noexcept {
    if (code < 0x80) {
        *out++ = static_cast<char>(code);
    } else if (code < 0x800) {
        *out++ = static_cast<char>(0xc0 | code >> 6);
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *out++ = static_cast<char>(0xe0 | code >> 12);
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    } else {
        *out++ = static_cast<char>(0xf0 | code >> 18);
        *out++ = static_cast<char>(0x80 | (code >> 12 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code >> 6 & 0x3f));
        *out++ = static_cast<char>(0x80 | (code & 0x3f));
    }
    return out;
}

}  // namespace

char* utf16_to_utf8(Bytes text, char* out) noexcept {
    const std::byte* at = text.data();
    std::size_t left = text.size() / 2;
    while (left > 0) {
#if defined(__SSE2__)
        // 16, then 8 characters at once while all are below 0x80.
        const __m128i beyond_ascii = _mm_set1_epi16(static_cast<short>(0xff80));
        const __m128i zero = _mm_setzero_si128();
        while (left >= 16) {
            const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16));
            const __m128i high = _mm_and_si128(_mm_or_si128(a, b), beyond_ascii);
            if (_mm_movemask_epi8(_mm_cmpeq_epi16(high, zero)) != 0xffff) {
                break;
            }
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(a, b));
            at += 32;
            out += 16;
            left -= 16;
        }
        if (left >= 8) {
            const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            if (_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(a, beyond_ascii), zero)) == 0xffff) {
                _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(a, a));
                at += 16;
                out += 8;
                left -= 8;
                continue;
            }
        }
#endif
        // Up to 8 characters one by one, then the fast path has another try.
        for (std::size_t steps = left < 8 ? left : 8; steps > 0 && left > 0; --steps) {
            std::uint32_t code = load_le<std::uint16_t>(at);
            at += 2;
            --left;
            if (code < 0x80) {
                *out++ = static_cast<char>(code);
                continue;
            }
            if (code >= 0xd800 && code < 0xe000) {
                const std::uint32_t low = left > 0 ? load_le<std::uint16_t>(at) : 0;
                if (code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
                    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    at += 2;
                    --left;
                } else {
                    code = kReplacement;
                }
            }
            out = put(code, out);
        }
    }
    return out;
}

std::string utf8_of(Bytes utf16) {
    std::string out(utf8_room(utf16.size()), '\0');
    out.resize(static_cast<std::size_t>(utf16_to_utf8(utf16, out.data()) - out.data()));
    return out;
}

Bytes without_trailing_nul(Bytes utf16) noexcept {
    std::size_t size = utf16.size() & ~std::size_t{1};
    while (size >= 2 && load_le<std::uint16_t>(utf16.data() + size - 2) == 0) {
        size -= 2;
    }
    return utf16.first(size);
}

}  // namespace trocar::evtx
