#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QPushButton;

namespace trocar::ui {

/// One line of news above the work area: what happened, where, what to do. Stays until dismissed; never a modal box.
class Banner : public QWidget {
    Q_OBJECT

public:
    enum class Tone : unsigned char { failure, news };
    explicit Banner(QWidget* parent = nullptr);
    /// `stay_ms`: goes by itself after that time; 0: stays until dismissed.
    /// `action`: word of a button beside the message; empty: none.
    void say(Tone tone, const QString& message, const QString& remedy, const QString& action = {},
             int stay_ms = 0);
    [[nodiscard]] QString message() const;

Q_SIGNALS:
    void actionClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLabel* message_;
    QLabel* remedy_;
    QPushButton* action_;
    QPushButton* dismiss_;
    QTimer leave_;
    Tone tone_ = Tone::news;
};

}  // namespace trocar::ui
