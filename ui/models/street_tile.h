#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_feature.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <span>
#include <vector>

namespace carport::ui {

/// How much is told: what is drawn from afar has fewer and straighter lines. Buildings stand apart, because they are
/// most of a city and seen from near only.
enum class StreetLevel : std::uint8_t { region = 0, city = 1, street = 2, building = 3 };
inline constexpr std::size_t kStreetLevels = 4;

/// What a level is like. Coordinates are kept in steps of 2^coarseness of the grid; tiles are as small as zoom
/// finestZoom.
struct StreetLevelShape {
  int finestZoom;
  int coarseness;
  double tolerance;  ///< how far a simplified line may lie from what it was, in grid units
  double smallest;   ///< areas narrower than this are left out
  int seaZoom;       ///< the sea is cut at tiles of this zoom
};
constexpr StreetLevelShape shapeOf(StreetLevel level) {
  switch (level) {
    case StreetLevel::region:
      return {7, 8, 1'400, 8'000, 6};
    case StreetLevel::city:
      return {11, 5, 160, 900, 9};
    case StreetLevel::street:
      return {14, 2, 0, 0, 12};
    case StreetLevel::building:
      break;
  }
  return {14, 2, 0, 0, 12};
}

/// The decoded things of one tile, in few blocks of memory. Immutable once decoded.
struct StreetTile {
  struct Feature {
    StreetKind kind;
    std::uint8_t flags;
    std::uint32_t size;   ///< as StreetFeature::size
    std::uint32_t name;   ///< in `names`
    std::uint32_t first;  ///< of `ringEnds`
    std::uint32_t rings;
    StreetBox box;
  };
  std::vector<StreetPoint> points;
  std::vector<std::uint32_t> ringEnds;  ///< of each ring, in `points`; it begins where the one before ends
  std::vector<Feature> features;
  QStringList names;  ///< the first is empty

  std::span<const StreetPoint> ring(std::uint32_t number) const {
    const std::uint32_t begin = number == 0 ? 0 : ringEnds[number - 1];
    return std::span(points).subspan(begin, ringEnds[number] - begin);
  }
  /// Bytes that it takes, about.
  std::size_t weight() const {
    return points.size() * sizeof(StreetPoint) + features.size() * sizeof(Feature) + std::size_t(names.size()) * 64;
  }
};

/// Collects the things of one tile and writes them as bytes. `varint` is LEB128, `signed` a zigzag varint:
///
///     varint number of names; each: varint length and UTF-8
///     varint number of features; each: byte kind, byte flags, varint name (0: none), varint size, varint number of
///     rings;
///       each ring: varint number of points, then per point signed dx, signed dy from the point before, in steps of the
///       level
class StreetTileWriter {
 public:
  explicit StreetTileWriter(StreetLevel level) : m_shift(shapeOf(level).coarseness) {}

  void add(const StreetFeature& feature);
  /// The tile's bytes. Call it once.
  QByteArray take();
  std::uint32_t count() const { return m_count; }
  /// About how much memory it takes.
  qsizetype bytes() const { return m_features.size() + m_nameBytes; }
  /// All that is in it, as it will read back.
  const StreetBox& box() const { return m_box; }

 private:
  std::uint32_t nameNumber(const QString& name);

  int m_shift;
  QByteArray m_features;
  qsizetype m_nameBytes = 0;
  QStringList m_names;
  QHash<QString, std::uint32_t> m_numbers;
  std::uint32_t m_count = 0;
  StreetPoint m_last;
  StreetBox m_box;
};

/// Reads a tile's bytes, or says StreetErrc::damagedIndex. Reads never past the end, and takes no more memory than a
/// small multiple of `bytes`.
Result<StreetTile> decodeStreetTile(QByteArrayView bytes, StreetLevel level);

}  // namespace carport::ui
