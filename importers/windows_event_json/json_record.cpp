#include "importers/windows_event_json/json_record.h"

#include "importers/readers/json/json_text.h"
#include "importers/windows_event_json/json_walk.h"

#include <simdjson.h>

#include <cstring>

namespace trocar {
namespace od = simdjson::ondemand;

void JsonRecord::clear() {
    // Vectors keep their memory.
    auto d = std::move(data);
    auto l = std::move(loose);
    auto m = std::move(metadata);
    *this = JsonRecord{};
    d.clear();
    l.clear();
    m.clear();
    data = std::move(d);
    loose = std::move(l);
    metadata = std::move(m);
}

std::string_view text_of(JsonToken token, TextArena& arena) {
    if (!token.is_string()) {
        return token.raw == "null" ? std::string_view{} : token.raw;
    }
    if (token.raw.size() < 2) {
        return {};
    }
    const std::string_view inner = token.raw.substr(1, token.raw.size() - 2);
    if (std::memchr(inner.data(), '\\', inner.size()) == nullptr) {
        return inner;
    }
    char* out = arena.take(inner.size() + 8);
    return {out, unescape_json(inner, out)};
}

struct JsonRecordReader::Parser {
    od::parser parser;
};

JsonRecordReader::JsonRecordReader(JsonKeyTable& keys) : parser_(std::make_unique<Parser>()), keys_(keys) {}
JsonRecordReader::~JsonRecordReader() = default;

JsonOutcome JsonRecordReader::read(std::string_view text, JsonRecord& out, TextArena& arena) {
    out.clear();
    ++generation_;
    od::document document;
    od::object object;
    simdjson::error_code code =
        parser_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
            .get(document);
    if (code == simdjson::SUCCESS) {
        code = document.get_object().get(object);
    }
    if (code == simdjson::SUCCESS) {
        JsonWalk walk{{keys_, out, arena, text, generation_}};
        code = walk.members_of(object, [&](std::string_view name, od::value value, od::json_type type) {
            return walk.member(Scope::top, name, value, type, 1);
        });
    }
    if (code == simdjson::SUCCESS) {
        return document.current_location().error() == simdjson::OUT_OF_BOUNDS ? JsonOutcome::read
                                                                              : JsonOutcome::trailing;
    }
    error_ = simdjson::error_message(code);
    return code == simdjson::UTF8_ERROR || code == simdjson::UNESCAPED_CHARS ? JsonOutcome::bad_characters
                                                                             : JsonOutcome::broken;
}

JsonOutcome JsonRecordReader::read_event_data(std::string_view text, JsonRecord& out, TextArena& arena) {
    ++generation_;
    od::document document;
    od::object object;
    simdjson::error_code code =
        parser_->parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING)
            .get(document);
    if (code == simdjson::SUCCESS) {
        code = document.get_object().get(object);
    }
    if (code == simdjson::SUCCESS) {
        JsonWalk walk{{keys_, out, arena, text, generation_}};
        code = walk.members_of(object, [&](std::string_view name, od::value value, od::json_type type) {
            return walk.event_data_member(name, value, type, 2);
        });
    }
    if (code == simdjson::SUCCESS) {
        return JsonOutcome::read;
    }
    error_ = simdjson::error_message(code);
    return JsonOutcome::broken;
}

}  // namespace trocar
