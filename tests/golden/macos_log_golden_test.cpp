// The unified log and system.log of data/macos and data/macos_made, when they lie beside the source tree:
// what their truth calls an attempt is an event with that meaning at that time, what it calls forged has
// none, and five styles of one story tell the same.
#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/builtin_importers.h"
#include "tests/support/capture_directory.h"
#include "tests/support/recording_sink.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

/// Reads a capture with the importer that is surest of it.
RecordingSink read_capture(const QString& path, int year = 0) {
    RecordingSink sink;
    const auto input = open_input(path.toStdString());
    if (!input.ok()) {
        ++sink.losses["ERROR " + input.error().message];
        return sink;
    }
    const ImporterList importers = builtin_importers();
    const auto head = read_head(*input.value());
    const auto answers = probe_all(importers, head.value(), input.value()->name());
    ImportHints hints;
    hints.zone_minutes = 120;  // of the styles that have none: the zone in which the story begins
    hints.year = year;
    const Status read = answers.front().importer->parse(*input.value(), hints, sink, {});
    sink.losses[std::string(answers.front().importer->name())] = read.ok() ? 1 : 0;
    return sink;
}

bool is_refused(const RecordedEvent& e) {
    return (e.flags & mac_flag::kDenied) != 0;
}

/// An event that says what a row of the truth says. Times are compared to the millisecond that every style
/// has.
bool says(const RecordedEvent& e, const QJsonObject& truth) {
    const QString time = truth[QStringLiteral("time")].toString();
    const QJsonValue pid = truth[QStringLiteral("target_pid")];
    const QJsonValue library = truth[QStringLiteral("library")];
    return QString::fromStdString(format_iso_time(e.time)).left(23) == time.left(23) &&
           (!pid.isDouble() || (e.target.has_pid && static_cast<int>(e.target.pid) == pid.toInt())) &&
           (!library.isString() || e.field("library") == library.toString().toStdString());
}

/// What is told of a meaning, without what a style may lack.
QString story(const RecordingSink& sink) {
    QStringList out;
    for (const RecordedEvent& e : sink.events) {
        if (e.operation != Operation::generic || is_refused(e)) {
            out += QString::fromUtf8(name(e.operation).data()) + QLatin1Char(' ') +
                   QString::fromStdString(e.field("eventMessage"));
        }
    }
    return out.join(QLatin1Char('\n'));
}

}  // namespace

class MacosLogGolden final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        data_ = QString::fromStdString(test::capture_directory(TROCAR_SOURCE_DIR));
        QFile truth(data_ + QStringLiteral("/truth.json"));
        if (!QFile::exists(data_ + QStringLiteral("/macos_made/unifiedlog_anna.ndjson")) ||
            !truth.open(QIODevice::ReadOnly)) {
            QSKIP("NO CAPTURES: set TROCAR_DATA to a folder with macos_made; this test proves nothing now");
        }
        for (const QJsonValue& row : QJsonDocument::fromJson(truth.readAll()).array()) {
            truth_[row[QStringLiteral("file")].toString()] = row[QStringLiteral("not")].toArray();
        }
    }

    void attempts_and_forgeries_are_told_apart() {
        const QString file = QStringLiteral("macos_made/unifiedlog_anna.ndjson");
        const RecordingSink sink = read_capture(data_ + QLatin1Char('/') + file);
        QCOMPARE(sink.events.size(), std::size_t{276});
        int attempts = 0, forged = 0;
        for (const QJsonValue& row : truth_[file]) {
            const bool is_forged = row[QStringLiteral("why")].toString().startsWith(QStringLiteral("forged"));
            const auto found = std::find_if(
                sink.events.begin(), sink.events.end(),
                [&](const RecordedEvent& e) { return is_refused(e) && says(e, row.toObject()); });
            QVERIFY2((found == sink.events.end()) == is_forged,
                     qPrintable(row[QStringLiteral("why")].toString()));
            ++(is_forged ? forged : attempts);
        }
        QVERIFY(attempts >= 12 && forged >= 3);
    }

    void five_styles_tell_one_story_data() {
        QTest::addColumn<QString>("file");
        for (const char* file : {"unifiedlog_anna.json", "unifiedlog_anna_default.txt",
                                 "unifiedlog_anna_syslog.txt", "unifiedlog_anna_compact.txt"}) {
            QTest::newRow(file) << QString::fromLatin1(file);
        }
    }

    void five_styles_tell_one_story() {
        QFETCH(QString, file);
        const RecordingSink lines =
            read_capture(data_ + QStringLiteral("/macos_made/unifiedlog_anna.ndjson"));
        const RecordingSink other = read_capture(data_ + QStringLiteral("/macos_made/") + file);
        QCOMPARE(other.lost_count("macos_log"), std::uint64_t{1});
        QCOMPARE(other.events.size(), lines.events.size());
        QCOMPARE(story(other), story(lines));
        QCOMPARE(other.losses.size(), std::size_t{file.contains(QStringLiteral("compact")) ? 2U : 1U});
    }

    void inserted_libraries_of_system_log() {
        const QString file = QStringLiteral("macos_made/system_annas-mbp.log");
        const RecordingSink sink = read_capture(data_ + QLatin1Char('/') + file, 2026);
        QCOMPARE(sink.events.size(), std::size_t{173});
        for (const QJsonValue& row : truth_[file]) {
            const auto line = static_cast<std::size_t>(row[QStringLiteral("line")].toInt());
            const RecordedEvent& e = sink.events.at(line - 1);
            const bool anomaly = row[QStringLiteral("technique")].isString();
            QCOMPARE(e.operation != Operation::generic, anomaly);
            if (row[QStringLiteral("library")].isString()) {
                QCOMPARE(QString::fromStdString(e.field("library")),
                         row[QStringLiteral("library")].toString());
            }
            if (row[QStringLiteral("target_image")].isString()) {
                QCOMPARE(QString::fromStdString(e.target.image),
                         row[QStringLiteral("target_image")].toString());
            }
        }
    }

    void recorded_lines_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("events");
        QTest::addColumn<int>("refused");
        QTest::newRow("sandbox, last line cut off") << "log_stream_ndjson_sandbox.ndjson" << 3 << 3;
        QTest::newRow("task port") << "log_show_default_taskport_denial.txt" << 4 << 1;
        QTest::newRow("compact") << "log_show_compact_lines.txt" << 6 << 0;
    }

    void recorded_lines() {
        QFETCH(QString, file);
        QFETCH(int, events);
        QFETCH(int, refused);
        const QString path = data_ + QStringLiteral("/macos/") + file;
        if (!QFile::exists(path)) {
            QSKIP("this capture is not there: nothing is proved");
        }
        const RecordingSink sink = read_capture(path);
        QCOMPARE(static_cast<int>(sink.events.size()), events);
        QCOMPARE(static_cast<int>(std::count_if(sink.events.begin(), sink.events.end(), is_refused)),
                 refused);
    }

private:
    QString data_;
    QHash<QString, QJsonArray> truth_;
};

QTEST_GUILESS_MAIN(MacosLogGolden)
#include "macos_log_golden_test.moc"
