// SQL functions of the query console: event_field(detail, time_ns, 'CommandLine'), event_fields(detail, time_ns).

#include <sqlite3.h>

#include <memory>
#include <new>
#include <vector>

#include "core/base/text.h"
#include "core/store/connection.h"
#include "core/store/text_blocks.h"

namespace trocar {
namespace {

/// Most text that one call gives back.
constexpr std::size_t kMaxFieldsText = std::size_t{4} << 20;

struct FunctionData {
    explicit FunctionData(Database& db) : texts(db) {}
    TextReader texts;  ///< kept from row to row, as the blocks it has unpacked are the next row's too
    std::vector<std::string> fields;
    std::vector<Layout> layouts;
};

struct DetailArguments {
    Bytes detail;
    UtcNanos time;
};

DetailArguments arguments(sqlite3_value** values) {
    const auto* data = static_cast<const std::byte*>(sqlite3_value_blob(values[0]));
    const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    DetailArguments out{data == nullptr ? Bytes{} : Bytes(data, size), kNoTime};
    if (sqlite3_value_type(values[1]) != SQLITE_NULL) {
        out.time = {sqlite3_value_int64(values[1])};
    }
    return out;
}

void event_field(sqlite3_context* context, int, sqlite3_value** values) {
    auto& data = *static_cast<FunctionData*>(sqlite3_user_data(context));
    const auto* name = reinterpret_cast<const char*>(sqlite3_value_text(values[2]));
    if (name == nullptr) {
        return;
    }
    const std::string_view wanted(name, static_cast<std::size_t>(sqlite3_value_bytes(values[2])));
    const DetailArguments in = arguments(values);
    bool found = false;
    DetailValue first;
    if (!visit_detail(in.detail, in.time, data.layouts, [&](const DetailValue& value) {
            if (!found && value.field.field < data.fields.size() &&
                equal_ignoring_case(data.fields[value.field.field], wanted)) {
                found = true;
                first = value;
            }
        })) {
        return;
    }
    if (!found) {
        return;
    }
    if (first.field.form == ValueForm::number) {
        sqlite3_result_int64(context, static_cast<sqlite3_int64>(first.number));
        return;
    }
    const std::string text = data.texts.shown(first);
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void event_fields(sqlite3_context* context, int, sqlite3_value** values) {
    auto& data = *static_cast<FunctionData*>(sqlite3_user_data(context));
    const DetailArguments in = arguments(values);
    std::string text;
    static_cast<void>(visit_detail(in.detail, in.time, data.layouts, [&](const DetailValue& value) {
        if (value.field.field < data.fields.size() && text.size() < kMaxFieldsText) {
            text += data.fields[value.field.field] + "=" + data.texts.shown(value) + "\n";
        }
    }));
    sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void destroy(void* data) { delete static_cast<FunctionData*>(data); }

}  // namespace

Status register_case_functions(Database& db) {
    constexpr int kFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    for (const bool all : {false, true}) {
        auto data = std::make_unique<FunctionData>(db);
        Query fields = db.query(Sql::select_fields);
        while (fields.next() && fields.u32_at(0) == data->fields.size()) {
            data->fields.emplace_back(fields.text_at(1));
        }
        Query layouts = db.query(Sql::select_layouts);
        while (layouts.next() && layouts.u32_at(0) == data->layouts.size()) {
            if (!decode_layout(layouts.blob_at(1), data->layouts.emplace_back())) {
                break;
            }
        }
        const int code = all ? sqlite3_create_function_v2(db.handle(), "event_fields", 2, kFlags, data.release(),
                                                          event_fields, nullptr, nullptr, destroy)
                             : sqlite3_create_function_v2(db.handle(), "event_field", 3, kFlags, data.release(),
                                                          event_field, nullptr, nullptr, destroy);
        if (code != SQLITE_OK) {
            return db.error("prepare", code);
        }
    }
    return {};
}

}  // namespace trocar
