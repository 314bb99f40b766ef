#include "ui/models/fence_draft.h"

#include "ui/models/fence_geometry.h"
#include "ui/models/projection.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace carport::ui {
namespace {

constexpr double kDraftRadian = std::numbers::pi / 180;

double bearingOf(api::FencePoint from, api::FencePoint to) {
  const double south = from.latitude * kDraftRadian;
  const double north = to.latitude * kDraftRadian;
  const double east = (to.longitude - from.longitude) * kDraftRadian;
  const double y = std::sin(east) * std::cos(north);
  const double x = std::cos(south) * std::sin(north) - std::sin(south) * std::cos(north) * std::cos(east);
  return std::atan2(y, x) / kDraftRadian;
}

/// On the same turn of the globe as `near`.
api::FencePoint besides(api::FencePoint place, api::FencePoint near) {
  place.longitude = nearestTurn(place.longitude, near.longitude);
  return place;
}

/// A polygon whose longitudes have wandered away is brought back, so that it can be cut; its holes go with it.
void bringBack(std::vector<api::FenceRing>& rings) {
  const double turns = 360 * std::round(rings.front().front().longitude / 360);
  for (api::FenceRing& ring : rings)
    for (api::FencePoint& corner : ring) corner.longitude -= turns;
}

}  // namespace

FenceDraft::FenceDraft(const api::FenceShape& shape) : m_now(stateOf(shape)), m_saved(m_now) {}

FenceDraft::State FenceDraft::stateOf(const api::FenceShape& shape) {
  State state;
  if (const auto* circle = std::get_if<api::FenceCircle>(&shape)) {
    state.circle = *circle;
    return state;
  }
  for (const api::FencePolygon& polygon : joinedAtAntimeridian(std::get<api::FenceArea>(shape))) {
    state.outers.push_back(state.rings.size());
    state.rings.push_back(unwrapped(polygon.outer));
    for (const api::FenceRing& hole : polygon.holes) {
      api::FenceRing ring = unwrapped(hole);
      if (!ring.empty()) {
        const double turns =
            besides(ring.front(), state.rings[state.outers.back()].front()).longitude - ring.front().longitude;
        for (api::FencePoint& corner : ring) corner.longitude += turns;
      }
      state.rings.push_back(std::move(ring));
    }
  }
  return state;
}

std::size_t FenceDraft::corners() const {
  if (m_now.circle) return 2;
  std::size_t count = 0;
  for (const api::FenceRing& ring : m_now.rings) count += ring.size();
  return count;
}

std::optional<api::FencePoint> FenceDraft::place(FenceCorner corner) const {
  if (m_now.circle) {
    if (corner.ring != 0 || corner.index > 1) return std::nullopt;
    return corner.index == 0 ? m_now.circle->centre
                             : placeAt(m_now.circle->centre, m_now.bearing, m_now.circle->radius);
  }
  if (corner.ring >= m_now.rings.size() || corner.index >= m_now.rings[corner.ring].size()) return std::nullopt;
  return m_now.rings[corner.ring][corner.index];
}

FenceCorner FenceDraft::next(std::optional<FenceCorner> corner, bool back) const {
  if (m_now.circle) return {0, corner ? 1 - std::min<std::size_t>(corner->index, 1) : 1};
  if (!corner || !place(*corner)) return {};
  FenceCorner found = *corner;
  if (back) {
    if (found.index > 0) return {found.ring, found.index - 1};
    found.ring = (found.ring + m_now.rings.size() - 1) % m_now.rings.size();
    return {found.ring, m_now.rings[found.ring].size() - 1};
  }
  if (found.index + 1 < m_now.rings[found.ring].size()) return {found.ring, found.index + 1};
  return {(found.ring + 1) % m_now.rings.size(), 0};
}

void FenceDraft::keep() {
  if (m_inStep) return;
  m_redo.clear();
  if (m_undo.size() >= kMaxSteps) m_undo.erase(m_undo.begin());
  m_undo.push_back(m_now);
}

void FenceDraft::beginStep() {
  if (m_inStep) return;
  keep();
  m_inStep = true;
}

void FenceDraft::endStep() {
  if (!m_inStep) return;
  m_inStep = false;
  // A press that moved nothing is no step.
  if (!m_undo.empty() && m_undo.back() == m_now) m_undo.pop_back();
}

bool FenceDraft::addCorner(api::FencePoint place) {
  if (m_now.circle || (!m_now.rings.empty() && !m_now.isOpen) || corners() >= api::kMaxFencePoints) return false;
  keep();
  if (m_now.rings.empty()) {
    m_now.rings.emplace_back();
    m_now.outers = {0};
    m_now.isOpen = true;
  }
  api::FenceRing& ring = m_now.rings.front();
  ring.push_back(ring.empty() ? place : besides(place, ring.back()));
  return true;
}

bool FenceDraft::close() {
  if (!canClose()) return false;
  keep();
  m_now.isOpen = false;
  return true;
}

bool FenceDraft::takeBackCorner() {
  if (!m_now.isOpen) return false;
  keep();
  m_now.rings.front().pop_back();
  if (m_now.rings.front().empty()) m_now = State();
  return true;
}

void FenceDraft::setCircle(api::FencePoint centre, double radiusMetres, double bearingDegrees) {
  keep();
  m_now = State();
  m_now.circle = api::FenceCircle{centre, std::clamp(radiusMetres, api::kMinFenceRadius, api::kMaxFenceRadius)};
  m_now.bearing = bearingDegrees;
}

