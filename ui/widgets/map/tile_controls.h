#pragma once

#include "ui/models/tile_atlas.h"

#include <QObject>

#include <memory>
#include <vector>

namespace carport::ui {

class LayerSwitch;
class MapPage;
class TileLayer;
class TileOnlineForm;

/// What an operator does with maps of pictures: adds MBTiles files by the card of layers or by dropping them on the
/// window, enters an online map, keeps areas of it. Puts what there is on the map. Owner: main window; page, atlas and
/// window outlive it. GUI thread.
class TileControls : public QObject {
  Q_OBJECT

 public:
  TileControls(MapPage& page, TileAtlas& atlas, QWidget& window);
  ~TileControls() override;

  /// Asks for a file and shows it.
  void chooseFile();
  /// Shows an MBTiles file and goes to it.
  void addFile(const QString& file);

 signals:
  /// A sentence for a person.
  void troubled(const QString& sentence);
  /// A map that the operator added is there: show the page with the map.
  void shown();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void setUpFiles();
  void setUpOnline();
  void refreshFiles();
  void refreshOnline();
  void refreshDim();
  void goTo(const QRectF& world);
  TileId tileInSight(int maxZoom) const;
  bool takeDrop(QEvent& event);

  MapPage& m_page;
  TileAtlas& m_atlas;
  QWidget& m_window;
  LayerSwitch* m_filesSwitch = nullptr;
  LayerSwitch* m_onlineSwitch = nullptr;
  TileOnlineForm* m_onlineForm = nullptr;
  std::unique_ptr<TileLayer> m_onlineLayer;
  std::vector<std::unique_ptr<TileLayer>> m_fileLayers;
};

}  // namespace carport::ui
