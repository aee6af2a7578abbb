// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/ssh/target.hpp"

#include "common/base/text.hpp"
#include "console/ssh/text.hpp"

#include <algorithm>
#include <charconv>

namespace lvsdeck::ssh {

namespace {

bool isAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool only(std::string_view text, std::string_view others) {
    return std::ranges::all_of(text, [&](char c) { return isAlnum(c) || others.find(c) != std::string_view::npos; });
}

/// What a person may see again of what was refused: short and without control characters.
QString shown(std::string_view text) {
    std::string out = shortened(text, 80);
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return q(out);
}

Result<std::uint16_t> portOf(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value == 0 || value > 65535)
        return failure(ErrorCode::InvalidInput,
                       Text::tr("“%1” is not a port; use 1 to 65535").arg(shown(text)).toStdString(), "port");
    return static_cast<std::uint16_t>(value);
}

} // namespace

Result<void> checkHost(std::string_view host) {
    if (host.empty())
        return failure(ErrorCode::InvalidInput, Text::tr("the host is missing").toStdString(), "host");
    if (host.size() > 255)
        return failure(ErrorCode::InvalidInput, Text::tr("the host name is longer than 255 characters").toStdString(),
                       "host");
    if (host.front() == '-' || !only(host, "._:%-"))
        return failure(ErrorCode::InvalidInput,
                       Text::tr("“%1” is not a host: use a name, an IP address, or a Host of your ssh_config "
                                "(letters, digits, . _ : % and -, not starting with -)")
                           .arg(shown(host))
                           .toStdString(),
                       "host");
    return {};
}

Result<void> checkUser(std::string_view user) {
    if (user.empty())
        return {};
    const std::string_view body = user.back() == '$' ? user.substr(0, user.size() - 1) : user;
    if (user.size() > 64 || body.empty() || body.front() == '-' || !only(body, "._@+\\-"))
        return failure(ErrorCode::InvalidInput,
                       Text::tr("“%1” is not a user name: at most 64 letters, digits, . _ @ + \\ and -, not starting with -")
                           .arg(shown(user))
                           .toStdString(),
                       "user");
    return {};
}

Result<NamedTarget> parseNamedTarget(std::string_view text) {
    NamedTarget out;
    std::string_view rest = text;
    if (const auto equals = rest.find('='); equals != std::string_view::npos) {
        out.id = std::string(rest.substr(0, equals));
        rest.remove_prefix(equals + 1);
        if (out.id.empty() || out.id.size() > 63 || out.id.front() == '-' || !only(out.id, "._-"))
            return failure(
                ErrorCode::InvalidInput,
                Text::tr("“%1” is not a director's id: 1 to 63 letters, digits, . _ and -").arg(shown(out.id)).toStdString(),
                "id");
    }
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        out.user = std::string(rest.substr(0, at));
        rest.remove_prefix(at + 1);
        if (out.user.empty())
            return failure(ErrorCode::InvalidInput,
                           Text::tr("“%1”: the user before @ is missing").arg(shown(text)).toStdString(), "user");
    }
    std::string_view port;
    bool hasPort = false;
    if (!rest.empty() && rest.front() == '[') {
        const auto end = rest.find(']');
        if (end == std::string_view::npos)
            return failure(ErrorCode::InvalidInput,
                           Text::tr("“%1”: the closing ] is missing").arg(shown(text)).toStdString(), "host");
        out.host = std::string(rest.substr(1, end - 1));
        rest.remove_prefix(end + 1);
        hasPort = !rest.empty();
        if (hasPort && rest.front() != ':')
            return failure(ErrorCode::InvalidInput,
                           Text::tr("“%1”: after ] comes : and the port").arg(shown(text)).toStdString(), "port");
        port = hasPort ? rest.substr(1) : std::string_view{};
    } else if (std::ranges::count(rest, ':') == 1) {
        const auto colon = rest.find(':');
        out.host = std::string(rest.substr(0, colon));
        port = rest.substr(colon + 1);
        hasPort = true;
    } else {
        out.host = std::string(rest); // several colons: an IPv6 address without a port
    }
    if (auto ok = checkHost(out.host); !ok)
        return std::unexpected(ok.error());
    if (auto ok = checkUser(out.user); !ok)
        return std::unexpected(ok.error());
    if (hasPort) {
        auto number = portOf(port);
        if (!number)
            return std::unexpected(number.error());
        out.port = *number;
    }
    if (out.id.empty())
        out.id = out.host;
    return out;
}

} // namespace lvsdeck::ssh
