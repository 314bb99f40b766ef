#include "gateway/api/fence.h"
#include "gateway/api/fence_geometry.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace carport::api {

namespace {

using fencing::Place;
using fencing::Ring;

/// Where a ring leads from one side of the line to the other.
struct Passage {
  std::int64_t y = 0;
  bool leavesWest = false;  // from west to east
  std::size_t index = 0;    // in the order of finding
};

/// A piece of a ring on one side of the line, with the passages at its ends.
struct Chain {
  Ring places;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool isHere = false;
  bool isUsed = false;
};

/// Cuts from a polygon, its outer ring anticlockwise and its holes clockwise, what lies on one side of a meridian. The
/// boundary meets it in passages; from south to north the inside lies between the first and the second, the third and
/// the fourth, and so on: pieces are joined there. An edge on the line is beyond it, so that no hole is left that runs
/// along the border of its part.
class MeridianCut {
 public:
  MeridianCut(std::int64_t x, bool takesWest) : m_x(x), m_takesWest(takesWest) {}

  void add(const Ring& ring);
  std::vector<Ring> join();

 private:
  std::vector<char> sidesOf(const Ring& ring) const;
  Place passageBetween(Place from, Place to) const;
  std::vector<std::size_t> partners();
  void putInTurn();

  const std::int64_t m_x;
  const bool m_takesWest;
  std::vector<Passage> m_passages;
  std::vector<Chain> m_chains;  // on this side of it
  std::vector<Ring> m_taken;
};

/// For each place whether it is on this side: one on the line is where both its neighbours are, with which the ring
/// only touches it.
std::vector<char> MeridianCut::sidesOf(const Ring& ring) const {
  const auto isHere = [this](Place place) { return m_takesWest ? place.x < m_x : place.x > m_x; };
  std::vector<char> sides;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Place before = ring[(i + ring.size() - 1) % ring.size()];
    const Place after = ring[(i + 1) % ring.size()];
    const bool touches = ring[i].x == m_x && isHere(before) && isHere(after);
    sides.push_back(isHere(ring[i]) || touches ? 1 : 0);
  }
  return sides;
}

Place MeridianCut::passageBetween(Place from, Place to) const {
  const double part = static_cast<double>(m_x - from.x) / static_cast<double>(to.x - from.x);
  const double y = static_cast<double>(from.y) + part * static_cast<double>(to.y - from.y);
  return {m_x, 2 * static_cast<std::int64_t>(std::llround(y / 2))};
}

void MeridianCut::add(const Ring& ring) {
  const std::size_t size = ring.size();
  const std::vector<char> isHere = sidesOf(ring);
  std::size_t first = 0;  // the first place behind a passage
  while (first < size && isHere[first] == isHere[(first + size - 1) % size]) ++first;
  if (first == size) {
    if (!ring.empty() && isHere.front() != 0) m_taken.push_back(ring);
    return;
  }
  const std::size_t firstPassage = m_passages.size();
  Chain chain;
  const auto endWith = [&](std::size_t passage, Place place) {
    chain.end = passage;
    chain.places.push_back(place);
    if (chain.isHere) m_chains.push_back(chain);
    chain = {};
  };
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t at = (first + i) % size, before = (at + size - 1) % size;
    if (isHere[before] != isHere[at]) {
      const Place passage = passageBetween(ring[before], ring[at]);
      if (i > 0) endWith(m_passages.size(), passage);
      chain.isHere = isHere[at] != 0;
      chain.begin = m_passages.size();
      chain.places.push_back(passage);
      m_passages.push_back({passage.y, (isHere[before] != 0) == m_takesWest, m_passages.size()});
    }
    chain.places.push_back(ring[at]);
  }
  endWith(firstPassage, {m_x, m_passages[firstPassage].y});
}

/// From south to north the boundary leaves the west and comes back by turns; where passages meet in one place, they
/// are put in that order.
void MeridianCut::putInTurn() {
  std::stable_sort(m_passages.begin(), m_passages.end(), [](const Passage& a, const Passage& b) { return a.y < b.y; });
  for (std::size_t i = 0; i < m_passages.size(); ++i) {
    const bool shouldLeave = i % 2 == 0;
    const auto fitting = std::find_if(m_passages.begin() + static_cast<std::ptrdiff_t>(i), m_passages.end(),
                                      [&](const Passage& other) { return other.leavesWest == shouldLeave; });
    if (fitting != m_passages.end() && fitting->y == m_passages[i].y) std::swap(m_passages[i], *fitting);
  }
}

