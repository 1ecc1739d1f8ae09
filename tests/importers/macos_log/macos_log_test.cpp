#include "importers/macos_log/macos_log.h"

#include "core/ingest/evidence_walk.h"
#include "core/model/signal.h"
#include "importers/macos_logarchive/macos_logarchive.h"
#include "tests/support/recording_sink.h"

#include <QTest>

#include <map>
#include <string>

using namespace trocar;
using trocar::test::RecordedEvent;
using trocar::test::RecordingSink;

namespace {

namespace mf = mac_flag;

RecordingSink read_with(const Importer& importer, std::string text, int zone_minutes = 0) {
    RecordingSink sink;
    const auto input = memory_input("unified", std::move(text));
    ImportHints hints;
    hints.zone_minutes = zone_minutes;
    const Status read = importer.parse(*input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

RecordingSink read_log(std::string text, int zone_minutes = 0) {
    return read_with(*make_macos_log_importer(), std::move(text), zone_minutes);
}

constexpr const char* kRefused =
    "macOSTaskPolicy: (com.example.tool) may not get the task control port of (Mail) (pid: 77): (Mail) is "
    "hardened";

/// The keys of one ndjson record, each as JSON text: a test takes one away or gives it another type.
std::map<std::string, std::string> keys() {
    return {
        {"timestamp", R"("2026-03-01 10:00:00.123456-0500")"},
        {"processID", "0"},
        {"processImagePath", R"("\/kernel")"},
        {"senderImagePath",
         R"("\/System\/Library\/Extensions\/AppleMobileFileIntegrity.kext\/Contents\/MacOS\/AppleMobileFileIntegrity")"},
        {"subsystem", R"("")"},
        {"category", R"("")"},
        {"messageType", R"("Default")"},
        {"eventType", R"("logEvent")"},
        {"threadID", "4711"},
        {"userID", "0"},
        {"activityIdentifier", "0"},
        {"eventMessage", '"' + std::string(kRefused) + '"'}};
}

std::string json(const std::map<std::string, std::string>& members) {
    std::string out = "{";
    for (const auto& [key, value] : members) {
        out += (out.size() == 1 ? "\"" : ",\"") + key + "\":" + value;
    }
    return out + "}\n";
}

/// One record in each text style. `sender` empty: the process's own code.
std::string text_record(const std::string& style, const std::string& process, int pid,
                        const std::string& sender, const std::string& message) {
    const std::string body = (sender.empty() ? "" : "(" + sender + ") ") + message + "\n";
    if (style == "default") {
        return "2026-03-01 10:00:00.123456-0500 0x1267     Default     0x0                  " +
               std::to_string(pid) + "      0    " + process + ": " + body;
    }
    if (style == "syslog") {
        return "2026-03-01 10:00:00.123456-0500  localhost " + process + "[" + std::to_string(pid) +
               "]: " + body;
    }
    return "2026-03-01 10:00:00.123 Df " + process + "[" + std::to_string(pid) + ":1267] " + body;
}

std::string in_style(const std::string& style, const std::string& process, int pid, const std::string& sender,
                     const std::string& message) {
    if (style != "ndjson") {
        return text_record(style, process, pid, sender, message);
    }
    auto members = keys();
    members["processID"] = std::to_string(pid);
    members["processImagePath"] = "\"" + process + "\"";
    members["senderImagePath"] =
        "\"" + (sender.empty() ? process : "/System/Library/Extensions/" + sender) + "\"";
    members["eventMessage"] = "\"" + message + "\"";
    return json(members);
}

}  // namespace

class MacosLogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void every_style_tells_the_same_data();
    void every_style_tells_the_same();
    void messages_data();
    void messages();
    void only_the_kernel_speaks_for_the_kernel_data();
    void only_the_kernel_speaks_for_the_kernel();
    void an_array_with_notices_around_it();
    void messages_of_several_lines();
    void subsystem_and_brackets_of_messages();
    void losses_of_log_itself_are_counted();
    void attacks_own_channel();
    void any_key_missing_or_of_another_type_data();
    void any_key_missing_or_of_another_type();
    void ten_megabytes_in_a_line_data();
    void ten_megabytes_in_a_line();
    void messages_without_heads_prove_nothing();
    void probe_declines_other_text_data();
    void probe_declines_other_text();
    void stored_logs_are_answered_with_the_command_data();
    void stored_logs_are_answered_with_the_command();
};

void MacosLogTest::every_style_tells_the_same_data() {
    QTest::addColumn<QString>("style");
    for (const char* style : {"ndjson", "default", "syslog", "compact"}) {
        QTest::newRow(style) << style;
    }
}

void MacosLogTest::every_style_tells_the_same() {
    QFETCH(QString, style);
    const bool compact = style == "compact";
    const std::string process = style == "ndjson" ? "/kernel" : "kernel";
    const RecordingSink sink = read_log(
        in_style(style.toStdString(), process, 0, "AppleMobileFileIntegrity", kRefused), compact ? -300 : 0);
    QCOMPARE(sink.events.size(), std::size_t{1});
    const RecordedEvent& e = sink.events.front();
    QCOMPARE(format_iso_time(e.time),
             std::string(compact ? "2026-03-01T15:00:00.123000000Z" : "2026-03-01T15:00:00.123456000Z"));
    QVERIFY(e.operation == Operation::task_control);
    QCOMPARE(e.value, mac_access::kControlPort);
    QCOMPARE(e.flags, signal_flag::kMac | mf::kDenied);
    QCOMPARE(e.actor.image, std::string("com.example.tool"));
    QVERIFY(!e.actor.has_pid && !e.actor.guid.none());
    QCOMPARE(e.target.pid, 77U);
    QCOMPARE(e.target.image, std::string("Mail"));
    QCOMPARE(e.field("pattern"), std::string("macOSTaskPolicy"));
    QCOMPARE(e.field("reason"), std::string("(Mail) is hardened"));
    QCOMPARE(e.field("processID"), std::string("0"));
    QCOMPARE(e.field("eventMessage"), std::string(kRefused));
    QCOMPARE(e.field("threadID"), std::string(style == "syslog" ? "(absent)" : "0x1267"));
    QCOMPARE(sink.lost_count("log_local_time"), std::uint64_t{compact ? 1U : 0U});
    QCOMPARE(sink.losses.size(), std::size_t{compact ? 1U : 0U});
    QCOMPARE(sink.bad_places, std::uint64_t{0});
}

void MacosLogTest::messages_data() {
    QTest::addColumn<QString>("sender");
    QTest::addColumn<QString>("message");
    QTest::addColumn<int>("operation");
    QTest::addColumn<QString>("who");  // actor > target
    QTest::addColumn<quint32>("flags");
    QTest::addColumn<QString>("text");
    const auto row = [](const char* name, const char* sender, const char* message, Operation operation,
                        const char* who, std::uint32_t flags, const char* text) {
        QTest::newRow(name) << sender << message << static_cast<int>(operation) << who << quint32{flags}
                            << text;
    };
    constexpr const char* kAmfi = "AppleMobileFileIntegrity";
    row("read port", kAmfi,
        "macOSTaskPolicy: (a.b) may not get the task read port of (Dock) (pid: 5): (Dock) is hardened",
        Operation::task_read, "a.b > Dock(5)", mf::kDenied, "");
    row("old wording, bracket in a name cut to 16", kAmfi,
        "macOSTaskPolicy: (py) may not get the taskport of (Some Helper (Re) (pid: 6): x",
        Operation::task_control, "py > Some Helper (Re(6)", mf::kDenied, "");
    row("library refused", kAmfi,
        "Library Validation failed: Rejecting '/tmp/a b.dylib' (Team ID: none, platform: no) for process "
        "'App (x)(88)' "
        "(Team ID: ABCDEFGHIJ, platform: no), reason: mapped file has no cdhash",
        Operation::module_load, " > App (x)(88)", mf::kDenied | mf::kTargetTeam, "/tmp/a b.dylib");
    row("library refused, without pid and platform", kAmfi,
        "Library Validation failed: Rejecting '/tmp/a.dylib' (Team ID: Q) for process 'sudo' (Team ID: N/A, "
        "platform: "
        "yes), reason: x",
        Operation::module_load, " > sudo", mf::kDenied | mf::kTargetPlatform, "/tmp/a.dylib");
    row("page refused", "",
        "CODE SIGNING: cs_invalid_page(0x1000): p=9[a [b]] final status 0x23020106, denying page "
        "sending SIGKILL",
        Operation::code_invalidated, " > a [b](9)",
        mf::kDenied | mf::kTargetAdHoc | mf::kTargetDebuggable | mf::kTargetHard, "");
    row("page let through", "",
        "CODE SIGNING: cs_invalid_page(0x1000): p=9[a] final status 0x1, allowing page",
        Operation::code_invalidated, " > a(9)", 0, "");
    row("sandbox, a file", "Sandbox", "Sandbox: cat (2)(44) deny(1) file-read-data /private/tmp/a b",
        Operation::generic, "cat (2)(44) > ", mf::kDenied,
        "Sandbox: cat (2)(44) deny(1) file-read-data /private/tmp/a b");
    row("sandbox, a task port", "Sandbox",
        "Sandbox: Agent(44) deny(1) mach-priv-task-port others [Safari(601)]", Operation::task_control,
        "Agent(44) > Safari(601)", mf::kDenied, "");
    row("sandbox, code", "Sandbox", "Sandbox: Agent(44) deny(1) file-map-executable /tmp/x.dylib",
        Operation::module_load, " > Agent(44)", mf::kDenied, "/tmp/x.dylib");
    row("program refused", "AppleSystemPolicy",
        "ASP: Security policy would not allow process: 96, /Applications/J", Operation::generic,
        "kernel(0) > /Applications/J(96)", mf::kDenied,
        "ASP: Security policy would not allow process: 96, /Applications/J");
    row("wording not known", kAmfi, "macOSTaskPolicy: (a) something new", Operation::generic, "kernel(0) > ",
        0, "macOSTaskPolicy: (a) something new");
}

std::string who(const test::RecordedProcess& process) {
    return process.image + (process.has_pid ? "(" + std::to_string(process.pid) + ")" : std::string());
}

void MacosLogTest::messages() {
    QFETCH(QString, sender);
    QFETCH(QString, message);
    QFETCH(int, operation);
    QFETCH(QString, who);
    QFETCH(quint32, flags);
    QFETCH(QString, text);
    const RecordingSink sink =
        read_log(text_record("default", "kernel", 0, sender.toStdString(), message.toStdString()));
    QCOMPARE(sink.events.size(), std::size_t{1});
    const RecordedEvent& e = sink.events.front();
    QCOMPARE(static_cast<int>(e.operation), operation);
    QCOMPARE(QString::fromStdString(::who(e.actor) + " > " + ::who(e.target)), who);
    QCOMPARE(e.flags, signal_flag::kMac | flags);
    QCOMPARE(QString::fromStdString(e.text), text);
}

void MacosLogTest::only_the_kernel_speaks_for_the_kernel_data() {
    QTest::addColumn<QString>("style");
    QTest::addColumn<QString>("process");
    QTest::addColumn<int>("pid");
    QTest::addColumn<QString>("sender");
    for (const char* style : {"ndjson", "default", "syslog", "compact"}) {
        QTest::addRow("%s, another program", style) << style << "logger" << 900 << "";
        QTest::addRow("%s, a program called kernel", style)
            << style << "kernel" << 901 << "AppleMobileFileIntegrity";
        QTest::addRow("%s, another extension", style) << style << "kernel" << 0 << "Sandbox";
    }
}

void MacosLogTest::only_the_kernel_speaks_for_the_kernel() {
    QFETCH(QString, style);
    QFETCH(QString, process);
    QFETCH(int, pid);
    QFETCH(QString, sender);
    const RecordingSink sink =
        read_log(in_style(style.toStdString(), process.toStdString(), pid, sender.toStdString(), kRefused));
    QCOMPARE(sink.events.size(), std::size_t{1});
    QVERIFY(sink.events.front().operation == Operation::generic);
    QCOMPARE(sink.events.front().field("pattern"), std::string("not from the kernel"));
    QVERIFY(!sink.events.front().target.present());
}

void MacosLogTest::an_array_with_notices_around_it() {
    auto second = keys();
    second["eventMessage"] = R"("a \"quoted\" {brace}\n and a line")";
    std::string pretty = json(keys());
    pretty.insert(1, "\n  ");
    const RecordingSink array = read_log("[" + pretty + "," + json(second) + "]\n");
    QCOMPARE(array.events.size(), std::size_t{2});
    QCOMPARE(array.events[1].text, std::string("a \"quoted\" {brace}\n and a line"));
    QVERIFY(array.losses.empty());
    const RecordingSink lines = read_log("Filtering the log data using \"sender == \\\"{x}\\\"\"\n" +
                                         json(keys()) + "{\"count\":1,\"finished\":1}\n");
    QCOMPARE(lines.events.size(), std::size_t{1});
    QVERIFY(lines.losses.empty());
}

