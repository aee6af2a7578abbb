// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/wizard/choice_card.hpp"
#include "console/wizard/wizard_page.hpp"

#include <QComboBox>
#include <QVBoxLayout>

namespace lvsdeck::console {

QString schedulerName(model::Scheduler scheduler) {
    switch (scheduler) {
    case model::Scheduler::Rr: return ForwardingPage::tr("Round robin (rr)");
    case model::Scheduler::Wrr: return ForwardingPage::tr("Weighted round robin (wrr)");
    case model::Scheduler::Lc: return ForwardingPage::tr("Least connections (lc)");
    case model::Scheduler::Wlc: return ForwardingPage::tr("Weighted least connections (wlc)");
    case model::Scheduler::Lblc: return ForwardingPage::tr("Locality based, least connections (lblc)");
    case model::Scheduler::Lblcr: return ForwardingPage::tr("Locality based with replication (lblcr)");
    case model::Scheduler::Dh: return ForwardingPage::tr("Destination hashing (dh)");
    case model::Scheduler::Sh: return ForwardingPage::tr("Source hashing (sh)");
    case model::Scheduler::Sed: return ForwardingPage::tr("Shortest expected delay (sed)");
    case model::Scheduler::Nq: return ForwardingPage::tr("Never queue (nq)");
    case model::Scheduler::Fo: return ForwardingPage::tr("Fail over to the next weight (fo)");
    case model::Scheduler::Ovf: return ForwardingPage::tr("Overflow to the next weight (ovf)");
    case model::Scheduler::Mh: return ForwardingPage::tr("Maglev hashing (mh)");
    case model::Scheduler::Twos: return ForwardingPage::tr("Power of two choices (twos)");
    }
    return {};
}

QString schedulerAdvice(model::Scheduler scheduler) {
    switch (scheduler) {
    case model::Scheduler::Rr:
        return ForwardingPage::tr(
            "Each server in turn. For equal servers and short requests; it does not look at the load.");
    case model::Scheduler::Wrr:
        return ForwardingPage::tr("Each in turn, by weight. For servers of different size; it does not look at the load.");
    case model::Scheduler::Lc:
        return ForwardingPage::tr("The server with the fewest connections. For long or uneven connections; a server that "
                                  "comes back empty is flooded at first.");
    case model::Scheduler::Wlc:
        return ForwardingPage::tr("Good for long-lived connections and servers of different size; the usual choice.");
    case model::Scheduler::Lblc:
        return ForwardingPage::tr(
            "Keeps a destination address on one server until that is overloaded. For farms of caches.");
    case model::Scheduler::Lblcr:
        return ForwardingPage::tr("As lblc, with several servers for a busy destination. For caches with hot objects.");
    case model::Scheduler::Dh:
        return ForwardingPage::tr("A fixed server for each destination address. For caches and firewalls.");
    case model::Scheduler::Sh:
        return ForwardingPage::tr(
            "A fixed server for each client address. Few clients, or many behind one address, make it uneven.");
    case model::Scheduler::Sed:
        return ForwardingPage::tr(
            "The server that would answer soonest by connections and weight. For unequal servers with few connections.");
    case model::Scheduler::Nq:
        return ForwardingPage::tr("An idle server first, else as sed: nobody waits behind a big server that is busy.");
    case model::Scheduler::Fo:
        return ForwardingPage::tr("All to the highest weight that is up; the others are spare. This does not balance.");
    case model::Scheduler::Ovf:
        return ForwardingPage::tr("Fills the highest weight with that many connections, then the next. Not for UDP.");
    case model::Scheduler::Mh:
        return ForwardingPage::tr(
            "Directors agree without shared state, and little moves when servers change. For several active directors.");
    case model::Scheduler::Twos:
        return ForwardingPage::tr(
            "The better of two random servers. For many servers; needs kernel 6.0 or newer on the directors.");
    }
    return {};
}

ForwardingPage::ForwardingPage(const ServiceForm& form, QWidget* parent)
    : WizardPage(
          WizardStep::Forwarding, tr("How do packets reach the real servers?"),
          tr("It decides what your network and the servers must be like. It can be changed later, one service at a time."),
          parent),
      m_forwarding(form.forwarding), m_scheduler(new QComboBox(this)), m_tunnel(new QComboBox(this)) {
    const auto card = [&](model::Forwarding forwarding, const char* name, const QString& title, const QString& what,
                          const QString& needs) {
        auto* out = new ChoiceCard(title, what, needs, this);
        out->setObjectName(QString::fromLatin1(name));
        connect(out, &ChoiceCard::clicked, this, [this, forwarding] { choose(forwarding); });
        m_cards[forwarding] = out;
        m_column->addWidget(out);
        m_column->addSpacing(metrics::half);
    };
    card(model::Forwarding::Dr, "wizardForward_dr", tr("Direct routing (DR)"),
         tr("Servers answer clients directly: the fastest. Same segment as the directors, same port; the virtual IP sits on "
            "each server's loopback."),
         tr("Needs arp_ignore=1 and arp_announce=2 on each server. Forgotten, clients stick to one server or lose it at "
            "random."));
    card(model::Forwarding::Nat, "wizardForward_nat", tr("NAT"),
         tr("Both directions pass the director. Any operating system, any port."),
         tr("The director must be the servers' gateway, by an address that moves with the virtual IP, and carries all "
            "replies."));
    card(model::Forwarding::Tun, "wizardForward_tun", tr("Tunnel (TUN)"),
         tr("Like DR across routers: packets arrive in IPIP, GRE or GUE, replies go straight to the client."),
         tr("Needs a tunnel interface with the virtual IP on each server, and a smaller MTU or clamped MSS."));
    for (const auto& [type, words] :
         {std::pair{model::TunnelType::Ipip, tr("IPIP")}, std::pair{model::TunnelType::Gre, tr("GRE")},
          std::pair{model::TunnelType::Gue, tr("GUE (UDP port 6080)")}})
        m_tunnel->addItem(words, int(type));
    m_tunnel->setCurrentIndex(m_tunnel->findData(int(form.tunnel)));
    addField(tr("Tunnel"), m_tunnel, QStringLiteral("wizardTunnel"), Field::Tunnel);
    for (int i = 0; i <= int(model::Scheduler::Twos); ++i)
        m_scheduler->addItem(schedulerName(static_cast<model::Scheduler>(i)), i);
    m_scheduler->setCurrentIndex(m_scheduler->findData(int(form.scheduler)));
    addField(tr("Scheduler"), m_scheduler, QStringLiteral("wizardScheduler"), Field::Scheduler);
    m_schedulerText = makeLabel({}, "small", this);
    m_schedulerText->setWordWrap(true);
    m_column->addWidget(m_schedulerText);
    m_column->addStretch();
    const auto advise = [this] {
        m_schedulerText->setText(schedulerAdvice(static_cast<model::Scheduler>(m_scheduler->currentData().toInt())));
    };
    connect(m_scheduler, &QComboBox::currentIndexChanged, this, advise);
    advise();
    choose(m_forwarding);
}

void ForwardingPage::choose(model::Forwarding forwarding) {
    m_forwarding = forwarding;
    for (const auto& [one, card] : m_cards)
        card->setChosen(one == forwarding);
    m_tunnel->setEnabled(forwarding == model::Forwarding::Tun);
    emit edited();
}

void ForwardingPage::store(ServiceForm& form) const {
    form.forwarding = m_forwarding;
    form.scheduler = static_cast<model::Scheduler>(m_scheduler->currentData().toInt());
    form.tunnel = static_cast<model::TunnelType>(m_tunnel->currentData().toInt());
}

} // namespace lvsdeck::console
