#pragma once

#include "ui/models/projection.h"
#include "ui/widgets/map/map_overlay.h"
#include "ui/widgets/map/trail.h"

#include <QString>

#include <optional>
#include <vector>

namespace carport::ui {

/// Where a car was at a moment: a ring with its time beside it, over the cars; and, where it is told, the way that it
/// came. A moment out of sight is an arrow at the edge. Owner: whoever follows a plot's cursor.
class MomentMark : public MapOverlay {
  Q_OBJECT

 public:
  explicit MomentMark(QObject* parent = nullptr);

  /// `words` stand beside it: the time, and what is worth knowing.
  void show(WorldPoint place, const QString& words);
  void clear();
  const std::optional<WorldPoint>& place() const { return m_place; }
  const QString& words() const { return m_words; }
  /// Drawn under the ring; empty for none.
  void setTrail(std::vector<TrailPoint> points);
  const std::vector<TrailPoint>& trail() const { return m_trail.points(); }

  void paint(QPainter& painter, const OverlayScene& scene) override;

 private:
  static void paintRing(QPainter& painter, const OverlayScene& scene, QPointF at);
  static void paintArrow(QPainter& painter, const OverlayScene& scene, QPointF at, QPointF towards);
  void paintWords(QPainter& painter, const OverlayScene& scene, QPointF at) const;

  std::optional<WorldPoint> m_place;
  QString m_words;
  Trail m_trail;
};

}  // namespace carport::ui
