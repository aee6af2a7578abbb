// SPDX-License-Identifier: GPL-3.0-or-later
// Texts on the left, what was understood on the right, findings below; each leads to the others. Shared by the windows that show
// what a set of configuration texts means. Window thread.
// Object names: importShownText, importText, importTree, importTreeEmpty, importSummary; further ones in findings_panel.hpp.
#pragma once

#include "console/theme/tokens.hpp"
#include "console/transfer/import_reading.hpp"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QStackedWidget;
class QTreeView;

namespace lvsdeck::console {

class ConfigText;
class FindingsPanel;
class UnderstoodModel;

class ReadingPanel : public QWidget {
    Q_OBJECT
public:
    explicit ReadingPanel(QWidget* parent = nullptr);

    /// Null: nothing was read yet. One with an error shows its texts alone.
    void setReading(std::shared_ptr<const ImportReading> reading);
    /// By its place in the reading; another one is ignored.
    void showText(int number);

signals:
    void textShown(int number);
    void said(lvsdeck::console::Tone tone, const QString& text);

private:
    QWidget* makeSides();
    QWidget* makeText(QWidget* parent);
    QWidget* makeTree(QWidget* parent);
    void show(Place place, QWidget* from);
    void treeChosen();
    [[nodiscard]] QString summary() const;

    std::shared_ptr<const ImportReading> m_reading;
    UnderstoodModel* m_understood;
    int m_shownText = -1;
    bool m_showing = false;
    QComboBox* m_which = nullptr;
    ConfigText* m_text = nullptr;
    QTreeView* m_tree = nullptr;
    QLabel* m_summary = nullptr;
    QStackedWidget* m_treeStack = nullptr;
    FindingsPanel* m_findings = nullptr;
};

} // namespace lvsdeck::console
