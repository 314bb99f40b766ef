#pragma once

#include "gateway/base/clock.h"
#include "ui/models/history_window.h"

namespace carport::ui {

/// Which stretch of time a plot shows, and how it moves under the hand: live is the right end, not another mode. Pure;
/// the clock is a parameter.
class TimeNavigator {
 public:
  static constexpr Milliseconds kShortest{5'000};
  static constexpr Milliseconds kLongest{std::chrono::hours(24 * 366 * 20)};

  /// The newest `length`, moving along with time.
  void showLive(Milliseconds length);
  /// A stretch that stands still.
  void show(TimeRange range);
  /// Moves by a share of the length, to the right where positive; at the right end it becomes live.
  void pan(double share, TimePoint now);
  /// Makes the length `factor` times as long. The moment at `anchor` (0 left, 1 right) stays where it is; live stays
  /// live.
  void zoom(double factor, double anchor, TimePoint now);

  bool isLive() const { return m_live; }
  Milliseconds length() const { return m_length; }
  TimeRange range(TimePoint now) const;

 private:
  Milliseconds m_length{std::chrono::hours(1)};
  TimePoint m_to{};
  bool m_live = true;
};

/// A round step (1, 2, 5 … seconds, minutes, hours, days) of which at most `count` fit into `length`.
Milliseconds timeStep(Milliseconds length, int count);

/// Values from `low` to `low + steps · step`, both round, that hold a range of values.
struct ValueScale {
  double low = 0;
  double step = 1;
  int steps = 1;

  double high() const { return low + step * steps; }
  bool operator==(const ValueScale&) const = default;
};
/// The scale with exactly `steps` steps that holds [min, max] and wastes least.
ValueScale valueScale(double min, double max, int steps);

}  // namespace carport::ui
