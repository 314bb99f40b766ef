#pragma once

#include <QPixmap>
#include <QStyleOptionToolButton>
#include <QToolButton>

namespace carport::ui {

/// A button that floats over the map. It is painted with every frame of the map, and changes only when a hand comes
/// near: so it keeps the picture of itself, because a style sheet's border, icon and words take several times as long
/// as a copy. GUI thread.
class FloatingButton : public QToolButton {
  Q_OBJECT

 public:
  explicit FloatingButton(QWidget* parent);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QPixmap m_picture;
  QStyleOptionToolButton m_painted;  ///< what the picture shows
};

/// A square button that floats over the map, added to its parent's layout. `tip` is its name for screen readers too.
FloatingButton* floatingButton(QWidget& parent, const QString& icon, const QString& tip, const QString& name);

}  // namespace carport::ui
