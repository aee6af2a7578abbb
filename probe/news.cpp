// SPDX-License-Identifier: GPL-3.0-or-later
#include "probe/news.hpp"

#include <utility>

namespace lvsdeck::probe {

rpc::ProbeNews toNews(const std::string& id, const Batch& batch) {
    rpc::ProbeNews news;
    news.id = id;
    news.samples.reserve(batch.samples.size());
    for (const rpc::ProbeSample& sample : batch.samples)
        news.samples.push_back({sample.startUs, sample.durationUs, static_cast<std::int64_t>(sample.result)});
    news.heldAlive = batch.heldAlive;
    news.heldBroken = batch.heldBroken;
    news.heldMaxStallUs = batch.heldMaxStallUs;
    news.done = batch.done;
    news.error = batch.error;
    return news;
}

Result<Batch> fromNews(const rpc::ProbeNews& news) {
    Batch batch;
    batch.samples.reserve(news.samples.size());
    for (const auto& row : news.samples) {
        if (row.size() != 3)
            return failure(ErrorCode::InvalidInput, "A sample must be start, duration and result.", "samples");
        const auto last = static_cast<std::int64_t>(rpc::ProbeResult::Local);
        if (row[1] < 0 || row[2] < 0 || row[2] > last)
            return failure(ErrorCode::InvalidInput, "A sample has an impossible duration or result.", "samples");
        batch.samples.push_back({.startUs = row[0], .durationUs = row[1], .result = static_cast<rpc::ProbeResult>(row[2])});
    }
    batch.heldAlive = news.heldAlive;
    batch.heldBroken = news.heldBroken;
    batch.heldMaxStallUs = news.heldMaxStallUs;
    batch.done = news.done;
    batch.error = news.error;
    return batch;
}

Result<void> check(const rpc::ProbeRunParams& params) {
    const auto outside = [](std::uint32_t value, std::uint32_t low, std::uint32_t high) {
        return value < low || value > high;
    };
    const auto refuse = [](const char* name, const char* limits) {
        return failure(ErrorCode::InvalidInput, std::string("A probe's ") + name + " must be " + limits + ".", name);
    };
    if (params.address.isUnspecified())
        return refuse("address", "the address to connect to");
    if (params.port == 0)
        return refuse("port", "1 to 65535");
    if (params.httpPath.size() > 2048)
        return refuse("http_path", "at most 2048 bytes long");
    if (outside(params.intervalMs, 2, 10'000))
        return refuse("interval_ms", "2 to 10000");
    if (outside(params.timeoutMs, 10, 10'000))
        return refuse("timeout_ms", "10 to 10000");
    if (outside(params.durationS, 1, 600))
        return refuse("duration_s", "1 to 600");
    if (params.held > 256)
        return refuse("held", "0 to 256");
    if (params.held > 0 && params.httpPath.empty())
        return refuse("held", "0 without an HTTP path, because held connections ask for it");
    if (params.held > 0 && outside(params.heartbeatMs, 10, 10'000))
        return refuse("heartbeat_ms", "10 to 10000");
    return {};
}

} // namespace lvsdeck::probe
