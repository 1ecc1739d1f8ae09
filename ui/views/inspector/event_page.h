#pragma once

#include <QWidget>

#include "core/base/result.h"
#include "core/ingest/importer.h"
#include "ui/views/inspector/card_page.h"

class QPlainTextEdit;

namespace trocar::ui {

class Workspace;

/// One event: what it is, its fields, and the whole record as the evidence has it, read only.
class EventPage : public CardPage {
    Q_OBJECT

public:
    EventPage(Workspace& workspace, QWidget* parent);
    void show(EventId id);

private:
    void fill(const Result<RenderedRecord>* record);

    Workspace& workspace_;
    EventId id_;
};

}  // namespace trocar::ui
