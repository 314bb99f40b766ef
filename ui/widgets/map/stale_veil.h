#pragma once

#include "gateway/base/clock.h"
#include "ui/widgets/map/map_overlay.h"

#include <QString>
#include <QTimer>

#include <functional>
#include <optional>

namespace carport::ui {

/// Greys the map while the gateway cannot be reached, and says how old is what it shows. Owner: MapPage.
class StaleVeil : public MapOverlay {
  Q_OBJECT

 public:
  /// `clock` tells ages.
  explicit StaleVeil(std::function<TimePoint()> clock, QObject* parent = nullptr);

  /// Since when nothing is heard; none: it is up to date.
  void setSince(std::optional<TimePoint> since);
  const std::optional<TimePoint>& since() const { return m_since; }
  /// "Not connected: as it was 3 min ago".
  QString words() const;
  /// Where the words stand: their upper left corner.
  void setCorner(QPoint corner);

  void paint(QPainter& painter, const OverlayScene& scene) override;

 private:
  std::function<TimePoint()> m_clock;
  std::optional<TimePoint> m_since;
  QPoint m_corner;
  QTimer m_ticks;
};

}  // namespace carport::ui
