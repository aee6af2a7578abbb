// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/adopt/adopt_row.hpp"

#include "console/cluster/adopt_concerns.hpp"
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace lvsdeck::console {

using cluster::AdoptGoal;
using cluster::DirectorAdopt;
using Step = DirectorAdopt::Step;

namespace {

QStringList stepWords(AdoptGoal goal) {
    if (goal == AdoptGoal::Back)
        return {AdoptRow::tr("waiting"), AdoptRow::tr("starting keepalived"), AdoptRow::tr("standing as before (4 s)"),
                AdoptRow::tr("keepalived manages")};
    return {AdoptRow::tr("waiting"), AdoptRow::tr("ending keepalived"), AdoptRow::tr("standing as before (4 s)"),
            AdoptRow::tr("confirmed")};
}

/// The step that is on now; as many as there are: all are behind it.
std::size_t stepNumber(Step step) {
    switch (step) {
    case Step::Waiting: return 0;
    case Step::Working: return 1;
    case Step::Settling: return 2;
    case Step::Confirming: return 3;
    default: return 4;
    }
}

std::vector<Pill> stepsOf(AdoptGoal goal, Step step) {
    if (step == Step::GoingBack)
        return {{Tone::Warn, Glyph::Triangle, AdoptRow::tr("keepalived comes back")}};
    if (step == Step::TakenBack)
        return {{Tone::Warn, Glyph::Square, AdoptRow::tr("keepalived is back, all as before")}};
    if (step == Step::Failed)
        return {{Tone::Bad, Glyph::Diamond, AdoptRow::tr("did not go")}};
    std::vector<Pill> out;
    const std::size_t now = stepNumber(step);
    for (const QString& words : stepWords(goal)) {
        const std::size_t at = out.size();
        if (at < now)
            out.push_back({Tone::Ok, Glyph::Disc, words});
        else if (at == now && at > 0)
            out.push_back({Tone::Accent, Glyph::Triangle, words});
        else
            out.push_back({Tone::Idle, Glyph::Ring, words});
    }
    return out;
}

QString sentenceOf(AdoptGoal goal, const DirectorAdopt& director) {
    if (goal == AdoptGoal::Back) {
        if (director.step == Step::Done)
            return AdoptRow::tr("keepalived manages this director; lvsdeck looks on and changes nothing.");
        return AdoptRow::tr("keepalived is started while lvsdeck goes on with everything; when it is ready, lvsdeck falls "
                            "silent and only looks on.");
    }
    if (director.step == Step::Done)
        return AdoptRow::tr("lvsdeck manages this director. keepalived stays installed and does not start by itself.");
    if (director.step == Step::TakenBack)
        return AdoptRow::tr("keepalived manages this director again; lvsdeck looks on.");
    return director.master
               ? AdoptRow::tr(
                     "Master, so it goes last: lvsdeck goes on with its addresses, its table and its connections, and "
                     "ends keepalived without a goodbye, so that nothing moves.")
               : AdoptRow::tr(
                     "Backup: lvsdeck goes on with its table and its priority, and ends keepalived; no address moves.");
}

} // namespace

AdoptRowLook adoptRowLook(AdoptGoal goal, const DirectorAdopt& director, std::optional<rpc::VrrpPhase> role) {
    AdoptRowLook out;
    out.director = text(director.director);
    if (role)
        out.role = phasePill(*role);
    out.sentence = sentenceOf(goal, director);
    out.steps = stepsOf(goal, director.step);
    if ((director.step == Step::Settling || director.step == Step::GoingBack) && !director.missing.empty())
        out.waitsFor = AdoptRow::tr("Not yet: %1").arg(text(director.missing));
    if (director.error)
        out.trouble = text(director.error->text);
    const bool open = director.step != Step::Done && director.step != Step::TakenBack;
    QStringList concerns;
    for (const rpc::AdoptConcern& concern : director.concerns)
        if (open)
            concerns << cluster::concernText(concern, goal == AdoptGoal::Back);
    out.concerns = concerns.join(QChar('\n'));
    out.back = goal == AdoptGoal::Back;
    for (const rpc::PlannedOperation& operation : director.operations)
        out.operations << text(operation.text);
    return out;
}

AdoptRow::AdoptRow(const QString& director, QWidget* parent)
    : QFrame(parent), m_role(new PillLabel(this)), m_steps(new QHBoxLayout), m_sentence(makeLabel({}, "muted", this)),
      m_concerns(makeLabel({}, "problem", this)), m_waitsFor(makeLabel({}, "small", this)),
      m_trouble(makeLabel({}, "problem", this)), m_more(makeButton({}, QStringLiteral("adoptRowMore_") + director, this)),
      m_operations(new QPlainTextEdit(this)) {
    setObjectName(QStringLiteral("adoptRow_") + director);
    setProperty("role", QStringLiteral("card"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(metrics::grid);
    auto* head = new QHBoxLayout;
    head->setSpacing(metrics::grid);
    head->addWidget(makeLabel(director, "heading", this));
    head->addWidget(m_role);
    head->addStretch();
    m_steps->setSpacing(12);
    head->addLayout(m_steps);
    column->addLayout(head);
    m_sentence->setObjectName(QStringLiteral("adoptRowText_") + director);
    m_concerns->setObjectName(QStringLiteral("adoptRowConcerns_") + director);
    m_trouble->setObjectName(QStringLiteral("adoptRowTrouble_") + director);
    for (QLabel* label : {m_sentence, m_concerns, m_waitsFor, m_trouble}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    }
    m_more->setProperty("flat", true);
    m_more->setCheckable(true);
    column->addWidget(m_more, 0, Qt::AlignLeft);
    m_operations->setObjectName(QStringLiteral("adoptRowOperations_") + director);
    m_operations->setAccessibleName(tr("What differed between keepalived's table and lvsdeck's on %1").arg(director));
    m_operations->setProperty("role", QStringLiteral("inset"));
    m_operations->setReadOnly(true);
    m_operations->setTabChangesFocus(true);
    m_operations->setFont(monoFont());
    m_operations->setFixedHeight(96);
    m_operations->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed); // the row is as high as its words
    column->addWidget(m_operations);
    for (QWidget* later : std::initializer_list<QWidget*>{m_concerns, m_waitsFor, m_trouble, m_more, m_operations})
        later->hide();
    connect(m_more, &QPushButton::toggled, m_operations, &QWidget::setVisible);
}

void AdoptRow::show(const AdoptRowLook& look) {
    if (look == m_look)
        return;
    if (look.steps != m_look.steps) {
        while (QLayoutItem* item = m_steps->takeAt(0)) {
            delete item->widget();
            delete item;
        }
        for (const Pill& step : look.steps) {
            auto* label = new StateLabel(this);
            label->setState(step);
            m_steps->addWidget(label);
        }
    }
    m_look = look;
    m_role->setPill(look.role);
    m_sentence->setText(look.sentence);
    m_concerns->setText(look.concerns);
    m_concerns->setVisible(!look.concerns.isEmpty());
    m_waitsFor->setText(look.waitsFor);
    m_waitsFor->setVisible(!look.waitsFor.isEmpty());
    m_trouble->setText(look.trouble);
    m_trouble->setVisible(!look.trouble.isEmpty());
    const int count = static_cast<int>(look.operations.size());
    m_more->setText(look.back ? tr("%n thing(s) that will be otherwise", nullptr, count)
                              : tr("%n difference(s) to keepalived's table", nullptr, count));
    m_more->setVisible(!look.operations.isEmpty());
    m_operations->setPlainText(look.operations.join(QChar('\n')));
    m_operations->setVisible(m_more->isChecked() && !look.operations.isEmpty());
    const auto on = std::ranges::find_if(look.steps, [](const Pill& step) { return step.tone != Tone::Ok; });
    const Pill& now = on != look.steps.end() ? *on : look.steps.back();
    setAccessibleName(tr("%1: %2").arg(look.director, now.text));
    setAccessibleDescription(!look.trouble.isEmpty()    ? look.trouble
                             : !look.concerns.isEmpty() ? look.sentence + QChar(' ') + look.concerns
                                                        : look.sentence);
}

} // namespace lvsdeck::console
