#include "ui/models/declutter.h"

#include <algorithm>
#include <cmath>

namespace carport::ui {

Declutter::Declutter(QSizeF size)
    : m_area(QPointF(), size),
      m_columns(std::max(1, int(std::ceil(size.width() / kCellPx)))),
      m_rows(std::max(1, int(std::ceil(size.height() / kCellPx)))),
      m_cells(std::size_t(m_columns) * std::size_t(m_rows)) {}

Declutter::Cells Declutter::cellsOf(const QRectF& box) const {
  const auto cell = [](double at, int count) {
    return int(std::clamp(std::floor(at / kCellPx), 0.0, double(count - 1)));
  };
  return {cell(box.left(), m_columns), cell(box.top(), m_rows), cell(box.right(), m_columns),
          cell(box.bottom(), m_rows)};
}

bool Declutter::isFree(const QRectF& box) const {
  const Cells range = cellsOf(box);
  for (int row = range.top; row <= range.bottom; ++row) {
    for (int column = range.left; column <= range.right; ++column) {
      for (const std::uint32_t taken : m_cells[std::size_t(row * m_columns + column)]) {
        if (m_boxes[taken].intersects(box)) return false;
      }
    }
  }
  return true;
}

void Declutter::block(const QRectF& box) {
  if (m_boxes.size() >= kMaxBoxes || !m_area.intersects(box)) return;
  const auto number = std::uint32_t(m_boxes.size());
  m_boxes.push_back(box);
  const Cells range = cellsOf(box);
  for (int row = range.top; row <= range.bottom; ++row) {
    for (int column = range.left; column <= range.right; ++column) {
      m_cells[std::size_t(row * m_columns + column)].push_back(number);
    }
  }
}

bool Declutter::place(const QRectF& box) {
  if (m_boxes.size() >= kMaxBoxes || !m_area.intersects(box) || !isFree(box)) return false;
  block(box);
  return true;
}

}  // namespace carport::ui
