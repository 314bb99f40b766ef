#pragma once

#include "ui/models/car_note.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace carport::ui {

class Notice;

/// The note about a car, read and written in the same place: Enter saves, Shift and Enter begin a new line, Esc leaves
/// it as it was. Owner: CarPage. GUI thread.
class NotePanel : public QWidget {
  Q_OBJECT

 public:
  /// Lives shorter than client and store.
  NotePanel(GatewayClient& client, CarStore& store, QWidget* parent = nullptr);

  void setCar(PrincipalNumber car) { m_note.setCar(car); }
  CarNote& note() { return m_note; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void makeReading();
  void makeWriting();
  void refresh();

  CarNote m_note;
  QLabel* m_text = nullptr;
  QPushButton* m_edit = nullptr;
  QWidget* m_writing = nullptr;
  QPlainTextEdit* m_editor = nullptr;
  QLabel* m_remark = nullptr;
  QPushButton* m_save = nullptr;
  QPushButton* m_cancel = nullptr;
  Notice* m_notice = nullptr;
};

}  // namespace carport::ui
