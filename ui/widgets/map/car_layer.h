#pragma once

#include "ui/widgets/map/car_painter.h"
#include "ui/widgets/map/coming_picture.h"
#include "ui/widgets/map/name_boxes.h"

#include <QObject>

#include <memory>
#include <optional>

class QPainter;

namespace carport::ui {

/// The cars on the map. Those of a small fleet are drawn at once; those of a larger one by a worker, into a picture
/// that is put where the map is now: then the GUI thread does nothing for each car. Owner: MapView. GUI thread.
class CarLayer : public QObject {
  Q_OBJECT

 public:
  /// From this many on the map the worker draws.
  static constexpr std::size_t kDirectCars = 1'000;
  /// New positions alone are no reason to draw more often than this; longest time between two pictures, ms. While the
  /// map itself moves nobody sees whether a car does.
  static constexpr int kPictureEveryMs = 40;
  static constexpr int kPictureOnTheWayEveryMs = 80;

  explicit CarLayer(QObject* parent = nullptr);

  void setLook(const Theme& theme, qreal devicePixelRatio);
  void setCars(MapCars cars);
  const std::vector<MapCar>& cars() const { return *m_cars; }
  /// The selected car, which is not drawn here.
  void setHidden(PrincipalNumber car);
  /// Cars with a ring around them.
  void setChosen(const CarSet& cars);
  /// Colours go by MapCar::value along this scale; none: by state.
  void setScale(const std::optional<ColourScale>& scale);
  const std::optional<ColourScale>& scale() const { return m_look.scale; }
  /// The names of the map below, which those of the cars keep clear of.
  void setNamesBelow(const NameBoxes& names);

  /// `target`: where the map will be when it has come to rest; `viewport` where it rests. `keepFree`: where no name may
  /// be either.
  void draw(QPainter& painter, const MapViewport& viewport, const MapViewport& target, qint64 nowMs,
            const QRectF& keepFree);

  /// Has the worker draw the cars as they are now, where it does; changed() follows. False where draw() does it itself.
  bool drawAhead(const MapViewport& viewport, qint64 nowMs);

  /// The car whose sign is drawn at a pixel.
  std::optional<PrincipalNumber> carAt(QPointF pixel, const MapViewport& viewport, qint64 nowMs);
  /// The cluster there, in pixels of the viewport.
  std::optional<Cluster> clusterAt(QPointF pixel, const MapViewport& viewport, qint64 nowMs);

  /// Longest time until the next picture is worth drawing, in ms; none while nothing moves that could be seen.
  std::optional<int> nextFrameMs(const MapViewport& viewport, qint64 nowMs) const;

 signals:
  void changed();
  /// Cars were drawn anew, on the screen or by the worker.
  void drawn();

 private:
  /// Whether the cars are drawn where the worker's picture has them; otherwise they will be where they are now.
  bool pictureShows(const MapViewport& viewport) const;
  const CarScene& directScene(const MapViewport& viewport, qint64 nowMs);
  void requestPicture(const MapViewport& viewport, qint64 nowMs);
  bool isOnTheWay(const MapViewport& viewport) const;
  bool usesWorker() const { return m_cars->size() > kDirectCars; }

  PictureWorker m_worker;
  CarLook m_look;
  MapCars m_cars;
  PrincipalNumber m_hidden;
  CarSet m_chosen;
  NameBoxes m_namesBelow;
  CarPainter m_painter;
  std::shared_ptr<CarPainter> m_workerPainter;  ///< used by the worker's jobs alone, one after the other
  ComingPicture m_picture;
  quint64 m_version = 1;  ///< grows when anything but the cars changes
  QRectF m_keepFree;
  CarScene m_scene;
  MapViewport m_sceneViewport;
  quint64 m_sceneVersion = 0;
  MapCars m_sceneCars;
  qint64 m_sceneMs = 0;
  qint64 m_pictureMs = 0;
  quint64 m_requestedVersion = 0;
  MapViewport m_requestedViewport;
  MapCars m_requestedCars;
};

}  // namespace carport::ui
