#pragma once

#include "ui/widgets/map/map_overlay.h"
#include "ui/widgets/map/picture_worker.h"
#include "ui/widgets/map/tile_grid.h"
#include "ui/widgets/map/tile_images.h"

#include <optional>
#include <vector>

namespace carport::ui {

/// A map of tiles over the world and under the cars. What is not there yet is stood in for by what is there of farther
/// or nearer zooms. An overscanned picture that a worker puts together, moved and scaled while the hand moves the map.
/// Owner: TileControls; the source outlives it. GUI thread.
class TileLayer : public MapOverlay {
  Q_OBJECT

 public:
  explicit TileLayer(TileSource& source, QObject* parent = nullptr);

  TileSource& source() { return m_source; }
  /// Whether pictures are dimmed in the dark look.
  void setDimmed(bool dimmed);
  /// Whether there is nothing of this map in what the window shows: too far, or elsewhere.
  bool isOutOfSight() const { return m_isOutOfSight; }

  void paint(QPainter& painter, const OverlayScene& scene) override;
  QString attribution() const override { return m_source.info().attribution; }
  bool isSettled() const override { return m_isSettled; }

 signals:
  /// isOutOfSight() is another.
  void sightChanged();

 private:
  std::vector<TilePlace> placesFor(const MapViewport& viewport) const;
  void requestPicture(const MapViewport& viewport);

  TileSource& m_source;
  TileImages m_images;
  PictureWorker m_worker;
  MapPicture m_picture;
  MapViewport m_requested;
  quint64 m_requestedNumber = 0;
  quint64 m_number = 1;  ///< of what there is to draw: another one means another picture
  double m_ratio = 1;
  ThemeKind m_kind = ThemeKind::light;
  bool m_isDimmed = true;
  bool m_isOutOfSight = false;
  bool m_isSettled = false;
};

}  // namespace carport::ui
