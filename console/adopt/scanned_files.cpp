// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/adopt/scanned_files.hpp"

#include <QCoreApplication>

namespace lvsdeck::console {

using formats::SourceText;

namespace {

constexpr std::chrono::seconds scanLimit{20};

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Adopt)
};

Result<SourceText> mainText(const rpc::AdoptScan& scan) {
    if (scan.files.empty())
        return failure(ErrorCode::NotFound, Words::tr("there is no configuration of keepalived").toStdString());
    const rpc::AdoptFile& main = scan.files.front();
    if (!main.problem.empty())
        return failure(ErrorCode::Io,
                       Words::tr("%1 cannot be read: %2")
                           .arg(QString::fromStdString(main.path), QString::fromStdString(main.problem))
                           .toStdString(),
                       main.path);
    return SourceText{{}, main.path, main.text, scan.configId};
}

} // namespace

struct ScannedFiles::Round {
    std::function<void(Answer)> answered;
    std::function<void()> done;
    std::size_t open = 0;
    std::vector<cluster::ScannedDirector> scanned;

    void take(const std::string& director, const Result<json::Value>& result) {
        auto scan = result ? json::fromJson<rpc::AdoptScan>(*result) : std::unexpected(result.error());
        auto main = scan ? mainText(*scan) : Result<SourceText>(std::unexpected(scan.error()));
        if (main) {
            model::Director who;
            who.id = director;
            scanned.push_back({std::move(who), std::move(*scan)});
        }
        answered({director, std::move(main)});
        if (--open == 0)
            done();
    }
};

void ScannedFiles::ask(std::function<void(Answer)> answered, std::function<void()> done) {
    m_round = std::make_shared<Round>();
    m_round->answered = std::move(answered);
    m_round->done = std::move(done);
    std::vector<std::string> ids;
    for (const cluster::DirectorSnapshot& director : m_session.directors())
        ids.push_back(director.saved.id);
    m_round->open = ids.size();
    if (ids.empty())
        return m_round->done();
    // A director that is not connected answers at once, perhaps within this call.
    for (const std::string& id : ids)
        m_session.call(id, "adopt.scan", json::Object{}, scanLimit,
                       [round = std::weak_ptr(m_round), id](const Result<json::Value>& result) {
                           if (const auto still = round.lock())
                               still->take(id, result);
                       });
}

formats::Resolver ScannedFiles::includes() const {
    return m_round ? cluster::resolverOf(m_round->scanned) : formats::Resolver();
}

MakeDirectorFiles scannedFiles() {
    return [](cluster::ClusterSession& session) { return std::make_unique<ScannedFiles>(session); };
}

} // namespace lvsdeck::console
