// Event traces of data/etw and data/etw_made, when they lie beside the source tree: what their manifests
// count by provider, event and version is what the walk finds, and what Windows lost is told.
#include "core/ingest/evidence_walk.h"
#include "importers/windows_etl/etl_event.h"
#include "importers/windows_etl/trace_walk.h"
#include "importers/windows_etl/windows_etl.h"
#include "tests/support/capture_directory.h"
#include "tests/support/recording_sink.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

using namespace trocar;

namespace {

constexpr std::string_view kPrefix = "Microsoft-Windows-";

/// How manifests name an event: "Kernel-Process 3 v1", "8e805eb3-... 0 v0", of kernel records "05/01 v3".
QString key_of(const etl::Record& record) {
    const QString version = QStringLiteral(" v%1").arg(record.version);
    if (record.kernel()) {
        return QStringLiteral("%1/%2")
                   .arg(record.id >> 8, 2, 16, QLatin1Char('0'))
                   .arg(record.id & 0xff, 2, 16, QLatin1Char('0')) +
               version;
    }
    std::string provider = etl_provider_name(record);
    provider = provider.rfind(kPrefix, 0) == 0 ? provider.substr(kPrefix.size())
                                               : provider.substr(1, provider.size() - 2);
    return QStringLiteral("%1 %2").arg(QString::fromStdString(provider)).arg(record.id) + version;
}

class Counting final : public TraceVisitor {
public:
    void header(const etl::LogHeader& header) override { log = header; }
    void buffer(Bytes, std::uint64_t, bool) override {}
    void record(const etl::Record& record, std::uint64_t) override {
        ++counts[key_of(record)];
        ++kinds[QString::fromUtf8(etl::name(record.kind).data(),
                                  static_cast<qsizetype>(etl::name(record.kind).size()))];
        const EtlPayload state = reader.read(record, log.clock);
        unread += state != EtlPayload::read && state != EtlPayload::raw ? 1 : 0;
    }
    void lost(const LossKind& kind, const LossPlace&, RawPlace) override {
        ++losses[QString::fromUtf8(kind.name)];
    }
    bool progress(std::uint64_t) override { return true; }
    [[nodiscard]] bool holds(const QMap<QString, int>& want) const {
        return std::all_of(want.keyBegin(), want.keyEnd(),
                           [&](const QString& key) { return counts.value(key) == want.value(key); });
    }

    etl::LogHeader log;
    QMap<QString, int> counts, kinds, losses;
    int unread = 0;
    EtlEventReader reader;
};

QMap<QString, int> expected(const QJsonObject& counts) {
    QMap<QString, int> out;
    for (const QString& key : counts.keys()) {
        out[key] = counts[key].toInt();
    }
    return out;
}

}  // namespace

