// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/wizard/wizard_page.hpp"

#include "console/models/format.hpp"
#include "console/theme/controls.hpp"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lvsdeck::console {

WizardPage::WizardPage(WizardStep step, const QString& question, const QString& explanation, QWidget* parent)
    : QWidget(parent), m_column(new QVBoxLayout(this)), m_step(step) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::grid);
    QLabel* head = makeLabel(question, "heading", this);
    head->setWordWrap(true);
    m_column->addWidget(head);
    QLabel* words = makeLabel(explanation, "muted", this);
    words->setWordWrap(true);
    m_column->addWidget(words);
    m_rest = makeLabel({}, "problem", this);
    m_rest->setWordWrap(true);
    m_rest->hide();
    m_column->addWidget(m_rest);
    m_column->addSpacing(metrics::half);
}

void WizardPage::enter(const ServiceForm&) {}

void WizardPage::addField(const QString& label, QWidget* editor, const QString& objectName, Field field,
                          const QString& hint) {
    editor->setObjectName(objectName);
    editor->setAccessibleName(label);
    auto* name = makeLabel(label, "strong", this);
    name->setBuddy(editor);
    m_column->addWidget(name);
    m_column->addWidget(editor);
    QLabel* problem = makeLabel({}, "problem", this);
    problem->setWordWrap(true);
    problem->hide();
    m_column->addWidget(problem);
    if (!hint.isEmpty()) {
        QLabel* words = makeLabel(hint, "small", this);
        words->setWordWrap(true);
        m_column->addWidget(words);
    }
    m_column->addSpacing(metrics::half);
    m_fields.emplace(field, Shown{editor, problem});
    if (auto* edit = qobject_cast<QLineEdit*>(editor))
        connect(edit, &QLineEdit::textChanged, this, &WizardPage::edited);
    else if (auto* spin = qobject_cast<QSpinBox*>(editor))
        connect(spin, &QSpinBox::valueChanged, this, &WizardPage::edited);
    else if (auto* combo = qobject_cast<QComboBox*>(editor)) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(12);
        connect(combo, &QComboBox::currentTextChanged, this, &WizardPage::edited);
    }
}

void WizardPage::showProblems(const std::vector<FieldProblem>& problems) {
    std::map<QLabel*, QStringList> lines;
    std::map<QLabel*, bool> bad;
    QStringList rest;
    for (const FieldProblem& problem : problems) {
        if (problem.step != m_step || problem.severity == model::Severity::Note)
            continue;
        const auto found = m_fields.find(problem.field);
        if (found == m_fields.end()) {
            rest << text(problem.text);
            continue;
        }
        lines[found->second.problem] << text(problem.text);
        bad[found->second.problem] = bad[found->second.problem] || problem.severity == model::Severity::Error;
    }
    for (const auto& [field, shown] : m_fields) {
        const QStringList words = lines[shown.problem];
        shown.problem->setText(words.join(QChar('\n')));
        dress(shown.problem, "role", bad[shown.problem] ? QStringLiteral("problem") : QStringLiteral("warning"));
        shown.problem->setVisible(!words.isEmpty());
        dress(shown.editor, "invalid", bad[shown.problem]);
    }
    m_rest->setText(rest.join(QChar('\n')));
    m_rest->setVisible(!rest.isEmpty());
}

} // namespace lvsdeck::console