void MacosLogTest::messages_of_several_lines() {
    for (const char* style : {"default", "syslog", "compact"}) {
        const RecordingSink sink =
            read_log("Timestamp   Thread\n" + text_record(style, "App", 5, "", "one\n  two\n\nthree") +
                     text_record(style, "App", 5, "", "next") +
                     "--------------------\nLog      - Default:          2, Info: 0\n");
        QCOMPARE(sink.events.size(), std::size_t{2});
        QCOMPARE(sink.events[0].text, std::string("one\n  two\n\nthree"));
        QCOMPARE(sink.events[1].text, std::string("next"));
        QCOMPARE(sink.lost_count("log_line_unreadable"), std::uint64_t{0});
    }
}

void MacosLogTest::subsystem_and_brackets_of_messages() {
    for (const char* style : {"default", "syslog", "compact"}) {
        const RecordingSink sink =
            read_log(text_record(style, "Google Chrome Helper [x]", 5, "libxpc.dylib",
                                 "[com.apple.xpc:a b] <private>") +
                     text_record(style, "launchd", 1, "",
                                 "[system/com.example.d [43]:] Successfully spawned d[43] because ipc"));
        QCOMPARE(sink.events.size(), std::size_t{2});
        const RecordedEvent &chrome = sink.events[0], &launchd = sink.events[1];
        QCOMPARE(who(chrome.actor), std::string("Google Chrome Helper [x](5)"));
        QCOMPARE(chrome.field("senderImagePath"), std::string("libxpc.dylib"));
        QCOMPARE(chrome.field("subsystem") + "|" + chrome.field("category"),
                 std::string("com.apple.xpc|a b"));
        QCOMPARE(chrome.text, std::string("<private>"));
        QVERIFY(launchd.operation == Operation::process_create);
        QCOMPARE(who(launchd.target), std::string("d(43)"));
        QCOMPARE(launchd.parent.pid, 1U);
        QCOMPARE(launchd.field("subsystem"), std::string("(absent)"));
    }
}

