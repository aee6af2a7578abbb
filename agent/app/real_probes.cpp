// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/real_probes.hpp"

#include "probe/runner.hpp"

#include <boost/asio/post.hpp>

namespace lvsdeck::app {

namespace {

using News = std::function<void(rpc::ProbeNews)>;

class RealProbe final : public RunningProbe {
public:
    RealProbe(boost::asio::io_context& context, const rpc::ProbeRunParams& params, News news)
        : m_news(std::make_shared<News>(std::move(news))),
          m_runner(params, [&context, weak = std::weak_ptr<News>(m_news)](const probe::Batch& batch) {
              boost::asio::post(context, [weak, message = probe::toNews({}, batch)] {
                  if (const auto receiver = weak.lock())
                      (*receiver)(message);
              });
          }) {}

private:
    std::shared_ptr<News> m_news; ///< gone: what is on its way reaches nobody
    probe::Runner m_runner;
};

} // namespace

Result<std::unique_ptr<RunningProbe>> RealProbes::run(const rpc::ProbeRunParams& params, News news) {
    if (auto fine = probe::check(params); !fine)
        return std::unexpected(fine.error());
    return std::make_unique<RealProbe>(m_context, params, std::move(news));
}

} // namespace lvsdeck::app
