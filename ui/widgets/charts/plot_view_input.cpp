#include "ui/models/plain_tip.h"
#include "ui/widgets/charts/plot_view.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

/// One notch of a wheel makes the length this many times as long.
constexpr double kPlotZoomPerNotch = 1.25;
constexpr double kPlotDegreesPerNotch = 120;
constexpr double kPlotKeyPan = 0.1;
constexpr double kPlotKeyZoom = 1.5;
constexpr int kPlotKeyStep = 4;      ///< pixels that the cursor moves by a key
constexpr int kPlotKeyFarStep = 40;  ///< the same with Shift
/// A stretch that is narrower was a click.
constexpr double kPlotMinStretch = 4;

}  // namespace

bool PlotView::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  if (const PlotNote* note = noteAt(help->pos())) {
    QToolTip::showText(help->globalPos(), plainTip(note->text), this);
  } else {
    QToolTip::hideText();
  }
  return true;
}

void PlotView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  refresh();
}

void PlotView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  if (const PlotNote* note = noteAt(event->position())) {
    return emit noteActivated(note->id, event->globalPosition().toPoint());
  }
  if (event->modifiers().testFlag(Qt::ShiftModifier) && !m_scene.range.isEmpty()) {
    m_stretchFrom = m_geometry.timeAt(std::clamp(event->position().x(), plotArea().left(), plotArea().right()));
    return moveCrosshair(m_stretchFrom);
  }
  m_dragFrom = event->position();
  setCursor(Qt::ClosedHandCursor);
}

void PlotView::mouseMoveEvent(QMouseEvent* event) {
  const QRectF area = plotArea();
  if (m_dragFrom) {
    const double share = (m_dragFrom->x() - event->position().x()) / area.width();
    m_dragFrom = event->position();
    if (share != 0) emit panned(share);
    return;
  }
  const double x = event->position().x();
  if (m_stretchFrom) return moveCrosshair(m_geometry.timeAt(std::clamp(x, area.left(), area.right())));
  setCursor(noteAt(event->position()) != nullptr ? Qt::PointingHandCursor : Qt::CrossCursor);
  if (x < area.left() || x > area.right() || m_scene.range.isEmpty()) return moveCrosshair(std::nullopt);
  moveCrosshair(m_geometry.timeAt(x));
}

void PlotView::mouseReleaseEvent(QMouseEvent* event) {
  m_dragFrom.reset();
  setCursor(Qt::CrossCursor);
  if (m_stretchFrom) endStretch(event->globalPosition());
}

void PlotView::endStretch(const QPointF& globalPosition) {
  const TimePoint from = *m_stretchFrom;
  const TimePoint to = m_crosshair.value_or(from);
  const TimeRange stretch{std::min(from, to), std::max(from, to)};
  const bool isWide = m_geometry.xOf(stretch.to) - m_geometry.xOf(stretch.from) >= kPlotMinStretch;
  if (isWide) emit menuRequested(stretch, globalPosition.toPoint());
  m_stretchFrom.reset();
  update();
}

void PlotView::contextMenuEvent(QContextMenuEvent* event) {
  if (m_scene.range.isEmpty()) return;
  const bool isByMouse = event->reason() == QContextMenuEvent::Mouse;
  const TimePoint middle = m_geometry.timeAt(plotArea().center().x());
  const TimePoint time = isByMouse
                             ? m_geometry.timeAt(std::clamp(double(event->x()), plotArea().left(), plotArea().right()))
                             : m_crosshair.value_or(middle);
  emit menuRequested({time, time}, event->globalPos());
}

void PlotView::mouseDoubleClickEvent(QMouseEvent*) {
  emit resetRequested();
}

void PlotView::wheelEvent(QWheelEvent* event) {
  const QRectF area = plotArea();
  const QPoint angle = event->angleDelta();
  // Sideways, or with Shift, the wheel moves; otherwise it zooms.
  const bool sideways = std::abs(angle.x()) > std::abs(angle.y());
  if (sideways || event->modifiers().testFlag(Qt::ShiftModifier)) {
    emit panned(-double(sideways ? angle.x() : angle.y()) / kPlotDegreesPerNotch * kPlotKeyPan);
  } else if (angle.y() != 0) {
    const double anchor = std::clamp((event->position().x() - area.left()) / area.width(), 0.0, 1.0);
    emit zoomed(std::pow(kPlotZoomPerNotch, -double(angle.y()) / kPlotDegreesPerNotch), anchor);
  }
  event->accept();
}

void PlotView::leaveEvent(QEvent* event) {
  QWidget::leaveEvent(event);
  if (!m_stretchFrom) moveCrosshair(std::nullopt);
}

void PlotView::stepCrosshair(int pixels) {
  if (m_scene.range.isEmpty()) return;
  const QRectF area = plotArea();
  const double x = m_crosshair ? m_geometry.xOf(*m_crosshair) + pixels : area.center().x();
  moveCrosshair(m_geometry.timeAt(std::clamp(x, area.left(), area.right())));
}

void PlotView::keyPressEvent(QKeyEvent* event) {
  const int step = event->modifiers().testFlag(Qt::ShiftModifier) ? kPlotKeyFarStep : kPlotKeyStep;
  switch (event->key()) {
    case Qt::Key_Left:
      return emit panned(-kPlotKeyPan);
    case Qt::Key_Right:
      return emit panned(kPlotKeyPan);
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      return emit zoomed(1 / kPlotKeyZoom, 0.5);
    case Qt::Key_Minus:
      return emit zoomed(kPlotKeyZoom, 0.5);
    case Qt::Key_Home:
      return emit startRequested();
    case Qt::Key_End:
      return emit endRequested();
    case Qt::Key_Comma:
    case Qt::Key_Less:
      return stepCrosshair(-step);
    case Qt::Key_Period:
    case Qt::Key_Greater:
      return stepCrosshair(step);
    case Qt::Key_C:
      return emit compareRequested();
    case Qt::Key_N:
      if (m_scene.range.isEmpty()) return;
      return emit noteRequested(m_crosshair.value_or(m_geometry.timeAt(plotArea().center().x())));
    default:
      QWidget::keyPressEvent(event);
  }
}

void PlotView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange ||
      event->type() == QEvent::FontChange) {
    redraw();
  }
}

}  // namespace carport::ui
