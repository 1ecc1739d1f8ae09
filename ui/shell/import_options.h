#pragma once

#include <QDialog>

#include "core/ingest/importer.h"

class QCheckBox;
class QComboBox;
class QLineEdit;

namespace trocar::ui {

/// What an analyst may say of evidence that does not say it itself, asked before files are chosen and only on request:
/// dropping a file never asks. What the evidence does say wins over these.
class ImportOptionsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ImportOptionsDialog(QWidget* parent = nullptr);
    [[nodiscard]] ImportHints hints() const;
    /// "Europe/Paris +01:00 ..." is not offered: a zone without dates cannot know its summer time. -12:00 to +14:00.
    static constexpr int kFirstZone = -12 * 60, kLastZone = 14 * 60, kZoneStep = 15;

private:
    QLineEdit* host_;
    QComboBox* zone_;
    QCheckBox* slack_;
};

}  // namespace trocar::ui
