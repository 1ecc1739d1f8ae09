#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace_private.h"

namespace trocar::ui {
namespace {

constexpr std::int64_t kDay = 86'400'000'000'000;

const ProcessLife* lifeOf(const Capture* capture, ProcessId id) {
    return capture != nullptr && id.value < capture->processes.lives.size() ? &capture->processes.lives[id.value]
                                                                             : nullptr;
}

}  // namespace

QString Workspace::imageName(ProcessId id) const {
    const auto known = d->imageNames.find(id.value);
    if (known != d->imageNames.end()) {
        return known->second;
    }
    QString name = tr("unknown process");
    if (const ProcessLife* life = lifeOf(d->capture.get(), id)) {
        const std::string_view image = file_name(d->capture->strings->text(life->image));
        if (!image.empty()) {
            name = fromEvidence(image);
        }
    }
    d->imageNames.emplace(id.value, name);
    return name;
}

QString Workspace::imagePath(ProcessId id) const {
    const ProcessLife* life = lifeOf(d->capture.get(), id);
    return life == nullptr ? QString() : fromEvidence(d->capture->strings->text(life->image));
}

QString Workspace::processLabel(ProcessId id) const {
    const ProcessLife* life = lifeOf(d->capture.get(), id);
    const QString name = imageName(id);
    return life == nullptr || life->pid == 0 ? name : name + QLatin1Char(' ') + QString::number(life->pid);
}

QString Workspace::timeText(UtcNanos t, int digits) const {
    if (t.none()) {
        return QStringLiteral("–");
    }
    // The date only where the capture spans several days.
    const bool dated =
        d->capture && difference(d->capture->last_time, d->capture->first_time).count > kDay;
    return fromOurs(dated ? format_time(t, digits, d->format.zoneMinutes)
                          : format_clock(t, digits, d->format.zoneMinutes));
}

}  // namespace trocar::ui
