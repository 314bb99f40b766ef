#pragma once

#include "ui/models/tile_provider.h"

#include <QWidget>

#include <functional>

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace carport::ui {

class TileAtlas;

/// Which online map is shown: its address, whose it is, how near it goes. Nothing is asked of any server before the
/// operator has entered one here and pressed a button. Owner: its layer's switch; the atlas outlives it. GUI thread.
class TileOnlineForm : public QWidget {
  Q_OBJECT

 public:
  explicit TileOnlineForm(TileAtlas& atlas, QWidget* parent = nullptr);

  /// The tile that “Test” asks for; without it the one of the whole world.
  void setProbedTile(std::function<TileId(int maxZoom)> tile) { m_tile = std::move(tile); }
  void takeFocus();

 signals:
  /// A provider was entered.
  void used();
  void resized();

 private:
  TileProvider entered() const;
  void refresh();
  void use();
  void test();
  void say(const QString& sentence, bool isError);
  /// Preferences are no place for secrets, and the portal has no other: whoever enters a key should know.
  void setUpKeyNote();

  TileAtlas& m_atlas;
  std::function<TileId(int)> m_tile;
  QLineEdit* m_address;
  QLineEdit* m_attribution;
  QSpinBox* m_maxZoom;
  QPushButton* m_test;
  QPushButton* m_remove;
  QLabel* m_words;
  QLabel* m_keyNote;
};

}  // namespace carport::ui
