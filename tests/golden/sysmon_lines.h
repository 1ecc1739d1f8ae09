#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>

namespace trocar::test {

/// One process as the lines below name it.
struct Actor {
    QString image;
    int pid = 0;
    [[nodiscard]] QString guid() const {
        return QStringLiteral("{297bc33e-0000-0000-0000-%1}").arg(pid, 12, 16, QLatin1Char('0'));
    }
};

/// Sysmon events as a log shipper writes them, one JSON object a line (the flat shape, fields on top).
/// Stamps are milliseconds after 2026-03-02 09:12:00 UTC.
class SysmonLines {
public:
    void access(int at_ms, const Actor& source, const Actor& target, const QString& granted = QStringLiteral("0x1f3fff"),
                const QString& trace = QStringLiteral("C:\\Windows\\SYSTEM32\\ntdll.dll+9c534|UNKNOWN(000002AF5E3F1A2B)")) {
        QJsonObject o = base(10, at_ms);
        o[QStringLiteral("SourceProcessGUID")] = source.guid();
        o[QStringLiteral("TargetProcessGUID")] = target.guid();
        pair(o, source, target);
        o[QStringLiteral("GrantedAccess")] = granted;
        o[QStringLiteral("CallTrace")] = trace;
        put(o);
    }
    void thread(int at_ms, const Actor& source, const Actor& target,
                const QString& address = QStringLiteral("0x000002AF644E0000")) {
        QJsonObject o = base(8, at_ms);
        o[QStringLiteral("SourceProcessGuid")] = source.guid();
        o[QStringLiteral("TargetProcessGuid")] = target.guid();
        pair(o, source, target);
        o[QStringLiteral("NewThreadId")] = QString::number(6832 + record_);
        o[QStringLiteral("StartAddress")] = address;
        o[QStringLiteral("StartModule")] = QStringLiteral("-");
        o[QStringLiteral("StartFunction")] = QStringLiteral("-");
        put(o);
    }
    void load(int at_ms, const Actor& process, const QString& module, bool is_signed) {
        QJsonObject o = base(7, at_ms);
        self(o, process);
        o[QStringLiteral("ImageLoaded")] = module;
        o[QStringLiteral("Signed")] = is_signed ? QStringLiteral("true") : QStringLiteral("false");
        o[QStringLiteral("Signature")] = is_signed ? QStringLiteral("Microsoft Windows") : QStringLiteral("-");
        o[QStringLiteral("SignatureStatus")] = is_signed ? QStringLiteral("Valid") : QStringLiteral("Unavailable");
        put(o);
    }
    void create(int at_ms, const Actor& process, const Actor& parent, const QString& command_line) {
        QJsonObject o = base(1, at_ms);
        self(o, process);
        o[QStringLiteral("CommandLine")] = command_line;
        o[QStringLiteral("ParentProcessGuid")] = parent.guid();
        o[QStringLiteral("ParentProcessId")] = QString::number(parent.pid);
        o[QStringLiteral("ParentImage")] = parent.image;
        o[QStringLiteral("User")] = QStringLiteral("WS01\\ada");
        put(o);
    }
    void raw(const QByteArray& line) { text_ += line + '\n'; }
    [[nodiscard]] const QByteArray& text() const { return text_; }

private:
    [[nodiscard]] QJsonObject base(int event_id, int at_ms) {
        const int second = at_ms / 1000;
        QJsonObject o;
        o[QStringLiteral("EventID")] = event_id;
        o[QStringLiteral("SourceName")] = QStringLiteral("Microsoft-Windows-Sysmon");
        o[QStringLiteral("Channel")] = QStringLiteral("Microsoft-Windows-Sysmon/Operational");
        o[QStringLiteral("Hostname")] = QStringLiteral("WS01");
        o[QStringLiteral("RecordNumber")] = ++record_;
        o[QStringLiteral("UtcTime")] = QStringLiteral("2026-03-02 09:%1:%2.%3")
                                           .arg(12 + second / 60, 2, 10, QLatin1Char('0'))
                                           .arg(second % 60, 2, 10, QLatin1Char('0'))
                                           .arg(at_ms % 1000, 3, 10, QLatin1Char('0'));
        return o;
    }
    static void pair(QJsonObject& o, const Actor& source, const Actor& target) {
        o[QStringLiteral("SourceProcessId")] = QString::number(source.pid);
        o[QStringLiteral("SourceImage")] = source.image;
        o[QStringLiteral("TargetProcessId")] = QString::number(target.pid);
        o[QStringLiteral("TargetImage")] = target.image;
    }
    static void self(QJsonObject& o, const Actor& process) {
        o[QStringLiteral("ProcessGuid")] = process.guid();
        o[QStringLiteral("ProcessId")] = QString::number(process.pid);
        o[QStringLiteral("Image")] = process.image;
    }
    void put(const QJsonObject& o) { raw(QJsonDocument(o).toJson(QJsonDocument::Compact)); }

    QByteArray text_;
    int record_ = 100;
};

}  // namespace trocar::test
