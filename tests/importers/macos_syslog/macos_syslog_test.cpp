#include "importers/macos_syslog/macos_syslog.h"

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

/// Text in memory with a time of its own, as a file on the disk has.
class DatedInput final : public Input {
public:
    DatedInput(std::string text, UtcNanos modified)
        : inner_(memory_input("system.log", std::move(text))), modified_(modified) {}
    std::uint64_t size() const override { return inner_->size(); }
    Result<std::size_t> read_at(std::uint64_t offset, std::span<std::byte> out) override {
        return inner_->read_at(offset, out);
    }
    const std::string& name() const override { return inner_->name(); }
    UtcNanos modified() const override { return modified_; }

private:
    std::unique_ptr<Input> inner_;
    UtcNanos modified_;
};

RecordingSink read_log(std::string text, int year = 2026, const char* modified = nullptr,
                       int zone_minutes = 0) {
    RecordingSink sink;
    ImportHints hints;
    hints.year = year;
    hints.zone_minutes = zone_minutes;
    DatedInput input(std::move(text),
                     modified == nullptr ? kNoTime : parse_iso_time(modified).value_or(kNoTime));
    const Status read = make_macos_syslog_importer()->parse(input, hints, sink, {});
    if (!read.ok()) {
        ++sink.losses["ERROR " + read.error().message];
    }
    return sink;
}

std::string times_of(const RecordingSink& sink) {
    std::string out;
    for (const RecordedEvent& e : sink.events) {
        out += (out.empty() ? "" : " ") + (e.time.none() ? "none" : format_iso_time(e.time).substr(0, 16));
    }
    return out;
}

}  // namespace

class MacosSyslogTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_name_host_process_and_pid();
    void years_data();
    void years();
    void inserted_libraries_data();
    void inserted_libraries();
    void several_lines_are_one_message();
    void damaged_lines_are_kept_or_counted();
    void probe_wants_signs_of_macos_data();
    void probe_wants_signs_of_macos();
};

void MacosSyslogTest::lines_name_host_process_and_pid() {
    const RecordingSink sink = read_log(
        "Jan  2 03:04:05 a-mac kernel[0]: hello: world\n"
        "Jan  2 03:04:06 a-mac com.apple.xpc.launchd[1] (com.apple.x[77]): Service exited\n"
        "Jan  2 03:04:07 --- last message repeated 8 times ---\n"
        "Jan  2 03:04:08 a-mac Google Chrome Helper[9]: x\n",
        2026, nullptr, 60);
    QCOMPARE(sink.events.size(), std::size_t{4});
    QCOMPARE(times_of(sink),
             std::string("2026-01-02T02:04 2026-01-02T02:04 2026-01-02T02:04 2026-01-02T02:04"));
    QCOMPARE(sink.events[0].host, std::string("a-mac"));
    QCOMPARE(sink.events[0].text, std::string("hello: world"));
    QCOMPARE(sink.events[0].actor.image, std::string("kernel"));
    QCOMPARE(sink.events[1].actor.image, std::string("com.apple.xpc.launchd"));
    QCOMPARE(sink.events[1].actor.pid, 1U);
    QCOMPARE(sink.events[2].field("repeated"), std::string("8"));
    QCOMPARE(sink.events[2].host, std::string("a-mac"));
    QCOMPARE(sink.events[3].actor.image, std::string("Google Chrome Helper"));
    QCOMPARE(sink.losses, (std::map<std::string, std::uint64_t>{{"syslog_message_repeated", 1}}));
}

