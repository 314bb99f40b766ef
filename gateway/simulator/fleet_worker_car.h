#pragma once

#include "gateway/simulator/fleet_worker.h"

#include <memory>
#include <string_view>
#include <utility>

namespace carport::sim {

/// One car of a worker: a source of messages and the link that carries them. Owner: the worker; its thread.
class FleetWorker::Car final : private CarLinkHandler {
 public:
  Car(FleetWorker& worker, std::uint32_t number, CarLogin login, std::unique_ptr<CarSource> source, std::uint64_t seed);

  CarLink& link() { return m_link; }
  /// Makes the first appointment.
  void begin();
  /// The appointment has come: sends what is due, or as soon as there is room.
  void onDue();
  /// Replies whose time has come.
  void sendReplies(TimePoint now);
  /// Messages left out since the last call.
  std::uint64_t newlySkipped() {
    const std::uint64_t before = std::exchange(m_skippedBefore, m_source->skipped());
    return m_skippedBefore - before;
  }

 private:
  void onRoom() override;
  void onCommand(std::string_view payload) override;
  void onAcknowledged(const CarMessage& telemetry) override;
  void sendOne();
  void makeAppointment();

  FleetWorker& m_worker;
  const std::uint32_t m_number;
  std::unique_ptr<CarSource> m_source;
  CarLink m_link;
  std::uint64_t m_skippedBefore = 0;
  bool m_blocked = false;  // due, but there was no room
  bool m_finished = false;
};

}  // namespace carport::sim
