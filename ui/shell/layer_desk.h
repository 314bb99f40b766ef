#pragma once

#include <QObject>

namespace carport::ui {

class MapPage;
class PositionControls;
class Preferences;
class TileControls;
struct Portal;

/// Brings what the portal knows of maps and places to the map's card of layers, and keeps in preferences what the
/// operator chose there. Owner: main window; page, portal and preferences outlive it. GUI thread.
class LayerDesk : public QObject {
  Q_OBJECT

 public:
  /// Files are dropped on `window`, which becomes its parent.
  LayerDesk(MapPage& page, Portal& portal, Preferences& preferences, QWidget& window);

  /// Asks for a map of pictures and shows it.
  void chooseFile();
  /// Shows where this computer is, once it is known.
  void goToPosition();

 signals:
  /// A sentence for a person.
  void troubled(const QString& sentence);
  /// A map that the operator added is there: show the page with the map.
  void shown();

 private:
  TileControls* m_tiles;
  PositionControls* m_position;
};

}  // namespace carport::ui
