#pragma once

#include "ui/models/colour_scale.h"
#include "ui/widgets/map/car_scene.h"
#include "ui/widgets/map/label_image.h"

#include <QFont>

#include <memory>
#include <optional>

class QPainter;

namespace carport::ui {

/// What cars are drawn with; made on the GUI thread.
struct CarLook {
  Theme theme;
  std::shared_ptr<const GlyphAtlas> atlas;
  QFont nameFont;
  QFont countFont;
  std::optional<ColourScale> scale = {};  ///< colours go by MapCar::value along it; none: by state
};

/// Draws a CarScene. Keeps the labels that it has drawn, so one thread at a time uses one painter.
class CarPainter {
 public:
  /// `size`: of the picture, device-independent pixels. `keepFree`: where something is drawn later (the selected car's
  /// name).
  void paint(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
             QSizeF size, const QRectF& keepFree);

 private:
  void paintSigns(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look) const;
  void paintNames(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
                  QSizeF size, const QRectF& keepFree);

  LabelCache m_names;
};

/// A disc with a count, and around it a ring whose parts say what its cars do.
/// Coloured by figures, the ring is their mean's. A second ring in the accent colour: some of its cars are chosen.
void paintCluster(QPainter& painter, const Cluster& cluster, const CarLook& look);

}  // namespace carport::ui
