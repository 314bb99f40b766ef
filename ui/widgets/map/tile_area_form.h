#pragma once

#include "ui/models/tile_area.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace carport::ui {

class MapView;
class TileAtlas;

/// What of the online map is kept on this disk: how much room pictures may take, and the areas that are fetched whole
/// for when there is no network. Owner: its layer's switch; atlas and view outlive it. GUI thread.
class TileAreaForm : public QWidget {
  Q_OBJECT

 public:
  TileAreaForm(TileAtlas& atlas, MapView& view, QWidget* parent = nullptr);

 signals:
  void resized();

 protected:
  void showEvent(QShowEvent* event) override;

 private:
  void say(QLabel& label, const QString& words);
  void setUpNew(QVBoxLayout& column);
  void setUpProgress(QVBoxLayout& column);
  void setUpCache(QVBoxLayout& column);
  /// What is seen now, down to the wanted zoom.
  TileArea seen() const;
  void refreshNew();
  void refreshProgress();
  void refreshAreas();
  void refreshCache();
  void addRow(const TileArea& area, const QString& words, bool isComplete);

  TileAtlas& m_atlas;
  MapView& m_view;
  QSpinBox* m_lastZoom = nullptr;
  QLabel* m_estimate = nullptr;
  QPushButton* m_keep = nullptr;
  QWidget* m_running = nullptr;
  QLabel* m_progressWords = nullptr;
  QProgressBar* m_bar = nullptr;
  QPushButton* m_pause = nullptr;
  QVBoxLayout* m_rows = nullptr;
  QStringList m_shown;  ///< what the rows say
  QSpinBox* m_limit = nullptr;
  QLabel* m_use = nullptr;
};

}  // namespace carport::ui
