#include "ui/widgets/map/inked_squares.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace carport::ui {

void InkedSquares::reset(QSize picture) {
  m_picture = picture;
  m_columns = (picture.width() + kSquarePx - 1) / kSquarePx;
  m_rows = (picture.height() + kSquarePx - 1) / kSquarePx;
  m_inked.assign(std::size_t(m_columns) * std::size_t(m_rows), false);
}

void InkedSquares::add(const QRect& box) {
  const int left = std::max(0, box.left()) / kSquarePx;
  const int top = std::max(0, box.top()) / kSquarePx;
  const int right = std::min(m_picture.width() - 1, box.right());
  const int bottom = std::min(m_picture.height() - 1, box.bottom());
  for (int row = top; row * kSquarePx <= bottom; ++row) {
    for (int column = left; column * kSquarePx <= right; ++column)
      m_inked[std::size_t(row * m_columns + column)] = true;
  }
}

QList<QRect> InkedSquares::parts() const {
  QList<QRect> parts;
  const QRect all(QPoint(), m_picture);
  for (int row = 0; row < m_rows; ++row) {
    QRect run;
    for (int column = 0; column < m_columns; ++column) {
      const QRect square(column * kSquarePx, row * kSquarePx, kSquarePx, kSquarePx);
      if (!m_inked[std::size_t(row * m_columns + column)]) continue;
      // It goes on where the last one ended.
      if (!run.isNull() && run.right() + 1 != square.left()) parts.append(std::exchange(run, {}) & all);
      run |= square;
    }
    if (!run.isNull()) parts.append(run & all);
  }
  return parts;
}

}  // namespace carport::ui
