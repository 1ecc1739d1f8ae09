#include "importers/macos_es_json/macos_es_json.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <string>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

RecordingSink read_text(std::string text) {
    RecordingSink sink;
    const auto input = memory_input("es.json", std::move(text));
    const Status read = make_macos_es_json_importer()->parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string santa_process(int pid, int version, const std::string& path) {
    return R"({"id":{"pid":)" + std::to_string(pid) + R"(,"pidversion":)" + std::to_string(version) +
           R"(},"executable":{"path":")" + path + R"("}})";
}

std::string suspension(const std::string& type) {
    return R"({"instigator":)" + santa_process(12, 34, "/tmp/a") + R"(,"target":)" +
           santa_process(99, 100, "/bin/b") + R"(,"type":")" + type + "\"}";
}

std::string mac_monitor(const std::string& type, const std::string& pid = "77") {
    return "{\n \"es_event_type\" : \"ES_EVENT_TYPE_NOTIFY_" + type + "\",\n \"initiating_pid\" : " + pid +
           ",\n \"initiating_process_path\" : \"/tmp/c\",\n \"activity_at_ts\" : "
           "\"2026-01-02T03:04:05.123Z\"\n}\n";
}

}  // namespace

class MacosEsJsonTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void santa_says_who_was_suspended_by_whom() {
        const RecordingSink sink = read_text(
            R"({"event_time":"2026-01-02T03:04:05.5Z","proc_suspend_resume":)" + suspension("TYPE_SUSPEND") +
            "}\n" + suspension("TYPE_RESUME") + suspension("TYPE_SHUTDOWN_SOCKETS"));
        QCOMPARE(sink.events.size(), std::size_t{3});
        const RecordedEvent& e = sink.events[0];
        QVERIFY(e.operation == Operation::suspend);
        QVERIFY(sink.events[1].operation == Operation::resume);
        QVERIFY(sink.events[2].operation == Operation::generic);
        QCOMPARE(format_iso_time(e.time), std::string("2026-01-02T03:04:05.500000000Z"));
        QVERIFY(sink.events[1].time.none());
        QCOMPARE(e.actor.image + ">" + e.target.image, std::string("/tmp/a>/bin/b"));
        QCOMPARE(e.actor.pid, 12U);
        QVERIFY(e.target.guid == sink.events[1].target.guid && !e.target.guid.none());
        QCOMPARE(e.field("proc_suspend_resume.type"), std::string("TYPE_SUSPEND"));
        QVERIFY(sink.losses.empty());
    }

    void an_event_alone_does_not_say_which_it_is() {
        const RecordingSink sink = read_text(R"({"instigator":)" + santa_process(12, 34, "/tmp/a") + "}");
        QCOMPARE(sink.events.size(), std::size_t{1});
        QVERIFY(sink.events[0].operation == Operation::generic);
        QCOMPARE(sink.events[0].actor.pid, 12U);
    }

    void mac_monitor_names_the_process_by_pid() {
        const RecordingSink sink = read_text("[" + mac_monitor("MMAP") + "," + mac_monitor("CS_INVALIDATED") +
                                             "," + mac_monitor("GET_TASK") + "]");
        QCOMPARE(sink.events.size(), std::size_t{3});
        QVERIFY(sink.events[0].operation == Operation::generic);
        QCOMPARE(sink.events[0].actor.pid, 77U);
        QCOMPARE(sink.events[0].text, std::string("ES_EVENT_TYPE_NOTIFY_MMAP"));
        QVERIFY(sink.events[1].operation == Operation::code_invalidated);
        QCOMPARE(sink.events[1].target.image, std::string("/tmp/c"));
        QVERIFY(!sink.events[1].actor.present());
        QVERIFY(sink.events[2].operation == Operation::generic);  // whose task is not told
    }

    void records_of_other_types_are_kept_or_counted() {
        const RecordingSink sink =
            read_text(mac_monitor("EXIT", "\"x\"") + "{\"a\":1}\n{\"instigator\":[1]}\n{\"b\":\n" +
                      mac_monitor("EXIT"));
        QCOMPARE(sink.lost_count("es_process_missing"), std::uint64_t{1});
        QCOMPARE(sink.lost_count("es_not_a_message"), std::uint64_t{2});
        QVERIFY(!sink.events.empty());
        QCOMPARE(sink.bad_places, std::uint64_t{0});
    }

    void probe_takes_only_its_own_data() {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<bool>("mine");
        QTest::newRow("Santa") << QByteArray::fromStdString(suspension("TYPE_SUSPEND")) << true;
        QTest::newRow("Mac Monitor") << QByteArray::fromStdString(mac_monitor("MMAP")) << true;
        QTest::newRow("other JSON") << QByteArray("{\"es_event_type\":5}") << false;
        QTest::newRow("text") << QByteArray("see {\"instigator\":{\"id\":{}}}") << false;
        QTest::newRow("empty") << QByteArray() << false;
    }

    void probe_takes_only_its_own() {
        QFETCH(QByteArray, head);
        QFETCH(bool, mine);
        const Bytes bytes(reinterpret_cast<const std::byte*>(head.constData()),
                          static_cast<std::size_t>(head.size()));
        QCOMPARE(make_macos_es_json_importer()->probe(bytes, "x").confidence > 0, mine);
    }
};

QTEST_GUILESS_MAIN(MacosEsJsonTest)
#include "macos_es_json_test.moc"
