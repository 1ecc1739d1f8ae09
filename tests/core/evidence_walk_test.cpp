#include "core/ingest/evidence_walk.h"

#include <QTemporaryDir>
#include <QTest>

#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <optional>

using namespace trocar;

namespace {

struct Member {
    std::string name;
    std::string bytes;
    int kind = AE_IFREG;
    std::string link = {};
};

/// An archive in memory, written by libarchive. `format`: zip, 7zip, ustar, raw; `filter`: none, gzip, zstd,
/// xz.
std::string made_archive(const std::string& format, const std::string& filter,
                         const std::vector<Member>& members, const char* password = nullptr) {
    std::string out;
    struct archive* a = archive_write_new();
    archive_write_set_format_by_name(a, format.c_str());
    if (filter != "none") {
        archive_write_add_filter_by_name(a, filter.c_str());
    }
    archive_write_set_bytes_in_last_block(a, 1);
    if (password != nullptr) {
        archive_write_set_options(a, "zip:encryption=aes256");
        archive_write_set_passphrase(a, password);
    }
    archive_write_open(
        a, &out, nullptr,
        [](struct archive*, void* to, const void* data, size_t n) {
            static_cast<std::string*>(to)->append(static_cast<const char*>(data), n);
            return static_cast<la_ssize_t>(n);
        },
        nullptr);
    for (const Member& m : members) {
        struct archive_entry* e = archive_entry_new();
        archive_entry_set_pathname(e, m.name.c_str());
        archive_entry_set_filetype(e, static_cast<unsigned>(m.kind));
        archive_entry_set_perm(e, 0644);
        archive_entry_set_size(e, static_cast<la_int64_t>(m.bytes.size()));
        if (!m.link.empty()) {
            archive_entry_set_symlink(e, m.link.c_str());
        }
        archive_write_header(a, e);
        archive_write_data(a, m.bytes.data(), m.bytes.size());
        archive_entry_free(e);
    }
    archive_write_close(a);
    archive_write_free(a);
    return out;
}

void put(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

struct Walked {
    std::vector<std::string>
        seen;  // "name = bytes" (long ones: size only), names relative to the temporary folder
    std::vector<SkippedItem> skipped;
    Status status;
    std::string text() const {
        std::string out;
        for (const std::string& s : seen) {
            out += s + "\n";
        }
        for (const SkippedItem& s : skipped) {
            out += "skipped " + s.name + ": " + s.reason + "\n";
        }
        if (!status.ok()) {
            out += "error: " + status.error().message + "\n";
        }
        return out;
    }
};

Walked walk(const std::string& base, const std::vector<std::string>& paths, const WalkLimits& limits = {}) {
    Walked w;
    const auto relative = [&](std::string name) {
        for (std::size_t at; (at = name.find(base + "/")) != std::string::npos;) {
            name.erase(at, base.size() + 1);
        }
        return name;
    };
    std::vector<std::string> full;
    for (const std::string& p : paths) {
        full.push_back(p.empty() ? base : base + "/" + p);
    }
    w.status =
        walk_evidence(full, limits,
                      [&](Input& input) {
                          std::string bytes(static_cast<std::size_t>(input.size()), '\0');
                          const auto got = input.read_at(0, std::as_writable_bytes(std::span(bytes)));
                          const bool whole = got.ok() && got.value() == bytes.size();
                          w.seen.push_back(relative(input.name()) + " = " +
                                           (!whole              ? "UNREADABLE"
                                            : bytes.size() < 64 ? bytes
                                                                : std::to_string(bytes.size()) + " bytes"));
                          return true;
                      },
                      w.skipped, {});
    for (SkippedItem& s : w.skipped) {
        s.name = relative(s.name);
        s.reason = relative(s.reason);
    }
    if (!w.status.ok()) {
        w.status = Error{w.status.error().kind, relative(w.status.error().message), w.status.error().remedy};
    }
    return w;
}

}  // namespace

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

