#pragma once

#include <cstdint>
#include <string_view>

#include "importers/linux_audit/audit_event.h"

namespace trocar {

/// How a notation writes the arguments a0..a3.
enum class ArgumentForm : std::uint8_t {
    bare_hex,     ///< "4206": the raw log, auditbeat, AUOMS
    interpreted,  ///< "PTRACE_SEIZE", "0x4206": ausearch -i, laurel
};

/// One record whose values a tool has interpreted, handed to a mapper as the raw log would have it: numbers for names of
/// architectures, calls, errors, requests and flags. Thread safety: one thread.
class InterpretedRecord {
public:
    InterpretedRecord(AuditEventMapper& mapper, std::string_view type, ArgumentForm form)
        : mapper_(mapper), is_syscall_(type == "SYSCALL"), form_(form) {
        mapper.record(type);
    }
    /// A value in clear text, which lives until the mapper's end(). `arch` comes before `syscall`.
    /// False: a name in it is not known; it was kept as text.
    [[nodiscard]] bool value(std::string_view name, std::string_view text);

private:
    bool argument(std::string_view name, std::string_view text);
    void raw(std::string_view name, std::string_view text, bool quoted);

    AuditEventMapper& mapper_;
    bool is_syscall_;
    ArgumentForm form_;
    std::uint32_t arch_ = 0;
};

/// The array of a record's values in JSON or AUOMS notation, ["a","b"]: calls `each` with every string in it, escapes
/// resolved into `scratch`.
template <class Each>
void each_of_array(std::string_view array, std::string& scratch, Each&& each) {
    for (std::size_t at = array.find('"'); at != std::string_view::npos; at = array.find('"', at + 1)) {
        scratch.clear();
        for (++at; at < array.size() && array[at] != '"'; ++at) {
            at += array[at] == '\\' && at + 1 < array.size() ? 1U : 0U;
            scratch += array[at];
        }
        each(std::string_view(scratch));
        if (at >= array.size()) {
            return;
        }
    }
}

}  // namespace trocar