std::vector<std::size_t> MeridianCut::partners() {
  putInTurn();
  std::vector<std::size_t> partnerOf(m_passages.size());
  for (std::size_t i = 0; i + 1 < m_passages.size(); i += 2) {
    partnerOf[m_passages[i].index] = m_passages[i + 1].index;
    partnerOf[m_passages[i + 1].index] = m_passages[i].index;
  }
  return partnerOf;
}

std::vector<Ring> MeridianCut::join() {
  const std::vector<std::size_t> partnerOf = partners();
  for (Chain& first : m_chains) {
    if (first.isUsed) continue;
    Ring ring;
    Chain* chain = &first;
    while (chain != nullptr && !chain->isUsed) {
      chain->isUsed = true;
      ring.insert(ring.end(), chain->places.begin(), chain->places.end());
      const auto next = std::find_if(m_chains.begin(), m_chains.end(),
                                     [&](const Chain& other) { return other.begin == partnerOf[chain->end]; });
      chain = next == m_chains.end() ? nullptr : &*next;
    }
    m_taken.push_back(std::move(ring));
  }
  return std::move(m_taken);
}

/// What of these rings lies on one side of a meridian.
std::vector<Ring> sideOf(const std::vector<Ring>& rings, std::int64_t meridian, bool takesWest) {
  MeridianCut cut(meridian, takesWest);
  for (const Ring& ring : rings) cut.add(ring);
  return cut.join();
}

/// Without places that come twice in a row.
Ring tidied(Ring ring) {
  ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
  while (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
  return ring;
}

/// The rings that enclose something, as polygons with their holes, `shift` further east.
void addPolygons(std::vector<Ring> rings, std::int64_t shift, FenceArea& out) {
  struct Piece {
    Ring outer;
    FencePolygon polygon;
  };
  std::vector<Piece> pieces;
  std::vector<Ring> holes;
  for (Ring& untidy : rings) {
    Ring ring = tidied(std::move(untidy));
    for (Place& place : ring) place.x += shift;
    if (ring.size() < 3 || fencing::isInOneLine(ring)) continue;
    if (fencing::windingOf(ring) < 0) {
      holes.push_back(std::move(ring));
    } else {
      FenceRing outer = fencing::pointsOf(ring);
      pieces.push_back({std::move(ring), {std::move(outer), {}}});
    }
  }
  for (const Ring& hole : holes) {
    const auto isIn = [&](const Piece& piece) {
      return std::none_of(hole.begin(), hole.end(),
                          [&](Place place) { return fencing::sideOf(piece.outer, place) == fencing::Side::outside; });
    };
    const auto piece = std::find_if(pieces.begin(), pieces.end(), isIn);
    if (piece != pieces.end()) piece->polygon.holes.push_back(fencing::pointsOf(hole));
  }
  for (Piece& piece : pieces) out.push_back(std::move(piece.polygon));
}

std::vector<Ring> ringsOf(const FencePolygon& polygon) {
  std::vector<Ring> rings{fencing::ringOf(polygon.outer)};
  for (const FenceRing& hole : polygon.holes) rings.push_back(fencing::ringOf(hole));
  for (std::size_t i = 0; i < rings.size(); ++i) {
    if (rings[i].empty()) continue;
    const int wanted = i == 0 ? 1 : -1;
    if (fencing::windingOf(rings[i]) == -wanted) std::reverse(rings[i].begin() + 1, rings[i].end());
  }
  return rings;
}

}  // namespace

FenceArea cutAtAntimeridian(const FencePolygon& polygon) {
  FenceArea area;
  std::vector<Ring> rest = ringsOf(polygon);
  for (const std::int64_t meridian : {-fencing::kHalfTurn, fencing::kHalfTurn}) {
    addPolygons(sideOf(rest, meridian, true), meridian < 0 ? 2 * fencing::kHalfTurn : 0, area);
    rest = sideOf(rest, meridian, false);
  }
  addPolygons(std::move(rest), -2 * fencing::kHalfTurn, area);
  return area;
}

}  // namespace carport::api
