#include "importers/macos_es/macos_es.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <string>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

namespace mf = mac_flag;
constexpr char kQuote = '\x22';

RecordingSink read_lines(std::string text) {
    RecordingSink sink;
    const auto input = memory_input("es.jsonl", std::move(text));
    const Status read = make_macos_es_importer()->parse(*input, {}, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

enum class Token { object, array };

std::string token(int pid, int version, Token form = Token::object) {
    const std::string p = std::to_string(pid), v = std::to_string(version);
    return form == Token::array
               ? "[501,501,20,501,20," + p + ",100001," + v + "]"
               : R"({"pid":)" + p + R"(,"pidversion":)" + v + R"(,"euid":501,"asid":100001})";
}

struct Made {
    int pid = 0, version = 0;
    std::string path = "/private/tmp/inj";
    std::string start = "2026-01-02T03:04:05.000001Z";  ///< empty: no such key
    std::string signing =
        R"("signing_id":"a.out","team_id":null,"is_platform_binary":false,"codesigning_flags":570556931)";
    Token form = Token::object;
    int parent = 10, parent_version = 5;
};

std::string process(const Made& m) {
    return R"({"audit_token":)" + token(m.pid, m.version, m.form) + R"(,"parent_audit_token":)" +
           token(m.parent, m.parent_version, m.form) + R"(,"ppid":)" + std::to_string(m.parent) +
           R"(,"executable":{"path":")" + m.path + R"(","stat":{"st_ino":7}},)" + m.signing +
           (m.start.empty() ? std::string() : R"(,"start_time":")" + m.start + "\"") + "}";
}

std::string message(const std::string& type, int number, const std::string& body, const Made& by,
                    int sequence = -1, const std::string& auth = "0") {
    return R"({"schema_version":1,"version":10,"event_type":)" + std::to_string(number) +
           R"(,"time":"2026-01-02T03:05:06.123456789Z","mach_time":5,"action":{"result":{"result_type":0,"result":{"auth":)" +
           auth + "}}}" +
           (sequence < 0 ? std::string() : R"(,"global_seq_num":)" + std::to_string(sequence)) +
           R"(,"process":)" + process(by) + R"(,"event":{")" + type + R"(":)" + body + "}}\n";
}

Made injector() {
    return {200, 20};
}
Made victim() {
    Made m{300, 30, "/Applications/App.app/Contents/MacOS/App", "2026-01-02T01:00:00.5Z"};
    m.signing =
        R"("signing_id":"com.example.app","team_id":"EXAMPLE001","is_platform_binary":false,"codesigning_flags":570425601)";
    return m;
}
std::string at_victim(const std::string& more = {}) {
    return R"({"target":)" + process(victim()) + more + "}";
}

}  // namespace

class MacosEsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void get_task_says_who_whose_and_how_signed();
    void audit_tokens_as_arrays_name_the_same_lives();
    void operations_data();
    void operations();
    void a_life_goes_on_over_exec();
    void without_start_times_exec_chains_the_tokens();
    void a_pid_used_again_is_another_life();
    void inserted_libraries_are_known_when_mapped();
    void hardened_programs_ignore_the_variable();
    void refused_requests_are_attempts();
    void gaps_are_drops();
    void a_launchd_signal_names_its_instigator();
    void missing_and_wrong_parts_never_stop();
    void lines_of_megabytes();
    void probe_and_render();
};

void MacosEsTest::get_task_says_who_whose_and_how_signed() {
    const RecordingSink s = read_lines(message("get_task", 16, at_victim(R"(,"type":0)"), injector()));
    QCOMPARE(s.events.size(), std::size_t{1});
    const RecordedEvent& e = s.events[0];
    QCOMPARE(e.operation, Operation::task_control);
    QCOMPARE(e.value, mac_access::kControlPort);
    QCOMPARE(format_iso_time(e.time), std::string("2026-01-02T03:05:06.123456789Z"));
    QCOMPARE(e.actor.pid, 200U);
    QCOMPARE(e.actor.image, std::string("/private/tmp/inj"));
    QCOMPARE(e.target.pid, 300U);
    QCOMPARE(e.text, std::string("team EXAMPLE001 com.example.app"));
    QCOMPARE(e.flags, signal_flag::kMac | mf::kTargetTeam | mf::kTargetHard | mf::kSourceAdHoc);
    QCOMPARE(e.field("target.signing_id"), std::string("com.example.app"));
    QCOMPARE(e.field("target.audit_token.pidversion"), std::string("30"));
    QCOMPARE(e.field("target.executable.stat.st_ino"), std::string("(absent)"));
    QVERIFY(s.losses.empty());
    QCOMPARE(s.bad_places, std::uint64_t{0});
}

