#include "gateway/simulator/road_graph.h"

#include "gateway/simulator/road_graph_builder.h"
#include "gateway/simulator/sim_errc.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
constexpr double kCellMetres = 400;
constexpr double kMetresPerDegree = 6'371'008.8 * std::numbers::pi / 180;
}  // namespace

Result<RoadGraph> RoadGraph::build(const RoadSource& source) {
  RoadGraph graph = RoadGraphBuilder(source).build();
  if (graph.m_edges.size() >= kMinEdges) return graph;
  return fail(SimErrc::badStreets, "The streets of the extract are not connected, so nobody could drive anywhere");
}

Result<RoadGraph> RoadGraph::read(const std::filesystem::path& file) {
  const auto source = RoadSource::read(file);
  if (!source) return failFrom(source);
  return build(*source);
}

GeoPoint RoadGraph::placeOf(RoadPosition position) const {
  const auto line = points(position.edge);
  const auto next = std::upper_bound(line.begin() + 1, line.end() - 1, position.offset,
                                     [](double offset, const Point& point) { return offset < double(point.along); });
  const Point& from = *(next - 1);
  const double stretch = double(next->along) - double(from.along);
  const double part = stretch > 0 ? std::clamp((position.offset - double(from.along)) / stretch, 0.0, 1.0) : 0;
  return {from.place.latitude + part * (next->place.latitude - from.place.latitude),
          from.place.longitude + part * (next->place.longitude - from.place.longitude)};
}

std::uint64_t RoadGraph::cellOf(GeoPoint place) const {
  const double shrink = std::max(0.01, std::cos(m_centre.latitude * std::numbers::pi / 180));
  const auto row = static_cast<std::int32_t>(std::floor(place.latitude * kMetresPerDegree / kCellMetres));
  const auto column = static_cast<std::int32_t>(std::floor(place.longitude * kMetresPerDegree * shrink / kCellMetres));
  return std::uint64_t(static_cast<std::uint32_t>(row)) << 32 | static_cast<std::uint32_t>(column);
}

std::span<const std::uint32_t> RoadGraph::edgesNear(GeoPoint place) const {
  const auto [low, high] = std::equal_range(m_cells.begin(), m_cells.end(), cellOf(place));
  return std::span(m_byCell).subspan(static_cast<std::size_t>(low - m_cells.begin()),
                                     static_cast<std::size_t>(high - low));
}

double RoadGraph::metresToNearestRoad(GeoPoint place) const {
  const double shrink = std::cos(place.latitude * std::numbers::pi / 180);
  double nearest = std::numeric_limits<double>::max();
  for (std::uint32_t i = 0; i < m_edges.size(); ++i) {
    const auto line = points(i);
    for (std::size_t p = 1; p < line.size(); ++p) {
      const double ax = (line[p - 1].place.longitude - place.longitude) * kMetresPerDegree * shrink;
      const double ay = (line[p - 1].place.latitude - place.latitude) * kMetresPerDegree;
      const double dx = (line[p].place.longitude - line[p - 1].place.longitude) * kMetresPerDegree * shrink;
      const double dy = (line[p].place.latitude - line[p - 1].place.latitude) * kMetresPerDegree;
      const double squared = dx * dx + dy * dy;
      const double part = squared > 0 ? std::clamp(-(ax * dx + ay * dy) / squared, 0.0, 1.0) : 0;
      nearest = std::min(nearest, std::hypot(ax + part * dx, ay + part * dy));
    }
  }
  return nearest;
}

}  // namespace carport::sim
