#include "core/ingest/evidence_walk.h"

#include "tests/support/walked_archive.h"

#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <optional>

using namespace trocar;
using namespace trocar::test;

class EvidenceWalkTest : public QObject {
    Q_OBJECT

    std::optional<QTemporaryDir> folder_;
    std::string base_;
    std::string at(const std::string& name) const { return base_ + "/" + name; }

private Q_SLOTS:
    void init() {
        folder_.emplace();
        QVERIFY(folder_->isValid());
        base_ = folder_->path().toStdString();
    }

    void folders_are_walked_in_name_order() {
        ::mkdir(at("b").c_str(), 0755);
        put(at("c.json"), "3");
        put(at("a.json"), "1");
        put(at("b/x.json"), "2");
        put(at("._a.json"), "junk");
        put(at(".DS_Store"), "junk");
        put(at("zero"), "");
        QCOMPARE(walk(base_, {""}).text(), std::string("a.json = 1\nb/x.json = 2\nc.json = 3\n"
                                                       "skipped .DS_Store: Finder metadata, no evidence\n"
                                                       "skipped ._a.json: Finder metadata, no evidence\n"
                                                       "skipped zero: empty\n"));
    }

    void links_pipes_and_devices_are_not_opened() {
        ::mkdir(at("in").c_str(), 0755);
        put(at("out.json"), "secret");
        QCOMPARE(::symlink(at("out.json").c_str(), at("in/link").c_str()), 0);
        QCOMPARE(::symlink("..", at("in/up").c_str()), 0);
        QCOMPARE(::mkfifo(at("in/pipe").c_str(), 0644), 0);
        const Walked w = walk(base_, {"in"});
        QCOMPARE(w.seen.size(), std::size_t{0});
        QCOMPARE(w.skipped.size(), std::size_t{3});
        // Given by the analyst, a pipe is refused without waiting for a writer; a link is followed.
        QVERIFY(walk(base_, {"in/pipe"}).text().find("it is a named pipe") != std::string::npos);
        QCOMPARE(walk(base_, {"in/link"}).text(), std::string("in/link = secret\n"));
    }

    void what_may_not_be_read_is_listed_or_refused() {
        if (::geteuid() == 0) {
            // Root reads everything: drop to nobody for this test.
            QCOMPARE(::chmod(base_.c_str(), 0777), 0);
            put(at("locked.json"), "x");
            ::chmod(at("locked.json").c_str(), 0);
            ::mkdir(at("sub").c_str(), 0);
            QCOMPARE(::seteuid(65534), 0);
        } else {
            put(at("locked.json"), "x");
            ::chmod(at("locked.json").c_str(), 0);
            ::mkdir(at("sub").c_str(), 0);
        }
        const Walked folder = walk(base_, {""});
        const Walked file = walk(base_, {"locked.json"});
        const Walked sub = walk(base_, {"sub"});
        const auto opened = open_input(at("locked.json"));
        if (::getuid() == 0) {
            QCOMPARE(::seteuid(0), 0);
        }
        ::chmod(at("sub").c_str(), 0755);
        QVERIFY(folder.status.ok());
        QCOMPARE(folder.skipped.size(), std::size_t{2});
        QVERIFY(folder.text().find("locked.json: cannot open locked.json: Permission denied") !=
                std::string::npos);
        QCOMPARE(file.text(), std::string("error: cannot open locked.json: Permission denied\n"));
        QVERIFY(sub.text().find("error: cannot list the folder sub: Permission denied") != std::string::npos);
        QVERIFY(!opened.ok());
        QVERIFY(opened.error().remedy.find("permission") != std::string::npos);
    }

    void open_input_says_what_is_wrong() {
        put(at("zero"), "");
        QVERIFY(open_input(at("zero")).error().message.find("is empty (0 bytes)") != std::string::npos);
        QVERIFY(open_input(at("none")).error().message.find("No such file") != std::string::npos);
        QVERIFY(open_input(base_).error().message.find("it is a folder") != std::string::npos);
        QVERIFY(open_input("/dev/null").error().message.find("it is a device") != std::string::npos);
    }

    void inputs_read_anywhere() {
        put(at("f"), "0123456789");
        const auto file = open_input(at("f"));
        QVERIFY(file.ok());
        const std::unique_ptr<Input> memory = memory_input("m", "0123456789");
        for (Input* input : {file.value().get(), memory.get()}) {
            QCOMPARE(input->size(), std::uint64_t{10});
            std::array<std::byte, 4> four{};
            QCOMPARE(input->read_at(8, four).value(), std::size_t{2});
            QCOMPARE(static_cast<char>(four[1]), '9');
            QCOMPARE(input->read_at(10, four).value(), std::size_t{0});
            QCOMPARE(input->read_at(~0ULL, four).value(), std::size_t{0});
        }
    }

    void a_file_that_shrinks_is_an_error() {
        put(at("f"), std::string(1000, 'x'));
        const auto file = open_input(at("f"));
        QCOMPARE(::truncate(at("f").c_str(), 10), 0);
        std::array<std::byte, 100> out{};
        const auto got = file.value()->read_at(500, out);
        QVERIFY(!got.ok());
        QVERIFY(got.error().message.find("at offset 500") != std::string::npos);
    }

    void stop_and_visit_end_the_walk() {
        put(at("x.zip"), made_archive("zip", "none", {{"a", "1"}, {"b", "2"}}));
        put(at("y"), "3");
        std::vector<SkippedItem> skipped;
        int visits = 0;
        const auto once = [&](Input&) { return ++visits < 0; };
        QVERIFY(walk_evidence({at("x.zip"), at("y")}, {}, once, skipped, {}).ok());
        QCOMPARE(visits, 1);
        std::stop_source source;
        source.request_stop();
        const Status stopped = walk_evidence({at("x.zip")}, {}, once, skipped, source.get_token());
        QCOMPARE(stopped.error().kind, ErrorKind::cancelled);
    }

    void probes_are_ordered_and_stable() {
        struct Fixed final : Importer {
            int confidence;
            std::string name_;
            Fixed(int c, std::string n) : confidence(c), name_(std::move(n)) {}
            std::string_view name() const override { return name_; }
            std::string_view title() const override { return name_; }
            int version() const override { return 1; }
            Probe probe(Bytes, std::string_view) const override { return {confidence, "because"}; }
            Status parse(Input&, const ImportHints&, EventSink&, std::stop_token) const override {
                return {};
            }
            Result<RenderedRecord> render(Bytes, RawPlace) const override { return RenderedRecord{}; }
        };
        ImporterList list;
        for (auto [c, n] : {std::pair{0, "a"}, {50, "b"}, {90, "c"}, {50, "d"}, {400, "e"}}) {
            list.push_back(std::make_unique<Fixed>(c, n));
        }
        std::string order;
        for (const ProbeAnswer& answer : probe_all(list, {}, "x")) {
            order += std::string(answer.importer->name()) + std::to_string(answer.probe.confidence) + " ";
        }
        QCOMPARE(order, std::string("e100 c90 b50 d50 a0 "));
        const auto input = memory_input("m", std::string(100'000, 'x'));
        QCOMPARE(read_head(*input).value().size(), std::size_t{65536});
    }
};

QTEST_APPLESS_MAIN(EvidenceWalkTest)
#include "evidence_walk_test.moc"
