#include "ui/widgets/map/label_image.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <cmath>

namespace carport::ui {
namespace {

constexpr double kHaloPx = 1.75;

}  // namespace

QString shortName(const QString& name) {
  return name.size() <= kMaxNameChars ? name : name.left(kMaxNameChars - 1).trimmed() + QChar(0x2026);
}

QSizeF labelSize(const QString& text, const LabelStyle& style) {
  const QFontMetricsF metrics(style.font);
  return {std::ceil(metrics.horizontalAdvance(text) + 2 * kHaloPx), std::ceil(metrics.height() + 2 * kHaloPx)};
}

QImage labelImage(const QString& text, const LabelStyle& style, qreal devicePixelRatio) {
  const QSizeF size = labelSize(text, style);
  QImage image((size * devicePixelRatio).toSize() + QSize(1, 1), QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(devicePixelRatio);
  image.fill(Qt::transparent);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::Antialiasing);
  const QPointF baseline(kHaloPx, std::round(kHaloPx + QFontMetricsF(style.font).ascent()));
  QPainterPath outline;
  outline.addText(baseline, style.font, text);
  painter.strokePath(outline, QPen(style.halo, 2 * kHaloPx, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  // The letters themselves as text, which is hinted and sharper than a filled path.
  painter.setFont(style.font);
  painter.setPen(style.colour);
  painter.drawText(baseline, text);
  return image;
}

const QImage& LabelCache::label(const QString& text, const LabelStyle& style, qreal devicePixelRatio) {
  if (!(m_style == style) || m_ratio != devicePixelRatio || m_images.size() >= kMaxLabels) {
    m_images.clear();
    m_style = style;
    m_ratio = devicePixelRatio;
  }
  auto found = m_images.find(text);
  if (found == m_images.end()) found = m_images.insert(text, labelImage(text, style, devicePixelRatio));
  return *found;
}

}  // namespace carport::ui
