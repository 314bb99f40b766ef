#pragma once

#include "ui/models/projection.h"

#include <QWidget>

#include <optional>

class QToolButton;

namespace carport::ui {

class MapView;

/// The floating buttons at the map's right edge: nearer, farther, all cars, follow. Owner: MapPage. GUI thread.
class MapButtons : public QWidget {
  Q_OBJECT

 public:
  MapButtons(MapView& view, QWidget* parent);

 private:
  void updateFollow();

  MapView& m_view;
  QToolButton* m_follow;
};

/// Scale bar, the pointer's place, and where the map comes from: the line at the map's lower left. Owner: MapPage. GUI
/// thread.
class MapScale : public QWidget {
  Q_OBJECT

 public:
  MapScale(MapView& view, QWidget* parent);

  QSize sizeHint() const override { return m_room; }
  /// What stands beside the scale.
  const QString& text() const { return m_words; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  void refresh();
  /// Room for the words as they are.
  void measure();
  QString wordsNow() const;

  MapView& m_view;
  QString m_words;
  int m_wordsWidth = 0;
  QSize m_room;
  std::optional<GeoPoint> m_pointed;
};

}  // namespace carport::ui
