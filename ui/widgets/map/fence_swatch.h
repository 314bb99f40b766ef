#pragma once

#include <QIcon>
#include <QString>
#include <QWidget>

class QButtonGroup;

namespace carport::ui {

/// What people call a colour of fences.
QString fenceColourName(int colour);
/// A square of a fence's colour, for lists and buttons.
QIcon fenceSwatch(const QWidget& widget, int colour);

/// The colours that a fence may have, one of which is chosen: by a click, or the arrow keys. Owner: the form. GUI
/// thread.
class FenceColourPicker : public QWidget {
  Q_OBJECT

 public:
  explicit FenceColourPicker(QWidget* parent = nullptr);

  int colour() const;
  void setColour(int colour);

 signals:
  /// By the hand.
  void picked(int colour);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void paintButtons();

  QButtonGroup* m_buttons;
};

}  // namespace carport::ui
