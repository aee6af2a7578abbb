// SPDX-License-Identifier: GPL-3.0-or-later
#include "console/models/format.hpp"
#include "console/theme/controls.hpp"
#include "console/wizard/wizard_page.hpp"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lvsdeck::console {

namespace {

QSpinBox* spin(int low, int high, int value, QWidget* parent, const QString& suffix = {}) {
    auto* out = new QSpinBox(parent);
    out->setRange(low, high);
    out->setValue(value);
    out->setSuffix(suffix);
    return out;
}

} // namespace

VipPage::VipPage(const model::Cluster& base, const ServiceForm& form, QWidget* parent)
    : WizardPage(WizardStep::VirtualIp, tr("Which address do clients connect to?"),
                 tr("The virtual IP moves between the directors by VRRP: the master holds it, a backup takes over when the "
                    "master falls silent."),
                 parent),
      m_address(new QLineEdit(text(form.address), this)), m_instance(new QComboBox(this)), m_newInstance(new QWidget(this)) {
    m_address->setPlaceholderText(QStringLiteral("192.0.2.10"));
    m_address->setFont(monoFont());
    addField(tr("Virtual IP"), m_address, QStringLiteral("wizardAddress"), Field::Address);
    for (const model::VrrpInstance& instance : base.instances)
        m_instance->addItem(tr("%1 (VRID %2)").arg(text(instance.name)).arg(instance.vrid), text(instance.name));
    m_instance->addItem(tr("A new VRRP instance"), QString());
    m_instance->setCurrentIndex(std::max(0, m_instance->findData(text(form.useInstance))));
    addField(tr("Moves with"), m_instance, QStringLiteral("wizardInstance"), Field::Instance);
    m_instance->setEnabled(!base.instances.empty());
    m_column->addWidget(m_newInstance);
    buildInstance(form);
    m_column->addStretch();
    const auto follow = [this] { m_newInstance->setVisible(m_instance->currentData().toString().isEmpty()); };
    connect(m_instance, &QComboBox::currentIndexChanged, this, follow);
    follow();
}

void VipPage::buildInstance(const ServiceForm& form) {
    m_name = new QLineEdit(text(form.instance.name), this);
    m_vrid = spin(1, 255, form.instance.vrid, this);
    m_version = new QComboBox(this);
    m_version->addItem(tr("VRRP version 3"), 3);
    m_version->addItem(tr("VRRP version 2 (with password)"), 2);
    m_version->setCurrentIndex(m_version->findData(form.instance.version));
    m_interval = spin(10, 255000, static_cast<int>(form.instance.intervalMs), this, tr(" ms"));
    m_interval->setSingleStep(100);
    m_password = new QLineEdit(text(form.instance.password), this);
    m_password->setMaxLength(8);
    m_preempt = new QCheckBox(tr("The higher priority takes the addresses back when it returns"), this);
    m_preempt->setObjectName(QStringLiteral("wizardPreempt"));
    m_preempt->setChecked(form.instance.preempt);
    connect(m_preempt, &QCheckBox::toggled, this, &WizardPage::edited);

    QVBoxLayout* outer = m_column;
    m_column = new QVBoxLayout(m_newInstance);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::half);
    auto* members = new QGridLayout;
    members->setHorizontalSpacing(metrics::grid);
    members->addWidget(makeLabel(tr("Director"), "small", this), 0, 0);
    members->addWidget(makeLabel(tr("Interface"), "small", this), 0, 1);
    members->addWidget(makeLabel(tr("Priority"), "small", this), 0, 2);
    members->setColumnStretch(1, 1);
    int row = 1;
    for (const model::Member& member : form.instance.members) {
        auto* interface = new QComboBox(this);
        interface->setObjectName(QStringLiteral("wizardInterface_") + text(member.director));
        interface->setAccessibleName(tr("Interface of %1").arg(text(member.director)));
        interface->setEditable(true);
        interface->lineEdit()->setPlaceholderText(QStringLiteral("eth0"));
        interface->setCurrentText(text(member.interface));
        auto* priority = spin(1, 255, member.priority, this);
        priority->setObjectName(QStringLiteral("wizardPriority_") + text(member.director));
        priority->setAccessibleName(tr("Priority of %1").arg(text(member.director)));
        connect(interface, &QComboBox::currentTextChanged, this, &WizardPage::edited);
        connect(priority, &QSpinBox::valueChanged, this, &WizardPage::edited);
        members->addWidget(makeLabel(text(member.director), "strong", this), row, 0);
        members->addWidget(interface, row, 1);
        members->addWidget(priority, row++, 2);
        m_interfaces[member.director] = interface;
        m_priorities[member.director] = priority;
    }
    auto* membersBox = new QWidget(this);
    members->setContentsMargins(0, 0, 0, 0);
    membersBox->setLayout(members);
    addField(tr("Directors; the highest priority is the master"), membersBox, QStringLiteral("wizardMembers"),
             Field::Interface);
    addField(tr("Virtual router id (VRID)"), m_vrid, QStringLiteral("wizardVrid"), Field::Vrid,
             tr("1 to 255; no other pair in the same network may use it."));
    addField(tr("Version"), m_version, QStringLiteral("wizardVersion"), Field::None);
    addField(tr("Password"), m_password, QStringLiteral("wizardPassword"), Field::Password,
             tr("At most 8 characters, sent in clear: it guards against mix-ups, not against attackers."));
    addField(tr("Advertisement every"), m_interval, QStringLiteral("wizardInterval"), Field::Interval,
             tr("A backup takes over after about three missing ones. Version 2 counts whole seconds."));
    addField(tr("Name"), m_name, QStringLiteral("wizardInstanceName"), Field::Instance);
    m_column->addWidget(m_preempt);
    m_column = outer;
    const auto version = [this] { m_password->setEnabled(m_version->currentData().toInt() == 2); };
    connect(m_version, &QComboBox::currentIndexChanged, this, version);
    version();
}

void VipPage::offerInterfaces(const std::string& director, const QStringList& names) {
    const auto found = m_interfaces.find(director);
    if (found == m_interfaces.end())
        return;
    const QString typed = found->second->currentText();
    found->second->clear();
    found->second->addItems(names);
    found->second->setCurrentText(typed.isEmpty() && names.size() == 1 ? names.front() : typed);
}

void VipPage::store(ServiceForm& form) const {
    form.address = m_address->text().trimmed().toStdString();
    form.useInstance = m_instance->currentData().toString().toStdString();
    form.instance.name = m_name->text().trimmed().toStdString();
    form.instance.vrid = m_vrid->value();
    form.instance.version = m_version->currentData().toInt();
    form.instance.intervalMs = m_interval->value();
    form.instance.password = m_password->text().toStdString();
    form.instance.preempt = m_preempt->isChecked();
    for (model::Member& member : form.instance.members) {
        member.interface = m_interfaces.at(member.director)->currentText().trimmed().toStdString();
        member.priority = static_cast<std::uint8_t>(m_priorities.at(member.director)->value());
    }
}

} // namespace lvsdeck::console
