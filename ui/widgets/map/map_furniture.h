#pragma once

#include "ui/models/projection.h"
#include "ui/widgets/map/label_image.h"

#include <QWidget>

#include <optional>

class QToolButton;

namespace carport::ui {

class MapView;

/// A square button that floats over the map, added to its parent's layout. `tip` is its name for screen readers too.
QToolButton* floatingButton(QWidget& parent, const QString& icon, const QString& tip, const QString& name);

/// The floating buttons at the map's right edge: nearer, farther, all cars, follow. Owner: MapPage. GUI thread.
class MapButtons : public QWidget {
  Q_OBJECT

 public:
  MapButtons(MapView& view, QWidget* parent);

 private:
  void updateFollow();

  MapView& m_view;
  QToolButton* m_follow;
};

/// Scale bar, the pointer's place, and where the map comes from: the line at the map's lower left. Owner: MapPage. GUI
/// thread.
class MapScale : public QWidget {
  Q_OBJECT

 public:
  MapScale(MapView& view, QWidget* parent);

  QSize sizeHint() const override;
  /// What stands beside the scale.
  QString text() const;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  static constexpr qsizetype kMaxLabels = 16;

  MapView& m_view;
  std::optional<GeoPoint> m_pointed;
  /// It is painted with every frame of the map, and says another thing only when the hand moves.
  LabelCache m_labels{kMaxLabels};
};

}  // namespace carport::ui
