#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QThread>
#include <QTimer>
#include <algorithm>

#include "ui/bridge/qt_convert.h"
#include "ui/shell/banner.h"
#include "ui/shell/main_window.h"
#include "ui/shell/workbench.h"

namespace trocar::ui {
namespace {

constexpr int kLook = 100;         ///< ms between two looks at whether everything is loaded
constexpr int kReadyLook = 5;      ///< ms, when the start is timed
constexpr int kQuietLooks = 5;     ///< looks in a row with nothing under way
constexpr qint64 kMostPatience = 30'000;  ///< ms for a page in the making
constexpr int kTurns = 8;          ///< turns of the event loop before a picture: pages arrive, layouts settle

/// A few turns of the event loop, and as many more as a view that shows needs for its page (the property `working`).
void settle(const QWidget& window) {
    const auto working = [&window] {
        const auto parts = window.findChildren<QWidget*>();
        return std::any_of(parts.begin(), parts.end(), [](const QWidget* part) {
            return part->isVisible() && part->property("working").toBool();
        });
    };
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < kTurns || (working() && clock.elapsed() < kMostPatience); ++i) {
        QApplication::processEvents(QEventLoop::AllEvents, 40);
        QThread::msleep(12);
    }
    QApplication::processEvents(QEventLoop::AllEvents, 40);
}

}  // namespace

void MainWindow::grabInto(const QString& folder, const QString& chain) {
    grabFolder_ = folder;
    grabChain_ = chain;
    auto* timer = new QTimer(this);
    timer->setInterval(kLook);
    connect(timer, &QTimer::timeout, this, [this, timer] {
        const bool waiting = workspace_.isBusy() ||
                             (workspace_.hasCase() && (workspace_.findings() == nullptr || !workspace_.columns()));
        grabQuiet_ = waiting ? 0 : grabQuiet_ + 1;
        if (grabQuiet_ >= kQuietLooks) {
            timer->stop();
            timer->deleteLater();
            grabNow();
        }
    });
    timer->start();
}

void MainWindow::tellWhenReady(bool withCase) {
    auto* timer = new QTimer(this);
    timer->setInterval(kReadyLook);
    connect(timer, &QTimer::timeout, this, [this, timer, withCase] {
        const bool there = !withCase || (workspace_.findings() != nullptr && workspace_.columns());
        if (there && isVisible()) {
            timer->stop();
            repaint();
            Q_EMIT grabbed(QString());
        }
    });
    timer->start();
}

void MainWindow::grabNow() {
    const QDir folder(grabFolder_);
    if (!folder.mkpath(QStringLiteral("."))) {
        Q_EMIT grabbed(tr("cannot make the folder %1").arg(grabFolder_));
        return;
    }
    QString failure;
    const auto write = [&](QWidget* widget, const QString& name) {
        settle(*this);
        const QString path = folder.filePath(name + QStringLiteral(".png"));
        if (!widget->grab().save(path)) {
            failure = tr("cannot write %1").arg(path);
        }
    };
    if (!workspace_.hasCase()) {
        write(this, QStringLiteral("empty"));
        Q_EMIT grabbed(failure);
        return;
    }
    ChainId chain;
    if (!grabChain_.isEmpty()) {
        if (parse_chain_id(toUtf8(grabChain_), chain)) {
            workspace_.selection().setCurrent(chain);
        } else {
            failure = tr("%1 is not a chain id").arg(grabChain_);
        }
    } else if (const auto rows = workspace_.findings()->visible(0, 1); !rows.empty()) {
        workspace_.selection().setCurrent(workspace_.findings()->rows()[rows.front()].id);
    }
    banner_->hide();
    const QString before = workbench_->layoutId();
    for (const Workbench::Layout& layout : Workbench::layouts()) {
        setLayout(layout.id);
        write(this, layout.id);
    }
    setLayout(QStringLiteral("hunt"));
    for (const ViewSpec& spec : workbench_->specs()) {
        workbench_->showView(spec.id, false);
        write(workbench_->view(spec.id), QStringLiteral("view-") + spec.id);
        if (spec.area == ViewArea::bottom) {
            write(this, QStringLiteral("hunt-") + spec.id);
        }
    }
    setLayout(before);
    Q_EMIT grabbed(failure);
}

}  // namespace trocar::ui
