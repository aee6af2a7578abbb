// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/app/cluster_dialog.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace lvsdeck::console {

namespace {

QString targetText(const cluster::SavedDirector& director) {
    if (director.address.empty())
        return {};
    std::string out = director.user.empty() ? director.address : director.user + "@" + director.address;
    if (director.port)
        out += ":" + std::to_string(*director.port);
    return text(out);
}

Result<cluster::SavedDirector> directorFrom(const QString& id, const QString& target, const QString& identity) {
    const auto parsed = ssh::parseNamedTarget(target.trimmed().toStdString());
    if (!parsed)
        return std::unexpected(parsed.error());
    cluster::SavedDirector out;
    out.id = id.trimmed().isEmpty() ? parsed->id : id.trimmed().toStdString();
    out.address = parsed->host;
    out.user = parsed->user;
    out.port = parsed->port;
    out.identityFile = identity.trimmed().toStdString();
    return out;
}

} // namespace

ClusterDialog::ClusterDialog(cluster::SessionOptions options, std::vector<std::string> taken, cluster::SavedCluster initial,
                             QWidget* parent)
    : QDialog(parent), m_options(std::move(options)), m_taken(std::move(taken)), m_saved(std::move(initial)) {
    setObjectName(QStringLiteral("clusterDialog"));
    setWindowTitle(m_saved.name.empty() ? tr("Add a cluster") : tr("Edit %1").arg(text(m_saved.name)));
    setMinimumWidth(640);
    build();
}

ClusterDialog::~ClusterDialog() = default;

void ClusterDialog::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(metrics::grid);
    column->addWidget(makeLabel(windowTitle(), "title", this));
    QLabel* words =
        makeLabel(tr("lvsdeck reaches each director by SSH and starts lvsdeck-agent attach there. No other port is used."),
                  "muted", this);
    words->setWordWrap(true);
    column->addWidget(words);
    column->addSpacing(metrics::half);
    const auto field = [&](const QString& label, const QString& name, const QString& value, const QString& hint) {
        auto* edit = new QLineEdit(value, this);
        edit->setObjectName(name);
        edit->setAccessibleName(label);
        edit->setPlaceholderText(hint);
        column->addWidget(makeLabel(label, "strong", this));
        column->addWidget(edit);
        return edit;
    };
    m_name = field(tr("Name of the cluster"), QStringLiteral("clusterName"), text(m_saved.name), QStringLiteral("web-prod"));
    m_name->setReadOnly(!m_saved.name.empty());
    column->addSpacing(metrics::half);
    column->addWidget(makeLabel(tr("Directors"), "strong", this));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(metrics::half);
    column->addLayout(m_rows);
    for (const cluster::SavedDirector& director : m_saved.directors)
        addRow(director);
    while (m_directors.size() < 2)
        addRow({});
    QPushButton* more = makeButton(tr("Another director"), QStringLiteral("addDirector"), this);
    connect(more, &QPushButton::clicked, this, [this] { addRow({}); });
    column->addWidget(more, 0, Qt::AlignLeft);
    column->addSpacing(metrics::half);
    m_identity = field(tr("Private key file"), QStringLiteral("clusterIdentity"),
                       m_saved.directors.empty() ? QString() : text(m_saved.directors.front().identityFile),
                       tr("empty: your SSH agent, ssh_config and default keys"));
    m_probe = field(tr("Drills probe from"), QStringLiteral("clusterProbe"),
                    m_saved.probeFrom ? targetText(*m_saved.probeFrom) : QString(),
                    tr("user@host of a client machine; empty: this computer"));
    column->addSpacing(metrics::half);
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("clusterMessage"));
    column->addWidget(m_message);
    column->addStretch();

    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::grid);
    m_test = makeButton(tr("Test the connections"), QStringLiteral("clusterTest"), this);
    m_stop = makeButton(tr("Stop the test"), QStringLiteral("clusterStop"), this);
    m_stop->hide();
    QPushButton* cancel = makeButton(tr("Cancel"), QStringLiteral("clusterCancel"), this);
    QPushButton* save =
        makePrimaryButton(m_saved.name.empty() ? tr("Add") : tr("Save"), QStringLiteral("clusterSave"), this);
    save->setDefault(true);
    row->addWidget(m_test);
    row->addWidget(m_stop);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(save);
    column->addLayout(row);
    connect(m_test, &QPushButton::clicked, this, &ClusterDialog::test);
    connect(m_stop, &QPushButton::clicked, this, &ClusterDialog::stopTest);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(save, &QPushButton::clicked, this, &ClusterDialog::save);
}

