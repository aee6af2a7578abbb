// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/theme/theme.hpp"

#include <QApplication>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    lvsdeck::console::Theme theme(application);
    theme.choose(lvsdeck::console::SchemeChoice::Light);
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