void MacosLogTest::losses_of_log_itself_are_counted() {
    auto members = keys();
    members["eventType"] = R"("lossEvent")";
    members["eventMessage"] = R"("lost >= 12 unreliable messages")";
    const std::string notice =
        "=== Messages dropped during live streaming (use `log show` to see what they were)\n";
    const RecordingSink lines = read_log(json(members) + notice + json(keys()));
    QCOMPARE(lines.events.size(), std::size_t{2});
    QCOMPARE(lines.lost_count("log_messages_dropped"), std::uint64_t{2});
    const RecordingSink text = read_log(text_record("default", "App", 5, "", "x") + notice +
                                        text_record("default", "App", 5, "", "y"));
    QCOMPARE(text.events.size(), std::size_t{2});
    QCOMPARE(text.lost_count("log_messages_dropped"), std::uint64_t{1});
}

void MacosLogTest::attacks_own_channel() {
    auto by_subsystem = keys(), by_sender = keys();
    by_subsystem["subsystem"] = R"("com.apple.security")";
    by_sender["senderImagePath"] = R"("\/usr\/lib\/system\/libsystem_kernel.dylib")";
    for (auto* members : {&by_subsystem, &by_sender}) {
        (*members)["processID"] = "300";
        (*members)["processImagePath"] = R"("\/usr\/sbin\/securityd")";
        (*members)["eventMessage"] = R"("anything")";
        const RecordingSink sink = read_log(json(*members));
        QCOMPARE(sink.events.size(), std::size_t{1});
        QVERIFY(sink.events.front().operation == Operation::security_log);
        QCOMPARE(sink.events.front().text, std::string("anything"));
    }
}

