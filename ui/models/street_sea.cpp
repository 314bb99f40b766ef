#include "ui/models/street_sea.h"

#include "ui/models/street_geometry.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

namespace carport::ui {
namespace {

/// More pieces of coast than this at the edge of an extract are no coast of this world; there is no sea then.
constexpr std::size_t kMaxCoastPieces = 5'000;

std::uint64_t keyOf(StreetPoint p) {
  return (std::uint64_t(std::uint32_t(p.x)) << 32) | std::uint32_t(p.y);
}

/// A segment cut to a box (Liang and Barsky): the parts of it, from 0 to 1, between which it is inside.
std::optional<std::pair<double, double>> insidePart(StreetPoint a, StreetPoint b, const StreetBox& box) {
  const double dx = double(b.x) - a.x;
  const double dy = double(b.y) - a.y;
  const std::array<std::pair<double, double>, 4> sides{{{-dx, double(a.x) - box.left},
                                                        {dx, double(box.right) - a.x},
                                                        {-dy, double(a.y) - box.top},
                                                        {dy, double(box.bottom) - a.y}}};
  double from = 0;
  double to = 1;
  for (const auto& [out, room] : sides) {
    if (out == 0) {
      if (room < 0) return std::nullopt;
      continue;
    }
    const double at = room / out;
    out < 0 ? from = std::max(from, at) : to = std::min(to, at);
  }
  return from <= to ? std::optional(std::pair(from, to)) : std::nullopt;
}

StreetPoint placeBetween(StreetPoint a, StreetPoint b, double part, const StreetBox& box) {
  if (part <= 0) return a;
  if (part >= 1) return b;
  return {std::clamp(std::int32_t(std::lround(a.x + (double(b.x) - a.x) * part)), box.left, box.right),
          std::clamp(std::int32_t(std::lround(a.y + (double(b.y) - a.y) * part)), box.top, box.bottom)};
}

/// The pieces of a line inside a box, in its direction.
void appendPieces(std::vector<StreetRing>& pieces, const StreetRing& line, const StreetBox& box) {
  StreetRing piece;
  const auto end = [&] {
    if (piece.size() >= 2) pieces.push_back(std::move(piece));
    piece.clear();
  };
  for (std::size_t n = 0; n + 1 < line.size(); ++n) {
    const auto part = insidePart(line[n], line[n + 1], box);
    if (!part) {
      end();
      continue;
    }
    if (piece.empty() || part->first > 0) {
      end();
      piece.push_back(placeBetween(line[n], line[n + 1], part->first, box));
    }
    piece.push_back(placeBetween(line[n], line[n + 1], part->second, box));
    if (part->second < 1) end();
  }
  end();
}

/// Walks clockwise around a box: 0 at the upper left corner.
class Edge {
 public:
  explicit Edge(const StreetBox& box)
      : m_box(box), m_width(double(box.right) - box.left), m_height(double(box.bottom) - box.top) {}

  double around() const { return 2 * (m_width + m_height); }

  /// The place on the edge nearest to one inside of it.
  StreetPoint nearest(StreetPoint p) const {
    const std::array<std::int32_t, 4> distances{p.x - m_box.left, m_box.right - p.x, p.y - m_box.top,
                                                m_box.bottom - p.y};
    switch (std::min_element(distances.begin(), distances.end()) - distances.begin()) {
      case 0:
        return {m_box.left, p.y};
      case 1:
        return {m_box.right, p.y};
      case 2:
        return {p.x, m_box.top};
      default:
        return {p.x, m_box.bottom};
    }
  }

  double at(StreetPoint p) const {
    if (p.y == m_box.top) return double(p.x) - m_box.left;
    if (p.x == m_box.right) return m_width + (double(p.y) - m_box.top);
    if (p.y == m_box.bottom) return m_width + m_height + (double(m_box.right) - p.x);
    return 2 * m_width + m_height + (double(m_box.bottom) - p.y);
  }

  /// How far it is clockwise from one place to another.
  double way(double from, double to) const { return to >= from ? to - from : to - from + around(); }

  /// The corners that are passed on the way, in order.
  void appendCorners(StreetRing& ring, double from, double length) const {
    const std::array<std::pair<double, StreetPoint>, 4> corners{{
        {0, {m_box.left, m_box.top}},
        {m_width, {m_box.right, m_box.top}},
        {m_width + m_height, {m_box.right, m_box.bottom}},
        {2 * m_width + m_height, {m_box.left, m_box.bottom}},
    }};
    std::vector<std::pair<double, StreetPoint>> passed;
    for (const auto& [where, corner] : corners) {
      const double distance = way(from, where);
      if (distance > 0 && distance < length) passed.emplace_back(distance, corner);
    }
    std::sort(passed.begin(), passed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [distance, corner] : passed) ring.push_back(corner);
  }

