#include "core/ingest/evidence_walk.h"
#include "importers/windows_evtx/windows_evtx_importer.h"
#include "tests/support/recording_sink.h"

#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace trocar;

/// The sample capture: that it is what its generator writes, and that readers other than ours find nothing
/// wrong in it.
class SampleTest : public QObject {
    Q_OBJECT

    const QString path_ = QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/windows-injection.evtx");

    static QByteArray bytes_of(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private Q_SLOTS:
    void the_generator_writes_the_committed_bytes() {
        const QTemporaryDir folder;
        const QString made = folder.filePath(QStringLiteral("made.evtx"));
        QCOMPARE(QProcess::execute(QStringLiteral(TROCAR_MAKE_SAMPLE), {made}), 0);
        const QByteArray committed = bytes_of(path_);
        QVERIFY(!committed.isEmpty());
        QVERIFY2(bytes_of(made) == committed,
                 "run make_sample resources/samples/windows-injection.evtx and commit it");
    }

    void our_reader_finds_every_record_whole() {
        const auto input = open_input(path_.toStdString());
        QVERIFY(input.ok());
        test::RecordingSink sink;
        QVERIFY(WindowsEvtxImporter().parse(*input.value(), {}, sink, {}).ok());
        QVERIFY(sink.losses.empty());
        QCOMPARE(sink.bad_places, std::uint64_t{0});
        QVERIFY(sink.events.size() > 2500);
        QVERIFY(sink.events.size() < 4000);
        std::map<std::uint32_t, int> by_id;
        bool a_step_back = false;
        for (std::size_t i = 0; i < sink.events.size(); ++i) {
            const test::RecordedEvent& e = sink.events[i];
            QCOMPARE(e.record, std::uint64_t{i + 1});
            QCOMPARE(e.host, std::string("TROCAR-DEMO"));
            QVERIFY(e.time_origin == TimeOrigin::event);
            ++by_id[e.event_id];
            a_step_back = a_step_back || (i > 0 && e.time < sink.events[i - 1].time);
        }
        QVERIFY(a_step_back);  // as in real logs, file order is not time order
        for (const std::uint32_t id : {1U, 3U, 5U, 7U, 8U, 10U, 11U, 12U, 13U, 22U, 25U}) {
            QVERIFY2(by_id[id] > 0, std::to_string(id).c_str());
        }
    }

    void libevtx_reads_it_without_complaint() {
        const QString tool = QStandardPaths::findExecutable(QStringLiteral("evtxexport"));
        if (tool.isEmpty()) {
            QSKIP("evtxexport (libevtx-utils) is not installed");
        }
        QProcess export_run;
        export_run.start(tool, {QStringLiteral("-f"), QStringLiteral("xml"), path_});
        QVERIFY(export_run.waitForFinished(60'000));
        QCOMPARE(export_run.exitCode(), 0);
        QCOMPARE(export_run.readAllStandardError(), QByteArray());
        const QByteArray out = export_run.readAllStandardOutput();
        const auto input = open_input(path_.toStdString());
        test::RecordingSink sink;
        QVERIFY(WindowsEvtxImporter().parse(*input.value(), {}, sink, {}).ok());
        QCOMPARE(static_cast<std::size_t>(out.count("<Event ")), sink.events.size());
        QVERIFY(!out.contains("corrupt"));
        QVERIFY(!out.contains("recovered"));
    }
};

QTEST_APPLESS_MAIN(SampleTest)
#include "sample_test.moc"
