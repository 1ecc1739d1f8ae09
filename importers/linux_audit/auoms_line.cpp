#include "importers/linux_audit/auoms_line.h"

#include <algorithm>
#include <vector>

#include "importers/linux_audit/audit_interpreted.h"
#include "importers/readers/audit/loose_tokens.h"

namespace trocar {
namespace {

constexpr std::string_view kPrefix = "AUOMS_";
constexpr std::size_t kMaxTokens = 1000;

std::string_view value_of(const std::vector<AuditToken>& tokens, std::string_view name) {
    const auto at = std::find_if(tokens.begin(), tokens.end(), [&](const AuditToken& t) { return t.name == name; });
    return at == tokens.end() ? std::string_view{} : at->value;
}

/// The record of the raw log that a value comes from; "" for those of the SYSCALL record.
std::string_view record_of(std::string_view name, bool has_object) {
    if (name == "cwd") {
        return "CWD";
    }
    if (name == "proctitle") {
        return "PROCTITLE";
    }
    if (name == "name" || name == "nametype" || name.starts_with("path_")) {
        return "PATH";
    }
    if (has_object && (name == "opid" || name == "oauid" || name == "ouid" || name == "oses" || name == "ocomm" || name == "obj")) {
        return "OBJ_PID";
    }
    return name == "cmdline" ? "EXECVE" : std::string_view{};
}

/// The paths stand in arrays of their own, one a property: path_name=["a","b"] path_nametype=["NORMAL","CREATE"].
void read_paths(const std::vector<AuditToken>& tokens, AuditEventMapper& mapper) {
    constexpr std::size_t kMost = 64;
    std::vector<std::string_view> names, types;
    const auto gather = [&](std::string_view array, std::vector<std::string_view>& out) {
        std::string piece;
        each_of_array(array, piece, [&](std::string_view text) {
            if (out.size() < kMost) {
                out.emplace_back(mapper.scratch() = text);
            }
        });
    };
    gather(value_of(tokens, "path_name"), names);
    gather(value_of(tokens, "path_nametype"), types);
    if (names.empty() && !value_of(tokens, "name").empty()) {
        names.push_back(value_of(tokens, "name"));
        types.push_back(value_of(tokens, "nametype"));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        InterpretedRecord path(mapper, "PATH", ArgumentForm::bare_hex);
        (void)path.value("name", names[i]);
        if (i < types.size() && !types[i].empty()) {
            (void)path.value("nametype", types[i]);
        }
    }
}

}  // namespace

bool is_auoms_line(std::string_view line) {
    AuditHead head;
    return read_audit_head(line, head) && head.type.starts_with(kPrefix);
}

std::size_t read_auoms_line(std::string_view line, std::string_view host, RawPlace raw, std::uint64_t record,
                            AuditEventMapper& mapper) {
    AuditHead head;
    if (!read_audit_head(line, head)) {
        return 0;
    }
    std::vector<AuditToken> tokens;
    LooseTokens loose(head.body);
    for (AuditToken token; tokens.size() < kMaxTokens && loose.next(token);) {
        tokens.push_back(token);
    }
    const std::string_view node = value_of(tokens, "node");
    mapper.begin({!node.empty() ? node : !head.node.empty() ? head.node : host,
                  UtcNanos{head.seconds * kSecond.count + head.millis * kMillisecond.count}, head.serial, raw, record, "auoms"});
    const bool call = !value_of(tokens, "syscall").empty();
    const bool object = !value_of(tokens, "opid").empty();
    std::size_t unknown = 0;
    {
        std::string_view type = head.type;
        if (type.starts_with(kPrefix)) {
            type.remove_prefix(kPrefix.size());
        }
        InterpretedRecord first(mapper, call ? std::string_view("SYSCALL") : type, ArgumentForm::bare_hex);
        for (const AuditToken& token : tokens) {
            if (record_of(token.name, object).empty() && token.name != "node") {
                unknown += first.value(token.name, token.value) ? 0U : 1U;
            }
        }
        // "user" is AUOMS's word for the name of the uid.
        if (const std::string_view user = value_of(tokens, "user"); call && !user.empty()) {
            (void)first.value("UID", user);
        }
    }
    for (const std::string_view type : {"OBJ_PID", "CWD", "PROCTITLE"}) {
        bool begun = false;
        for (const AuditToken& token : tokens) {
            if (record_of(token.name, object) == type) {
                if (!begun) {
                    mapper.record(type);
                    begun = true;
                }
                AuditToken clear = token;
                clear.quoted = type != "OBJ_PID" || token.name == "ocomm";
                mapper.token(clear);
            }
        }
    }
    read_paths(tokens, mapper);
    if (const std::string_view line_run = value_of(tokens, "cmdline"); !line_run.empty()) {
        mapper.record("EXECVE");
        mapper.command_line(line_run);
    }
    mapper.end();
    return unknown;
}

}  // namespace trocar
