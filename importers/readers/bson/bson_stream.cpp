#include "importers/readers/bson/bson_stream.h"

#include <algorithm>

#include "importers/readers/bson/bson_elements.h"

namespace trocar {
namespace {

constexpr std::size_t kLength = 4;
constexpr std::string_view kFirstElement{"\x10I\0", 3};
constexpr std::string_view kTypeFirst{"\x02type\0", 6};

/// What a document of a monitor begins with, behind its length.
bool begins_document(std::string_view text) {
    return text.starts_with(kFirstElement) || text.starts_with(kTypeFirst);
}

}  // namespace

Bytes BsonStream::here() const {
    return Bytes(window_).subspan(static_cast<std::size_t>(at_ - base_));
}

/// Makes the window hold `size` bytes from where the stream is, or up to the end of the file.
Status BsonStream::load(std::size_t size) {
    size = static_cast<std::size_t>(std::min<std::uint64_t>(size, input_.size() - at_));
    if (at_ >= base_ && at_ + size <= base_ + window_.size()) {
        return {};
    }
    window_.resize(std::max(size, kWindow));
    const auto got = input_.read_at(at_, window_);
    if (!got.ok()) {
        return got.error();
    }
    window_.resize(got.value());
    base_ = at_;
    fresh_ = true;
    return {};
}

BsonStream::Item BsonStream::item(Kind kind, std::size_t length) {
    Item out{kind, here().first(std::min(length, here().size())), at_, {}, fresh_};
    out.raw = {static_cast<std::uint32_t>(at_ - base_), static_cast<std::uint32_t>(out.bytes.size())};
    fresh_ = false;
    return out;
}

bool BsonStream::is_whole(Bytes document) {
    BsonElements elements(document);
    BsonElement element;
    while (elements.next(element)) {
    }
    vain_ += elements.damaged() ? document.size() : 0;
    return !elements.damaged();
}

Result<BsonStream::Item> BsonStream::search() {
    // Not a window each time: damage at every byte would have the file read over and over.
    const std::size_t overlap = kLength + kFirstElement.size() - 1;
    if (Status loaded = load(overlap + 1); !loaded.ok()) {
        return loaded.error();
    }
    const std::size_t found = as_text(here()).find(kFirstElement, kLength);
    const bool last = base_ + window_.size() >= input_.size();
    const std::size_t skipped = found != std::string_view::npos     ? found - kLength
                                : last || here().size() <= overlap ? here().size()
                                                                    : here().size() - overlap;
    Item out = item(Kind::searching, 0);
    at_ += skipped;
    searching_ = found == std::string_view::npos;
    return out;
}

Result<BsonStream::Item> BsonStream::document() {
    const std::uint64_t left = input_.size() - at_;
    const std::size_t length = here().size() < kLength ? 0 : load_le<std::uint32_t>(here().data());
    const bool sized = length >= BsonElements::kSmallest;
    const bool begins = sized && begins_document(as_text(here()).substr(kLength));
    if (begins && length > kMaxDocument && length <= left) {
        Item out = item(Kind::too_long, kWindow);
        at_ += length;
        return out;
    }
    if (left < kLength || (begins && length > left && length <= kMaxDocument)) {
        Item out = item(Kind::cut, kWindow);
        ++at_;
        searching_ = true;
        return out;
    }
    if (sized && length <= kMaxDocument && length <= left) {
        if (Status loaded = load(length); !loaded.ok()) {
            return loaded.error();
        }
        if (here().size() >= length && is_whole(here().first(length))) {
            Item out = item(Kind::document, length);
            at_ += length;
            return out;
        }
    }
    Item out = item(Kind::damaged, std::min<std::size_t>(kWindow, std::max(length, kLength)));
    ++at_;
    searching_ = true;
    return out;
}

Result<BsonStream::Item> BsonStream::next() {
    if (at_ >= input_.size()) {
        return Item{};
    }
    if (searching_) {
        return search();
    }
    if (Status loaded = load(kLength + kTypeFirst.size()); !loaded.ok()) {
        return loaded.error();
    }
    if (here().empty()) {
        return Item{};
    }
    if (vain_ > kMaxVain) {
        Item out = item(Kind::given_up, 1);
        at_ = input_.size();
        return out;
    }
    return document();
}

}  // namespace trocar
