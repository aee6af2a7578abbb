// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/drill_operation.hpp"

#include "console/ssh/post_box.hpp"
#include "probe/runner.hpp"

#include <QPointer>

#include <chrono>

namespace lvsdeck::cluster {

namespace {

constexpr std::chrono::milliseconds callLimit{10000};

class RemoteProbe final : public ProbeSource {
public:
    explicit RemoteProbe(DirectorLink& link) : m_link(&link) {
        connect(&link, &DirectorLink::notified, this, [this](const std::string& method, const json::Value& params) {
            if (method == "probe")
                take(params);
        });
        connect(&link, &DirectorLink::phaseChanged, this, [this] {
            if (m_link->phase() != LinkPhase::Ready)
                end(m_link->reason() ? m_link->reason()->text : "the connection to the probing host was lost");
        });
        connect(&link, &QObject::destroyed, this, [this] {
            m_link = nullptr;
            end("the connection to the probing host was closed");
        });
    }
    ~RemoteProbe() override { halt(); }

    void start(const rpc::ProbeRunParams& params) override {
        m_running = true;
        m_link->call("probe.run", json::toJson(params), callLimit,
                     [self = QPointer<RemoteProbe>(this)](Result<json::Value> result) {
                         if (!self)
                             return;
                         auto answer = result ? json::fromJson<rpc::ProbeStarted>(*result)
                                              : Result<rpc::ProbeStarted>(std::unexpected(result.error()));
                         if (!answer)
                             return self->end(answer.error().text);
                         self->m_id = answer->id;
                         emit self->started();
                     });
    }
    void stop() override { halt(); }

private:
    void halt() {
        if (m_running && m_link != nullptr && !m_id.empty())
            m_link->call("probe.stop", json::toJson(rpc::ProbeStopParams{m_id}), callLimit, [](Result<json::Value>) {});
        m_running = false;
    }
    void end(const std::string& error) {
        if (!std::exchange(m_running, false))
            return;
        emit ended(error);
    }
    void take(const json::Value& params) {
        const auto news = json::fromJson<rpc::ProbeNews>(params);
        if (!news || !m_running || (!m_id.empty() && news->id != m_id))
            return;
        auto batch = probe::fromNews(*news);
        if (!batch)
            return end(batch.error().text);
        const ClockOffset clock = m_link->clock().value_or(ClockOffset{});
        for (rpc::ProbeSample& sample : batch->samples)
            sample.startUs = clock.toConsole(sample.startUs);
        if (!batch->samples.empty())
            emit samples(batch->samples);
        emit held(batch->heldAlive, batch->heldBroken, batch->heldMaxStallUs);
        if (batch->done)
            end(batch->error);
    }

    DirectorLink* m_link;
    std::string m_id;
    bool m_running = false;
};

class LocalProbe final : public ProbeSource {
public:
    explicit LocalProbe(ConsoleClock clock) : m_clock(std::move(clock)), m_box(std::make_shared<ssh::PostBox>(this)) {}
    ~LocalProbe() override { m_box->close(); }

    void start(const rpc::ProbeRunParams& params) override {
        m_running = true;
        m_runner = std::make_unique<probe::Runner>(
            params, [this, box = m_box](const probe::Batch& batch) { box->post([this, batch] { take(batch); }); });
        m_box->post([this] { emit started(); });
    }
    void stop() override {
        m_running = false;
        if (m_runner)
            m_runner->stop();
    }

private:
    void take(const probe::Batch& batch) {
        if (!m_running)
            return;
        using namespace std::chrono;
        const std::int64_t offset = duration_cast<microseconds>(system_clock::now().time_since_epoch()).count() - m_clock();
        std::vector<rpc::ProbeSample> mapped = batch.samples;
        for (rpc::ProbeSample& sample : mapped)
            sample.startUs -= offset;
        if (!mapped.empty())
            emit samples(mapped);
        emit held(batch.heldAlive, batch.heldBroken, batch.heldMaxStallUs);
        if (batch.done) {
            m_running = false;
            emit ended(batch.error);
        }
    }

    ConsoleClock m_clock;
    std::shared_ptr<ssh::PostBox> m_box;
    bool m_running = false;
    std::unique_ptr<probe::Runner> m_runner; ///< last: its thread ends first
};

} // namespace

std::unique_ptr<ProbeSource> makeRemoteProbe(ClusterSession& session, const std::string& host) {
    DirectorLink* link = session.link(host);
    return link == nullptr ? nullptr : std::make_unique<RemoteProbe>(*link);
}

std::unique_ptr<ProbeSource> makeLocalProbe(ConsoleClock clock) { return std::make_unique<LocalProbe>(std::move(clock)); }

} // namespace lvsdeck::cluster
