// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/understood.hpp"

#include "common/base/json.hpp"
#include "common/model/routing_words.hpp"

#include <QCoreApplication>

namespace lvsdeck::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Import)
};

QString q(const std::string& text) { return QString::fromStdString(text); }

QString joined(const std::vector<std::string>& words, int from = 0) {
    QStringList out;
    for (std::size_t i = static_cast<std::size_t>(from); i < words.size(); ++i)
        out << q(words[i]);
    return out.join(QChar(' '));
}

QString upper(const std::string& word) { return q(word).toUpper(); }

QString counted(std::size_t number) { return QString::number(number); }

QString serviceDetail(const model::VirtualService& service) {
    QStringList out{q(json::toWord(service.scheduler)), upper(json::toWord(service.forwarding))};
    if (service.persistenceTimeout)
        out << Words::tr("persistent %1 s").arg(*service.persistenceTimeout);
    if (service.onePacket)
        out << QStringLiteral("ops");
    out << Words::tr("%n real server(s)", nullptr, static_cast<int>(service.servers.size()));
    return out.join(QStringLiteral(" · "));
}

QString serverDetail(const model::VirtualService& service, const model::RealServer& server) {
    QStringList out{Words::tr("weight %1").arg(server.weight)};
    if (server.forwarding && *server.forwarding != service.forwarding)
        out << upper(json::toWord(*server.forwarding));
    if (server.admin != model::AdminState::Enabled)
        out << (server.admin == model::AdminState::Drained ? Words::tr("drained") : Words::tr("disabled"));
    if (server.checks.empty())
        out << Words::tr("no check");
    return out.join(QStringLiteral(" · "));
}

QString checkTitle(const model::HealthCheck& check) {
    if (const auto* http = std::get_if<model::HttpCheck>(&check))
        return http->tls ? QStringLiteral("HTTPS") : QStringLiteral("HTTP");
    return std::visit([](const auto& one) { return QString::fromUtf8(one.kind.data(), int(one.kind.size())).toUpper(); },
                      check);
}

QString checkDetail(const model::HealthCheck& check) {
    QStringList out;
    if (const auto* http = std::get_if<model::HttpCheck>(&check)) {
        for (const model::HttpUrl& url : http->urls)
            out << q(url.path);
    } else if (const auto* script = std::get_if<model::ScriptCheck>(&check)) {
        out << joined(script->script.command);
    } else if (const auto* dns = std::get_if<model::DnsCheck>(&check)) {
        out << upper(json::toWord(dns->type)) + QChar(' ') + q(dns->name);
    } else if (const auto* file = std::get_if<model::FileCheck>(&check)) {
        out << q(file->trackFile);
    }
    const model::CheckSettings& settings = model::settings(check);
    if (settings.connectPort)
        out << Words::tr("port %1").arg(*settings.connectPort);
    if (settings.connectTimeout)
        out << Words::tr("time-out %1 s").arg(static_cast<double>(settings.connectTimeout->count()) / 1000.0);
    return out.join(QStringLiteral(" · "));
}

QString memberDetail(const model::Member& member) {
    QStringList out{member.initialState == model::InitialState::Master ? QStringLiteral("MASTER") : QStringLiteral("BACKUP"),
                    Words::tr("priority %1").arg(member.priority)};
    if (!member.interface.empty())
        out << q(member.interface);
    if (!member.unicastPeers.empty())
        out << Words::tr("unicast");
    return out.join(QStringLiteral(" · "));
}

QString instanceDetail(const model::VrrpInstance& instance) {
    return QStringLiteral("VRRPv%1 · VRID %2 · ").arg(instance.version).arg(instance.vrid) +
           Words::tr("every %1 s").arg(static_cast<double>(instance.advertInterval.count()) / 1000.0);
}

QString heading(EntryKind kind) {
    switch (kind) {
    case EntryKind::Directors: return Words::tr("Directors");
    case EntryKind::Instances: return Words::tr("VRRP instances");
    case EntryKind::SyncGroups: return Words::tr("Sync groups");
    case EntryKind::Services: return Words::tr("Virtual services");
    case EntryKind::Tracked: return Words::tr("Tracked scripts, files and processes");
    case EntryKind::Statics: return Words::tr("Static addresses, routes and rules");
    case EntryKind::Notifications: return Words::tr("Notification");
    case EntryKind::KeptTexts: return Words::tr("Kept, not managed");
    default: return {};
    }
}

