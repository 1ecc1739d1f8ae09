#include "core/base/string_table.h"

#include <cstring>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/base/seeded_hash.h"

namespace trocar {
namespace {

constexpr std::size_t kArenaBytes = std::size_t{1} << 20;

std::uint64_t hash_of(std::string_view text) noexcept { return XXH3_64bits_withSeed(text.data(), text.size(), hash_seed()); }

}  // namespace

StringTable::StringTable() : slots_(1024) { insert("", hash_of("")); }

std::string_view StringTable::keep(std::string_view text) {
    if (text.size() > arena_left_) {
        const std::size_t size = text.size() > kArenaBytes / 4 ? text.size() : kArenaBytes;
        arenas_.push_back(std::make_unique_for_overwrite<char[]>(size));
        if (size != kArenaBytes) {  // a large text gets an arena of its own; the current one goes on
            std::memcpy(arenas_.back().get(), text.data(), text.size());
            return {arenas_.back().get(), text.size()};
        }
        arena_at_ = arenas_.back().get();
        arena_left_ = size;
    }
    if (text.empty()) {
        return {};
    }
    std::memcpy(arena_at_, text.data(), text.size());
    const std::string_view kept(arena_at_, text.size());
    arena_at_ += text.size();
    arena_left_ -= text.size();
    return kept;
}

StringId StringTable::insert(std::string_view text, std::uint64_t hash) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at].id != kEmpty) {
        at = (at + 1) & mask;
    }
    const auto id = static_cast<std::uint32_t>(views_.size());
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), id};
    views_.push_back(keep(text));
    text_bytes_ += text.size();
    if (views_.size() * 2 > slots_.size()) {
        grow();
    }
    return {id};
}

void StringTable::grow() {
    std::vector<Slot> larger(slots_.size() * 2);
    const std::size_t mask = larger.size() - 1;
    for (std::uint32_t id = 0; id < views_.size(); ++id) {
        const std::uint64_t hash = hash_of(views_[id]);
        std::size_t at = hash & mask;
        while (larger[at].id != kEmpty) {
            at = (at + 1) & mask;
        }
        larger[at] = {static_cast<std::uint32_t>(hash >> 32), id};
    }
    slots_ = std::move(larger);
}

StringId StringTable::find(std::string_view text) const noexcept {
    const std::uint64_t hash = hash_of(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].id != kEmpty; at = (at + 1) & mask) {
        if (slots_[at].hash == static_cast<std::uint32_t>(hash >> 32) && views_[slots_[at].id] == text) {
            return {slots_[at].id};
        }
    }
    return {};
}

StringId StringTable::intern(std::string_view text) {
    const std::uint64_t hash = hash_of(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask; slots_[at].id != kEmpty; at = (at + 1) & mask) {
        if (slots_[at].hash == static_cast<std::uint32_t>(hash >> 32) && views_[slots_[at].id] == text) {
            return {slots_[at].id};
        }
    }
    return insert(text, hash);
}

StringId StringTable::append_loaded(std::string_view text) {
    if (text.empty() && views_.size() == 1 && text_bytes_ == 0 && !loaded_) {
        loaded_ = true;  // the stored row 0 is the empty string that every table begins with
        return {0};
    }
    loaded_ = true;
    return insert(text, hash_of(text));
}

}  // namespace trocar
