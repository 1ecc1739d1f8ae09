#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QLibraryInfo>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>

/// Reads every `#include` of the project and holds it against the arrows of the house (docs/pipeline.md):
///   app -> ui -> core <- importers;   in core: base <- model <- {ingest, resolve, detect} <- store <- report,
///   base <- memory <- store
/// and a few rules of style that a compiler cannot see.
class LayeringTest : public QObject {
    Q_OBJECT

    struct Source {
        QString path;  // from the root of the project
        QStringList lines;
    };
    struct Layer {
        QString folder;
        QStringList may_include;  // folders
    };

    const QDir root_{QStringLiteral(TROCAR_SOURCE_DIR)};
    QList<Source> sources_;
    // The longest beginning of a path decides: app/cli is app/cli.cpp and the folder app/cli/.
    const QList<Layer> layers_{
        {QStringLiteral("core/base/"), {QStringLiteral("core/base/")}},
        {QStringLiteral("core/model/"), {QStringLiteral("core/base/"), QStringLiteral("core/model/")}},
        {QStringLiteral("core/memory/"), {QStringLiteral("core/base/"), QStringLiteral("core/memory/")}},
        {QStringLiteral("core/ingest/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/ingest/")}},
        {QStringLiteral("core/resolve/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/resolve/")}},
        {QStringLiteral("core/detect/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/detect/")}},
        {QStringLiteral("core/store/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/ingest/"),
          QStringLiteral("core/resolve/"), QStringLiteral("core/detect/"), QStringLiteral("core/memory/"),
          QStringLiteral("core/store/")}},
        {QStringLiteral("core/report/"), {QStringLiteral("core/")}},
        // Readers know bytes; they know no importer.
        {QStringLiteral("importers/readers/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/ingest/"),
          QStringLiteral("importers/readers/")}},
        {QStringLiteral("importers/"),
         {QStringLiteral("core/base/"), QStringLiteral("core/model/"), QStringLiteral("core/ingest/"),
          QStringLiteral("core/memory/"), QStringLiteral("importers/")}},
        {QStringLiteral("ui/bridge/"), {QStringLiteral("core/"), QStringLiteral("ui/bridge/")}},
        {QStringLiteral("ui/viewmodel/"),
         {QStringLiteral("core/"), QStringLiteral("ui/bridge/"), QStringLiteral("ui/viewmodel/")}},
        {QStringLiteral("ui/"), {QStringLiteral("core/"), QStringLiteral("ui/")}},
        // trocar-cli runs without a display: its root and its verbs know no window.
        {QStringLiteral("app/cli"),
         {QStringLiteral("core/"), QStringLiteral("importers/"), QStringLiteral("app/cli/")}},
        {QStringLiteral("app/"),
         {QStringLiteral("core/"), QStringLiteral("importers/"), QStringLiteral("ui/"),
          QStringLiteral("app/")}},
    };

    const Layer* layer_of(const QString& path) const {
        const Layer* longest = nullptr;
        for (const Layer& layer : layers_) {
            if (path.startsWith(layer.folder) && (longest == nullptr || layer.folder.size() > longest->folder.size())) {
                longest = &layer;
            }
        }
        return longest;
    }

    /// Name between the marks of an include line with this opening mark; "" for any other line.
    static QString included(const QString& line, QChar open, QChar close) {
        static const QRegularExpression directive(QStringLiteral("^\\s*#\\s*include\\s*"));
        const QRegularExpressionMatch match = directive.match(line);
        if (!match.hasMatch()) {
            return {};
        }
        const QString rest = line.mid(match.capturedLength());
        return rest.startsWith(open) ? rest.mid(1, rest.indexOf(close, 1) - 1) : QString();
    }

    template <class Check>
    void expect_none(Check violations) {
        QStringList found;
        for (const Source& source : std::as_const(sources_)) {
            for (qsizetype i = 0; i < source.lines.size(); ++i) {
                const QString what = violations(source.path, source.lines[i]);
                if (!what.isEmpty()) {
                    found.append(QStringLiteral("%1:%2: %3").arg(source.path).arg(i + 1).arg(what));
                }
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable(QLatin1Char('\n') + found.join(QLatin1Char('\n'))));
    }

    static bool in_qt_free_layer(const QString& path) {
        return path.startsWith(QStringLiteral("core/")) || path.startsWith(QStringLiteral("importers/"));
    }

private Q_SLOTS:
    void initTestCase() {
        for (const char* folder : {"app", "core", "importers", "ui", "tests"}) {
            QDirIterator files(root_.filePath(QLatin1String(folder)),
                               {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                               QDirIterator::Subdirectories);
            while (files.hasNext()) {
                QFile file(files.next());
                QVERIFY(file.open(QIODevice::ReadOnly));
                sources_.append({root_.relativeFilePath(file.fileName()),
                                 QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'))});
            }
        }
        QVERIFY2(sources_.size() > 100, "the sources were not found: this test would test nothing");
    }

    void quoted_includes_follow_the_arrows() {
        int seen = 0;
        expect_none([&](const QString& path, const QString& line) {
            const QString name = included(line, QLatin1Char('"'), QLatin1Char('"'));
            const Layer* layer = layer_of(path);
            if (name.isEmpty() || layer == nullptr || name.endsWith(QStringLiteral(".moc"))) {
                return QString();
            }
            ++seen;
            const bool allowed = std::any_of(layer->may_include.begin(), layer->may_include.end(),
                                             [&](const QString& folder) { return name.startsWith(folder); });
            return allowed ? QString() : QStringLiteral("%1 may not include %2").arg(layer->folder, name);
        });
        QVERIFY(seen > 200);
    }

    void quoted_includes_start_at_the_root() {
        expect_none([&](const QString& path, const QString& line) {
            const QString name = included(line, QLatin1Char('"'), QLatin1Char('"'));
            const bool generated =
                name.endsWith(QStringLiteral(".moc")) || name.startsWith(QStringLiteral("generated/"));
            return name.isEmpty() || generated || QFileInfo::exists(root_.filePath(name))
                       ? QString()
                       : QStringLiteral("%1 is not a file of the project").arg(name);
            Q_UNUSED(path);
        });
    }

    void core_importers_and_trocar_cli_know_no_qt() {
        expect_none([](const QString& path, const QString& line) {
            const QString name = included(line, QLatin1Char('<'), QLatin1Char('>'));
            const bool qt = name.startsWith(QLatin1Char('Q')) || name.startsWith(QStringLiteral("qt")) ||
                            name == QStringLiteral("qcustomplot.h");
            return (in_qt_free_layer(path) || path.startsWith(QStringLiteral("app/cli"))) && qt
                       ? QStringLiteral("includes <%1>").arg(name)
                       : QString();
        });
    }

    void viewmodels_know_no_widget() {
        const QDir widgets(QLibraryInfo::path(QLibraryInfo::HeadersPath) + QStringLiteral("/QtWidgets"));
        if (!widgets.exists(QStringLiteral("QWidget"))) {
            QSKIP("Qt's widget headers are not installed");
        }
        expect_none([&](const QString& path, const QString& line) {
            const QString name = included(line, QLatin1Char('<'), QLatin1Char('>'));
            const bool model = path.startsWith(QStringLiteral("ui/viewmodel/")) ||
                               path.startsWith(QStringLiteral("ui/bridge/"));
            return model && name.startsWith(QLatin1Char('Q')) &&
                           widgets.exists(name.section(QLatin1Char('/'), -1))
                       ? QStringLiteral("includes the widget header <%1>").arg(name)
                       : QString();
        });
    }

    void libraries_stay_where_they_belong_data() {
        QTest::addColumn<QStringList>("folders");
        const auto row = [](const char* header, const QStringList& folders) {
            QTest::newRow(header) << folders;
        };
        const QString tests = QStringLiteral("tests/");
        row("sqlite3.h", {QStringLiteral("core/store/"), tests});
        row("archive.h", {QStringLiteral("core/ingest/"), tests});
        row("simdjson.h", {QStringLiteral("importers/"), tests});
        row("qcustomplot.h", {QStringLiteral("ui/views/plot_library.h")});
    }
    void libraries_stay_where_they_belong() {
        QFETCH(QStringList, folders);
        const QString header = QString::fromLatin1(QTest::currentDataTag());
        expect_none([&](const QString& path, const QString& line) {
            const bool here = std::any_of(folders.begin(), folders.end(),
                                          [&](const QString& folder) { return path.startsWith(folder); });
            return included(line, QLatin1Char('<'), QLatin1Char('>')) == header && !here
                       ? QStringLiteral("<%1> belongs to %2").arg(header, folders.first())
                       : QString();
        });
    }

    void only_views_sources_plot() {
        expect_none([](const QString& path, const QString& line) {
            const bool plots = included(line, QLatin1Char('"'), QLatin1Char('"')) ==
                               QStringLiteral("ui/views/plot_library.h");
            const bool fits =
                path.startsWith(QStringLiteral("ui/views/")) && path.endsWith(QStringLiteral(".cpp"));
            return plots && !fits ? QStringLiteral("only .cpp files of ui/views include it") : QString();
        });
    }

    void detection_is_pure() {
        const QStringList impure{
            QStringLiteral("chrono"),   QStringLiteral("fstream"),  QStringLiteral("filesystem"),
            QStringLiteral("iostream"), QStringLiteral("ctime"),    QStringLiteral("thread"),
            QStringLiteral("random"),   QStringLiteral("unistd.h"), QStringLiteral("fcntl.h")};
        expect_none([&](const QString& path, const QString& line) {
            const QString name = included(line, QLatin1Char('<'), QLatin1Char('>'));
            return path.startsWith(QStringLiteral("core/detect/")) && impure.contains(name)
                       ? QStringLiteral("<%1>: no clock, file, thread or chance in detection").arg(name)
                       : QString();
        });
    }

    void core_neither_prints_nor_throws_nor_ends_the_program() {
        static const QRegularExpression forbidden(
            QStringLiteral("(?<![\\w:.>])(?:std::)?(printf|puts|fprintf|abort|_?exit|terminate)\\s*\\(|std::"
                           "c(out|err)\\b|(?<!\\w)throw\\b"));
        expect_none([](const QString& path, const QString& line) {
            const QString code = line.section(QStringLiteral("//"), 0, 0);
            return in_qt_free_layer(path) && forbidden.match(code).hasMatch() ? line.trimmed() : QString();
        });
    }

    void signals_connect_by_pointer() {
        static const QRegularExpression text_connect(QStringLiteral("\\b(SIGNAL|SLOT)\\("));
        expect_none([](const QString& path, const QString& line) {
            return path.startsWith(QStringLiteral("ui/")) && text_connect.match(line).hasMatch()
                       ? line.trimmed()
                       : QString();
        });
    }

    void files_and_folders_name_the_thing() {
        static const QRegularExpression vague(
            QStringLiteral("(^|[/_])(utils?|common|misc|helpers?|managers?)([/_.]|$)"));
        QStringList found;
        for (const Source& source : std::as_const(sources_)) {
            if (vague.match(source.path).hasMatch()) {
                found.append(source.path);
            }
        }
        QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
    }

    void open_ends_name_their_issue() {
        // Written apart, so that this line is not one.
        static const QRegularExpression open_end(QStringLiteral("\\b(TO") + QStringLiteral("DO|FIX") +
                                                 QStringLiteral("ME)\\b(?!\\(#\\d+\\))"));
        expect_none([](const QString&, const QString& line) {
            return open_end.match(line).hasMatch() ? line.trimmed() : QString();
        });
    }

    void files_stay_short() {
        constexpr qsizetype kGoal = 400;   // where possible
        constexpr qsizetype kLimit = 520;  // in any case
        QStringList over;
        for (const Source& source : std::as_const(sources_)) {
            if (source.lines.size() > kGoal) {
                qInfo("%s: %lld lines", qPrintable(source.path), static_cast<long long>(source.lines.size()));
            }
            if (source.lines.size() > kLimit) {
                over.append(source.path);
            }
        }
        QVERIFY2(over.isEmpty(), qPrintable(over.join(QLatin1Char('\n'))));
    }

    void every_header_is_guarded() {
        for (const Source& source : std::as_const(sources_)) {
            if (source.path.endsWith(QStringLiteral(".h"))) {
                QVERIFY2(source.lines.contains(QStringLiteral("#pragma once")), qPrintable(source.path));
            }
        }
    }
};

QTEST_APPLESS_MAIN(LayeringTest)
#include "layering_test.moc"