void MacosLogTest::any_key_missing_or_of_another_type_data() {
    QTest::addColumn<QString>("key");
    for (const auto& [key, value] : keys()) {
        QTest::newRow(key.c_str()) << QString::fromStdString(key);
    }
}

void MacosLogTest::any_key_missing_or_of_another_type() {
    QFETCH(QString, key);
    for (const char* other : {"", "null", "[1,{}]", "{\"a\":2}", "-7", "1e300", "true", "\"text\""}) {
        auto members = keys();
        if (*other == 0) {
            members.erase(key.toStdString());
        } else {
            members[key.toStdString()] = other;
        }
        const RecordingSink sink = read_log(json(keys()) + json(members) + json(keys()));
        QCOMPARE(sink.events.size(), std::size_t{3});
        QVERIFY(sink.events[2].operation == Operation::task_control);
        QVERIFY(sink.losses.empty());
    }
}

void MacosLogTest::ten_megabytes_in_a_line_data() {
    every_style_tells_the_same_data();
}

void MacosLogTest::ten_megabytes_in_a_line() {
    QFETCH(QString, style);
    const std::string s = style.toStdString();
    const std::string small = in_style(s, "/bin/a", 5, "", "small");
    const RecordingSink sink =
        read_log(small + in_style(s, "/bin/a", 5, "", std::string(10U << 20U, 'x')) + small);
    QCOMPARE(sink.events.size(), std::size_t{2});
    QCOMPARE(sink.events[1].text, std::string("small"));
    QVERIFY(sink.lost_count("log_record_too_long") + sink.lost_count("json_record_too_long") == 1);
    QCOMPARE(sink.bad_places, std::uint64_t{0});
}

