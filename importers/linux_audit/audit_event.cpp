#include "importers/linux_audit/audit_event.h"

#include <algorithm>
#include <cstring>

#include "core/base/escape.h"
#include "core/model/signal.h"

namespace trocar {
namespace {

constexpr LossKind kFieldsCut{"audit_fields_cut", LossSeverity::warning,
                              "An event has more fields than the limit (loading a kernel module can log thousands of paths); the "
                              "rest is in the raw record."};
constexpr LossKind kArgumentsCut{"audit_arguments_cut", LossSeverity::warning,
                                 "A command line is longer than the limit; the rest is in the raw record."};
/// Fields that the kernel and user space write through audit_log_untrustedstring or audit_encode_nv_string
/// (audit-userspace auparse/typetab.h, AUPARSE_TYPE_ESCAPED and _PROCTITLE).
bool is_encoded(std::string_view name) {
    switch (name.size()) {
        case 3: return name == "exe" || name == "key" || name == "cmd" || name == "cwd" || name == "dir" || name == "new";
        case 4: return name == "comm" || name == "name" || name == "path" || name == "acct" || name == "data" || name == "file" || name == "grp";
        case 5: return name == "ocomm";
        case 8: return name == "root_dir" || name == "sw" || name == "terminal";
        case 9: return name == "proctitle" || name == "interface";
        default: return name == "unit" || name == "vm" || name == "invalid_context" || name == "old-disk" || name == "new-disk";
    }
}

bool is_plain_decimal(std::string_view text) {
    return !text.empty() && text.size() <= 19 && (text[0] != '0' || text.size() == 1) &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string& AuditEventMapper::scratch() {
    if (scratch_used_ == scratch_.size()) {
        scratch_.emplace_back();
    }
    std::string& text = scratch_[scratch_used_++];
    text.clear();
    return text;
}

std::string_view AuditEventMapper::clean(std::string_view text) {
    const bool ascii = std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
    if (ascii || is_valid_utf8(text)) {
        return text;
    }
    std::string& out = scratch();
    out = valid_utf8(text);
    return out;
}

FieldId AuditEventMapper::field(std::string_view name) {
    if (name.size() <= 8) {
        std::uint64_t key = 0;
        std::memcpy(&key, name.data(), name.size());
        const auto found = short_names_.find(key);
        if (found != short_names_.end()) {
            return found->second;
        }
        if (short_names_.size() >= kMaxNames || !is_valid_utf8(name)) {
            return {};
        }
        const FieldId id = sink_.field(name);
        short_names_[key] = id;
        return id;
    }
    const std::string text(name.substr(0, 256));
    const auto found = long_names_.find(text);
    if (found != long_names_.end()) {
        return found->second;
    }
    if (long_names_.size() >= kMaxNames || !is_valid_utf8(text)) {
        return {};
    }
    return long_names_[text] = sink_.field(text);
}

LinuxProcesses& AuditEventMapper::processes(std::string_view host) {
    const std::string name(host);
    if (hosts_.size() >= kMaxHosts && !hosts_.contains(name)) {
        hosts_.clear();
    }
    return hosts_[name];
}

void AuditEventMapper::derive(Field field, std::string_view text) {
    fields_.push_back({id_of(field), ValueKind::text, 0, 0, text});
}
void AuditEventMapper::derive(Field field, ValueKind kind, std::uint64_t number) {
    fields_.push_back({id_of(field), kind, number, 0, {}});
}

void AuditEventMapper::read_argument(const AuditToken& token) {
    std::string_view digits = token.name.substr(1);
    const std::size_t end = digits.find_first_not_of("0123456789");
    const std::string_view rest = end == std::string_view::npos ? std::string_view{} : digits.substr(end);
    std::size_t index = 0;
    if ((!rest.empty() && rest.front() != '[') || !whole_number(digits.substr(0, end), index)) {
        return;  // argc, a1_len
    }
    std::string& piece = scratch();
    if (token.quoted || !decode_audit_hex(token.value, piece)) {
        piece.assign(token.value);
    }
    keep_argument(index, piece);
}

void AuditEventMapper::keep_argument(std::size_t index, std::string_view text) {
    AuditFacts& f = facts_;
    if (index >= kMaxArguments || f.argument_bytes + text.size() > kMaxArgumentBytes) {
        sink_.lost(kArgumentsCut, {out_.record, 0, {}}, out_.raw);
        return;
    }
    while (f.argument_count <= index) {
        if (f.arguments.size() == f.argument_count) {
            f.arguments.emplace_back();
        }
        f.arguments[f.argument_count++].clear();
    }
    f.arguments[index] += text;
    f.argument_bytes += text.size();
}

void AuditEventMapper::read_token(std::string_view type, const AuditToken& token) {
    AuditFacts& f = facts_;
    const std::string_view name = token.name;
    if (type == "EXECVE" && name.size() >= 2 && name[0] == 'a' && name[1] >= '0' && name[1] <= '9') {
        read_argument(token);
        return;
    }
    if (fields_.size() >= kMaxFields) {
        return;  // counted once, in emit()
    }
    FieldValue value;
    value.field = field(name);
    value.text = token.value;
    if (value.field.none()) {
        sink_.lost(kFieldsCut, {out_.record, 0, {}}, out_.raw);
        return;
    }
    const Field known = value.field.value < kKnownFieldCount ? static_cast<Field>(value.field.value) : Field::count_;
    if (token.quoted || token.enriched) {
        value.text = clean(value.text);
    } else if (is_plain_decimal(token.value) && !is_encoded(name)) {
        value.kind = ValueKind::number;
        (void)whole_number(token.value, value.number);
    } else if (is_encoded(name)) {
        std::string& decoded = scratch();
        if (decode_audit_hex(token.value, decoded)) {
            // Arguments in a title are set apart by NUL, several keys by 0x01.
            std::replace(decoded.begin(), decoded.end(), name == "key" ? '\x01' : '\0', ' ');
            value.text = clean(decoded);
        } else {
            value.text = clean(token.value);
        }
    } else {
        value.text = clean(token.value);
    }
    if (type == "SYSCALL" && !token.enriched) {
        const auto hexadecimal = [&](std::uint64_t& into) {
            if (whole_number(token.value, into, 16)) {
                value.kind = ValueKind::hex;
                value.number = into;
                value.text = {};
            }
        };
        std::uint64_t arch = 0;
        switch (known) {
            case Field::audit_arch:
                hexadecimal(arch);
                f.arch = static_cast<std::uint32_t>(arch);
                break;
            case Field::a0: hexadecimal(f.a[0]); break;
            case Field::a1: hexadecimal(f.a[1]); break;
            case Field::a2: hexadecimal(f.a[2]); break;
            case Field::a3: hexadecimal(f.a[3]); break;
            case Field::syscall_number: (void)whole_number(token.value, f.number); break;
            case Field::audit_success: f.failed = token.value == "no"; break;
            case Field::audit_exit: f.has_exit = whole_number(token.value, f.exit); break;
            case Field::ppid: (void)whole_number(token.value, f.ppid); break;
            default: break;
        }
    }
    const bool main_record = type == f.first_type || type == "SYSCALL";
    switch (known) {
        case Field::pid:
            if (main_record && !token.enriched) {
                f.has_pid = whole_number(token.value, f.pid);
            }
            break;
        case Field::uid:
            if (main_record && !f.has_uid) {
                f.has_uid = whole_number(token.value, f.uid);
            }
            break;
        case Field::named_uid: f.user = main_record ? value.text : f.user; break;
        case Field::exe: f.exe = value.text; break;
        case Field::comm: f.comm = value.text; break;
        case Field::cwd: f.cwd = value.text; break;
        case Field::proctitle: f.proctitle = value.text; break;
        case Field::audit_op: f.op = value.text; break;
        case Field::opid:
            if (!f.has_opid) {  // several with a signal to a group: the first
                f.has_opid = whole_number(token.value, f.opid);
            }
            break;
        case Field::ouid:
            if (type == "OBJ_PID") {
                (void)whole_number(token.value, f.ouid);
            }
            break;
        case Field::ocomm: f.ocomm = value.text; break;
        case Field::audit_fd:
            if (type == "MMAP") {
                (void)whole_number(token.value, f.map_fd);
            }
            break;
        case Field::audit_name:
            if (type == "PATH") {
                f.item = value.kind == ValueKind::number ? token.value : value.text;
                f.path = f.path.empty() ? f.item : f.path;
            }
            break;
        case Field::nametype:
            f.creates_file = f.creates_file || token.value == "CREATE";
            f.created = token.value == "CREATE" ? f.item : f.created;
            // The item of a parent directory comes before the file itself.
            if (type == "PATH" && token.value == "PARENT") {
                f.path = {};
            }
            break;
        case Field::saddr: f.address = value.text; break;
        default: break;
    }
    fields_.push_back(value);
}

void AuditEventMapper::begin(const Start& start) {
    out_ = RawEvent{};
    out_.raw = start.raw;
    out_.record = start.record;
    out_.provider = start.provider;
    out_.host = start.host.empty() ? std::string_view(host_) : clean(start.host);
    out_.time = start.time;
    out_.time_origin = start.time.none() ? TimeOrigin::none : TimeOrigin::event;
    out_.flags = signal_flag::kLinux;
    fields_.clear();
    scratch_used_ = 0;
    std::vector<std::string> kept = std::move(facts_.arguments);
    facts_ = AuditFacts{};
    facts_.arguments = std::move(kept);
    out_.channel = start.channel;
    out_.event_id = start.event_id;
    if (start.serial.has_value()) {
        derive(Field::audit_serial, ValueKind::number, *start.serial);
    }
}

void AuditEventMapper::record(std::string_view type) {
    type_ = clean(type);
    if (facts_.first_type.empty()) {
        facts_.first_type = type_;
    }
    if (fields_.size() + 32 < kMaxFields) {
        derive(Field::record_type, type_);
    }
    facts_.is_syscall = facts_.is_syscall || type_ == "SYSCALL";
}

void AuditEventMapper::token(const AuditToken& token) {
    read_token(type_, token);
}

void AuditEventMapper::end() {
    if (fields_.size() >= kMaxFields) {
        sink_.lost(kFieldsCut, {out_.record, 0, {}}, out_.raw);
    }
    interpret();
    out_.fields = fields_;
    sink_.event(out_);
}

const InputPart& part_at(std::span<const InputPart> parts, std::uint64_t offset) {
    const auto after = std::upper_bound(parts.begin() + 1, parts.end(), offset,
                                        [](std::uint64_t at, const InputPart& part) { return at < part.offset; });
    return *(after - 1);
}

void AuditEventMapper::derive_place(const RecordPlaces& places, std::size_t record) {
    if (record >= places.offsets.size() || places.parts.empty() || fields_.size() + 2 >= kMaxFields) {
        return;
    }
    const InputPart& part = part_at(places.parts, places.offsets[record]);
    if (&part != part_) {
        part_ = &part;
        fields_.push_back({field("LogFile"), ValueKind::text, 0, 0, clean(part.name)});
    }
    fields_.push_back({field("LogOffset"), ValueKind::number, places.offsets[record] - part.offset, 0, {}});
}

void AuditEventMapper::emit(std::string_view lines, RawPlace raw, std::uint64_t line_number, std::string_view host,
                            const RecordPlaces& places) {
    bool first = true;
    part_ = nullptr;
    for (std::size_t index = 0; !lines.empty(); ++index) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        AuditHead head;
        if (read_audit_head(lines.substr(0, end), head)) {
            if (first) {
                first = false;
                begin({head.node.empty() ? host : head.node,
                       UtcNanos{head.seconds * kSecond.count + head.millis * kMillisecond.count}, head.serial, raw, line_number});
            }
            record(head.type);
            derive_place(places, index);
            AuditTokens tokens(head.body);
            AuditToken token;
            while (tokens.next(token)) {
                read_token(type_, token);
            }
        }
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    if (!first) {
        end();
    }
}

}  // namespace trocar
