#include "core/resolve/lives.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <sstream>

using namespace trocar;

namespace {

constexpr std::int64_t kMs = 1'000'000;

/// References and the lives made of them, as text.
/// A line: "NAME host=H guid=N pid=N image=X later=X seen=A-B created=T exited=T parent=NAME cmd=X", times in
/// ms.
struct Capture {
    StringTable strings;
    std::vector<StringId> hosts;
    std::vector<ProcessReference> references;
    std::vector<std::string> names;

    explicit Capture(const std::vector<std::string>& lines) {
        std::map<std::string, std::uint32_t> numbers;
        for (std::uint32_t i = 0; i < lines.size(); ++i) {
            names.push_back(lines[i].substr(0, lines[i].find(' ')));
            numbers[names.back()] = i;
        }
        for (const std::string& line : lines) {
            references.push_back(read(line, numbers));
        }
    }

    ProcessReference read(const std::string& line, const std::map<std::string, std::uint32_t>& numbers) {
        ProcessReference r;
        std::istringstream in(line);
        std::string word;
        in >> word;
        while (in >> word) {
            const std::string key = word.substr(0, word.find('='));
            const std::string value = word.substr(word.find('=') + 1);
            const auto time = [](const std::string& ms) { return UtcNanos{std::stoll(ms) * kMs}; };
            if (key == "host") {
                const StringId name = strings.intern(value);
                const auto at = std::find(hosts.begin(), hosts.end(), name);
                r.host = {static_cast<std::uint32_t>(at - hosts.begin())};
                if (at == hosts.end()) {
                    hosts.push_back(name);
                }
            } else if (key == "guid") {
                r.guid = {0, std::stoull(value)};
            } else if (key == "pid") {
                r.pid = static_cast<std::uint32_t>(std::stoul(value));
                r.has_pid = true;
            } else if (key == "image") {
                r.image = strings.intern(value);
            } else if (key == "later") {
                r.later_image = strings.intern(value);
            } else if (key == "cmd") {
                r.command_line = strings.intern(value);
            } else if (key == "seen") {
                r.first_seen = time(value.substr(0, value.find('-')));
                r.last_seen = time(value.substr(value.find('-') + 1));
            } else if (key == "created") {
                r.created = time(value);
                r.first_seen = r.first_seen.none() ? r.created : std::min(r.first_seen, r.created);
                r.last_seen = r.last_seen.none() ? r.created : std::max(r.last_seen, r.created);
            } else if (key == "exited") {
                r.exited = time(value);
                r.first_seen = r.first_seen.none() ? r.exited : std::min(r.first_seen, r.exited);
                r.last_seen = r.last_seen.none() ? r.exited : std::max(r.last_seen, r.exited);
            } else if (key == "parent") {
                r.parent = {numbers.at(value)};
            }
        }
        return r;
    }

    /// "{a b} image parent={c}" a line; a life is named by its references, sorted.
    std::string lives() {
        const ProcessTable table = resolve_lives(references, hosts, strings);
        std::vector<std::vector<std::string>> members(table.lives.size());
        for (std::size_t i = 0; i < references.size(); ++i) {
            members.at(table.life_of_reference[i].value).push_back(names[i]);
        }
        const auto called = [&](ProcessId id) {
            std::vector<std::string>& m = members[id.value];
            std::sort(m.begin(), m.end());
            std::string out = "{";
            for (const std::string& name : m) {
                out += (out.size() > 1 ? " " : "") + name;
            }
            return out + "}";
        };
        std::string out;
        for (std::uint32_t i = 0; i < table.lives.size(); ++i) {
            const ProcessLife& life = table.lives[i];
            out += called({i}) + " " + std::string(strings.text(life.key));
            if (life.image.value != 0) {
                out += " " + std::string(strings.text(life.image));
            }
            if (life.later_image.value != 0) {
                out += " then " + std::string(strings.text(life.later_image));
            }
            if (life.command_line.value != 0) {
                out += " cmd=" + std::string(strings.text(life.command_line));
            }
            if (life.start_inferred) {
                out += " inferred";
            }
            if (!life.parent.none()) {
                out += " parent=" + called(life.parent);
            }
            out += "\n";
        }
        return out;
    }
};

std::string g(int n) {
    Guid guid{0, static_cast<std::uint64_t>(n)};
    return format_guid(guid);
}

std::string lives(const std::vector<std::string>& lines) {
    return Capture(lines).lives();
}

}  // namespace

class LivesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void a_guid_is_a_life() {
        QCOMPARE(lives({"a host=WS1 guid=1 pid=10 image=x.exe created=100",
                        "b host=WS1 guid=2 pid=11 seen=50-60"}),
                 "{b} ws1|" + g(2) + " inferred\n{a} ws1|" + g(1) + " x.exe\n");
    }

    // FORMATS-windows.md section 7, numbers as there.
    void surprise_3_seen_before_its_own_start() {
        // Named by guid: any earlier stamp is the same life. By pid: within the slack.
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe seen=9700-9700 created=10000",
                        "m host=h pid=10 seen=9665-9665", "early host=h pid=10 seen=9000-9000"}),
                 "{early} h|10|9000000000 inferred\n{a m} h|" + g(1) + " x.exe\n");
    }

    void surprise_4_seen_after_its_own_end() {
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe created=1000 exited=2000 seen=900-2300",
                        "m host=h pid=10 seen=2400-2400", "late host=h pid=10 seen=5000-5000"}),
                 "{a m} h|" + g(1) + " x.exe\n{late} h|10|5000000000 inferred\n");
    }

    void surprise_5_pid_reuse_splits() {
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe created=1000 exited=2000",
                        "b host=h guid=2 pid=10 image=y.exe created=9000",
                        "m1 host=h pid=10 image=x.exe seen=1500-1500", "m2 host=h pid=10 seen=9500-9500"}),
                 "{a m1} h|" + g(1) + " x.exe\n{b m2} h|" + g(2) + " y.exe\n");
        // Without any guid: every creation of the pid is another life.
        QCOMPARE(
            lives({"a host=h pid=10 image=x.exe created=1000", "b host=h pid=10 image=x.exe created=9000",
                   "m host=h pid=10 image=x.exe exited=9500"}),
            std::string("{a} h|10|1000000000 x.exe\n{b m} h|10|9000000000 x.exe\n"));
        // Reused at once: the name tells which of the two is meant.
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe created=1000 exited=2000",
                        "b host=h guid=2 pid=10 image=y.exe created=2100",
                        "m host=h pid=10 image=C:\\y.exe seen=1950-1950"}),
                 "{a} h|" + g(1) + " x.exe\n{b m} h|" + g(2) + " y.exe\n");
    }

    void surprise_6_most_processes_have_no_start() {
        QCOMPARE(
            lives({"a host=h guid=1 pid=10 image=x.exe seen=5000-9000", "m host=h pid=10 seen=2000-2000"}),
            "{a m} h|" + g(1) + " x.exe inferred\n");
        // The creation was seen by another log only: that is its start.
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=C:\\X.exe seen=5000-9000",
                        "s host=h pid=10 image=c:\\x.EXE created=3000 cmd=run"}),
                 "{a s} h|" + g(1) + " C:\\X.exe cmd=run\n");
    }

    void surprise_7_hosts_do_not_mix() {
        QCOMPARE(lives({"a host=WS1 guid=1 pid=10 created=1000", "b host=WS2 pid=10 seen=1500-1500",
                        "c host=ws1 pid=10 seen=1600-1600", "d host=WS2 guid=1 pid=10 created=1700"}),
                 "{a c} ws1|" + g(1) + "\n{b d} ws2|" + g(1) + "\n");
    }

    void surprise_8_names_that_say_nothing() {
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=&lt;unknown later=x.exe seen=1-1",
                        "b host=h guid=2 pid=11 image=? later=- seen=2-2",
                        "c host=h guid=3 pid=12 image=- created=3", "d host=h pid=12 image=y.exe created=4"}),
                 "{a} h|" + g(1) + " &lt;unknown then x.exe inferred\n{b} h|" + g(2) + " inferred\n{c} h|" +
                     g(3) + "\n{d} h|12|4000000 y.exe\n");
    }
    void surprise_8_the_whole_marker() {
        Capture capture(
            {"a host=h guid=1 pid=10 later=x.exe seen=1-1", "b host=h guid=2 pid=11 later=y.exe seen=2-2"});
        capture.references[0].image = capture.strings.intern("<unknown process>");
        capture.references[1].image = capture.strings.intern("&lt;unknown process&gt;");
        QCOMPARE(capture.lives(), "{a} h|" + g(1) + " x.exe inferred\n{b} h|" + g(2) + " y.exe inferred\n");
    }

    void surprise_9_one_guid_changes_its_name() {
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=C:\\Akagi_64.exe later=C:\\explorer.exe created=1000"}),
                 "{a} h|" + g(1) + " C:\\Akagi_64.exe then C:\\explorer.exe\n");
    }

    void surprise_10_a_zero_guid_is_none() {
        QCOMPARE(lives({"a host=h guid=0 pid=10 image=x.exe created=1000",
                        "b host=h guid=0 pid=11 image=y.exe created=1"}),
                 std::string("{b} h|11|1000000 y.exe\n{a} h|10|1000000000 x.exe\n"));
    }

    void security_4688_and_sysmon_1_are_one_start() {
        QCOMPARE(lives({"sysmon host=h guid=1 pid=10 image=C:\\Windows\\x.exe created=10000",
                        "s4688 host=h pid=10 image=C:\\WINDOWS\\X.EXE created=10900 cmd=full"}),
                 "{s4688 sysmon} h|" + g(1) + " C:\\Windows\\x.exe cmd=full\n");
        // Another name, or more than 2 s apart: another process.
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe created=10000",
                        "b host=h pid=10 image=y.exe created=10100"}),
                 "{a} h|" + g(1) + " x.exe\n{b} h|10|10100000000 y.exe\n");
        QCOMPARE(lives({"a host=h guid=1 pid=10 image=x.exe created=10000",
                        "b host=h pid=10 image=x.exe created=12001"}),
                 "{a} h|" + g(1) + " x.exe\n{b} h|10|12001000000 x.exe\n");
        // Two starts of one program within 2 s: each to its own.
        QCOMPARE(
            lives({"a host=h guid=1 pid=10 image=x.exe created=10000 exited=10500",
                   "b host=h guid=2 pid=10 image=x.exe created=11000",
                   "p host=h pid=10 image=x.exe created=10010", "q host=h pid=10 image=x.exe created=11010"}),
            "{a p} h|" + g(1) + " x.exe\n{b q} h|" + g(2) + " x.exe\n");
    }

    void one_creation_in_two_exports_is_one_life() {
        QCOMPARE(
            lives({"a host=h pid=10 image=x.exe created=1000", "b host=h pid=10 image=x.exe created=1001"}),
            std::string("{a b} h|10|1000000000 x.exe\n"));
    }

    void mentions_of_an_unseen_process_are_one_life() {
        QCOMPARE(lives({"a host=h pid=10 image=x.exe seen=1000-2000", "b host=h pid=10 seen=3000-3000",
                        "c host=h pid=10 image=y.exe seen=4000-4000", "n host=h pid=11 seen=1-1"}),
                 std::string("{n} h|11|1000000 inferred\n{a b} h|10|1000000000 x.exe inferred\n"
                             "{c} h|10|4000000000 y.exe inferred\n"));
    }

    void parents_by_guid_and_by_pid_and_time() {
        QCOMPARE(
            lives({"p host=h guid=1 pid=10 created=1000", "c host=h guid=2 pid=11 created=2000 parent=p"}),
            "{p} h|" + g(1) + "\n{c} h|" + g(2) + " parent={p}\n");
        // pid 10 was two processes; the child's own time says which one made it.
        QCOMPARE(lives({"p1 host=h pid=10 image=x.exe created=1000 exited=5000",
                        "p2 host=h pid=10 image=y.exe created=8000", "m host=h pid=10 seen=1500-9000",
                        "c host=h pid=11 created=9000 parent=m"}),
                 std::string("{m p1} h|10|1000000000 x.exe\n{p2} h|10|8000000000 y.exe\n"
                             "{c} h|11|9000000000 parent={p2}\n"));
    }

    void a_ring_of_parents_is_cut() {
        const std::string out =
            lives({"a host=h guid=1 pid=1 created=1 parent=c", "b host=h guid=2 pid=2 created=2 parent=a",
                   "c host=h guid=3 pid=3 created=3 parent=b", "s host=h guid=4 pid=4 created=4 parent=s",
                   "t host=h guid=5 pid=5 created=5 parent=c"});
        QCOMPARE(out, "{a} h|" + g(1) + "\n{b} h|" + g(2) + " parent={a}\n{c} h|" + g(3) +
                          " parent={b}\n{s} h|" + g(4) + "\n{t} h|" + g(5) + " parent={c}\n");
    }

    void hostile_references_have_lives() {
        QCOMPARE(lives({"a", "b", "c pid=4", "d guid=7", "e host=h seen=5-5"}).size() > 0, true);
        Capture capture({"a host=h pid=1 created=1", "b host=h pid=1 seen=1-1"});
        capture.references[0].parent = {77};
        capture.references[0].host = {99};
        capture.references[1].image = {12345};
        capture.references[1].first_seen = UtcNanos{std::numeric_limits<std::int64_t>::max()};
        capture.references[1].last_seen = UtcNanos{std::numeric_limits<std::int64_t>::min() + 1};
        const ProcessTable table = resolve_lives(capture.references, capture.hosts, capture.strings);
        QCOMPARE(table.life_of_reference.size(), std::size_t{2});
        for (const ProcessId id : table.life_of_reference) {
            QVERIFY(id.value < table.lives.size());
        }
        QCOMPARE(resolve_lives({}, {}, capture.strings).lives.size(), std::size_t{0});
    }

    void the_order_of_import_does_not_matter() {
        const char* given = std::getenv("TROCAR_TEST_SEED");
        const auto seed = static_cast<std::uint32_t>(given != nullptr ? std::atoi(given) : 20240917);
        qInfo("TROCAR_TEST_SEED=%u", seed);
        std::mt19937 random(seed);
        const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
        for (int round = 0; round < 400; ++round) {
            std::vector<std::string> lines;
            const int count = 3 + below(14);
            for (int i = 0; i < count; ++i) {
                std::string line = "r" + std::to_string(i) + " host=" + (below(2) ? "WS1" : "ws2");
                if (below(2)) {
                    line += " guid=" + std::to_string(1000 + i);
                }
                line += " pid=" + std::to_string(below(3)) + " image=" + (below(2) ? "x.exe" : "y.exe");
                const int t = below(20) * 400 + i;  // times differ: equal references are interchangeable
                line += below(2) ? " created=" + std::to_string(t)
                                 : " seen=" + std::to_string(t) + "-" + std::to_string(t);
                if (below(3) == 0) {
                    line += " exited=" + std::to_string(t + below(5000));
                }
                if (below(2)) {
                    line += " parent=r" + std::to_string(below(static_cast<unsigned>(count)));
                }
                lines.push_back(line);
            }
            const std::string first = lives(lines);
            for (int turn = 0; turn < 3; ++turn) {
                std::shuffle(lines.begin(), lines.end(), random);
                const std::string again = lives(lines);
                if (again != first) {
                    for (const std::string& line : lines) {
                        qInfo("%s", line.c_str());
                    }
                }
                QCOMPARE(QString::fromStdString(again), QString::fromStdString(first));
            }
        }
    }

    void keys_are_unique() {
        std::vector<std::string> lines;
        for (int i = 0; i < 5; ++i) {
            lines.push_back("r" + std::to_string(i) + " host=h image=x" + std::to_string(i % 2) +
                            ".exe seen=7-7");
        }
        Capture capture(lines);
        const ProcessTable table = resolve_lives(capture.references, capture.hosts, capture.strings);
        std::vector<StringId> keys;
        for (const ProcessLife& life : table.lives) {
            keys.push_back(life.key);
        }
        std::sort(keys.begin(), keys.end());
        QVERIFY(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
    }
};

QTEST_APPLESS_MAIN(LivesTest)
#include "lives_test.moc"
