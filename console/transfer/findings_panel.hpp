// SPDX-License-Identifier: GPL-3.0-or-later
// Findings below a text: counts that filter, the list, copy and save. Emits where the person wants to look. Window thread.
// Object names: findingsTable, findingsFilter_<0..4> (by FindingClass), findingsOther, findingsCopy, findingsSave,
// findingsSaveDialog.
#pragma once

#include "console/transfer/finding_model.hpp"

#include <QFrame>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace lvsdeck::console {

class FindingsPanel : public QFrame {
    Q_OBJECT
public:
    /// `empty` stands in the place of the list when nothing was found.
    explicit FindingsPanel(const QString& title, const QString& empty, QWidget* parent = nullptr);

    void setReading(const std::shared_ptr<const ImportReading>& reading);
    [[nodiscard]] const FindingModel& model() const { return *m_model; }
    /// Selects the finding at this place, without emitting anything.
    void select(Place place);
    /// All that are shown: by its ending .csv, or as lines of text.
    [[nodiscard]] Result<void> saveTo(const QString& file) const;

signals:
    void placeWanted(const lvsdeck::console::Place& place);
    void said(lvsdeck::console::Tone tone, const QString& text);

private:
    void build(const QString& title, const QString& empty);
    void buildTable();
    void filter();
    void chosen();
    void go(bool other);
    void copy();
    void save();

    FindingModel* m_model;
    QTableView* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    std::array<QPushButton*, findingClasses> m_filters{};
    QLabel* m_sentence = nullptr;
    QPushButton* m_other = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_save = nullptr;
    bool m_quiet = false;
};

} // namespace lvsdeck::console
