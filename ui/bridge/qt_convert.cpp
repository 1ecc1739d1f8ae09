#include "ui/bridge/qt_convert.h"

#include <QFile>

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

QString errorMessage(const Error& error) {
    return fromEvidence(error.message);
}

QString errorRemedy(const Error& error) {
    return fromEvidence(error.remedy);
}

QString groupedNumber(std::uint64_t value) {
    return fromOurs(grouped(value));
}

QString counted(std::uint64_t count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(groupedNumber(count));
}

}  // namespace trocar::ui
