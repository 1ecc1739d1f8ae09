#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <tsl/robin_map.h>

#include "core/base/seeded_hash.h"
#include "core/ingest/importer.h"
#include "core/model/field.h"
#include "importers/linux_audit/linux_processes.h"
#include "importers/linux_audit/named_call.h"
#include "importers/readers/audit/audit_record.h"

namespace trocar {

/// The whole text as a number; false: it is none.
template <class T>
bool whole_number(std::string_view text, T& out, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

/// The part of an input that holds `offset`; `parts` is not empty.
[[nodiscard]] const InputPart& part_at(std::span<const InputPart> parts, std::uint64_t offset);

/// Where the records of an event lie when the input is several files: one offset a record; empty otherwise.
struct RecordPlaces {
    std::span<const InputPart> parts;
    std::span<const std::uint64_t> offsets;
};

/// What the records of one event say, as far as a meaning hangs on it.
struct AuditFacts {
    bool is_syscall = false, failed = false, has_exit = false, has_pid = false, has_opid = false, has_uid = false;
    bool thread = false;             ///< clone made a thread, where the notation says so
    std::uint32_t arch = 0, number = 0, pid = 0, ppid = 0, uid = 0, opid = 0, ouid = LinuxProcesses::kNobody;
    std::int64_t exit = 0;
    std::array<std::uint64_t, 4> a{};
    std::uint64_t map_fd = UINT64_MAX;
    bool creates_file = false;
    std::string_view first_type, exe, comm, user, cwd, path, ocomm, proctitle, op, address;
    std::string_view item;          ///< the name of the PATH record at hand
    std::string_view created;       ///< the name that the call made: a new file, where a rename or link leads to
    std::string_view call;          ///< the system call by name, where the notation has no number
    std::string_view preload;       ///< of the environment
    std::string_view command_line;  ///< where the notation has one in place of arguments
    std::vector<std::string> arguments;
    std::size_t argument_count = 0, argument_bytes = 0;
};

/// Gives audit events their meaning (docs/formats/audit.md). Thread safety: one thread.
class AuditEventMapper {
public:
    static constexpr std::size_t kMaxFields = 4000;      ///< of one event; a case holds 4096, some are derived
    static constexpr std::size_t kMaxArguments = 8192;   ///< of one execve
    static constexpr std::size_t kMaxArgumentBytes = 1U << 20U;
    static constexpr std::size_t kMaxHosts = 4096;
    static constexpr std::size_t kMaxNames = 16'384;

    AuditEventMapper(EventSink& sink, std::string host) : sink_(sink), host_(std::move(host)) {}
    /// `lines`: all records of one event, a line each, at `raw` in the block announced last. `host` stands in for node=.
    /// `places`: then each record's LogFile (where it changes) and LogOffset become fields.
    void emit(std::string_view lines, RawPlace raw, std::uint64_t line_number, std::string_view host = {},
              const RecordPlaces& places = {});

    struct Start {
        std::string_view host;  ///< "": the one of the hints
        UtcNanos time;
        std::optional<std::uint64_t> serial;
        RawPlace raw;
        std::uint64_t record = 0;
        std::string_view provider = "auditd";
        std::string_view channel = {};  ///< "": by the call's architecture, or the first record's type
        std::uint32_t event_id = 0;
    };
    /// The same for other notations, value by value: begin; each record's type and then its values, as the raw log would
    /// have them; end. Texts are UTF-8 or become so, and live until end().
    void begin(const Start& start);
    void record(std::string_view type);
    void token(const AuditToken& token);
    void command_line(std::string_view text) { facts_.command_line = clean(text); }
    /// Between begin() and end() in place of records: a call by name, and fields beside those that its meaning gives.
    void call(const NamedCall& call);
    void keep(std::span<const FieldValue> fields);
    void end();
    /// An empty text that lives until the next begin().
    [[nodiscard]] std::string& scratch();

private:
    void derive_place(const RecordPlaces& places, std::size_t record);
    void read_token(std::string_view type, const AuditToken& token);
    void read_argument(const AuditToken& token);
    void interpret();
    void interpret_syscall();
    void map_ptrace();
    void map_open(std::uint64_t flags, bool flags_known);
    void map_memory(std::string_view call);
    void map_execution();
    [[nodiscard]] std::string arguments_text();
    void map_clone(std::string_view call);
    [[nodiscard]] bool map_preload_file(std::string_view path);
    void map_file_write();
    void map_hook();
    void remember_caller();
    void place_in_namespace(const NamedCall& call);
    void name_image(bool by_exec);
    void keep_argument(std::size_t index, std::string_view text);
    void on_other(std::uint32_t number, bool alias);
    void on_self();
    void derive(Field field, std::string_view text);
    void derive(Field field, ValueKind kind, std::uint64_t number);
    [[nodiscard]] FieldId field(std::string_view name);
    [[nodiscard]] std::string_view clean(std::string_view text);
    [[nodiscard]] std::string_view full_path(std::string_view path);
    [[nodiscard]] LinuxProcesses& processes(std::string_view host);

    EventSink& sink_;
    std::string host_;
    RawEvent out_;
    AuditFacts facts_;
    std::string_view type_;  ///< of the record being read
    std::vector<FieldValue> fields_;
    std::deque<std::string> scratch_;
    std::size_t scratch_used_ = 0;
    tsl::robin_map<std::uint64_t, FieldId, SeededHash> short_names_;
    std::unordered_map<std::string, FieldId> long_names_;
    std::unordered_map<std::string, LinuxProcesses> hosts_;
    LinuxProcesses* here_ = nullptr;
    const InputPart* part_ = nullptr;  ///< of the record before, within one event
};

}  // namespace trocar
