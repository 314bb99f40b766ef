#include "ui/widgets/map/tile_images.h"

#include <QBuffer>
#include <QImageReader>

namespace carport::ui {
namespace {

constexpr int kMaxLacks = 8'192;  // places that are remembered as empty

/// Runs on the decoder's thread.
QImage decodeTile(const QByteArray& picture) {
  QBuffer bytes;
  bytes.setData(picture);
  QImageReader reader(&bytes);
  const QSize size = reader.size();
  if (!size.isValid() || size.width() > TileImages::kMaxSidePx || size.height() > TileImages::kMaxSidePx) return {};
  return reader.read().convertToFormat(QImage::Format_ARGB32_Premultiplied);
}

}  // namespace

TileImages::TileImages(TileSource& source, QObject* parent) : QObject(parent), m_source(source), m_images(kMaxBytes) {
  connect(&m_source, &TileSource::arrived, this, &TileImages::take);
  connect(&m_source, &TileSource::lacking, this, &TileImages::takeLack);
  connect(&m_source, &TileSource::recovered, this, &TileImages::recover);
  connect(&m_source, &TileSource::renewed, this, &TileImages::renew);
}

TileImages::~TileImages() {
  m_thread.leaveOut();
}

void TileImages::want(const std::vector<TileId>& tiles) {
  std::vector<TileId> asked;
  for (const TileId& tile : tiles) {
    if (!m_images.contains(tile) && !m_lacks.contains(tile) && !m_decoding.contains(tile)) asked.push_back(tile);
  }
  const QSet<TileId> now(asked.begin(), asked.end());
  if (now == m_asked) return;
  m_asked = now;
  m_source.want(asked);
}

QImage TileImages::find(const TileId& tile) const {
  const QImage* image = m_images.object(tile);
  return image != nullptr ? *image : QImage();
}

void TileImages::take(const TileId& tile, const QByteArray& picture) {
  // One that is not wanted any more may be soon, and a newer one of what is there comes unasked.
  m_asked.remove(tile);
  m_decoding.insert(tile);
  m_thread.run(
      this, [picture] { return decodeTile(picture); },
      [this, tile, generation = m_generation](const QImage& image) { takeImage(tile, image, generation); });
}

void TileImages::takeImage(const TileId& tile, const QImage& image, quint64 generation) {
  if (generation != m_generation) return;
  m_decoding.remove(tile);
  if (image.isNull()) {
    ++m_unreadable;
    takeLack(tile, TileLack::unreadable);
    return;
  }
  m_sidePx = image.width();
  m_images.insert(tile, new QImage(image), image.sizeInBytes());
  emit changed();
}

void TileImages::takeLack(const TileId& tile, TileLack why) {
  m_asked.remove(tile);
  if (m_lacks.size() >= kMaxLacks) m_lacks.clear();
  m_lacks.insert(tile, why);
  emit changed();
}

void TileImages::recover() {
  m_lacks.removeIf([](const QHash<TileId, TileLack>::iterator& lack) { return *lack == TileLack::notNow; });
  m_asked.clear();
  emit changed();
}

void TileImages::renew() {
  ++m_generation;
  m_images.clear();
  m_lacks.clear();
  m_asked.clear();
  m_decoding.clear();
  emit changed();
}

}  // namespace carport::ui
