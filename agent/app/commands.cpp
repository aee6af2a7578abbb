// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/app/commands.hpp"

#include "agent/app/client.hpp"
#include "agent/app/local_doctor.hpp"

#include <iostream>
#include <iterator>

namespace lvsdeck::app {

namespace {

Exit report(const Error& error) {
    std::cerr << "lvsdeck-agent: " << error.text;
    if (!error.path.empty())
        std::cerr << " [" << error.path << "]";
    std::cerr << " (" << toWord(error.code) << ")\n";
    return error.code == ErrorCode::Unavailable ? Exit::Unreachable : Exit::Problem;
}

Result<json::Value> paramsFrom(const std::string& text) {
    std::string given = text;
    if (text == "-")
        given.assign(std::istreambuf_iterator<char>(std::cin), {});
    if (given.find_first_not_of(" \t\r\n") == std::string::npos)
        return json::Value(json::Object{});
    auto value = json::parse(given);
    if (value && !value->is_object())
        return failure(ErrorCode::InvalidInput, "the parameters must be one JSON object");
    return value;
}

/// Prints what follows; done when a measurement is.
Exit follow(Client& client, const std::string& method) {
    while (true) {
        auto news = client.next();
        if (!news)
            return report(news.error());
        std::cout << json::toLine(news->params) << '\n' << std::flush;
        if (method != "probe.run")
            continue;
        const auto probe = json::fromJson<rpc::ProbeNews>(news->params);
        if (probe && probe->done)
            return probe->error.empty() ? Exit::Done : Exit::Problem;
    }
}

std::string_view mark(rpc::Finding finding) {
    switch (finding) {
    case rpc::Finding::Good: return "ok      ";
    case rpc::Finding::Warning: return "warning ";
    case rpc::Finding::Bad: return "BAD     ";
    }
    return "";
}

} // namespace

Exit call(const std::string& socket, const std::string& method, const std::string& text) {
    auto params = paramsFrom(text);
    if (!params)
        return report(params.error());
    auto client = Client::connect(socket);
    if (!client)
        return report(client.error());
    auto result = client->call(method, std::move(*params));
    if (!result)
        return report(result.error());
    const bool streams = method == "state.subscribe" || method == "probe.run";
    std::cout << (streams ? json::toLine(*result) + "\n" : json::toPretty(*result)) << std::flush;
    return streams ? follow(*client, method) : Exit::Done;
}

Exit doctor(const std::string& socket, bool asJson) {
    std::vector<rpc::DoctorItem> items;
    auto client = Client::connect(socket);
    if (client) {
        auto answer = client->call("doctor.run", json::Object{});
        auto parsed = answer ? json::fromJson<std::vector<rpc::DoctorItem>>(*answer)
                             : Result<std::vector<rpc::DoctorItem>>(std::unexpected(answer.error()));
        if (!parsed)
            return report(parsed.error());
        items = std::move(*parsed);
    } else {
        items = examineHost();
        items.push_back({"agent", rpc::Finding::Bad, "agent", client.error().text, "systemctl start lvsdeck-agent"});
    }
    bool bad = false;
    for (const rpc::DoctorItem& item : items)
        bad = bad || item.finding == rpc::Finding::Bad;
    if (asJson) {
        std::cout << json::toPretty(json::toJson(items));
        return bad ? Exit::Problem : Exit::Done;
    }
    for (const rpc::DoctorItem& item : items) {
        std::cout << mark(item.finding) << item.title << (item.detail.empty() ? "" : ": ") << item.detail << '\n';
        if (!item.fix.empty())
            std::cout << "        → " << item.fix << '\n';
    }
    return bad ? Exit::Problem : Exit::Done;
}

} // namespace lvsdeck::app
