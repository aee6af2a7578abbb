// SPDX-License-Identifier: GPL-3.0-or-later
#include "agent/simulated/simulated_system.hpp"

namespace lvsdeck::simulated {

namespace {

constexpr std::size_t kept = 10'000;
constexpr std::size_t readLimit = 4096;

template <class T> void keep(std::deque<T>& list, const T& one) {
    list.push_back(one);
    if (list.size() > kept)
        list.pop_front();
}

} // namespace

int SimulatedSystem::startProcess(const std::string& name, std::vector<std::string> arguments) {
    m_processes.push_back({++m_lastPid, name, std::move(arguments)});
    return m_lastPid;
}

void SimulatedSystem::endProcess(int pid) {
    std::erase_if(m_processes, [pid](const Process& process) { return process.pid == pid; });
}

void SimulatedSystem::setReader(const std::string& path, bool reads) { m_fifos[path].read = reads; }

std::deque<std::string> SimulatedSystem::fifoLines(const std::string& path) const {
    const auto found = m_fifos.find(path);
    return found == m_fifos.end() ? std::deque<std::string>{} : found->second.lines;
}

void SimulatedSystem::clearDone() {
    for (auto& [path, fifo] : m_fifos)
        fifo.lines.clear();
    m_mails.clear();
}

Result<std::optional<std::string>> SimulatedSystem::readFile(const std::string& path) {
    const auto found = m_files.find(path);
    if (found == m_files.end())
        return std::optional<std::string>{};
    return std::optional(found->second.substr(0, readLimit));
}

Result<void> SimulatedSystem::writeFile(const std::string& path, const std::string& text) {
    m_files.insert_or_assign(path, text);
    return {};
}

Result<void> SimulatedSystem::writeFifo(const std::string& path, const std::string& line) {
    Fifo& fifo = m_fifos[path];
    if (!fifo.read)
        return failure(ErrorCode::Busy, "cannot write to " + path + ": nobody reads it, and it is full");
    keep(fifo.lines, line);
    return {};
}

void SimulatedSystem::sendMail(const Mail& mail, std::function<void(const std::string& why)> failed) {
    if (m_mailFailure.empty())
        return keep(m_mails, mail);
    if (failed)
        m_runtime.post([failed = std::move(failed), why = m_mailFailure] { failed(why); });
}

} // namespace lvsdeck::simulated
