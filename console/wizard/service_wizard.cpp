// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/service_wizard.hpp"

#include "common/formats/keepalived/writer.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/wizard/step_list.hpp"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QWidget* scrolled(QWidget* page, QWidget* parent) {
    auto* area = new QScrollArea(parent);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* inner = new QWidget(area);
    inner->setProperty("role", QStringLiteral("scrolled"));
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 14, 0);
    column->addWidget(page);
    area->setWidget(inner);
    return area;
}

} // namespace

ServiceWizard::ServiceWizard(cluster::ClusterSession& session, ClusterDraft& draft, QWidget* parent)
    : QDialog(parent), m_session(session), m_draft(draft), m_base(draft.cluster()), m_form(startForm(m_base)) {
    setObjectName(QStringLiteral("serviceWizard"));
    setWindowTitle(tr("New service on %1").arg(text(session.saved().name)));
    resize(1100, 780);
    build();
    connect(&m_session, &cluster::ClusterSession::directorChanged, this, &ServiceWizard::askInterfaces);
    askInterfaces();
    go(0);
}

void ServiceWizard::build() {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    QFrame* head = makeFrame("header", this);
    head->layout()->setContentsMargins(20, 16, 20, 16);
    head->layout()->addWidget(makeLabel(windowTitle(), "title", head));
    column->addWidget(head);

    auto* middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    QFrame* side = makeFrame("sidebar", this);
    side->setFixedWidth(220);
    auto* steps = new StepList(
        {tr("Virtual IP"), tr("Service"), tr("Forwarding"), tr("Real servers"), tr("Health checks"), tr("Review and apply")},
        side);
    steps->setObjectName(QStringLiteral("wizardSteps"));
    side->layout()->setContentsMargins(10, 16, 10, 16);
    side->layout()->addWidget(steps);
    static_cast<QVBoxLayout*>(side->layout())->addStretch();
    m_stepRows = {steps};
    middle->addWidget(side);

    auto* body = new QHBoxLayout;
    body->setContentsMargins(20, 16, 20, 16);
    body->setSpacing(20);
    m_stack = new QStackedWidget(this);
    m_stack->setObjectName(QStringLiteral("wizardPages"));
    m_vip = new VipPage(m_base, m_form, this);
    m_pages = {m_vip, new ServicePage(m_form, this), new ForwardingPage(m_form, this), new ServersPage(m_form, this),
               new ChecksPage(m_form, this)};
    for (WizardPage* page : m_pages) {
        m_stack->addWidget(scrolled(page, m_stack));
        connect(page, &WizardPage::edited, this, &ServiceWizard::edited);
    }
    m_review = new ReviewPanel(m_session, this);
    m_stack->addWidget(m_review);
    body->addWidget(m_stack, 5);

    QFrame* become = makeFrame("inset", this, 12);
    become->layout()->addWidget(makeLabel(tr("What this becomes"), "strong", become));
    m_preview = new QPlainTextEdit(become);
    m_preview->setObjectName(QStringLiteral("wizardPreview"));
    m_preview->setAccessibleName(tr("The keepalived configuration of this service"));
    m_preview->setProperty("role", QStringLiteral("inset"));
    m_preview->setReadOnly(true);
    m_preview->setFont(monoFont());
    m_preview->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    become->layout()->addWidget(m_preview);
    body->addWidget(become, 3);
    middle->addLayout(body, 1);
    column->addLayout(middle, 1);

    QFrame* foot = makeFrame("footer", this);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(20, 14, 20, 14);
    row->setSpacing(metrics::grid);
    m_cancel = makeButton(tr("Cancel"), QStringLiteral("wizardCancel"), foot);
    m_keep = makeButton(tr("Keep as a change"), QStringLiteral("wizardKeepDraft"), foot);
    m_keep->setToolTip(tr("Put the service into the draft and apply it later, together with other changes"));
    m_back = makeButton(tr("Back"), QStringLiteral("wizardBack"), foot);
    m_next = makePrimaryButton(tr("Next"), QStringLiteral("wizardNext"), foot);
    m_next->setDefault(true);
    row->addWidget(m_cancel);
    row->addStretch();
    row->addWidget(m_keep);
    row->addWidget(m_back);
    row->addWidget(m_next);
    static_cast<QVBoxLayout*>(foot->layout())->addLayout(row);
    column->addWidget(foot);
    connect(m_cancel, &QPushButton::clicked, this, &ServiceWizard::reject);
    connect(m_keep, &QPushButton::clicked, this, &ServiceWizard::keepDraft);
    connect(m_back, &QPushButton::clicked, this, [this] { go(m_current - 1); });
    connect(m_next, &QPushButton::clicked, this, &ServiceWizard::next);
    connect(steps, &StepList::chosen, this, [this](int index) {
        if (index <= m_furthest && !m_review->isBusy())
            go(index);
    });
    connect(m_review, &ReviewPanel::stageChanged, this, &ServiceWizard::refresh);
    connect(m_review, &ReviewPanel::finished, this, [this](bool confirmed) {
        m_applied = confirmed;
        refresh();
    });
}

