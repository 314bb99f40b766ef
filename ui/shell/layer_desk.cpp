#include "ui/shell/layer_desk.h"

#include "ui/shell/portal.h"
#include "ui/shell/preferences.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/map/position_controls.h"
#include "ui/widgets/map/tile_controls.h"

namespace carport::ui {

LayerDesk::LayerDesk(MapPage& page, Portal& portal, Preferences& preferences, QWidget& window) : QObject(&window) {
  page.layers().setStates(preferences.mapLayers());
  m_tiles = new TileControls(page, portal.tiles, window);
  m_position = new PositionControls(page, portal.position, this);
  connect(m_tiles, &TileControls::troubled, this, &LayerDesk::troubled);
  connect(m_tiles, &TileControls::shown, this, &LayerDesk::shown);
  // Once whoever made this hears what is wrong with a file.
  QMetaObject::invokeMethod(
      this, [&portal, &preferences] { portal.tiles.restore(preferences.mapTiles()); }, Qt::QueuedConnection);
  connect(&portal.tiles, &TileAtlas::settingsChanged, this,
          [&preferences](const QByteArray& settings) { preferences.setMapTiles(settings); });
  connect(&page.layers(), &LayerPanel::statesChanged, this,
          [&preferences](const QByteArray& states) { preferences.setMapLayers(states); });
}

void LayerDesk::chooseFile() {
  m_tiles->chooseFile();
}

void LayerDesk::goToPosition() {
  m_position->goThere();
}

}  // namespace carport::ui
