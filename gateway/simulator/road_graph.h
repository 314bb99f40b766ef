#pragma once

#include "gateway/base/result.h"
#include "gateway/simulator/geo.h"
#include "gateway/simulator/road_rules.h"
#include "gateway/simulator/road_source.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace carport::sim {

/// A place on a road: so many metres along a piece of it.
struct RoadPosition {
  std::uint32_t edge = 0;
  double offset = 0;
};

/// The roads of an extract as a car sees them: pieces between junctions, one for each direction that may be driven.
/// Every piece can be reached from every other. Immutable once built; any thread may read it.
class RoadGraph {
 public:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  /// A bend of an edge's line.
  struct Point {
    GeoPoint place;
    float along = 0;    ///< metres from the edge's beginning
    float bearing = 0;  ///< degrees, of the line from here to the next point
    float cap = 0;      ///< m/s that the bend here allows
  };
  struct Edge {
    std::uint32_t from = 0;  ///< junction
    std::uint32_t to = 0;    ///< junction
    std::uint32_t firstPoint = 0;
    std::uint32_t pointCount = 0;  ///< 2 or more
    std::uint32_t twin = kNone;    ///< the same piece in the other direction
    float lengthMetres = 0;
    float limit = 0;                  ///< m/s
    float seconds = 0;                ///< that a drive through takes, roughly; service roads count more
    PointRule end = PointRule::none;  ///< what cars meet at the end
    RoadClass roadClass = RoadClass::residential;
    bool tunnel = false;
    bool roundabout = false;
  };
  struct Junction {
    GeoPoint place;
    bool hasLights = false;
  };

  /// Fails with a sentence where the roads do not form a net of at least kMinEdges pieces.
  static Result<RoadGraph> build(const RoadSource& source);
  /// Reads and builds. Blocks.
  static Result<RoadGraph> read(const std::filesystem::path& file);

  static constexpr std::size_t kMinEdges = 2;

  GeoPoint centre() const { return m_centre; }
  std::span<const Edge> edges() const { return m_edges; }
  const Edge& edge(std::uint32_t number) const { return m_edges[number]; }
  std::span<const Junction> junctions() const { return m_junctions; }
  std::span<const Point> points(std::uint32_t edge) const {
    return std::span(m_points).subspan(m_edges[edge].firstPoint, m_edges[edge].pointCount);
  }
  /// Edges that begin at a junction; never empty.
  std::span<const std::uint32_t> edgesFrom(std::uint32_t junction) const {
    return std::span(m_outgoing)
        .subspan(m_firstOutgoing[junction], m_firstOutgoing[junction + 1] - m_firstOutgoing[junction]);
  }
  /// m/s, of the fastest edge.
  double fastest() const { return m_fastest; }

  GeoPoint placeOf(RoadPosition position) const;
  double bearingAtStart(std::uint32_t edge) const { return points(edge).front().bearing; }
  double bearingAtEnd(std::uint32_t edge) const { return points(edge)[m_edges[edge].pointCount - 2].bearing; }

  /// Edges that begin in the square of about 400 m around a place; may be empty.
  std::span<const std::uint32_t> edgesNear(GeoPoint place) const;
  /// Distance from `place` to the nearest line of an edge, in metres. Looks at every edge: for tests.
  double metresToNearestRoad(GeoPoint place) const;

 private:
  friend class RoadGraphBuilder;

  std::uint64_t cellOf(GeoPoint place) const;

  GeoPoint m_centre;
  double m_fastest = 0;
  std::vector<Junction> m_junctions;
  std::vector<Edge> m_edges;
  std::vector<Point> m_points;
  std::vector<std::uint32_t> m_outgoing;       // edge numbers, grouped by junction
  std::vector<std::uint32_t> m_firstOutgoing;  // one more entry than junctions
  std::vector<std::uint64_t> m_cells;          // of m_byCell, ascending
  std::vector<std::uint32_t> m_byCell;         // edge numbers, grouped by cell
};

}  // namespace carport::sim
