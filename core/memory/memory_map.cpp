#include "core/memory/memory_map.h"

#include "core/memory/proc_maps.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace trocar {
namespace {

namespace rf = region_finding;

RegionKind kind_of(std::string_view path) {
    if (path == "[heap]") {
        return RegionKind::heap;
    }
    if (path.starts_with("[stack")) {  // also "[stack:TID]" of Linux 3.4 to 4.4
        return RegionKind::stack;
    }
    switch (code_origin(path)) {
        case CodeOrigin::kernel: return RegionKind::kernel;
        case CodeOrigin::vdso: return RegionKind::vdso;
        case CodeOrigin::anonymous: return RegionKind::anonymous;
        case CodeOrigin::memfd: return RegionKind::memfd;
        case CodeOrigin::deleted: return RegionKind::deleted;
        case CodeOrigin::file: break;
    }
    return RegionKind::file;
}

std::uint8_t findings_of(const MemoryRegion& region) {
    if (!region.executable()) {
        return 0;
    }
    const bool changed = region.anonymous_kb.value_or(0) != 0 && !region.shared();
    switch (region.kind) {
        case RegionKind::anonymous:
        case RegionKind::stack:
        case RegionKind::heap: return region.writable() ? rf::kAnonymousWritableCode : rf::kAnonymousCode;
        case RegionKind::memfd: return rf::kMemfdCode;
        case RegionKind::deleted:
            return static_cast<std::uint8_t>(rf::kDeletedCode | (changed ? rf::kDirtyCode : 0U));
        case RegionKind::vdso: return changed ? rf::kChangedVdso : std::uint8_t{0};
        case RegionKind::image:
        case RegionKind::file: return changed ? rf::kDirtyCode : std::uint8_t{0};
        case RegionKind::kernel: break;
    }
    return 0;
}

MemoryRegion region_of(const ProcMapping& mapping) {
    MemoryRegion out;
    out.start = mapping.start;
    out.end = mapping.end;
    std::copy_n(mapping.permissions.begin(), out.permissions.size(), out.permissions.begin());
    out.kind = kind_of(mapping.path);
    out.offset = mapping.offset;
    out.device = mapping.device;
    out.inode = mapping.inode;
    out.path = mapping.path;
    return out;
}

void sort_and_part(MemoryMap& map) {
    std::vector<MemoryRegion>& all = map.regions;
    std::stable_sort(all.begin(), all.end(), [](const MemoryRegion& a, const MemoryRegion& b) {
        return std::tie(a.start, a.end) < std::tie(b.start, b.end);
    });
    std::uint64_t reached = 0;
    const auto overlaps = [&reached](const MemoryRegion& region) {
        const bool hidden = region.start < reached;
        reached = std::max(reached, hidden ? reached : region.end);
        return hidden;
    };
    map.overlapping = std::erase_if(all, overlaps);
}

/// Files of which some part is executable are images, in all their parts.
void mark_images(MemoryMap& map) {
    std::set<std::string_view> images;
    for (const MemoryRegion& region : map.regions) {
        if (region.kind == RegionKind::file && region.executable()) {
            images.insert(region.path);
        }
    }
    for (MemoryRegion& region : map.regions) {
        if (region.kind == RegionKind::file && images.contains(region.path)) {
            region.kind = RegionKind::image;
        }
    }
}

}  // namespace

std::string_view name(RegionKind kind) noexcept {
    constexpr std::array<std::string_view, 9> kNames{"image", "file",   "anonymous", "stack",  "heap",
                                                     "vdso",  "kernel", "memfd",     "deleted"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::string_view name_of_finding(std::uint8_t bit) noexcept {
    switch (bit) {
        case rf::kAnonymousWritableCode: return "anonymous rwx";
        case rf::kAnonymousCode: return "anonymous code";
        case rf::kMemfdCode: return "memfd code";
        case rf::kDeletedCode: return "code of a deleted file";
        case rf::kChangedVdso: return "changed [vdso]";
        case rf::kDirtyCode: return "changed code pages";
        default: return "";
    }
}

MemoryMap read_memory_map(std::string_view text, std::stop_token stop) {
    constexpr std::uint64_t kStopEvery = 4096;
    MemoryMap map;
    bool takes_pages = false;  // the line read is of the last region kept
    std::uint64_t other_lines = 0;
    for (std::uint64_t line_number = 0; !text.empty(); ++line_number) {
        if (line_number % kStopEvery == 0 && stop.stop_requested()) {
            break;
        }
        const std::string_view line = take_line(text);
        ProcMapping mapping;
        if (read_mapping(line, mapping)) {
            takes_pages = map.regions.size() < kMaxRegions;
            if (takes_pages) {
                map.regions.push_back(region_of(mapping));
            } else {
                ++map.left_out;
            }
        } else if (const auto kb = read_anonymous_kb(line)) {
            map.has_pages = true;
            if (takes_pages) {
                map.regions.back().anonymous_kb = *kb;
            }
        } else {
            other_lines += line.empty() ? 0U : 1U;
        }
    }
    map.bad_lines = map.has_pages ? 0 : other_lines;
    sort_and_part(map);
    mark_images(map);
    for (MemoryRegion& region : map.regions) {
        region.findings = findings_of(region);
    }
    return map;
}

const MemoryRegion* region_at(const MemoryMap& map, std::uint64_t address) noexcept {
    const auto after =
        std::upper_bound(map.regions.begin(), map.regions.end(), address,
                         [](std::uint64_t at, const MemoryRegion& region) { return at < region.start; });
    return after == map.regions.begin() || address >= std::prev(after)->end ? nullptr : &*std::prev(after);
}

}  // namespace trocar
