#pragma once

#include "ui/models/position_source.h"
#include "ui/widgets/map/map_overlay.h"

namespace carport::ui {

/// The operator's own place: a dot with the circle within which it is known; hollow once there is no news of it. Owner:
/// PositionControls; the source outlives it. GUI thread.
class PositionLayer : public MapOverlay {
  Q_OBJECT

 public:
  explicit PositionLayer(PositionSource& source, QObject* parent = nullptr);

  void paint(QPainter& painter, const OverlayScene& scene) override;

 private:
  PositionSource& m_source;
};

}  // namespace carport::ui
