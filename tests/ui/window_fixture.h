#pragma once

#include <QApplication>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

#include "importers/builtin_importers.h"
#include "ui/shell/main_window.h"

namespace trocar::test {

/// A shown, active window of its own for each test, with its settings and unsaved cases in a folder that goes with it.
class WindowFixture : public QObject {
    Q_OBJECT

protected:
    QTemporaryDir folder_;
    std::unique_ptr<ui::MainWindow> window_;

    [[nodiscard]] ui::Workspace& workspace() { return window_->workspace(); }
    [[nodiscard]] const ParameterSpec& timeWindow() { return *workspace().analytic().parameter("TimeWindow"); }
    /// A file of the test's folder, written anew.
    [[nodiscard]] QString write(const QString& name, const QByteArray& bytes) {
        QFile file(folder_.filePath(name));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(bytes);
        }
        return file.fileName();
    }
    void waitUntilFound() {
        QTRY_VERIFY_WITH_TIMEOUT(workspace().findings() != nullptr && workspace().columns() && !workspace().isBusy(), 20'000);
    }
    void open(const QString& path) {
        window_->openPaths({path});
        waitUntilFound();
    }
    /// A key where the focus is, as a hand would press it.
    void key(Qt::Key code, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QWidget* focus = QApplication::focusWidget();
        QTest::keyClick(focus != nullptr ? focus : window_.get(), code, modifiers);
    }

private Q_SLOTS:
    void init() {
        using ui::MainWindow;
        ui::Workspace::setUnsavedFolder(folder_.filePath(QStringLiteral("unsaved")));
        const QString settings = folder_.filePath(QStringLiteral("settings.ini"));
        QFile::remove(settings);
        MainWindow::prepareTheme(MainWindow::ThemeChoice::dark);
        window_ = std::make_unique<MainWindow>(builtin_importers(),
                                               std::make_unique<QSettings>(settings, QSettings::IniFormat), QStringList());
        window_->setThemeChoice(MainWindow::ThemeChoice::dark, false);
        window_->resize(1400, 900);
        QObject::connect(&workspace(), &ui::Workspace::failed, window_.get(),
                         [](const QString& what, const QString& remedy) { qInfo() << what << remedy; });
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }
    void cleanup() { window_.reset(); }
};

}  // namespace trocar::test
