// SPDX-License-Identifier: GPL-3.0-or-later
// One conversation with a client: bytes in, lines out (resources/docs/protocol.md). Has no socket: the unix server feeds it, and so
// does a test, or a console in the same process. Owned by whoever holds the connection; control thread only.
//
// In process:   Session session(services, {rpc::Role::Admin, "demo"}, {.send = deliver, .close = gone});
//               session.receive("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hello\",\"params\":{}}\n");
// `send` gets whole lines, each with its newline. Someone who delivers at once need not call unsent().
#pragma once

#include "agent/core/engine.hpp"
#include "agent/ports/probe_port.hpp"
#include "common/rpc/jsonrpc.hpp"
#include "common/rpc/messages.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lvsdeck::api {

/// What the methods work on; shared by all sessions and outlives them.
struct Services {
    core::Engine& engine;
    ProbePort& probes;
    std::function<std::vector<rpc::DoctorItem>()> doctor;
    std::function<void(vrrp::Stop)> stop; ///< agent.stop: asks the program to end, later
};

struct Caller {
    rpc::Role role = rpc::Role::None;
    std::string user;
};

class Subscription;
struct Method;
/// To be called once; whoever asked may be gone by then.
using Reply = std::function<void(Result<json::Value>)>;

class Session {
public:
    struct Wire {
        std::function<void(std::string line)> send;
        /// Nothing more will be sent: deliver what is there, then hang up. Called at most once, possibly from inside receive():
        /// the session must not be destroyed in it.
        std::function<void()> close;
    };
    /// Beyond that many unsent bytes no further request is taken.
    static constexpr std::size_t maxUnsent = 4U << 20U;
    static constexpr std::size_t maxProbes = 8;

    Session(Services& services, Caller caller, Wire wire);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    void receive(std::string_view bytes);
    /// How many bytes of what `send` got have not reached the client yet. While there are any, states are coalesced; a client
    /// that takes nothing for 30 s is dismissed.
    void unsent(std::size_t bytes);
    /// The reader should pause: the client asks faster than it listens.
    [[nodiscard]] bool isPaused() const { return m_closed || m_unsent > maxUnsent; }

    // --- for the methods (methods.cpp)
    [[nodiscard]] Services& services() { return m_services; }
    [[nodiscard]] const Caller& caller() const { return m_caller; }
    /// "root with lvsdeck 0.1.0 on desk7", for the event log.
    [[nodiscard]] std::string by() const;
    void greet(const rpc::HelloParams& params);
    [[nodiscard]] rpc::Subscribed subscribe(const rpc::SubscribeParams& params);
    void unsubscribe();
    /// Busy: eight run already.
    [[nodiscard]] Result<rpc::ProbeStarted> startProbe(const rpc::ProbeRunParams& params);
    /// NotFound: it has ended. Its last news come at once.
    [[nodiscard]] Result<void> stopProbe(const std::string& id);

private:
    struct Probe {
        std::unique_ptr<RunningProbe> running;
        rpc::ProbeNews waiting; ///< not sent yet
        bool hasNews = false;
    };

    void takeLines();
    void handle(std::string_view line);
    /// Unsupported, or what the caller may not.
    [[nodiscard]] Result<const Method*> methodOf(const rpc::Request& request) const;
    void send(std::string line);
    void notify(std::string method, json::Value params);
    void addNews(const std::string& id, rpc::ProbeNews news);
    void sendNews();
    void dismiss(ErrorCode code, std::string why);

    Services& m_services;
    Caller m_caller;
    Wire m_wire;
    rpc::LineSplitter m_lines;
    bool m_greeted = false;
    bool m_closed = false;
    bool m_taking = false;
    std::string m_client;
    std::size_t m_unsent = 0;
    Timer m_stallTimer;
    std::uint64_t m_epoch = 0;
    std::unique_ptr<Subscription> m_subscription;
    std::map<std::string, Probe> m_probes;
    std::uint64_t m_probeCount = 0;
    std::shared_ptr<int> m_alive = std::make_shared<int>(0); ///< posted work looks whether we still are
};

} // namespace lvsdeck::api
