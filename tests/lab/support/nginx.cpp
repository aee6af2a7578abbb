// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/lab/support/nginx.hpp"

namespace lvsdeck::lab {
namespace {

constexpr const char* configurationPath = "/run/lab/nginx.conf";

std::string configuration(const std::string& name, int port) {
    std::string text = "daemon off;\nmaster_process off;\nerror_log stderr warn;\npid /run/lab/nginx.pid;\n"
                       "events { worker_connections 4000; }\nhttp {\n  access_log off;\n  keepalive_timeout 300s;\n"
                       "  keepalive_requests 1000000;\n  default_type text/plain;\n";
    for (const char* path : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += std::string("  ") + path + "_temp_path /run/lab/nginx-" + path + ";\n";
    text += "  server {\n    listen " + std::to_string(port) + " backlog=4096;\n    location / { return 200 \"" + name +
            "\\n\"; }\n    location /health { return 200 \"ok\\n\"; }\n"
            // What health checks are tried on: a file that can be changed, and an error that can be switched on.
            "    location /checked/ { if (-f /run/lab/www/fail) { return 500; } root /run/lab/www; }\n  }\n}\n";
    return text;
}

} // namespace

Nginx::Nginx(Host& host, int port) : m_host(&host), m_port(port) {
    host.writeFile(configurationPath, configuration(host.name(), port));
    start();
}

void Nginx::start() { m_process = m_host->start({"nginx", "-e", "stderr", "-c", configurationPath}, "nginx"); }

void Nginx::stop() { m_process.reset(); }

void Nginx::awaitReady() {
    require("nginx on " + m_host->name() + " accepts connections", 20s, [&] {
        if (!m_process || !m_process->running())
            throw LabError("nginx on " + m_host->name() + " has ended: " + m_host->log("nginx"));
        return m_host->listensOn(m_port);
    });
}

} // namespace lvsdeck::lab
