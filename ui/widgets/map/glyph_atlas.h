#pragma once

#include "gateway/api/car_state.h"
#include "ui/widgets/style/theme.h"

#include <QImage>
#include <QRect>

namespace carport::ui {

/// Every sign for a car, drawn once: activities × headings × two sizes in one picture, so that 30,000 cars are 30,000
/// small copies. Immutable; shared with the worker.
class GlyphAtlas {
 public:
  static constexpr int kHeadings = 64;
  enum class Size { small, usual };

  GlyphAtlas(const Theme& theme, qreal devicePixelRatio);

  const QImage& image() const { return m_image; }
  qreal devicePixelRatio() const { return m_ratio; }
  /// Where the sign is in the image, device pixels; its middle is the car's place. `heading` in degrees, or NaN.
  QRect cell(Size size, api::Activity activity, float heading) const;

  /// Diameter of a sign in device-independent pixels.
  static double diameter(Size size);

 private:
  void paintSize(QPainter& painter, const Theme& theme, Size size) const;
  QRect cellAt(Size size, int row, int column) const;
  int cellPx(Size size) const;

  qreal m_ratio;
  QImage m_image;
};

}  // namespace carport::ui