    void archives_by_content_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        const QString two = "%1!/a.json = one\n%1!/d/b.json = two\n";
        const auto row = [&](const char* format, const char* filter, const char* name) {
            QTest::addRow("%s.%s as %s", format, filter, name) << format << filter << name << two.arg(name);
        };
        row("zip", "none", "x.zip");
        row("zip", "none", "x.txt");
        row("7zip", "none", "x.7z");
        row("ustar", "none", "x.tar");
        row("gnutar", "none", "x.bin");
        row("v7tar", "none", "x.tar");
        row("pax", "gzip", "x.tar.gz");
        row("ustar", "gzip", "x.txt");
        row("ustar", "zstd", "x.tar.zst");
        row("ustar", "xz", "x.tar.xz");
        row("ustar", "bzip2", "x.tbz");
        QTest::addRow("gz") << "raw"
                            << "gzip"
                            << "cap.JSON.gz"
                            << "cap.JSON.gz!/cap.JSON = one\n";
        QTest::addRow("gz as txt") << "raw"
                                   << "gzip"
                                   << "cap.txt"
                                   << "cap.txt!/cap.txt = one\n";
        QTest::addRow("zst") << "raw"
                             << "zstd"
                             << "cap.evtx.zst"
                             << "cap.evtx.zst!/cap.evtx = one\n";
    }
    void archives_by_content() {
        QFETCH(QString, format);
        QFETCH(QString, filter);
        QFETCH(QString, name);
        QFETCH(QString, expected);
        std::vector<Member> members{{"a.json", "one"}, {"d/b.json", "two"}};
        if (format == "raw") {
            members.resize(1);
        }
        put(at(name.toStdString()), made_archive(format.toStdString(), filter.toStdString(), members));
        QCOMPARE(QString::fromStdString(walk(base_, {name.toStdString()}).text()), expected);
    }

    void member_names_are_never_paths() {
        const std::string victim = at("victim");
        put(at("x.tar"), made_archive("ustar", "none",
                                      {{"../victim", "one"},
                                       {"/etc/passwd", "two"},
                                       {"link", "", AE_IFLNK, "/etc/shadow"},
                                       {"dir/", "", AE_IFDIR},
                                       {"node", "", AE_IFCHR},
                                       {"__MACOSX/._a.json", "junk"},
                                       {"empty", ""}}));
        const Walked w = walk(base_, {"x.tar"});
        QCOMPARE(w.text(),
                 std::string("x.tar!/../victim = one\nx.tar!//etc/passwd = two\n"
                             "skipped x.tar!/link: a symbolic link within the archive: not followed\n"
                             "skipped x.tar!/node: a device, pipe or socket within the archive: holds no "
                             "evidence\n"
                             "skipped x.tar!/__MACOSX/._a.json: Finder metadata, no evidence\n"
                             "skipped x.tar!/empty: empty\n"));
        QVERIFY(::access(victim.c_str(), F_OK) != 0);
    }

    void names_outside_ascii_survive_any_locale() {
        put(at("x.tar"), made_archive("ustar", "none", {{"B\xc3\xbcro.json", "one"}}));
        QCOMPARE(walk(base_, {"x.tar"}).text(), std::string("x.tar!/B\xc3\xbcro.json = one\n"));
    }

    void archives_within_archives_to_the_depth_limit() {
        std::string bytes = made_archive("zip", "none", {{"deep.json", "one"}});
        for (int i = 2; i <= 4; ++i) {
            bytes = made_archive("zip", "none", {{"level.zip", bytes}, {"side.json", std::to_string(i)}});
        }
        put(at("x.zip"), bytes);
        const std::string three = "x.zip!/level.zip!/level.zip!/level.zip";
        QCOMPARE(walk(base_, {"x.zip"}).seen.front(), three + "!/deep.json = one");
        WalkLimits limits;
        limits.max_depth = 3;
        const Walked w = walk(base_, {"x.zip"}, limits);
        QCOMPARE(w.seen.size(), std::size_t{3});
        QCOMPARE(w.skipped.size(), std::size_t{1});
        QCOMPARE(w.skipped[0].name, three);
        QVERIFY(w.skipped[0].reason.find("limit max_depth") != std::string::npos);
    }

    void an_archive_bomb_names_its_limit() {
        WalkLimits limits;
        limits.max_ratio = 100;
        const std::string bomb = made_archive("raw", "gzip", {{"data", std::string(80U << 20, 'A')}});
        put(at("bomb.gz"), bomb);
        put(at("nested.zip"),
            made_archive("zip", "none", {{"a.json", "one"}, {"bomb.gz", bomb}, {"z.json", "two"}}));
        put(at("z.json"), "three");
        const Walked w = walk(base_, {""}, limits);
        QVERIFY(w.status.ok());
        QCOMPARE(w.skipped.size(), std::size_t{2});
        QCOMPARE(w.skipped[0].name, std::string("bomb.gz!/bomb"));
        QVERIFY(w.skipped[0].reason.find("limit max_ratio") != std::string::npos);
        QCOMPARE(w.skipped[1].name, std::string("nested.zip!/bomb.gz!/bomb"));
        QCOMPARE(w.seen.back(), std::string("z.json = three"));  // other evidence is still read
    }

    void size_and_count_limits_end_the_walk() {
        put(at("x.zip"), made_archive("zip", "none", {{"a", "12345678"}, {"b", "12345678"}, {"c", "1"}}));
        WalkLimits limits;
        limits.max_members = 2;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_members") != std::string::npos);
        QCOMPARE(walk(base_, {"x.zip"}, limits).status.error().kind, ErrorKind::limit);
        limits = {};
        limits.max_member_bytes = 4;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_member_bytes") != std::string::npos);
        limits = {};
        limits.max_total_bytes = 100;
        QVERIFY(walk(base_, {"x.zip"}, limits).text().find("limit max_total_bytes") != std::string::npos);
    }

    void a_large_member_goes_through_a_temporary_file() {
        std::string large(70U << 20, '\0');
        for (std::size_t i = 0; i < large.size(); i += 4096) {
            large[i] = static_cast<char>(i >> 12);
        }
        put(at("x.tar"), made_archive("ustar", "none", {{"large", large}}));
        ::mkdir(at("spool").c_str(), 0755);
        qputenv("TMPDIR", QByteArray::fromStdString(at("spool")));
        std::vector<SkippedItem> skipped;
        bool same = false;
        const Status status =
            walk_evidence({at("x.tar")}, {},
                          [&](Input& input) {
                              std::string back(static_cast<std::size_t>(input.size()), '\1');
                              const auto got = input.read_at(0, std::as_writable_bytes(std::span(back)));
                              same = got.ok() && back == large;
                              return true;
                          },
                          skipped, {});
        QVERIFY(status.ok());
        QVERIFY(same);
        QVERIFY(QDir(QString::fromStdString(at("spool"))).isEmpty(QDir::AllEntries | QDir::NoDotAndDotDot));
        qputenv("TMPDIR", "/nowhere");
        const Walked w = walk(base_, {"x.tar"});
        qunsetenv("TMPDIR");
        QVERIFY(!w.status.ok());
        QCOMPARE(w.status.error().kind, ErrorKind::storage);
    }

    void passwords_are_named() {
        const std::string bytes = made_archive("zip", "none", {{"a.json", "one"}}, "infected");
        put(at("x.zip"), bytes);
        const Walked w = walk(base_, {"x.zip"});
        QCOMPARE(w.seen.size(), std::size_t{0});
        QVERIFY(w.text().find("x.zip!/a.json: protected by a password") != std::string::npos);
    }

    void damage_keeps_what_came_before() {
        std::string noise(300'000, '\0');
        std::uint32_t state = 1;
        for (char& c : noise) {
            state = state * 1664525U + 1013904223U;
            c = static_cast<char>(state >> 24);
        }
        const std::string gz = made_archive("raw", "gzip", {{"data", noise}});
        put(at("cut.json.gz"), gz.substr(0, gz.size() / 2));
        const Walked w = walk(base_, {"cut.json.gz"});
        QCOMPARE(w.seen.size(), std::size_t{1});
        QCOMPARE(w.skipped.size(), std::size_t{1});
        QVERIFY(w.skipped[0].reason.find("damaged after") == 0);
        put(at("bad.zip"), "PK\x03\x04 this is no zip");
        put(at("bad.7z"), std::string("7z\xBC\xAF\x27\x1C") + std::string(100, 'x'));
        for (const char* name : {"bad.zip", "bad.7z"}) {
            const Walked bad = walk(base_, {name});
            QVERIFY(bad.status.ok());
            QCOMPARE(bad.seen.size(), std::size_t{0});
            QCOMPARE(bad.skipped.size(), std::size_t{1});
        }
    }

    void every_cut_and_flip_of_an_archive_ends() {
        for (const char* format : {"zip", "7zip", "ustar"}) {
            const std::string whole = made_archive(
                format, "none", {{"a.json", "one two three"}, {"b.json", std::string(700, 'b')}});
            for (std::size_t cut = 1; cut < whole.size(); cut += 13) {
                put(at("x"), whole.substr(0, cut));
                QVERIFY(walk(base_, {"x"}).status.ok());
            }
            for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 1500); i += 7) {
                std::string bad = whole;
                bad[i] = static_cast<char>(bad[i] ^ 0x41);
                put(at("x"), bad);
                QVERIFY(walk(base_, {"x"}).status.ok());
            }
        }
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
