#pragma once

#include "ui/models/plot_notes.h"

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace carport::ui {

/// A small card beside the pointer in which a note is written, changed or removed. Closes by itself when it is done, by
/// Esc or a click beside it. Owner: TimeChart; deletes itself.
class NoteEditor : public QFrame {
  Q_OBJECT

 public:
  /// Lives shorter than `notes`. A note without an id is a new one.
  NoteEditor(PlotNotes& notes, PlotNote note, QWidget* parent);

  void showAt(const QPoint& globalPosition);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void save();
  void remove();
  void finish(const QString& refusal);

  PlotNotes& m_notes;
  PlotNote m_note;
  QPlainTextEdit* m_text = nullptr;
  QLabel* m_refusal = nullptr;
  QPushButton* m_save = nullptr;
};

}  // namespace carport::ui
