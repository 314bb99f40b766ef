#pragma once

#include "ui/models/position_source.h"

#include <QObject>

class QToolButton;

namespace carport::ui {

class LayerSwitch;
class MapPage;
class PositionLayer;

/// The operator's own place on the map: off until it is switched on in the card of layers, then drawn, with a button
/// that goes to it. Owner: main window; page and source outlive it. GUI thread.
class PositionControls : public QObject {
  Q_OBJECT

 public:
  PositionControls(MapPage& page, PositionSource& source, QObject* parent);

  /// Shows the place; the first one that comes where none is known yet. Switches the layer on.
  void goThere();

 private:
  void refresh();
  void show();

  MapPage& m_page;
  PositionSource& m_source;
  PositionLayer* m_layer;
  LayerSwitch* m_switch;
  QToolButton* m_go;
  bool m_isGoing = false;  ///< to the first place that comes
};

}  // namespace carport::ui
