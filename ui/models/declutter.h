#pragma once

#include <QRectF>
#include <QSizeF>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport::ui {

/// Keeps labels from overlapping: whoever asks first gets the room. Boxes are kept in a coarse grid, so that thousands
/// of labels cost microseconds each. A plain value; any thread.
class Declutter {
 public:
  /// Most boxes that are kept; further ones get no room.
  static constexpr std::size_t kMaxBoxes = 20'000;

  /// For a picture of `size` pixels.
  explicit Declutter(QSizeF size);

  /// Takes the room for `box` if all of it is free; boxes outside the picture get none.
  bool place(const QRectF& box);
  /// Whether nothing has taken any of `box`.
  bool isFree(const QRectF& box) const;
  /// Everything that is taken.
  const std::vector<QRectF>& boxes() const { return m_boxes; }
  /// Takes the room whether it is free or not: for what is drawn anyway and should not be written over.
  void block(const QRectF& box);

 private:
  struct Cells {
    int left, top, right, bottom;
  };
  Cells cellsOf(const QRectF& box) const;

  static constexpr double kCellPx = 64;
  QRectF m_area;
  int m_columns;
  int m_rows;
  std::vector<QRectF> m_boxes;
  std::vector<std::vector<std::uint32_t>> m_cells;
};

}  // namespace carport::ui
