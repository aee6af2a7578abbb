// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of import and export share: the demo's window, an administrator's two files, and a big one.
#pragma once

#include "tests/gui/cut_words.hpp"
#include "tests/gui/window_fixture.hpp"

#include "console/transfer/config_text.hpp"
#include "console/transfer/findings_panel.hpp"
#include "console/transfer/import_dialog.hpp"

#include <QFile>
#include <QLineEdit>
#include <QTextBlock>

namespace lvsdeck::console {

inline std::string pairText(int priority, const char* state, const char* scheduler) {
    return std::string("# the pair\n"
                       "global_defs {\n"
                       "    notification_email {\n"
                       "        ops@example.com\n"
                       "    }\n"
                       "    smtp_server 192.0.2.5\n"
                       "}\n"
                       "\n"
                       "bfd_instance peer {\n"
                       "    neighbor_ip 192.0.2.3\n"
                       "}\n"
                       "\n"
                       "vrrp_instance VI_1 {\n"
                       "    state ") +
           state +
           "\n"
           "    interface eth0\n"
           "    virtual_router_id 51\n"
           "    priority " +
           std::to_string(priority) +
           "\n"
           "    advert_int 1\n"
           "    authentication {\n"
           "        auth_type PASS\n"
           "        auth_pass s3cret\n"
           "    }\n"
           "    virtual_ipaddress {\n"
           "        192.0.2.10/24 dev eth0\n"
           "    }\n"
           "}\n"
           "\n"
           "virtual_server 192.0.2.10 80 {\n"
           "    delay_loop 6\n"
           "    lb_algo wrr\n"
           "    lb_kind DR\n"
           "    protocol TCP\n"
           "    real_server 192.0.2.21 80 {\n"
           "        weight 3\n"
           "        HTTP_GET {\n"
           "            url {\n"
           "                path /healthz\n"
           "                status_code 200\n"
           "            }\n"
           "            connect_timeout 3\n"
           "        }\n"
           "    }\n"
           "    real_server 192.0.2.22 80 {\n"
           "        weight 3\n"
           "        TCP_CHECK {\n"
           "            connect_timeout 3\n"
           "        }\n"
           "    }\n"
           "}\n"
           "\n"
           "virtual_server 192.0.2.10 8080 {\n"
           "    lb_algo " +
           scheduler +
           "\n"
           "    lb_kind DR\n"
           "    protocol TCP\n"
           "    real_server 192.0.2.21 8080 {\n"
           "        TCP_CHECK {\n"
           "        }\n"
           "    }\n";
}
/// The first has a mistake in it.
inline std::string lb1Text() { return pairText(100, "MASTER", "wrr") + "    real_server 192.0.2.999 80 {\n    }\n}\n"; }
inline std::string lb2Text() { return pairText(99, "BACKUP", "wlc") + "}\n"; }

/// From 1; 0: not in it.
inline int lineOf(const std::string& text, const std::string& words) {
    const std::size_t at = text.find(words);
    return at == std::string::npos
               ? 0
               : 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

inline std::string bigText(int services, int servers) {
    std::string out;
    for (int s = 0; s < services; ++s) {
        const std::string net = std::to_string(s);
        out += "virtual_server 10.1." + net + ".1 80 {\n    lb_algo wrr\n    lb_kind DR\n    protocol TCP\n";
        for (int r = 1; r <= servers; ++r)
            out += "    real_server 10.2." + net + "." + std::to_string(r) +
                   " 80 {\n        weight 2\n        TCP_CHECK {\n            connect_timeout 3\n        }\n    }\n";
        out += "}\n";
    }
    return out;
}

struct TransferFixture : WindowFixture {
    void openDemo(const QString& language = QStringLiteral("en"), MakeDirectorFiles files = {}) {
        directorFiles = std::move(files);
        open(DemoWorld::Start::Configured, language);
        window->openCluster(DemoCluster::saved(), QStringLiteral("overview"));
        ASSERT_TRUE(until([&] {
            const auto& facts = window->page()->session().facts();
            return facts.ready == 2 && facts.revision > 0 && !window->page()->draft().inForce().services.empty();
        }));
    }
    QString write(const char* name, const std::string& text) const {
        const QString path = folder.filePath(QString::fromLatin1(name));
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(text.data(), static_cast<qint64>(text.size()));
        return path;
    }
};

} // namespace lvsdeck::console
