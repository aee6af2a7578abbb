// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the new service wizard: each shows some answers of a ServiceForm and the problems beside their fields. The
// wizard owns them and the form. Window thread.
// Object names: wizardAddress, wizardInstance, wizardInstanceName, wizardVrid, wizardVersion, wizardInterval, wizardPassword,
// wizardPreempt, wizardInterface_<director>, wizardPriority_<director>; wizardName, wizardProtocol, wizardPort,
// wizardPersistence; wizardForward_dr / _nat / _tun, wizardScheduler, wizardTunnel; wizardServers, wizardWeight,
// wizardServersSummary; wizardCheck, wizardCheckPath, wizardCheckHost, wizardCheckPort, wizardDelayLoop, wizardTimeout,
// wizardRetry, wizardRetryDelay, wizardInhibit.
#pragma once

#include "console/wizard/service_form.hpp"

#include <QWidget>

#include <map>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;
class QVBoxLayout;

namespace lvsdeck::console {

class WizardPage : public QWidget {
    Q_OBJECT
public:
    WizardPage(WizardStep step, const QString& question, const QString& explanation, QWidget* parent);
    [[nodiscard]] WizardStep step() const { return m_step; }
    /// What is typed, into the form.
    virtual void store(ServiceForm& form) const = 0;
    /// What other pages decided, before this one is shown.
    virtual void enter(const ServiceForm& form);
    /// Those of this page; a field without one is cleared.
    void showProblems(const std::vector<FieldProblem>& problems);

signals:
    void edited();

protected:
    /// A labelled editor with room for its problem below, and a muted hint.
    void addField(const QString& label, QWidget* editor, const QString& objectName, Field field, const QString& hint = {});
    QVBoxLayout* m_column;

private:
    struct Shown {
        QWidget* editor;
        QLabel* problem;
    };
    WizardStep m_step;
    std::multimap<Field, Shown> m_fields;
    QLabel* m_rest;
};

class VipPage : public WizardPage {
    Q_OBJECT
public:
    VipPage(const model::Cluster& base, const ServiceForm& form, QWidget* parent);
    void store(ServiceForm& form) const override;
    /// Names that the director's combo box offers.
    void offerInterfaces(const std::string& director, const QStringList& names);

private:
    void buildInstance(const ServiceForm& form);
    QLineEdit* m_address;
    QComboBox* m_instance;
    QWidget* m_newInstance;
    QLineEdit* m_name;
    QSpinBox* m_vrid;
    QComboBox* m_version;
    QSpinBox* m_interval;
    QLineEdit* m_password;
    QCheckBox* m_preempt;
    std::map<std::string, QComboBox*> m_interfaces;
    std::map<std::string, QSpinBox*> m_priorities;
};

class ServicePage : public WizardPage {
    Q_OBJECT
public:
    ServicePage(const ServiceForm& form, QWidget* parent);
    void store(ServiceForm& form) const override;

private:
    QLineEdit* m_name;
    QComboBox* m_protocol;
    QSpinBox* m_port;
    QSpinBox* m_persistence;
};

class ChoiceCard;

class ForwardingPage : public WizardPage {
    Q_OBJECT
public:
    ForwardingPage(const ServiceForm& form, QWidget* parent);
    void store(ServiceForm& form) const override;

private:
    void choose(model::Forwarding forwarding);
    model::Forwarding m_forwarding;
    std::map<model::Forwarding, ChoiceCard*> m_cards;
    QComboBox* m_scheduler;
    QLabel* m_schedulerText;
    QComboBox* m_tunnel;
};

class ServersPage : public WizardPage {
    Q_OBJECT
public:
    ServersPage(const ServiceForm& form, QWidget* parent);
    void store(ServiceForm& form) const override;
    void enter(const ServiceForm& form) override;

private:
    void summarize();
    QPlainTextEdit* m_servers;
    QSpinBox* m_weight;
    QLabel* m_summary;
    QLabel* m_note;
    std::uint16_t m_port = 80;
};

class ChecksPage : public WizardPage {
    Q_OBJECT
public:
    ChecksPage(const ServiceForm& form, QWidget* parent);
    void store(ServiceForm& form) const override;

private:
    void summarize();
    QComboBox* m_check;
    QLineEdit* m_path;
    QLineEdit* m_host;
    QSpinBox* m_port;
    QSpinBox* m_delayLoop;
    QSpinBox* m_timeout;
    QSpinBox* m_retry;
    QSpinBox* m_retryDelay;
    QCheckBox* m_inhibit;
    QLabel* m_summary;
};

[[nodiscard]] QString schedulerName(model::Scheduler scheduler);
[[nodiscard]] QString schedulerAdvice(model::Scheduler scheduler);

} // namespace lvsdeck::console
