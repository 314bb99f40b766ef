#pragma once

#include "gateway/simulator/geo.h"
#include "gateway/simulator/osm_extract.h"

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace carport::sim {

/// East and north of the town's centre, metres.
struct TownPoint {
  double east = 0;
  double north = 0;

  TownPoint operator+(TownPoint other) const { return {east + other.east, north + other.north}; }
  TownPoint operator-(TownPoint other) const { return {east - other.east, north - other.north}; }
  TownPoint operator*(double factor) const { return {east * factor, north * factor}; }
  double length() const;
};

/// Collects nodes and ways with rising ids. Lives while a town is made.
class TownDraft {
 public:
  explicit TownDraft(GeoPoint centre) : m_centre(centre) {}

  std::int64_t node(TownPoint place, OsmTags tags = {});
  void way(std::vector<std::int64_t> nodes, OsmTags tags);
  /// A closed way with nodes of its own.
  void area(std::span<const TownPoint> outline, OsmTags tags);
  TownPoint placeOf(std::int64_t node) const { return m_places[static_cast<std::size_t>(node - 1)]; }
  void tag(std::int64_t node, const char* key, const char* value);

  OsmExtract take() { return std::move(m_extract); }

 private:
  GeoPoint m_centre;
  OsmExtract m_extract;
  std::vector<TownPoint> m_places;  // of the nodes
};

}  // namespace carport::sim
