// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/health/smtp_reader.hpp"

#include "probe/http_answer.hpp"

#include <algorithm>

namespace lvsdeck::health {

namespace {

constexpr std::size_t most = 8192;

bool digit(char c) { return c >= '0' && c <= '9'; }

int codeOf(std::string_view line) {
    if (line.size() < 3 || line[0] < '2' || line[0] > '5' || !digit(line[1]) || !digit(line[2]))
        return 0;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

} // namespace

std::optional<SmtpReply> SmtpReader::feed(std::string_view bytes) {
    m_buffer.append(bytes.substr(0, most + 1 - std::min(m_buffer.size(), most)));
    for (std::size_t end = 0; (end = m_buffer.find('\n')) != std::string::npos;) {
        std::string_view line = std::string_view(m_buffer).substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        SmtpReply reply{.code = codeOf(line), .text = probe::printable(line, 150)};
        const bool last = line.size() <= 3 || line[3] != '-';
        m_taken += end + 1;
        m_buffer.erase(0, end + 1);
        if (reply.code == 0 || m_taken > most)
            return SmtpReply{.code = 0, .text = reply.text};
        if (last) {
            m_taken = 0;
            return reply;
        }
    }
    if (m_buffer.size() > most)
        return SmtpReply{.code = 0, .text = probe::printable(m_buffer, 150)};
    return std::nullopt;
}

std::string heloArgument(std::string_view name) {
    std::string out = probe::printable(name, 255);
    std::erase(out, ' ');
    return out.empty() ? "smtpchecker.keepalived.org" : out;
}

} // namespace lvsdeck::health
