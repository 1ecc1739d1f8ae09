#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/id.h"

namespace trocar {

/// Interned UTF-8 text: equal text, equal id; ids are dense, in order of first appearance; id 0 is "".
/// Thread safety: one writer, or any number of readers. Text lives as long as the table.
/// Open addressing over XXH3; about 0.05 us a hit.
class StringTable {
public:
    StringTable();
    StringTable(StringTable&&) noexcept = default;
    StringTable& operator=(StringTable&&) noexcept = default;

    /// Id of `text`, adding it when new.
    StringId intern(std::string_view text);
    /// Id of `text`, or none.
    [[nodiscard]] StringId find(std::string_view text) const noexcept;
    /// Text of `id`; "" for none or an id out of range (cases come from elsewhere).
    [[nodiscard]] std::string_view text(StringId id) const noexcept {
        return id.value < views_.size() ? views_[id.value] : std::string_view{};
    }
    [[nodiscard]] std::uint32_t size() const noexcept { return static_cast<std::uint32_t>(views_.size()); }
    /// Bytes of all distinct text.
    [[nodiscard]] std::uint64_t text_bytes() const noexcept { return text_bytes_; }
    /// Appends without looking for an equal one (loading a stored table in id order).
    StringId append_loaded(std::string_view text);

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t id = kEmpty;
    };
    static constexpr std::uint32_t kEmpty = 0xffffffffU;

    std::string_view keep(std::string_view text);
    void grow();
    StringId insert(std::string_view text, std::uint64_t hash);

    std::vector<std::string_view> views_;
    std::vector<Slot> slots_;
    std::vector<std::unique_ptr<char[]>> arenas_;
    std::size_t arena_left_ = 0;
    char* arena_at_ = nullptr;
    std::uint64_t text_bytes_ = 0;
    bool loaded_ = false;
};

}  // namespace trocar
