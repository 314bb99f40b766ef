#include "ui/widgets/map/tile_layer.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr double kTileOverscan = 1.25;                  // the picture is this much wider and higher than the window
constexpr qint64 kMostBytesInSight = 64 * 1024 * 1024;  // decoded; more in sight is drawn from a farther zoom
constexpr int kMostLevelsUp = 8;                        // how far the picture that stands in may be
constexpr int kDimAlpha = 110;                          // of 255: how much of the dark look's window lies over pictures

/// A piece of a picture of tiles: a part of an image, and where it goes.
struct TilePiece {
  QImage image;
  QRectF part;
  QRectF target;
};

bool sameTileZoom(const MapViewport& a, const MapViewport& b) {
  return std::abs(a.zoom() - b.zoom()) < 1e-6;
}

/// The part of the ancestor's image that shows `tile`.
QRectF partOf(const TileId& tile, int levels, const QImage& ancestor) {
  const double share = std::ldexp(1.0, -levels);
  const quint32 mask = (1U << levels) - 1;
  const QSizeF size(ancestor.width() * share, ancestor.height() * share);
  return {QPointF((tile.x & mask) * size.width(), (tile.y & mask) * size.height()), size};
}

/// What there is of a place: its own picture, or what stands in for it.
void collectPieces(const TileImages& images, const TilePlace& place, const QRectF& target, std::vector<TilePiece>& to) {
  const auto all = [](const QImage& image) { return QRectF(QPointF(), QSizeF(image.size())); };
  if (const QImage own = images.find(place.tile); !own.isNull()) {
    to.push_back({own, all(own), target});
    return;
  }
  for (int up = 1; up <= std::min(kMostLevelsUp, place.tile.zoom); ++up) {
    const QImage above = images.find(ancestorOf(place.tile, up));
    if (above.isNull()) continue;
    to.push_back({above, partOf(place.tile, up, above), target});
    break;
  }
  for (const quint32 child : {0U, 1U, 2U, 3U}) {
    const TileId below{place.tile.zoom + 1, place.tile.x * 2 + (child & 1U), place.tile.y * 2 + (child >> 1U)};
    const QImage image = images.find(below);
    if (image.isNull()) continue;
    const QSizeF half = target.size() / 2;
    to.push_back({image,
                  all(image),
                  {target.topLeft() + QPointF((child & 1U) * half.width(), (child >> 1U) * half.height()), half}});
  }
}

/// Runs on the worker's thread.
QImage putTogether(const std::vector<TilePiece>& pieces, QSizeF size, double ratio, std::optional<QColor> veil) {
  QImage image((size * ratio).toSize(), QImage::Format_ARGB32_Premultiplied);
  image.setDevicePixelRatio(ratio);
  image.fill(Qt::transparent);
  QPainter painter(&image);
  painter.setRenderHint(QPainter::SmoothPixmapTransform);
  for (const TilePiece& piece : pieces) painter.drawImage(piece.target, piece.image, piece.part);
  if (veil) {
    painter.setCompositionMode(QPainter::CompositionMode_SourceAtop);
    painter.fillRect(QRectF(QPointF(), size), *veil);
  }
  return image;
}

}  // namespace

TileLayer::TileLayer(TileSource& source, QObject* parent)
    : MapOverlay(OverlayDepth::ground, parent), m_source(source), m_images(source) {
  connect(&m_images, &TileImages::changed, this, [this] {
    ++m_number;
    emit changed();
  });
  // Nothing is fetched for what nobody sees.
  connect(this, &MapOverlay::changed, this, [this] {
    if (!isShown()) m_images.want({});
  });
  connect(&m_source, &TileSource::renewed, this, [this] {
    m_picture = {};
    emit attributionChanged();
    emit changed();
  });
  connect(&m_worker, &PictureWorker::pictureReady, this, [this](const MapPicture& picture) {
    m_picture = picture;
    emit changed();
  });
}

void TileLayer::setDimmed(bool dimmed) {
  m_isDimmed = dimmed;
  ++m_number;
  emit changed();
}

std::vector<TilePlace> TileLayer::placesFor(const MapViewport& viewport) const {
  const TileSourceInfo info = m_source.info();
  if (!isInSight(viewport, info.bounds)) return {};
  const qint64 side = m_images.sidePx();
  const auto most = std::size_t(kMostBytesInSight / (side * side * 4));
  for (int zoom = tileZoomFor(viewport, m_ratio, info, int(side)); zoom >= info.minZoom; --zoom) {
    std::vector<TilePlace> places = tilesInSight(viewport, zoom, info, most);
    if (!places.empty()) return places;
  }
  return {};
}

void TileLayer::paint(QPainter& painter, const OverlayScene& scene) {
  if (scene.ratio != m_ratio || scene.theme.kind != m_kind) {
    m_ratio = scene.ratio;
    m_kind = scene.theme.kind;
    ++m_number;
  }
  const MapViewport wanted(scene.viewport.centre(), scene.viewport.zoom(),
                           QSizeF((scene.viewport.size() * kTileOverscan).toSize()));
  std::vector<TileId> tiles;
  for (const TilePlace& place : placesFor(wanted)) {
    if (std::find(tiles.begin(), tiles.end(), place.tile) == tiles.end()) tiles.push_back(place.tile);
  }
  m_images.want(tiles);
  if (tiles.empty() != m_isOutOfSight) {
    m_isOutOfSight = tiles.empty();
    // Not while painting: whoever hears it may change the window.
    QMetaObject::invokeMethod(this, &TileLayer::sightChanged, Qt::QueuedConnection);
  }
  const bool isNewest =
      m_picture.tag == m_number && sameTileZoom(m_picture.viewport, scene.viewport) && m_picture.covers(scene.viewport);
  if (!isNewest) requestPicture(wanted);
  m_isSettled = isNewest && !m_images.isPending();
  if (!m_picture.isNull()) m_picture.draw(painter, scene.viewport);
}

void TileLayer::requestPicture(const MapViewport& viewport) {
  const bool isOnTheWay = m_worker.isBusy() && m_requestedNumber == m_number && m_requested == viewport;
  if (isOnTheWay) return;
  m_requested = viewport;
  m_requestedNumber = m_number;
  std::vector<TilePiece> pieces;
  for (const TilePlace& place : placesFor(viewport))
    collectPieces(m_images, place, place.targetIn(viewport, m_ratio), pieces);
  std::optional<QColor> veil;
  if (m_isDimmed && m_kind == ThemeKind::dark) {
    veil = Theme::dark().window;
    veil->setAlpha(kDimAlpha);
  }
  m_worker.request([pieces = std::move(pieces), viewport, ratio = m_ratio, veil, tag = m_number] {
    return MapPicture{putTogether(pieces, viewport.size(), ratio, veil), viewport, tag};
  });
}

}  // namespace carport::ui
