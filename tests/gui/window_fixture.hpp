// SPDX-License-Identifier: GPL-3.0-or-later
// A main window over the demo's world, with its own profile folder, and the few moves of a person that tests need.
#pragma once

#include "console/app/header_bar.hpp"
#include "console/app/main_window.hpp"
#include "console/app/translations.hpp"
#include "console/demo/demo_cluster.hpp"
#include "console/theme/theme.hpp"

#include <gtest/gtest.h>

#include <QApplication>
#include <QDialog>
#include <QDir>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace lvsdeck::console {

struct WindowFixture : testing::Test {
    QTemporaryDir folder;
    Theme theme{*qApp};
    Translations translations{*qApp};
    Settings settings{folder.path()};
    cluster::Profile profile{folder.path().toStdString()};
    MakeDirectorFiles directorFiles;                         ///< before open()
    std::function<cluster::SessionOptions()> sessionOptions; ///< before open(); empty: the demo's agents
    bool readOnly = false;                                   ///< before open()
    std::unique_ptr<DemoCluster> demo;
    std::unique_ptr<MainWindow> window;

    void open(DemoWorld::Start start = DemoWorld::Start::Configured, const QString& language = QStringLiteral("en")) {
        translations.load(language);
        demo = std::make_unique<DemoCluster>(start);
        window = std::make_unique<MainWindow>(WindowParts{
            .theme = theme,
            .settings = settings,
            .profile = profile,
            .sessionOptions =
                [this] {
                    if (sessionOptions)
                        return sessionOptions();
                    cluster::SessionOptions out;
                    out.transports = demo->transports();
                    return out;
                },
            .languageChosen = {},
            .directorFiles = directorFiles,
            .readOnly = readOnly,
        });
        window->resize(1440, 900);
        window->show();
    }
    void TearDown() override {
        window.reset();
        demo.reset();
        translations.load(QStringLiteral("en"));
    }

    /// Turns the event loop until it is so, at most for this long.
    template <class Condition> bool until(Condition condition, int milliseconds = 15000) {
        return QTest::qWaitFor(condition, milliseconds);
    }
    template <class Widget> Widget* find(const char* name) { return window->findChild<Widget*>(QString::fromLatin1(name)); }
    template <class Widget> Widget* need(const char* name) {
        Widget* found = find<Widget>(name);
        EXPECT_NE(found, nullptr) << name;
        return found;
    }
    void press(const char* name) {
        auto* button = need<QPushButton>(name);
        ASSERT_NE(button, nullptr);
        ASSERT_TRUE(button->isEnabled()) << name;
        QTest::mouseClick(button, Qt::LeftButton);
    }
    /// Into the folder that LVSDECK_PICTURES names, when it does.
    static void picture(QWidget& of, const QString& name) {
        const QString where = qEnvironmentVariable("LVSDECK_PICTURES");
        if (where.isEmpty())
            return;
        QTest::qWait(60); // what was just changed is laid out by the event loop
        QDir().mkpath(where);
        EXPECT_TRUE(of.grab().save(where + QChar('/') + name + QStringLiteral(".png")));
    }
};

} // namespace lvsdeck::console
