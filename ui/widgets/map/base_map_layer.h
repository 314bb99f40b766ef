#pragma once

#include "ui/models/base_map.h"
#include "ui/widgets/map/base_map_painter.h"
#include "ui/widgets/map/coming_picture.h"
#include "ui/widgets/map/street_scene.h"

#include <QObject>
#include <QStringList>

#include <memory>

class QPainter;

namespace carport::ui {

/// The world map under the cars, with the streets of what extracts there are: an overscanned picture that a worker
/// draws, moved and scaled while the hand moves the map and drawn anew behind it. Owner: MapView. GUI thread.
class BaseMapLayer : public QObject {
  Q_OBJECT

 public:
  explicit BaseMapLayer(QObject* parent = nullptr);

  /// Everything is drawn anew with this look.
  void setLook(const Theme& theme, qreal devicePixelRatio);
  /// The street maps (index files) that are drawn over the world from now on.
  void setStreetMaps(const QStringList& files);
  /// Whether places, waters and streets have their names.
  void setNamed(bool named);
  /// Where the map's own names make room for those that are written over it.
  void setNamesAbove(const NamePlaces& names);
  bool hasStreetMaps() const { return !m_streetMaps.isEmpty(); }
  /// Where the picture that draw() puts there has names, or room for those above it.
  NameBoxes names() const { return {m_picture.shown().names, m_picture.shown().viewport}; }
  /// Draws what there is for `viewport`, and has better drawn where that is wanted: for `target`, where the map will be
  /// when it has come to rest, because a picture for a place on the way would be late for it.
  void draw(QPainter& painter, const MapViewport& viewport, const MapViewport& target);
  /// Whether the newest picture shows exactly what was asked for last.
  bool isSettled() const { return m_settled; }

 signals:
  /// A better picture is there: draw again.
  void changed();

 private:
  void take(const MapPicture& picture);
  /// Where the picture does not reach: water, and what there is of the overview.
  void drawBeside(QPainter& painter, const MapViewport& viewport);
  void requestPicture(const MapViewport& viewport);
  void requestOverview();

  PictureWorker m_worker;
  BaseMapLook m_look;
  qreal m_ratio = 1;
  /// The decoded map: filled by the worker's first job, then only read.
  std::shared_ptr<BaseMap> m_map;
  /// The street maps, opened by the worker's jobs alone.
  std::shared_ptr<StreetShelf> m_shelf;
  QStringList m_streetMaps;
  NamePlaces m_namesAbove;
  ComingPicture m_picture;
  MapPicture m_overview;  ///< the whole world, coarse, for where the picture does not reach
  quint64 m_lookNumber = 0;
  MapViewport m_requested;
  quint64 m_requestedNumber = 0;  ///< m_lookNumber when it was
  bool m_isNamed = true;
  bool m_overviewRequested = false;
  bool m_settled = false;
};

}  // namespace carport::ui
