#pragma once

#include "ui/models/projection.h"

#include <cstdint>

namespace carport::ui {

/// Where a car is drawn between two fixes. It goes on from its newest fix at its speed, for a short while, and what the
/// new fix differed from where it was drawn is worn down smoothly instead of jumped. Times are steady milliseconds of
/// the portal. A plain value; pure.
class Glide {
 public:
  /// Longest time that a car is moved on without a new fix.
  static constexpr std::int64_t kMaxAheadMs = 5'000;
  /// How long a correction takes.
  static constexpr std::int64_t kBlendMs = 600;
  /// A new fix farther than this from where the car was drawn is a jump of the data, and shown as one. In metres.
  static constexpr double kJumpMetres = 400;

  /// A new fix: `speedKmh` and `headingDegrees` may be NaN, then the car stands still. `smooth` false jumps.
  void fix(WorldPoint place, float speedKmh, float headingDegrees, std::int64_t nowMs, bool smooth = true);
  /// Where to draw the car at `nowMs`; x may lie outside 0 to 1. Cheap: it is asked for every car of every frame.
  WorldPoint at(std::int64_t nowMs) const;
  /// Whether at() still changes as time goes on.
  bool isMoving(std::int64_t nowMs) const;

 private:
  WorldPoint m_place;
  WorldPoint m_perMs;
  WorldPoint m_off;  // from the fix to where it was drawn then
  std::int64_t m_fixedAtMs = 0;
  bool m_known = false;
};

/// Metres between two points on the earth (great circle).
double distanceMetres(GeoPoint from, GeoPoint to);

}  // namespace carport::ui