void MacosSyslogTest::years_data() {
    QTest::addColumn<QString>("stamps");
    QTest::addColumn<int>("year");
    QTest::addColumn<QString>("modified");
    QTest::addColumn<QString>("times");
    QTest::addColumn<QString>("loss");
    QTest::newRow("said") << "Feb 28,Feb 29" << 2024 << ""
                          << "2024-02-28 2024-02-29"
                          << "";
    QTest::newRow("said, over New Year") << "Dec 31,Jan  1" << 2024 << ""
                                         << "2024-12-31 2025-01-01"
                                         << "";
    QTest::newRow("said, a line late after New Year") << "Dec 31,Jan  1,Dec 31,Jan  1" << 2024 << ""
                                                      << "2024-12-31 2025-01-01 2024-12-31 2025-01-01"
                                                      << "";
    QTest::newRow("from the file") << "Oct 24,Oct 25" << 0 << "2026-10-25T09:00:00Z"
                                   << "2026-10-24 2026-10-25"
                                   << "syslog_year_from_file";
    QTest::newRow("from a file written in January") << "Dec 30,Jan  2" << 0 << "2026-01-02T09:00:00Z"
                                                    << "2025-12-30 2026-01-02"
                                                    << "syslog_year_from_file";
    QTest::newRow("from a file copied months later") << "Oct 24,Oct 25" << 0 << "2027-03-01T09:00:00Z"
                                                     << "2026-10-24 2026-10-25"
                                                     << "syslog_year_from_file";
    QTest::newRow("unknown") << "Oct 24,Oct 25" << 0 << ""
                             << "none none"
                             << "syslog_year_unknown";
    QTest::newRow("a day that is none") << "Feb 28,Feb 29" << 2026 << ""
                                        << "2026-02-28 none"
                                        << "syslog_day_unknown";
}

void MacosSyslogTest::years() {
    QFETCH(QString, stamps);
    QFETCH(int, year);
    QFETCH(QString, modified);
    QFETCH(QString, times);
    QFETCH(QString, loss);
    std::string text;
    for (const QString& stamp : stamps.split(',')) {
        text += stamp.toStdString() + " 08:00:00 mac App[5]: x\n";
    }
    const std::string written = modified.toStdString();
    const RecordingSink sink = read_log(text, year, written.empty() ? nullptr : written.c_str());
    QStringList days;
    for (const RecordedEvent& e : sink.events) {
        days += e.time.none() ? "none" : QString::fromStdString(format_iso_time(e.time).substr(0, 10));
    }
    QCOMPARE(days.join(' '), times);
    QCOMPARE(sink.losses.size(), loss.isEmpty() ? std::size_t{0} : std::size_t{1});
    QCOMPARE(sink.lost_count(loss.toStdString()), std::uint64_t{loss.isEmpty() ? 0U : 1U});
}

void MacosSyslogTest::inserted_libraries_data() {
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("operation");
    QTest::addColumn<QString>("library");
    QTest::addColumn<QString>("target");
    QTest::addColumn<quint32>("flags");
    constexpr std::uint32_t kWritable = signal_flag::kUserWritablePath;
    QTest::newRow("sudo")
        << "sudo[44]:     eve : TTY=ttys000 ; PWD=/ ; USER=root ; ENV=DYLD_INSERT_LIBRARIES=/tmp/a.dylib "
           "; COMMAND=/usr/local/bin/tool -v"
        << static_cast<int>(Operation::dyld_insert) << "/tmp/a.dylib"
        << "/usr/local/bin/tool" << quint32{mf::kInserted | kWritable};
    QTest::newRow("a shell's history, more variables")
        << "-zsh[45]: DYLD_INSERT_LIBRARIES=/opt/a.dylib A=1 /Applications/My App.app/Contents/MacOS/My -x"
        << static_cast<int>(Operation::dyld_insert) << "/opt/a.dylib"
        << "/Applications/My App.app/Contents/MacOS/My" << quint32{mf::kInserted};
    QTest::newRow("only set, nothing started") << "bash[45]: export DYLD_INSERT_LIBRARIES=/tmp/a.dylib"
                                               << static_cast<int>(Operation::generic) << "/tmp/a.dylib"
                                               << "" << quint32{0};
    QTest::newRow("another program's words") << "logger[46]: DYLD_INSERT_LIBRARIES=/tmp/a.dylib /bin/ls"
                                             << static_cast<int>(Operation::generic) << "/tmp/a.dylib"
                                             << "" << quint32{0};
    QTest::newRow("prose") << "logger[46]: set DYLD_INSERT_LIBRARIES yourself"
                           << static_cast<int>(Operation::generic) << "(absent)"
                           << "" << quint32{0};
    QTest::newRow("dyld ignores")
        << "su[47]: dyld: DYLD_ environment variables being ignored because main executable "
           "(/usr/bin/su) is setuid or setgid"
        << static_cast<int>(Operation::dyld_insert) << "(absent)"
        << "/usr/bin/su(47)" << quint32{mf::kInserted | mf::kStripped};
    QTest::newRow("dyld did not find it") << "App[48]: dyld: could not load inserted library: /tmp/b c.dylib"
                                          << static_cast<int>(Operation::module_load) << "/tmp/b c.dylib"
                                          << "App(48)" << quint32{mf::kInserted | mf::kDenied};
    QTest::newRow("dyld did not find it, told by another")
        << "ReportCrash[49]: dyld: could not load inserted library '/b.dylib' because image not found, "
           "process My App[50]"
        << static_cast<int>(Operation::module_load) << "/b.dylib"
        << "My App(50)" << quint32{mf::kInserted | mf::kDenied};
}

