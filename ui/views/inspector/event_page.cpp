#include "ui/views/inspector/event_page.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/panel_header.h"
#include "ui/shell/theme.h"
#include "ui/viewmodel/item_card.h"
#include "ui/viewmodel/workspace.h"

namespace trocar::ui {
namespace {

constexpr std::size_t kMostFields = 80;         ///< hostile records can have thousands
constexpr std::size_t kFieldBytes = 4096;       ///< of one value
constexpr std::size_t kRecordBytes = 256 * 1024;
constexpr int kRecordHeight = 340;

}  // namespace

EventPage::EventPage(Workspace& workspace, QWidget* parent) : CardPage(tr("Event"), parent), workspace_(workspace) {}

void EventPage::show(EventId id) {
    id_ = id;
    fill(nullptr);
    workspace_.fetchRecord(id, this, [this, id](const Result<RenderedRecord>& record, const std::optional<EventRow>&) {
        if (id == id_) {
            fill(&record);
        }
    });
}

void EventPage::fill(const Result<RenderedRecord>* record) {
    clearColumn();
    const auto facts = eventFacts(workspace_, id_);
    const auto follow = [this](const Fact& fact) {
        workspace_.selection().setCurrent(fact.process.none() ? Item(fact.event) : Item(fact.process));
    };
    header()->setNote(tr("#%1").arg(id_.value));
    if (facts.empty()) {
        column()->addWidget(cardLabel(tr("This event is not loaded."), "muted", this));
    } else {
        column()->addWidget(factList(facts, this, follow));
    }
    if (record != nullptr && !record->ok()) {
        column()->addWidget(cardLabel(errorMessage(record->error()), "negative", this));
        column()->addWidget(cardLabel(errorRemedy(record->error()), "muted", this));
    } else if (record != nullptr) {
        const RenderedRecord& r = record->value();
        const auto section = [this](const QString& title) {
            column()->addSpacing(8);
            auto* label = new QLabel(title, this);
            label->setProperty("role", QStringLiteral("faint"));
            label->setFont(theme().small);
            column()->addWidget(label);
        };
        if (!r.fields.empty()) {
            section(tr("Fields"));
            std::vector<Fact> fields;
            for (std::size_t i = 0; i < std::min(kMostFields, r.fields.size()); ++i) {
                const auto& [name, value] = r.fields[i];
                fields.push_back({fromEvidence(name), visibleLines(value, kFieldBytes).trimmed(), {}, {}, {}});
            }
            column()->addWidget(factList(fields, this, follow));
            if (r.fields.size() > kMostFields) {
                column()->addWidget(cardLabel(tr("%n more field(s) are in the record below", nullptr,
                                                 static_cast<int>(r.fields.size() - kMostFields)),
                                              "muted", this));
            }
        }
        section(tr("Record, as in the evidence (%1)").arg(fromEvidence(r.notation).toUpper()));
        auto* text = new QPlainTextEdit(this);
        text->setReadOnly(true);
        text->setFont(theme().mono);
        text->setLineWrapMode(QPlainTextEdit::WidgetWidth);
        text->setWordWrapMode(QTextOption::WrapAnywhere);
        text->setPlainText(visibleLines(r.text, kRecordBytes));
        text->setMinimumHeight(kRecordHeight);
        text->setProperty("framed", true);
        text->setAccessibleName(tr("Raw record"));
        text->setTabChangesFocus(true);
        column()->addWidget(text, 1);
        return;
    }
    column()->addStretch(1);
}

}  // namespace trocar::ui