class EtlGolden final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        data_ = QString::fromStdString(test::capture_directory(TROCAR_SOURCE_DIR));
        for (const QString& folder : {QStringLiteral("/etw/"), QStringLiteral("/etw_made/")}) {
            QFile manifest(data_ + folder + QStringLiteral("manifest.json"));
            if (data_.isEmpty() || !manifest.open(QIODevice::ReadOnly)) {
                QSKIP(
                    "NO CAPTURES: set TROCAR_DATA to a folder with etw and etw_made; this test proves "
                    "nothing now");
            }
            for (const QJsonValue& row : QJsonDocument::fromJson(manifest.readAll()).array()) {
                if (row[QStringLiteral("file")].toString().endsWith(QStringLiteral(".etl"))) {
                    rows_[folder + row[QStringLiteral("file")].toString()] = row.toObject();
                }
            }
        }
        QVERIFY(rows_.size() >= 9);
    }

    void counts_are_those_of_the_manifest() {
        for (auto row = rows_.cbegin(); row != rows_.cend(); ++row) {
            const Counting got = walk(row.key());
            const QJsonObject counts = row.value()[QStringLiteral("event_counts")].toObject();
            const bool recorded = counts.contains(QStringLiteral("records"));
            QMap<QString, int> want =
                expected(recorded ? counts[QStringLiteral("event_ids")].toObject() : counts);
            if (recorded) {
                // Of kernel records the manifest names the fifteen most frequent groups.
                want.insert(expected(counts[QStringLiteral("kernel_groups")].toObject()));
                QCOMPARE(got.kinds, expected(counts[QStringLiteral("records")].toObject()));
                QVERIFY2(got.holds(want), qPrintable(row.key()));
            } else {
                want[QStringLiteral("00/00 v2")] = want[QStringLiteral("00/50 v2")] =
                    1;  // what every trace begins with
                QVERIFY2(got.counts == want, qPrintable(row.key()));
            }
            QVERIFY2(got.unread == 0, qPrintable(row.key()));
        }
    }

    void losses_are_told() {
        for (auto row = rows_.cbegin(); row != rows_.cend(); ++row) {
            const Counting got = walk(row.key());
            const QJsonObject& truth = row.value();
            const QJsonValue header = truth[QStringLiteral("ground_truth")][QStringLiteral("header")];
            const int lost = header.isObject() ? header[QStringLiteral("events_lost")].toInt()
                                               : truth[QStringLiteral("events_lost")].toInt();
            QCOMPARE(static_cast<int>(got.log.events_lost), lost);
            const int cut = truth.contains(QStringLiteral("cut_at")) ? 1 : 0;
            QCOMPARE(got.losses.value(QStringLiteral("etl_truncated")), cut);
            QCOMPARE(got.losses.value(QStringLiteral("etl_record_damaged")), 0);
            if (header.isObject()) {
                QCOMPARE(QString::fromStdString(got.log.session),
                         header[QStringLiteral("session")][0].toString());
                QCOMPARE(QString::fromStdString(format_iso_time(got.log.start)).left(23),
                         header[QStringLiteral("start")].toString().left(23));
            }
        }
    }

    /// The manifest's note: 350 threads started, 65 by another process than their own.
    void threads_of_the_kernel_logger() {
        const test::RecordingSink sink = read(QStringLiteral("/etw/etl/ShutdownPerfDiagLogger.etl"));
        QMap<Operation, int> counts;
        for (const test::RecordedEvent& event : sink.events) {
            ++counts[event.operation];
            QVERIFY(event.operation != Operation::remote_thread || event.actor.pid != event.target.pid);
        }
        QCOMPARE(counts[Operation::remote_thread], 65);
        QCOMPARE(counts[Operation::thread_create], 350 - 65);
        QCOMPARE(counts[Operation::process_seen], 94 + 37);
        QCOMPARE(counts[Operation::process_exit], 60);
        QCOMPARE(counts[Operation::module_load], 72);
    }

    void a_self_describing_event_has_its_fields() {
        const test::RecordingSink sink = read(QStringLiteral("/etw/etl/AMSITrace.etl"));
        QCOMPARE(sink.lost_count("etl_events_lost"), std::uint64_t{3});
        QCOMPARE(sink.events.size(), std::size_t{21});
        const test::RecordedEvent& event = sink.events[2];
        QCOMPARE(event.provider, std::string("AmsiTrace"));
        QCOMPARE(event.field("Task"), std::string("AmsiScript"));
        QVERIFY(event.field("Engine").find("PowerShell") == 0);
        QVERIFY(event.field("Raw Script").find("if ($") == 0);
    }

private:
    [[nodiscard]] Counting walk(const QString& file) const {
        Counting counting;
        const auto input = open_input((data_ + file).toStdString());
        if (!input.ok() || !walk_trace(*input.value(), counting, {}).ok()) {
            ++counting.losses[QStringLiteral("ERROR")];
        }
        return counting;
    }

    [[nodiscard]] test::RecordingSink read(const QString& file) const {
        test::RecordingSink sink;
        const auto input = open_input((data_ + file).toStdString());
        if (!input.ok() || !make_windows_etl_importer()->parse(*input.value(), {}, sink, {}).ok()) {
            ++sink.losses["ERROR"];
        }
        return sink;
    }

    QString data_;
    QMap<QString, QJsonObject> rows_;
};

QTEST_GUILESS_MAIN(EtlGolden)
#include "etl_golden_test.moc"
