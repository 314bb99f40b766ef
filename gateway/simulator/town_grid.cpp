#include "gateway/simulator/town_grid.h"

#include "gateway/simulator/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::sim {

namespace {
constexpr double kMarketMetres = 105;
constexpr double kWidestBlock = 215;  // along a ring, before the spokes double
constexpr double kBankMetres = 22;    // between water and street
constexpr std::size_t kPhases = 8;
}  // namespace

TownGrid::TownGrid(const TownPlan& plan) : m_seed(plan.seed) {
  Random random(plan.seed * 77 + 5);
  const double reach = std::clamp(plan.radiusMetres, TownPlan::kMinRadiusMetres, TownPlan::kMaxRadiusMetres);
  int spokes = kAvenues;
  for (double radius = kMarketMetres; radius <= reach;) {
    while (2 * std::numbers::pi * radius / spokes > kWidestBlock) spokes *= 2;
    m_radii.push_back(radius);
    m_spokes.push_back(spokes);
    radius += radius < 420    ? random.between(78, 92)
              : radius < 1500 ? random.between(112, 140)
                              : random.between(140, 175);
  }
  for (std::size_t i = 0; i < kPhases; ++i) m_phases.push_back(random.between(0, 2 * std::numbers::pi));
  m_turn = random.between(0, 2 * std::numbers::pi);
  m_riverAngle = random.between(0, std::numbers::pi);
  m_riverMetres = random.between(380, 560);
}

int TownGrid::ringAt(double radius) const {
  const auto closest = std::min_element(
      m_radii.begin(), m_radii.end(), [&](double a, double b) { return std::abs(a - radius) < std::abs(b - radius); });
  return static_cast<int>(closest - m_radii.begin());
}

double TownGrid::chance(int ring, int spoke, int purpose) const {
  const auto mix = static_cast<std::uint64_t>(ring * 8191 + spoke * 131 + purpose * 1'000'003);
  return Random(m_seed * 0x9e3779b97f4a7c15ULL ^ mix).unit();
}

TownGrid::Polar TownGrid::polar(int ring, int spoke) const {
  const int count = spokes(ring);
  const int wrapped = (spoke % count + count) % count;
  const double step = 2 * std::numbers::pi / count;
  const bool main = wrapped * kAvenues % count == 0;
  const double loose = main ? 0 : 0.16;
  // The angle goes on beyond a full turn, so that what lies between two junctions is found between their angles.
  return {radius(ring) + (main ? 0 : 24 * (chance(ring, wrapped, 1) - 0.5)),
          step * (spoke + loose * (2 * chance(ring, wrapped, 2) - 1))};
}

TownPoint TownGrid::bend(Polar at) const {
  const double out = std::min(1.0, at.radius / 1500);
  const double angle = at.angle + m_turn + 0.22 * std::sin(at.radius / 1300 + m_phases[0]);
  const double radius = at.radius * (1 + 0.09 * out * std::cos(4 * (angle - m_phases[1])) +
                                     0.07 * out * std::cos(2 * (angle - m_phases[2])));
  const double x = radius * std::cos(angle) * 1.1;
  const double y = radius * std::sin(angle) * 0.92;
  const double loose = std::min(1.0, at.radius / 700);
  return {x + loose * (58 * std::sin(y / 430 + m_phases[3]) + 34 * std::sin((x + y) / 290 + m_phases[4])),
          y + loose * (52 * std::sin(x / 390 + m_phases[5]) + 30 * std::sin((x - y) / 310 + m_phases[6]))};
}

double TownGrid::riverBend(double along) const {
  return m_riverMetres + 170 * std::sin(along / 820 + m_phases[7]) + 60 * std::sin(along / 300 + m_phases[3]);
}

TownPoint TownGrid::riverAt(double along, double aside) const {
  const TownPoint flow{std::cos(m_riverAngle), std::sin(m_riverAngle)};
  const TownPoint across{-flow.north, flow.east};
  return flow * along + across * (riverBend(along) + aside);
}

double TownGrid::fromRiver(TownPoint place) const {
  const double along = place.east * std::cos(m_riverAngle) + place.north * std::sin(m_riverAngle);
  const double across = -place.east * std::sin(m_riverAngle) + place.north * std::cos(m_riverAngle);
  return across - riverBend(along);
}

TownPoint TownGrid::keptDry(TownPoint place) const {
  const double least = kRiverHalfWidth + kBankMetres;
  const double from = fromRiver(place);
  if (std::abs(from) >= least) return place;
  const TownPoint across{-std::sin(m_riverAngle), std::cos(m_riverAngle)};
  return place + across * ((from < 0 ? -least : least) - from);
}

TownPoint TownGrid::place(int ring, int spoke) const {
  return keptDry(bend(polar(ring, spoke)));
}

}  // namespace carport::sim
