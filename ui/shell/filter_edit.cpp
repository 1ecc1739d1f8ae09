#include "ui/shell/filter_edit.h"

#include <QCoreApplication>
#include <QInputMethodEvent>
#include <QRegularExpression>
#include <QTextCharFormat>

#include "ui/shell/theme.h"

namespace trocar::ui {

FilterEdit::FilterEdit(QWidget* parent) : QLineEdit(parent) {
    setFont(theme().mono);
    setFrame(false);
    setAcceptDrops(false);  // files dropped here are evidence, like everywhere else
    setAccessibleName(tr("Filter"));
    connect(this, &QLineEdit::textChanged, this, &FilterEdit::colour);
}

void FilterEdit::colour() {
    const Theme& t = theme();
    static const QRegularExpression pattern(QStringLiteral(
        R"re(("(?:[^"\\]|\\.)*"?)|\b(and|or|not|has)\b|([A-Za-z_][\w.]*)(?=\s*(?:!?~|!?=|<=?|>=?|\bhas\b)))re"));
    QList<QInputMethodEvent::Attribute> attributes;
    auto matches = pattern.globalMatch(text());
    while (matches.hasNext()) {
        const QRegularExpressionMatch m = matches.next();
        QTextCharFormat format;
        format.setForeground(m.capturedLength(1) > 0 ? t.warning : t.accent);
        const int start = static_cast<int>(m.capturedStart()) - cursorPosition();
        attributes.append({QInputMethodEvent::TextFormat, start, static_cast<int>(m.capturedLength()), format});
    }
    // The line edit has no highlighter; formats reach its text layout as an input method would send them.
    QInputMethodEvent event(QString(), attributes);
    QCoreApplication::sendEvent(this, &event);
}

}  // namespace trocar::ui
