#pragma once

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace trocar::test {

/// What one run of trocar-cli gave.
struct Ran {
    int code = -1;
    QByteArray out, err;
    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

/// Runs the built program to its end.
inline Ran cli(const QStringList& arguments, int timeout_ms = 300'000) {
    QProcess process;
    process.start(QStringLiteral(TROCAR_CLI), arguments);
    Ran ran;
    if (!process.waitForFinished(timeout_ms)) {
        process.kill();
        process.waitForFinished();
        ran.err = "timed out";
        return ran;
    }
    ran.code = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    ran.out = process.readAllStandardOutput();
    ran.err = process.readAllStandardError();
    return ran;
}

inline bool write_file(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size();
}

/// Folder of real captures with ground truth: TROCAR_DATA, or beside the source tree; empty when there is none.
inline QString capture_folder() {
    QString folder = qEnvironmentVariable("TROCAR_DATA");
    if (folder.isEmpty()) {
        folder = QStringLiteral(TROCAR_SOURCE_DIR "/../shared/data");
    }
    return QFile::exists(folder + QStringLiteral("/truth.json")) ? QDir(folder).absolutePath() : QString();
}

}  // namespace trocar::test
