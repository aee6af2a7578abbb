// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at what is tracked: runs the scripts, reads the files, counts the processes, each as often as it must be. Owned by the
// router; control thread only.
#pragma once

#include "agent/vrrp/tracking.hpp"

#include <memory>
#include <set>

namespace lvsdeck::vrrp {

using TrackKey = std::pair<TrackKind, std::string>;

class Tracker {
public:
    struct Ports {
        Runtime& runtime;
        ScriptPort& scripts;
        SystemPort& system;
    };
    struct Observer {
        std::function<void()> changed; ///< some reading differs; never from inside configure()
        std::function<void(rpc::EventLevel, const std::string& text)> event;
    };
    Tracker(Ports ports, Observer observer) : m_ports(ports), m_observer(std::move(observer)) {}

    /// Looks at what is `used` and nothing else, at files and processes about as often as the fastest of those who use them
    /// advertises (`interval`). What is unchanged keeps its reading; files get their initial value when they come new.
    void configure(const model::Effective& own, const std::set<TrackKey>& used, Duration interval);
    /// Ends the scripts that run.
    void stop();
    /// Of a script, file or process; pending when it is not looked at.
    [[nodiscard]] Reading reading(TrackKind kind, const std::string& name) const;

private:
    struct ScriptWatch {
        model::TrackScript item;
        model::ScriptSettings settings;
        ScriptRecord record;
        Timer next;
        std::unique_ptr<RunningScript> running;
    };
    struct FileWatch {
        model::TrackFile item;
        Reading reading;
    };

    void configureFiles(const model::Effective& own, const std::set<TrackKey>& used);
    void initialise(const model::TrackFile& file);
    void run(ScriptWatch& watch);
    void ended(ScriptWatch& watch, const ScriptResult& result);
    void pollFiles();
    void pollProcesses();
    bool readFiles();
    bool countAll();
    void tell(rpc::EventLevel level, const std::string& text) const;

    Ports m_ports;
    Observer m_observer;
    std::map<std::string, std::unique_ptr<ScriptWatch>> m_scripts;
    std::map<std::string, FileWatch> m_files;
    std::map<std::string, ProcessRecord> m_processes;
    Duration m_filePause{0};
    Duration m_processPause{0};
    Timer m_fileTimer;
    Timer m_processTimer;
};

} // namespace lvsdeck::vrrp