void MacosSyslogTest::inserted_libraries() {
    QFETCH(QString, line);
    QFETCH(int, operation);
    QFETCH(QString, library);
    QFETCH(QString, target);
    QFETCH(quint32, flags);
    const RecordingSink sink = read_log("Jan  2 03:04:05 mac " + line.toStdString() + "\n");
    QCOMPARE(sink.events.size(), std::size_t{1});
    const RecordedEvent& e = sink.events.front();
    QCOMPARE(static_cast<int>(e.operation), operation);
    QCOMPARE(QString::fromStdString(e.field("library")), library);
    QCOMPARE(
        QString::fromStdString(e.target.image +
                               (e.target.has_pid ? "(" + std::to_string(e.target.pid) + ")" : std::string())),
        target);
    QCOMPARE(e.flags, signal_flag::kMac | flags);
}

void MacosSyslogTest::several_lines_are_one_message() {
    const RecordingSink sink =
        read_log("Jan  2 03:04:05 mac App[5]: one\n\ttwo\n\nthree\nJan  2 03:04:06 mac App[5]: four");
    QCOMPARE(sink.events.size(), std::size_t{2});
    QCOMPARE(sink.events[0].text, std::string("one\n\ttwo\n\nthree"));
    QCOMPARE(sink.events[1].text, std::string("four"));
    QVERIFY(sink.losses.empty());
}

void MacosSyslogTest::damaged_lines_are_kept_or_counted() {
    const std::string good = "Jan  2 03:04:05 mac App[5]: x\n";
    const RecordingSink sink =
        read_log("no head\n" + good + "Jan  2 03:04:05 mac App[5]: " + std::string(10U << 20U, 'y') + "\n" +
                 good + "Jan  2 03:04:05 mac \xff\xfe[5]: x\n" + "Jan  2 03:04:05 mac\n" + good +
                 "Jan  2 03:04:05 mac no tag\n" + "Jan  2 03:04:05 mac App[99999999999]: x\n");
    QCOMPARE(sink.lost_count("syslog_line_unreadable"), std::uint64_t{1});
    QCOMPARE(sink.lost_count("syslog_line_too_long"), std::uint64_t{1});
    QCOMPARE(sink.lost_count("syslog_bad_characters"), std::uint64_t{1});
    QCOMPARE(sink.losses.size(), std::size_t{3});
    QCOMPARE(sink.events.size(), std::size_t{6});  // a line without a process goes on with the one before
    QCOMPARE(sink.bad_places, std::uint64_t{0});
}

void MacosSyslogTest::probe_wants_signs_of_macos_data() {
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("mine");
    const QByteArray linux_line = "Oct 24 06:12:07 box sshd[10]: Accepted\n";
    QTest::newRow("of macOS") << linux_line + "Oct 24 06:12:08 box syslogd[1]: ASL Sender Statistics\n"
                              << "x.txt" << true;
    QTest::newRow("of another system") << linux_line << "auth.log" << false;
    QTest::newRow("by name") << linux_line << "/evidence/system.log.0" << true;
    QTest::newRow("no syslog") << QByteArray("2026-10-24 06:12:07 DYLD_\n") << "system.log" << false;
    QTest::newRow("empty") << QByteArray() << "system.log" << false;
}

void MacosSyslogTest::probe_wants_signs_of_macos() {
    QFETCH(QByteArray, head);
    QFETCH(QString, file);
    QFETCH(bool, mine);
    const Bytes bytes(reinterpret_cast<const std::byte*>(head.constData()),
                      static_cast<std::size_t>(head.size()));
    QCOMPARE(make_macos_syslog_importer()->probe(bytes, file.toStdString()).confidence > 0, mine);
}

QTEST_GUILESS_MAIN(MacosSyslogTest)
#include "macos_syslog_test.moc"
