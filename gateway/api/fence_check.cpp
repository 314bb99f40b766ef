#include "gateway/api/api_errc.h"
#include "gateway/api/fence.h"
#include "gateway/api/fence_geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace carport::api {

namespace {

using fencing::Meeting;
using fencing::Place;
using fencing::Ring;
using fencing::Side;

tl::unexpected<Error> unfit(std::string sentence) {
  return fail(ApiErrc::badField, std::move(sentence));
}

/// A place as people find it on a map.
std::string placeText(Place place) {
  const FencePoint point = fencing::pointOf(place);
  return fmt::format("{:.5f}, {:.5f}", point.latitude, point.longitude);
}

Result<void> checkPoint(const FencePoint& point) {
  if (!(point.latitude >= -90 && point.latitude <= 90)) {
    return unfit(fmt::format("The latitude {} is none: latitudes are -90 to 90 degrees", point.latitude));
  }
  if (!(point.longitude >= -180 && point.longitude <= 180)) {
    return unfit(
        fmt::format("The longitude {} is none: longitudes are -180 to 180 degrees; cut the fence at the "
                    "antimeridian",
                    point.longitude));
  }
  return {};
}

Result<void> checkCircle(const FenceCircle& circle) {
  if (const auto fits = checkPoint(circle.centre); !fits) return fits;
  if (circle.radius >= kMinFenceRadius && circle.radius <= kMaxFenceRadius) return {};
  return unfit(
      fmt::format("The radius is {} m; it must be from {} to {} m", circle.radius, kMinFenceRadius, kMaxFenceRadius));
}

Result<Ring> checkRing(const FenceRing& corners, std::string_view what) {
  for (const FencePoint& corner : corners) {
    if (const auto fits = checkPoint(corner); !fits) return failFrom(fits);
  }
  Ring ring = fencing::ringOf(corners);
  if (ring.size() < 3) {
    return unfit(
        fmt::format("{} has {} different corners; three are the least that enclose anything", what, ring.size()));
  }
  if (fencing::isInOneLine(ring)) {
    return unfit(fmt::format("All corners of {} lie in one line, so that it encloses nothing; move one of them",
                             what == "A hole" ? "a hole" : "the outline"));
  }
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Place one = ring[i], other = ring[(i + 1) % ring.size()];
    if (std::abs(one.x - other.x) <= fencing::kHalfTurn) continue;
    return unfit(
        fmt::format("The edge from {} to {} is longer than 180 degrees, so that it could go either way round "
                    "the globe. Cut a fence across the antimeridian in two there, or set a corner in between",
                    placeText(one), placeText(other)));
  }
  return ring;
}

struct Edge {
  Place from, to;
};

/// About where two edges meet, for people to look at.
Place meetingPlace(const Edge& one, const Edge& other, Meeting meeting) {
  if (meeting == Meeting::along) {
    return std::max(std::min(one.from, one.to), std::min(other.from, other.to));
  }
  const auto part = [](std::int64_t value) { return static_cast<double>(value); };
  const double x = part(one.to.x - one.from.x), y = part(one.to.y - one.from.y);
  const double otherX = part(other.to.x - other.from.x), otherY = part(other.to.y - other.from.y);
  const double across = x * otherY - y * otherX;
  if (across == 0) return one.to;  // too flat for doubles
  const double along = (part(other.from.x - one.from.x) * otherY - part(other.from.y - one.from.y) * otherX) / across;
  return {one.from.x + std::llround(along * x), one.from.y + std::llround(along * y)};
}

/// Edges of all rings of one polygon neither cross nor run along each other.
Result<void> checkEdges(const std::vector<Ring>& rings) {
  std::vector<Edge> edges;
  for (const Ring& ring : rings) {
    for (std::size_t i = 0; i < ring.size(); ++i) edges.push_back({ring[i], ring[(i + 1) % ring.size()]});
  }
  // By their western end: those further on that begin east of an edge's end cannot meet it.
  const auto west = [](const Edge& edge) { return std::min(edge.from.x, edge.to.x); };
  const auto east = [](const Edge& edge) { return std::max(edge.from.x, edge.to.x); };
  std::sort(edges.begin(), edges.end(), [&](const Edge& a, const Edge& b) { return west(a) < west(b); });
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Edge& one = edges[i];
    for (std::size_t j = i + 1; j < edges.size() && west(edges[j]) <= east(one); ++j) {
      const Edge& other = edges[j];
      const Meeting meeting = fencing::meetingOf(one.from, one.to, other.from, other.to);
      if (meeting == Meeting::apart) continue;
      return unfit(
          fmt::format("The outline {} near {}, so that people and programs would not agree on what is inside. "
                      "Move its corners apart there",
                      meeting == Meeting::crossing ? "crosses itself" : "runs along itself",
                      placeText(meetingPlace(one, other, meeting))));
    }
  }
  return {};
}

