#include "importers/linux_audit/audit_interpreted.h"

#include <algorithm>

#include "core/base/text.h"
#include "importers/linux_audit/audit_names.h"

namespace trocar {
namespace {

bool is_number(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && digits.size() <= 20 &&
           std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void InterpretedRecord::raw(std::string_view name, std::string_view text, bool quoted) {
    AuditToken token;
    token.name = name;
    token.value = text;
    token.quoted = quoted;
    token.enriched = name.front() >= 'A' && name.front() <= 'Z';
    mapper_.token(token);
}

bool InterpretedRecord::argument(std::string_view name, std::string_view text) {
    std::uint64_t number = 0;
    const bool known = form_ == ArgumentForm::bare_hex ? whole_number(text, number, 16) : interpreted_number(text, number);
    if (!known) {
        raw(name, text, true);
        return false;
    }
    std::string& bare = mapper_.scratch();
    bare = hex(number).substr(2);
    raw(name, bare, false);
    return true;
}

bool InterpretedRecord::value(std::string_view name, std::string_view text) {
    if (name.empty()) {
        return true;
    }
    if (!is_syscall_) {
        raw(name, text, !is_number(text));
        return true;
    }
    if (name == "arch") {
        std::uint64_t number = 0;
        arch_ = audit_arch_number(text);
        if (arch_ == 0 && whole_number(text.starts_with("0x") ? text.substr(2) : text, number, 16)) {
            arch_ = static_cast<std::uint32_t>(number);
        }
        if (arch_ == 0) {
            raw(name, text, true);
            return false;
        }
        std::string& bare = mapper_.scratch();
        bare = hex(arch_).substr(2);
        raw(name, bare, false);
        return true;
    }
    if (name == "syscall" && !is_number(text)) {
        // A call of no known number must not pass for call 0.
        std::uint32_t number = UINT32_MAX;
        const bool known = syscall_number(arch_, text, number);
        std::string& digits = mapper_.scratch();
        digits = std::to_string(number);
        raw(name, digits, false);
        raw("SYSCALL", text, true);
        return known;
    }
    if (name.size() == 2 && name[0] == 'a' && name[1] >= '0' && name[1] <= '3') {
        return argument(name, text);
    }
    if (name == "exit" && !is_number(text)) {
        const std::uint64_t error = errno_number(text.substr(0, text.find('(')));
        std::uint64_t address = 0;
        std::string& digits = mapper_.scratch();
        if (error != 0) {
            digits = "-" + std::to_string(error);
        } else if (interpreted_number(text, address)) {
            digits = std::to_string(static_cast<std::int64_t>(address));
        } else {
            raw(name, text, true);
            return false;
        }
        raw(name, digits, false);
        return true;
    }
    if (name == "uid" && !is_number(text)) {
        raw("UID", text, true);
        return true;
    }
    raw(name, text, !is_number(text));
    return true;
}

}  // namespace trocar
