// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_record.hpp"
#include "tests/tour/tour.hpp"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <cmath>

namespace lvsdeck::tour {

namespace {

/// The one report of this kind that was saved into the folder.
cluster::DrillRecord savedRecord(const QDir& folder, const QString& kind) {
    const QStringList files = folder.entryList({QStringLiteral("drill-*-%1-*.json").arg(kind)}, QDir::Files, QDir::Name);
    if (files.isEmpty())
        throw Failure(QStringLiteral("no report of the %1 drill was saved").arg(kind));
    QFile file(folder.filePath(files.back()));
    if (!file.open(QIODevice::ReadOnly))
        throw Failure(QStringLiteral("%1 cannot be read").arg(file.fileName()));
    auto record = json::parseAs<cluster::DrillRecord>(file.readAll().toStdString());
    if (!record)
        throw Failure(QString::fromStdString(record.error().text));
    for (const char* ending : {"html", "pdf"}) {
        const QString beside = files.back().chopped(4) + QString::fromLatin1(ending);
        if (folder.entryInfoList({beside}).isEmpty() || folder.entryInfoList({beside}).front().size() < 2000)
            throw Failure(QStringLiteral("%1 is missing or empty").arg(beside));
    }
    return *record;
}

} // namespace

void Tour::runDrill(const QString& kind, const QString& name) {
    m_hand.click(QStringLiteral("drillKind%1").arg(kind));
    // The independent probe only connects; both must measure the same thing.
    m_hand.type(QStringLiteral("drillProbePath"), kind == QStringLiteral("Crash") ? QString() : QStringLiteral("/"));
    m_hand.type(QStringLiteral("drillProbeInterval"), QStringLiteral("10"));
    m_hand.pause(500);
    m_hand.click(QStringLiteral("drillCheck"));
    m_hand.waitFor(
        QStringLiteral("the pre-flight list to be good"),
        [] {
            const QWidget* start = Hand::visible(QStringLiteral("drillStart"));
            return start != nullptr && start->isEnabled();
        },
        30000);
    m_hand.picture(name + QStringLiteral("-preflight"));
    m_hand.click(QStringLiteral("drillStart"));
    m_hand.see(QStringLiteral("drillTimeline"), 15000);
    m_hand.pause(8000);
    m_hand.picture(name + QStringLiteral("-running"));
    m_hand.see(QStringLiteral("drillSaveReport"), 120000);
    m_hand.picture(name + QStringLiteral("-result"));
}

void Tour::saveReport(const QString& name) {
    m_hand.click(QStringLiteral("drillSaveReport"));
    m_hand.answerFolder(QStringLiteral("drillReportDialog"), m_out.absolutePath());
    m_hand.pause(500);
    const cluster::DrillRecord record = savedRecord(m_out, name);
    if (record.verdict != cluster::Verdict::Passed) {
        QStringList why;
        for (const auto& reason : record.reasons)
            why << QString::fromStdString(reason);
        throw Failure(QStringLiteral("the %1 drill did not pass: %2").arg(name, why.join(QStringLiteral("; "))));
    }
    m_hand.say(QStringLiteral("the %1 drill passed").arg(name));
}

void Tour::drillGraceful() {
    m_hand.say(QStringLiteral("— A drill: the master resigns —"));
    m_hand.click(QStringLiteral("openDrill"));
    runDrill(QStringLiteral("Graceful"), QStringLiteral("drill-graceful"));
    saveReport(QStringLiteral("graceful"));
}

void Tour::drillCrash() {
    m_hand.say(QStringLiteral("— A drill: the master crashes, with an independent probe beside it —"));
    m_hand.click(QStringLiteral("drillAgain"));
    const auto probe = startProbe(300);
    runDrill(QStringLiteral("Crash"), QStringLiteral("drill-crash"));
    const double probed = probedOutageMs(*probe);
    saveReport(QStringLiteral("crash"));
    const cluster::DrillRecord record = savedRecord(m_out, QStringLiteral("crash"));
    if (!record.metrics.there.outage)
        throw Failure(QStringLiteral("the report of the crash drill has no client outage"));
    const double reported = static_cast<double>(record.metrics.there.outage->valueUs) / 1000;
    m_hand.say(QStringLiteral("clients felt %1 ms says the report, %2 ms the independent probe; difference %3 ms")
                   .arg(reported, 0, 'f', 1)
                   .arg(probed, 0, 'f', 1)
                   .arg(std::abs(reported - probed), 0, 'f', 1));
    if (std::abs(reported - probed) > 20)
        throw Failure(QStringLiteral("report and independent probe differ by more than 20 ms"));
}

std::unique_ptr<QProcess> Tour::startProbe(int seconds) {
    auto probe = std::make_unique<QProcess>();
    probe->start(m_lab.program,
                 {QStringLiteral("exec"), m_lab.path, QStringLiteral("client"), m_lab.program, QStringLiteral("probe"),
                  m_lab.virtualAddress, QStringLiteral("80"), QStringLiteral("--interval-ms"), QStringLiteral("10"),
                  QStringLiteral("--seconds"), QString::number(seconds)});
    m_hand.waitFor(QStringLiteral("the independent probe's first word"), [&] { return probe->bytesAvailable() > 0; }, 15000);
    return probe;
}

double Tour::probedOutageMs(QProcess& probe) {
    // It prints what it has found so far as one line of JSON a second; the last line has seen the whole drill.
    m_hand.pause(2500);
    probe.terminate();
    m_hand.waitFor(QStringLiteral("the independent probe to end"), [&] { return probe.state() == QProcess::NotRunning; });
    QByteArray last;
    for (const QByteArray& line : probe.readAllStandardOutput().split('\n'))
        if (!line.trimmed().isEmpty())
            last = line;
    const QJsonObject found = QJsonDocument::fromJson(last).object();
    if (!found.contains(QStringLiteral("outage_ms")))
        throw Failure(QStringLiteral("the independent probe said: %1").arg(QString::fromUtf8(last)));
    QFile file(m_out.filePath(QStringLiteral("independent-probe.json")));
    if (file.open(QIODevice::WriteOnly))
        file.write(last + "\n");
    return found[QStringLiteral("outage_ms")].toDouble();
}

} // namespace lvsdeck::tour
