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

/// Keeps what the colours on the map mean: which metric, along which scale, and the legends that say so. In the past of
/// all metrics only speed is known of every car: it takes the place of any other until the present is shown again.
/// Owner: MapPage, whose children the legends and the card are. GUI thread.
class CarColours : public QObject {
  Q_OBJECT

 public:
  CarColours(CarStore& store, MapFeed& feed, MapView& view, QWidget& page);

  /// What was asked for.
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
  /// What of m_colouring can be shown now becomes m_shown.
  void apply();
  bool isReplaced() const { return m_shown != m_colouring; }
  /// Brings the range and the legends up to date.
  void update();
  void updateScale();
  void updateLegends();
  QString legendNote() const;

  const CarStore& m_store;
  MapView& m_view;
  MetricFeed m_metrics;
  MapColouring m_colouring;
  MapColouring m_shown;
  ColourScale m_scale;
  bool m_scaleIsOld = true;
  ColourPanel* m_panel;
  MapLegend* m_carLegend;
  MapLegend* m_trailLegend;
  QTimer m_timer;
};

}  // namespace carport::ui
