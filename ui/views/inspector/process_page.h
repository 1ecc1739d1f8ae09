#pragma once

#include <QWidget>

#include "core/base/id.h"
#include "ui/views/inspector/card_page.h"

namespace trocar::ui {

class Workspace;

/// One process life: what is known, what is inferred, and the findings it takes part in.
class ProcessPage : public CardPage {
    Q_OBJECT

public:
    ProcessPage(Workspace& workspace, QWidget* parent);
    void show(ProcessId id);

private:
    Workspace& workspace_;
};

}  // namespace trocar::ui
