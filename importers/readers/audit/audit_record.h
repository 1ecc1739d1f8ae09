#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trocar {

/// The start of one audit record: `[prefix] [node=N ]type=T msg=audit(S.mmm:SERIAL): body`, also as the kernel log and
/// syslog daemons pass it on. Views into the line.
struct AuditHead {
    std::string_view node;   ///< of node=, else the host of a syslog prefix, else ""
    std::string_view type;   ///< "SYSCALL", or a number as the kernel log writes it
    std::int64_t seconds = 0;
    std::uint32_t millis = 0;
    std::uint32_t serial = 0;
    std::string_view body;   ///< behind "): "
};
/// False: the line is no audit record.
[[nodiscard]] bool read_audit_head(std::string_view line, AuditHead& out) noexcept;

/// One name=value of a record. Quotes are taken off.
struct AuditToken {
    std::string_view name, value;
    bool quoted = false;
    bool enriched = false;  ///< behind the 0x1d of log_format = ENRICHED
};

/// The name=value pairs of a record's body in order; those within msg='...' follow as if they stood in it. Words without
/// '=' are passed over. Thread safety: a value.
class AuditTokens {
public:
    explicit AuditTokens(std::string_view body) : at_(body.data()), end_(body.data() + body.size()) {}
    [[nodiscard]] bool next(AuditToken& out) noexcept;

private:
    const char* at_;
    const char* end_;
    bool enriched_ = false;
    bool in_message_ = false;
};

/// Text that the kernel wrote as upper-case hex pairs (audit_log_n_hex). False: not of that form.
[[nodiscard]] bool decode_audit_hex(std::string_view value, std::string& out);

}  // namespace trocar