void MacosEsTest::audit_tokens_as_arrays_name_the_same_lives() {
    Made by = injector();
    const RecordingSink object = read_lines(message("get_task", 16, at_victim(), by));
    by.form = Token::array;
    const RecordingSink array = read_lines(message("get_task", 16, at_victim(), by));
    QCOMPARE(array.events[0].actor.pid, 200U);
    QVERIFY(array.events[0].actor.guid == object.events[0].actor.guid);
    // Seven numbers are no token.
    std::string seven = message("get_task", 16, at_victim(), by);
    seven.replace(seven.find("[501,501,"), 9, "[501,");
    const RecordingSink bad = read_lines(seven);
    QCOMPARE(bad.lost_count("es_process_missing"), std::uint64_t{1});
    QVERIFY(!bad.events[0].actor.present());
}

void MacosEsTest::operations_data() {
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("operation");
    QTest::addColumn<bool>("on_itself");
    const auto row = [](const char* type, const std::string& body, Operation operation, bool on_itself) {
        const QByteArray name = QByteArray(type) + ' ' + QByteArray::number(static_cast<int>(operation));
        QTest::newRow(name.constData()) << QByteArray(type) << QByteArray::fromStdString(body)
                                        << static_cast<int>(operation) << on_itself;
    };
    row("get_task_read", at_victim(), Operation::task_read, false);
    row("get_task_inspect", at_victim(), Operation::task_inspect, false);
    row("get_task_name", at_victim(), Operation::task_name, false);
    row("remote_thread_create", at_victim(R"(,"thread_state":null)"), Operation::task_thread, false);
    row("proc_suspend_resume", at_victim(R"(,"type":0)"), Operation::suspend, false);
    row("proc_suspend_resume", at_victim(R"(,"type":1)"), Operation::resume, false);
    row("proc_suspend_resume", at_victim(R"(,"type":3)"), Operation::generic, false);
    row("trace", at_victim(), Operation::trace_attach, false);
    row("signal", at_victim(R"(,"sig":9)"), Operation::signal_send, false);
    row("cs_invalidated", "{}", Operation::code_invalidated, true);
    row("mprotect", R"({"protection":5,"address":1,"size":2})", Operation::exec_protect, true);
    row("mprotect", R"({"protection":3,"address":1,"size":2})", Operation::generic, true);
    row("mmap", R"({"protection":5,"source":{"path":"/usr/lib/a.dylib"}})", Operation::module_load, true);
    row("mmap", R"({"protection":1,"source":{"path":"/usr/lib/a.dylib"}})", Operation::generic, true);
    row("exit", R"({"stat":9})", Operation::process_exit, true);
}

void MacosEsTest::operations() {
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(int, operation);
    QFETCH(bool, on_itself);
    const RecordingSink s = read_lines(message(type.toStdString(), 1, body.toStdString(), injector()));
    QCOMPARE(static_cast<int>(s.events.at(0).operation), operation);
    QCOMPARE(s.events[0].target.pid, on_itself ? 200U : 300U);
    QCOMPARE(s.events[0].actor.present(), !on_itself);
    QVERIFY(s.losses.empty());
}

void MacosEsTest::a_life_goes_on_over_exec() {
    Made before = injector(), after = injector();
    before.version = 19;
    before.path = "/bin/zsh";
    const RecordingSink s = read_lines(
        message("fork", 11, R"({"child":)" + process(before) + "}",
                {10, 5, "/bin/zsh", "2026-01-01T00:00:00Z"}) +
        message("exec", 9, R"({"target":)" + process(after) + R"(,"args":["inj","a b"],"env":["HOME=/"]})",
                before) +
        message("get_task", 16, at_victim(), after));
    QCOMPARE(s.events.size(), std::size_t{3});
    QCOMPARE(s.events[0].operation, Operation::process_create);
    QCOMPARE(s.events[0].parent.pid, 10U);
    QCOMPARE(s.events[1].operation, Operation::process_exec);
    QCOMPARE(s.events[1].command_line, std::string("inj \"a b\""));
    QCOMPARE(s.events[1].user, std::string("501"));
    QCOMPARE(s.events[1].target.image, std::string("/private/tmp/inj"));
    QVERIFY(s.events[1].parent.guid == s.events[0].actor.guid);
    QVERIFY(s.events[0].target.guid == s.events[1].target.guid);
    QVERIFY(s.events[1].target.guid == s.events[2].actor.guid);
}

