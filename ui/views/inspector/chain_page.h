#pragma once

#include <QWidget>
#include <utility>
#include <vector>

#include "core/detect/finding.h"
#include "core/store/case_file.h"
#include "ui/views/inspector/card_page.h"

class QPlainTextEdit;

namespace trocar::ui {

class Workspace;
struct ChainCard;
struct CardEvidence;

/// "Why is this a chain?": sentence, evidence with its records, what is missing, addends, verdict and note.
class ChainPage : public CardPage {
    Q_OBJECT

public:
    ChainPage(Workspace& workspace, QWidget* parent);
    void show(ChainId id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addEvidence(const CardEvidence& line);
    void addSection(const QString& title);
    void showVerdict();
    void storeNote();

    Workspace& workspace_;
    ChainId id_;
    EventId anchor_;
    bool has_ = false;
    std::vector<std::pair<Verdict, QPushButton*>> verdicts_;
    QPushButton* raw_;
    QPlainTextEdit* note_;
};

}  // namespace trocar::ui
