#pragma once

#include "ui/models/colour_scale.h"
#include "ui/widgets/map/car_scene.h"
#include "ui/widgets/map/inked_squares.h"
#include "ui/widgets/map/label_image.h"

#include <QFont>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>

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

/// On which side of a sign its name may stand, the best first.
enum class NameSide : std::uint8_t { below, right, left, above };
inline constexpr std::array kNameSides{NameSide::below, NameSide::right, NameSide::left, NameSide::above};
/// Where a name of the size `room` is then; `awayPx`: from the middle of the sign.
QRectF nameBox(QPointF sign, double awayPx, QSizeF room, NameSide side);

/// Draws a CarScene. Keeps the labels that it has drawn and the sides they were on, so that names do not hop around
/// their cars; one thread at a time uses one painter.
class CarPainter {
 public:
  /// `size`: of the picture, device-independent pixels. `keepFree`: where no name may be, because something else is
  /// written there.
  void paint(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
             QSizeF size, std::span<const QRectF> keepFree);
  /// Where paint() has drawn anything the last time.
  const InkedSquares& inked() const { return m_inked; }

 private:
  void paintSigns(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
                  QSizeF size);
  /// `box` in device-independent pixels, with `ratio` device pixels to each.
  void ink(const QRectF& box, double ratio);
  void paintNames(QPainter& painter, const CarScene& scene, const std::vector<MapCar>& cars, const CarLook& look,
                  QSizeF size, std::span<const QRectF> keepFree);

  LabelCache m_names;
  InkedSquares m_inked;
  std::unordered_map<std::uint32_t, NameSide> m_sides;  ///< of the names that were drawn last, by car
};

/// A disc with a count, and around it a ring whose parts say what its cars do.
/// Coloured by figures, the ring is their mean's. A second ring in the accent colour: some of its cars are chosen.
void paintCluster(QPainter& painter, const Cluster& cluster, const CarLook& look);

}  // namespace carport::ui
