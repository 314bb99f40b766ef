#include "ui/models/street_map_format.h"

#include "ui/models/street_errc.h"

#include <QDataStream>
#include <QIODevice>

#include <zlib.h>

#include <tuple>
#include <type_traits>

namespace carport::ui {
namespace {

QDataStream& operator<<(QDataStream& to, const StreetBox& box) {
  return to << qint32(box.left) << qint32(box.top) << qint32(box.right) << qint32(box.bottom);
}

QDataStream& operator>>(QDataStream& from, StreetBox& box) {
  qint32 left, top, right, bottom;
  from >> left >> top >> right >> bottom;
  box = {left, top, right, bottom};
  return from;
}

template <class Number>
void readStreetNumber(QDataStream& from, Number& number) {
  std::conditional_t<sizeof(Number) == 8, quint64, quint32> value = 0;
  from >> value;
  number = Number(value);
}

bool isInWorld(const StreetBox& box) {
  return !box.isEmpty() && box.left >= 0 && box.top >= 0 && box.right <= kStreetWorld && box.bottom <= kStreetWorld;
}

bool isSound(const StreetTileEntry& tile, const StreetMapHeader& header) {
  if (tile.level >= kStreetLevels || tile.zoom > std::uint32_t(shapeOf(StreetLevel(tile.level)).finestZoom))
    return false;
  if (tile.bytes == 0 || tile.bytes > kMaxStreetTileBytes || !isInWorld(tile.box)) return false;
  if (tile.x >> tile.zoom != 0 || tile.y >> tile.zoom != 0) return false;
  return tile.at >= std::uint64_t(StreetMapHeader::kBytes) && tile.at <= header.directoryAt &&
         tile.bytes <= header.directoryAt - tile.at;
}

auto orderOf(const StreetTileEntry& tile) {
  return std::tuple(tile.level, tile.zoom, tile.x, tile.y);
}

}  // namespace

std::uint32_t streetChecksum(QByteArrayView bytes) {
  return std::uint32_t(crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), std::size_t(bytes.size())));
}

QByteArray encodeStreetHeader(const StreetMapHeader& header) {
  QByteArray bytes;
  QDataStream to(&bytes, QIODevice::WriteOnly);
  to.setByteOrder(QDataStream::LittleEndian);
  to.writeRawData(StreetMapHeader::kMagic, 8);
  to << quint32(header.version) << quint32(header.tiles) << quint64(header.directoryAt) << quint64(header.fileBytes)
     << quint64(header.sourceBytes) << qint64(header.sourceTimeMs) << header.bounds << header.ground
     << quint32(header.streets) << quint32(header.buildings) << quint32(header.nameBytes) << quint32(header.isMadeUp)
     << quint32(header.directoryCrc);
  to << quint32(streetChecksum(bytes));
  return bytes;
}

Result<StreetMapHeader> decodeStreetHeader(const QByteArray& bytes) {
  if (!bytes.startsWith(StreetMapHeader::kMagic)) return fail(StreetErrc::notAnIndex);
  if (bytes.size() < StreetMapHeader::kBytes) return fail(StreetErrc::damagedIndex);
  QDataStream from(bytes);
  from.setByteOrder(QDataStream::LittleEndian);
  from.skipRawData(8);
  StreetMapHeader header;
  readStreetNumber(from, header.version);
  if (header.version > StreetMapHeader::kVersion) return fail(StreetErrc::newerVersion);
  if (header.version < StreetMapHeader::kVersion) return fail(StreetErrc::olderVersion);
  readStreetNumber(from, header.tiles);
  readStreetNumber(from, header.directoryAt);
  readStreetNumber(from, header.fileBytes);
  readStreetNumber(from, header.sourceBytes);
  readStreetNumber(from, header.sourceTimeMs);
  from >> header.bounds >> header.ground;
  std::uint32_t madeUp = 0;
  for (std::uint32_t* number : {&header.streets, &header.buildings, &header.nameBytes, &madeUp, &header.directoryCrc})
    readStreetNumber(from, *number);
  header.isMadeUp = madeUp != 0;
  std::uint32_t crc = 0;
  readStreetNumber(from, crc);
  if (crc != streetChecksum(QByteArrayView(bytes).first(StreetMapHeader::kBytes - 4)))
    return fail(StreetErrc::damagedIndex);
  const std::uint64_t directory =
      header.nameBytes + std::uint64_t(header.tiles) * std::uint64_t(StreetTileEntry::kBytes);
  const bool sound = madeUp <= 1 && header.tiles <= kMaxStreetTiles && header.nameBytes <= kMaxStreetMapName * 4 &&
                     header.directoryAt <= header.fileBytes && header.fileBytes - header.directoryAt == directory &&
                     isInWorld(header.bounds) && isInWorld(header.ground);
  if (!sound) return fail(StreetErrc::damagedIndex);
  return header;
}

QByteArray encodeStreetDirectory(const QString& name, const std::vector<StreetTileEntry>& tiles) {
  QByteArray bytes = name.toUtf8();
  QDataStream to(&bytes, QIODevice::Append);
  to.setByteOrder(QDataStream::LittleEndian);
  for (const StreetTileEntry& tile : tiles) {
    to << quint32(tile.level) << quint32(tile.zoom) << quint32(tile.x) << quint32(tile.y) << quint64(tile.at)
       << quint32(tile.bytes) << quint32(tile.crc) << tile.box;
  }
  return bytes;
}

Result<std::vector<StreetTileEntry>> decodeStreetDirectory(const QByteArray& bytes, const StreetMapHeader& header) {
  if (streetChecksum(bytes) != header.directoryCrc) return fail(StreetErrc::damagedIndex);
  QDataStream from(bytes);
  from.setByteOrder(QDataStream::LittleEndian);
  from.skipRawData(int(header.nameBytes));
  std::vector<StreetTileEntry> tiles;
  tiles.reserve(header.tiles);
  for (std::uint32_t n = 0; n < header.tiles; ++n) {
    StreetTileEntry tile;
    for (std::uint32_t* number : {&tile.level, &tile.zoom, &tile.x, &tile.y}) readStreetNumber(from, *number);
    readStreetNumber(from, tile.at);
    readStreetNumber(from, tile.bytes);
    readStreetNumber(from, tile.crc);
    from >> tile.box;
    const bool inOrder = tiles.empty() || orderOf(tiles.back()) < orderOf(tile);
    if (from.status() != QDataStream::Ok || !isSound(tile, header) || !inOrder) return fail(StreetErrc::damagedIndex);
    tiles.push_back(tile);
  }
  return tiles;
}

}  // namespace carport::ui
