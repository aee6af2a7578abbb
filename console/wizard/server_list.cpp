// SPDX-License-Identifier: GPL-3.0-or-later
// The pasted list of real servers. Bounded: it takes whatever a person has in the clipboard.
#include "console/wizard/service_form.hpp"

#include <QCoreApplication>

#include <charconv>
#include <set>
#include <sstream>

namespace lvsdeck::console {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(lvsdeck::console::ServerList)
};

std::unexpected<Error> wrong(const QString& words) { return failure(ErrorCode::InvalidInput, words.toStdString()); }

QString q(const std::string& text) { return QString::fromStdString(text); }

constexpr std::size_t mostServers = 4096;
constexpr std::size_t mostProblems = 20;

std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

struct Place {
    std::string address;
    std::uint16_t port;
};

/// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1".
Result<Place> splitPort(const std::string& word, std::uint16_t port) {
    Place out{word, port};
    std::string digits;
    if (word.starts_with('[')) {
        const auto close = word.find(']');
        if (close == std::string::npos)
            return wrong(Text::tr("the bracket of %1 is not closed").arg(q(word)));
        out.address = word.substr(1, close - 1);
        if (close + 1 < word.size() && word[close + 1] == ':')
            digits = word.substr(close + 2);
    } else if (const auto colon = word.find(':');
               colon != std::string::npos && word.find(':', colon + 1) == std::string::npos) {
        out.address = word.substr(0, colon);
        digits = word.substr(colon + 1);
        if (digits.empty())
            return wrong(Text::tr("a port is missing after the colon of %1").arg(q(word)));
    }
    if (!digits.empty()) {
        const auto number = wholeNumber(digits);
        if (!number || *number < 1 || *number > 65535)
            return wrong(Text::tr("%1 is not a port; it is a number from 1 to 65535").arg(q(digits)));
        out.port = static_cast<std::uint16_t>(*number);
    }
    return out;
}

/// One address, or a run of IPv4 addresses "192.0.2.5-8".
Result<std::vector<IpAddress>> addressesOf(const std::string& text) {
    const auto dash = text.find('-');
    auto first = IpAddress::parse(text.substr(0, dash));
    if (!first)
        return wrong(
            Text::tr("%1 is not an IP address; host names are not used here, because the kernel has none").arg(q(text)));
    std::vector<IpAddress> out{*first};
    if (dash == std::string::npos)
        return out;
    const auto last = wholeNumber(text.substr(dash + 1));
    const std::uint32_t low = first->isV4() ? first->v4HostOrder() & 0xFFU : 0;
    if (!first->isV4() || !last || *last < low || *last > 255)
        return wrong(Text::tr("%1 is not a run of addresses; write 192.0.2.5-8").arg(q(text)));
    for (std::uint32_t i = low + 1; i <= static_cast<std::uint32_t>(*last); ++i)
        out.push_back(IpAddress::v4((first->v4HostOrder() & ~0xFFU) | i));
    return out;
}

} // namespace

ParsedServers parseServers(const std::string& text, std::uint16_t port, int weight) {
    ParsedServers out;
    std::set<std::string> seen;
    std::string plain = text.substr(0, 1U << 20U);
    for (char& c : plain)
        if (c == ',' || c == ';')
            c = '\n';
    std::istringstream lines(plain);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        line = line.substr(0, line.find('#'));
        std::istringstream words(line);
        std::string word;
        if (!(words >> word))
            continue;
        const auto problem = [&](const QString& what) {
            if (out.problems.size() < mostProblems)
                out.problems.push_back(Text::tr("Line %1: %2.").arg(number).arg(what).toStdString());
        };
        const auto place = splitPort(word, port);
        const auto addresses = place ? addressesOf(place->address) : std::unexpected(place.error());
        if (!addresses) {
            problem(q(addresses.error().text));
            continue;
        }
        model::RealServer server;
        server.port = place->port;
        server.weight = weight;
        for (bool first = true; words >> word; first = false) {
            const auto value = wholeNumber(word);
            if (first && value && *value >= 0 && *value <= 2147483647)
                server.weight = static_cast<std::int32_t>(*value);
            else if (first && value)
                problem(Text::tr("%1 is not a weight; it is a number from 0 to 2147483647").arg(q(word)));
            else if (word != "weight")
                server.name += (server.name.empty() ? "" : " ") + word;
            else if (std::string next; words >> next)
                server.weight = static_cast<std::int32_t>(wholeNumber(next).value_or(weight));
        }
        for (const IpAddress& address : *addresses) {
            server.address = address;
            if (!seen.insert(model::serverKey(server)).second)
                problem(Text::tr("%1 is already in the list").arg(q(model::serverKey(server))));
            else if (out.servers.size() >= mostServers)
                return problem(Text::tr("only the first %1 servers are taken").arg(mostServers)), out;
            else
                out.servers.push_back(server);
        }
    }
    return out;
}

} // namespace lvsdeck::console
