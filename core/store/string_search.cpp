#include "core/store/string_search.h"

#include <bit>
#include <cstdint>
#include <string>

#include "core/base/text.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace trocar {
namespace {

/// One letter in both cases, or one byte as it is.
struct FoldedByte {
    unsigned char value = 0, fold = 0;  ///< (byte | fold) == value
    explicit FoldedByte(char c) : value(static_cast<unsigned char>(c)) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            fold = 0x20;
            value = static_cast<unsigned char>(value | 0x20U);
        }
    }
};

/// Searches runs of storage for a text; a run holds several strings side by side.
class Searcher {
public:
    explicit Searcher(std::string_view part) : part_(part), first_(part.front()), last_(part.back()) {}

    /// First place at or after `at` where the text begins, or `end`. Reads within [at, end) only.
    [[nodiscard]] const char* find(const char* at, const char* end) const {
        const std::size_t n = part_.size();
        if (static_cast<std::size_t>(end - at) < n) {
            return end;
        }
        const char* const stop = end - n + 1;  // one past the last place
#if defined(__SSE2__)
        // Blocks of 16 places: first and last byte of the text must agree, then the whole is compared.
        const __m128i first = _mm_set1_epi8(static_cast<char>(first_.value));
        const __m128i first_fold = _mm_set1_epi8(static_cast<char>(first_.fold));
        const __m128i last = _mm_set1_epi8(static_cast<char>(last_.value));
        const __m128i last_fold = _mm_set1_epi8(static_cast<char>(last_.fold));
        for (; stop - at >= 16; at += 16) {
            const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
            const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + n - 1));
            const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(_mm_or_si128(a, first_fold), first),
                                               _mm_cmpeq_epi8(_mm_or_si128(b, last_fold), last));
            auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(both));
            while (mask != 0) {
                const char* place = at + std::countr_zero(mask);
                if (equal_ignoring_case({place, n}, part_)) {
                    return place;
                }
                mask &= mask - 1;
            }
        }
#endif
        for (; at < stop; ++at) {
            if ((static_cast<unsigned char>(*at) | first_.fold) == first_.value && equal_ignoring_case({at, n}, part_)) {
                return at;
            }
        }
        return end;
    }

private:
    std::string_view part_;
    FoldedByte first_, last_;
};

}  // namespace

std::vector<bool> strings_containing(const StringTable& strings, std::string_view part) {
    const std::uint32_t count = strings.size();
    std::vector<bool> found(count, part.empty());
    if (part.empty()) {
        return found;
    }
    const Searcher searcher(part);
    for (std::uint32_t i = 0; i < count;) {
        const std::string_view head = strings.text(StringId{i});
        if (head.empty()) {
            ++i;
            continue;
        }
        // A run: strings whose bytes follow each other in the table's storage.
        const char* end = head.data() + head.size();
        std::uint32_t next = i + 1;
        for (; next < count; ++next) {
            const std::string_view text = strings.text(StringId{next});
            if (text.data() != end) {
                break;
            }
            end += text.size();
        }
        const char* at = head.data();
        std::uint32_t owner = i;
        while ((at = searcher.find(at, end)) != end) {
            std::string_view text = strings.text(StringId{owner});
            while (text.data() + text.size() <= at) {
                text = strings.text(StringId{++owner});
            }
            const char* text_end = text.data() + text.size();
            if (at + part.size() <= text_end) {
                found[owner] = true;
                at = text_end;
            } else {
                ++at;  // across the border of two strings
            }
        }
        i = next;
    }
    return found;
}

bool contains_fast(std::string_view text, std::string_view part) {
    return part.empty() ||
           (!text.empty() && Searcher(part).find(text.data(), text.data() + text.size()) != text.data() + text.size());
}

std::vector<bool> strings_equal_to(const StringTable& strings, std::string_view wanted) {
    std::vector<bool> found(strings.size());
    for (std::uint32_t i = 0; i < strings.size(); ++i) {
        found[i] = equal_ignoring_case(strings.text(StringId{i}), wanted);
    }
    return found;
}

}  // namespace trocar
