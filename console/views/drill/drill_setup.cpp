// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/drill/drill_setup.hpp"

#include "console/theme/controls.hpp"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMouseEvent>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QSpinBox* spin(const QString& name, int low, int high, int value, const QString& suffix) {
    auto* box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(low, high);
    box->setValue(value);
    box->setSuffix(suffix);
    box->setFixedWidth(140);
    return box;
}

} // namespace

DrillSetup::DrillSetup(QWidget* parent) : QWidget(parent) {
    auto* columns = new QHBoxLayout(this);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(metrics::margin);
    auto* left = new QVBoxLayout;
    left->setSpacing(metrics::grid);
    auto* right = new QVBoxLayout;
    columns->addLayout(left, 3);
    columns->addLayout(right, 2);
    buildKinds(left);
    buildFields(left);
    left->addStretch(1);
    buildPreflight(right);
    right->addStretch(1);
    choose(rpc::DrillKind::Graceful);
}

QFrame* DrillSetup::kindCard(rpc::DrillKind kind, const QString& title, const QString& consequence, const QString& note,
                             const QString& name, QRadioButton*& radio) {
    QFrame* card = makeFrame("choice", this, metrics::margin);
    card->setObjectName(name);
    auto* layout = static_cast<QVBoxLayout*>(card->layout());
    radio = new QRadioButton(title, card);
    radio->setObjectName(name + QStringLiteral("Radio"));
    QFont bold = radio->font();
    bold.setWeight(QFont::DemiBold);
    radio->setFont(bold);
    layout->addWidget(radio);
    for (const auto& [text, role] : {std::pair{consequence, "plain"}, std::pair{note, "muted"}}) {
        QLabel* label = makeLabel(text, role, card);
        label->setWordWrap(true);
        layout->addWidget(label);
    }
    card->installEventFilter(this);
    connect(radio, &QRadioButton::clicked, this, [this, kind] { choose(kind); });
    return card;
}

void DrillSetup::buildKinds(QVBoxLayout* column) {
    column->addWidget(makeLabel(tr("What shall happen to the master?"), "heading", this));
    m_gracefulCard =
        kindCard(rpc::DrillKind::Graceful, tr("It resigns (graceful)"),
                 tr("As for maintenance: the master says goodbye and hands its addresses over."),
                 tr("Clients should hardly notice. Safe at any time."), QStringLiteral("drillKindGraceful"), m_graceful);
    m_crashCard = kindCard(rpc::DrillKind::Crash, tr("It crashes"),
                           tr("As by a power cut: the master falls silent without a goodbye and its addresses vanish."),
                           tr("Clients feel the time until the backup notices. Connections of clients may break."),
                           QStringLiteral("drillKindCrash"), m_crash);
    auto* group = new QButtonGroup(this);
    group->addButton(m_graceful);
    group->addButton(m_crash);
    column->addWidget(m_gracefulCard);
    column->addWidget(m_crashCard);
    m_expectation = makeLabel({}, "muted", this);
    m_expectation->setWordWrap(true);
    column->addWidget(m_expectation);
}

void DrillSetup::buildFields(QVBoxLayout* column) {
    QFrame* card = makeFrame("card", this, metrics::margin);
    auto* layout = static_cast<QVBoxLayout*>(card->layout());
    layout->addWidget(makeLabel(tr("How it is measured"), "heading", card));
    auto* form = new QFormLayout;
    form->setLabelAlignment(Qt::AlignLeft);
    form->setHorizontalSpacing(metrics::margin);
    layout->addLayout(form);
    m_probeFrom = new QComboBox;
    m_probeFrom->setObjectName(QStringLiteral("drillProbeFrom"));
    form->addRow(tr("Clients' view from"), m_probeFrom);
    m_probePath = new QLineEdit;
    m_probePath->setObjectName(QStringLiteral("drillProbePath"));
    m_probePath->setPlaceholderText(tr("only connect"));
    m_probePath->setToolTip(tr("A path makes the probe ask for it by HTTP and want a status of 200 to 399."));
    form->addRow(tr("HTTP path"), m_probePath);
    m_probeInterval = spin(QStringLiteral("drillProbeInterval"), 2, 1000, 10, tr(" ms"));
    form->addRow(tr("One attempt every"), m_probeInterval);
    m_held = spin(QStringLiteral("drillHeld"), 0, 256, 0, {});
    m_held->setToolTip(tr("Connections that stay open through the switch; needs an HTTP path."));
    form->addRow(tr("Connections held open"), m_held);
    m_outageLimit = spin(QStringLiteral("drillLimitOutage"), 1, 600000, 5000, tr(" ms"));
    form->addRow(tr("Passed when clients feel at most"), m_outageLimit);
    for (QSpinBox* box : {m_probeInterval, m_held, m_outageLimit})
        connect(box, &QSpinBox::valueChanged, this, &DrillSetup::changed);
    connect(m_probePath, &QLineEdit::textEdited, this, &DrillSetup::changed);
    connect(m_probeFrom, &QComboBox::activated, this, &DrillSetup::changed);
    column->addWidget(card);
}