void MacosLogTest::messages_without_heads_prove_nothing() {
    const RecordingSink sink =
        read_log("pasted:\nkernel| " + std::string(kRefused) + "\nkernel| " + kRefused + "\n");
    QCOMPARE(sink.events.size(), std::size_t{3});
    QCOMPARE(sink.lost_count("log_message_without_head"), std::uint64_t{3});
    for (const RecordedEvent& e : sink.events) {
        QVERIFY(e.operation == Operation::generic && e.time.none());
    }
}

void MacosLogTest::probe_declines_other_text_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prose") << QByteArray("Dear all,\nthe log is attached.\n");
    QTest::newRow("other JSON") << QByteArray("{\"timestamp\":\"2026-01-01\",\"message\":\"x\"}\n");
    QTest::newRow("syslog") << QByteArray("Oct 24 06:12:07 mac syslogd[101]: ASL Sender Statistics\n");
    QTest::newRow("stamped log of something else") << QByteArray("2026-01-01 10:00:00.123 INFO started\n");
}

void MacosLogTest::probe_declines_other_text() {
    QFETCH(QByteArray, head);
    const Bytes bytes(reinterpret_cast<const std::byte*>(head.constData()),
                      static_cast<std::size_t>(head.size()));
    QCOMPARE(make_macos_log_importer()->probe(bytes, "x").confidence, 0);
    QCOMPARE(make_macos_logarchive_importer()->probe(bytes, "x").confidence, 0);
}

void MacosLogTest::stored_logs_are_answered_with_the_command_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QString>("loss");
    QTest::newRow("tracev3") << QByteArray("\x00\x10\x00\x00\x11\x00\x00\x00\xd0\x00", 10)
                             << "logarchive_not_read";
    QTest::newRow("timesync") << QByteArray("\xb0\xbb\x30\x00\x00\x00\x00\x00\x01", 9)
                              << "logarchive_part_not_read";
    QTest::newRow("uuidtext") << QByteArray("\x99\x88\x77\x66\x02", 5) << "logarchive_part_not_read";
    QTest::newRow("dsc") << QByteArray("hcsd\x01", 5) << "logarchive_part_not_read";
}

void MacosLogTest::stored_logs_are_answered_with_the_command() {
    QFETCH(QByteArray, head);
    QFETCH(QString, loss);
    const Bytes bytes(reinterpret_cast<const std::byte*>(head.constData()),
                      static_cast<std::size_t>(head.size()));
    const auto importer = make_macos_logarchive_importer();
    QVERIFY(importer->probe(bytes, "x").confidence > 90);
    RecordingSink sink;
    const auto input = memory_input("it's.logarchive/Persist/1", head.toStdString());
    QVERIFY(importer->parse(*input, {}, sink, {}).ok());
    QVERIFY(sink.events.empty());
    QCOMPARE(sink.lost_count(loss.toStdString()), std::uint64_t{1});
    QCOMPARE(sink.places.front().second.what,
             std::string(
                 "log show --archive 'it'\\''s.logarchive' --style ndjson --info --debug > unified.ndjson"));
}

QTEST_GUILESS_MAIN(MacosLogTest)
#include "macos_log_test.moc"
