#include "importers/readers/evtx/name_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "importers/readers/evtx/format.h"
#include "importers/readers/evtx/utf16.h"

namespace trocar::evtx {
namespace {

constexpr std::string_view kFurther = "(further names)";
constexpr std::size_t kMaxNameBytes = 512;  // UTF-16; longer ones are cut

constexpr std::array kKnown{
#define TROCAR_EVTX_NAME(id, text) std::string_view{text},
    TROCAR_EVTX_NAMES(TROCAR_EVTX_NAME)
#undef TROCAR_EVTX_NAME
};

/// Cut at a character's border.
std::string_view cut(std::string_view text, std::size_t size) {
    if (text.size() <= size) {
        return text;
    }
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) {
        --size;
    }
    return text.substr(0, size);
}

}  // namespace

NameTable::NameTable(FieldNames ask) : ask_(std::move(ask)), entries_(1), path_fields_(1) {
    for (const std::string_view known : kKnown) {
        std::string utf16;
        for (const char c : known) {
            utf16 += c;
            utf16 += '\0';
        }
        (void)intern(as_bytes(utf16));
    }
}

Name NameTable::intern(Bytes utf16) {
    utf16 = without_trailing_nul(utf16.first(std::min(utf16.size(), kMaxNameBytes)));
    if (full_) {
        const StringId known = by_utf16_.find(as_text(utf16));
        return known.none() ? Name::empty : static_cast<Name>(known.value);
    }
    const StringId id = by_utf16_.intern(as_text(utf16));
    if (id.value == entries_.size()) {
        entries_.push_back({utf8_of(utf16), {}});
        full_ = entries_.size() + path_fields_.size() >= kMaxNames;
    }
    return static_cast<Name>(id.value);
}

FieldId NameTable::field(Name name) {
    Entry& entry = entries_[static_cast<std::uint32_t>(name)];
    if (entry.field.none()) {
        // The empty name stands for none at all, and for names beyond the limit.
        entry.field = field(entry.text.empty() ? kFurther : std::string_view(entry.text));
    }
    return entry.field;
}

FieldId NameTable::field(std::string_view path) {
    path = cut(path, kMaxPath);
    if (full_ && by_path_.find(path).none()) {
        path = kFurther;
    }
    const StringId id = by_path_.intern(path);
    if (id.value == path_fields_.size()) {
        path_fields_.push_back(ask_(by_path_.text(id)));
        full_ = full_ || entries_.size() + path_fields_.size() >= kMaxNames;
    }
    return path_fields_[id.value];
}

FieldId NameTable::unnamed(std::size_t number) {
    while (unnamed_.size() < number) {
        unnamed_.push_back(field("Data" + std::to_string(unnamed_.size() + 1)));
    }
    return unnamed_[number - 1];
}

}  // namespace trocar::evtx
