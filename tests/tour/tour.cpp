// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/tour/tour.hpp"

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProcess>
#include <QRegularExpression>
#include <QTreeView>

namespace lvsdeck::tour {

Tour::Tour(Hand& hand, LabFile lab, QDir out) : m_hand(hand), m_lab(std::move(lab)), m_out(std::move(out)) {}
Tour::~Tour() = default;

void Tour::run() {
    addCluster();
    fillWizard();
    applyAndKeep();
    lookAround();
    drillGraceful();
    drillCrash();
    exportFiles();
    otherDress();
    m_hand.say(QStringLiteral("The tour is over: everything did what it should."));
}

void Tour::addCluster() {
    m_hand.say(QStringLiteral("— A new admin opens the console —"));
    m_hand.picture(QStringLiteral("empty"));
    m_hand.click(QStringLiteral("emptyAdd"));
    m_hand.type(QStringLiteral("clusterName"), QStringLiteral("web-prod"));
    if (Hand::visible(QStringLiteral("directorId_1")) == nullptr)
        m_hand.click(QStringLiteral("addDirector"));
    for (int i = 0; i < 2; ++i) {
        const QString director = QStringLiteral("lb%1").arg(i + 1);
        m_hand.type(QStringLiteral("directorId_%1").arg(i), director);
        m_hand.type(QStringLiteral("directorTarget_%1").arg(i), m_lab.target(director));
    }
    m_hand.type(QStringLiteral("clusterIdentity"), m_lab.identity);
    m_hand.type(QStringLiteral("clusterProbe"), m_lab.target(QStringLiteral("client")));
    m_hand.click(QStringLiteral("clusterTest"));
    trustHostKeys();
    m_hand.waitFor(
        QStringLiteral("the trial of the connections"),
        [] {
            return Hand::visible(QStringLiteral("clusterTest")) != nullptr &&
                   Hand::visible(QStringLiteral("clusterTest"))->isEnabled();
        },
        60000);
    m_hand.pause(500);
    m_hand.picture(QStringLiteral("connections-tried"));
    m_hand.click(QStringLiteral("clusterSave"));
    m_hand.waitFor(
        QStringLiteral("the new cluster's buttons"),
        [] {
            const QWidget* add = Hand::visible(QStringLiteral("addService"));
            return add != nullptr && add->isEnabled();
        },
        60000);
    m_hand.pause(1500);
    m_hand.picture(QStringLiteral("connected-empty-cluster"));
}

void Tour::trustHostKeys() {
    // What the admin would compare with: the fingerprints of the keys that the lab made.
    QProcess keygen;
    keygen.start(QStringLiteral("ssh-keygen"), {QStringLiteral("-lf"), m_lab.knownHosts});
    keygen.waitForFinished(10000);
    const QString known = QString::fromUtf8(keygen.readAllStandardOutput());
    for (int i = 0; i < 3; ++i) {
        auto& shown = m_hand.see<QWidget>(QStringLiteral("hostKeyFingerprint"), 60000);
        QString text = shown.property("text").toString();
        if (auto* field = qobject_cast<QPlainTextEdit*>(&shown))
            text = field->toPlainText();
        const auto match = QRegularExpression(QStringLiteral("SHA256:[A-Za-z0-9+/]+")).match(text);
        if (!match.hasMatch() || !known.contains(match.captured()))
            throw Failure(QStringLiteral("the dialog shows “%1”, which is no key of the lab").arg(text));
        if (i == 0)
            m_hand.picture(QStringLiteral("host-key"));
        m_hand.say(QStringLiteral("the fingerprint %1 is the lab's").arg(match.captured()));
        m_hand.click(QStringLiteral("hostKeyTrust"));
        m_hand.pause(300);
    }
}

void Tour::fillWizard() {
    m_hand.say(QStringLiteral("— A service in six steps —"));
    m_hand.click(QStringLiteral("addService"));
    m_hand.type(QStringLiteral("wizardAddress"), m_lab.virtualAddress);
    m_hand.type(QStringLiteral("wizardVrid"), QStringLiteral("51"));
    m_hand.choose(QStringLiteral("wizardVersion"), QStringLiteral("2"));
    m_hand.type(QStringLiteral("wizardPassword"), QStringLiteral("1111"));
    m_hand.choose(QStringLiteral("wizardInterface_lb1"), QStringLiteral("eth0"));
    m_hand.choose(QStringLiteral("wizardInterface_lb2"), QStringLiteral("eth0"));
    m_hand.picture(QStringLiteral("wizard-virtual-ip"));
    m_hand.click(QStringLiteral("wizardNext"));
    m_hand.type(QStringLiteral("wizardName"), QStringLiteral("web"));
    m_hand.type(QStringLiteral("wizardPort"), QStringLiteral("80"));
    m_hand.type(QStringLiteral("wizardPersistence"), QStringLiteral("60"));
    m_hand.picture(QStringLiteral("wizard-service"));
    m_hand.click(QStringLiteral("wizardNext"));
    m_hand.click(QStringLiteral("wizardForward_dr"));
    m_hand.choose(QStringLiteral("wizardScheduler"), QStringLiteral("wrr"));
    m_hand.picture(QStringLiteral("wizard-forwarding"));
    m_hand.click(QStringLiteral("wizardNext"));
    m_hand.type(QStringLiteral("wizardServers"), QStringLiteral("192.168.50.9 3 web1\n192.168.50.10 3 web2"));
    m_hand.picture(QStringLiteral("wizard-servers"));
    m_hand.click(QStringLiteral("wizardNext"));
    m_hand.choose(QStringLiteral("wizardCheck"), QStringLiteral("TCP"));
    m_hand.type(QStringLiteral("wizardTimeout"), QStringLiteral("10"));
    m_hand.type(QStringLiteral("wizardRetry"), QStringLiteral("3"));
    m_hand.type(QStringLiteral("wizardRetryDelay"), QStringLiteral("3"));
    m_hand.picture(QStringLiteral("wizard-checks"));
    m_hand.click(QStringLiteral("wizardNext"));
}

void Tour::applyAndKeep() {
    for (const char* director : {"lb1", "lb2"}) {
        const QString name = QStringLiteral("reviewOperations_") + QString::fromLatin1(director);
        m_hand.waitFor(QStringLiteral("the operations of %1").arg(QString::fromLatin1(director)), [&] {
            const auto* list = qobject_cast<QPlainTextEdit*>(Hand::visible(name));
            return list != nullptr && list->toPlainText().contains(m_lab.virtualAddress);
        });
    }
    m_hand.picture(QStringLiteral("review"));
    m_hand.click(QStringLiteral("reviewApply"));
    m_hand.see(QStringLiteral("reviewKeep"), 30000);
    m_hand.pause(1500);
    m_hand.picture(QStringLiteral("confirm-countdown"));
    m_hand.click(QStringLiteral("reviewKeep"));
    m_hand.see(QStringLiteral("reviewOutcome"), 15000);
    m_hand.picture(QStringLiteral("applied"));
    m_hand.click(QStringLiteral("wizardNext"));
    m_hand.waitFor(QStringLiteral("the wizard to close"),
                   [] { return Hand::visible(QStringLiteral("serviceWizard")) == nullptr; });
    for (const char* director : {"lb1", "lb2"}) {
        const QByteArray table = onHost(QString::fromLatin1(director), {QStringLiteral("ipvsadm"), QStringLiteral("-Sn")});
        const QByteArray wanted = "-A -t 192.168.50.8:80 -s wrr -p 60\n"
                                  "-a -t 192.168.50.8:80 -r 192.168.50.9:80 -g -w 3\n"
                                  "-a -t 192.168.50.8:80 -r 192.168.50.10:80 -g -w 3\n";
        if (table.trimmed() != wanted.trimmed())
            throw Failure(
                QStringLiteral("ipvsadm -Sn on %1 says:\n%2").arg(QString::fromLatin1(director), QString::fromUtf8(table)));
    }
    m_hand.say(QStringLiteral("ipvsadm -Sn on both directors says what the wizard promised"));
}

void Tour::lookAround() {
    m_hand.say(QStringLiteral("— Under load —"));
    m_hand.waitFor(QStringLiteral("lb1 to hold the virtual address"), [&] {
        return onHost(QStringLiteral("lb1"), {QStringLiteral("ip"), QStringLiteral("-o"), QStringLiteral("addr")})
            .contains(m_lab.virtualAddress.toUtf8() + "/");
    });
    m_hand.pick(QStringLiteral("viewList"), QStringLiteral("Watch"));
    m_hand.waitFor(
        QStringLiteral("connections in the table"),
        [] {
            const auto* tree = qobject_cast<QTreeView*>(Hand::visible(QStringLiteral("watchTree")));
            if (tree == nullptr || tree->model()->rowCount() == 0)
                return false;
            const QAbstractItemModel* model = tree->model();
            for (int column = 0; column < model->columnCount(); ++column)
                if (model->headerData(column, Qt::Horizontal).toString() == QStringLiteral("ActiveConn"))
                    return model->index(0, column).data().toString().toInt() > 0;
            return false;
        },
        60000);
    m_hand.pause(20000);
    m_hand.picture(QStringLiteral("watch"));
    m_hand.pick(QStringLiteral("viewList"), QStringLiteral("Overview"));
    m_hand.pause(3000);
    m_hand.picture(QStringLiteral("overview"));
    m_hand.pick(QStringLiteral("viewList"), QStringLiteral("Events"));
    m_hand.pause(500);
    m_hand.picture(QStringLiteral("events"));
}

void Tour::exportFiles() {
    m_hand.say(QStringLiteral("— Nobody is locked in —"));
    m_hand.pick(QStringLiteral("viewList"), QStringLiteral("Configuration"));
    m_hand.waitFor(QStringLiteral("the preview of keepalived.conf"), [] {
        const auto* text = qobject_cast<QPlainTextEdit*>(Hand::visible(QStringLiteral("configText")));
        return text != nullptr && text->toPlainText().contains(QStringLiteral("vrrp_instance"));
    });
    m_hand.picture(QStringLiteral("export"));
    m_hand.click(QStringLiteral("configSaveAll"));
    m_hand.answerFolder(QStringLiteral("exportDialog"), m_out.absolutePath());
    for (const char* director : {"lb1", "lb2"}) {
        QFile file(m_out.filePath(QStringLiteral("%1.keepalived.conf").arg(QString::fromLatin1(director))));
        m_hand.waitFor(file.fileName(), [&] { return file.exists(); }, 5000);
        if (!file.open(QIODevice::ReadOnly))
            throw Failure(QStringLiteral("%1 cannot be read").arg(file.fileName()));
        onHost(QString::fromLatin1(director),
               {QStringLiteral("sh"), QStringLiteral("-c"),
                QStringLiteral("cat > /run/lvsdeck/exported.conf && keepalived -t -f /run/lvsdeck/exported.conf; status=$?; "
                               "rm /run/lvsdeck/exported.conf; exit $status")},
               file.readAll());
        m_hand.say(QStringLiteral("keepalived -t on %1 accepts the exported file").arg(QString::fromLatin1(director)));
    }
}

void Tour::otherDress() {
    m_hand.say(QStringLiteral("— Dark, and in Chinese —"));
    m_hand.menu(QStringLiteral("actionThemeDark"));
    for (const auto& [view, picture] : {std::pair{"Overview", "overview-dark"}, std::pair{"Watch", "watch-dark"}}) {
        m_hand.pick(QStringLiteral("viewList"), QString::fromLatin1(view));
        m_hand.pause(3000);
        m_hand.picture(QString::fromLatin1(picture));
    }
    m_hand.menu(QStringLiteral("actionLanguageChinese"));
    m_hand.waitFor(
        QStringLiteral("the window in Chinese, connected again"),
        [] {
            const auto* tree = qobject_cast<QTreeView*>(Hand::visible(QStringLiteral("watchTree")));
            return tree != nullptr && tree->model()->rowCount() > 0;
        },
        60000);
    m_hand.pause(5000);
    m_hand.picture(QStringLiteral("watch-chinese"));
    m_hand.menu(QStringLiteral("actionThemeLight"));
    m_hand.menu(QStringLiteral("actionView_overview"));
    m_hand.pause(3000);
    m_hand.picture(QStringLiteral("overview-chinese"));
}

QByteArray Tour::onHost(const QString& host, const QStringList& command, const QByteArray& input) {
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(m_lab.program, QStringList{QStringLiteral("exec"), m_lab.path, host} + command);
    process.write(input);
    process.closeWriteChannel();
    m_hand.waitFor(
        QStringLiteral("%1 on %2").arg(command.front(), host), [&] { return process.state() == QProcess::NotRunning; },
        30000);
    const QByteArray said = process.readAll();
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        throw Failure(QStringLiteral("“%1” on %2 ended with %3:\n%4")
                          .arg(command.join(QLatin1Char(' ')), host)
                          .arg(process.exitCode())
                          .arg(QString::fromUtf8(said)));
    return said;
}

} // namespace lvsdeck::tour
