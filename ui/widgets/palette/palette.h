#pragma once

#include "ui/models/palette_model.h"
#include "ui/widgets/palette/overlay_card.h"

class QLabel;
class QLineEdit;
class QListView;

namespace carport::ui {

/// Finds anything and does anything: a field, and below it what it found, in groups. Up and Down choose, Enter does,
/// Esc leaves. Owner: the main window. GUI thread.
class Palette : public OverlayCard {
  Q_OBJECT

 public:
  /// Lives shorter than the model.
  Palette(PaletteModel& model, QWidget& window);

  void open();
  /// What is not all there yet: one line below the list; empty for none.
  void setRemark(const QString& remark);
  QLineEdit& field() { return *m_field; }
  QListView& list() { return *m_list; }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  void step(int by);
  void setCurrent(int row);
  void run(int row);
  bool keyPressed(int key);

  PaletteModel& m_model;
  QLineEdit* m_field;
  QListView* m_list;
  QLabel* m_empty;
  QLabel* m_keys;
  QLabel* m_remark;
};

}  // namespace carport::ui
