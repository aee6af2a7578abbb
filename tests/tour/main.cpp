// SPDX-License-Identifier: GPL-3.0-or-later
// lvsdeck-tour --lab LAB.JSON --lab-program LVSDECK-LAB --out DIR: the same window that lvsdeck opens, on a profile of its own,
// driven from outside. Exit status 0: every step did what it should.
// With --prepare PROFILE instead of --out it only writes a profile in which the lab is a saved cluster, for a person to open.
#include "console/app/gui_main.hpp"
#include "console/cluster/profile.hpp"
#include "tests/tour/tour.hpp"

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QPointer>
#include <QTextStream>
#include <QTimer>

#include <cstdio>

namespace {

struct Options {
    QString lab;
    QString labProgram;
    QString out;
    QString prepare;
};

std::optional<Options> parse(int argc, char** argv) {
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    QCommandLineParser parser;
    const QCommandLineOption lab(QStringLiteral("lab"), {}, QStringLiteral("file"));
    const QCommandLineOption program(QStringLiteral("lab-program"), {}, QStringLiteral("file"));
    const QCommandLineOption out(QStringLiteral("out"), {}, QStringLiteral("folder"));
    const QCommandLineOption prepare(QStringLiteral("prepare"), {}, QStringLiteral("folder"));
    parser.addOptions({lab, program, out, prepare});
    if (!parser.parse(arguments) || !parser.isSet(lab) || !parser.isSet(program) ||
        parser.isSet(out) == parser.isSet(prepare))
        return std::nullopt;
    return Options{parser.value(lab), parser.value(program), parser.value(out), parser.value(prepare)};
}

/// The lab as the saved cluster "lab"; its host keys are known, because the lab made them itself.
int prepareProfile(const QString& folder, const lvsdeck::tour::LabFile& lab) {
    const lvsdeck::cluster::Profile profile(folder.toStdString());
    const auto host = [&](const char* name) {
        lvsdeck::cluster::SavedDirector saved;
        saved.id = name;
        saved.address = "127.0.0.1";
        saved.port = static_cast<std::uint16_t>(lab.ports.at(QString::fromLatin1(name)));
        saved.user = "admin";
        saved.identityFile = lab.identity.toStdString();
        return saved;
    };
    lvsdeck::cluster::SavedCluster cluster;
    cluster.name = "lab";
    cluster.directors = {host("lb1"), host("lb2")};
    cluster.probeFrom = host("client");
    auto keys = lvsdeck::cluster::readWhole(lab.knownHosts.toStdString());
    lvsdeck::Result<void> done;
    if (keys)
        done = lvsdeck::cluster::writeWhole(profile.knownHostsFile(), *keys);
    else
        done = std::unexpected(keys.error());
    if (done)
        done = profile.save(cluster);
    if (!done)
        std::fprintf(stderr, "%s\n", done.error().text.c_str());
    return done ? 0 : 1;
}

/// Runs the tour inside the window's event loop, and ends the program with its outcome.
int runTour(const Options& options, lvsdeck::tour::LabFile lab) {
    QDir out(options.out);
    QFile transcript(out.filePath(QStringLiteral("transcript.txt")));
    if (!transcript.open(QIODevice::WriteOnly)) {
        std::fprintf(stderr, "%s cannot be written\n", qUtf8Printable(transcript.fileName()));
        return 1;
    }
    QTextStream stream(&transcript);
    int outcome = 1;
    const auto drive = [&] {
        lvsdeck::tour::Hand hand(out, stream);
        try {
            lvsdeck::tour::Tour(hand, std::move(lab), out).run();
            outcome = 0;
        } catch (const std::exception& problem) {
            hand.say(QStringLiteral("FAILED: ") + QString::fromUtf8(problem.what()));
            try {
                hand.picture(QStringLiteral("failed"));
            } catch (const std::exception& again) {
                hand.say(QString::fromUtf8(again.what()));
            }
        }
        QApplication::closeAllWindows();
        QApplication::quit();
    };
    lvsdeck::console::WindowOptions window;
    window.profileDir = out.filePath(QStringLiteral("profile")).toStdString();
    window.shown = [&] { QTimer::singleShot(500, qApp, drive); };
    char name[] = "lvsdeck";
    char* arguments[] = {name, nullptr};
    const int status = lvsdeck::console::runWindow(1, arguments, window);
    return outcome != 0 ? outcome : status;
}

} // namespace

int main(int argc, char** argv) {
    const auto options = parse(argc, argv);
    if (!options) {
        std::fprintf(stderr, "usage: lvsdeck-tour --lab LAB.JSON --lab-program LVSDECK-LAB --out DIR | --prepare PROFILE\n");
        return 2;
    }
    auto lab = lvsdeck::tour::readLabFile(options->lab, options->labProgram);
    if (!lab) {
        std::fprintf(stderr, "%s\n", lab.error().text.c_str());
        return 1;
    }
    if (!options->prepare.isEmpty())
        return prepareProfile(options->prepare, *lab);
    if (!QDir().mkpath(options->out)) {
        std::fprintf(stderr, "%s cannot be made\n", qUtf8Printable(options->out));
        return 1;
    }
    return runTour(*options, std::move(*lab));
}
