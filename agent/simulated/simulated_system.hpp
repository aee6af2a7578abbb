// SPDX-License-Identifier: GPL-3.0-or-later
// A host's files, processes, named pipes and mail, in memory: a test or the demo sets what is there and reads what was written.
// Belongs to whoever owns the simulated world; control thread.
#pragma once

#include "agent/ports/runtime.hpp"
#include "agent/ports/system_port.hpp"

#include <deque>
#include <map>

namespace lvsdeck::simulated {

class SimulatedSystem final : public SystemPort {
public:
    /// The runtime must outlive this; it calls the `failed` of mails.
    explicit SimulatedSystem(Runtime& runtime) : m_runtime(runtime) {}

    // What a test or the demo does to it.
    void setFile(const std::string& path, std::string text) { m_files.insert_or_assign(path, std::move(text)); }
    void removeFile(const std::string& path) { m_files.erase(path); }
    /// Returns its number.
    int startProcess(const std::string& name, std::vector<std::string> arguments = {});
    void endProcess(int pid);
    /// Off: nobody reads the pipe, and it counts as full.
    void setReader(const std::string& path, bool reads);
    /// Not empty: every later mail fails with these words.
    void setMailFailure(std::string why) { m_mailFailure = std::move(why); }

    // What was done; the last 10,000 of each.
    [[nodiscard]] std::deque<std::string> fifoLines(const std::string& path) const;
    [[nodiscard]] const std::deque<Mail>& mails() const { return m_mails; }
    /// Forgets the lines and mails so far.
    void clearDone();

    [[nodiscard]] Result<std::optional<std::string>> readFile(const std::string& path) override;
    [[nodiscard]] Result<void> writeFile(const std::string& path, const std::string& text) override;
    [[nodiscard]] Result<std::vector<Process>> processes() override { return m_processes; }
    [[nodiscard]] Result<void> writeFifo(const std::string& path, const std::string& line) override;
    void sendMail(const Mail& mail, std::function<void(const std::string& why)> failed) override;

private:
    struct Fifo {
        std::deque<std::string> lines;
        bool read = true;
    };

    Runtime& m_runtime;
    std::map<std::string, std::string> m_files;
    std::vector<Process> m_processes;
    int m_lastPid = 1000;
    std::map<std::string, Fifo> m_fifos;
    std::deque<Mail> m_mails;
    std::string m_mailFailure;
};

} // namespace lvsdeck::simulated
