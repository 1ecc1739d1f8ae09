#include "importers/linux_procfs/proc_events.h"

#include <algorithm>
#include <utility>

#include "core/base/escape.h"
#include "core/base/text.h"
#include "core/model/signal.h"
#include "importers/linux_audit/audit_names.h"
#include "importers/linux_procfs/proc_losses.h"

namespace trocar {
namespace {

namespace lf = linux_flag;
constexpr std::uint32_t kLinux = signal_flag::kLinux;
constexpr std::array<ProcKind, 6> kSmall{ProcKind::status,  ProcKind::stat,    ProcKind::exe,
                                         ProcKind::cmdline, ProcKind::environ, ProcKind::fd};

std::string_view name_of(ProcKind kind) {
    constexpr std::array<std::string_view, kProcKinds> kNames{"status", "stat", "exe",   "cmdline",  "environ",
                                                              "fd",     "maps", "smaps", "exe_list", "other"};
    return kNames[static_cast<std::size_t>(kind)];
}

/// Arguments and assignments end with NUL; collectors put line ends in their place.
constexpr std::string_view kEnds{"\0\n", 2};

/// The libraries of LD_PRELOAD are parted by blanks or colons, those of LD_AUDIT by colons (ld.so(8)).
bool names_user_writable_library(std::string_view list) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find_first_of(" :"), list.size());
        if (user_writable(list.substr(0, end))) {
            return true;
        }
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// "/proc/N/mem" of another process among the open files: its pid; 0 for any other link.
std::uint32_t memory_of(std::string_view target) {
    constexpr std::string_view kProc = "/proc/", kMem = "/mem";
    if (!target.starts_with(kProc) || !target.ends_with(kMem) || target.size() <= kProc.size() + kMem.size()) {
        return 0;
    }
    const auto pid = parse_number(target.substr(kProc.size(), target.size() - kProc.size() - kMem.size()));
    return pid && *pid <= 0xffffffffU ? static_cast<std::uint32_t>(*pid) : 0U;
}

}  // namespace

ProcEvents::ProcEvents(Input& input, const ImportHints& hints, EventSink& sink)
    : input_(input), hints_(hints), sink_(sink),
      field_{sink.field("pid"),         sink.field("ppid"),        sink.field("uid"),     sink.field("comm"),
             sink.field("State"),       sink.field("exe"),         sink.field("CommandLine"), sink.field("StartTicks"),
             sink.field("Snapshot"),    sink.field("TracerPid"),   sink.field("Library"), sink.field("Address"),
             sink.field("AddressEnd"),  sink.field("Protection"),  sink.field("Path"),    sink.field("AnonymousKB"),
             sink.field("AppearedSince"), sink.field("File"),     sink.field("Mappings")} {}

Status ProcEvents::load(const GatheredFile& file, std::size_t limit, std::string& to) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(file.size, limit));
    if (size < file.size) {
        sink_.lost(procfs_loss::kTooLong, {record_, file.offset, valid_utf8(file.path)});
    }
    const std::size_t before = to.size();
    to.resize(before + size);
    const Result<std::size_t> got =
        input_.read_at(file.offset, std::as_writable_bytes(std::span(to)).subspan(before));
    if (!got.ok()) {
        return got.error();
    }
    to.resize(before + got.value());
    return {};
}

Status ProcEvents::load_facts(const ProcSnapshot& snapshot) {
    facts_ = {};
    facts_bytes_.clear();
    std::array<std::size_t, kSmall.size() + 1> begins{};
    for (std::size_t i = 0; i < kSmall.size(); ++i) {
        begins[i] = facts_bytes_.size();
        if (const GatheredFile* file = snapshot.file(kSmall[i])) {
            if (Status loaded = load(*file, kMaxSmallFile, facts_bytes_); !loaded.ok()) {
                return loaded;
            }
        }
        begins[i + 1] = facts_bytes_.size();
    }
    const std::string_view all = facts_bytes_;
    for (std::size_t i = 0; i < kSmall.size(); ++i) {
        facts_.text[static_cast<std::size_t>(kSmall[i])] = all.substr(begins[i], begins[i + 1] - begins[i]);
    }
    facts_.status = read_status(facts_.of(ProcKind::status));
    facts_.start_ticks = read_start_ticks(facts_.of(ProcKind::stat));
    return {};
}

