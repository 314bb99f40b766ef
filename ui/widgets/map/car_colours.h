#pragma once

#include "ui/models/metric_feed.h"
#include "ui/widgets/map/map_colouring.h"

#include <QObject>
#include <QTimer>

namespace carport::ui {

class ColourPanel;
class MapFeed;
class MapLegend;
class MapView;

/// Keeps what the colours on the map mean: which metric, along which scale, and the legends that say so. Owner:
/// MapPage, whose children the legends and the card are. GUI thread.
class CarColours : public QObject {
  Q_OBJECT

 public:
  CarColours(const CarStore& store, MapFeed& feed, MapView& view, QWidget& page);

  const MapColouring& colouring() const { return m_colouring; }
  void setColouring(const MapColouring& colouring);
  MetricFeed& metrics() { return m_metrics; }
  ColourPanel& panel() { return *m_panel; }
  /// Where the legends stand: their lower left corner is `corner`.
  void arrange(QPoint corner);
  /// How wide they are; 0 while there is none.
  int width() const;
  void setActive(bool active);

 signals:
  /// By the hand.
  void colouringChanged(const carport::ui::MapColouring& colouring);
  /// A legend came, went or changed its size.
  void legendChanged();

 private:
  /// Brings the range, the legends and what is asked for first up to date.
  void update();
  void updateScale();
  void updateLegends();

  const CarStore& m_store;
  MapView& m_view;
  MetricFeed m_metrics;
  MapColouring m_colouring;
  ColourScale m_scale;
  bool m_scaleIsOld = true;
  ColourPanel* m_panel;
  MapLegend* m_carLegend;
  MapLegend* m_trailLegend;
  QTimer m_timer;
};

}  // namespace carport::ui
