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
    ++line_;
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
        pending_bytes_ += text.size() + 1;
    }
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
    put(p.text, {0, 0, p.first_line, p.offset, nullptr});
    free_.push_back(slot);
}

void AuditStream::reject(const LossKind& kind, std::string_view text, std::uint64_t offset) {
    put(text, {0, 0, line_, offset, &kind});
}

void AuditStream::put(std::string_view text, Item item) {
    if (!block_.empty() && block_.size() + text.size() > kBlockBytes) {
        flush();
    }
    item.offset = block_.size();
    item.length = text.size();
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
        if (item.loss != nullptr) {
            sink_.lost(*item.loss, {item.line, item.source_offset, "line " + std::to_string(item.line)}, raw);
        } else {
            mapper_.emit(text, raw, item.line);
        }
    }
    block_.clear();
    items_.clear();
}

Status AuditStream::run() {
    if (Status opened = window_.open(); !opened.ok()) {
        return opened;
    }
    for (;;) {
        const std::string_view text = window_.text();
        const std::uint64_t base = window_.source_offset();
        std::size_t at = 0;
        while (at < text.size()) {
            const auto* end = static_cast<const char*>(std::memchr(text.data() + at, '\n', text.size() - at));
            if (end == nullptr && !window_.whole() && text.size() - at <= kMaxLine) {
                break;
            }
            const std::size_t stop = end == nullptr ? text.size() : static_cast<std::size_t>(end - text.data());
            line(text.substr(at, stop - at), base + at);
            at = std::min(stop + 1, text.size());
        }
        window_.consume(at);
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
