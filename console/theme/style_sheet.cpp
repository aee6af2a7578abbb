// SPDX-License-Identifier: GPL-3.0-or-later
// Widgets ask for a dress by dynamic properties: role = "header", "sidebar", "statusbar", "card", "inset", "heading",
// "title", "subtitle", "section", "muted", "strong", "problem", "warning", "mono", "choice", "gap", "plain"; primary = true for the one
// primary button of a screen; danger = true for one that takes something away.
#include "console/theme/theme.hpp"

#include <utility>

namespace lvsdeck::console {

namespace {

const char* const sheet = R"(
QMainWindow, QDialog { background: @background; }
QDialog#serviceWizard { background: @panel; }
QToolTip { background: @panel; color: @text; border: 1px solid @line; padding: 4px 6px; }
QMenuBar { background: @panel; padding: 2px 6px; border: none; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: 4px; color: @muted; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @hover; color: @text; }
QMenu { background: @panel; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; }
QMenu::icon { padding-left: 8px; }
QMenu::item:selected { background: @accentFill; color: @text; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }

QFrame[role="header"] { background: @panel; border: none; border-bottom: 1px solid @line; }
QFrame[role="sidebar"] { background: @panel; border: none; border-right: 1px solid @line; }
QFrame[role="statusbar"] { background: @panel; border: none; border-top: 1px solid @line; }
QFrame[role="footer"] { background: @panel; border: none; border-top: 1px solid @line; }
QFrame[role="card"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame[role="inset"] { background: @background; border: 1px solid @line; border-radius: 8px; }
QFrame[role="notice"] { background: @accentFill; border: none; border-radius: 6px; }
QFrame[role="alarm"] { background: @badFill; border: 1px solid @badMark; border-radius: 8px; }
QFrame[role="caution"] { background: @warnFill; border: none; border-radius: 6px; }
QFrame[role="choice"] { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame[role="choice"]:hover { border-color: @muted; }
QFrame[role="choice"][chosen="true"] { background: @accentFill; border: 2px solid @accentMark; }
QFrame[role="rule"] { background: @line; border: none; }

QLabel { background: transparent; }
QLabel[role="brand"] { font-weight: 700; }
QLabel[role="title"] { font-size: 17px; font-weight: 600; }
QLabel[role="heading"] { font-size: 15px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="subtitle"], QLabel[role="muted"] { color: @muted; }
QLabel[role="small"] { color: @muted; font-size: 12px; }
QLabel[role="section"] { color: @muted; font-size: 11px; font-weight: 600; }
QLabel[role="problem"] { color: @badInk; font-size: 12px; }
QLabel[role="warning"] { color: @warnInk; font-size: 12px; }
QLabel[role="good"] { color: @okInk; }

QPushButton, QToolButton[role="button"] { background: @panel; border: 1px solid @line; border-radius: 6px; padding: 0 12px; min-height: 26px; color: @text; }
QPushButton:hover, QToolButton[role="button"]:hover { background: @hover; }
QPushButton:pressed, QPushButton:checked, QToolButton[role="button"]:pressed, QToolButton[role="button"]:checked { background: @accentFill; border-color: @accentMark; }
QPushButton:focus, QToolButton[role="button"]:focus { border-color: @accentMark; }
QPushButton:disabled, QToolButton[role="button"]:disabled { color: @muted; background: @background; }
QPushButton[primary="true"] { background: @accentMark; border-color: @accentMark; color: @onAccent; }
QPushButton[primary="true"]:hover { background: @accentInk; }
QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton[primary="true"]:disabled { background: @background; border-color: @line; color: @muted; }
QPushButton[danger="true"] { color: @badInk; }
QPushButton[flat="true"] { border: none; background: transparent; color: @accentInk; padding: 0 4px; }
QPushButton::menu-indicator, QToolButton::menu-indicator { width: 0; image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { background: @panel; border: 1px solid @line; border-radius: 6px; color: @text; selection-background-color: @accentMark; selection-color: @onAccent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 26px; padding: 0 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border: 1px solid @accentMark; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QSpinBox[invalid="true"], QComboBox[invalid="true"] { border: 1px solid @badMark; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { background: @background; color: @muted; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QPlainTextEdit[role="inset"] { background: @background; border: none; }
QPlainTextEdit[role="inset"]:focus { border: none; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow-down.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @panel; border: 1px solid @line; selection-background-color: @accentFill; selection-color: @text; outline: none; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 3px; background: @panel; }
QCheckBox::indicator:focus { border: 1px solid @accentMark; }
QCheckBox::indicator:checked { background: @accentMark; border-color: @accentMark; image: url(:/icons/@check.svg); }
QCheckBox::indicator:disabled { border-color: @line; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid @muted; border-radius: 8px; background: @panel; }
QRadioButton::indicator:checked { width: 8px; height: 8px; border: 4px solid @accentMark; border-radius: 8px; background: @onAccent; }
QProgressBar { background: @background; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: @accentMark; border-radius: 3px; }

QAbstractItemView { background: @panel; border: none; outline: none; }
QTableWidget::item { padding: 0 7px; border: none; border-bottom: 1px solid @line; }
QTableWidget::item:selected { background: @accentFill; color: @text; }
QTreeView, QTableView, QListView { background: @panel; alternate-background-color: @group; }
QListWidget#clusterList, QListWidget#viewList { background: @panel; border: none; }
QHeaderView { background: @panel; border: none; }
QHeaderView::section { background: @panel; color: @muted; border: none; border-bottom: 1px solid @line; padding: 0 10px; height: 30px; font-size: 12px; font-weight: 600; }
QTabBar::tab { padding: 6px 12px; border: none; border-bottom: 2px solid transparent; color: @muted; background: transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accentMark; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QSplitter::handle { background: @line; }
QSplitter[role="gap"]::handle { background: transparent; }
QTableView[role="plain"]::item { padding: 0 7px; border: none; border-bottom: 1px solid @line; }
QTreeView[role="plain"]::item { min-height: 24px; border: none; }
QTableView[role="plain"]::item:selected, QTreeView[role="plain"]::item:selected { background: @accentFill; color: @text; }
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)";

} // namespace

QString styleSheet(const Tokens& t) {
    QString text = QString::fromUtf8(sheet);
    const std::pair<const char*, QColor> names[] = {
        {"@background", t.background},
        {"@panel", t.panel},
        {"@line", t.line},
        {"@hover", t.hover},
        {"@group", t.group},
        {"@text", t.text},
        {"@muted", t.muted},
        {"@onAccent", t.onAccent},
        {"@accentMark", t.accent.mark},
        {"@accentInk", t.accent.ink},
        {"@accentFill", t.accent.fill},
        {"@okInk", t.ok.ink},
        {"@badMark", t.bad.mark},
        {"@badInk", t.bad.ink},
        {"@badFill", t.bad.fill},
        {"@warnInk", t.warn.ink},
        {"@warnFill", t.warn.fill},
    };
    for (const auto& [name, color] : names)
        text.replace(QLatin1String(name), color.name());
    text.replace(QLatin1String("@check"), QLatin1String(t.scheme == Scheme::Dark ? "check-dark" : "check-light"));
    return text;
}

} // namespace lvsdeck::console
