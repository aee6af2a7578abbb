// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/views/overview/overview_view.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/views/overview/line_chart.hpp"
#include "console/views/overview/topology_widget.hpp"

#include <QFileDialog>
#include <QImage>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QSvgGenerator>
#include <QVBoxLayout>

namespace lvsdeck::console {

OverviewView::OverviewView(ViewContext context, QWidget* parent) : QWidget(parent), m_context(context) {
    build();
    connect(&m_context.session, &cluster::ClusterSession::stateChanged, this, [this](const std::string& id) {
        addSample(id);
        refresh();
    });
    connect(&m_context.session, &cluster::ClusterSession::directorChanged, this, &OverviewView::refresh);
    connect(&m_context.session, &cluster::ClusterSession::factsChanged, this, &OverviewView::refresh);
    connect(&m_context.session, &cluster::ClusterSession::documentChanged, this, &OverviewView::refresh);
    refresh();
}

void OverviewView::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(metrics::margin, metrics::margin, metrics::margin, metrics::margin);
    column->setSpacing(12);
    m_header = new PageHeader(tr("Overview"), this);
    QPushButton* fit = makeButton(tr("Fit"), QStringLiteral("overviewFit"), this);
    fit->setCheckable(true);
    fit->setChecked(true);
    fit->setToolTip(tr("Scale everything into the window"));
    QPushButton* save = makeButton(tr("Save picture…"), QStringLiteral("overviewSave"), this);
    m_header->addAction(fit);
    m_header->addAction(save);
    column->addWidget(m_header);
    m_message = new MessageBar(this);
    m_message->setObjectName(QStringLiteral("overviewMessage"));
    column->addWidget(m_message);

    m_topology = new TopologyWidget(this);
    m_topology->setObjectName(QStringLiteral("overviewTopology"));
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidget(m_topology);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_topology->setAutoFillBackground(false);
    QFrame* card = makeFrame("card", this, 1);
    card->layout()->addWidget(m_scroll);

    m_active = new LineChart(tr("Active connections by service"), this);
    m_rate = new LineChart(tr("New connections per second"), this);
    auto* charts = new QHBoxLayout;
    charts->setSpacing(12);
    for (LineChart* chart : {m_active, m_rate}) {
        QFrame* frame = makeFrame("card", this, 1);
        frame->layout()->addWidget(chart);
        charts->addWidget(frame);
    }
    auto* full = new QWidget(this);
    auto* inner = new QVBoxLayout(full);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->setSpacing(12);
    inner->addWidget(card, 5);
    inner->addLayout(charts, 2);

    m_empty = new EmptyState({}, {}, this);
    if (!m_context.readOnly) {
        connect(m_empty->addButton(tr("Add service…"), QStringLiteral("overviewAddService"), false), &QPushButton::clicked,
                &m_context.links, &ViewLinks::wizardWanted);
        m_adopt = m_empty->addButton(tr("Look on at keepalived…"), QStringLiteral("overviewAdopt"), false);
        m_adopt->setToolTip(
            tr("Where keepalived runs on the directors already: lvsdeck reads what it does and shows it live. "
               "Nothing is changed."));
        connect(m_adopt, &QPushButton::clicked, &m_context.links, &ViewLinks::adoptWanted);
    }
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(full);
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    connect(fit, &QPushButton::toggled, m_topology, &TopologyWidget::setFit);
    connect(save, &QPushButton::clicked, this, &OverviewView::savePicture);
}

void OverviewView::addSample(const std::string& director) {
    const auto snapshot = m_context.session.director(director);
    if (!snapshot || !snapshot->state || !snapshot->state->vrrp)
        return;
    const auto& vrrp = *snapshot->state->vrrp;
    const bool master =
        std::any_of(vrrp.begin(), vrrp.end(), [](const rpc::VrrpState& v) { return v.phase == rpc::VrrpPhase::Master; });
    if (!master)
        return;
    std::map<std::string, double> active;
    std::map<std::string, double> rate;
    for (const WatchService& service : watchRows(*snapshot->state)) {
        const std::string name = service.name.empty() ? service.address : service.name;
        active[name] += static_cast<double>(service.numbers.active);
        rate[name] += static_cast<double>(service.numbers.cps);
    }
    const std::int64_t now = m_context.session.nowUs() / 1000;
    m_active->add(now, active);
    m_rate->add(now, rate);
}

QString OverviewView::sentence() const {
    const cluster::ClusterFacts& facts = m_context.session.facts();
    if (facts.ready == 0)
        return tr("no director answers");
    const Topology topology = topologyOf(m_context.session.directors(), m_context.session.document().cluster.get(), facts);
    QStringList parts;
    if (topology.vipsWithoutOwner > 0)
        parts << tr("%n virtual address(es) on no director", nullptr, static_cast<int>(topology.vipsWithoutOwner));
    else if (!topology.vips.empty())
        parts << tr("everything is served");
    if (topology.serversDown > 0)
        parts << tr("%n real server(s) down", nullptr, static_cast<int>(topology.serversDown));
    if (facts.ready < facts.directors)
        parts << tr("%n director(s) not heard from", nullptr, static_cast<int>(facts.directors - facts.ready));
    return parts.join(tr("; "));
}

void OverviewView::refresh() {
    const cluster::ClusterFacts& facts = m_context.session.facts();
    Topology topology = topologyOf(m_context.session.directors(), m_context.session.document().cluster.get(), facts);
    const bool anything = !topology.vips.empty() || !topology.servers.empty();
    m_header->setSubtitle(sentence());
    m_topology->setTopology(std::move(topology));
    m_stack->setCurrentIndex(anything ? 0 : 1);
    if (m_adopt != nullptr)
        m_adopt->setVisible(facts.ready > 0 && facts.revision == 0);
    if (facts.ready == 0)
        m_empty->setText(tr("Waiting for the directors"), tr("The picture appears as soon as a director has answered."));
    else
        m_empty->setText(tr("Nothing is served yet"), tr("Define the first virtual IP with its real servers; you will see "
                                                         "exactly what changes on each director before anything happens."));
}

void OverviewView::savePicture() {
    auto* dialog =
        new QFileDialog(this, tr("Save picture"), QStringLiteral("%1.svg").arg(text(m_context.session.saved().name)),
                        tr("SVG pictures (*.svg);;PNG pictures (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        const QSize size = m_topology->size();
        bool saved = false;
        if (file.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive)) {
            QImage image(size * 2, QImage::Format_ARGB32);
            image.fill(tokensOf(palette()).panel);
            QPainter painter(&image);
            painter.scale(2, 2);
            m_topology->paintInto(painter, size);
            painter.end();
            saved = image.save(file);
        } else {
            QSvgGenerator svg;
            svg.setFileName(file);
            svg.setSize(size);
            svg.setViewBox(QRect(QPoint(0, 0), size));
            svg.setTitle(text(m_context.session.saved().name));
            QPainter painter;
            saved = painter.begin(&svg);
            if (saved)
                m_topology->paintInto(painter, size);
        }
        if (saved)
            m_message->show(Tone::Accent, tr("Saved %1.").arg(file));
        else
            m_message->show(Tone::Bad, tr("%1 could not be written. Choose a folder that you may write to.").arg(file));
    });
    dialog->open();
}

} // namespace lvsdeck::console
