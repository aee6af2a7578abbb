// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/ipvs/proc_table.hpp"

#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lvsdeck::ipvs {

namespace {

/// Word by word: blanks between words do not count, the order does. Eight bytes at a time, in the manner of FNV-1a: a big table has
/// a million of them, and it is read every second.
class Shape {
public:
    void add(std::string_view word) {
        step(0x100 + word.size());
        for (; word.size() >= sizeof(std::uint64_t); word.remove_prefix(sizeof(std::uint64_t)))
            step(bytes(word, sizeof(std::uint64_t)));
        if (!word.empty())
            step(bytes(word, word.size()));
    }
    [[nodiscard]] std::uint64_t value() const { return m_value; }

private:
    static std::uint64_t bytes(std::string_view word, std::size_t count) {
        std::uint64_t value = 0;
        std::memcpy(&value, word.data(), count);
        return value;
    }
    void step(std::uint64_t value) {
        m_value = (m_value ^ value) * 0x9e3779b97f4a7c15U;
        m_value ^= m_value >> 32U; // the upper bytes of a word must reach the lower bits too
    }
    std::uint64_t m_value = 0xcbf29ce484222325U;
};

std::string_view takeLine(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return line;
}

std::string_view takeWord(std::string_view& line) {
    std::size_t begin = 0;
    while (begin < line.size() && line[begin] == ' ')
        ++begin;
    std::size_t end = begin;
    while (end < line.size() && line[end] != ' ')
        ++end;
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

template <class T> std::optional<T> decimal(std::string_view word) {
    T value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (word.empty() || error != std::errc{} || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

/// The kernel writes every number of this kind in its full width.
template <class T> std::optional<T> hexadecimal(std::string_view word) {
    if (word.empty() || word.size() > 2 * sizeof(T))
        return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        std::uint32_t digit = byte - std::uint32_t{'0'};
        if (digit > 9) {
            digit = (byte | 0x20U) - std::uint32_t{'a'};
            if (digit > 5)
                return std::nullopt;
            digit += 10;
        }
        value = value << 4U | digit;
    }
    return static_cast<T>(value);
}

struct Endpoint {
    IpAddress address;
    std::uint16_t port = 0;
};

/// "0A000001:0050" or "[2001:0db8:…]:0050".
std::optional<Endpoint> endpoint(std::string_view word) {
    const auto colon = word.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto port = hexadecimal<std::uint16_t>(word.substr(colon + 1));
    const std::string_view host = word.substr(0, colon);
    if (!port)
        return std::nullopt;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        const auto address = IpAddress::parse(host.substr(1, host.size() - 2));
        return address ? std::optional(Endpoint{*address, *port}) : std::nullopt;
    }
    const auto v4 = hexadecimal<std::uint32_t>(host);
    return v4 ? std::optional(Endpoint{IpAddress::v4(*v4), *port}) : std::nullopt;
}

std::optional<ServiceKey> serviceKey(std::string_view protocol, std::string_view name) {
    ServiceKey key;
    if (protocol == "FWM") {
        const auto mark = hexadecimal<std::uint32_t>(name);
        if (!mark)
            return std::nullopt;
        key.firewallMark = *mark;
        return key;
    }
    if (protocol == "TCP")
        key.protocol = model::Protocol::Tcp;
    else if (protocol == "UDP")
        key.protocol = model::Protocol::Udp;
    else if (protocol == "SCTP")
        key.protocol = model::Protocol::Sctp;
    else
        return std::nullopt;
    const auto where = endpoint(name);
    if (!where)
        return std::nullopt;
    key.family = where->address.family();
    key.address = where->address;
    key.port = where->port;
    return key;
}

} // namespace

struct ProcTableReader::State {
    Wanted wanted = Wanted::All;
    ProcTable table;
    Shape shape;
    bool known = false; ///< the last service line was understood
    std::string begun;  ///< a line whose end has not come yet
    void takeWholeLine(std::string_view line);
};

ProcTableReader::ProcTableReader(Wanted wanted) : m_state(std::make_unique<State>(wanted)) {}
ProcTableReader::~ProcTableReader() = default;

void ProcTableReader::State::takeWholeLine(std::string_view line) {
    const std::string_view first = takeWord(line);
    shape.add(first);
    if (first != "->") {
        const std::string_view name = takeWord(line);
        shape.add(name);
        for (std::string_view word = takeWord(line); !word.empty(); word = takeWord(line))
            shape.add(word);
        if (wanted == Wanted::Shape)
            return;
        const auto key = serviceKey(first, name);
        known = key.has_value();
        if (key) {
            // As many servers as the service before: mostly the services of a director are alike.
            const std::size_t usual = table.services.empty() ? 0 : table.services.back().destinations.size();
            table.services.push_back({*key, {}});
            table.services.back().destinations.reserve(usual);
        }
        return;
    }
    const std::array words{takeWord(line), takeWord(line), takeWord(line)};
    for (const std::string_view word : words)
        shape.add(word);
    ++table.servers;
    if (wanted == Wanted::Shape)
        return;
    const auto where = endpoint(words[0]);
    const auto weight = decimal<std::int32_t>(words[2]);
    const auto active = decimal<std::uint32_t>(takeWord(line));
    const auto inactive = decimal<std::uint32_t>(takeWord(line));
    if (!known || !where || !weight || !active || !inactive)
        return;
    ProcService& service = table.services.back();
    if (service.key.firewallMark != 0 && service.destinations.empty())
        service.key.family = where->address.family();
    service.destinations.push_back({{where->address, where->port}, *weight, *active, *inactive});
}

void ProcTableReader::take(std::string_view text) {
    if (!m_state->begun.empty()) {
        const auto end = text.find('\n');
        m_state->begun += text.substr(0, end);
        if (end == std::string_view::npos)
            return;
        text.remove_prefix(end + 1);
        m_state->takeWholeLine(m_state->begun);
        m_state->begun.clear();
    }
    while (!text.empty()) {
        if (text.find('\n') == std::string_view::npos) {
            m_state->begun = text;
            return;
        }
        m_state->takeWholeLine(takeLine(text));
    }
}

ProcTable ProcTableReader::finish() {
    if (!m_state->begun.empty())
        m_state->takeWholeLine(m_state->begun);
    ProcTable out = std::move(m_state->table);
    out.shape = m_state->shape.value();
    const Wanted wanted = std::exchange(*m_state, {}).wanted;
    m_state->wanted = wanted;
    return out;
}

ProcTable readProcTable(std::string_view text) {
    ProcTableReader reader;
    reader.take(text);
    return reader.finish();
}

namespace {

/// The kernel lists in the order of adding, which mostly is ours or the reverse of it: the neighbour is looked at first.
template <class Map> class Finder {
public:
    explicit Finder(const Map& map) : m_map(map), m_at(map.end()) {}
    [[nodiscard]] typename Map::const_iterator find(const typename Map::key_type& key) {
        if (m_at != m_map.end()) {
            if (const auto next = std::next(m_at); next != m_map.end() && next->first == key)
                return m_at = next;
            if (m_at != m_map.begin())
                if (const auto before = std::prev(m_at); before->first == key)
                    return m_at = before;
        }
        return m_at = m_map.find(key);
    }

private:
    const Map& m_map;
    typename Map::const_iterator m_at;
};

} // namespace

bool overlay(const TableTraffic& known, const ProcTable& table, std::vector<Connections>& connections) {
    if (known.size() != table.services.size())
        return false;
    for (const ProcService& fresh : table.services) {
        auto found = known.find(fresh.key);
        if (found == known.end() && fresh.key.firewallMark != 0) {
            ServiceKey other = fresh.key;
            other.family = other.family == Family::V4 ? Family::V6 : Family::V4;
            found = known.find(other);
        }
        if (found == known.end() || found->second.destinations.size() != fresh.destinations.size())
            return false;
        Finder destinations(found->second.destinations);
        for (const ProcDestination& destination : fresh.destinations) {
            const auto server = destinations.find(destination.key);
            if (server == found->second.destinations.end())
                return false;
            Connections& now = connections[server->second.place];
            now.weight = destination.weight;
            now.active = destination.active;
            now.inactive = destination.inactive;
        }
    }
    return true;
}

} // namespace lvsdeck::ipvs
