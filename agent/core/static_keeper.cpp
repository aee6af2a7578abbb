// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/core/static_keeper.hpp"

#include "agent/vrrp/instance_plan.hpp"
#include "common/model/routing_words.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace lvsdeck::core {

namespace {

using namespace std::chrono_literals;

constexpr Duration restorePause = 100ms;
constexpr Duration firstPause = 2s;
constexpr Duration longestPause = 60s;

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words)
        out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string textOf(const model::VirtualAddress& address) {
    return "the static address " + model::prefixText(address.address, address.prefixLength) + " on " + address.device;
}
std::string textOf(const model::VirtualRoute& route) { return "the static route " + joined(model::routeWords(route)); }
std::string textOf(const model::VirtualRule& rule) { return "the static rule " + joined(model::ruleWords(rule)); }

/// Whether what is on the host for the one serves as the other. A rule that is not tracked is marked otherwise in the kernel.
template <class Entry> bool same(const Entry& a, const Entry& b) {
    if constexpr (std::is_same_v<Entry, model::VirtualRule>)
        return a == b;
    else {
        Entry other = a;
        other.noTrack = b.noTrack;
        return other == b;
    }
}

template <class Entry> bool has(const std::vector<Entry>& list, const Entry& entry) {
    return std::ranges::any_of(list, [&](const Entry& one) { return same(one, entry); });
}

template <class Entry> void forget(std::vector<Entry>& list, const Entry& entry) {
    std::erase_if(list, [&](const Entry& one) { return same(one, entry); });
}

void add(std::string& problem, const std::string& text) { problem += (problem.empty() ? "" : "; ") + text; }

bool isThere(const std::vector<Link>& links, const model::VirtualAddress& wanted) {
    const Link* link = vrrp::findLink(links, wanted.device);
    return link != nullptr && std::ranges::any_of(link->addresses, [&](const InterfaceAddress& one) {
               return one.address == wanted.address && one.prefixLength == wanted.prefixLength;
           });
}

} // namespace

KeptStatics wantedStatics(const model::Effective& own) {
    KeptStatics out;
    for (const model::StaticAddress& entry : own.staticAddresses)
        out.addresses.push_back(entry.address);
    for (const model::StaticRoute& entry : own.staticRoutes)
        out.routes.push_back(entry.route);
    out.rules = vrrp::preparedStaticRules(own);
    return out;
}

void StaticKeeper::want(KeptStatics wanted) {
    m_wanted = std::move(wanted);
    arrange();
}

void StaticKeeper::again() {
    m_expected = true;
    arrange();
    m_expected = false;
}

void StaticKeeper::look() {
    if (m_everRestored && m_runtime.now() - m_restored < restorePause)
        m_again = true;
    else
        arrange();
}

void StaticKeeper::retry() {
    if (!m_again && (m_problem.empty() || m_runtime.now() < m_tryAgain))
        return;
    const std::string before = m_problem;
    arrange();
    m_pause = m_problem == before ? std::min<Duration>(m_pause * 2, longestPause) : firstPause;
    m_tryAgain = m_runtime.now() + m_pause;
}

void StaticKeeper::arrange() {
    m_again = false;
    std::string problem;
    if (!m_notebook.notes().statics.empty())
        removeOthers(problem);
    if (!m_wanted.empty())
        addMissing(problem);
    if (problem == m_problem)
        return;
    m_problem = std::move(problem);
    if (m_problem.empty())
        m_report(rpc::EventLevel::Notice, "static addresses, routes and rules are as they should be again");
    else
        m_report(rpc::EventLevel::Error, m_problem);
}

void StaticKeeper::removeOthers(std::string& problem) {
    KernelNotes notes = m_notebook.notes();
    const auto clear = [&](auto& kept, const auto& wanted, auto remove) {
        for (const auto& entry : std::vector(kept)) {
            if (has(wanted, entry))
                continue;
            if (const Result<void> done = remove(entry); !done && done.error().code != ErrorCode::NotFound) {
                add(problem, textOf(entry) + " cannot be removed: " + done.error().text);
                continue;
            }
            forget(kept, entry);
            m_report(rpc::EventLevel::Info, textOf(entry) + " is removed");
        }
    };
    clear(notes.statics.rules, m_wanted.rules, [this](const auto& rule) { return m_network.removeRule(rule); });
    clear(notes.statics.routes, m_wanted.routes, [this](const auto& route) { return m_network.removeRoute(route); });
    clear(notes.statics.addresses, m_wanted.addresses, [this](const model::VirtualAddress& entry) {
        return m_host.removeAddress(entry.device, {entry.address, entry.prefixLength, entry.label});
    });
    (void)m_notebook.write(std::move(notes)); // What is noted and gone is only removed once more.
}

void StaticKeeper::addMissing(std::string& problem) {
    const auto links = m_host.links();
    const auto there = m_network.routingThere(m_wanted.routes, m_wanted.rules);
    if (!links || !there)
        return add(problem, "static entries are not looked after: " + (links ? there.error() : links.error()).text);
    const auto addEach = [&](auto member, auto isHere, auto put) {
        const auto& wanted = m_wanted.*member;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto& entry = wanted[i];
            const bool ours = has(m_notebook.notes().statics.*member, entry);
            // Of a route of somebody else's the port knows whether it leads the same way; any other entry is as good as ours.
            const bool isRoute = std::is_same_v<std::decay_t<decltype(entry)>, model::VirtualRoute>;
            if (isHere(i) ? ours || !isRoute : ours && entry.noTrack)
                continue;
            if constexpr (requires { entry.device; })
                if (!entry.device.empty() && std::ranges::find(*links, entry.device, &Link::name) == links->end()) {
                    add(problem, textOf(entry) + " cannot be added: this host has no interface " + entry.device);
                    continue;
                }
            KernelNotes notes = m_notebook.notes();
            if (!ours)
                (notes.statics.*member).push_back(entry);
            // Written down before it is done, so that a later process knows it for ours.
            if (auto written = m_notebook.write(notes); !written) {
                add(problem, textOf(entry) + " is not added: " + written.error().text);
                continue;
            }
            if (const Result<void> done = put(entry); !done) {
                add(problem, textOf(entry) + " cannot be added: " + done.error().text);
                if (!ours) {
                    forget(notes.statics.*member, entry);
                    (void)m_notebook.write(std::move(notes));
                }
                continue;
            }
            if (ours) {
                m_restored = m_runtime.now();
                m_everRestored = true;
            }
            const bool taken = ours && !m_expected;
            m_report(taken ? rpc::EventLevel::Warning : rpc::EventLevel::Info,
                     textOf(entry) + (taken ? " was taken away, not by lvsdeck; it is put back" : " is added"));
        }
    };
    addEach(
        &KeptStatics::addresses, [&](std::size_t i) { return isThere(*links, m_wanted.addresses[i]); },
        [this](const model::VirtualAddress& entry) {
            return m_host.addAddress(entry.device, {entry.address, entry.prefixLength, entry.label}, vrrp::optionsOf(entry));
        });
    addEach(
        &KeptStatics::routes, [&](std::size_t i) { return there->routes[i]; },
        [this](const model::VirtualRoute& route) { return m_network.addRoute(route); });
    addEach(
        &KeptStatics::rules, [&](std::size_t i) { return there->rules[i]; },
        [this](const model::VirtualRule& rule) { return m_network.addRule(rule); });
}

} // namespace lvsdeck::core
