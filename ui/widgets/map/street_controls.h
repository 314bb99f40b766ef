#pragma once

#include "ui/models/street_atlas.h"

#include <QFrame>
#include <QSet>

class QLabel;
class QMenu;
class QProgressBar;

namespace carport::ui {

class LayerSwitch;
class MapPage;

/// What an operator does with street maps: adds one by the card of layers, the menu or by dropping a file on the
/// window, watches and cancels its import, goes to it and removes it. Hands what there is to the map. Owner: main
/// window; page, atlas and window outlive it. GUI thread.
class StreetControls : public QObject {
  Q_OBJECT

 public:
  StreetControls(MapPage& page, StreetAtlas& atlas, QWidget& window);
  ~StreetControls() override;

  /// Asks for a file and imports it.
  void chooseFile();

 signals:
  /// A sentence for a person.
  void troubled(const QString& sentence);
  /// A map that the operator asked for here is there: show the page with the map.
  void shown();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void setUpLayer();
  void setUpCard();
  void refresh();
  void fillMenu();
  void add(const QString& extract);
  void goTo(const StreetMapInfo& map);
  void remove(const QString& id);
  void arrange();
  bool takeDrop(QEvent& event);

  MapPage& m_page;
  StreetAtlas& m_atlas;
  QWidget& m_window;
  LayerSwitch* m_layer = nullptr;
  QMenu* m_menu = nullptr;
  QFrame* m_card = nullptr;  ///< the import that runs
  QLabel* m_words = nullptr;
  QProgressBar* m_bar = nullptr;
  QSet<QString> m_asked;  ///< ids of the maps that the operator wants imported
};

}  // namespace carport::ui
