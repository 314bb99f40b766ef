#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport::sim {

/// What happened in one stretch of a run.
struct RatePoint {
  double atSeconds = 0;  ///< end of the stretch, from the start of sending
  double seconds = 0;    ///< its length
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t connected = 0;  ///< at its end
  std::uint64_t heard = 0;      ///< of them, those who got an acknowledgement on this connection
};

/// How a run went, a point a second; where there are too many, neighbours are joined, so that it never grows beyond a
/// limit. A value; one thread.
class RateSeries {
 public:
  static constexpr std::size_t kMaxPoints = 600;

  /// Totals at `atSeconds`; call it as often as convenient.
  void note(double atSeconds, std::uint64_t sent, std::uint64_t acknowledged, std::uint64_t connected,
            std::uint64_t heard = 0) {
    if (atSeconds - m_lastSeconds < m_width) return;
    m_points.push_back(
        {atSeconds, atSeconds - m_lastSeconds, sent - m_lastSent, acknowledged - m_lastAcknowledged, connected, heard});
    m_lastSeconds = atSeconds;
    m_lastSent = sent;
    m_lastAcknowledged = acknowledged;
    if (m_points.size() >= kMaxPoints) joinNeighbours();
  }

  const std::vector<RatePoint>& points() const { return m_points; }

 private:
  void joinNeighbours() {
    for (std::size_t i = 0; 2 * i + 1 < m_points.size(); ++i) {
      const RatePoint& first = m_points[2 * i];
      RatePoint joined = m_points[2 * i + 1];
      joined.seconds += first.seconds;
      joined.sent += first.sent;
      joined.acknowledged += first.acknowledged;
      m_points[i] = joined;
    }
    m_points.resize(m_points.size() / 2);
    m_width *= 2;
  }

  std::vector<RatePoint> m_points;
  double m_width = 1;
  double m_lastSeconds = 0;
  std::uint64_t m_lastSent = 0;
  std::uint64_t m_lastAcknowledged = 0;
};

}  // namespace carport::sim
