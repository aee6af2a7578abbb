// SPDX-License-Identifier: GPL-3.0-or-later
// The story that the tour tells: from an empty window to a cluster that was drilled and exported.
#pragma once

#include "tests/tour/hand.hpp"
#include "tests/tour/lab_file.hpp"

#include <memory>

class QProcess;

namespace lvsdeck::tour {

class Tour {
public:
    Tour(Hand& hand, LabFile lab, QDir out);
    ~Tour();

    /// Throws Failure at the first thing that is not as it should be.
    void run();

private:
    // tour.cpp
    void addCluster();
    void trustHostKeys();
    void fillWizard();
    void applyAndKeep();
    void lookAround();
    void exportFiles();
    void otherDress();
    // tour_drills.cpp
    void drillGraceful();
    void drillCrash();
    void runDrill(const QString& kind, const QString& name);
    void saveReport(const QString& name);
    std::unique_ptr<QProcess> startProbe(int seconds);
    double probedOutageMs(QProcess& probe);
    /// Runs a command on a host of the lab; throws unless it ends with 0.
    QByteArray onHost(const QString& host, const QStringList& command, const QByteArray& input = {});

    Hand& m_hand;
    LabFile m_lab;
    QDir m_out;
};

} // namespace lvsdeck::tour