void DrillSetup::buildPreflight(QVBoxLayout* column) {
    QFrame* card = makeFrame("card", this, metrics::margin);
    card->setObjectName(QStringLiteral("drillPreflight"));
    auto* layout = static_cast<QVBoxLayout*>(card->layout());
    layout->addWidget(makeLabel(tr("Pre-flight"), "heading", card));
    m_preflight = new FindingList(card);
    layout->addWidget(m_preflight);
    QLabel* promise =
        makeLabel(tr("The fault is on loan: if this computer, its connection or this program dies, the director "
                     "restores itself when the lease runs out."),
                  "muted", card);
    promise->setWordWrap(true);
    layout->addWidget(promise);
    auto* buttons = new QHBoxLayout;
    m_check = makeButton(tr("Check again"), QStringLiteral("drillCheck"), card);
    m_start = makePrimaryButton(tr("Start drill"), QStringLiteral("drillStart"), card);
    buttons->addStretch(1);
    buttons->addWidget(m_check);
    buttons->addWidget(m_start);
    layout->addLayout(buttons);
    connect(m_check, &QPushButton::clicked, this, &DrillSetup::checkWanted);
    connect(m_start, &QPushButton::clicked, this, &DrillSetup::startWanted);
    column->addWidget(card);
    m_start->setEnabled(false);
}

void DrillSetup::choose(rpc::DrillKind kind) {
    const bool crash = kind == rpc::DrillKind::Crash;
    (crash ? m_crash : m_graceful)->setChecked(true);
    dress(m_crashCard, "chosen", crash);
    dress(m_gracefulCard, "chosen", !crash);
    emit changed();
}

bool DrillSetup::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonRelease) {
        if (watched == m_crashCard)
            choose(rpc::DrillKind::Crash);
        else if (watched == m_gracefulCard)
            choose(rpc::DrillKind::Graceful);
    }
    return QWidget::eventFilter(watched, event);
}

void DrillSetup::setCluster(const cluster::SavedCluster& saved) {
    m_saved = saved;
    m_probeFrom->clear();
    if (saved.probeFrom)
        m_probeFrom->addItem(QString::fromStdString(saved.probeFrom->id), true);
    m_probeFrom->addItem(tr("this computer"), false);
    if (saved.limits.outageMs)
        m_outageLimit->setValue(static_cast<int>(*saved.limits.outageMs));
}

rpc::DrillKind DrillSetup::kind() const { return m_crash->isChecked() ? rpc::DrillKind::Crash : rpc::DrillKind::Graceful; }

cluster::DrillRequest DrillSetup::request() const {
    cluster::DrillRequest request;
    request.kind = kind();
    request.limits = m_saved.limits;
    request.limits.outageMs = m_outageLimit->value();
    cluster::ProbePlan plan;
    plan.httpPath = m_probePath->text().trimmed().toStdString();
    if (!plan.httpPath.empty() && plan.httpPath.front() != '/')
        plan.httpPath.insert(0, "/");
    plan.intervalMs = static_cast<std::uint32_t>(m_probeInterval->value());
    plan.held = plan.httpPath.empty() ? 0 : static_cast<std::uint32_t>(m_held->value());
    if (m_saved.probeFrom && m_probeFrom->currentData().toBool())
        plan.from = m_saved.probeFrom->id;
    request.probe = plan;
    return request;
}

void DrillSetup::showChecking() {
    m_preflight->setLines({{Tone::Accent, tr("Looking at both directors…")}});
    m_start->setEnabled(false);
}

void DrillSetup::showPreflight(const std::vector<cluster::PreflightItem>& items, bool canStart) {
    std::vector<DrillLine> lines;
    for (const auto& item : items)
        lines.push_back(preflightLine(item));
    if (!canStart)
        lines.push_back({Tone::Bad, tr("The drill cannot start before this is mended.")});
    m_preflight->setLines(lines);
    m_start->setEnabled(canStart);
}

void DrillSetup::setExpectation(const QString& sentence) {
    m_expectation->setText(sentence);
    m_expectation->setVisible(!sentence.isEmpty());
}

} // namespace lvsdeck::console
