// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/gui_main.hpp"

#include "console/adopt/scanned_files.hpp"
#include "console/app/main_window.hpp"
#include "console/app/translations.hpp"
#include "console/demo/demo_cluster.hpp"
#include "console/theme/icons.hpp"
#include "console/theme/theme.hpp"

#include <QApplication>
#include <QPointer>
#include <QSysInfo>
#include <QTimer>

#include <memory>

namespace lvsdeck::console {

namespace {

#ifndef LVSDECK_VERSION
#define LVSDECK_VERSION "0"
#endif

std::string clientName() { return "lvsdeck " LVSDECK_VERSION " on " + QSysInfo::machineHostName().toStdString(); }

} // namespace

int runWindow(int argc, char** argv, const WindowOptions& options) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("lvsdeck"));
    QApplication::setApplicationVersion(QStringLiteral(LVSDECK_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("lvsdeck"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/lvsdeck.svg")));

    Settings settings(QString::fromStdString(options.profileDir));
    Translations translations(application);
    translations.load(settings.language());
    Theme theme(application);
    theme.choose(settings.scheme());
    const cluster::Profile profile(options.profileDir.empty() ? cluster::Profile::defaultFolder()
                                                              : std::filesystem::path(options.profileDir));
    std::unique_ptr<DemoCluster> demo;
    if (options.demo)
        demo = std::make_unique<DemoCluster>();

    std::unique_ptr<MainWindow> window;
    const auto sessionOptions = [&] {
        cluster::SessionOptions out;
        out.transports = demo ? demo->transports() : cluster::sshTransports(profile.knownHostsFile());
        out.client = clientName();
        return out;
    };
    // Widgets take their words when they are made, so a new language makes the window anew; connections are made again.
    std::function<void(const QString&)> openWindow = [&](const QString& language) {
        translations.load(language);
        const QString cluster = window ? window->currentCluster() : QString::fromStdString(options.cluster);
        const QString view =
            window && window->page() != nullptr ? window->page()->currentView() : QString::fromStdString(options.view);
        const QByteArray geometry = window ? window->saveGeometry() : QByteArray();
        auto next = std::make_unique<MainWindow>(WindowParts{
            .theme = theme,
            .settings = settings,
            .profile = profile,
            .sessionOptions = sessionOptions,
            .languageChosen =
                [&](const QString& chosen) {
                    QMetaObject::invokeMethod(&application, [&, chosen] { openWindow(chosen); }, Qt::QueuedConnection);
                },
            .directorFiles = scannedFiles(),
            .readOnly = options.readonly,
            .demo = options.demo,
        });
        if (!geometry.isEmpty())
            next->restoreGeometry(geometry);
        next->show();
        std::swap(window, next);
        next.reset();
        if (demo)
            window->openCluster(demo->saved(), view);
        else
            window->loadClusters(cluster, view);
    };
    openWindow(settings.language());
    if (options.shown)
        QTimer::singleShot(0, &application, options.shown);
    const int status = QApplication::exec();
    window.reset();
    return status;
}

} // namespace lvsdeck::console
