#pragma once

#include <QList>
#include <QRect>
#include <QSize>

#include <vector>

namespace carport::ui {

/// Which parts of a picture anything is drawn in. Putting only these on the screen saves the window's thread the empty
/// ground, which is most of a picture of cars. A plain value; any thread.
class InkedSquares {
 public:
  static constexpr int kSquarePx = 64;

  /// For a picture of so many device pixels in which nothing is drawn yet.
  void reset(QSize picture);
  /// Something is drawn in `box`, device pixels; what of it lies outside the picture does not matter.
  void add(const QRect& box);
  /// The squares with something in them, those side by side joined: rectangles of device pixels, none over another.
  QList<QRect> parts() const;

 private:
  QSize m_picture;
  int m_columns = 0;
  int m_rows = 0;
  std::vector<bool> m_inked;  ///< row by row
};

}  // namespace carport::ui
