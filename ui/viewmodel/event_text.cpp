#include "ui/viewmodel/event_text.h"

#include <QCoreApplication>
#include <string_view>

#include "core/base/text.h"
#include "ui/bridge/qt_convert.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

/// Longer evidence is cut in one-line cells; the inspector shows all of it.
constexpr std::size_t kCellLimit = 400;

std::string_view cell(std::string_view text) {
    if (text.size() <= kCellLimit) {
        return text;
    }
    std::size_t end = kCellLimit;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        --end;  // not in the middle of a UTF-8 sequence
    }
    return text.substr(0, end);
}

bool valueIsHex(Operation operation) {
    return operation == Operation::process_access || operation == Operation::remote_thread ||
           operation_class(operation) == OperationClass::alloc || operation_class(operation) == OperationClass::write ||
           operation_class(operation) == OperationClass::protect;
}

}  // namespace

OperationClass classOfRole(Role role) {
    switch (role) {
        case Role::read:
        case Role::access: return OperationClass::access;
        case Role::alloc:
        case Role::map: return OperationClass::alloc;
        case Role::protect: return OperationClass::protect;
        case Role::write: return OperationClass::write;
        case Role::load: return OperationClass::image;
        case Role::create: return OperationClass::process;
        case Role::execute:
        case Role::suspend:
        case Role::resume:
        case Role::tamper: return OperationClass::execute;
    }
    return OperationClass::other;
}

QString className(OperationClass c) {
    const auto word = [](const char* text) { return QCoreApplication::translate("OperationClass", text); };
    switch (c) {
        case OperationClass::access: return word("access");
        case OperationClass::alloc: return word("alloc");
        case OperationClass::write: return word("write");
        case OperationClass::protect: return word("protect");
        case OperationClass::execute: return word("execute");
        case OperationClass::image: return word("load");
        case OperationClass::process: return word("process");
        case OperationClass::other: return word("other");
    }
    return {};
}

QString shortProvider(std::string_view provider) {
    constexpr std::string_view kMicrosoft = "Microsoft-Windows-";
    if (starts_ignoring_case(provider, kMicrosoft)) {
        provider.remove_prefix(kMicrosoft.size());
    }
    // "Security-Auditing" is what everyone calls Security.
    if (equal_ignoring_case(provider, "Security-Auditing")) {
        provider = provider.substr(0, 8);
    }
    return fromEvidence(provider);
}

QString sourceOfEvent(const Capture& capture, const EventColumns& columns, std::size_t at) {
    const std::size_t channel = columns.channel[at];
    const QString provider =
        channel < columns.channels.size() ? shortProvider(capture.strings->text(columns.channels[channel].provider)) : QString();
    return QStringLiteral("%1 %2").arg(provider).arg(columns.event_id[at]);
}

QString detailOfEvent(const Capture& capture, const EventColumns& columns, std::size_t at) {
    const std::uint64_t value = columns.value[at];
    const std::string_view text = capture.strings->text(columns.text[at]);
    QString out;
    if (valueIsHex(columns.operation[at]) && (value != 0 || columns.operation[at] == Operation::process_access)) {
        out = fromOurs(hex(value));
    } else if (value != 0) {
        out = QString::number(value);
    }
    if (!text.empty()) {
        if (!out.isEmpty()) {
            out += QStringLiteral("  ");
        }
        out += fromEvidence(cell(text));
    }
    return out;
}

QString eventTip(const Workspace& workspace, const EventColumns& columns, std::size_t at) {
    const auto capture = workspace.capture();
    if (!capture || at >= columns.size()) {
        return {};
    }
    QString who = workspace.processLabel(columns.actor[at].none() ? columns.target[at] : columns.actor[at]);
    if (!columns.actor[at].none() && !columns.target[at].none() && columns.target[at] != columns.actor[at]) {
        who += QStringLiteral(" \u2192 ") + workspace.processLabel(columns.target[at]);
    }
    QString detail = detailOfEvent(*capture, columns, at);
    constexpr qsizetype kTipWidth = 96;
    if (detail.size() > kTipWidth) {
        detail = detail.left(kTipWidth) + QChar(0x2026);
    }
    const QString head = QStringLiteral("%1  %2  %3").arg(workspace.timeText(columns.time[at]),
                                                         fromOurs(name(columns.operation[at])),
                                                         sourceOfEvent(*capture, columns, at));
    return detail.isEmpty() ? head + QChar(u'\n') + who : head + QChar(u'\n') + who + QChar(u'\n') + detail;
}

}  // namespace trocar::ui
