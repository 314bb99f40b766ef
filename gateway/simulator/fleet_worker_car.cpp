#include "gateway/simulator/fleet_worker_car.h"

namespace carport::sim {

FleetWorker::Car::Car(FleetWorker& worker, std::uint32_t number, CarLogin login, std::unique_ptr<CarSource> source,
                      std::uint64_t seed)
    : m_worker(worker),
      m_number(number),
      m_source(std::move(source)),
      m_link(worker.m_context, std::move(login), seed, *this) {}

void FleetWorker::Car::begin() {
  makeAppointment();
}

void FleetWorker::Car::makeAppointment() {
  if (const auto due = m_source->nextDue()) {
    m_worker.m_wheel.schedule(m_number, *due);
  } else if (!std::exchange(m_finished, true)) {
    ++m_worker.m_context.counts.finished;
  }
}

void FleetWorker::Car::onDue() {
  if (m_worker.m_phase != Phase::sending) return;
  const Microseconds passed = m_worker.sinceBegin();
  for (int i = 0; i < kMaxInARow; ++i) {
    const auto due = m_source->nextDue();
    if (!due || *due > passed) break;
    if (!m_link.canSendTelemetry()) {
      m_blocked = true;  // onRoom() goes on
      m_link.flush();
      return;
    }
    sendOne();
  }
  m_link.flush();
  makeAppointment();
}

void FleetWorker::Car::sendOne() {
  const SteadyPoint now = m_worker.m_context.now;
  CarMessage message = m_source->takeTelemetry(m_worker.wallNow(), m_worker.sinceBegin());
  m_link.send(std::move(message), m_worker.m_context.qos, now);
  for (CarMessage& event : m_source->takeEvents()) {
    m_link.send(std::move(event), mqtt::Qos::atLeastOnce, now);
  }
}

void FleetWorker::Car::sendReplies(TimePoint now) {
  if (!m_source->hasPendingReplies() || !m_link.canSendOther()) return;
  for (CarMessage& reply : m_source->takeReplies(now)) {
    m_link.send(std::move(reply), mqtt::Qos::atLeastOnce, m_worker.m_context.now);
  }
  m_link.flush();
}

void FleetWorker::Car::onRoom() {
  if (!m_blocked || !m_link.canSendTelemetry()) return;
  m_blocked = false;
  onDue();
}

void FleetWorker::Car::onCommand(std::string_view payload) {
  m_source->receiveCommand(payload, m_worker.wallNow());
}

void FleetWorker::Car::onAcknowledged(const CarMessage& telemetry) {
  if (m_worker.m_options.acknowledged) m_worker.m_options.acknowledged->add(m_link.login().id, telemetry.ts);
}

}  // namespace carport::sim
