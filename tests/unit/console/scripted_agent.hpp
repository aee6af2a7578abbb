// SPDX-License-Identifier: GPL-3.0-or-later
// An agent that says what the test tells it to say, at the far end of a LoopbackTransport.
#pragma once

#include "common/rpc/jsonrpc.hpp"
#include "common/rpc/messages.hpp"
#include "console/ssh/loopback_transport.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lvsdeck::test {

class ScriptedAgent : public ssh::LoopbackPeer {
public:
    using Answer = std::function<Result<json::Value>(const json::Value& params)>;

    explicit ScriptedAgent(std::string director) {
        hello.director = std::move(director);
        hello.agentVersion = "0.1.0";
        hello.role = rpc::Role::Admin;
        hello.user = "tester";
        hello.clockUs = 1;
        state.config.emplace();
        state.config->director = hello.director;
        on("hello", [this](const json::Value&) -> Result<json::Value> { return json::toJson(hello); });
        on("ping",
           [this](const json::Value&) -> Result<json::Value> { return json::toJson(rpc::Pong{clock ? clock() : 1}); });
        on("state.subscribe", [this](const json::Value&) -> Result<json::Value> {
            state.epoch = ++epoch;
            state.sequence = 1;
            state.full = true;
            pushState = true;
            return json::toJson(rpc::Subscribed{epoch});
        });
    }

    void on(const std::string& method, Answer answer) { m_answers[method] = std::move(answer); }
    /// Calls are taken and never answered.
    void mute(const std::string& method) { m_answers[method] = nullptr; }
    void notify(const std::string& method, const json::Value& params) {
        if (m_wire.send)
            m_wire.send(rpc::encode(rpc::Notification{method, params}));
    }
    void sendState() {
        ++state.sequence;
        notify("state", json::toJson(state));
    }
    void raw(std::string bytes) { m_wire.send(std::move(bytes)); }
    void drop() {
        if (m_wire.drop)
            m_wire.drop(Error{ErrorCode::Unavailable, "the cable was cut", {}});
    }

    rpc::Hello hello;
    rpc::State state;
    std::uint64_t epoch = 0;
    std::function<std::int64_t()> clock;
    bool refuse = false; ///< connections end before they begin
    bool connectedNow = false;
    int connections = 0;
    std::vector<std::string> asked;

    void connected(Wire wire) override {
        m_wire = std::move(wire);
        ++connections;
        connectedNow = true;
        if (refuse)
            drop();
    }
    void received(std::string_view bytes) override {
        m_lines.append(bytes);
        while (auto line = m_lines.next()) {
            auto message = rpc::decode(**line);
            if (const auto* request = message ? std::get_if<rpc::Request>(&*message) : nullptr)
                answer(*request);
        }
    }
    void disconnected() override {
        m_wire = {};
        connectedNow = false;
    }

private:
    void answer(const rpc::Request& request) {
        asked.push_back(request.method);
        const auto found = m_answers.find(request.method);
        if (found == m_answers.end()) {
            m_wire.send(rpc::encode(rpc::Response{request.id, failure(ErrorCode::NotFound, "no such method")}));
            return;
        }
        if (!found->second)
            return;
        auto result = found->second(request.params);
        if (m_wire.send)
            m_wire.send(rpc::encode(rpc::Response{request.id, std::move(result)}));
        if (std::exchange(pushState, false))
            notify("state", json::toJson(state));
    }

    bool pushState = false;
    Wire m_wire;
    rpc::LineSplitter m_lines{rpc::maxLineBytes};
    std::map<std::string, Answer> m_answers;
};

} // namespace lvsdeck::test
