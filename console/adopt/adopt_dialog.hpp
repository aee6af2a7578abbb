// SPDX-License-Identifier: GPL-3.0-or-later
// "Take over from keepalived…": look on, take over, and back again, one director after another. What is shown follows from how the
// directors stand, so the window can be closed and opened again at any point. While a director is on its way the window stays
// open; it can be stopped after that director. Opened with open(); window thread.
// Object names: adoptDialog, adoptTitle, adoptText, adoptMessage, adoptStep_<0..2>, adoptProgress, adoptFiles, adoptUnderstood,
// adoptRows, adoptBack, adoptAgain, adoptStay, adoptStop, adoptClose, adoptGo; further ones in adopt_row.hpp, reading_panel.hpp.
#pragma once

#include "console/cluster/adopt_operation.hpp"
#include "console/models/adopt_standing.hpp"
#include "console/theme/pill.hpp"
#include "console/transfer/background.hpp"
#include "console/transfer/import_reading.hpp"

#include <QDialog>

#include <array>
#include <map>
#include <utility>

class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace lvsdeck::console {

class AdoptRow;
class MessageBar;
class ReadingPanel;

class AdoptDialog : public QDialog {
    Q_OBJECT
public:
    /// `back`: begins with the question to give back, where lvsdeck is in keepalived's place.
    AdoptDialog(cluster::ClusterSession& session, bool back, QWidget* parent = nullptr);
    ~AdoptDialog() override;
    void reject() override;

private:
    using Goal = cluster::AdoptGoal;
    /// What the window is about now.
    enum class Scene {
        Reading,   ///< the directors are asked for their files
        Unread,    ///< that did not go
        Read,      ///< what keepalived does, to be looked at
        Elsewhere, ///< somebody else's take-over or a way back is on
        Review,    ///< what will happen, director by director
        Moving,    ///< it happens
        Trouble,   ///< it ended before its end
        Replaced,  ///< lvsdeck manages all
        Returned,  ///< keepalived manages all again
    };
    struct Words {
        QString title;
        QString text;
    };
    // adopt_dialog_build.cpp
    void build();
    QWidget* makeHead();
    QWidget* makeReading();
    QWidget* makeUnderstood();
    QWidget* makeRows();
    QWidget* makeFooter();
    // adopt_dialog.cpp
    void begin(Goal goal);
    void goOn();
    void again();
    void readForShow();
    void refresh();
    void follow();
    void refreshSteps(Scene scene);
    void refreshMessage(Scene scene);
    void refreshRows();
    void refreshButtons(Scene scene);
    [[nodiscard]] Scene scene() const;
    [[nodiscard]] Words words(Scene scene) const;
    [[nodiscard]] bool isMoving() const { return m_operation && m_operation->stage() == cluster::AdoptStage::Working; }
    [[nodiscard]] std::string movingDirector() const;
    [[nodiscard]] std::size_t problemCount() const;

    /// What the operation began with; what would happen follows from it.
    struct Ground {
        AdoptStanding standing;
        std::vector<std::pair<cluster::LinkPhase, bool>> directors; ///< and whether it is master of anything
        bool operator==(const Ground&) const = default;
    };
    [[nodiscard]] Ground ground() const;

    cluster::ClusterSession& m_session;
    AdoptStanding m_standing;
    Ground m_ground;
    Goal m_goal = Goal::Observe;
    std::unique_ptr<cluster::AdoptOperation> m_operation;
    bool m_went = false;   ///< the operation was told to go on
    bool m_goesOn = false; ///< as soon as nothing speaks against it
    bool m_stopping = false;
    Background m_background;
    std::shared_ptr<const ImportReading> m_reading;
    QTimer m_soon; ///< several signals of one moment make one refresh
    QLabel* m_title = nullptr;
    QLabel* m_text = nullptr;
    MessageBar* m_message = nullptr;
    std::array<StateLabel*, 3> m_steps{};
    QStackedWidget* m_stack = nullptr;
    QWidget* m_progress = nullptr;
    QLabel* m_files = nullptr;
    ReadingPanel* m_understood = nullptr;
    QVBoxLayout* m_rowColumn = nullptr;
    std::map<std::string, AdoptRow*> m_rows;
    QPushButton* m_back = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_stay = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_close = nullptr;
    QPushButton* m_go = nullptr;
};

} // namespace lvsdeck::console
