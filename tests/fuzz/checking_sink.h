#pragma once

#include <string>
#include <vector>

#include "core/base/escape.h"
#include "core/ingest/event_sink.h"
#include "core/model/field.h"

namespace trocar::test {

/// A sink that traps when an importer breaks the contract of EventSink. Keeps the last block and its first places.
class CheckingSink : public EventSink {
public:
    FieldId field(std::string_view name) override {
        const FieldId known = known_field(name);
        if (!known.none()) {
            return known;
        }
        names_ = names_ < 60'000 ? names_ + 1 : names_;
        return {static_cast<std::uint16_t>(kFirstDynamicField + names_)};
    }
    void raw_block(Bytes bytes, std::uint64_t) override {
        require(bytes.size() <= (16U << 20U));
        block = as_text(bytes);
        places.clear();
    }
    void event(const RawEvent& e) override {
        check(e.raw);
        require(e.raw.length != 0);
        for (const std::string_view text : {e.host, e.provider, e.channel, e.text, e.actor.image, e.target.image,
                                            e.life.command_line, e.life.user, e.life.parent_image}) {
            require(is_valid_utf8(text));
        }
        for (const FieldValue& f : e.fields) {
            require(!f.field.none() && is_valid_utf8(f.text));
        }
    }
    void lost(const LossKind&, const LossPlace&, RawPlace raw) override { check(raw); }
    bool progress(std::uint64_t bytes) override {
        require(bytes >= done_);
        done_ = bytes;
        return true;
    }

    std::string block;
    std::vector<RawPlace> places;

private:
    static void require(bool kept) {
        if (!kept) {
            __builtin_trap();
        }
    }
    void check(RawPlace raw) {
        require(std::uint64_t{raw.offset} + raw.length <= block.size());
        if (places.size() < 16) {
            places.push_back(raw);
        }
    }
    std::uint64_t done_ = 0;
    unsigned names_ = 0;
};

}  // namespace trocar::test
