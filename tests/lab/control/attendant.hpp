// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps a lab standing and does what its commands ask: run a program on a host, say how things are, end. One thread per command.
#pragma once

#include "tests/lab/support/standard_lab.hpp"

#include <boost/json.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace lvsdeck::lab {

class Attendant {
public:
    /// `status` is asked for the lab's state, from any thread.
    Attendant(StandardLab& lab, std::string token, std::function<boost::json::value()> status);

    /// Serves until a command or a signal asks for the end; what listens is already open when it is called.
    void serve(const UniqueFd& listener, const std::atomic<bool>& signalled);

private:
    void converse(const UniqueFd& peer);
    void execute(const UniqueFd& peer, Host& host, const boost::json::array& arguments);

    StandardLab* m_lab;
    std::string m_token;
    std::function<boost::json::value()> m_status;
    std::atomic<bool> m_end = false;
};

} // namespace lvsdeck::lab
