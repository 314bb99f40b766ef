#include "ui/models/street_map.h"

#include "ui/models/street_errc.h"

#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <tuple>

namespace carport::ui {
namespace {

QRectF worldRectOf(const StreetBox& box) {
  return {toWorldPoint({box.left, box.top}), toWorldPoint({box.right, box.bottom})};
}

}  // namespace

Result<std::unique_ptr<StreetMap>> StreetMap::open(const QString& file) {
  std::unique_ptr<StreetMap> map(new StreetMap);
  QFile in(file);
  if (!in.open(QIODevice::ReadOnly))
    return fail(StreetErrc::cannotRead,
                "The street map " + file.toStdString() + " cannot be read: " + in.errorString().toStdString());
  auto header = decodeStreetHeader(in.read(StreetMapHeader::kBytes));
  if (!header) return failFrom(header);
  map->m_header = *header;
  if (in.size() != qint64(header->fileBytes) || !in.seek(qint64(header->directoryAt)))
    return fail(StreetErrc::damagedIndex);
  const QByteArray directory = in.read(qint64(header->fileBytes - header->directoryAt));
  if (directory.size() != qsizetype(header->fileBytes - header->directoryAt)) return fail(StreetErrc::damagedIndex);
  auto tiles = decodeStreetDirectory(directory, *header);
  if (!tiles) return failFrom(tiles);
  map->m_tiles = std::move(*tiles);
  StreetMapInfo& info = map->m_info;
  info.id = QFileInfo(file).completeBaseName();
  info.name = QString::fromUtf8(directory.first(qsizetype(header->nameBytes)));
  info.file = QFileInfo(file).absoluteFilePath();
  info.bounds = worldRectOf(header->bounds);
  info.sourceBytes = header->sourceBytes;
  info.sourceTime = QDateTime::fromMSecsSinceEpoch(header->sourceTimeMs, Qt::UTC);
  info.indexBytes = header->fileBytes;
  info.streets = header->streets;
  info.buildings = header->buildings;
  info.isMadeUp = header->isMadeUp;
  return map;
}

std::vector<std::size_t> StreetMap::tilesIn(StreetLevel level, const StreetBox& box) const {
  std::vector<std::size_t> found;
  const auto order = [](const StreetTileEntry& tile) { return std::tuple(tile.level, tile.zoom, tile.x, tile.y); };
  const auto before = [&](const StreetTileEntry& tile, const auto& key) { return order(tile) < key; };
  const auto number = std::uint32_t(level);
  for (int zoom = 0; zoom <= shapeOf(level).finestZoom; ++zoom) {
    const int shift = kStreetBits - zoom;
    const std::int32_t last = (1 << zoom) - 1;
    // A thing reaches at most half a tile beyond the one that its middle is in.
    const auto from = [&](std::int32_t at) { return std::uint32_t(std::clamp((at >> shift) - 1, 0, last)); };
    const auto to = [&](std::int32_t at) { return std::uint32_t(std::clamp((at >> shift) + 1, 0, last)); };
    const auto z = std::uint32_t(zoom);
    const std::uint32_t lastColumn = to(box.right);
    auto at =
        std::lower_bound(m_tiles.begin(), m_tiles.end(), std::tuple(number, z, from(box.left), from(box.top)), before);
    while (at != m_tiles.end() && at->level == number && at->zoom == z && at->x <= lastColumn) {
      if (at->y > to(box.bottom) || at->y < from(box.top)) {
        // On to the next column, or to where the rows of this one begin.
        const std::uint32_t column = at->x + (at->y > to(box.bottom) ? 1U : 0U);
        at = std::lower_bound(at + (at->y > to(box.bottom) ? 1 : 0), m_tiles.end(),
                              std::tuple(number, z, column, from(box.top)), before);
        continue;
      }
      if (at->box.intersects(box)) found.push_back(std::size_t(at - m_tiles.begin()));
      ++at;
    }
  }
  return found;
}

Result<std::shared_ptr<const StreetTile>> StreetMap::tile(std::size_t number) {
  if (const auto* cached = m_cache.object(number)) return *cached;
  const StreetTileEntry& entry = m_tiles.at(number);
  // Opened each time: some systems replace and delete no open file. What was replaced meanwhile has another checksum.
  QFile in(m_info.file);
  if (!in.open(QIODevice::ReadOnly) || !in.seek(qint64(entry.at))) return fail(StreetErrc::cannotRead);
  const QByteArray bytes = in.read(qint64(entry.bytes));
  if (bytes.size() != qsizetype(entry.bytes) || streetChecksum(bytes) != entry.crc)
    return fail(StreetErrc::damagedIndex);
  auto decoded = decodeStreetTile(bytes, StreetLevel(entry.level));
  if (!decoded) return failFrom(decoded);
  const auto weight = int(std::min<std::size_t>(kMaxCachedKilobytes, decoded->weight() / 1024 + 1));
  auto shared = std::make_shared<const StreetTile>(std::move(*decoded));
  m_cache.insert(number, new std::shared_ptr<const StreetTile>(shared), weight);
  return shared;
}

}  // namespace carport::ui
