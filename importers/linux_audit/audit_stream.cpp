#include "importers/linux_audit/audit_stream.h"

#include <algorithm>
#include <cstring>

namespace trocar {
namespace {

constexpr LossKind kUnreadable{"audit_line_unreadable", LossSeverity::error,
                               "A line is no audit record; it was kept and not read."};
constexpr LossKind kTooLong{"audit_line_too_long", LossSeverity::error,
                            "A line is longer than any audit record; its first 64 KiB are kept."};

std::uint64_t mix(std::uint64_t x) {
    x *= 0x9e3779b97f4a7c15ULL;
    return x ^ x >> 29U;
}

/// Where a line is, for people: of several files read as one the file, and the offset in it.
std::string place_text(std::span<const InputPart> parts, std::uint64_t line, std::uint64_t offset) {
    if (parts.empty()) {
        return "line " + std::to_string(line);
    }
    const InputPart& part = part_at(parts, offset);
    return part.name + " at " + std::to_string(offset - part.offset);
}

std::uint64_t key_of(const AuditHead& head) {
    std::uint64_t key = mix(static_cast<std::uint64_t>(head.seconds) * 1000 + head.millis);
    key = mix(key ^ head.serial);
    for (const char c : head.node) {
        key = mix(key ^ static_cast<unsigned char>(c));
    }
    return key;
}

}  // namespace

bool AuditStream::before(const Pending& a, const Pending& b) {
    const std::uint32_t step = b.serial - a.serial;  // serials wrap
    const std::int64_t apart = b.seconds - a.seconds;
    return step != 0 && step <= kMaxSerialStep && apart <= kMaxStepSeconds && apart >= -kMaxStepSeconds;
}

void AuditStream::place(std::uint32_t slot) {
    std::size_t at = order_.size();
    const Pending& added = slots_[slot];
    while (!added.daemon && at > 0) {
        const Pending& previous = slots_[order_[at - 1]];
        if (previous.daemon || previous.node != added.node || !before(added, previous)) {
            break;
        }
        --at;
    }
    order_.insert(order_.begin() + static_cast<std::ptrdiff_t>(at), slot);
}

std::uint32_t AuditStream::begin(const AuditHead& head, std::uint64_t key, std::uint64_t offset) {
    std::uint32_t slot = 0;
    if (free_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        slot = free_.back();
        free_.pop_back();
    }
    Pending& p = slots_[slot];
    p.text.clear();
    p.places.clear();
    p.node.assign(head.node);
    p.key = key;
    p.first_line = line_;
    p.offset = offset;
    p.seconds = head.seconds;
    p.millis = head.millis;
    p.serial = head.serial;
    p.daemon = head.type.starts_with("DAEMON_");
    by_key_[key] = slot;
    place(slot);
    return slot;
}

void AuditStream::line(std::string_view text, std::uint64_t offset) {
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    ++line_;
    if (!parts_.empty() && offset == parts_[part_].offset && text.starts_with(kMark)) {
        text.remove_prefix(kMark.size());
        offset += kMark.size();
    }
    while (!text.empty() && (text.back() == '\r' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    if (text.empty() || text.starts_with("----") || text.starts_with("time->")) {
        return;  // what ausearch puts between events when it does not interpret them
    }
    AuditHead head;
    if (text.size() > kMaxLine) {
        reject(kTooLong, text.substr(0, kBlockBytes), offset);
    } else if (!read_audit_head(text, head)) {
        reject(kUnreadable, text, offset);
    } else {
        add_record(head, text, offset);
    }
    release_old();
}

void AuditStream::add_record(const AuditHead& head, std::string_view text, std::uint64_t offset) {
    const std::uint64_t key = key_of(head);
    const auto found = by_key_.find(key);
    std::uint32_t slot = 0;
    if (found != by_key_.end() && slots_[found->second].serial == head.serial &&
        slots_[found->second].text.size() + text.size() < kMaxEventBytes) {
        slot = found->second;
    } else {
        slot = begin(head, key, offset);
    }
    Pending& p = slots_[slot];
    p.text.append(text);
    p.text += '\n';
    p.last_line = line_;
    if (!parts_.empty()) {
        p.places.push_back(offset);
    }
    pending_bytes_ += text.size() + 1;
}

void AuditStream::release_old() {
    while (!order_.empty() &&
           (slots_[order_.front()].last_line + kLagLines < line_ || pending_bytes_ > kMaxPendingBytes)) {
        release_front();
    }
}

void AuditStream::release_front() {
    const std::uint32_t slot = order_.front();
    order_.pop_front();
    Pending& p = slots_[slot];
    const auto found = by_key_.find(p.key);
    if (found != by_key_.end() && found->second == slot) {
        by_key_.erase(found);
    }
    pending_bytes_ -= p.text.size();
    put(p.text, {0, 0, p.first_line, p.offset}, p.places);
    free_.push_back(slot);
}

void AuditStream::reject(const LossKind& kind, std::string_view text, std::uint64_t offset) {
    const std::uint64_t place = offset;
    put(text, {0, 0, line_, offset, 0, 0, &kind}, {&place, 1});
}

void AuditStream::put(std::string_view text, Item item, std::span<const std::uint64_t> places) {
    if (!block_.empty() && block_.size() + text.size() > kBlockBytes) {
        flush();
    }
    item.offset = block_.size();
    item.length = text.size();
    item.first_place = places_.size();
    item.place_count = places.size();
    places_.insert(places_.end(), places.begin(), places.end());
    block_.append(text);
    items_.push_back(item);
}

void AuditStream::flush() {
    if (items_.empty()) {
        return;
    }
    sink_.gathered_block(as_bytes(block_), items_.front().source_offset);
    for (const Item& item : items_) {
        const RawPlace raw{static_cast<std::uint32_t>(item.offset), static_cast<std::uint32_t>(item.length)};
        const std::string_view text = std::string_view(block_).substr(item.offset, item.length);
        const auto places = std::span(places_).subspan(item.first_place, item.place_count);
        if (item.loss != nullptr) {
            sink_.lost(*item.loss, {item.line, item.source_offset, place_text(parts_, item.line, item.source_offset)}, raw);
        } else {
            mapper_.emit(text, raw, item.line, {}, {parts_, places});
        }
    }
    block_.clear();
    items_.clear();
    places_.clear();
}

std::size_t AuditStream::left_in_part(std::uint64_t offset) {
    while (part_ + 1 < parts_.size() && offset >= parts_[part_ + 1].offset) {
        ++part_;
    }
    return static_cast<std::size_t>(parts_[part_].offset + parts_[part_].size - offset);
}

/// Takes the whole lines at the front of `text`; returns how many bytes they take. A file that ends without a line break
/// ends its last line all the same.
std::size_t AuditStream::lines(std::string_view text, std::uint64_t base) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t most = text.size() - at;
        bool last = window_.whole();
        if (!parts_.empty() && window_.encoding() == TextEncoding::utf8) {
            const std::size_t left = left_in_part(base + at);
            last = last || left <= most;
            most = std::min(most, left);
        }
        const auto* end = static_cast<const char*>(std::memchr(text.data() + at, '\n', most));
        if (end == nullptr && !last && most <= kMaxLine) {
            break;
        }
        const std::size_t length = end == nullptr ? most : static_cast<std::size_t>(end - text.data()) - at;
        line(text.substr(at, length), base + at);
        at += length + (end == nullptr ? 0 : 1);
    }
    return at;
}

Status AuditStream::run() {
    if (Status opened = window_.open(); !opened.ok()) {
        return opened;
    }
    for (;;) {
        window_.consume(lines(window_.text(), window_.source_offset()));
        if (!sink_.progress(window_.source_offset()) || stop_.stop_requested()) {
            return cancelled("reading " + input_.name());
        }
        const auto grown = window_.grow();
        if (!grown.ok()) {
            return grown.error();
        }
        if (!grown.value() && window_.text().empty()) {
            break;
        }
    }
    while (!order_.empty()) {
        release_front();
    }
    flush();
    return {};
}

}  // namespace trocar
