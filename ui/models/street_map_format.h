#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_feature.h"
#include "ui/models/street_tile.h"

#include <QByteArray>
#include <QString>

#include <cstdint>
#include <vector>

namespace carport::ui {

/// The index file of a street map: header, tiles, directory. All numbers little-endian.
///
///     header     "CPSTREET", u32 version, u32 tiles, u64 place of the directory, u64 bytes of the file,
///                u64 bytes of the extract, i64 its time (ms since 1970), i32 bounds (left, top, right, bottom),
///                i32 ground (the same), u32 streets, u32 buildings, u32 bytes of the name, u32 made up (1) or not
///                (0), u32 CRC-32 of the directory, u32 CRC-32 of the header before this number
///     tiles      as street_tile.h has them
///     directory  the name in UTF-8; each tile: u32 level, u32 zoom, u32 x, u32 y, u64 place, u32 bytes, u32 CRC-32,
///                i32 box (left, top, right, bottom); by level, zoom, x, y
///
/// A thing lies in the tile that its middle is in, of the finest zoom at which no tile is smaller than it: whole, once,
/// and at most half a tile beyond its edge.
struct StreetMapHeader {
  static constexpr std::uint32_t kVersion = 2;
  static constexpr qsizetype kBytes = 104;
  static constexpr char kMagic[] = "CPSTREET";

  std::uint32_t version = kVersion;
  std::uint32_t tiles = 0;
  std::uint64_t directoryAt = 0;
  std::uint64_t fileBytes = 0;
  std::uint64_t sourceBytes = 0;
  std::int64_t sourceTimeMs = 0;
  StreetBox bounds;  ///< what the extract has streets in
  StreetBox ground;  ///< where this map knows land from sea, a little more
  std::uint32_t streets = 0;
  std::uint32_t buildings = 0;
  std::uint32_t nameBytes = 0;
  bool isMadeUp = false;  ///< the streets are nowhere on earth, and not of OpenStreetMap
  std::uint32_t directoryCrc = 0;
};

struct StreetTileEntry {
  static constexpr qsizetype kBytes = 48;

  std::uint32_t level = 0;
  std::uint32_t zoom = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  std::uint64_t at = 0;
  std::uint32_t bytes = 0;
  std::uint32_t crc = 0;
  StreetBox box;
};

/// Most tiles of a map, and most bytes of one: what a file claims beyond them is not believed.
inline constexpr std::uint32_t kMaxStreetTiles = 2'000'000;
inline constexpr std::uint32_t kMaxStreetTileBytes = 32U * 1024 * 1024;
inline constexpr std::uint32_t kMaxStreetMapName = 200;

QByteArray encodeStreetHeader(const StreetMapHeader& header);
/// What stands in the first kBytes of a file; StreetErrc where that is no header of this version.
Result<StreetMapHeader> decodeStreetHeader(const QByteArray& bytes);
QByteArray encodeStreetDirectory(const QString& name, const std::vector<StreetTileEntry>& tiles);
/// The tiles of a directory; StreetErrc::damagedIndex where it contradicts itself or its header.
Result<std::vector<StreetTileEntry>> decodeStreetDirectory(const QByteArray& bytes, const StreetMapHeader& header);

/// CRC-32 as zlib has it.
std::uint32_t streetChecksum(QByteArrayView bytes);

}  // namespace carport::ui
