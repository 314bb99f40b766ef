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
  if (!isSameZoom(now)) {
    scaling == Scaling::smooth ? drawScaled(painter, target, image) : drawQuickly(painter, target);
    return;
  }
  // On whole device pixels, where copying is quick and sharp.
  const double ratio = image.devicePixelRatio();
  drawSharp(painter, {std::round(target.x() * ratio) / ratio, std::round(target.y() * ratio) / ratio});
}

void MapPicture::drawSharp(QPainter& painter, QPointF at) const {
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  if (!inked) return painter.drawImage(at, image);
  for (const QRect& part : *inked)
    painter.drawImage(at + QPointF(part.topLeft()) / image.devicePixelRatio(), image, part);
}

void MapPicture::drawQuickly(QPainter& painter, const QRectF& target) const {
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const QRectF all(QPointF(), QSizeF(image.size()));
  if (!inked) return painter.drawImage(target, image, all);
  const double ratio = image.devicePixelRatio();
  const QPointF scale(target.width() / all.width(), target.height() / all.height());
  const auto toDevice = [&](QPoint pixel) {
    return QPointF(std::round((target.x() + pixel.x() * scale.x()) * ratio) / ratio,
                   std::round((target.y() + pixel.y() * scale.y()) * ratio) / ratio);
  };
  // Clipped instead of cut, so that nothing is twice or missing where two parts meet.
  for (const QRect& part : *inked) {
    const QPoint end = part.topLeft() + QPoint(part.width(), part.height());
    painter.save();
    painter.setClipRect(QRectF(toDevice(part.topLeft()), toDevice(end)), Qt::IntersectClip);
    painter.drawImage(target, image, all);
    painter.restore();
  }
}

bool MapPicture::isSameZoom(const MapViewport& now) const {
  return std::abs(viewport.zoom() - now.zoom()) < 1e-6;
}

bool MapPicture::reaches(const MapViewport& now) const {
  return targetIn(now).contains(QRectF(QPointF(), now.size()));
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
