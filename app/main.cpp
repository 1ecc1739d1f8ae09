#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QFileInfo>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <initializer_list>
#include <string_view>

#include "importers/builtin_importers.h"
#include "ui/shell/main_window.h"
#include "ui/shell/theme.h"

namespace {

using trocar::ui::MainWindow;
using trocar::ui::Workspace;

// The exit codes of the command-line contract (docs/manual/command-line.md) that apply here.
constexpr int kUsage = 2;
constexpr int kUnreadable = 3;
constexpr int kStorage = 4;

/// The samples that the installer or the source tree carries; empty when there are none.
QStringList findSamples() {
    const QDir program(QApplication::applicationDirPath());
    const QString places[] = {program.filePath(QStringLiteral("../share/trocar/samples")),
                              QStringLiteral(TROCAR_SOURCE_DIR "/resources/samples")};
    for (const QString& place : places) {
        // By name and backwards: Windows, macOS, Linux.
        const QFileInfoList found =
            QDir(place).entryInfoList({QStringLiteral("*.evtx"), QStringLiteral("*.log"), QStringLiteral("*.jsonl.gz")},
                                      QDir::Files, QDir::Name | QDir::Reversed);
        QStringList paths;
        for (const QFileInfo& file : found) {
            paths << file.absoluteFilePath();
        }
        if (!paths.isEmpty()) {
            return paths;
        }
    }
    return {};
}

/// Whether one of the arguments is a word of `options`, or begins with it and "=".
bool isGiven(int argc, char** argv, std::initializer_list<std::string_view> options) {
    return std::any_of(argv + 1, argv + argc, [&](std::string_view given) {
        return std::find(options.begin(), options.end(), given.substr(0, given.find('='))) != options.end();
    });
}

int say(int code, const QString& text) {
    std::fprintf(stderr, "trocar: %s\n", text.toLocal8Bit().constData());
    return code;
}

}  // namespace

