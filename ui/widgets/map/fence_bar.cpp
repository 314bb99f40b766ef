#include "ui/widgets/map/fence_bar.h"

#include "ui/widgets/map/fence_editor.h"

#include <QPushButton>

namespace carport::ui {

FenceBar::FenceBar(FenceEditor& editor, QWidget* parent) : MapBar(parent), m_editor(editor) {
  setObjectName(QStringLiteral("fenceBar"));
  m_close = addButton(QStringLiteral("check"), tr("Close area"), QStringLiteral("fenceClose"));
  m_close->setToolTip(tr("Enter, a double click, or a click on the first corner"));
  m_undo = addButton(QStringLiteral("undo"), tr("Undo"), QStringLiteral("fenceUndo"));
  m_undo->setToolTip(tr("Ctrl+Z"));
  m_redo = addButton(QStringLiteral("redo"), tr("Redo"), QStringLiteral("fenceRedo"));
  m_redo->setToolTip(tr("Ctrl+Shift+Z"));
  m_form = addButton(QStringLiteral("edit"), tr("Name and save…"), QStringLiteral("fenceName"));
  m_form->setToolTip(tr("Enter"));
  addClose(tr("Discard the drawing (Esc)"), QStringLiteral("fenceLeave"), [this] { emit leaveWanted(); });
  connect(m_close, &QPushButton::clicked, &m_editor, &FenceEditor::close);
  connect(m_undo, &QPushButton::clicked, &m_editor, &FenceEditor::undo);
  connect(m_redo, &QPushButton::clicked, &m_editor, &FenceEditor::redo);
  connect(m_form, &QPushButton::clicked, this, &FenceBar::formWanted);
  connect(&m_editor, &FenceEditor::edited, this, &FenceBar::refresh);
  refresh();
}

void FenceBar::refresh() {
  const bool isOpen = m_editor.mode() == FenceEditor::Mode::area;
  const bool isWrong = m_editor.mode() == FenceEditor::Mode::change && !m_editor.problem().isEmpty();
  setWords(isWrong ? tr("It cannot be saved like this") : m_editor.words());
  setToolTip(isOpen
                 ? tr("Click or Space sets a corner, Backspace takes one back, Enter closes, Esc backs out")
                 : tr("Drag corners, the dots between them, or the whole; N goes to the next corner, arrows move it, "
                      "Insert adds one, Delete takes one out, Esc backs out"));
  m_close->setVisible(isOpen);
  m_close->setEnabled(m_editor.draft().canClose());
  m_undo->setEnabled(m_editor.draft().canUndo());
  m_redo->setEnabled(m_editor.draft().canRedo());
  m_form->setVisible(m_editor.mode() == FenceEditor::Mode::change);
  setShown(m_editor.isActive());
}

}  // namespace carport::ui
