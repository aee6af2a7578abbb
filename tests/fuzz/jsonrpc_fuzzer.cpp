// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes from a peer on the socket: no crash, no unbounded buffer, and a message that was understood
// survives its encoding.
#include "common/rpc/jsonrpc.hpp"
#include "common/rpc/messages.hpp"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace lvsdeck;
    constexpr std::size_t limit = 4096;
    constexpr std::size_t step = 512;
    rpc::LineSplitter lines(limit);
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (std::size_t i = 0; i < size; i += step) {
        lines.append(bytes.substr(i, step));
        while (auto line = lines.next()) {
            if (!*line)
                continue;
            const auto message = rpc::decode(**line);
            if (!message)
                continue;
            if (const auto* request = std::get_if<rpc::Request>(&*message)) {
                (void)json::fromJson<rpc::ConfigApplyParams>(request->params);
                (void)json::fromJson<rpc::State>(request->params);
            }
            const std::string text = std::visit([](const auto& m) { return rpc::encode(m); }, *message);
            if (!text.ends_with('\n') || std::ranges::count(text, '\n') != 1 ||
                !rpc::decode(text.substr(0, text.size() - 1)))
                std::abort();
        }
        if (lines.buffered() > limit + step)
            std::abort();
    }
    return 0;
}
