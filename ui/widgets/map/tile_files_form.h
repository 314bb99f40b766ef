#pragma once

#include <QWidget>

class QCheckBox;
class QVBoxLayout;

namespace carport::ui {

class TileAtlas;

/// The MBTiles files that are shown, each to go to or to remove, and the button for a further one. Owner: its layer's
/// switch; the atlas outlives it. GUI thread.
class TileFilesForm : public QWidget {
  Q_OBJECT

 public:
  explicit TileFilesForm(TileAtlas& atlas, QWidget* parent = nullptr);

 signals:
  /// A further file is to be chosen.
  void addWanted();
  /// This part of the world is to be shown, web mercator.
  void placeWanted(const QRectF& world);

 private:
  void refresh();
  void addRow(const QString& file, const QString& name, const QRectF& bounds);

  TileAtlas& m_atlas;
  QVBoxLayout* m_rows;
  QCheckBox* m_dimmed;
};

}  // namespace carport::ui