std::string_view ProcEvents::program_in_maps(std::string_view maps) {
    constexpr int kLooked = 8;
    ProcMapping mapping;
    for (int i = 0; i < kLooked && !maps.empty(); ++i) {
        const bool is_mapping = read_mapping(take_line(maps), mapping);
        if (is_mapping && mapping.path.starts_with('/') && code_origin(mapping.path) != CodeOrigin::anonymous) {
            return mapping.path;
        }
    }
    return {};
}

void ProcEvents::begin_process(const ProcSnapshot& snapshot) {
    const std::string_view host = snapshot.host.empty() ? std::string_view(hints_.host) : snapshot.host;
    const bool same = record_ != 0 && host_ == clean(host) && pid_ == snapshot.pid;
    begins_anew_ = same && start_ticks_ && facts_.start_ticks && *start_ticks_ != *facts_.start_ticks;
    if (begins_anew_) {
        sink_.lost(procfs_loss::kPidReused, {record_, 0, std::to_string(pid_)});
    }
    if (!same || begins_anew_) {
        memory_ = {};
        start_ticks_.reset();
        earlier_.clear();
    }
    host_ = clean(host);
    pid_ = snapshot.pid;
    start_ticks_ = facts_.start_ticks ? facts_.start_ticks : start_ticks_;
}

Status ProcEvents::read(const ProcSnapshot& snapshot) {
    snapshot_ = &snapshot;
    cleaned_.clear();
    if (Status loaded = load_facts(snapshot); !loaded.ok()) {
        return loaded;
    }
    maps_bytes_.clear();
    const ProcKind kind = snapshot.file(ProcKind::smaps) != nullptr ? ProcKind::smaps : ProcKind::maps;
    const GatheredFile* maps = snapshot.file(kind);
    if (maps != nullptr) {
        if (Status loaded = load(*maps, Gathering::kMaxFileBytes, maps_bytes_); !loaded.ok()) {
            return loaded;
        }
    } else {
        sink_.lost(procfs_loss::kNoMaps,
                   {record_, 0, valid_utf8(snapshot.folder) + '/' + std::to_string(snapshot.pid)});
    }
    begin_process(snapshot);
    const std::string_view link = link_target(facts_.of(ProcKind::exe));
    facts_.exe = !link.empty() ? link : !snapshot.listed_exe.empty() ? snapshot.listed_exe : program_in_maps(maps_bytes_);
    if (!facts_bytes_.empty()) {
        block_ = facts_bytes_;
        sink_.gathered_block(as_bytes(block_), snapshot.file(ProcKind::status) != nullptr
                                                   ? snapshot.file(ProcKind::status)->offset
                                                   : 0);
        tell_process();
        tell_tracer();
        tell_preload();
        tell_open_memory();
    }
    if (!maps_bytes_.empty()) {
        block_ = maps_bytes_;
        sink_.gathered_block(as_bytes(block_), maps->offset);
        if (facts_bytes_.empty()) {
            tell_process();
        }
        tell_snapshot(kind);
        tell_memory(kind);
        earlier_ = snapshot.time.none() ? std::string("an earlier snapshot") : format_iso_time(snapshot.time);
    }
    return {};
}

std::string_view ProcEvents::clean(std::string_view text) {
    return is_valid_utf8(text) ? text : std::string_view(cleaned_.emplace_back(valid_utf8(text)));
}

ProcessHint ProcEvents::self() const {
    ProcessHint hint;
    hint.pid = pid_;
    hint.has_pid = true;
    hint.image = facts_.exe;
    return hint;
}

