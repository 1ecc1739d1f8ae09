// Reports on a case whose evidence is hostile text: nothing of it acts, nothing loads, the same case gives the same bytes.
#include <QCryptographicHash>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include "tests/golden/cli_runner.h"
#include "tests/golden/sysmon_lines.h"

using namespace trocar::test;

namespace {

const QString kOverride(QChar(0x202e));

}  // namespace

class CliReportTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        const Actor script{QStringLiteral("C:\\Temp\\<script>alert(1)</script>.exe"), 11};
        const Actor formula{QStringLiteral("=cmd|' /C calc'!A0"), 12};
        const Actor bidi{QStringLiteral("C:\\Temp\\ann") + kOverride + QStringLiteral("fdp.exe"), 13};
        const Actor markdown{QStringLiteral("C:\\Temp\\[x](http://evil.example)|**b**`.exe"), 14};
        const Actor quote{QStringLiteral("C:\\Temp\\\" onmouseover=\"alert(2)' x='.exe"), 15};
        const Actor control{QStringLiteral("C:\\Temp\\a\u001b[31mb\u0007.exe"), 16};
        SysmonLines lines;
        int at = 1000;
        for (const Actor& source : {script, formula, bidi, markdown, quote, control}) {
            for (const Actor& target : {formula, script}) {
                if (source.pid != target.pid) {
                    lines.access(at, source, target, QStringLiteral("0x1fffff"),
                                 QStringLiteral("</td></svg><img src=x onerror=alert(3)>|UNKNOWN(1)"));
                    lines.thread(at + 250, source, target);
                    lines.load(at + 300, target, QStringLiteral("C:\\Temp\\<b>evil</b>.dll"), false);
                    at += 5000;
                }
            }
        }
        QVERIFY(write_file(folder_.filePath(QStringLiteral("<i>evidence.json")), lines.text()));
        const Ran ran = cli({QStringLiteral("import"), case_path(), folder_.filePath(QStringLiteral("<i>evidence.json"))});
        QVERIFY2(ran.code == 0, ran.err);
    }

    void html_is_inert() {
        const QByteArray html = report("html");
        const QString text = QString::fromUtf8(html);
        QVERIFY(text.startsWith(QLatin1String("<!DOCTYPE html>")));
        QVERIFY(text.contains(QLatin1String("&lt;script&gt;")));  // it is told
        for (const char* bad : {"<script", "<img", "<b>evil", "<i>evidence", " onerror", "<iframe", "<object", "<link",
                                "javascript:", " style=", "@import", "url(", " src=", " href="}) {
            const qsizetype found = text.indexOf(QLatin1String(bad), 0, Qt::CaseInsensitive);
            // As text an attribute's name may stand in evidence; a tag or a loaded thing may not.
            if (found >= 0 && QByteArray(bad).startsWith(' ')) {
                const QString around = text.mid(std::max<qsizetype>(0, found - 200), 400);
                QVERIFY2(!QRegularExpression(QStringLiteral("<[a-z][^<>]*") + QRegularExpression::escape(QLatin1String(bad)))
                              .match(around)
                              .hasMatch(),
                         qPrintable(around));
            } else {
                QVERIFY2(found < 0, bad);
            }
        }
        QVERIFY(!text.contains(kOverride));
        QVERIFY(text.contains(QLatin1String("\\u{202E}")));
        QVERIFY(!html.contains('\x1b') && !html.contains('\x07'));
    }

    void html_policy_allows_its_own_style_and_nothing_else() {
        const QString text = QString::fromUtf8(report("html"));
        static const QRegularExpression policy(
            QStringLiteral("Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-([A-Za-z0-9+/=]+)'"));
        const QRegularExpressionMatch found = policy.match(text);
        QVERIFY(found.hasMatch());
        const qsizetype from = text.indexOf(QLatin1String("<style>")) + 7;
        const QByteArray style = text.mid(from, text.indexOf(QLatin1String("</style>")) - from).toUtf8();
        QCOMPARE(QString::fromLatin1(QCryptographicHash::hash(style, QCryptographicHash::Sha256).toBase64()), found.captured(1));
        QCOMPARE(text.count(QLatin1String("<style")), 1);
    }

    void html_has_its_parts() {
        const QString text = QString::fromUtf8(report("html"));
        for (const char* part : {"Process injection report", "Summary", "Finding 1", "How sure are the parameters?",
                                 "What this capture could not show", "Verdicts", "Method", "Appendix A", "Appendix B", "<svg",
                                 "TimeWindow", "SHA-256"}) {
            QVERIFY2(text.contains(QLatin1String(part)), part);
        }
        QVERIFY(!text.contains(folder_.path()));  // no path of this machine
    }

    void markdown_is_inert() {
        const QString text = QString::fromUtf8(report("md"));
        QVERIFY(text.startsWith(QLatin1String("# Process injection report")));
        QVERIFY(!text.contains(QLatin1String("<script")));
        QVERIFY(!text.contains(QLatin1String("](http")));
        QVERIFY(!text.contains(QLatin1String("http://")));
        QVERIFY(!text.contains(kOverride));
        // Every table row has the cells of its head: a pipe in evidence opens no new one.
        int cells = -1;
        static const QRegularExpression pipe(QStringLiteral("(?<!\\\\)\\|"));
        for (const QString& line : text.split(QLatin1Char('\n'))) {
            if (!line.startsWith(QLatin1Char('|'))) {
                cells = -1;
                continue;
            }
            const int here = static_cast<int>(line.count(pipe));
            QVERIFY2(cells == -1 || here == cells, qPrintable(line));
            cells = here;
        }
    }

    void csv_runs_no_formula() {
        const QByteArray csv = report("csv");
        QVERIFY(csv.startsWith("id,kind,analytic,"));
        static const QRegularExpression formula(QStringLiteral("(^|,)\"?[=+@\\-][^,]*cmd"), QRegularExpression::MultilineOption);
        QVERIFY(!formula.match(QString::fromUtf8(csv)).hasMatch());
        QVERIFY(csv.contains("'=cmd|"));
        QVERIFY(csv.endsWith("\r\n"));
        QVERIFY(!QString::fromUtf8(csv).contains(kOverride));
    }

    void json_holds_the_evidence_as_it_is() {
        const QByteArray text = report("json");
        for (const char c : text) {
            QVERIFY(static_cast<unsigned char>(c) < 0x80);
        }
        const QJsonObject top = QJsonDocument::fromJson(text).object();
        QCOMPARE(top[QStringLiteral("schema")].toString(), QStringLiteral("trocar/report/1"));
        QCOMPARE(top[QStringLiteral("chains")][QStringLiteral("schema")].toString(), QStringLiteral("trocar/chains/1"));
        QVERIFY(!top[QStringLiteral("chains")][QStringLiteral("chains")].toArray().isEmpty());
        QVERIFY(top[QStringLiteral("info")][QStringLiteral("events")].toInt() > 0);
        bool bidi = false;
        for (const QJsonValue& row : top[QStringLiteral("chains")][QStringLiteral("chains")].toArray()) {
            bidi = bidi || row[QStringLiteral("source")][QStringLiteral("image")].toString().contains(kOverride);
        }
        QVERIFY(bidi);
    }

    void terminal_text_is_visible() {
        for (const char* verb : {"chains", "tree", "info", "coverage"}) {
            const Ran ran = cli({QString::fromLatin1(verb), case_path()});
            QCOMPARE(ran.code, 0);
            QVERIFY2(!ran.out.contains('\x1b') && !ran.out.contains('\x07'), verb);
            QVERIFY2(!QString::fromUtf8(ran.out).contains(kOverride), verb);
        }
    }

    void a_process_known_by_name_alone_has_no_number() {
        const QString log = folder_.filePath(QStringLiteral("system.log")), file = folder_.filePath(QStringLiteral("log.trocar"));
        QVERIFY(write_file(log, "Oct 24 08:12:07 mac-7 syslogd[101]: ASL Sender Statistics\n"
                                "Oct 24 08:12:09 mac-7 sudo[44]:     eve : TTY=ttys000 ; PWD=/ ; USER=root ; "
                                "ENV=DYLD_INSERT_LIBRARIES=/tmp/a.dylib ; COMMAND=/usr/local/bin/tool -v\n"));
        const Ran imported = cli({QStringLiteral("import"), file, log, QStringLiteral("--year"), QStringLiteral("2026")});
        QVERIFY2(imported.code == 0, imported.err);
        const QByteArray chains = cli({QStringLiteral("chains"), file, QStringLiteral("--partial")}).out;
        const QByteArray tree = cli({QStringLiteral("tree"), file}).out;
        QVERIFY2(chains.contains("sudo (44)") && chains.contains(" tool "), chains);
        QVERIFY2(tree.contains("sudo (44)") && tree.contains("tool"), tree);
        QVERIFY(!chains.contains("(0)") && !tree.contains("(0)"));
        for (const char* format : {"html", "md"}) {
            const Ran ran = cli({QStringLiteral("report"), file, QStringLiteral("--partial"), QStringLiteral("--format"),
                                 QString::fromLatin1(format), QStringLiteral("-o"), QStringLiteral("-")});
            QVERIFY2(ran.code == 0, ran.err);
            QVERIFY2(ran.out.contains("tool") && !ran.out.contains("tool (0)"), ran.out);
        }
    }

    void the_same_case_gives_the_same_bytes_data() {
        QTest::addColumn<QByteArray>("format");
        for (const char* format : {"html", "md", "json", "csv"}) {
            QTest::newRow(format) << QByteArray(format);
        }
    }

    void the_same_case_gives_the_same_bytes() {
        QFETCH(QByteArray, format);
        const QByteArray once = report(format.constData());
        QVERIFY(!once.isEmpty());
        // Elsewhere, later, in another place and locale.
        const QString copy = folder_.filePath(QStringLiteral("elsewhere/case.trocar"));
        QVERIFY(QDir().mkpath(folder_.filePath(QStringLiteral("elsewhere"))));
        QFile::remove(copy);
        QVERIFY(QFile::copy(case_path(), copy));
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("TZ"), QStringLiteral("Asia/Kathmandu"));
        environment.insert(QStringLiteral("LC_ALL"), QStringLiteral("de_DE.UTF-8"));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(TROCAR_CLI), {QStringLiteral("report"), copy, QStringLiteral("--format"),
                                                   QString::fromLatin1(format), QStringLiteral("-o"), QStringLiteral("-")});
        QVERIFY(process.waitForFinished());
        QVERIFY2(process.readAllStandardOutput() == once, format);
    }

private:
    [[nodiscard]] QString case_path() const { return folder_.filePath(QStringLiteral("case.trocar")); }
    [[nodiscard]] QByteArray report(const char* format) const {
        const Ran ran = cli({QStringLiteral("report"), case_path(), QStringLiteral("--format"), QString::fromLatin1(format),
                             QStringLiteral("-o"), QStringLiteral("-")});
        if (ran.code != 0) {
            qWarning("%s", ran.err.constData());
        }
        return ran.out;
    }
    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(CliReportTest)
#include "cli_report_test.moc"
