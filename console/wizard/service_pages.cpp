// SPDX-License-Identifier: GPL-3.0-or-later
// The pages Service, Real servers and Health checks.
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/wizard/wizard_page.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QSpinBox* spin(int low, int high, int value, QWidget* parent, const QString& suffix = {}) {
    auto* out = new QSpinBox(parent);
    out->setRange(low, high);
    out->setValue(value);
    out->setSuffix(suffix);
    return out;
}

} // namespace

ServicePage::ServicePage(const ServiceForm& form, QWidget* parent)
    : WizardPage(WizardStep::Service, tr("What is offered there?"),
                 tr("Protocol and port are what clients use; the name is for people, in lists and alarms."), parent),
      m_name(new QLineEdit(text(form.name), this)), m_protocol(new QComboBox(this)), m_port(spin(0, 65535, form.port, this)),
      m_persistence(spin(0, 2678400, form.persistence, this, tr(" s"))) {
    m_name->setPlaceholderText(tr("web"));
    m_protocol->addItem(QStringLiteral("TCP"), int(model::Protocol::Tcp));
    m_protocol->addItem(QStringLiteral("UDP"), int(model::Protocol::Udp));
    m_protocol->addItem(QStringLiteral("SCTP"), int(model::Protocol::Sctp));
    m_protocol->setCurrentIndex(m_protocol->findData(int(form.protocol)));
    m_persistence->setSpecialValueText(tr("off"));
    addField(tr("Name"), m_name, QStringLiteral("wizardName"), Field::Name);
    addField(tr("Protocol"), m_protocol, QStringLiteral("wizardProtocol"), Field::None);
    addField(tr("Port"), m_port, QStringLiteral("wizardPort"), Field::Port,
             tr("0 means all ports; that needs persistence."));
    addField(tr("Persistence"), m_persistence, QStringLiteral("wizardPersistence"), Field::Persistence,
             tr("Seconds for which a client stays with its server. It also delays draining; leave it off unless the "
                "application needs it."));
    m_column->addStretch();
}

void ServicePage::store(ServiceForm& form) const {
    form.name = m_name->text().trimmed().toStdString();
    form.protocol = static_cast<model::Protocol>(m_protocol->currentData().toInt());
    form.port = m_port->value();
    form.persistence = m_persistence->value();
}

ServersPage::ServersPage(const ServiceForm& form, QWidget* parent)
    : WizardPage(
          WizardStep::Servers, tr("Which servers do the work?"),
          tr("One a line: address, and if you like port, weight and name. A run of addresses is written 192.0.2.5-8."),
          parent),
      m_servers(new QPlainTextEdit(text(form.servers), this)), m_weight(spin(0, 65535, form.defaultWeight, this)) {
    m_servers->setFont(monoFont());
    m_servers->setPlaceholderText(QStringLiteral("192.0.2.20 3 web1\n192.0.2.21 3 web2"));
    m_servers->setTabChangesFocus(true);
    m_servers->setMinimumHeight(190);
    addField(tr("Real servers"), m_servers, QStringLiteral("wizardServers"), Field::Servers);
    m_summary = makeLabel({}, "small", this);
    m_summary->setObjectName(QStringLiteral("wizardServersSummary"));
    m_column->addWidget(m_summary);
    addField(tr("Weight of lines without one"), m_weight, QStringLiteral("wizardWeight"), Field::Weight,
             tr("A server of weight 3 gets three times as much as one of weight 1; 0 gets nothing new."));
    m_note = makeLabel({}, "small", this);
    m_note->setWordWrap(true);
    m_column->addWidget(m_note);
    m_column->addStretch();
    connect(m_servers, &QPlainTextEdit::textChanged, this, &WizardPage::edited);
    connect(this, &WizardPage::edited, this, &ServersPage::summarize);
}

void ServersPage::enter(const ServiceForm& form) {
    m_port = static_cast<std::uint16_t>(form.port);
    switch (form.forwarding) {
    case model::Forwarding::Dr:
        m_note->setText(tr("Each server needs %1 on its loopback, with arp_ignore=1 and arp_announce=2 set before. Its port "
                           "is the port of the service.")
                            .arg(text(form.address)));
        break;
    case model::Forwarding::Nat:
        m_note->setText(tr("Each server's default gateway must be an address that moves with the virtual IP, and clients "
                           "must not be in the servers' own network."));
        break;
    case model::Forwarding::Tun:
        m_note->setText(tr("Each server needs a tunnel interface with %1 on it, rp_filter loosened, and room for the "
                           "tunnel's header in the MTU.")
                            .arg(text(form.address)));
        break;
    }
    summarize();
}

