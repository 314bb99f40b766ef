#pragma once

#include "gateway/simulator/car_source.h"
#include "gateway/simulator/command_desk.h"
#include "gateway/simulator/recording.h"

#include <cstdint>
#include <memory>

namespace carport::sim {

/// Sends a recording again, faster or slower, with the times that were recorded; every row, late rather than never.
/// Owner: the fleet's worker; one thread.
class RecordedCar final : public CarSource {
 public:
  /// `speedup` 100 sends a hundred recorded seconds a second; 0 sends as fast as the gateway takes them.
  RecordedCar(std::shared_ptr<const Recording> recording, double speedup, std::uint64_t seed)
      : m_recording(std::move(recording)), m_speedup(speedup), m_desk(seed) {}

  std::optional<Microseconds> nextDue() const override;
  CarMessage takeTelemetry(TimePoint now, Microseconds sinceStart) override;
  std::uint64_t skipped() const override { return 0; }
  std::vector<CarMessage> takeEvents() override { return {}; }
  void receiveCommand(std::string_view payload, TimePoint now) override { m_desk.receive(payload, now); }
  bool hasPendingReplies() const override { return m_desk.hasPending(); }
  std::vector<CarMessage> takeReplies(TimePoint now) override { return m_desk.takeReplies(now, false); }

 private:
  std::shared_ptr<const Recording> m_recording;
  double m_speedup;
  CommandDesk m_desk;
  std::size_t m_next = 0;
};

}  // namespace carport::sim
