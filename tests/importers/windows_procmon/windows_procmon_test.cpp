// Process Monitor's own log: made ones, and the public recording against the CSV of the same log.
#include <QFile>
#include <QTest>

#include "core/ingest/evidence_walk.h"
#include "importers/etw_text/etw_text.h"
#include "importers/windows_procmon/windows_procmon.h"
#include "tests/importers/windows_procmon/made_pml.h"
#include "tests/support/capture_directory.h"
#include "tests/support/recording_sink.h"

using namespace trocar;
using namespace trocar::test;

namespace {

RecordingSink read(const Importer& importer, std::string bytes) {
    RecordingSink sink;
    const auto input = memory_input("log", std::move(bytes));
    const Status status = importer.parse(*input, {}, sink, {});
    if (!status.ok()) {
        ++sink.losses["ERROR " + status.error().message];
    }
    return sink;
}

RecordingSink read_pml(std::string bytes) {
    return read(*make_windows_procmon_importer(), std::move(bytes));
}

MadePml made() {
    MadePml pml;
    pml.process(1);
    pml.process(2);
    pml.event(2, 11, 3, MadePml::thread(900));                                     // 11 shows up later, in 10
    pml.event(1, 11, 5, MadePml::image(0x7ffa00000000, 0x1000, "C:\\x.dll", true));
    pml.event(2, 900, 5, MadePml::image(0x7ffb00000000, 0x2000, "C:\\y.dll", false));
    pml.event(2, 11, 7, MadePml::start(10, "p -x"));
    pml.event(2, 77, 3, MadePml::thread(901));                                     // nothing else of 77
    pml.event(1, 11, 20, "zz", 3);
    return pml;
}

/// A zlib stream as Qt wants it: its size in front.
std::string inflated(const QString& path, std::uint32_t size) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QByteArray packed;
    for (int shift = 24; shift >= 0; shift -= 8) {
        packed += static_cast<char>(size >> shift & 0xffU);
    }
    return qUncompress(packed + file.readAll()).toStdString();
}

}  // namespace

class WindowsProcmonTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_made_log() {
        const std::string bytes = made().file();
        QVERIFY(make_windows_procmon_importer()->probe(as_bytes(bytes), "x").confidence > 90);
        const RecordingSink sink = read_pml(bytes);
        QCOMPARE(sink.events.size(), std::size_t{6});
        const auto& remote = sink.events[0];
        QCOMPARE(remote.operation, Operation::remote_thread);
        QCOMPARE(remote.actor.image, std::string("C:\\p1.exe"));
        QCOMPARE(remote.target.pid, 20U);
        QCOMPARE(remote.host, std::string("BOX"));
        QCOMPARE(sink.events[1].text, std::string("C:\\x.dll"));
        QCOMPARE(sink.events[2].text, std::string("C:\\y.dll"));
        QCOMPARE(sink.events[2].value, 0x7ffb00000000U);
        QCOMPARE(sink.events[3].operation, Operation::process_create);
        QCOMPARE(sink.events[3].parent.pid, 10U);
        QCOMPARE(sink.events[3].command_line, std::string("p -x"));
        QCOMPARE(sink.events[3].field("User"), std::string("D\\u"));
        QCOMPARE(sink.events[5].operation, Operation::generic);
        QCOMPARE(sink.lost_count("procmon_thread_creator_unknown"), 1U);
        QCOMPARE(sink.losses.size(), std::size_t{1});
        QCOMPARE(sink.bad_places, 0U);
        const auto shown = make_windows_procmon_importer()->render(as_bytes(sink.blocks[0]), remote.place);
        QVERIFY(shown.ok() && shown.value().text.find("Thread Create") != std::string::npos);
    }

    void damage_is_counted() {
        MadePml pml = made();
        pml.event(7, 1, 4, "");                           // no such process
        pml.event(1, 11, 5, "short");                     // a detail that ends
        pml.places_[1] = pml.places_[0] + 3;              // within the one before
        pml.places_[2] = 0xffffff00U;                     // beyond the file
        const RecordingSink sink = read_pml(pml.file());
        QCOMPARE(sink.events.size(), std::size_t{5});
        QCOMPARE(sink.lost_count("pml_event_out_of_place"), 2U);
        QCOMPARE(sink.lost_count("pml_process_unknown"), 1U);
        QCOMPARE(sink.lost_count("pml_detail_cut"), 1U);
        QCOMPARE(sink.bad_places, 0U);
    }

    void an_event_behind_one_that_is_too_long() {
        const MadePml pml = made();
        std::string bytes = pml.file();
        bytes.replace(pml.places_[4] + 0x2C, 4, "\xff\xff\xff\x7f");
        const RecordingSink sink = read_pml(bytes);
        QCOMPARE(sink.events.size(), std::size_t{5});
        QCOMPARE(sink.lost_count("pml_event_cut"), 1U);
        QVERIFY(sink.events.back().raw.ends_with("zz"));
        QCOMPARE(sink.bad_places, 0U);
    }

    void what_is_no_log_is_an_error() {
        for (const std::string& bytes : {std::string(), std::string("PML_"), made().file().substr(0, 0x3A8)}) {
            QCOMPARE(read_pml(bytes).losses.begin()->first.substr(0, 5), std::string("ERROR"));
        }
    }

    void the_csv_of_the_same_log_says_the_same() {
        const std::string data = capture_directory(TROCAR_SOURCE_DIR);
        if (data.empty()) {
            QSKIP("NO REAL CAPTURES: set TROCAR_DATA; this test proves nothing now");
        }
        const QString log = QString::fromStdString(data) + QStringLiteral("/etw/procmon/CompressedLogFileUTC64Process");
        const RecordingSink pml = read_pml(inflated(log + QStringLiteral("PML.zlib"), 1674242));
        const RecordingSink csv =
            read(*make_etw_text_importer(), inflated(log + QStringLiteral("CSV.zlib"), 1743527));
        QCOMPARE(pml.events.size(), std::size_t{3400});
        QCOMPARE(csv.events.size(), pml.events.size());
        for (std::size_t i = 0; i < pml.events.size(); ++i) {
            const RecordedEvent &a = pml.events[i], &b = csv.events[i];
            const bool same = a.operation == b.operation && a.time == b.time && a.actor.pid == b.actor.pid &&
                              a.target.pid == b.target.pid && a.value == b.value && a.text == b.text &&
                              a.parent.pid == b.parent.pid && a.target.image == b.target.image;
            QVERIFY2(same, ("event " + std::to_string(i) + ": " + a.text + " / " + b.text).c_str());
        }
        QCOMPARE(pml.lost_count("procmon_thread_creator_unknown"), csv.lost_count("procmon_thread_creator_unknown"));
        QCOMPARE(pml.losses.size(), csv.losses.size());
    }
};

QTEST_GUILESS_MAIN(WindowsProcmonTest)
#include "windows_procmon_test.moc"
