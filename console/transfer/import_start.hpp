// SPDX-License-Identifier: GPL-3.0-or-later
// Where an import begins: drop files, choose them, paste a text, or read it from the directors. Only what can be done is offered.
// Window thread. Object names: importStart, importChoose, importPaste, importAsk; importPasteText, importPasteRead, importPasteBack.
#pragma once

#include <QStackedWidget>

class QPlainTextEdit;
class QPushButton;

namespace lvsdeck::console {

class ImportStart : public QStackedWidget {
    Q_OBJECT
public:
    explicit ImportStart(bool directorsCanBeAsked, QWidget* parent = nullptr);
    /// The page for a text; with `text` in it when there is some.
    void showPaste(const QString& text = {});
    void showWays();

signals:
    void chooseWanted();
    void askWanted();
    void pasted(const QString& text);
    void pasteLeft();

private:
    QWidget* makeWays(bool directorsCanBeAsked);
    QWidget* makePaste();

    QPlainTextEdit* m_text = nullptr;
    QPushButton* m_read = nullptr;
};

} // namespace lvsdeck::console
