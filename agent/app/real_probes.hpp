// SPDX-License-Identifier: GPL-3.0-or-later
// probe.run on the real network: each measurement has a thread of its own (probe/runner.hpp), its news are posted to the control
// thread. Owned by serve().
#pragma once

#include "agent/ports/probe_port.hpp"

#include <boost/asio/io_context.hpp>

namespace lvsdeck::app {

class RealProbes final : public ProbePort {
public:
    explicit RealProbes(boost::asio::io_context& context) : m_context(context) {}
    [[nodiscard]] Result<std::unique_ptr<RunningProbe>> run(const rpc::ProbeRunParams& params,
                                                            std::function<void(rpc::ProbeNews)> news) override;

private:
    boost::asio::io_context& m_context;
};

} // namespace lvsdeck::app
