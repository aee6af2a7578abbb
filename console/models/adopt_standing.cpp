// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/adopt_standing.hpp"

#include "console/models/format.hpp"

#include <QCoreApplication>

namespace lvsdeck::console {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Adopt)
};

std::vector<std::string>& listOf(AdoptStanding& standing, const cluster::DirectorSnapshot& director) {
    if (!director.state || !director.state->config)
        return standing.silent;
    const rpc::ConfigState& config = *director.state->config;
    if (!config.adoption)
        return config.revision == 0 ? standing.fresh : standing.managed;
    switch (config.adoption->phase) {
    case rpc::AdoptionPhase::Observing: return standing.observed;
    case rpc::AdoptionPhase::Taking: return standing.taking;
    case rpc::AdoptionPhase::Replaced: return standing.replaced;
    case rpc::AdoptionPhase::Returning: return standing.returning;
    }
    return standing.silent;
}

} // namespace

AdoptStanding adoptStandingOf(const std::vector<cluster::DirectorSnapshot>& directors) {
    AdoptStanding out;
    for (const cluster::DirectorSnapshot& director : directors) {
        listOf(out, director).push_back(director.saved.id);
        if (director.state && director.state->config && director.state->config->adoption)
            if (const std::string& problem = director.state->config->adoption->problem; !problem.empty())
                out.problems.push_back(director.saved.id + ": " + problem);
    }
    return out;
}

QString namesText(const std::vector<std::string>& names) {
    if (names.empty())
        return {};
    QString out = text(names.front());
    for (std::size_t i = 1; i + 1 < names.size(); ++i)
        out = Words::tr("%1, %2").arg(out, text(names[i]));
    return names.size() == 1 ? out : Words::tr("%1 and %2").arg(out, text(names.back()));
}

QString heldBackText(const AdoptStanding& standing) {
    if (!standing.returning.empty())
        return Words::tr("%1 goes back to keepalived now; wait until it is there.").arg(namesText(standing.returning));
    if (!standing.observed.empty())
        return Words::tr("keepalived manages %1, and lvsdeck only looks on. Take over first (menu Cluster).")
            .arg(namesText(standing.observed));
    return {};
}

AdoptNotice adoptNotice(const AdoptStanding& standing) {
    AdoptNotice out;
    if (!standing.returning.empty()) {
        out.text = Words::tr("keepalived comes back on %1; until it is ready, lvsdeck goes on with everything as it is.")
                       .arg(namesText(standing.returning));
        out.button = Words::tr("Show…");
    } else if (!standing.taking.empty()) {
        out.text =
            Words::tr("lvsdeck takes the place of keepalived on %1. Unless that is confirmed in time, keepalived comes "
                      "back.")
                .arg(namesText(standing.taking));
        out.button = Words::tr("Show…");
    } else if (!standing.observed.empty() && !standing.replaced.empty()) {
        out.text = Words::tr("keepalived manages %1, lvsdeck manages %2.")
                       .arg(namesText(standing.observed), namesText(standing.replaced));
        out.button = Words::tr("Go on or go back…");
    } else if (!standing.observed.empty()) {
        out.text =
            Words::tr("keepalived manages %1; lvsdeck looks on and changes nothing.").arg(namesText(standing.observed));
        out.button = Words::tr("Take over…");
    }
    if (out.text.isEmpty())
        return {};
    for (const std::string& problem : standing.problems) {
        out.tone = Tone::Warn;
        out.text += QChar('\n') + text(problem);
    }
    return out;
}

} // namespace lvsdeck::console
