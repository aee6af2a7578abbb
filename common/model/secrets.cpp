// SPDX-License-Identifier: GPL-3.0-or-later
#include "common/model/secrets.hpp"

#include <algorithm>

namespace lvsdeck::model {

namespace {

constexpr std::string_view separators = " \t\r{}";

/// The end of the word that a secret follows; npos: there is none.
std::size_t endOfSecretWord(std::string_view line) {
    for (std::size_t begin = line.find_first_not_of(separators); begin != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(separators, begin), line.size());
        const std::string_view word = line.substr(begin, end - begin);
        if (word.starts_with("auth_pass") || word.starts_with("password"))
            return end;
        begin = line.find_first_not_of(separators, end);
    }
    return std::string_view::npos;
}

} // namespace

std::string maskedText(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        const std::size_t secret = endOfSecretWord(line);
        out += line.substr(0, secret);
        if (secret != std::string_view::npos) {
            (out += ' ') += passwordMask;
            for (auto braces = std::ranges::count(line.substr(secret), '}'); braces > 0; --braces)
                out += " }";
        }
        if (end < text.size())
            out += '\n';
        begin = end + 1;
    }
    return out;
}

void maskPasswords(Cluster& cluster) {
    for (VrrpInstance& instance : cluster.instances)
        if (!instance.password.empty())
            instance.password = passwordMask;
    for (Passthrough& kept : cluster.passthrough)
        kept.text = maskedText(kept.text);
}

bool hasPasswords(const Cluster& cluster) {
    return std::ranges::any_of(cluster.instances, [](const VrrpInstance& one) { return !one.password.empty(); }) ||
           std::ranges::any_of(cluster.passthrough, [](const Passthrough& one) { return maskedText(one.text) != one.text; });
}

} // namespace lvsdeck::model
