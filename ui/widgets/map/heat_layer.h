#pragma once

#include "ui/models/heat_loader.h"
#include "ui/widgets/map/map_overlay.h"
#include "ui/widgets/map/picture_worker.h"

namespace carport::ui {

/// The heat map over the streets and under the cars: drawn by a worker into a picture that is put where the map is now.
/// Owner: HeatControls. GUI thread.
class HeatLayer : public MapOverlay {
  Q_OBJECT

 public:
  explicit HeatLayer(QObject* parent = nullptr);

  /// What is drawn from now on, and along which scale; null: nothing.
  void setHeat(HeatLoader::Heat heat, const HeatScale& scale);

  void paint(QPainter& painter, const OverlayScene& scene) override;
  bool isSettled() const override { return !isShown() || !m_heat || m_isSettled; }

 private:
  void request(const OverlayScene& scene);
  void take(const MapPicture& picture);

  PictureWorker m_worker;
  HeatLoader::Heat m_heat;
  HeatScale m_scale;
  MapPicture m_picture;
  quint64 m_version = 1;  ///< grows when heat, scale or look change
  quint64 m_requestedVersion = 0;
  MapViewport m_requested;
  ThemeKind m_look = ThemeKind::light;
  double m_ratio = 0;
  bool m_isSettled = false;
};

}  // namespace carport::ui
