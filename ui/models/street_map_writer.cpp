#include "ui/models/street_map_writer.h"

#include "ui/models/street_errc.h"
#include "ui/models/street_geometry.h"
#include "ui/models/street_sea.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

constexpr std::uint32_t kRegionWeight = 5'000;  // places with so many people are named from afar
constexpr double kGroundShare = 0.3;  // the ground goes this far beyond the extract, as a part of its longer side,
constexpr double kLeastGroundMetres = 1'000;  // but at least and at most so far
constexpr double kMostGroundMetres = 5'000;

bool belongsTo(StreetLevel level, const StreetFeature& feature) {
  const StreetKind kind = feature.kind;
  if (level == StreetLevel::street) return kind != StreetKind::building;
  if (kind == StreetKind::placeName) return level == StreetLevel::city || feature.size >= kRegionWeight;
  if (isNameOnly(kind)) return level == StreetLevel::city;
  if (isArea(kind)) return kind == StreetKind::water || kind == StreetKind::green || kind == StreetKind::wood;
  if (isStreet(kind)) return kind >= (level == StreetLevel::city ? StreetKind::residential : StreetKind::secondary);
  if (kind == StreetKind::stream) return level == StreetLevel::city;
  return kind != StreetKind::pier;
}

double narrowness(const StreetBox& box) {
  return std::min(double(box.right) - box.left, double(box.bottom) - box.top);
}

/// `box` and what is around it, as far as the land is told from the sea.
StreetBox groundOf(const StreetBox& box) {
  const double width = double(box.right) - box.left;
  const double height = double(box.bottom) - box.top;
  const WorldPoint middle{(box.left + width / 2) / kStreetWorld, (box.top + height / 2) / kStreetWorld};
  const double metre =
      kStreetWorld / (kEquatorMetres * std::max(0.01, std::cos(toGeo(middle).latitude * std::acos(-1.0) / 180)));
  const double around =
      std::clamp(std::max(width, height) * kGroundShare, kLeastGroundMetres * metre, kMostGroundMetres * metre);
  const auto grid = [](double at) { return std::int32_t(std::clamp(at, 0.0, double(kStreetWorld))); };
  return {grid(box.left - around), grid(box.top - around), grid(box.right + around), grid(box.bottom + around)};
}

StreetBox commonBox(const StreetBox& a, const StreetBox& b) {
  return {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom)};
}

}  // namespace

void StreetMapWriter::take(StreetFeature feature) {
  if (isFull()) return;
  const bool street = isStreet(feature.kind);
  if (street) ++m_streets;
  if (feature.kind == StreetKind::building) ++m_buildings;
  if (street || feature.kind == StreetKind::building) {
    const StreetBox box = feature.box();
    m_bounds.add({box.left, box.top});
    m_bounds.add({box.right, box.bottom});
  }
  if (feature.kind == StreetKind::building) return addTo(StreetLevel::building, feature);
  addTo(StreetLevel::street, feature);
  for (const StreetLevel level : {StreetLevel::city, StreetLevel::region}) {
    if (belongsTo(level, feature)) addSimplified(level, feature);
  }
}

void StreetMapWriter::takeCoast(StreetRing line) {
  if (isFull()) return;
  m_bytes += qint64(line.size() * sizeof(StreetPoint));
  StreetFeature feature{StreetKind::coast, 0, 0, {}, {line}};
  addTo(StreetLevel::street, feature);
  for (const StreetLevel level : {StreetLevel::city, StreetLevel::region}) addSimplified(level, feature);
  m_coast.push_back(std::move(line));
}

void StreetMapWriter::addSimplified(StreetLevel level, const StreetFeature& feature) {
  const StreetLevelShape shape = shapeOf(level);
  if (isArea(feature.kind) && narrowness(feature.box()) < shape.smallest) return;
  StreetFeature simple = feature;
  simple.rings.clear();
  for (const StreetRing& ring : feature.rings) {
    StreetRing kept =
        isArea(feature.kind) ? simplifiedRing(ring, shape.tolerance) : simplifiedLine(ring, shape.tolerance);
    if (kept.empty()) {
      if (simple.rings.empty()) return;  // the outline itself; its holes mean nothing then
      continue;
    }
    simple.rings.push_back(std::move(kept));
  }
  addTo(level, simple);
}