Place middleOf(Place one, Place other) {
  return {(one.x + other.x) / 2, (one.y + other.y) / 2};
}

/// Whether every corner and every middle of an edge of `ring` is on one of these two sides of `about`. Edges that do
/// not cross may still pass through each other's corners.
bool isWhollyOn(const Ring& ring, const Ring& about, Side side) {
  for (std::size_t i = 0; i < ring.size(); ++i) {
    for (const Place place : {ring[i], middleOf(ring[i], ring[(i + 1) % ring.size()])}) {
      const Side its = fencing::sideOf(about, place);
      if (its != side && its != Side::border) return false;
    }
  }
  return true;
}

/// `rings`: the outer one, then the holes.
Result<void> checkHoles(const std::vector<Ring>& rings) {
  for (std::size_t i = 1; i < rings.size(); ++i) {
    if (!isWhollyOn(rings[i], rings[0], Side::inside)) {
      return unfit(fmt::format("The hole at {} is not within the outline; move it in, or leave it out",
                               placeText(rings[i].front())));
    }
    for (std::size_t j = 1; j < rings.size(); ++j) {
      if (i == j || isWhollyOn(rings[i], rings[j], Side::outside)) continue;
      return unfit(
          fmt::format("The hole at {} lies within another hole; leave one of them out", placeText(rings[i].front())));
    }
  }
  return {};
}

Result<void> checkPolygon(const FencePolygon& polygon) {
  std::vector<Ring> rings;
  auto outer = checkRing(polygon.outer, "The outline");
  if (!outer) return failFrom(outer);
  rings.push_back(std::move(*outer));
  for (const FenceRing& corners : polygon.holes) {
    auto hole = checkRing(corners, "A hole");
    if (!hole) return failFrom(hole);
    rings.push_back(std::move(*hole));
  }
  if (const auto fits = checkEdges(rings); !fits) return fits;
  return checkHoles(rings);
}

Result<void> checkArea(const FenceArea& area) {
  if (area.empty()) return unfit("The fence has no outline; draw one");
  if (area.size() > kMaxFencePolygons) {
    return unfit(fmt::format("The fence has {} parts; it may have {}. Make several fences of it", area.size(),
                             kMaxFencePolygons));
  }
  std::size_t holes = 0;
  for (const FencePolygon& polygon : area) holes += polygon.holes.size();
  if (holes > kMaxFenceHoles) {
    return unfit(fmt::format("The fence has {} holes; it may have {}", holes, kMaxFenceHoles));
  }
  if (const std::size_t points = pointsOf(FenceShape(area)); points > kMaxFencePoints) {
    return unfit(fmt::format("The fence has {} corners; it may have {}. Leave some out, or make several fences of it",
                             points, kMaxFencePoints));
  }
  for (const FencePolygon& polygon : area) {
    if (const auto fits = checkPolygon(polygon); !fits) return fits;
  }
  return {};
}

bool isBlank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
}

tl::unexpected<Error> wrongField(const char* pointer, std::string sentence) {
  Error error(ApiErrc::badField, sentence);
  return tl::unexpected<Error>(error.withFields({{pointer, std::move(sentence)}}));
}

}  // namespace

Result<void> checkFenceShape(const FenceShape& shape) {
  const auto* circle = std::get_if<FenceCircle>(&shape);
  return circle != nullptr ? checkCircle(*circle) : checkArea(std::get<FenceArea>(shape));
}

Result<void> checkFence(const Fence& fence) {
  if (isBlank(fence.name)) return wrongField("/name", "Give the fence a name");
  if (fence.name.size() > kMaxFenceNameBytes) {
    return wrongField("/name", fmt::format("The fence's name is longer than {} bytes; shorten it", kMaxFenceNameBytes));
  }
  if (fence.note.size() > kMaxFenceNoteBytes) {
    return wrongField("/note", fmt::format("The fence's note is longer than {} bytes; shorten it", kMaxFenceNoteBytes));
  }
  if (fence.colour >= kFenceColours) {
    return wrongField("/colour",
                      fmt::format("The fence's colour is {}; there are 0 to {}", fence.colour, kFenceColours - 1));
  }
  const auto fits = checkFenceShape(fence.shape);
  return fits ? fits : wrongField("/geometry", fits.error().message());
}

}  // namespace carport::api