void FenceDraft::moveCircle(std::size_t index, api::FencePoint place) {
  if (index == 0) {
    m_now.circle->centre = place;
    return;
  }
  const double radius = metresBetween(m_now.circle->centre, place);
  m_now.circle->radius = std::clamp(radius, api::kMinFenceRadius, api::kMaxFenceRadius);
  m_now.bearing = bearingOf(m_now.circle->centre, place);
}

bool FenceDraft::moveCorner(FenceCorner corner, api::FencePoint to) {
  const auto from = place(corner);
  if (!from) return false;
  keep();
  to.latitude = std::clamp(to.latitude, -90.0, 90.0);
  to = besides(to, *from);
  if (m_now.circle) {
    moveCircle(corner.index, to);
  } else {
    m_now.rings[corner.ring][corner.index] = to;
  }
  return true;
}

bool FenceDraft::insertAfter(FenceCorner corner, api::FencePoint to) {
  const auto before = place(corner);
  if (!before || m_now.circle || corners() >= api::kMaxFencePoints) return false;
  keep();
  api::FenceRing& ring = m_now.rings[corner.ring];
  ring.insert(ring.begin() + std::ptrdiff_t(corner.index) + 1, besides(to, *before));
  return true;
}

bool FenceDraft::isOuter(std::size_t ring) const {
  return std::find(m_now.outers.begin(), m_now.outers.end(), ring) != m_now.outers.end();
}

bool FenceDraft::removeRing(std::size_t ring) {
  std::size_t end = ring + 1;
  if (isOuter(ring)) {
    if (m_now.outers.size() == 1) return false;
    while (end < m_now.rings.size() && !isOuter(end)) ++end;  // its holes go with it
  }
  keep();
  m_now.rings.erase(m_now.rings.begin() + std::ptrdiff_t(ring), m_now.rings.begin() + std::ptrdiff_t(end));
  std::erase(m_now.outers, ring);
  for (std::size_t& outer : m_now.outers)
    if (outer > ring) outer -= end - ring;
  return true;
}

bool FenceDraft::removeCorner(FenceCorner corner) {
  if (m_now.circle || !place(corner)) return false;
  if (m_now.isOpen && corner.index + 1 == m_now.rings.front().size()) return takeBackCorner();
  if (!m_now.isOpen && m_now.rings[corner.ring].size() <= 3) return removeRing(corner.ring);
  keep();
  api::FenceRing& ring = m_now.rings[corner.ring];
  ring.erase(ring.begin() + std::ptrdiff_t(corner.index));
  return true;
}

bool FenceDraft::moveBy(double worldX, double worldY) {
  if (isEmpty()) return false;
  keep();
  const auto moved = [&](api::FencePoint& place) {
    const WorldPoint world = toWorld({place.latitude, place.longitude}) + WorldPoint(worldX, worldY);
    place.latitude = toGeo({world.x(), std::clamp(world.y(), 0.0, 1.0)}).latitude;
    place.longitude += worldX * 360;
  };
  if (m_now.circle) moved(m_now.circle->centre);
  for (api::FenceRing& ring : m_now.rings) std::for_each(ring.begin(), ring.end(), moved);
  return true;
}

void FenceDraft::replace(const api::FenceShape& shape) {
  keep();
  m_now = stateOf(shape);
}

void FenceDraft::revert() {
  endStep();
  if (!isChanged()) return;
  keep();
  m_now = m_saved;
}

bool FenceDraft::undo() {
  endStep();
  if (m_undo.empty()) return false;
  m_redo.push_back(std::exchange(m_now, std::move(m_undo.back())));
  m_undo.pop_back();
  return true;
}

bool FenceDraft::redo() {
  endStep();
  if (m_redo.empty()) return false;
  m_undo.push_back(std::exchange(m_now, std::move(m_redo.back())));
  m_redo.pop_back();
  return true;
}

api::FenceShape FenceDraft::shape() const {
  if (m_now.circle) {
    api::FenceCircle circle = *m_now.circle;
    circle.centre.longitude = nearestTurn(circle.centre.longitude, 0);
    return api::onFenceGrid(circle);
  }
  api::FenceArea area;
  for (std::size_t n = 0; n < m_now.outers.size(); ++n) {
    const std::size_t end = n + 1 < m_now.outers.size() ? m_now.outers[n + 1] : m_now.rings.size();
    std::vector<api::FenceRing> rings(m_now.rings.begin() + std::ptrdiff_t(m_now.outers[n]),
                                      m_now.rings.begin() + std::ptrdiff_t(end));
    bringBack(rings);
    api::FencePolygon polygon{std::move(rings.front()), {}};
    polygon.holes.assign(std::make_move_iterator(rings.begin() + 1), std::make_move_iterator(rings.end()));
    const api::FenceArea parts = api::cutAtAntimeridian(polygon);
    area.insert(area.end(), parts.begin(), parts.end());
  }
  turnRightHanded(area);
  return api::onFenceGrid(area);
}

QString FenceDraft::problem() const {
  if (isEmpty()) return tr("Nothing is drawn yet.");
  if (!m_now.circle && m_now.isOpen && m_now.rings.front().size() < 3) return tr("An area has three corners or more.");
  const auto checked = api::checkFenceShape(shape());
  return checked ? QString() : QString::fromStdString(checked.error().message());
}

}  // namespace carport::ui