 private:
  StreetBox m_box;
  double m_width;
  double m_height;
};

/// Closes the pieces of coast, all of which begin and end on the edge: from each one's end clockwise to the next
/// beginning, with the sea on the right hand.
std::vector<StreetRing> closedAlong(const Edge& edge, const std::vector<StreetRing>& pieces) {
  std::vector<StreetRing> rings;
  std::vector<bool> used(pieces.size(), false);
  for (std::size_t first = 0; first < pieces.size(); ++first) {
    if (used[first]) continue;
    StreetRing ring;
    for (std::size_t piece = first;;) {
      used[piece] = true;
      ring.insert(ring.end(), pieces[piece].begin(), pieces[piece].end());
      const double from = edge.at(pieces[piece].back());
      std::size_t next = first;
      double shortest = edge.way(from, edge.at(pieces[first].front()));
      for (std::size_t other = 0; other < pieces.size(); ++other) {
        const double way = edge.way(from, edge.at(pieces[other].front()));
        if (used[other] || way >= shortest) continue;
        shortest = way;
        next = other;
      }
      edge.appendCorners(ring, from, shortest);
      if (next == first) break;
      piece = next;
    }
    if (ring.size() >= 3) rings.push_back(std::move(ring));
  }
  return rings;
}

}  // namespace

Coastlines joinedCoast(std::vector<StreetRing> ways) {
  std::erase_if(ways, [](const StreetRing& way) { return way.size() < 2; });
  std::unordered_map<std::uint64_t, std::size_t> beginning;
  std::unordered_map<std::uint64_t, std::size_t> ending;
  for (std::size_t n = 0; n < ways.size(); ++n) {
    beginning.emplace(keyOf(ways[n].front()), n);
    ending.emplace(keyOf(ways[n].back()), n);
  }
  Coastlines coast;
  std::vector<bool> used(ways.size(), false);
  const auto take = [&](std::size_t first) {
    StreetRing line;
    for (std::size_t n = first; !used[n];) {
      used[n] = true;
      line.insert(line.end(), ways[n].begin() + (line.empty() ? 0 : 1), ways[n].end());
      const auto next = beginning.find(keyOf(line.back()));
      if (next == beginning.end()) break;
      n = next->second;
    }
    if (line.size() > 3 && line.front() == line.back()) {
      line.pop_back();
      coast.closed.push_back(std::move(line));
    } else {
      coast.open.push_back(std::move(line));
    }
  };
  // First those before which there is none; what is left then goes around.
  for (std::size_t n = 0; n < ways.size(); ++n) {
    if (!used[n] && !ending.contains(keyOf(ways[n].front()))) take(n);
  }
  for (std::size_t n = 0; n < ways.size(); ++n) {
    if (!used[n]) take(n);
  }
  return coast;
}

std::vector<StreetRing> clippedRings(const std::vector<StreetRing>& rings, const StreetBox& box) {
  std::vector<StreetRing> kept;
  for (const StreetRing& ring : rings) {
    StreetRing cut = clippedRing(ring, box);
    if (!cut.empty() && signedArea2(cut) != 0) kept.push_back(std::move(cut));
  }
  return kept;
}

std::vector<StreetRing> seaWithin(const StreetBox& area, const Coastlines& coast) {
  std::vector<StreetRing> islands;
  std::vector<StreetRing> pieces;
  for (const StreetRing& line : coast.open) appendPieces(pieces, line, area);
  bool isIslandAlone = false;
  for (const StreetRing& ring : coast.closed) {
    const bool inside = std::all_of(ring.begin(), ring.end(), [&](StreetPoint p) { return area.contains(p); });
    if (inside) {
      isIslandAlone = isIslandAlone || signedArea2(ring) < 0;
      islands.push_back(ring);
      continue;
    }
    // Begun at a point outside, so that no piece is cut in the middle.
    const auto outside = std::find_if(ring.begin(), ring.end(), [&](StreetPoint p) { return !area.contains(p); });
    StreetRing line(outside, ring.end());
    line.insert(line.end(), ring.begin(), outside + 1);
    appendPieces(pieces, line, area);
  }
  if (pieces.size() > kMaxCoastPieces) return {};
  const Edge edge(area);
  for (StreetRing& piece : pieces) {
    if (const StreetPoint to = edge.nearest(piece.front()); !(to == piece.front())) piece.insert(piece.begin(), to);
    if (const StreetPoint to = edge.nearest(piece.back()); !(to == piece.back())) piece.push_back(to);
  }
  std::vector<StreetRing> sea = closedAlong(edge, pieces);
  if (sea.empty() && isIslandAlone)
    sea.push_back({{area.left, area.top}, {area.right, area.top}, {area.right, area.bottom}, {area.left, area.bottom}});
  sea.insert(sea.end(), islands.begin(), islands.end());
  return sea;
}

}  // namespace carport::ui
