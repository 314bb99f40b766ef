#include "ui/widgets/charts/plot_view.h"

#include <QChart>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

/// One notch of a wheel makes the length this many times as long.
constexpr double kZoomPerNotch = 1.25;
constexpr double kDegreesPerNotch = 120;
constexpr double kKeyPan = 0.1;
constexpr double kKeyZoom = 1.5;

}  // namespace

void PlotView::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  layoutPlot();
}

void PlotView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  m_dragFrom = event->position();
  viewport()->setCursor(Qt::ClosedHandCursor);
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
  const QRectF area = chart()->plotArea();
  if (m_dragFrom) {
    const double share = (m_dragFrom->x() - event->position().x()) / area.width();
    m_dragFrom = event->position();
    if (share != 0) emit panned(share);
    return;
  }
  const double x = event->position().x();
  if (x < area.left() || x > area.right()) return setCrosshair(std::nullopt);
  setCrosshair(timeAt(x));
}

void PlotView::mouseReleaseEvent(QMouseEvent*) {
  m_dragFrom.reset();
  viewport()->setCursor(Qt::CrossCursor);
}

void PlotView::mouseDoubleClickEvent(QMouseEvent*) {
  emit resetRequested();
}

void PlotView::wheelEvent(QWheelEvent* event) {
  const QRectF area = chart()->plotArea();
  const QPoint angle = event->angleDelta();
  // Sideways, or with Shift, the wheel moves; otherwise it zooms.
  const bool sideways = std::abs(angle.x()) > std::abs(angle.y());
  if (sideways || event->modifiers().testFlag(Qt::ShiftModifier)) {
    emit panned(-double(sideways ? angle.x() : angle.y()) / kDegreesPerNotch * kKeyPan);
  } else if (angle.y() != 0) {
    const double anchor = std::clamp((event->position().x() - area.left()) / area.width(), 0.0, 1.0);
    emit zoomed(std::pow(kZoomPerNotch, -double(angle.y()) / kDegreesPerNotch), anchor);
  }
  event->accept();
}

void PlotView::leaveEvent(QEvent* event) {
  QChartView::leaveEvent(event);
  setCrosshair(std::nullopt);
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  switch (event->key()) {
    case Qt::Key_Left:
      return emit panned(-kKeyPan);
    case Qt::Key_Right:
      return emit panned(kKeyPan);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return emit zoomed(1 / kKeyZoom, 0.5);
    case Qt::Key_Minus:
      return emit zoomed(kKeyZoom, 0.5);
    case Qt::Key_Home:
      return emit resetRequested();
    default:
      QChartView::keyPressEvent(event);
  }
}

void PlotView::changeEvent(QEvent* event) {
  QChartView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
    recolour();
    viewport()->update();
  }
}

}  // namespace carport::ui
