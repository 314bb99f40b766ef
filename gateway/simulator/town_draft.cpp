#include "gateway/simulator/town_draft.h"

#include <cmath>

namespace carport::sim {

double TownPoint::length() const {
  return std::hypot(east, north);
}

std::int64_t TownDraft::node(TownPoint place, OsmTags tags) {
  const auto id = static_cast<std::int64_t>(m_places.size() + 1);
  m_places.push_back(place);
  m_extract.nodes.push_back({id, moved(moved(m_centre, 0, place.north), 90, place.east), std::move(tags)});
  return id;
}

void TownDraft::way(std::vector<std::int64_t> nodes, OsmTags tags) {
  if (nodes.size() < 2) return;
  const auto id = static_cast<std::int64_t>(m_extract.ways.size() + 1);
  m_extract.ways.push_back({id, std::move(nodes), std::move(tags)});
}

void TownDraft::area(std::span<const TownPoint> outline, OsmTags tags) {
  std::vector<std::int64_t> nodes;
  nodes.reserve(outline.size() + 1);
  for (const TownPoint& point : outline) nodes.push_back(node(point));
  nodes.push_back(nodes.front());
  way(std::move(nodes), std::move(tags));
}

void TownDraft::tag(std::int64_t node, const char* key, const char* value) {
  m_extract.nodes[static_cast<std::size_t>(node - 1)].tags.emplace_back(key, value);
}

}  // namespace carport::sim
