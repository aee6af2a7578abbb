// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/service_form.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <set>

namespace lvsdeck::console {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(lvsdeck::console::ServiceForm)
};

using std::chrono::milliseconds;
using std::chrono::seconds;

struct AddressAndPrefix {
    Result<IpAddress> address;
    std::uint8_t prefix;
};

AddressAndPrefix parseAddress(const std::string& typed) {
    const auto slash = typed.find('/');
    auto address = IpAddress::parse(typed.substr(0, slash));
    const unsigned most = address && !address->isV4() ? 128 : 32;
    unsigned prefix = most;
    if (slash != std::string::npos) {
        const std::string digits = typed.substr(slash + 1);
        const bool number = !digits.empty() && digits.size() <= 3 &&
                            std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
        prefix = number ? static_cast<unsigned>(std::stoi(digits)) : 0;
        if (prefix < 1 || prefix > most)
            return {failure(ErrorCode::InvalidInput,
                            Text::tr("The prefix length after the slash is a number from 1 to %1.").arg(most).toStdString()),
                    0};
    }
    return {std::move(address), static_cast<std::uint8_t>(prefix)};
}

model::HealthCheck checkOf(const ServiceForm& form) {
    const auto common = [&](model::CheckSettings& settings) {
        if (form.checkPort > 0)
            settings.connectPort = static_cast<std::uint16_t>(form.checkPort);
        settings.connectTimeout = seconds(form.connectTimeoutS);
        settings.retry = static_cast<std::uint32_t>(form.retry);
        settings.delayBeforeRetry = seconds(form.delayBeforeRetryS);
    };
    if (form.check == CheckKind::Tcp) {
        model::TcpCheck check;
        common(check);
        return check;
    }
    model::HttpCheck check;
    common(check);
    check.tls = form.check == CheckKind::Https;
    check.sni = check.tls && !form.checkHost.empty();
    check.virtualHost = form.checkHost;
    model::HttpUrl url;
    url.path = form.checkPath.empty() ? "/" : form.checkPath;
    check.urls.push_back(std::move(url));
    return check;
}

model::VrrpInstance newInstance(const ServiceForm& form) {
    model::VrrpInstance out;
    out.name = form.instance.name;
    out.version = static_cast<std::uint8_t>(form.instance.version);
    out.vrid = static_cast<std::uint8_t>(form.instance.vrid);
    out.advertInterval = milliseconds(form.instance.intervalMs);
    if (out.version == 2)
        out.password = form.instance.password;
    out.preempt = form.instance.preempt;
    out.members = form.instance.members;
    if (out.preempt) {
        // As everybody writes it: the one with the highest priority starts as master.
        const auto highest = std::max_element(out.members.begin(), out.members.end(),
                                              [](const auto& a, const auto& b) { return a.priority < b.priority; });
        if (highest != out.members.end())
            highest->initialState = model::InitialState::Master;
    }
    return out;
}

/// Step and field of a path that validate() gives, when it belongs to the new service or the chosen instance.
std::optional<FieldProblem> located(const model::Problem& problem, const std::string& servicePath,
                                    const std::string& instancePath) {
    const auto under = [&](const std::string& prefix) { return !prefix.empty() && problem.path.starts_with(prefix); };
    const auto names = [&](const char* word) { return problem.path.find(word) != std::string::npos; };
    FieldProblem out{WizardStep::Service, Field::None, problem.severity, problem.text};
    if (under(instancePath)) {
        out.step = WizardStep::VirtualIp;
        out.field = names("vrid")              ? Field::Vrid
                    : names("priority")        ? Field::Priority
                    : names("interface")       ? Field::Interface
                    : names("advert_interval") ? Field::Interval
                    : names("password")        ? Field::Password
                    : names("addresses")       ? Field::Address
                                               : Field::Instance;
        return out;
    }
    if (!under(servicePath))
        return std::nullopt;
    if (names(".servers")) {
        out.step = names("checks") ? WizardStep::Checks : WizardStep::Servers;
        out.field = names("weight") ? Field::Weight : names("checks") ? Field::CheckPath : Field::Servers;
    } else if (names("forwarding") || names("tunnel") || names("scheduler")) {
        out.step = WizardStep::Forwarding;
        out.field = names("scheduler") ? Field::Scheduler : names("tunnel") ? Field::Tunnel : Field::Forwarding;
    } else if (names("address")) {
        out.step = WizardStep::VirtualIp;
        out.field = Field::Address;
    } else if (names("delay_loop") || names("timeout") || names("retry") || names("quorum")) {
        out.step = WizardStep::Checks;
        out.field = Field::CheckTimes;
    } else {
        out.field = names("persistence") ? Field::Persistence : names("name") ? Field::Name : Field::Port;
    }
    return out;
}

} // namespace

