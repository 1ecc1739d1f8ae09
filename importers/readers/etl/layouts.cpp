#include "importers/readers/etl/layouts.h"

#include <algorithm>
#include <array>
#include <span>

namespace trocar::etl {
namespace {

#include "importers/readers/etl/layouts.inc"

// Process_V3 to V5, Thread_V3, Image_V2 and V3 of the NT kernel logger's MOF classes, as
// ShutdownPerfDiagLogger.etl of airbus-cert/etl-parser has them; TraceEvent (KernelTraceEventParser) has the
// same.
constexpr std::string_view kProcess3 =
    "UniqueProcessKey:ptr ProcessId:u32 ParentId:u32 SessionId:u32 ExitStatus:x32 DirectoryTableBase:ptr "
    "UserSID:user "
    "ImageFileName:ansi CommandLine:str";
constexpr std::string_view kProcess4 =
    "UniqueProcessKey:ptr ProcessId:u32 ParentId:u32 SessionId:u32 ExitStatus:x32 DirectoryTableBase:ptr "
    "Flags:x32 "
    "UserSID:user ImageFileName:ansi CommandLine:str PackageFullName:str ApplicationId:str";
constexpr std::string_view kProcess5 =
    "UniqueProcessKey:ptr ProcessId:u32 ParentId:u32 SessionId:u32 ExitStatus:x32 DirectoryTableBase:ptr "
    "Flags:x32 "
    "UserSID:user ImageFileName:ansi CommandLine:str PackageFullName:str ApplicationId:str ExitTime:time";
constexpr std::string_view kThread3 =
    "ProcessId:u32 TThreadId:u32 StackBase:ptr StackLimit:ptr UserStackBase:ptr UserStackLimit:ptr "
    "Affinity:ptr "
    "Win32StartAddr:ptr TebBase:ptr SubProcessTag:u32 BasePriority:u8 PagePriority:u8 IoPriority:u8 "
    "ThreadFlags:u8 "
    "ThreadName:opt";
constexpr std::string_view kImage2 =
    "ImageBase:ptr ImageSize:ptr ProcessId:u32 ImageChecksum:x32 TimeDateStamp:u32 Reserved0:u32 "
    "DefaultBase:ptr "
    "Reserved1:u32 Reserved2:u32 Reserved3:u32 Reserved4:u32 FileName:str";
constexpr std::string_view kImage3 =
    "ImageBase:ptr ImageSize:ptr ProcessId:u32 ImageChecksum:x32 TimeDateStamp:u32 SignatureLevel:u8 "
    "SignatureType:u8 "
    "Reserved0:u16 DefaultBase:ptr Reserved1:u32 Reserved2:u32 Reserved3:u32 Reserved4:u32 FileName:str";

// Groups 3 (process), 5 (thread), 0x14 (image); opcodes 1 start, 2 end, 3 and 4 rundown at begin and end
// (evntrace.h). Loads of images stand in the group of processes, opcode 10; opcode 11 is a termination, 39 a
// process that ended but is still held.
constexpr Layout kKernelLogger[] = {
    {0x0301, 3, kProcess3}, {0x0301, 4, kProcess4}, {0x0302, 3, kProcess3},       {0x0302, 4, kProcess4},
    {0x0303, 3, kProcess3}, {0x0303, 4, kProcess4}, {0x0304, 3, kProcess3},       {0x0304, 4, kProcess4},
    {0x030a, 2, kImage2},   {0x030a, 3, kImage3},   {0x030b, 2, "ProcessId:u32"}, {0x0327, 5, kProcess5},
    {0x0501, 3, kThread3},  {0x0502, 3, kThread3},  {0x0503, 3, kThread3},        {0x0504, 3, kThread3},
    {0x1402, 2, kImage2},   {0x1402, 3, kImage3},   {0x1403, 2, kImage2},         {0x1403, 3, kImage3},
    {0x1404, 2, kImage2},   {0x1404, 3, kImage3},
};

struct Table {
    Guid provider;
    std::span<const Layout> layouts;
};
// GUIDs: the providers' manifests (jdu2600/Windows10EtwEvents).
constexpr std::array kTables{
    Table{{0, 0}, kKernelLogger},
    Table{{0x22fb2cd60e7b422bULL, 0xa0c72fad1fd0e716ULL}, kKernelProcess},
    Table{{0xe02a841c75a34fa7ULL, 0xafc8ae09cf9b7f23ULL}, kAuditApiCalls},
    Table{{0xf4e1897cbb5d5668ULL, 0xf1d8040f4d8dd344ULL}, kThreatIntelligence},
};

constexpr bool before(const Layout& a, const Layout& b) {
    return a.id != b.id ? a.id < b.id : a.version < b.version;
}
static_assert(std::is_sorted(std::begin(kKernelLogger), std::end(kKernelLogger), before));
static_assert(std::is_sorted(std::begin(kKernelProcess), std::end(kKernelProcess), before));
static_assert(std::is_sorted(std::begin(kAuditApiCalls), std::end(kAuditApiCalls), before));
static_assert(std::is_sorted(std::begin(kThreatIntelligence), std::end(kThreatIntelligence), before));

}  // namespace

LayoutMatch find_layout(const Guid& provider, std::uint16_t id, std::uint16_t version, Layout& out) noexcept {
    for (const Table& table : kTables) {
        if (table.provider != provider) {
            continue;
        }
        const auto first =
            std::lower_bound(table.layouts.begin(), table.layouts.end(), Layout{id, 0, {}}, before);
        for (auto at = first; at != table.layouts.end() && at->id == id; ++at) {
            if (at->version == version) {
                out = *at;
                return LayoutMatch::exact;
            }
        }
        const bool known = first != table.layouts.end() && first->id == id;
        return known ? LayoutMatch::unknown_version : LayoutMatch::unknown;
    }
    return LayoutMatch::unknown;
}

bool next_field(std::string_view& fields, LayoutField& out) noexcept {
    if (fields.empty()) {
        return false;
    }
    const std::string_view word = fields.substr(0, fields.find(' '));
    fields.remove_prefix(std::min(word.size() + 1, fields.size()));
    const std::size_t colon = word.find(':');
    out = {word.substr(0, colon), word.substr(colon + 1)};
    return true;
}

}  // namespace trocar::etl