void MacosEsTest::without_start_times_exec_chains_the_tokens() {
    Made before = injector(), after = injector();
    before.version = 19;
    before.start = after.start = "";
    Made again = after;
    again.version = 21;
    const RecordingSink s = read_lines(message("get_task", 16, at_victim(), before) +
                                       message("exec", 9, R"({"target":)" + process(after) + "}", before) +
                                       message("exec", 9, R"({"target":)" + process(again) + "}", after) +
                                       message("get_task", 16, at_victim(), again));
    QVERIFY(!s.events[0].actor.guid.none());
    QVERIFY(s.events[3].actor.guid == s.events[0].actor.guid);
}

void MacosEsTest::a_pid_used_again_is_another_life() {
    Made second = injector();
    second.version = 44;
    second.start = "2026-01-02T03:30:00Z";
    const RecordingSink s = read_lines(message("get_task", 16, at_victim(), injector()) +
                                       message("get_task", 16, at_victim(), second));
    QCOMPARE(s.events[0].actor.pid, s.events[1].actor.pid);
    QVERIFY(!(s.events[0].actor.guid == s.events[1].actor.guid));
}

void MacosEsTest::inserted_libraries_are_known_when_mapped() {
    const auto mapped = [](const char* path) {
        return message("mmap", 20, R"({"protection":5,"source":{"path":")" + std::string(path) + R"("}})",
                       injector());
    };
    const std::string exec =
        message("exec", 9,
                R"({"target":)" + process(injector()) +
                    R"(,"args":[],"env":["A=1","DYLD_INSERT_LIBRARIES=/tmp/x.dylib:rel/y.dylib"]})",
                injector());
    const RecordingSink s = read_lines(exec + mapped("/private/tmp/x.dylib") + mapped("/opt/rel/y.dylib") +
                                       mapped("/opt/x.dylib") + message("exit", 15, "{}", injector()) +
                                       mapped("/private/tmp/x.dylib"));
    QCOMPARE(s.events[0].operation, Operation::dyld_insert);
    QCOMPARE(s.events[0].text, std::string("/tmp/x.dylib:rel/y.dylib"));
    QCOMPARE(s.events[0].flags & (mf::kInserted | mf::kStripped | signal_flag::kUserWritablePath),
             mf::kInserted | signal_flag::kUserWritablePath);
    QCOMPARE(s.events[0].actor.pid, 10U);
    QVERIFY((s.events[1].flags & mf::kInserted) != 0);
    QVERIFY((s.events[2].flags & mf::kInserted) != 0);
    QVERIFY((s.events[3].flags & mf::kInserted) == 0);
    QVERIFY((s.events[5].flags & mf::kInserted) == 0);
}

void MacosEsTest::hardened_programs_ignore_the_variable() {
    Made hard = injector();
    hard.signing =
        R"("signing_id":"com.example.hard","team_id":"EXAMPLE001","codesigning_flags":570491649)";  // 0x22010301
    const std::string env = R"(,"env":["DYLD_INSERT_LIBRARIES=/tmp/x.dylib"])";
    const std::string entitled =
        R"(,"entitlements":{"com.apple.security.cs.allow-dyld-environment-variables":true})";
    const RecordingSink s =
        read_lines(message("exec", 9, R"({"target":)" + process(hard) + env + "}", hard) +
                   message("exec", 9, R"({"target":)" + process(hard) + env + entitled + "}", hard));
    QVERIFY((s.events[0].flags & mf::kStripped) != 0);
    QVERIFY((s.events[1].flags & mf::kStripped) == 0);
}

void MacosEsTest::refused_requests_are_attempts() {
    const RecordingSink s = read_lines(message("get_task", 16, at_victim(), injector(), -1, "1"));
    QVERIFY((s.events[0].flags & mf::kDenied) != 0);
}

void MacosEsTest::gaps_are_drops() {
    const auto numbered = [](int n) { return message("exit", 15, "{}", injector(), n); };
    const RecordingSink whole = read_lines(numbered(4) + numbered(5) + numbered(6));
    QVERIFY(whole.losses.empty());
    const RecordingSink gaps = read_lines(numbered(4) + numbered(7) + numbered(8) + numbered(20));
    QCOMPARE(gaps.lost_count("es_messages_dropped"), std::uint64_t{2});
    QCOMPARE(gaps.places[0].second.what, std::string("2 messages before number 7"));
    // Another run begins again; a broken line had a number.
    QVERIFY(read_lines(numbered(9) + numbered(0) + numbered(1)).losses.empty());
    const RecordingSink broken = read_lines(numbered(4) + "{\"event\":\n" + numbered(6));
    QCOMPARE(broken.lost_count("es_messages_dropped"), std::uint64_t{0});
    QCOMPARE(broken.lost_count("es_line_broken"), std::uint64_t{1});
}

