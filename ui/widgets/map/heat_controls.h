#pragma once

#include "ui/models/heat_loader.h"

#include <QObject>
#include <QPoint>

class QCheckBox;
class QComboBox;
class QToolButton;

namespace carport::ui {

class HeatLayer;
class HeatLegend;
class LayerSwitch;
class MapPage;

/// The heat map on the map's page: its layer, the switch “Where the fleet was” with period and cars in the card of
/// layers, and the legend. Owner: MapPage; lives shorter than client and store. GUI thread.
class HeatControls : public QObject {
  Q_OBJECT

 public:
  HeatControls(MapPage& page, GatewayClient& client, const CarStore& store);

  HeatLoader& loader() { return m_loader; }
  const HeatLayer& layer() const { return *m_layer; }
  /// What the time slider shows, for the period that goes by it.
  void setSlider(const TimeRange& range) { m_loader.setSlider(range); }
  /// Whether the page is in sight; otherwise nothing is fetched.
  void setSeen(bool seen);
  /// Puts the legend where its lower left corner is `corner`.
  void arrange(QPoint corner);
  /// How wide it is; 0 while there is none.
  int width() const;

 signals:
  /// The legend came, went or changed its size.
  void legendChanged();

 private:
  QWidget* makeDetails();
  void setOn(bool on);
  void takeChosen();
  void refresh();
  void refreshLegend(const QString& message);

  MapPage& m_page;
  const CarStore& m_store;
  HeatLoader m_loader;
  HeatLayer* m_layer;
  HeatLegend* m_legend;
  LayerSwitch* m_switch;
  QComboBox* m_period = nullptr;
  QCheckBox* m_chosenOnly = nullptr;
  QToolButton* m_stop = nullptr;
  HeatLoader::Heat m_shown;
  HeatScale m_scale;
  bool m_isSeen = false;
};

}  // namespace carport::ui
