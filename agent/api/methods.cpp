// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/api/methods.hpp"

#include "common/model/secrets.hpp"

#include <algorithm>
#include <array>

namespace lvsdeck::api {

namespace {

using rpc::Role;
using Answer = Result<json::Value>;

Answer answer(Result<void> done) {
    if (!done)
        return std::unexpected(std::move(done.error()));
    return json::toJson(rpc::Nothing{});
}
template <class T> Answer answer(Result<T> value) {
    if (!value)
        return std::unexpected(std::move(value.error()));
    return json::toJson(*value, json::ownMemory());
}

Result<void> within(std::uint64_t value, std::uint64_t low, std::uint64_t high, const char* path) {
    if (value < low || value > high)
        return failure(ErrorCode::InvalidInput,
                       "must be " + std::to_string(low) + " to " + std::to_string(high) + ", not " + std::to_string(value),
                       path);
    return {};
}

/// A method whose work takes its parameters as P.
template <class P, Answer (*Work)(Session&, const P&)> Answer with(Session& session, const json::Value& params) {
    const auto typed = json::fromJson<P>(params);
    if (!typed)
        return std::unexpected(typed.error());
    return Work(session, *typed);
}

/// One that answers later.
template <class P, void (*Work)(Session&, const P&, Reply)>
void later(Session& session, const json::Value& params, Reply reply) {
    const auto typed = json::fromJson<P>(params);
    if (!typed)
        return reply(std::unexpected(typed.error()));
    Work(session, *typed, std::move(reply));
}
template <class T> auto answerLater(Reply reply) {
    return [reply = std::move(reply)](Result<T> value) { reply(answer(std::move(value))); };
}

core::Engine& engine(Session& session) { return session.services().engine; }

Answer hello(Session& session, const rpc::HelloParams& params) {
    if (params.protocol != rpc::protocolVersion)
        return failure(ErrorCode::Unsupported,
                       "this agent speaks version " + std::to_string(rpc::protocolVersion) +
                           " of the protocol, the client version " + std::to_string(params.protocol) +
                           "; install the same release of lvsdeck on both sides",
                       "protocol");
    session.greet(params);
    rpc::Hello out = engine(session).hello();
    out.role = session.caller().role;
    out.user = session.caller().user;
    return json::toJson(out);
}

Answer ping(Session& session, const rpc::Nothing&) { return json::toJson(rpc::Pong{engine(session).runtime().wallUs()}); }

/// Passwords of VRRP are not for who only looks; the hash stays that of the true document.
void maskSecrets(json::Value& cluster) {
    const auto each = [&](const char* list, const char* name, auto&& mask) {
        json::Value* values = cluster.is_object() ? cluster.get_object().if_contains(list) : nullptr;
        if (values == nullptr || !values->is_array())
            return;
        for (json::Value& value : values->get_array())
            if (json::Value* member = value.is_object() ? value.get_object().if_contains(name) : nullptr)
                mask(*member);
    };
    each("instances", "password", [](json::Value& password) {
        if (!password.is_string() || !password.get_string().empty())
            password = model::passwordMask;
    });
    each("passthrough", "text", [](json::Value& text) {
        text = text.is_string() ? model::maskedText(text.get_string()) : std::string(model::passwordMask);
    });
}

rpc::ConfigDocument masked(rpc::ConfigDocument document) {
    // Memory of its own: what is written into the memory of the shared one stays there as long as that does.
    json::Value cluster(*document.cluster, json::ownMemory());
    maskSecrets(cluster);
    document.cluster = json::Document(std::move(cluster));
    return document;
}

Answer configGet(Session& session, const rpc::ConfigGetParams& params) {
    auto document = engine(session).document(params.revision);
    if (document && session.caller().role < Role::Operator)
        document = masked(std::move(*document));
    return answer(std::move(document));
}
Answer configHistory(Session& session, const rpc::Nothing&) { return json::toJson(engine(session).history()); }
Answer configCheck(Session& session, const rpc::ConfigCheckParams& params) {
    return json::toJson(engine(session).check(params), json::ownMemory());
}
Answer configApply(Session& session, const rpc::ConfigApplyParams& params) {
    return answer(engine(session).apply(params, session.by()));
}
Answer configConfirm(Session& session, const rpc::ConfigConfirmParams& params) {
    return answer(engine(session).confirm(params.revision, session.by()));
}
Answer configRevert(Session& session, const rpc::ConfigRevertParams& params) {
    return answer(engine(session).revert(params, session.by()));
}

Answer stateGet(Session& session, const rpc::StateGetParams& params) {
    return json::toJson(engine(session).state(params.parts), json::ownMemory());
}
Answer stateSubscribe(Session& session, const rpc::SubscribeParams& params) {
    if (auto fine = within(params.intervalMs, 100, 60'000, "interval_ms"); !fine)
        return std::unexpected(fine.error());
    return json::toJson(session.subscribe(params));
}
Answer stateUnsubscribe(Session& session, const rpc::Nothing&) {
    session.unsubscribe();
    return json::toJson(rpc::Nothing{});
}
Answer eventsQuery(Session& session, const rpc::EventsQueryParams& params) {
    if (auto fine = within(params.limit, 1, core::EventLog::kept, "limit"); !fine)
        return std::unexpected(fine.error());
    return json::toJson(engine(session).events().after(params.after, params.limit));
}

Answer serverSet(Session& session, const rpc::ServerSetParams& params) {
    return answer(engine(session).setServer(params, session.by()));
}

Answer checkRun(Session& session, const rpc::CheckRunParams& params) {
    return answer(engine(session).runChecks(params, session.by()));
}

Answer vrrpSet(Session& session, const rpc::VrrpSetParams& params) {
    return answer(engine(session).setMaintenance(params, session.by()));
}
Answer vrrpTransitions(Session& session, const rpc::VrrpTransitionsParams& params) {
    return answer(engine(session).transitions(params.instance));
}

void adoptScan(Session& session, const rpc::Nothing&, Reply reply) {
    engine(session).scan(answerLater<rpc::AdoptScan>(std::move(reply)));
}
void adoptCheck(Session& session, const rpc::Nothing&, Reply reply) {
    engine(session).checkAdoption(answerLater<rpc::AdoptCheck>(std::move(reply)));
}
void adoptObserve(Session& session, const rpc::AdoptObserveParams& params, Reply reply) {
    engine(session).observe(params, session.by(), answerLater<rpc::ConfigApplied>(std::move(reply)));
}
void adoptTake(Session& session, const rpc::AdoptTakeParams& params, Reply reply) {
    engine(session).takeOver(params, session.by(), answerLater<rpc::ConfigApplied>(std::move(reply)));
}
void adoptBack(Session& session, const rpc::AdoptBackParams& params, Reply reply) {
    engine(session).giveBack(params, session.by(), answerLater<rpc::ConfigApplied>(std::move(reply)));
}

Answer drillBegin(Session& session, const rpc::DrillBeginParams& params) {
    return answer(engine(session).beginDrill(params, session.by()));
}
Answer drillRenew(Session& session, const rpc::DrillRenewParams& params) {
    return answer(engine(session).renewDrill(params));
}
Answer drillEnd(Session& session, const rpc::DrillEndParams& params) { return answer(engine(session).endDrill(params.id)); }

Answer probeRun(Session& session, const rpc::ProbeRunParams& params) {
    for (const auto& fine :
         {within(params.port, 1, 65'535, "port"), within(params.intervalMs, 2, 10'000, "interval_ms"),
          within(params.timeoutMs, 10, 10'000, "timeout_ms"), within(params.durationS, 1, 600, "duration_s"),
          within(params.held, 0, 256, "held"), within(params.heartbeatMs, 10, 10'000, "heartbeat_ms")})
        if (!fine)
            return std::unexpected(fine.error());
    if (params.held > 0 && params.httpPath.empty())
        return failure(ErrorCode::InvalidInput, "held connections need a path to ask for: their heartbeat is a request",
                       "http_path");
    if (std::ranges::any_of(params.httpPath, [](char c) { return c <= ' ' || c == '\x7f'; }) ||
        params.httpPath.size() > 1024)
        return failure(ErrorCode::InvalidInput, "a path has no blanks or control characters, and at most 1024 bytes",
                       "http_path");
    return answer(session.startProbe(params));
}
Answer probeStop(Session& session, const rpc::ProbeStopParams& params) { return answer(session.stopProbe(params.id)); }

Answer doctorRun(Session& session, const rpc::Nothing&) {
    return json::toJson(session.services().doctor ? session.services().doctor() : std::vector<rpc::DoctorItem>{});
}
Answer hostInterfaces(Session& session, const rpc::Nothing&) { return answer(engine(session).interfaces()); }

Answer agentStop(Session& session, const rpc::AgentStopParams& params) {
    if (!session.services().stop)
        return failure(ErrorCode::Unsupported, "this agent cannot be stopped from here");
    engine(session).note(rpc::EventLevel::Notice, "agent", "", params.resign ? "asked to resign and stop" : "asked to stop",
                         session.by());
    session.services().stop(params.resign ? vrrp::Stop::Resign : vrrp::Stop::Leave);
    return json::toJson(rpc::Nothing{});
}

constexpr std::array table{
    Method{"hello", Role::Viewer, with<rpc::HelloParams, hello>},
    Method{"ping", Role::Viewer, with<rpc::Nothing, ping>},
    Method{"config.get", Role::Viewer, with<rpc::ConfigGetParams, configGet>},
    Method{"config.history", Role::Viewer, with<rpc::Nothing, configHistory>},
    Method{"config.check", Role::Viewer, with<rpc::ConfigCheckParams, configCheck>},
    Method{"config.apply", Role::Admin, with<rpc::ConfigApplyParams, configApply>},
    Method{"config.confirm", Role::Admin, with<rpc::ConfigConfirmParams, configConfirm>},
    Method{"config.revert", Role::Admin, with<rpc::ConfigRevertParams, configRevert>},
    Method{"state.get", Role::Viewer, with<rpc::StateGetParams, stateGet>},
    Method{"state.subscribe", Role::Viewer, with<rpc::SubscribeParams, stateSubscribe>},
    Method{"state.unsubscribe", Role::Viewer, with<rpc::Nothing, stateUnsubscribe>},
    Method{"events.query", Role::Viewer, with<rpc::EventsQueryParams, eventsQuery>},
    Method{"server.set", Role::Operator, with<rpc::ServerSetParams, serverSet>},
    Method{"check.run", Role::Operator, with<rpc::CheckRunParams, checkRun>},
    Method{"vrrp.set", Role::Operator, with<rpc::VrrpSetParams, vrrpSet>},
    Method{"vrrp.transitions", Role::Viewer, with<rpc::VrrpTransitionsParams, vrrpTransitions>},
    Method{"adopt.scan", Role::Admin, nullptr, later<rpc::Nothing, adoptScan>},
    Method{"adopt.check", Role::Admin, nullptr, later<rpc::Nothing, adoptCheck>},
    Method{"adopt.observe", Role::Admin, nullptr, later<rpc::AdoptObserveParams, adoptObserve>},
    Method{"adopt.take", Role::Admin, nullptr, later<rpc::AdoptTakeParams, adoptTake>},
    Method{"adopt.back", Role::Admin, nullptr, later<rpc::AdoptBackParams, adoptBack>},
    Method{"drill.begin", Role::Operator, with<rpc::DrillBeginParams, drillBegin>},
    Method{"drill.renew", Role::Operator, with<rpc::DrillRenewParams, drillRenew>},
    Method{"drill.end", Role::Operator, with<rpc::DrillEndParams, drillEnd>},
    Method{"probe.run", Role::Operator, with<rpc::ProbeRunParams, probeRun>},
    Method{"probe.stop", Role::Operator, with<rpc::ProbeStopParams, probeStop>},
    Method{"doctor.run", Role::Viewer, with<rpc::Nothing, doctorRun>},
    Method{"host.interfaces", Role::Viewer, with<rpc::Nothing, hostInterfaces>},
    Method{"agent.stop", Role::Admin, with<rpc::AgentStopParams, agentStop>},
};

std::string groupsFor(Role role) {
    switch (role) {
    case Role::None:
    case Role::Viewer: return "the groups lvsdeck, lvsdeck-operator or lvsdeck-admin";
    case Role::Operator: return "the groups lvsdeck-operator or lvsdeck-admin";
    case Role::Admin: return "the group lvsdeck-admin";
    }
    return {};
}

} // namespace

std::span<const Method> methods() { return table; }

const Method* findMethod(std::string_view name) {
    const auto found = std::ranges::find(table, name, &Method::name);
    return found == table.end() ? nullptr : &*found;
}

std::string refusal(const Caller& caller, const Method& method) {
    const std::string group = method.role == Role::Admin      ? "lvsdeck-admin"
                              : method.role == Role::Operator ? "lvsdeck-operator"
                                                              : "lvsdeck";
    return "“" + std::string(method.name) + "” is for root and members of " + groupsFor(method.role) + "; the user “" +
           caller.user + "” is not (usermod -aG " + group + " " + caller.user + ", then log in again)";
}

} // namespace lvsdeck::api