void MacosEsTest::a_launchd_signal_names_its_instigator() {
    const Made launchd{1, 1, "/sbin/launchd", "2026-01-01T00:00:00Z"};
    const RecordingSink s = read_lines(
        message("signal", 31, at_victim(R"(,"sig":9,"instigator":)" + process(injector())), launchd));
    QCOMPARE(s.events[0].actor.pid, 200U);
}

void MacosEsTest::missing_and_wrong_parts_never_stop() {
    const std::string whole = message("get_task", 16, at_victim(R"(,"type":0)"), injector());
    std::size_t kept = 0;
    for (std::size_t at = whole.find(kQuote); at != std::string::npos; at = whole.find(kQuote, at + 1)) {
        // Each name and text in turn becomes another name, each value after a colon a number.
        std::string renamed = whole, retyped = whole;
        renamed.insert(at + 1, "x");
        const RecordingSink one = read_lines(renamed);
        QCOMPARE(one.events.size() + one.losses.size() > 0, true);
        kept += one.events.size();
        const std::size_t colon = whole.find(':', at), stop = whole.find_first_of(",}", colon);
        if (colon != std::string::npos && stop != std::string::npos) {
            retyped.replace(colon + 1, stop - colon - 1, "[[3]]");
            const RecordingSink two = read_lines(retyped);
            QCOMPARE(two.events.size() + two.losses.size() > 0, true);
        }
    }
    QVERIFY(kept > 40);
    const RecordingSink odd = read_lines(
        "{\"event\":{\"novel\":{\"a\":[1,-2,null,true,2.5]}},\"mach_time\":1}\n{\"a\":1}\nnotice\n[]\n");
    QCOMPARE(odd.events.size(), std::size_t{1});
    QCOMPARE(odd.events[0].operation, Operation::generic);
    QCOMPARE(odd.events[0].text, std::string("novel"));
    QCOMPARE(odd.events[0].fields.size(), std::size_t{5});
    QCOMPARE(odd.lost_count("es_not_a_message"), std::uint64_t{1});
    QCOMPARE(odd.lost_count("es_text_between_lines"), std::uint64_t{2});
}

void MacosEsTest::lines_of_megabytes() {
    const auto exec_with = [](std::size_t bytes) {
        return message(
            "exec", 9,
            R"({"target":)" + process(injector()) + R"(,"args":[")" + std::string(bytes, 'a') + R"("]})",
            injector());
    };
    const RecordingSink s = read_lines(exec_with(10'000'000) + message("exit", 15, "{}", injector()));
    QCOMPARE(s.events.size(), std::size_t{2});
    QCOMPARE(s.events[0].command_line.size(), std::size_t{32} << 10U);
    QVERIFY(s.losses.empty());
    const RecordingSink longer = read_lines(exec_with(40'000'000) + message("exit", 15, "{}", injector()));
    QCOMPARE(longer.events.size(), std::size_t{1});
    QCOMPARE(longer.lost_count("es_line_too_long"), std::uint64_t{1});
    QCOMPARE(longer.bad_places, std::uint64_t{0});
}

void MacosEsTest::probe_and_render() {
    const auto importer = make_macos_es_importer();
    const std::string line = message("get_task", 16, at_victim(), injector());
    QCOMPARE(importer->probe(as_bytes(line), "x").confidence, 95);
    const std::string cut = line.substr(0, line.size() / 2 + 200);
    QCOMPARE(importer->probe(as_bytes(cut), "x").confidence, 95);
    const std::string other = "{\"EventID\":10}\n";
    QCOMPARE(importer->probe(as_bytes(other), "x").confidence, 0);
    const auto shown = importer->render(as_bytes(line), {0, static_cast<std::uint32_t>(line.size() - 1)});
    QVERIFY(shown.ok());
    QCOMPARE(shown.value().notation, std::string("json"));
    QVERIFY(!importer->render(as_bytes(line), {5, static_cast<std::uint32_t>(line.size())}).ok());
}

QTEST_GUILESS_MAIN(MacosEsTest)
#include "macos_es_test.moc"
