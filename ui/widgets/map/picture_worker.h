#pragma once

#include "ui/models/own_thread.h"
#include "ui/models/projection.h"
#include "ui/widgets/map/name_boxes.h"

#include <QImage>
#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace carport::ui {

struct DrawnCars;

/// A drawn piece of the map, and what it shows.
struct MapPicture {
  QImage image;  ///< with its device pixel ratio set
  MapViewport viewport;
  quint64 tag = 0;                             ///< the caller's own, to tell what it was drawn from
  QList<QRectF> names = {};                    ///< where there are names in it, device-independent pixels
  std::shared_ptr<const DrawnCars> cars = {};  ///< what of the cars is in it; null: it shows none
  /// Where there is anything in the image, device pixels; none: everywhere.
  std::optional<QList<QRect>> inked = {};

  bool isNull() const { return image.isNull(); }
  /// Where the picture is to be put so that its places come to lie where `now` shows them.
  QRectF targetIn(const MapViewport& now) const;
  /// How it is drawn at another zoom than its own. Smoothly needs the window's thread for several milliseconds.
  enum class Scaling { smooth, quick };
  /// Draws it there; sharp where the zoom is the same.
  void draw(QPainter& painter, const MapViewport& now, Scaling scaling = Scaling::smooth) const;
  /// Whether all of `now` lies inside what it shows, or will show once it is drawn.
  bool reaches(const MapViewport& now) const;
  /// The same of a picture that is drawn; up to a pixel, because it is put on whole ones.
  bool covers(const MapViewport& now) const;
  bool isSameZoom(const MapViewport& now) const;
  /// Whether it shows all of `now` without being scaled.
  bool isSharpIn(const MapViewport& now) const { return isSameZoom(now) && covers(now); }

 private:
  void drawSharp(QPainter& painter, QPointF at) const;
  void drawQuickly(QPainter& painter, const QRectF& target) const;
};

/// Draws pictures on one thread of its own. At most one is being drawn and one waits: a newer request takes the waiting
/// one's place. Owner: a map layer. GUI thread; the destructor waits for what is being drawn.
class PictureWorker : public QObject {
  Q_OBJECT

 public:
  using Job = std::function<MapPicture()>;

  explicit PictureWorker(QObject* parent = nullptr);
  ~PictureWorker() override;

  /// `job` runs on the worker's thread and must hold all that it needs.
  void request(Job job);
  bool isBusy() const { return m_busy; }

 signals:
  void pictureReady(const carport::ui::MapPicture& picture);

 private:
  void start(Job job);
  void finish(const MapPicture& picture);

  Job m_waiting;
  bool m_busy = false;
  OwnThread m_thread;
};

}  // namespace carport::ui