RawEvent ProcEvents::event(Operation operation, ProcKind kind, std::string_view raw) {
    RawEvent e;
    e.time = snapshot_->time;
    e.time_origin = snapshot_->time_origin;
    e.record = ++record_;
    e.raw = {static_cast<std::uint32_t>(raw.data() - block_.data()), static_cast<std::uint32_t>(raw.size())};
    e.host = host_;
    e.provider = "procfs";
    e.channel = name_of(kind);
    e.operation = operation;
    e.target = e.actor = self();
    e.flags = kLinux;
    fields_.clear();
    add(field_.pid, pid_);
    return e;
}

void ProcEvents::add(FieldId field, std::string_view text) {
    if (!text.empty()) {
        fields_.push_back({field, ValueKind::text, 0, 0, clean(text)});
    }
}

void ProcEvents::add(FieldId field, std::uint64_t number, ValueKind kind) {
    fields_.push_back({field, kind, number, 0, {}});
}

void ProcEvents::give(RawEvent& e) {
    add(field_.folder, snapshot_->folder);
    e.text = clean(e.text);
    e.fields = fields_;
    sink_.event(e);
}

void ProcEvents::tell_process() {
    // Audit names a deleted program by its path alone: one life, one name.
    const bool memfd = code_origin(facts_.exe) == CodeOrigin::memfd;
    const std::string_view link = facts_.exe;
    facts_.exe = clean(memfd ? link : without_deleted(link));
    std::string& line = cleaned_.emplace_back(facts_.of(ProcKind::cmdline));
    while (!line.empty() && kEnds.find(line.back()) != std::string_view::npos) {
        line.pop_back();
    }
    std::replace_if(line.begin(), line.end(), [](char c) { return kEnds.find(c) != std::string_view::npos; }, ' ');
    facts_.command_line = clean(line);

    RawEvent e = event(Operation::process_seen, ProcKind::status, block_);
    process_record_ = e.record;
    e.actor = {};
    if (begins_anew_) {
        // When, between the two snapshots, is not known: an event without a time, which begins another life.
        e.operation = Operation::process_create;
        e.time = kNoTime;
        e.time_origin = TimeOrigin::none;
    }
    const ProcStatus& status = facts_.status;
    e.life.command_line = facts_.command_line;
    e.life.parent.pid = status.parent.value_or(0);
    e.life.parent.has_pid = e.life.parent.pid != 0;
    e.text = !facts_.command_line.empty() ? facts_.command_line : status.name;
    if (status.parent) {
        add(field_.ppid, *status.parent);
    }
    if (status.uid) {
        add(field_.uid, *status.uid);
    }
    add(field_.name, status.name);
    add(field_.state, status.state);
    add(field_.exe, link);
    add(field_.command_line, facts_.command_line);
    if (facts_.start_ticks) {
        add(field_.start, *facts_.start_ticks);
    }
    give(e);
}

void ProcEvents::tell_tracer() {
    const ProcStatus& status = facts_.status;
    if (status.tracer == 0) {
        return;
    }
    RawEvent e = event(Operation::tracer_seen, ProcKind::status, status.tracer_line);
    e.actor = {};
    e.actor.pid = status.tracer;
    e.actor.has_pid = true;
    e.text = "TracerPid";
    e.value = status.tracer;
    add(field_.tracer, status.tracer);
    give(e);
}

void ProcEvents::tell_preload() {
    std::string_view rest = facts_.of(ProcKind::environ);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(kEnds), rest.size());
        const std::string_view assignment = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!assignment.starts_with("LD_PRELOAD=") && !assignment.starts_with("LD_AUDIT=")) {
            continue;
        }
        const std::string_view library = assignment.substr(assignment.find('=') + 1);
        if (library.empty()) {
            continue;
        }
        RawEvent e = event(Operation::preload, ProcKind::environ, assignment);
        e.text = assignment;
        e.flags |= lf::kProcFile | (names_user_writable_library(library) ? signal_flag::kUserWritablePath : 0U);
        add(field_.library, library);
        give(e);
    }
}

