#include "importers/sandbox_cape/api_meaning.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "importers/sandbox_cape/report_facts.h"

namespace trocar {
namespace {

/// What a call's arguments mean, beside the operation.
enum class Shape : std::uint8_t {
    on_process,    ///< acts through ProcessHandle
    on_thread,     ///< acts through ThreadHandle
    opens,         ///< ProcessIdentifier -> ProcessHandle
    opens_thread,  ///< ProcessId -> ThreadHandle
    creates,       ///< ProcessId -> ProcessHandle, ThreadHandle
    closes,
    copies,
    own_thread,
};

struct Rule {
    std::string_view api;
    Operation operation;
    Shape shape;
};

// Names as the monitors of CAPE (kevoreilly/capemon, hooks.c) and Cuckoo (cuckoosandbox/monitor, sigs/) log them.
constexpr std::array kRules{
    Rule{"CloseHandle", Operation::generic, Shape::closes},
    Rule{"CreateProcessInternalW", Operation::process_create, Shape::creates},
    Rule{"CreateRemoteThread", Operation::remote_thread, Shape::on_process},
    Rule{"CreateRemoteThreadEx", Operation::remote_thread, Shape::on_process},
    Rule{"CreateThread", Operation::thread_create, Shape::own_thread},
    Rule{"NtAlertResumeThread", Operation::resume, Shape::on_thread},
    Rule{"NtAllocateVirtualMemory", Operation::memory_alloc, Shape::on_process},
    Rule{"NtAllocateVirtualMemoryEx", Operation::memory_alloc, Shape::on_process},
    Rule{"NtClose", Operation::generic, Shape::closes},
    Rule{"NtCreateProcess", Operation::process_create, Shape::creates},
    Rule{"NtCreateProcessEx", Operation::process_create, Shape::creates},
    Rule{"NtCreateThread", Operation::remote_thread, Shape::on_process},
    Rule{"NtCreateThreadEx", Operation::remote_thread, Shape::on_process},
    Rule{"NtCreateUserProcess", Operation::process_create, Shape::creates},
    Rule{"NtDuplicateObject", Operation::generic, Shape::copies},
    Rule{"NtMapViewOfSection", Operation::memory_map, Shape::on_process},
    Rule{"NtMapViewOfSectionEx", Operation::memory_map, Shape::on_process},
    Rule{"NtOpenProcess", Operation::process_access, Shape::opens},
    Rule{"NtOpenThread", Operation::generic, Shape::opens_thread},
    Rule{"NtProtectVirtualMemory", Operation::memory_protect, Shape::on_process},
    Rule{"NtQueueApcThread", Operation::apc_queue, Shape::on_thread},
    Rule{"NtQueueApcThreadEx", Operation::apc_queue, Shape::on_thread},
    Rule{"NtResumeProcess", Operation::resume, Shape::on_process},
    Rule{"NtResumeThread", Operation::resume, Shape::on_thread},
    Rule{"NtSetContextThread", Operation::thread_context, Shape::on_thread},
    Rule{"NtSuspendProcess", Operation::suspend, Shape::on_process},
    Rule{"NtSuspendThread", Operation::suspend, Shape::on_thread},
    Rule{"NtTerminateProcess", Operation::process_exit, Shape::on_process},
    Rule{"NtUnmapViewOfSection", Operation::memory_unmap, Shape::on_process},
    Rule{"NtUnmapViewOfSectionEx", Operation::memory_unmap, Shape::on_process},
    Rule{"NtWow64WriteVirtualMemory64", Operation::memory_write, Shape::on_process},
    Rule{"NtWriteVirtualMemory", Operation::memory_write, Shape::on_process},
    Rule{"RtlCreateUserProcess", Operation::process_create, Shape::creates},
    Rule{"RtlCreateUserThread", Operation::remote_thread, Shape::on_process},
    Rule{"VirtualAllocEx", Operation::memory_alloc, Shape::on_process},
    Rule{"VirtualProtectEx", Operation::memory_protect, Shape::on_process},
    Rule{"WriteProcessMemory", Operation::memory_write, Shape::on_process},
};
static_assert(std::is_sorted(kRules.begin(), kRules.end(), [](const Rule& a, const Rule& b) { return a.api < b.api; }));

constexpr std::uint64_t kMaximumAllowed = 0x02000000;  // ACCESS_MASK, [MS-DTYP] 2.4.3
constexpr std::uint64_t kAllAccess = 0x1fffff;         // PROCESS_ALL_ACCESS since Windows Vista

/// Rights asked for. MAXIMUM_ALLOWED is whatever the owner may: all of them, among processes of one user.
std::uint64_t rights(std::uint64_t asked) {
    return (asked & kMaximumAllowed) != 0 ? kAllAccess : asked;
}

std::uint64_t value_of(const ApiCall& call, Operation operation) {
    switch (operation) {
        case Operation::process_access: return rights(call.number({"DesiredAccess"}));
        case Operation::remote_thread: return call.number({"StartAddress", "StartRoutine", "FunctionAddress"});
        case Operation::apc_queue: return call.number({"ApcRoutine", "FunctionAddress"});
        case Operation::thread_context: return call.number({"HollowedInstructionPointer", "InstructionPointer"});
        default: return call.number({"BaseAddress"});
    }
}

class Teller {
public:
    Teller(const ApiCall& call, const Rule& rule, std::uint32_t own, SandboxHandles& handles)
        : call_(call), rule_(rule), own_(own), handles_(handles) {}