void ServersPage::summarize() {
    const ParsedServers parsed = parseServers(m_servers->toPlainText().toStdString(), m_port, m_weight->value());
    std::int64_t weight = 0;
    for (const model::RealServer& server : parsed.servers)
        weight += server.weight;
    m_summary->setText(
        parsed.servers.empty()
            ? QString()
            : tr("%n server(s), total weight %1", nullptr, static_cast<int>(parsed.servers.size())).arg(weight));
}

void ServersPage::store(ServiceForm& form) const {
    form.servers = m_servers->toPlainText().toStdString();
    form.defaultWeight = m_weight->value();
}

ChecksPage::ChecksPage(const ServiceForm& form, QWidget* parent)
    : WizardPage(
          WizardStep::Checks, tr("How do we know that a server works?"),
          tr("Every director checks every server by itself; one that fails gets no new connections until it answers again."),
          parent),
      m_check(new QComboBox(this)), m_path(new QLineEdit(text(form.checkPath), this)),
      m_host(new QLineEdit(text(form.checkHost), this)), m_port(spin(0, 65535, form.checkPort, this)),
      m_delayLoop(spin(1, 3600, form.delayLoopS, this, tr(" s"))),
      m_timeout(spin(1, 600, form.connectTimeoutS, this, tr(" s"))), m_retry(spin(0, 100, form.retry, this)),
      m_retryDelay(spin(0, 600, form.delayBeforeRetryS, this, tr(" s"))),
      m_inhibit(new QCheckBox(tr("Keep a failed server in the table with weight 0"), this)) {
    m_check->addItem(tr("TCP: a connection opens"), int(CheckKind::Tcp));
    m_check->addItem(tr("HTTP: a page answers with 200 to 299"), int(CheckKind::Http));
    m_check->addItem(tr("HTTPS: a page answers with 200 to 299"), int(CheckKind::Https));
    m_check->addItem(tr("None: always in"), int(CheckKind::None));
    m_check->setCurrentIndex(m_check->findData(int(form.check)));
    m_port->setSpecialValueText(tr("the server's port"));
    addField(tr("Check"), m_check, QStringLiteral("wizardCheck"), Field::None);
    addField(tr("Path"), m_path, QStringLiteral("wizardCheckPath"), Field::CheckPath);
    addField(tr("Host name to ask for"), m_host, QStringLiteral("wizardCheckHost"), Field::None);
    addField(tr("Port to check"), m_port, QStringLiteral("wizardCheckPort"), Field::CheckPort);
    addField(tr("Every"), m_delayLoop, QStringLiteral("wizardDelayLoop"), Field::CheckTimes);
    addField(tr("Give up after"), m_timeout, QStringLiteral("wizardTimeout"), Field::None);
    addField(tr("Tries before it counts as down"), m_retry, QStringLiteral("wizardRetry"), Field::None);
    addField(tr("Pause between tries"), m_retryDelay, QStringLiteral("wizardRetryDelay"), Field::None);
    m_inhibit->setObjectName(QStringLiteral("wizardInhibit"));
    m_inhibit->setChecked(form.inhibitOnFailure);
    m_inhibit->setToolTip(tr("Its old connections live on; without it the server is removed and they end at once."));
    connect(m_inhibit, &QCheckBox::toggled, this, &WizardPage::edited);
    m_column->addWidget(m_inhibit);
    m_summary = makeLabel({}, "small", this);
    m_summary->setWordWrap(true);
    m_column->addWidget(m_summary);
    m_column->addStretch();
    connect(this, &WizardPage::edited, this, &ChecksPage::summarize);
    summarize();
}

void ChecksPage::summarize() {
    const auto kind = static_cast<CheckKind>(m_check->currentData().toInt());
    const bool http = kind == CheckKind::Http || kind == CheckKind::Https;
    m_path->setEnabled(http);
    m_host->setEnabled(http);
    for (QSpinBox* box : {m_port, m_delayLoop, m_timeout, m_retry, m_retryDelay})
        box->setEnabled(kind != CheckKind::None);
    ServiceForm form;
    store(form);
    m_summary->setText(kind == CheckKind::None ? tr("Nobody looks: a dead server keeps getting connections.")
                                               : tr("A dead server is out after at most %1 s.").arg(detectionSeconds(form)));
}

void ChecksPage::store(ServiceForm& form) const {
    form.check = static_cast<CheckKind>(m_check->currentData().toInt());
    form.checkPath = m_path->text().trimmed().toStdString();
    form.checkHost = m_host->text().trimmed().toStdString();
    form.checkPort = m_port->value();
    form.delayLoopS = m_delayLoop->value();
    form.connectTimeoutS = m_timeout->value();
    form.retry = m_retry->value();
    form.delayBeforeRetryS = m_retryDelay->value();
    form.inhibitOnFailure = m_inhibit->isChecked();
}

} // namespace lvsdeck::console