void ProcEvents::tell_open_memory() {
    std::string_view rest = facts_.of(ProcKind::fd);
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        const std::uint32_t other = memory_of(link_target(line));
        if (other == 0 || other == pid_ || line.size() < 3) {
            continue;
        }
        // The permissions of the link are those of the open file (proc(5), /proc/pid/fd).
        const bool writes = line[2] == 'w';
        RawEvent e = event(writes ? Operation::proc_mem_write : Operation::proc_mem_read, ProcKind::fd, line);
        e.target = {};
        e.target.pid = other;
        e.target.has_pid = true;
        e.flags |= lf::kProcFile | (writes && line[1] == 'r' ? lf::kWritable : 0U);
        e.text = link_target(line);
        add(field_.file, line);
        give(e);
    }
}

void ProcEvents::tell_snapshot(ProcKind kind) {
    std::uint64_t mappings = 0;
    ProcMapping mapping;
    for (std::string_view rest = block_; !rest.empty();) {
        mappings += read_mapping(take_line(rest), mapping) ? 1U : 0U;
    }
    if (mappings == 0) {
        return;
    }
    RawEvent e = event(Operation::generic, kind, block_);
    // One record with the process: a number of its own would move those of the findings, which name chains.
    e.record = process_record_;
    --record_;
    std::string& text = cleaned_.emplace_back(std::to_string(mappings));
    text += mappings == 1 ? " mapping" : " mappings";
    e.text = text;
    add(field_.mappings, mappings);
    if (facts_.start_ticks) {
        add(field_.start, *facts_.start_ticks);
    }
    give(e);
}

void ProcEvents::tell_memory(ProcKind kind) {
    memory_.begin_snapshot();
    std::string_view rest = block_;
    ProcMapping mapping;
    std::string_view head;
    while (!rest.empty()) {
        const std::string_view line = take_line(rest);
        ProcMapping found;
        if (read_mapping(line, found)) {
            mapping = found;
            head = line;
            tell_mapping(mapping, memory_.look_at(mapping), 0, line);
        } else if (const auto kb = read_anonymous_kb(line); kb && !head.empty()) {
            const char* end = line.data() + line.size();
            tell_mapping(mapping, memory_.look_at_pages(mapping, *kb), *kb,
                         {head.data(), static_cast<std::size_t>(end - head.data())});
        } else if (kind == ProcKind::maps && !line.empty()) {
            const auto at = static_cast<std::uint32_t>(line.data() - block_.data());
            sink_.lost(procfs_loss::kBadMapping, {record_, snapshot_->file(kind)->offset + at, {}},
                       {at, static_cast<std::uint32_t>(line.size())});
        }
    }
}

void ProcEvents::tell_mapping(const ProcMapping& mapping, const MappingFinding& finding, std::uint64_t anonymous_kb,
                              std::string_view lines) {
    if (finding.operation == Operation::generic) {
        return;
    }
    const ProcKind kind = snapshot_->file(ProcKind::smaps) != nullptr ? ProcKind::smaps : ProcKind::maps;
    RawEvent e = event(finding.operation, kind, lines);
    e.value = mapping.start;
    e.flags = finding.flags;
    std::string& text = cleaned_.emplace_back(
        (finding.flags & lf::kAnonymous) != 0 ? mapping.permissions : mapping.path);
    if ((finding.flags & lf::kAnonymous) != 0 && !mapping.path.empty()) {
        text += ' ' + std::string(mapping.path);
    }
    e.text = text;
    add(field_.address, mapping.start, ValueKind::hex);
    add(field_.end, mapping.end, ValueKind::hex);
    add(field_.protection, mapping.permissions);
    add(field_.path, mapping.path);
    if (anonymous_kb != 0) {
        add(field_.anonymous, anonymous_kb);
    }
    if (finding.appeared) {
        add(field_.appeared, earlier_);
    }
    give(e);
}

}  // namespace trocar