    ApiMeaning tell() {
        switch (rule_.shape) {
            case Shape::on_process: acts_on("ProcessHandle"); break;
            case Shape::on_thread: acts_on("ThreadHandle"); break;
            case Shape::opens: opens(); break;
            case Shape::opens_thread: learns({"ThreadHandle"}); break;
            case Shape::creates: creates(); break;
            case Shape::closes: handles_.closed(call_.number({"Handle"})); break;
            case Shape::copies: copies(); break;
            case Shape::own_thread: means(own_); break;
        }
        return out_;
    }

private:
    void means(std::uint32_t pid) {
        out_.operation = rule_.operation;
        out_.has_target = true;
        out_.target = pid;
        out_.value = value_of(call_, rule_.operation);
    }

    bool named(std::uint32_t& pid) const {
        return sandbox_pid(call_.argument({"ProcessId", "ProcessIdentifier"}), pid) && pid != 0;
    }

    void learns(std::initializer_list<std::string_view> handle_names) {
        std::uint32_t pid = 0;
        if (named(pid)) {
            for (const std::string_view name : handle_names) {
                handles_.opened(call_.number({name}), pid);
            }
        }
    }

    void opens() {
        learns({"ProcessHandle"});
        std::uint32_t pid = 0;
        if (named(pid) && pid != own_) {
            means(pid);
        }
    }

    void creates() {
        std::uint32_t pid = 0;
        if (!named(pid)) {
            return;
        }
        // CreateProcessInternalW tells again what NtCreateUserProcess told: the handle is known by then.
        const bool told = handles_.process(call_.number({"ProcessHandle"})) == pid;
        learns({"ProcessHandle", "ThreadHandle"});
        if (!told && pid != own_) {
            means(pid);
            out_.value = 0;
            out_.creates = true;
        }
    }

    void acts_on(std::string_view handle_name) {
        const std::string_view text = call_.argument({handle_name});
        const std::uint64_t handle = call_.number({handle_name});
        std::uint32_t pid = 0;
        const auto known = handles_.process(handle);
        if (!text.empty() && SandboxHandles::is_own(handle)) {
            pid = own_;
        } else if (known) {
            pid = *known;
        } else if (!named(pid)) {
            // NtTerminateProcess(0) ends the caller's other threads.
            out_.unknown_handle = handle != 0;
            return;
        }
        if (rule_.operation == Operation::remote_thread) {
            learn_thread(pid);
        }
        if (pid != own_ || rule_.operation == Operation::process_exit) {
            means(pid);
        } else if (rule_.operation == Operation::remote_thread) {
            means(pid);
            out_.operation = Operation::thread_create;
        }
    }

    void learn_thread(std::uint32_t pid) {
        const bool given = !call_.argument({"ThreadHandle"}).empty();
        // CreateRemoteThread returns it.
        handles_.opened(given ? call_.number({"ThreadHandle"}) : parse_number(call_.returned).value_or(0), pid);
    }

    void copies() {
        const auto own = [&](std::string_view name) { return SandboxHandles::is_own(call_.number({name})); };
        if (own("SourceProcessHandle") && own("TargetProcessHandle")) {
            constexpr std::uint64_t kCloseSource = 1;  // DUPLICATE_CLOSE_SOURCE
            handles_.copied(call_.number({"SourceHandle"}), call_.number({"TargetHandle"}));
            if ((call_.number({"Options"}) & kCloseSource) != 0) {
                handles_.closed(call_.number({"SourceHandle"}));
            }
        }
    }

    const ApiCall& call_;
    const Rule& rule_;
    std::uint32_t own_;
    SandboxHandles& handles_;
    ApiMeaning out_;
};

}  // namespace

ApiMeaning meaning_of(const ApiCall& call, std::uint32_t own, SandboxHandles& handles) {
    const auto rule = std::lower_bound(kRules.begin(), kRules.end(), call.api,
                                       [](const Rule& r, std::string_view api) { return r.api < api; });
    if (rule == kRules.end() || rule->api != call.api || !call.succeeded) {
        return {};
    }
    return Teller(call, *rule, own, handles).tell();
}

}  // namespace trocar
