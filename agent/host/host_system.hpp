// SPDX-License-Identifier: GPL-3.0-or-later
// The real SystemPort: this host's files, processes, named pipes, and a mail server. Owned by the composition root; the io_context
// outlives it. Control thread.
#pragma once

#include "agent/host/fifo.hpp"
#include "agent/host/mail.hpp"
#include "agent/host/process_list.hpp"

#include <map>

namespace lvsdeck::host {

class HostSystem final : public SystemPort {
public:
    explicit HostSystem(boost::asio::io_context& loop) : m_mail(loop) {}

    /// InvalidInput for what is not an ordinary file, which might keep us waiting.
    [[nodiscard]] Result<std::optional<std::string>> readFile(const std::string& path) override;
    /// Made with mode 0644; not through a symbolic link.
    [[nodiscard]] Result<void> writeFile(const std::string& path, const std::string& text) override;
    [[nodiscard]] Result<std::vector<lvsdeck::Process>> processes() override { return m_processes.read(); }
    [[nodiscard]] Result<void> writeFifo(const std::string& path, const std::string& line) override;
    void sendMail(const Mail& mail, std::function<void(const std::string& why)> failed) override {
        m_mail.send(mail, std::move(failed));
    }

private:
    ProcessList m_processes;
    std::map<std::string, Fifo> m_fifos;
    MailSender m_mail;
};

} // namespace lvsdeck::host
