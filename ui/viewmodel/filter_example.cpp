#include "ui/viewmodel/filter_example.h"

#include "core/detect/analytic.h"

namespace trocar::ui {

QString filterExample(const Analytic& analytic) {
    if (analytic.system == "Linux") {
        return QStringLiteral("target.image ~ \"sshd\" and operation = PtraceAttach");
    }
    if (analytic.system == "macOS") {
        return QStringLiteral("target.image ~ \"Finder\" and operation = GetTask");
    }
    return QStringLiteral("target.image ~ \"lsass\" and access has VM_WRITE");
}

}  // namespace trocar::ui
