// A disk that is full, while a case is made, added to or judged, and while an answer or a report is written: what, where
// and what to do is said, and nothing is half-kept.
#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <sys/mount.h>
#include <sys/stat.h>

#include "core/store/case_file.h"
#include "tests/golden/cli_runner.h"

using namespace trocar::test;

namespace {

QByteArray read_file(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray digest(const QString& path) { return QCryptographicHash::hash(read_file(path), QCryptographicHash::Sha256); }

}  // namespace

class FullDiskTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        QVERIFY(folder_->isValid() && QDir().mkpath(at("disk")));
    }

    void cleanup() {
        if (mounted_) {
            QCOMPARE(::umount2(QFile::encodeName(at("disk")).constData(), MNT_DETACH), 0);
            mounted_ = false;
        }
    }

    void a_new_case_leaves_nothing() {
        if (!mount("600k")) {
            QSKIP("NO DISK TO FILL: a tmpfs can be mounted by the superuser only; this proves nothing now");
        }
        const Ran ran = cli({QStringLiteral("import"), at("disk/c.trocar"), sample()});
        expect_full(ran, "disk/c.trocar", "disk is full");
        QVERIFY(QDir(at("disk")).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void a_case_that_is_there_stays_as_it_was() {
        if (!case_on_full_disk()) {
            QSKIP("NO DISK TO FILL: a tmpfs can be mounted by the superuser only; this proves nothing now");
        }
        const QString path = at("disk/c.trocar");
        const QByteArray before = digest(path);
        QVERIFY(write_file(at("more.evtx"), read_file(sample()).left(4096 + 20 * 65536)));
        expect_full(cli({QStringLiteral("import"), path, at("more.evtx")}), "disk/c.trocar", "disk is full");
        QCOMPARE(digest(path), before);
        QCOMPARE(cli({QStringLiteral("verify"), path}).code, 0);
        QCOMPARE(QDir(at("disk")).entryList(QDir::Files | QDir::Hidden), QStringList({"c.trocar", "filler"}));
        QVERIFY(QFile::remove(at("disk/filler")));
        QCOMPARE(cli({QStringLiteral("import"), path, at("more.evtx")}).code, 1);  // cut off: read in part
    }

    void a_verdict_is_saved_or_not() {
        if (!case_on_full_disk()) {
            QSKIP("NO DISK TO FILL: a tmpfs can be mounted by the superuser only; this proves nothing now");
        }
        const std::string path = at("disk/c.trocar").toStdString();
        const auto refused = trocar::CaseFile::open(path, trocar::CaseFile::Mode::edit);
        QVERIFY(!refused.ok() && refused.error().kind == trocar::ErrorKind::storage);
        QVERIFY(trocar::CaseFile::open(path, trocar::CaseFile::Mode::read_only).ok());
        QVERIFY(QFile::remove(at("disk/filler")));
        auto file = trocar::CaseFile::open(path, trocar::CaseFile::Mode::edit);
        QVERIFY2(file.ok(), file.ok() ? "" : file.error().message.c_str());
        fill();  // while the case is open
        const trocar::VerdictRow verdict{{1, 2}, trocar::Verdict::true_positive, "a note", {}};
        const trocar::Status saved = file.value()->set_verdict(verdict);
        QVERIFY(!saved.ok());
        QCOMPARE(saved.error().kind, trocar::ErrorKind::storage);
        const QByteArray words = QByteArray::fromStdString(saved.error().message);
        QVERIFY2(words.contains("disk/c.trocar") && words.contains("disk is full"), words);
        QVERIFY(saved.error().remedy.find("free some space") != std::string::npos);
        QVERIFY(QFile::remove(at("disk/filler")));
        const auto kept = file.value()->verdicts();
        QVERIFY2(kept.ok() && kept.value().empty(), "nothing half-kept");
        QVERIFY(file.value()->set_verdict(verdict).ok());
        QCOMPARE(file.value()->verdicts().value().size(), std::size_t{1});
    }

    void a_report_is_whole_or_the_one_before() {
        if (!case_on_full_disk()) {
            QSKIP("NO DISK TO FILL: a tmpfs can be mounted by the superuser only; this proves nothing now");
        }
        QVERIFY(QFile::remove(at("disk/filler")));
        QVERIFY(write_file(at("disk/r.html"), "the one before"));
        fill();
        expect_full(report(at("disk/r.html")), "disk/r.html", "No space left");
        QCOMPARE(read_file(at("disk/r.html")), QByteArray("the one before"));
        QVERIFY(!QFile::exists(at("disk/r.html.part")));
    }

    void a_device_is_written_to_and_not_replaced() {
        // By a link: were it replaced, the machine would keep its device.
        import_to(at("c.trocar"));
        QVERIFY(QFile::link(QStringLiteral("/dev/full"), at("full")));
        expect_full(report(at("full")), "/full", "No space left");
        QCOMPARE(QFile::symLinkTarget(at("full")), QStringLiteral("/dev/full"));
        QVERIFY(!QFile::exists(at("full.part")));
    }

    void a_pipe_is_written_to_and_not_replaced() {
        import_to(at("c.trocar"));
        QCOMPARE(::mkfifo(QFile::encodeName(at("pipe")).constData(), 0600), 0);
        QProcess reader;
        reader.start(QStringLiteral("cat"), {at("pipe")});
        const Ran ran = report(at("pipe"));
        QVERIFY2(ran.code == 0, ran.err);
        QVERIFY(reader.waitForFinished());
        QVERIFY(reader.readAllStandardOutput().endsWith("</html>\n"));
        struct stat what {};
        QVERIFY(::stat(QFile::encodeName(at("pipe")).constData(), &what) == 0 && S_ISFIFO(what.st_mode));
    }

    void an_answer_that_cannot_be_written_is_4_data() {
        QTest::addColumn<QString>("verb");
        for (const char* verb : {"info", "chains", "tree", "coverage", "verify"}) {
            QTest::newRow(verb) << QString::fromLatin1(verb);
        }
    }
    void an_answer_that_cannot_be_written_is_4() {
        QFETCH(QString, verb);
        import_to(at("c.trocar"));
        for (const char* format : {"text", "json"}) {
            QProcess process;
            process.setStandardOutputFile(QStringLiteral("/dev/full"));
            process.start(QStringLiteral(TROCAR_CLI), {verb, at("c.trocar"), QStringLiteral("--format"), QLatin1String(format)});
            QVERIFY(process.waitForFinished());
            const QByteArray err = process.readAllStandardError();
            QVERIFY2(process.exitCode() == 4 && err.contains("cannot write the answer to standard output"), err);
        }
    }

    void a_file_that_may_not_grow_leaves_nothing() {
        // setrlimit(2): with SIGXFSZ ignored, writing beyond RLIMIT_FSIZE fails with EFBIG; blocks of 512 bytes in POSIX sh.
        QProcess process;
        process.start(QStringLiteral("/bin/sh"),
                      {QStringLiteral("-c"), QStringLiteral("trap '' XFSZ; ulimit -f 600; exec \"$0\" import \"$1\" \"$2\""),
                       QStringLiteral(TROCAR_CLI), at("disk/c.trocar"), sample()});
        QVERIFY(process.waitForFinished());
        const QByteArray err = process.readAllStandardError();
        QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 4, err);
        QVERIFY2(err.contains("disk/c.trocar") && err.contains("free some space"), err);
        QVERIFY(QDir(at("disk")).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

private:
    [[nodiscard]] QString at(const char* name) const { return folder_->filePath(QString::fromLatin1(name)); }
    [[nodiscard]] static QString sample() {
        return QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples/windows-injection.evtx");
    }
    [[nodiscard]] Ran report(const QString& path) const {
        const QString file = mounted_ ? at("disk/c.trocar") : at("c.trocar");
        return cli({QStringLiteral("report"), file, QStringLiteral("--format"), QStringLiteral("html"), QStringLiteral("-o"), path});
    }
    static void import_to(const QString& path) { QCOMPARE(cli({QStringLiteral("import"), path, sample()}).code, 0); }

    static void expect_full(const Ran& ran, const char* where, const char* what) {
        QVERIFY2(ran.code == 4, ran.err);
        QVERIFY2(ran.err.contains(where) && ran.err.contains(what), ran.err);
        QVERIFY2(ran.err.contains("free some space"), ran.err);
    }

    /// A disk of its own, in memory. False when this user may not.
    bool mount(const char* size) {
        const QByteArray options = QByteArray("size=") + size;
        mounted_ = ::mount("tmpfs", QFile::encodeName(at("disk")).constData(), "tmpfs", 0, options.constData()) == 0;
        return mounted_;
    }
    void fill() const {
        QFile filler(at("disk/filler"));
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        const QByteArray page(4096, 'x');
        while (filler.write(page) == page.size()) {
        }
    }
    bool case_on_full_disk() {
        if (!mount("4m")) {
            return false;
        }
        import_to(at("disk/c.trocar"));
        fill();
        return true;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    bool mounted_ = false;
};

QTEST_GUILESS_MAIN(FullDiskTest)
#include "full_disk_test.moc"
