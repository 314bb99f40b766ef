#pragma once

#include "gateway/api/car_state.h"
#include "ui/widgets/style/theme.h"

#include <QImage>
#include <QPoint>
#include <QRect>

#include <vector>

namespace carport::ui {

/// Every sign for a car, drawn once: activities × headings × two sizes in one picture, so that 30,000 cars are 30,000
/// small copies. For cars coloured by a figure: steps of the ramp × headings. Immutable; shared with the worker.
class GlyphAtlas {
 public:
  static constexpr int kHeadings = 64;
  static constexpr int kRampSteps = 16;
  enum class Size { small, usual };
  /// What the signs' colours say.
  enum class Colours { state, value };

  GlyphAtlas(const Theme& theme, qreal devicePixelRatio, Colours colours = Colours::state);

  const QImage& image() const { return m_image; }
  qreal devicePixelRatio() const { return m_ratio; }
  /// A sign without the empty ground around it, device pixels.
  struct Sign {
    QRect inked;     ///< where it is in the image
    QPoint topLeft;  ///< where that part belongs, from the car's place
  };
  /// `heading` in degrees, or NaN. Of an atlas for states.
  const Sign& sign(Size size, api::Activity activity, float heading) const;
  /// The same by a part of the ramp, 0 to 1; hollow where it is NaN. Of an atlas for values.
  const Sign& valueSign(Size size, double part, const api::CarPosition& position) const;
  /// To lie under the sign of a chosen car, and in an atlas for values of one with an alarm.
  const Sign& chosenRing(Size size) const;
  const Sign& alarmRing(Size size) const;

  /// Diameter of a sign in device-independent pixels.
  static double diameter(Size size);

 private:
  void paintSize(QPainter& painter, const Theme& theme, Size size) const;
  void paintSign(QPainter& painter, const Theme& theme, Size size, int row, int column) const;
  void paintRings(QPainter& painter, const Theme& theme) const;
  QRect cellAt(Size size, int row, int column) const;
  QRect ringAt(int number) const;
  void trim();
  const Sign& signAt(Size size, int row, int column) const;
  int cellPx(Size size) const;
  int rows() const;
  bool turns(int row) const;

  qreal m_ratio;
  Colours m_colours;
  QImage m_image;
  std::vector<Sign> m_signs;  ///< small ones, usual ones, by row and column
  std::vector<Sign> m_rings;
};

}  // namespace carport::ui
