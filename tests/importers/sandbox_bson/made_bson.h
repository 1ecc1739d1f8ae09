#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trocar::test {

/// A document of BSON 1.1, made element by element.
class MadeBson {
public:
    MadeBson& int32(std::string_view name, std::int64_t value) { return add('\x10', name, little(value, 4)); }
    MadeBson& int64(std::string_view name, std::int64_t value) { return add('\x12', name, little(value, 8)); }
    MadeBson& text(std::string_view name, std::string_view value) {
        return add('\x02', name, little(static_cast<std::int64_t>(value.size()) + 1, 4) + std::string(value) + '\0');
    }
    MadeBson& binary(std::string_view name, std::string_view value) {
        return add('\x05', name, little(static_cast<std::int64_t>(value.size()), 4) + '\0' + std::string(value));
    }
    MadeBson& document(std::string_view name, const MadeBson& value) { return add('\x03', name, value.bytes()); }
    MadeBson& array(std::string_view name, const MadeBson& value) { return add('\x04', name, value.bytes()); }
    [[nodiscard]] std::string bytes() const {
        return little(static_cast<std::int64_t>(body_.size()) + 5, 4) + body_ + '\0';
    }

private:
    static std::string little(std::int64_t value, int size) {
        std::string out;
        for (int i = 0; i < size; ++i) {
            out += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xffU);
        }
        return out;
    }
    MadeBson& add(char type, std::string_view name, const std::string& value) {
        body_ += type + std::string(name) + '\0' + value;
        return *this;
    }
    std::string body_;
};

/// "info": arguments behind is_success and retval; a name that begins with '*' is a pointer.
inline std::string info(int index, std::string_view api, std::initializer_list<std::string> arguments,
                        const MadeBson& bits = {}) {
    MadeBson list;
    list.text("0", "is_success").text("1", "retval");
    int at = 2;
    for (const std::string& argument : arguments) {
        if (argument[0] == '*') {
            list.array(std::to_string(at++), MadeBson().text("0", argument.substr(1)).text("1", "p"));
        } else {
            list.text(std::to_string(at++), argument);
        }
    }
    return MadeBson()
        .int32("I", index)
        .text("name", api)
        .text("type", "info")
        .text("category", "process")
        .array("args", list)
        .document("flags_value", {})
        .document("flags_bitmask", bits)
        .bytes();
}

/// A call's argument: a number, or a text.
struct BsonValue {
    BsonValue(std::int64_t value) : number(value) {}
    BsonValue(const char* value) : text(value), is_text(true) {}
    std::int64_t number = 0;
    std::string text;
    bool is_text = false;
};

inline std::string call(int index, int milliseconds, std::initializer_list<BsonValue> arguments,
                        bool succeeded = true) {
    MadeBson list;
    list.int32("0", succeeded ? 1 : 0).int32("1", 0);
    int at = 2;
    for (const BsonValue& value : arguments) {
        const std::string name = std::to_string(at++);
        value.is_text ? list.text(name, value.text) : list.int32(name, value.number);
    }
    return MadeBson()
        .int32("I", index)
        .int32("R", 0x401000)
        .int32("T", 500)
        .int32("t", milliseconds)
        .int32("r", 0)
        .array("args", list)
        .bytes();
}

/// What explains the process, and the process: `first_seen` 2021-01-28T02:14:13.791Z as FILETIME.
inline std::string process_of(int pid, int parent, const char* path) {
    constexpr std::int64_t kFirstSeen = 132562736537910000;
    return info(0, "__process__",
                {"TimeLow", "TimeHigh", "ProcessIdentifier", "ParentProcessIdentifier", "ModulePath"}) +
           call(0, 0, {kFirstSeen & 0xffffffff, kFirstSeen >> 32, pid, parent, path});
}

}  // namespace trocar::test
