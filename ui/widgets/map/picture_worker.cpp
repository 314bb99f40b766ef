#include "ui/widgets/map/picture_worker.h"

#include "ui/widgets/map/scaled_image.h"

#include <QPainter>

#include <cmath>
#include <utility>

namespace carport::ui {

QRectF MapPicture::targetIn(const MapViewport& now) const {
  return pictureRect(viewport, now);
}

void MapPicture::draw(QPainter& painter, const MapViewport& now, Scaling scaling) const {
  const QRectF target = targetIn(now);
  if (std::abs(viewport.zoom() - now.zoom()) > 1e-6) {
    if (scaling == Scaling::smooth) return drawScaled(painter, target, image);
    painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    painter.drawImage(target, image, QRectF(QPointF(), QSizeF(image.size())));
    return;
  }
  // On whole device pixels, where copying is quick and sharp.
  const double ratio = image.devicePixelRatio();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(QPointF(std::round(target.x() * ratio) / ratio, std::round(target.y() * ratio) / ratio), image);
}

bool MapPicture::covers(const MapViewport& now) const {
  return !isNull() && targetIn(now).adjusted(-1, -1, 1, 1).contains(QRectF(QPointF(), now.size()));
}

PictureWorker::PictureWorker(QObject* parent) : QObject(parent) {}

PictureWorker::~PictureWorker() = default;

void PictureWorker::request(Job job) {
  if (m_busy) {
    m_waiting = std::move(job);
  } else {
    start(std::move(job));
  }
}

void PictureWorker::start(Job job) {
  m_busy = true;
  m_thread.run(this, std::move(job), [this](const MapPicture& picture) { finish(picture); });
}

void PictureWorker::finish(const MapPicture& picture) {
  m_busy = false;
  if (m_waiting) start(std::exchange(m_waiting, nullptr));
  emit pictureReady(picture);
}

}  // namespace carport::ui
