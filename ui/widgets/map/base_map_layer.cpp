#include "ui/widgets/map/base_map_layer.h"

#include "ui/widgets/map/scaled_image.h"
#include "ui/widgets/style/metrics.h"

#include <QFile>
#include <QPainter>
#include <QRegion>

#include <algorithm>
#include <cmath>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kMapOverscan = 1.5;  // the picture is this much wider and higher than the window
constexpr double kOverviewPx = 1024;  // width of the coarse picture of the whole world
constexpr quint64 kOverviewTag = 1ULL << 63;

/// Decodes the embedded map into `map` once. The map is part of the program: that it does not decode is a mistake in
/// the build.
void load(BaseMap& map) {
  if (!map.points().empty()) return;
  QFile file(QStringLiteral(":/carport/world.cpm"));
  if (!file.open(QIODevice::ReadOnly)) {
    qCritical("the world map is not among the program's resources");
    return;
  }
  auto decoded = BaseMap::decode(file.readAll());
  if (!decoded) {
    qCritical("%s", decoded.error().message().c_str());
    return;
  }
  map = std::move(*decoded);
}

}  // namespace

BaseMapLayer::BaseMapLayer(QObject* parent)
    : QObject(parent), m_map(std::make_shared<BaseMap>()), m_shelf(std::make_shared<StreetShelf>()) {
  connect(&m_worker, &PictureWorker::pictureReady, this, &BaseMapLayer::take);
}

void BaseMapLayer::setLook(const Theme& theme, qreal devicePixelRatio) {
  m_look = {theme, textFont(TextSize::small), textFont(TextSize::body), m_isNamed};
  m_ratio = devicePixelRatio;
  ++m_lookNumber;
  m_picture.clear();
  m_overview = {};
  m_overviewRequested = false;
  m_settled = false;
}

void BaseMapLayer::setStreetMaps(const QStringList& files) {
  m_streetMaps = files;
  // Another number is enough: what is drawn stays until there is better.
  ++m_lookNumber;
  m_overviewRequested = false;
  m_settled = false;
  emit changed();
}

void BaseMapLayer::setNamed(bool named) {
  if (named == m_isNamed) return;
  m_isNamed = named;
  m_look.labels = named;
  ++m_lookNumber;
  m_settled = false;
  emit changed();
}

void BaseMapLayer::setNamesAbove(const NamePlaces& names) {
  if (!names && !m_namesAbove) return;
  m_namesAbove = names;
  ++m_lookNumber;
  m_settled = false;
  emit changed();
}

void BaseMapLayer::draw(QPainter& painter, const MapViewport& viewport, const MapViewport& target) {
  const MapPicture& picture = m_picture.shownIn(viewport, target);
  drawBeside(painter, viewport);
  if (!picture.isNull()) picture.draw(painter, viewport);
  m_settled = picture.tag == m_lookNumber && picture.isSharpIn(viewport);
  if (!m_picture.has(target, m_lookNumber)) requestPicture(target);
  if (!m_overviewRequested && m_settled) requestOverview();
}

void BaseMapLayer::drawBeside(QPainter& painter, const MapViewport& viewport) {
  // The picture comes to lie on whole pixels, up to one beside its place.
  const QRect all = QRectF(QPointF(), viewport.size()).toAlignedRect();
  const MapPicture& picture = m_picture.shown();
  const QRect hidden =
      picture.isNull() ? QRect() : picture.targetIn(viewport).toAlignedRect().adjusted(2, 2, -2, -2) & all;
  // A window's worth of pixels that are painted over at once would take longer than the picture.
  for (const QRect& strip : QRegion(all) - hidden) {
    painter.fillRect(strip, m_look.theme.map.water);
    if (m_overview.isNull()) continue;
    painter.save();
    painter.setClipRect(strip);
    // The overview is one world wide: two copies reach around the 180th meridian.
    for (const double shift : {-1.0, 0.0, 1.0}) {
      const QRectF target = m_overview.targetIn(viewport).translated(shift * viewport.worldPx(), 0);
      if (!target.intersects(strip)) continue;
      drawScaled(painter, target, m_overview.image);
    }
    painter.restore();
  }
}

void BaseMapLayer::requestPicture(const MapViewport& viewport) {
  const MapPicture asked{QImage(), m_requested, m_lookNumber};
  const bool onTheWay =
      m_worker.isBusy() && m_requestedNumber == m_lookNumber && asked.isSameZoom(viewport) && asked.reaches(viewport);
  if (onTheWay) return;
  const QSizeF size((viewport.size() * kMapOverscan).toSize());
  m_requested = MapViewport(viewport.centre(), viewport.zoom(), size);
  m_requestedNumber = m_lookNumber;
  m_worker.request([map = m_map, shelf = m_shelf, files = m_streetMaps, wanted = m_requested, look = m_look,
                    ratio = m_ratio, above = m_namesAbove, tag = m_lookNumber] {
    load(*map);
    const StreetScene streets = shelf->gather(files, wanted);
    const std::vector<QRectF> taken = above ? above(wanted) : std::vector<QRectF>();
    BaseMapPicture drawn = paintBaseMap(*map, wanted, look, ratio, &streets, taken);
    return MapPicture{std::move(drawn.image), wanted, tag, std::move(drawn.names)};
  });
}

void BaseMapLayer::requestOverview() {
  m_overviewRequested = true;
  const MapViewport world({0.5, 0.5}, std::log2(kOverviewPx / kWorldPx), QSizeF(kOverviewPx, kOverviewPx));
  m_worker.request([map = m_map, world, look = m_look, tag = m_lookNumber] {
    load(*map);
    BaseMapLook plain = look;
    plain.labels = false;
    return MapPicture{paintBaseMap(*map, world, plain, 1).image, world, tag | kOverviewTag};
  });
}

void BaseMapLayer::take(const MapPicture& picture) {
  if ((picture.tag & ~kOverviewTag) != m_lookNumber) {
    emit changed();  // drawn for a look that is no more: ask again
    return;
  }
  if ((picture.tag & kOverviewTag) != 0) {
    m_overview = picture;
    return;
  }
  m_picture.take(picture);
  emit changed();
}

}  // namespace carport::ui
