// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/cluster/adopt_concerns.hpp"

#include "console/cluster/text.hpp"

namespace lvsdeck::cluster {

using rpc::AdoptConcern;
using rpc::AdoptConcernKind;

namespace {

QString changeText(const AdoptConcern& concern) {
    const QString subject = q(concern.subject);
    switch (concern.kind) {
    case AdoptConcernKind::FileChanged: return Text::tr("%1 was changed").arg(subject);
    case AdoptConcernKind::FileGone: return Text::tr("%1 is not read by keepalived any more").arg(subject);
    case AdoptConcernKind::FileNew: return Text::tr("%1 is read by keepalived now, and was not").arg(subject);
    case AdoptConcernKind::ConfigId: return Text::tr("keepalived runs with another -i (%1)").arg(subject);
    default: return {};
    }
}

QString otherText(const AdoptConcern& concern, bool back) {
    const QString subject = q(concern.subject);
    switch (concern.kind) {
    case AdoptConcernKind::FilesUnknown:
        return back ? Text::tr(
                          "It is not known whether keepalived's files are still those of the take-over. Look at them first.")
                    : Text::tr(
                          "It is not known which files of keepalived were read. Look on again, so that they are read anew.");
    case AdoptConcernKind::Configuration:
        return back
                   ? Text::tr("The configuration was changed under lvsdeck since it was read from keepalived's files, and "
                              "keepalived knows nothing of that. To keep the changes, export them to its files first.")
                   : Text::tr("lvsdeck's configuration is not what was read from keepalived's files. Look on again, so that "
                              "they are read anew.");
    case AdoptConcernKind::TableFlush:
        return back
                   ? Text::tr(
                         "%1: with lvs_flush keepalived empties the table when it starts, and every connection through this "
                         "director breaks. Remove that line first.")
                         .arg(subject)
                   : Text::tr(
                         "%1: with lvs_flush keepalived empties the table when it starts, also when it comes back because "
                         "the take-over was not confirmed, and connections break. Remove that line first.")
                         .arg(subject);
    case AdoptConcernKind::Elsewhere:
        return Text::tr(
            "keepalived runs in a container, and could not be started again from here. lvsdeck can look on; to take "
            "over, run keepalived on the host itself first.");
    case AdoptConcernKind::Unit:
        return Text::tr("keepalived runs as %1, and only keepalived.service can be kept from starting, and be brought back.")
            .arg(subject);
    case AdoptConcernKind::Disputed:
        return Text::tr(
                   "%1: its addresses are on this director, and another router advertises them. Take over when only one of "
                   "the two has them.")
            .arg(subject);
    default: return q(concern.text);
    }
}

} // namespace

QString concernText(const AdoptConcern& concern, bool back) {
    const QString change = changeText(concern);
    if (change.isEmpty())
        return otherText(concern, back);
    return back ? Text::tr("%1 since lvsdeck took over. keepalived comes back with what stands there now; test it first "
                           "(keepalived -t).")
                      .arg(change)
                : Text::tr("%1 since lvsdeck began to look on. Look on again, so that it is read anew.").arg(change);
}

} // namespace lvsdeck::cluster
