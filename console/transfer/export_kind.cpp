// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/transfer/export_kind.hpp"

#include "common/formats/ldirectord/writer.hpp"
#include "console/cluster/profile.hpp"
#include "console/transfer/import_reading.hpp"
#include "console/transfer/source_files.hpp"

#include <QCoreApplication>

#include <algorithm>
#include <filesystem>

namespace lvsdeck::console {

using formats::Format;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Export)
};

class FormatExport : public ExportKind {
public:
    explicit FormatExport(Format format) : m_format(format) {}

    [[nodiscard]] std::string title() const override { return formatName(m_format); }
    [[nodiscard]] std::string purpose() const override {
        switch (m_format) {
        case Format::Cluster: return Words::tr("The whole document, for a backup or for another lvsdeck.").toStdString();
        case Format::Keepalived: return Words::tr("A director that runs keepalived with it behaves the same.").toStdString();
        case Format::Ldirectord:
            return Words::tr("Services and checks for ldirectord, and the virtual addresses for heartbeat.").toStdString();
        case Format::Piranha: return Words::tr("For Red Hat's Piranha (pulse, nanny).").toStdString();
        case Format::Ipvsadm: return Words::tr("The table of a healthy director, for ipvsadm -R.").toStdString();
        }
        return {};
    }
    [[nodiscard]] bool perDirector() const override { return m_format == Format::Keepalived; }
    [[nodiscard]] bool hasVersions() const override { return m_format == Format::Keepalived; }
    [[nodiscard]] bool hasPasswords() const override {
        return m_format == Format::Keepalived || m_format == Format::Cluster;
    }

    [[nodiscard]] Result<std::vector<ExportFile>> make(const model::Cluster& cluster,
                                                       const ExportChoice& choice) const override {
        std::vector<ExportFile> out;
        std::vector<std::string> directors{std::string()};
        if (perDirector()) {
            directors.clear();
            for (const model::Director& one : cluster.directors)
                if (choice.director.empty() || choice.director == one.id)
                    directors.push_back(one.id);
            if (directors.empty())
                return failure(ErrorCode::NotFound,
                               Words::tr("The cluster has no director, and this format is written for one.").toStdString());
        }
        const bool secrets = hasPasswords() && choice.passwords && model::hasPasswords(cluster);
        for (const std::string& director : directors) {
            auto written = write(cluster, director, choice);
            if (!written)
                return std::unexpected(written.error());
            ExportFile file{director, exportName(director, endingOf(m_format)), std::move(written->text),
                            std::move(written->diagnostics), secrets};
            for (formats::Diagnostic& one : file.diagnostics)
                one.file = file.name;
            out.push_back(std::move(file));
        }
        if (m_format == Format::Ldirectord && !cluster.instances.empty())
            out.push_back(haresourcesOf(cluster));
        return out;
    }

private:
    /// ldirectord knows no virtual addresses: they are heartbeat's.
    [[nodiscard]] static ExportFile haresourcesOf(const model::Cluster& cluster) {
        formats::Exported written = formats::writeHaresources(cluster);
        for (formats::Diagnostic& one : written.diagnostics)
            one.file = haresourcesName;
        return {{}, haresourcesName, std::move(written.text), std::move(written.diagnostics), false};
    }
    [[nodiscard]] Result<formats::Exported> write(const model::Cluster& cluster, const std::string& director,
                                                  const ExportChoice& choice) const {
        formats::WriteOptions options;
        options.director = director;
        options.keepalived.target = choice.version;
        options.maskPasswords = !choice.passwords;
        return formats::writeAny(m_format, cluster, options);
    }

    Format m_format;
};

} // namespace

ExportKinds formatExports() {
    ExportKinds out;
    for (const Format format : {Format::Keepalived, Format::Cluster, Format::Ipvsadm, Format::Ldirectord, Format::Piranha})
        out.push_back(std::make_shared<FormatExport>(format));
    return out;
}

Result<void> saveExport(const std::string& path, const ExportFile& file) {
    // Written for its owner only; others may read it when it is whole.
    if (auto done = cluster::writeWhole(path, file.text); !done)
        return done;
    if (file.secret)
        return {};
    namespace fs = std::filesystem;
    std::error_code error;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read | fs::perms::others_read,
                    error);
    if (error)
        return failure(ErrorCode::Io, path + ": " + error.message(), path);
    return {};
}

} // namespace lvsdeck::console