QString keptTitle(const model::Passthrough& kept) {
    const QString whole = q(kept.text);
    const QStringList lines = whole.split(QChar('\n'), Qt::SkipEmptyParts);
    for (const QString& line : lines)
        if (const QString words = line.trimmed(); !words.startsWith(QChar('#')) && !words.startsWith(QChar('!')))
            return words.left(120);
    return lines.value(0).trimmed().left(120);
}

QString title(const model::Cluster& cluster, const Entry& entry) {
    switch (entry.kind) {
    case EntryKind::Director: return q(cluster.directors[entry.a].id);
    case EntryKind::Instance: return q(cluster.instances[entry.a].name);
    case EntryKind::Address:
    case EntryKind::ExcludedAddress: {
        const auto& instance = cluster.instances[entry.a];
        const auto& list = entry.kind == EntryKind::Address ? instance.addresses : instance.excludedAddresses;
        return q(model::addressWords(list[entry.b]).front());
    }
    case EntryKind::Member: return q(cluster.instances[entry.a].members[entry.b].director);
    case EntryKind::SyncGroup: return q(cluster.syncGroups[entry.a].name);
    case EntryKind::Service: return q(model::serviceKey(cluster.services[entry.a]));
    case EntryKind::Server: return q(model::serverKey(cluster.services[entry.a].servers[entry.b]));
    case EntryKind::Check: return checkTitle(cluster.services[entry.a].servers[entry.b].checks[entry.c]);
    case EntryKind::SorryServer: {
        const model::SorryServer& sorry = *cluster.services[entry.a].sorryServer;
        return q(endpointText(sorry.address, sorry.port));
    }
    case EntryKind::Script: return q(cluster.trackScripts[entry.a].name);
    case EntryKind::File: return q(cluster.trackFiles[entry.a].name);
    case EntryKind::Process: return q(cluster.trackProcesses[entry.a].name);
    case EntryKind::StaticAddress: return q(model::addressWords(cluster.staticAddresses[entry.a].address).front());
    case EntryKind::StaticRoute: return joined(model::routeWords(cluster.staticRoutes[entry.a].route));
    case EntryKind::StaticRule: return joined(model::ruleWords(cluster.staticRules[entry.a].rule));
    case EntryKind::Mail: return q(cluster.notification.to[entry.a]);
    case EntryKind::Kept: return keptTitle(cluster.passthrough[entry.a]);
    default: return heading(entry.kind);
    }
}

QString detail(const model::Cluster& cluster, const Entry& entry) {
    switch (entry.kind) {
    case EntryKind::Director: return q(cluster.directors[entry.a].routerId);
    case EntryKind::Instance: return instanceDetail(cluster.instances[entry.a]);
    case EntryKind::Address: return joined(model::addressWords(cluster.instances[entry.a].addresses[entry.b]), 1);
    case EntryKind::ExcludedAddress: return Words::tr("not advertised");
    case EntryKind::Member: return memberDetail(cluster.instances[entry.a].members[entry.b]);
    case EntryKind::SyncGroup: return joined(cluster.syncGroups[entry.a].instances);
    case EntryKind::Service: return serviceDetail(cluster.services[entry.a]);
    case EntryKind::Server: return serverDetail(cluster.services[entry.a], cluster.services[entry.a].servers[entry.b]);
    case EntryKind::Check: return checkDetail(cluster.services[entry.a].servers[entry.b].checks[entry.c]);
    case EntryKind::SorryServer: return Words::tr("sorry server");
    case EntryKind::Script: return joined(cluster.trackScripts[entry.a].script.command);
    case EntryKind::File: return q(cluster.trackFiles[entry.a].path);
    case EntryKind::Process: return joined(cluster.trackProcesses[entry.a].process);
    case EntryKind::StaticAddress: return joined(model::addressWords(cluster.staticAddresses[entry.a].address), 1);
    case EntryKind::Notifications: return q(cluster.notification.smtpServer);
    case EntryKind::Kept: {
        const model::Passthrough& kept = cluster.passthrough[entry.a];
        const QString where = kept.place.empty() ? Words::tr("top level") : q(kept.place);
        return kept.director.empty() ? where : where + QStringLiteral(" · ") + q(kept.director);
    }
    case EntryKind::Root:
    case EntryKind::StaticRoute:
    case EntryKind::StaticRule:
    case EntryKind::Mail: return {};
    default: return counted(entry.children);
    }
}

} // namespace

std::string entryTitle(const model::Cluster& cluster, const Entry& entry) { return title(cluster, entry).toStdString(); }
std::string entryDetail(const model::Cluster& cluster, const Entry& entry) { return detail(cluster, entry).toStdString(); }

} // namespace lvsdeck::console
