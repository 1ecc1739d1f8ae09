#include "importers/sandbox_bson/bson_call.h"

#include <algorithm>

#include "core/base/text.h"
#include "importers/readers/bson/bson_text.h"

namespace trocar {
namespace {

std::uint64_t bits_of(const BsonElement& element) {
    return element.type == BsonType::int32 ? static_cast<std::uint32_t>(element.number())
                                           : static_cast<std::uint64_t>(element.number());
}

std::string hex_text(const BsonElement& element) {
    return element.is_number() ? hex(bits_of(element)) : std::string();
}

}  // namespace

BsonMessage read_message(Bytes document) {
    BsonMessage out;
    BsonElements elements(document);
    BsonElement e;
    while (elements.next(e)) {
        if (e.name == "type") {
            out.type = e.text();
        } else if (e.name == "I" && e.is_number()) {
            out.index = e.number();
            out.has_index = true;
        } else if (e.name == "t" && e.is_number()) {
            out.milliseconds = bits_of(e);
        } else if (e.name == "T" && e.is_number()) {
            out.thread = e;
        } else if (e.name == "R" && e.is_number()) {
            out.caller = e;
        } else if (e.name == "r" && e.is_number()) {
            out.repeated = e;
        } else if (e.name == "args" && e.is_nested()) {
            out.arguments = e.bytes;
        }
    }
    return out;
}

void BsonCallReader::add(const ApiInfo::Argument& argument, const BsonElement& element, ApiCall& call) {
    bool whole = true;
    const bool pointer = argument.pointer && element.is_number();
    const std::string_view text = keep(pointer ? hex_text(element) : bson_text(element, whole));
    call.arguments_cut = call.arguments_cut || !whole;
    if (argument.name == "is_success") {
        call.succeeded = element.number() != 0;
    } else if (argument.name == "retval") {
        call.returned = element.is_number() ? keep(hex_text(element)) : text;
    } else {
        const std::string_view words =
            element.is_number() ? keep(ApiInfo::words(argument, bits_of(element))) : std::string_view{};
        call.arguments.push_back({argument.name, text, words});
    }
}

BsonCallReader::Outcome BsonCallReader::read(const BsonMessage& message, const ApiInfo& info, ApiCall& call) {
    call = {};
    scratch_.clear();
    call.api = info.api;
    call.category = info.category;
    call.succeeded = true;
    call.thread = message.thread.is_number() ? keep(std::to_string(bits_of(message.thread))) : std::string_view{};
    call.caller = message.caller.is_number() ? keep(hex_text(message.caller)) : std::string_view{};
    call.repeated = message.repeated.is_number() ? bits_of(message.repeated) : 0;
    BsonElements elements(message.arguments);
    BsonElement element;
    std::size_t count = 0;
    while (elements.next(element)) {
        if (count == info.arguments.size()) {
            return Outcome::unlike;
        }
        add(info.arguments[count++], element, call);
    }
    return count == info.arguments.size() && !elements.damaged() ? Outcome::read : Outcome::unlike;
}

bool take_process(const ApiCall& call, SandboxProcess& process) {
    process.has_pid =
        sandbox_pid(call.argument({"ProcessIdentifier", "pid"}), process.pid);
    process.has_parent =
        sandbox_pid(call.argument({"ParentProcessIdentifier", "ppid"}), process.parent);
    process.image = sandbox_path(call.argument({"ModulePath"}));
    process.command_line = call.argument({"CommandLine"});
    constexpr std::uint64_t kLow = 0xffffffff;
    const std::uint64_t low = call.number({"TimeLow"}) & kLow, high = call.number({"TimeHigh"}) & kLow;
    process.first_seen = low == 0 && high == 0 ? kNoTime : from_filetime(high << 32U | low);
    return process.has_pid;
}

}  // namespace trocar
