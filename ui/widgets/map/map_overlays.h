#pragma once

#include "ui/widgets/map/map_overlay.h"

#include <QStringList>

#include <vector>

namespace carport::ui {

/// The overlays of a map in the order in which they are drawn, and who of them has the hand. Owner: MapView. GUI
/// thread.
class MapOverlays : public QObject {
  Q_OBJECT

 public:
  explicit MapOverlays(QObject* parent = nullptr);

  /// Above all others of its depth. It stays its owner's.
  void add(MapOverlay& overlay);

  void paint(OverlayDepth depth, QPainter& painter, const OverlayScene& scene) const;
  /// Of all that are shown, each once.
  QStringList attributions() const;
  /// Of all that are shown.
  NamePlaces names() const;
  bool areSettled() const;

  bool mousePressed(const QMouseEvent& event, const MapViewport& viewport);
  /// `cursor` is set where the move is taken.
  bool mouseMoved(const QMouseEvent& event, const MapViewport& viewport, Qt::CursorShape& cursor);
  bool mouseReleased(const QMouseEvent& event, const MapViewport& viewport);
  bool mouseDoubleClicked(const QMouseEvent& event, const MapViewport& viewport);
  bool clicked(QPointF pixel, const MapViewport& viewport);
  bool keyPressed(const QKeyEvent& event, const MapViewport& viewport);
  bool claimsKey(const QKeyEvent& event) const;
  void pointerLeft();

 signals:
  void changed();
  void attributionChanged();
  void namesChanged();

 private:
  /// The uppermost shown overlay that `takes`; none: nullptr.
  template <typename Takes>
  MapOverlay* topmost(Takes takes) const;

  std::vector<MapOverlay*> m_overlays;  ///< from below to above
  MapOverlay* m_hand = nullptr;         ///< who took the press; until its release
};

}  // namespace carport::ui