void ServiceWizard::askInterfaces() {
    // A director that still connects is asked when it is there.
    for (const model::Director& director : m_base.directors) {
        const auto known = m_session.director(director.id);
        if (m_asked.contains(director.id) || !known || known->phase != cluster::LinkPhase::Ready)
            continue;
        m_asked.insert(director.id);
        QPointer<ServiceWizard> self(this);
        m_session.call(director.id, "host.interfaces", json::toJson(rpc::Nothing{}), std::chrono::seconds(5),
                       [self, id = director.id](Result<json::Value> answer) {
                           if (!self)
                               return;
                           if (!answer) {
                               self->m_asked.erase(id);
                               return;
                           }
                           const json::Value* list =
                               answer->is_object() ? answer->get_object().if_contains("interfaces") : &*answer;
                           const auto interfaces = list != nullptr ? json::fromJson<std::vector<rpc::Interface>>(*list)
                                                                   : failure(ErrorCode::InvalidInput, {});
                           if (!interfaces)
                               return;
                           QStringList names;
                           for (const rpc::Interface& one : *interfaces)
                               if (!one.loopback)
                                   names << text(one.name);
                           self->m_vip->offerInterfaces(id, names);
                       });
    }
}

WizardStep ServiceWizard::step() const { return static_cast<WizardStep>(m_current); }

model::Cluster ServiceWizard::result() const { return withService(m_base, m_form); }

bool ServiceWizard::stepHasErrors(WizardStep step) const {
    return std::any_of(m_problems.begin(), m_problems.end(),
                       [&](const FieldProblem& p) { return p.step == step && p.severity == model::Severity::Error; });
}

void ServiceWizard::go(int index) {
    m_current = std::clamp(index, 0, wizardSteps - 1);
    m_furthest = std::max(m_furthest, m_current);
    edited();
    m_stack->setCurrentIndex(m_current);
    if (m_current < static_cast<int>(m_pages.size()))
        m_pages[static_cast<std::size_t>(m_current)]->enter(m_form);
    else
        m_review->review(result(), m_draft.baseRevision(),
                         tr("Add service %1").arg(text(model::serviceKey(serviceOf(m_form)))));
    refresh();
}

void ServiceWizard::next() {
    edited();
    m_complained[static_cast<std::size_t>(m_current)] = true;
    if (stepHasErrors(step())) {
        refresh();
        return;
    }
    if (m_current == wizardSteps - 1) {
        QDialog::accept();
        return;
    }
    // Going to the review needs every page to be right, also those that another page made wrong.
    if (m_current == wizardSteps - 2)
        for (int i = 0; i < wizardSteps - 1; ++i)
            if (stepHasErrors(static_cast<WizardStep>(i))) {
                m_complained[static_cast<std::size_t>(i)] = true;
                go(i);
                return;
            }
    go(m_current + 1);
}

void ServiceWizard::edited() {
    for (const WizardPage* page : m_pages)
        page->store(m_form);
    m_problems = problemsOf(m_base, m_form);
    refresh();
}

void ServiceWizard::refresh() {
    if (m_next == nullptr)
        return;
    // A page that nobody has finished yet is not scolded for its empty fields.
    for (WizardPage* page : m_pages) {
        const bool show = m_complained[static_cast<std::size_t>(page->step())];
        page->showProblems(show ? m_problems : std::vector<FieldProblem>{});
    }
    std::vector<StepLook> looks(wizardSteps);
    for (int i = 0; i < wizardSteps; ++i) {
        const bool bad = i < wizardSteps - 1 && stepHasErrors(static_cast<WizardStep>(i));
        looks[static_cast<std::size_t>(i)] = i == m_current                ? StepLook::Current
                                             : i < m_furthest && bad       ? StepLook::Wrong
                                             : i < m_furthest || m_applied ? StepLook::Done
                                                                           : StepLook::Open;
    }
    static_cast<StepList*>(m_stepRows.front())->setLooks(looks);
    const bool review = m_current == wizardSteps - 1;
    m_back->setVisible(!m_applied);
    m_back->setEnabled(m_current > 0 && !m_review->isBusy());
    m_next->setVisible(!review || m_applied);
    m_next->setText(m_applied ? tr("Done") : tr("Next"));
    m_cancel->setVisible(!m_applied);
    m_cancel->setEnabled(!m_review->isBusy());
    m_keep->setVisible(review && !m_applied && !m_review->isBusy());
    const QString words = previewText();
    if (m_preview->toPlainText() != words)
        m_preview->setPlainText(words);
}

QString ServiceWizard::previewText() const {
    model::Cluster alone = result();
    alone.passthrough.clear();
    alone.notification = {};
    alone.services.erase(alone.services.begin(), alone.services.end() - 1);
    const std::string& name = m_form.useInstance.empty() ? m_form.instance.name : m_form.useInstance;
    std::erase_if(alone.instances, [&](const model::VrrpInstance& instance) { return instance.name != name; });
    if (alone.directors.empty() || alone.services.front().address.isUnspecified())
        return tr("As soon as there is a virtual IP, the keepalived configuration of this service appears here.");
    formats::KeepalivedOptions options;
    options.maskPasswords = true;
    const auto exported = formats::writeKeepalived(alone, alone.directors.front().id, options);
    if (!exported)
        return text(exported.error().text);
    // A service without servers is written as a comment; here it is only not finished yet.
    const QString whole = text(exported->text).remove(QStringLiteral("#lvsdeck-disabled "));
    const auto from = whole.indexOf(m_form.useInstance.empty() && m_current == 0 ? QStringLiteral("vrrp_instance")
                                                                                 : QStringLiteral("virtual_server "));
    return from > 0 ? whole.mid(from) : whole;
}

void ServiceWizard::keepDraft() {
    m_review->cancel();
    m_draft.edit(tr("Add service %1").arg(text(model::serviceKey(serviceOf(m_form)))), result());
    QDialog::accept();
}

void ServiceWizard::reject() {
    if (m_review->isBusy())
        return; // answered by Keep or Revert now; without either it goes back by itself
    m_review->cancel();
    QDialog::reject();
}

} // namespace lvsdeck::console
