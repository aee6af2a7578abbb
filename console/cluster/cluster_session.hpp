// SPDX-License-Identifier: GPL-3.0-or-later
// One open cluster: the links to all its directors and to the probing host, what they say merged into facts, the document in
// force, and the two operations that change something (apply, drill). No widgets. Lives on the window thread, which owns it;
// everything that it hands out is a value or immutable. Signals say that something changed; ask for the new value.
#pragma once

#include "common/model/cluster.hpp"
#include "console/cluster/director_link.hpp"
#include "console/cluster/saved_cluster.hpp"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lvsdeck::cluster {

class ApplyOperation;
class DrillOperation;
struct ApplyRequest;
struct DrillRequest;

/// One director as it is known now.
struct DirectorSnapshot {
    SavedDirector saved;
    LinkPhase phase = LinkPhase::Idle;
    std::optional<Error> reason;     ///< of Lost and Failed
    std::int64_t retryAtUs = 0;      ///< console clock; 0: none planned
    std::optional<rpc::Hello> hello; ///< of the last connection
    std::optional<ClockOffset> clock;
    std::int64_t latencyUs = 0;
    std::shared_ptr<const rpc::State> state; ///< newest; null before the first; old when phase is not Ready
    std::int64_t stateAtUs = 0;              ///< console clock
};

/// Who is master of one instance, from all directors that are Ready.
struct InstanceFacts {
    std::string name;
    std::uint8_t vrid = 0;
    std::vector<std::string> masters; ///< ids; exactly one is healthy
    std::vector<std::string> backups;
    std::vector<std::string> others; ///< fault, initialize
    bool operator==(const InstanceFacts&) const = default;
};

struct ClusterFacts {
    std::string name;
    std::size_t ready = 0; ///< directors that answer
    std::size_t directors = 0;
    std::uint64_t revision = 0;               ///< the highest that is in force somewhere
    bool inSync = false;                      ///< all directors answer, with one hash, and hold it without a problem
    std::vector<std::string> differing;       ///< directors with another hash or a problem, when not in sync
    std::optional<rpc::PendingApply> pending; ///< an apply that waits for confirmation somewhere
    std::vector<InstanceFacts> instances;     ///< by name
    std::optional<rpc::DrillLease> drill;     ///< running somewhere
    bool simulated = false;
    rpc::Role role = rpc::Role::None; ///< the least of the directors that answer
    bool operator==(const ClusterFacts&) const = default;
};

/// The document in force with the highest revision, as one director gave it. `text` keeps what this version does not know.
struct Document {
    std::shared_ptr<const model::Cluster> cluster; ///< null: nothing was ever applied
    json::Value text;
    std::uint64_t revision = 0;
    std::string hash;
    std::optional<Error> error; ///< why it could not be read (a newer schema …)
};

/// Makes the connection to a host; the window's main passes one that makes SshTransports, tests and demo pass loopbacks.
using TransportFactory = std::function<std::unique_ptr<ssh::Transport>(const SavedDirector&)>;
[[nodiscard]] TransportFactory sshTransports(std::string profileKnownHosts, std::string onlyKnownHosts = {});

struct SessionOptions {
    TransportFactory transports;
    ConsoleClock clock = systemConsoleClock();
    rpc::SubscribeParams subscription; ///< of every director
    std::string client = "lvsdeck";
    bool retry = true;
    std::chrono::milliseconds ping{5000};
};

class ClusterSession : public QObject {
    Q_OBJECT
public:
    ClusterSession(SavedCluster saved, SessionOptions options, QObject* parent = nullptr);
    ~ClusterSession() override;

    /// Connects all directors and the probing host.
    void open();
    void close();
    /// Directors that stayed the same keep their connection.
    void change(SavedCluster saved);

    [[nodiscard]] const SavedCluster& saved() const { return m_saved; }
    [[nodiscard]] std::vector<DirectorSnapshot> directors() const; ///< in the saved order, without the probing host
    [[nodiscard]] std::optional<DirectorSnapshot> director(const std::string& id) const; ///< also the probing host
    [[nodiscard]] const ClusterFacts& facts() const { return m_facts; }
    [[nodiscard]] const Document& document() const { return m_document; }
    [[nodiscard]] std::int64_t nowUs() const { return m_options.clock(); }

    /// Any method on one director; see DirectorLink::call. NotFound for an unknown id.
    void call(const std::string& director, const std::string& method, json::Value params, std::chrono::milliseconds limit,
              Reply reply);
    /// The same on every director that is Ready (server.set); the first error wins, `done` comes once.
    void callAll(const std::string& method, const json::Value& params, std::chrono::milliseconds limit,
                 std::function<void(Result<void>)> done);
    void reconnect(const std::string& director);
    /// What the views need now (a hidden window asks for less).
    void subscribe(rpc::SubscribeParams what);
    /// While something is measured: every part, every 100 ms, whatever subscribe() asked for. Calls are counted.
    void hurry(bool on);
    /// For operations of this module; null when unknown. The probing host's id is that of saved().probeFrom.
    [[nodiscard]] DirectorLink* link(const std::string& id) const;

    /// Owned by the caller (parent it or delete it). Not started yet: connect its signals, then start().
    [[nodiscard]] std::unique_ptr<ApplyOperation> makeApply(ApplyRequest request);
    [[nodiscard]] std::unique_ptr<DrillOperation> makeDrill(DrillRequest request);

signals:
    void directorsChanged();                     ///< the list itself: change()
    void directorChanged(const std::string& id); ///< phase, reason, hello, latency, clock
    void stateChanged(const std::string& id);    ///< a new state of this director
    void factsChanged();
    void documentChanged();
    void question(const std::string& id, const lvsdeck::ssh::Question& question);

private:
    struct Entry {
        SavedDirector saved;
        bool probeOnly = false;
        std::unique_ptr<DirectorLink> link;
    };
    void addEntry(const SavedDirector& saved, bool probeOnly);
    [[nodiscard]] const Entry* find(const std::string& id) const;
    [[nodiscard]] static DirectorSnapshot snapshotOf(const Entry& entry);
    [[nodiscard]] rpc::SubscribeParams wanted() const;
    void refreshFacts();
    void refreshDocument();

    SavedCluster m_saved;
    SessionOptions m_options;
    QThreadPool m_decodePool;
    std::vector<Entry> m_entries;
    ClusterFacts m_facts;
    Document m_document;
    std::string m_asked; ///< revision and hash of the document that was asked for last
    int m_hurries = 0;
    bool m_open = false;
};

/// Pure: what the snapshots mean together.
[[nodiscard]] ClusterFacts factsOf(const std::string& name, const std::vector<DirectorSnapshot>& directors);

} // namespace lvsdeck::cluster
