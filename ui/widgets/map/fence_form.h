#pragma once

#include "gateway/api/fence.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace carport::ui {

class FenceColourPicker;
class Notice;

/// One fence in the drawer while its shape is drawn or changed on the map: name, colour, note and what it measures.
/// Knows no gateway: wishes go out as signals. Owner: the drawer. GUI thread.
class FenceForm : public QWidget {
  Q_OBJECT

 public:
  /// Number 0: a new one. `whyNot`: why nothing may be changed; empty where it may.
  FenceForm(const api::Fence& fence, const QString& whyNot, QWidget* parent = nullptr);

  /// Name, colour and note as they are written now.
  void writeInto(api::Fence& fence) const;
  /// What the shape measures, and why it cannot be saved; empty where it can. `isDone`: whether it is whole.
  void setShape(const QString& words, const QString& problem, bool isDone);
  void setBusy(bool busy);
  void showError(const QString& sentence);
  /// The keyboard goes to the name.
  void takeFocus();

 signals:
  /// Something is written or chosen.
  void edited();
  void colourPicked(int colour);
  void saveWanted();
  /// Back to the list; what is not saved is lost.
  void leaveWanted();
  void carsWanted();
  void removalWanted();

 private:
  void setUpFields(QVBoxLayout& column, const api::Fence& fence);
  void setUpButtons(QVBoxLayout& column, bool isNew);
  void updateSave();

  QLineEdit* m_name = nullptr;
  FenceColourPicker* m_colour = nullptr;
  QPlainTextEdit* m_note = nullptr;
  QLabel* m_measures = nullptr;
  QLabel* m_problem = nullptr;
  Notice* m_notice = nullptr;
  QPushButton* m_save = nullptr;
  QPushButton* m_cars = nullptr;
  QPushButton* m_remove = nullptr;
  QString m_whyNot;
  bool m_isDone = false;
  bool m_isBusy = false;
};

}  // namespace carport::ui
