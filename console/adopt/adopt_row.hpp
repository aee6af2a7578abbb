// SPDX-License-Identifier: GPL-3.0-or-later
// One director on its way from keepalived to lvsdeck, or back: what will happen in a sentence, its steps with how far they are, and
// what is wrong. Window thread. Object names: adoptRow_<id>, adoptRowText_<id>, adoptRowConcerns_<id>, adoptRowTrouble_<id>, adoptRowMore_<id>,
// adoptRowOperations_<id>.
#pragma once

#include "console/cluster/adopt_operation.hpp"
#include "console/theme/pill.hpp"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lvsdeck::console {

struct AdoptRowLook {
    QString director;
    Pill role;               ///< of its instances now; without a text: not known
    QString sentence;        ///< what will happen, happens, or happened
    std::vector<Pill> steps; ///< from left to right
    QString concerns;        ///< what speaks against it, a line each
    QString waitsFor;        ///< why it does not go on yet
    QString trouble;         ///< what went wrong
    QStringList operations;  ///< what differs between keepalived and lvsdeck, as ipvsadm writes it
    bool back = false;       ///< those will be otherwise
    bool operator==(const AdoptRowLook&) const = default;
};
/// Pure. `role` is that of its first instance now.
[[nodiscard]] AdoptRowLook adoptRowLook(cluster::AdoptGoal goal, const cluster::DirectorAdopt& director,
                                        std::optional<rpc::VrrpPhase> role);

class AdoptRow : public QFrame {
    Q_OBJECT
public:
    explicit AdoptRow(const QString& director, QWidget* parent = nullptr);
    void show(const AdoptRowLook& look);

private:
    AdoptRowLook m_look;
    PillLabel* m_role;
    QHBoxLayout* m_steps;
    QLabel* m_sentence;
    QLabel* m_concerns;
    QLabel* m_waitsFor;
    QLabel* m_trouble;
    QPushButton* m_more;
    QPlainTextEdit* m_operations;
};

} // namespace lvsdeck::console