void ClusterDialog::addRow(const cluster::SavedDirector& director) {
    const int number = static_cast<int>(m_directors.size());
    Row row{new QLineEdit(text(director.id), this), new QLineEdit(targetText(director), this), new StateLabel(this)};
    row.id->setObjectName(QStringLiteral("directorId_%1").arg(number));
    row.id->setPlaceholderText(QStringLiteral("lb%1").arg(number + 1));
    row.id->setAccessibleName(tr("Name of director %1").arg(number + 1));
    row.id->setFixedWidth(110);
    row.target->setObjectName(QStringLiteral("directorTarget_%1").arg(number));
    row.target->setPlaceholderText(QStringLiteral("admin@lb%1.example.com:22").arg(number + 1));
    row.target->setAccessibleName(tr("SSH target of director %1").arg(number + 1));
    row.state->setObjectName(QStringLiteral("directorState_%1").arg(number));
    row.state->setFixedWidth(220);
    auto* line = new QHBoxLayout;
    line->setSpacing(metrics::grid);
    line->addWidget(row.id);
    line->addWidget(row.target, 1);
    line->addWidget(row.state);
    m_rows->addLayout(line);
    m_directors.push_back(row);
}

Result<cluster::SavedCluster> ClusterDialog::read() const {
    cluster::SavedCluster out = m_saved;
    out.name = m_name->text().trimmed().toStdString();
    out.directors.clear();
    out.probeFrom.reset();
    for (const Row& row : m_directors) {
        if (row.target->text().trimmed().isEmpty() && row.id->text().trimmed().isEmpty())
            continue;
        auto director = directorFrom(row.id->text(), row.target->text(), m_identity->text());
        if (!director)
            return std::unexpected(director.error());
        out.directors.push_back(std::move(*director));
    }
    if (out.directors.empty())
        return failure(ErrorCode::InvalidInput,
                       tr("Type where SSH reaches the directors, e.g. admin@lb1.example.com.").toStdString());
    if (!m_probe->text().trimmed().isEmpty()) {
        auto probe = directorFrom(QStringLiteral("probe"), m_probe->text(), m_identity->text());
        if (!probe)
            return std::unexpected(probe.error());
        out.probeFrom = std::move(*probe);
    }
    if (const auto fine = cluster::checkSaved(out); !fine)
        return std::unexpected(fine.error());
    if (m_saved.name.empty() && std::find(m_taken.begin(), m_taken.end(), out.name) != m_taken.end())
        return failure(ErrorCode::Conflict,
                       tr("There is a cluster of this name already. Choose another one.").toStdString());
    return out;
}

void ClusterDialog::test() {
    auto candidate = read();
    if (!candidate) {
        m_message->show(Tone::Bad, text(candidate.error().text));
        return;
    }
    m_message->clear();
    cluster::SessionOptions options = m_options;
    options.retry = false;
    m_trial = std::make_unique<cluster::ClusterSession>(std::move(*candidate), std::move(options));
    connect(m_trial.get(), &cluster::ClusterSession::directorChanged, this, &ClusterDialog::refreshTest);
    connect(m_trial.get(), &cluster::ClusterSession::question, this, &ClusterDialog::question);
    m_trial->open();
    m_stop->show();
    m_test->hide();
    refreshTest();
}

void ClusterDialog::stopTest() {
    m_trial.reset();
    m_stop->hide();
    m_test->show();
    for (const Row& row : m_directors)
        row.state->setState({});
}

void ClusterDialog::refreshTest() {
    if (!m_trial)
        return;
    bool open = false;
    QStringList problems;
    std::size_t place = 0;
    const auto directors = m_trial->directors();
    for (const Row& row : m_directors) {
        if (row.target->text().trimmed().isEmpty() || place >= directors.size())
            continue;
        const cluster::DirectorSnapshot& director = directors[place++];
        switch (director.phase) {
        case cluster::LinkPhase::Idle:
        case cluster::LinkPhase::Connecting:
            row.state->setState({Tone::Warn, Glyph::Triangle, tr("connecting…")});
            open = true;
            break;
        case cluster::LinkPhase::Question:
            row.state->setState({Tone::Warn, Glyph::Triangle, tr("waits for your answer")});
            open = true;
            break;
        case cluster::LinkPhase::Authenticating:
            row.state->setState({Tone::Warn, Glyph::Triangle, tr("logging in…")});
            open = true;
            break;
        case cluster::LinkPhase::Ready:
            row.state->setState({Tone::Ok, Glyph::Disc,
                                 tr("agent %1, you are %2")
                                     .arg(text(director.hello->agentVersion), text(json::toWord(director.hello->role)))});
            if (!director.hello->ipvs)
                problems << tr("%1: its kernel has no IPVS. Load the module ip_vs there, then it can forward.")
                                .arg(text(director.saved.id));
            break;
        case cluster::LinkPhase::Lost:
        case cluster::LinkPhase::Failed:
            row.state->setState({Tone::Bad, Glyph::Diamond, tr("failed")});
            if (director.reason)
                problems << QStringLiteral("%1: %2").arg(text(director.saved.id), text(director.reason->text));
            break;
        }
    }
    if (problems.isEmpty())
        m_message->clear();
    else
        m_message->show(Tone::Bad, problems.join(QChar('\n')));
    m_stop->setVisible(open);
    m_test->setVisible(!open);
}

void ClusterDialog::save() {
    auto candidate = read();
    if (!candidate) {
        m_message->show(Tone::Bad, text(candidate.error().text));
        return;
    }
    m_trial.reset();
    m_saved = std::move(*candidate);
    accept();
}

} // namespace lvsdeck::console
