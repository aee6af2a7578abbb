// SPDX-License-Identifier: GPL-3.0-or-later
// Above a cluster whose directors keepalived manages, or that is on its way from it or back to it: who manages what, and the next
// step. Hidden while there is nothing to say. Window thread. Object names: adoptBanner, adoptBannerText, adoptBannerOpen.
#pragma once

#include "console/models/adopt_standing.hpp"

#include <QFrame>

class QLabel;
class QPushButton;

namespace lvsdeck::console {

class AdoptBanner : public QFrame {
    Q_OBJECT
public:
    explicit AdoptBanner(QWidget* parent = nullptr);
    /// `readOnly`: says it, and offers nothing.
    void show(const AdoptNotice& notice, bool readOnly);

signals:
    void openWanted();

private:
    QLabel* m_text;
    QPushButton* m_open;
};

} // namespace lvsdeck::console