void StreetMapWriter::addTo(StreetLevel level, const StreetFeature& feature) {
  const StreetBox box = feature.box();
  if (box.isEmpty()) return;
  const std::int32_t longer = std::max(box.right - box.left, box.bottom - box.top);
  auto zoom = std::uint32_t(shapeOf(level).finestZoom);
  while (zoom > 0 && longer > (kStreetWorld >> zoom)) --zoom;
  const auto tileOf = [zoom](std::int32_t low, std::int32_t high) {
    const std::int32_t middle = std::min(low + (high - low) / 2, kStreetWorld - 1);
    return std::uint32_t(middle) >> (std::uint32_t(kStreetBits) - zoom);
  };
  const Key key(level, zoom, tileOf(box.left, box.right), tileOf(box.top, box.bottom));
  StreetTileWriter& tile = m_tiles.try_emplace(key, level).first->second;
  const qsizetype before = tile.bytes();
  tile.add(feature);
  m_bytes += tile.bytes() - before;
}

void StreetMapWriter::addSea(const StreetBox& ground) {
  const Coastlines coast = joinedCoast(std::move(m_coast));
  const std::vector<StreetRing> sea = seaWithin(ground, coast);
  for (const StreetLevel level : {StreetLevel::street, StreetLevel::city, StreetLevel::region}) {
    const StreetLevelShape shape = shapeOf(level);
    std::vector<StreetRing> rings;
    for (const StreetRing& ring : sea) {
      StreetRing kept = simplifiedRing(ring, shape.tolerance);
      if (!kept.empty()) rings.push_back(std::move(kept));
    }
    forEachSeaTile(rings, shape.seaZoom, [&](const std::vector<StreetRing>& inTile) {
      addTo(level, {StreetKind::sea, 0, 0, {}, inTile});
    });
  }
}

Result<void> StreetMapWriter::write(const QString& file, const QString& name, quint64 sourceBytes, qint64 sourceTimeMs,
                                    const StreetExtractHead& head, const std::function<bool()>& goOn) {
  StreetMapHeader header;
  header.bounds = m_bounds;
  header.isMadeUp = head.isMadeUp;
  if (head.box && !commonBox(m_bounds, *head.box).isEmpty()) header.bounds = commonBox(m_bounds, *head.box);
  header.ground = groundOf(header.bounds);
  addSea(header.ground);
  const QString kept = name.left(int(kMaxStreetMapName));
  if (m_tiles.size() > kMaxStreetTiles) return fail(StreetErrc::tooLarge);
  const auto cannot = [](const QString& why) {
    return fail(StreetErrc::cannotWrite, "The street map cannot be stored: " + why.toStdString());
  };
  if (!QDir().mkpath(QFileInfo(file).absolutePath())) return cannot(QFileInfo(file).absolutePath());
  QSaveFile out(file);
  if (!out.open(QIODevice::WriteOnly)) return cannot(out.errorString());
  out.write(QByteArray(StreetMapHeader::kBytes, '\0'));
  std::vector<StreetTileEntry> entries;
  entries.reserve(m_tiles.size());
  for (auto& [key, tile] : m_tiles) {
    const auto& [level, zoom, x, y] = key;
    const QByteArray bytes = tile.take();
    if (bytes.size() > qsizetype(kMaxStreetTileBytes)) return fail(StreetErrc::tooLarge);
    entries.push_back({std::uint32_t(level), zoom, x, y, std::uint64_t(out.pos()), std::uint32_t(bytes.size()),
                       streetChecksum(bytes), tile.box()});
    if (out.write(bytes) != bytes.size()) return cannot(out.errorString());
    if (!goOn()) return fail(StreetErrc::cancelled);
  }
  const QByteArray directory = encodeStreetDirectory(kept, entries);
  header.tiles = std::uint32_t(entries.size());
  header.directoryAt = std::uint64_t(out.pos());
  header.fileBytes = header.directoryAt + std::uint64_t(directory.size());
  header.sourceBytes = sourceBytes;
  header.sourceTimeMs = sourceTimeMs;
  header.streets = m_streets;
  header.buildings = m_buildings;
  header.nameBytes = std::uint32_t(kept.toUtf8().size());
  header.directoryCrc = streetChecksum(directory);
  out.write(directory);
  out.seek(0);
  out.write(encodeStreetHeader(header));
  if (!out.commit()) return cannot(out.errorString());
  return {};
}

}  // namespace carport::ui
