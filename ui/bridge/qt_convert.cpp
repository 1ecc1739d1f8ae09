#include "ui/bridge/qt_convert.h"

#include <QFile>
#include <QStringList>
#include <algorithm>

#include "core/base/escape.h"
#include "core/base/text.h"

namespace trocar::ui {

QString fromOurs(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString fromEvidence(std::string_view text) {
    return fromOurs(visible(text));
}

std::string toUtf8(const QString& text) {
    return text.toStdString();
}

std::string toPath(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

QString fromPath(std::string_view path) {
    return QFile::decodeName(QByteArray(path.data(), static_cast<qsizetype>(path.size())));
}

namespace {

/// Line by line: the breaks are ours, a list of what each reader said.
QString linesFromEvidence(std::string_view text) {
    QStringList lines;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        lines += fromEvidence(text.substr(at, end - at));
        at = end + 1;
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

QString errorMessage(const Error& error) {
    return linesFromEvidence(error.message);
}

QString errorRemedy(const Error& error) {
    return linesFromEvidence(error.remedy);
}

QString groupedNumber(std::uint64_t value) {
    return fromOurs(grouped(value));
}

QString counted(std::uint64_t count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(groupedNumber(count));
}

}  // namespace trocar::ui
