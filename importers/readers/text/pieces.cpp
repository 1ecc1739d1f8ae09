#include "importers/readers/text/pieces.h"

#include <algorithm>

namespace trocar {

void Pieces::add(std::size_t at, std::size_t length, const LossKind* loss) {
    found_.push_back({at, loss == nullptr ? length : std::min(length, kBlockBytes), loss, ++ordinal_});
}

// Hands on the pieces within the first `end` bytes of the window, and drops those bytes.
void Pieces::flush(std::size_t end, const Take& take) {
    const std::string_view text = window_.text();
    std::size_t first = 0;
    std::size_t measured = 0, source = 0;  // bytes of the file behind text[0, measured)
    const auto source_of = [&](std::size_t at) {
        source += window_.source_length(text.substr(measured, at - measured));
        measured = at;
        return source;
    };
    while (first < found_.size()) {
        // One raw block: pieces up to the limit, or one that is larger.
        const std::size_t begin = found_[first].at;
        std::size_t last = first + 1;
        while (last < found_.size() && found_[last].at + found_[last].length - begin <= kBlockBytes) {
            ++last;
        }
        const std::size_t stop = found_[last - 1].at + found_[last - 1].length;
        const std::size_t from = source_of(begin);
        const std::size_t length = window_.source_length(text.substr(begin, stop - begin));
        sink_.raw_block(window_.source_bytes(stop).subspan(from, length), window_.source_offset() + from);
        for (; first < last; ++first) {
            const Found& f = found_[first];
            const std::string_view piece = text.substr(f.at, f.length);
            const std::size_t place = source_of(f.at);
            const RawPlace raw{static_cast<std::uint32_t>(place - from),
                               static_cast<std::uint32_t>(window_.source_length(piece))};
            const std::uint64_t offset = window_.source_offset() + place;
            if (f.loss != nullptr) {
                sink_.lost(*f.loss, {f.ordinal, offset, std::string(piece.substr(0, 80))}, raw);
            } else {
                take({piece, raw, f.ordinal, offset});
            }
        }
    }
    found_.clear();
    window_.consume(end);
}

Status Pieces::run(std::string_view skipped, const Next& next, const Take& take) {
    if (Status opened = window_.open(); !opened.ok()) {
        return opened;
    }
    std::size_t at = 0;
    for (;;) {
        const std::string_view text = window_.text();
        const std::size_t begin = text.find_first_not_of(skipped, at);
        bool grow = true;
        if (begin == std::string_view::npos) {
            at = text.size();
        } else {
            const std::size_t to = next(text, begin, window_.whole());
            grow = to == kMore && !window_.whole();
            at = grow ? begin : std::clamp(to, begin + 1, text.size());
        }
        if (!grow && at < kBlockBytes) {
            continue;
        }
        flush(at, take);
        at = 0;
        if (!sink_.progress(window_.source_offset()) || stop_.stop_requested()) {
            return cancelled("reading " + name_);
        }
        if (grow) {
            const auto grown = window_.grow();
            if (!grown.ok()) {
                return grown.error();
            }
            if (!grown.value() && window_.text().empty()) {
                return {};
            }
        }
    }
}

}  // namespace trocar