ServiceForm startForm(const model::Cluster& base) {
    ServiceForm form;
    std::set<int> used;
    std::set<std::string> names;
    for (const model::VrrpInstance& instance : base.instances) {
        used.insert(instance.vrid);
        names.insert(instance.name);
    }
    for (int i = 1; names.contains(form.instance.name); ++i)
        form.instance.name = "VI_" + std::to_string(i);
    while (used.contains(form.instance.vrid) && form.instance.vrid < 255)
        ++form.instance.vrid;
    int priority = 100;
    for (const model::Director& director : base.directors) {
        model::Member member;
        member.director = director.id;
        member.priority = static_cast<std::uint8_t>(std::max(priority--, 1));
        for (const model::VrrpInstance& instance : base.instances)
            if (const model::Member* other = model::findMember(instance, director.id))
                member.interface = other->interface;
        form.instance.members.push_back(std::move(member));
    }
    if (!base.instances.empty())
        form.useInstance = base.instances.front().name;
    return form;
}

model::VirtualService serviceOf(const ServiceForm& form) {
    model::VirtualService out;
    out.name = form.name;
    out.protocol = form.protocol;
    out.address = parseAddress(form.address).address.value_or(IpAddress());
    out.port = static_cast<std::uint16_t>(form.port);
    out.scheduler = form.scheduler;
    out.forwarding = form.forwarding;
    if (form.forwarding == model::Forwarding::Tun) {
        out.tunnel.type = form.tunnel;
        out.tunnel.port =
            form.tunnel == model::TunnelType::Gue ? static_cast<std::uint16_t>(form.tunnelPort) : std::uint16_t{0};
    }
    if (form.persistence > 0)
        out.persistenceTimeout = static_cast<std::uint32_t>(form.persistence);
    out.delayLoop = seconds(form.delayLoopS);
    out.inhibitOnFailure = form.inhibitOnFailure;
    out.servers = parseServers(form.servers, out.port, form.defaultWeight).servers;
    if (form.check != CheckKind::None)
        for (model::RealServer& server : out.servers)
            server.checks.push_back(checkOf(form));
    return out;
}

model::Cluster withService(const model::Cluster& base, const ServiceForm& form) {
    model::Cluster out = base;
    if (form.useInstance.empty())
        out.instances.push_back(newInstance(form));
    const std::string& name = form.useInstance.empty() ? form.instance.name : form.useInstance;
    const auto [address, prefix] = parseAddress(form.address);
    if (address)
        for (model::VrrpInstance& instance : out.instances) {
            const bool there = std::any_of(instance.addresses.begin(), instance.addresses.end(),
                                           [&, &a = *address](const auto& v) { return v.address == a; });
            if (instance.name != name || there)
                continue;
            model::VirtualAddress entry;
            entry.address = *address;
            entry.prefixLength = prefix;
            instance.addresses.push_back(std::move(entry));
        }
    out.services.push_back(serviceOf(form));
    return out;
}

std::vector<FieldProblem> problemsOf(const model::Cluster& base, const ServiceForm& form) {
    std::vector<FieldProblem> out;
    const auto error = [&](WizardStep step, Field field, const QString& words) {
        out.push_back({step, field, model::Severity::Error, words.toStdString()});
    };
    const auto address = parseAddress(form.address).address;
    if (form.address.empty())
        error(WizardStep::VirtualIp, Field::Address, Text::tr("Type the address that clients connect to, e.g. 192.0.2.10."));
    else if (!address)
        error(WizardStep::VirtualIp, Field::Address,
              Text::tr("%1 is not an IP address; write it like 192.0.2.10, 192.0.2.10/24 or 2001:db8::10.")
                  .arg(QString::fromStdString(form.address)));
    if (form.useInstance.empty())
        for (const model::Member& member : form.instance.members)
            if (member.interface.empty())
                error(WizardStep::VirtualIp, Field::Interface,
                      Text::tr("Choose the interface of %1 that is in the network of the virtual IP.")
                          .arg(QString::fromStdString(member.director)));
    const ParsedServers parsed = parseServers(form.servers, static_cast<std::uint16_t>(form.port), form.defaultWeight);
    for (const std::string& text : parsed.problems)
        error(WizardStep::Servers, Field::Servers, QString::fromStdString(text));
    if (parsed.servers.empty() && parsed.problems.empty())
        error(WizardStep::Servers, Field::Servers, Text::tr("Paste at least one real server, one a line."));
    if ((form.check == CheckKind::Http || form.check == CheckKind::Https) && !form.checkPath.starts_with('/'))
        error(WizardStep::Checks, Field::CheckPath, Text::tr("The path begins with a slash."));

    const model::Cluster next = withService(base, form);
    const std::string servicePath = "services[" + std::to_string(next.services.size() - 1) + "]";
    std::string instancePath;
    for (std::size_t i = 0; i < next.instances.size(); ++i)
        if (next.instances[i].name == (form.useInstance.empty() ? form.instance.name : form.useInstance))
            instancePath = "instances[" + std::to_string(i) + "]";
    for (const model::Problem& problem : model::validate(next)) {
        auto found = located(problem, servicePath, instancePath);
        if (!found)
            continue;
        const bool known = std::any_of(out.begin(), out.end(), [&](const FieldProblem& p) {
            return p.field == found->field && p.severity == model::Severity::Error;
        });
        if (!known)
            out.push_back(std::move(*found));
    }
    return out;
}

int detectionSeconds(const ServiceForm& form) {
    return form.delayLoopS + form.retry * (form.delayBeforeRetryS + form.connectTimeoutS) + form.connectTimeoutS;
}

} // namespace lvsdeck::console