int main(int argc, char** argv) {
#ifdef Q_OS_LINUX
    // Qt ends the process where there is no screen. Pictures, --help and --version need none; the window does, and says so.
    const bool chosen = !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") || isGiven(argc, argv, {"-platform", "--platform"});
    if (!chosen && qEnvironmentVariableIsEmpty("DISPLAY") && qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")) {
        if (!isGiven(argc, argv, {"--grab", "--help", "--help-all", "--version", "-h", "-v"})) {
            std::fputs("trocar: there is no display (DISPLAY and WAYLAND_DISPLAY are empty)\n"
                       "trocar-cli does the same work without one; trocar CASE --grab DIR draws pictures\n",
                       stderr);
            return kUsage;
        }
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
#endif
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("trocar"));
    QApplication::setApplicationDisplayName(QStringLiteral("Trocar"));
    QApplication::setApplicationVersion(QStringLiteral(TROCAR_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("trocar"));

    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Which process injected code into which other process?"));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("files"), QStringLiteral("A case, or evidence files, archives, folders."),
                                 QStringLiteral("[CASE | FILE...]"));
    const QCommandLineOption settingsOption(QStringLiteral("settings"), QStringLiteral("Keep settings in FILE."),
                                            QStringLiteral("FILE"));
    const QCommandLineOption themeOption(QStringLiteral("theme"), QStringLiteral("dark, light or system."),
                                         QStringLiteral("NAME"));
    const QCommandLineOption grabOption(QStringLiteral("grab"),
                                        QStringLiteral("Draw every layout and view into PNG files in DIR, then end."),
                                        QStringLiteral("DIR"));
    const QCommandLineOption sizeOption(QStringLiteral("size"), QStringLiteral("Size of the window."),
                                        QStringLiteral("WxH"));
    const QCommandLineOption layoutOption(QStringLiteral("layout"), QStringLiteral("triage, hunt, tune or report."),
                                          QStringLiteral("NAME"));
    const QCommandLineOption chainOption(QStringLiteral("chain"), QStringLiteral("Make this chain current (with --grab)."),
                                         QStringLiteral("ID"));
    const QCommandLineOption readyOption(QStringLiteral("exit-when-ready"),
                                         QStringLiteral("End as soon as the window can be worked with (to time the start)."));
    parser.addOption(readyOption);
    parser.addOptions({settingsOption, themeOption, grabOption, sizeOption, layoutOption, chainOption});
    if (!parser.parse(QApplication::arguments())) {
        return say(kUsage, parser.errorText());
    }
    if (parser.isSet(QStringLiteral("help"))) {
        parser.showHelp(0);
    }
    if (parser.isSet(QStringLiteral("version"))) {
        parser.showVersion();
    }
    const bool grab = parser.isSet(grabOption);
    const bool timing = parser.isSet(readyOption);
    const QStringList paths = parser.positionalArguments();
    for (const QString& path : paths) {
        if (!QFileInfo::exists(path)) {
            return say(kUnreadable, QStringLiteral("%1 does not exist").arg(path));
        }
    }

    QTemporaryDir scratch;  // cases and settings of a --grab leave nothing behind
    QString settingsPath = parser.value(settingsOption);
    if (settingsPath.isEmpty()) {
        settingsPath = grab ? scratch.filePath(QStringLiteral("trocar.ini"))
                            : QDir(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation))
                                  .filePath(QStringLiteral("trocar.ini"));
    }
    if (grab) {
        Workspace::setUnsavedFolder(scratch.filePath(QStringLiteral("unsaved")));
    }
    auto settings = std::make_unique<QSettings>(settingsPath, QSettings::IniFormat);

    using Choice = MainWindow::ThemeChoice;
    Choice choice = static_cast<Choice>(qBound(0, settings->value(QStringLiteral("theme"), 0).toInt(), 2));
    const QString themeName = parser.value(themeOption);
    if (!themeName.isEmpty()) {
        const QStringList names{QStringLiteral("system"), QStringLiteral("dark"), QStringLiteral("light")};
        if (!names.contains(themeName)) {
            return say(kUsage, QStringLiteral("--theme takes dark, light or system"));
        }
        choice = static_cast<Choice>(names.indexOf(themeName));
    }
    QSize size;
    if (parser.isSet(sizeOption)) {
        const QStringList parts = parser.value(sizeOption).split(QLatin1Char('x'));
        size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
        if (size.width() < 200 || size.height() < 200 || size.width() > 16384 || size.height() > 16384) {
            return say(kUsage, QStringLiteral("--size takes WIDTHxHEIGHT, 200 to 16384 each"));
        }
    }
    const QString layout = parser.value(layoutOption);
    const QStringList layouts = MainWindow::layoutIds();
    if (!layout.isEmpty() && !layouts.contains(layout)) {
        return say(kUsage, QStringLiteral("--layout takes %1").arg(layouts.join(QStringLiteral(", "))));
    }

    MainWindow::prepareTheme(choice);
    MainWindow window(trocar::builtin_importers(), std::move(settings), findSamples());
    window.setThemeChoice(choice, false);
    if (size.isValid()) {
        window.resize(size);
    }
    window.show();
    if (!layout.isEmpty()) {
        window.setLayout(layout);
    }
    if (grab || timing) {
        QObject::connect(&window, &MainWindow::grabbed, &app, [](const QString& failure) {
            QApplication::exit(failure.isEmpty() ? 0 : say(kStorage, failure));
        });
        QObject::connect(&window.workspace(), &Workspace::failed, &app, [](const QString& what, const QString& remedy) {
            QApplication::exit(say(kUnreadable, remedy.isEmpty() ? what : what + QStringLiteral("\n") + remedy));
        });
    }
    QTimer::singleShot(0, &window, [&] {
        window.openPaths(paths);
        if (grab) {
            window.grabInto(parser.value(grabOption), parser.value(chainOption));
        } else if (timing) {
            window.tellWhenReady(!paths.isEmpty());
        }
    });
    return QApplication::exec();
}
