// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/serve.hpp"

#include "agent/api/unix_server.hpp"
#include "agent/app/background_counters.hpp"
#include "agent/app/log.hpp"
#include "agent/app/memory_keeper.hpp"
#include "agent/app/real_probes.hpp"
#include "agent/app/service_notify.hpp"
#include "agent/health/asio_checks.hpp"
#include "agent/host/child_process.hpp"
#include "agent/host/classic_keepalived.hpp"
#include "agent/host/doctor.hpp"
#include "agent/host/file_store.hpp"
#include "agent/host/host_system.hpp"
#include "agent/host/netlink_host.hpp"
#include "agent/host/netlink_network.hpp"
#include "agent/runtime/asio_runtime.hpp"
#include "agent/vrrp/raw_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <csignal>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <sys/stat.h>

namespace lvsdeck::app {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

std::string bootId() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

Result<void> makeFolder(const std::string& path, mode_t mode) {
    std::error_code error;
    if (std::filesystem::create_directories(path, error))
        ::chmod(path.c_str(), mode);
    if (error)
        return failure(ErrorCode::Io, "cannot make the folder " + path + ": " + error.message() +
                                          "; run as root, or name another with --state-dir and --run-dir");
    return {};
}

/// One agent process, from its parts to its end.
class Agent {
public:
    explicit Agent(const ServeOptions& options)
        : m_socket(options.socket.empty() ? options.runDir + "/agent.sock" : options.socket), m_runtime(m_context),
          m_host(m_context), m_vrrp(m_context), m_network(m_context), m_scripts(m_context), m_system(m_context),
          m_checks([this](std::function<void()> work) { asio::post(m_context, std::move(work)); },
                   {.wholeConnections = options.wholeConnections}),
          m_classic(m_context, options.stateDir + "/start-keepalived"), m_persistent(options.stateDir),
          m_transient(options.runDir), m_probes(m_context),
          m_engine(core::Ports{m_runtime, m_ipvs, m_host, m_vrrp, m_network, m_scripts, m_system, m_checks, m_classic,
                               m_persistent, m_transient},
                   core::Identity{options.director, LVSDECK_VERSION, bootId(), false},
                   [](const rpc::Event& event) { log(event); }),
          m_services{m_engine, m_probes,
                     [this] { return host::diagnose(host::gatherFacts(m_ipvs, m_host), m_engine.own()); },
                     [this](vrrp::Stop how) { stopSoon(how); }},
          m_server(m_context, m_services), m_signals(m_context, SIGTERM, SIGINT), m_watchdog(m_context),
          m_ending(m_context) {}

    Result<void> run() {
        // A predecessor that was just killed may still be on its way out.
        auto listening = m_server.listen(m_socket);
        for (int i = 0; i < 20 && !listening && listening.error().code == ErrorCode::Conflict; ++i) {
            std::this_thread::sleep_for(100ms);
            listening = m_server.listen(m_socket);
        }
        if (!listening)
            return listening;
        if (auto started = m_engine.start(); !started)
            return started;
        m_signals.async_wait([this](boost::system::error_code error, int signal) {
            if (!error)
                end(signal == SIGINT ? vrrp::Stop::Resign : vrrp::Stop::Leave);
        });
        beat();
        m_memory.start();
        m_notify.say("READY=1");
        log(rpc::EventLevel::Info, "listening on " + m_socket);
        m_context.run();
        return {};
    }

private:
    /// Lets the answer to agent.stop out first.
    void stopSoon(vrrp::Stop how) {
        m_ending.expires_after(100ms);
        m_ending.async_wait([this, how](boost::system::error_code error) {
            if (!error)
                end(how);
        });
    }

    void end(vrrp::Stop how) {
        m_notify.say("STOPPING=1");
        m_engine.stop(how);
        m_server.close();
        m_context.stop();
    }

    /// Comes from the loop that does the work: when that hangs, systemd starts a new agent, which takes everything over.
    void beat() {
        const auto period = m_notify.watchdogBeat();
        if (!period)
            return;
        m_notify.say("WATCHDOG=1");
        m_watchdog.expires_after(*period);
        m_watchdog.async_wait([this](boost::system::error_code error) {
            if (!error)
                beat();
        });
    }

    std::string m_socket;
    asio::io_context m_context{1};
    MemoryKeeper m_memory{m_context};
    AsioRuntime m_runtime;
    BackgroundCounters m_ipvs;
    host::NetlinkHost m_host;
    vrrp::RawSocketPort m_vrrp;
    host::NetlinkNetwork m_network;
    host::ChildProcesses m_scripts;
    host::HostSystem m_system;
    health::AsioChecks m_checks;
    host::ClassicKeepalived m_classic;
    host::FileStore m_persistent;
    host::FileStore m_transient;
    RealProbes m_probes;
    core::Engine m_engine;
    api::Services m_services;
    api::UnixServer m_server;
    ServiceNotify m_notify;
    asio::signal_set m_signals;
    asio::steady_timer m_watchdog;
    asio::steady_timer m_ending;
};

} // namespace

Exit serve(const ServeOptions& options) {
    std::signal(SIGPIPE, SIG_IGN);
    auto ready = makeFolder(options.stateDir, 0700);
    if (ready)
        ready = makeFolder(options.runDir, 0755);
    try {
        if (ready)
            ready = Agent(options).run();
    } catch (const std::exception& exception) {
        ready = failure(ErrorCode::Internal, std::string("ended by an unexpected error: ") + exception.what());
    }
    if (ready)
        return Exit::Done;
    log(rpc::EventLevel::Error, ready.error().text);
    return Exit::Problem;
}

} // namespace lvsdeck::app
