#pragma once

#include "gateway/base/clock.h"

#include <array>

namespace carport::ui {

/// The clock of the time machine: live, or at a moment that stands still or runs at some speed. A value; pure.
class TimeMachineClock {
 public:
  /// Seconds that pass in one.
  static constexpr std::array<double, 12> kSpeeds{0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 1000};

  bool isLive() const { return m_live; }
  bool isPlaying() const { return !m_live && m_playing; }
  double speed() const { return m_speed; }
  /// While not live.
  TimePoint moment() const { return m_moment; }

  void goLive();
  /// Stands there, or goes on from there where it was playing.
  void goTo(TimePoint moment);
  /// From where it is; nothing while live.
  void play();
  void pause() { m_playing = false; }
  /// The nearest of kSpeeds.
  void setSpeed(double speed);
  /// The next speed up or down.
  void changeSpeed(int steps);
  /// So much time has passed outside.
  void advance(Milliseconds passed);

 private:
  bool m_live = true;
  bool m_playing = false;
  double m_speed = 1;
  TimePoint m_moment{};
  double m_restMs = 0;  ///< what is less than a millisecond
};

}  // namespace carport::ui
