#include "ui/viewmodel/memory_words.h"

#include "ui/bridge/qt_convert.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <array>

namespace trocar::ui {
namespace {

QString words(const char* text) {
    return QCoreApplication::translate("MemoryWords", text);
}

}  // namespace

QString sizeText(std::uint64_t bytes) {
    constexpr std::array<const char*, 7> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    std::size_t unit = 0;
    double value = static_cast<double>(bytes);
    for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) {
        value /= 1024;
    }
    const bool whole = value >= 100 || value == static_cast<double>(static_cast<std::uint64_t>(value));
    return QString::number(value, 'f', whole ? 0 : 1) + QChar(0x202f) + QLatin1String(kUnits[unit]);
}

QString changeText(RegionChange change) {
    switch (change) {
        case RegionChange::same: break;
        case RegionChange::appeared: return words("appeared");
        case RegionChange::vanished: return words("vanished");
        case RegionChange::replaced: return words("replaced");
        case RegionChange::protection: return words("protection");
        case RegionChange::grown: return words("grown");
        case RegionChange::shrunk: return words("shrunk");
        case RegionChange::pages: return words("code changed");
    }
    return {};
}

QString kindText(RegionKind kind) {
    switch (kind) {
        case RegionKind::image: return words("program or library");
        case RegionKind::file: return words("file");
        case RegionKind::anonymous: return words("anonymous");
        case RegionKind::stack: return words("stack");
        case RegionKind::heap: return words("heap");
        case RegionKind::vdso: return words("vdso");
        case RegionKind::kernel: return words("kernel");
        case RegionKind::memfd: return words("memfd");
        case RegionKind::deleted: return words("deleted file");
    }
    return {};
}

QString findingsText(std::uint8_t findings) {
    QStringList out;
    for (const std::uint8_t bit : kRegionFindings) {
        if ((findings & bit) != 0) {
            out += fromOurs(name_of_finding(bit));
        }
    }
    return out.join(QStringLiteral(", "));
}

QString backingText(const MemoryRegion& region) {
    return region.path.empty() ? kindText(region.kind) : fromEvidence(region.path);
}

QString noteText(const MemoryComparison& shown) {
    const MemoryMap &before = shown.before.map, &after = shown.after.map;
    const std::uint64_t left = std::max(before.left_out, after.left_out);
    QStringList said;
    if (shown.other_process) {
        said += words("the pid was used again: two processes are compared");
    }
    if (left > 0) {
        said += words("%1 regions beyond the first %2 are left out")
                    .arg(groupedNumber(left), groupedNumber(kMaxRegions));
    }
    if (const std::uint64_t odd = before.overlapping + after.overlapping + before.bad_lines + after.bad_lines;
        odd > 0) {
        said += counted(odd, words("%1 line is no region"), words("%1 lines are no regions"));
    }
    if (shown.between_left_out > 0) {
        said += words("first appearance not looked for: too many snapshots between");
    }
    if (shown.events.left_out > 0) {
        said += words("%1 events are not placed").arg(groupedNumber(shown.events.left_out));
    }
    if (!after.has_pages) {
        said += words("without smaps: changed code pages do not show");
    }
    return said.join(QStringLiteral(" \u00b7 "));
}

}  // namespace trocar::ui
