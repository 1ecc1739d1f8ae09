#include "importers/etw_text/procmon_rows.h"

namespace trocar {
namespace {

void add_number(EtwEvent& event, std::string_view name, std::optional<std::uint64_t> number, ValueKind kind) {
    if (number) {
        event.fields.push_back({name, kind, *number, 0, {}});
    }
}

std::uint32_t id_of(std::string_view operation) {
    return operation == "Thread Exit" ? 4 : operation == "Process Exit" ? 2 : operation == "Load Image" ? 5 : 0;
}

}  // namespace

void ProcmonRows::tell(const ProcmonRow& row, EtwRecord& out) {
    EtwEvent& event = out.event;
    event.provider_name = "Process Monitor";
    event.task = row.operation;
    event.pid = row.pid;
    event.tid = row.tid;
    event.image = row.image;
    if (row.operation == "Thread Create" || row.operation == "Process Start") {
        made(row, out);
    } else {
        remember(row.tid, row.pid);
        event.id = id_of(row.operation);
        if (row.operation == "Process Create" && row.made && !row.path.empty()) {
            out.named.push_back({*row.made, row.path});
        }
    }
    if (event.id == 0) {
        return;
    }
    event.provider = EtwProvider::kernel_process;
    add_number(event, "ProcessID", row.pid, ValueKind::number);
    if (event.id == 5) {
        event.fields.push_back({"ImageName", ValueKind::text, 0, 0, row.path});
        add_number(event, "ImageBase", row.base, ValueKind::hex);
        add_number(event, "ImageSize", row.size, ValueKind::hex);
    } else if (event.id == 3 || event.id == 4) {
        add_number(event, "ThreadID", row.made, ValueKind::number);
    }
}

/// The row stands under the new thread's or process's own process; its thread is the one that made it.
void ProcmonRows::made(const ProcmonRow& row, EtwRecord& out) {
    EtwEvent& event = out.event;
    out.named.push_back({row.pid, row.image});
    const auto creator = process_of(row.tid);
    event.pid = creator.value_or(kEtwNoProcess);
    event.image = {};
    if (row.operation == "Process Start") {
        event.id = 1;
        add_number(event, "ParentProcessID", row.parent, ValueKind::number);
        event.fields.push_back({"ImageName", ValueKind::text, 0, 0, row.image});
        event.fields.push_back({"CommandLine", ValueKind::text, 0, 0, row.command_line});
        return;
    }
    event.id = 3;
    if (row.made) {
        remember(*row.made, row.pid);
    }
    if (!creator) {
        out.noted.push_back(&kProcmonCreatorUnknown);
    }
}

void ProcmonRows::remember(std::uint32_t tid, std::uint32_t pid) {
    if (tid != kEtwNoProcess && (threads_.size() < kMaxThreads || threads_.contains(tid))) {
        threads_[tid] = pid;
    }
}

std::optional<std::uint32_t> ProcmonRows::process_of(std::uint32_t tid) const {
    const auto found = threads_.find(tid);
    return tid == kEtwNoProcess || found == threads_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace trocar
