#include "gateway/server/control/statistics.h"

#include "gateway/domain/live_states.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace carport {

Statistics::Statistics(const Clock& clock, const Registry& registry, const DurableLog& durableLog)
    : m_clock(clock), m_registry(registry), m_durableLog(durableLog) {
  m_fixed.startedAt = clock.now();
}

void Statistics::setDataFolder(const std::string& folder) {
  std::error_code ec;
  const std::filesystem::path given(std::u8string(folder.begin(), folder.end()));
  const std::filesystem::path whole = std::filesystem::absolute(given, ec).lexically_normal();
  const std::u8string text = ec ? given.u8string() : whole.u8string();
  m_fixed.dataFolder.assign(text.begin(), text.end());
}

void Statistics::attach(const MqttLink* mqtt, std::string mqttAddress) {
  m_mqtt = mqtt;
  m_fixed.mqttAddress = std::move(mqttAddress);
  sample();
}

void Statistics::sample() {
  const SteadyPoint now = m_clock.steadyNow();
  m_readings.push_back({now, m_mqtt != nullptr ? m_mqtt->counters().messagesReceived : 0});
  while (m_readings.size() > 2 && now - m_readings[1].at >= kRateWindow) m_readings.pop_front();
}

double Statistics::messagesPerSecond() const {
  if (m_readings.size() < 2) return 0;
  const auto& [from, first] = m_readings.front();
  const auto& [to, last] = m_readings.back();
  const double seconds = std::chrono::duration<double>(to - from).count();
  return seconds > 0 && last >= first ? static_cast<double>(last - first) / seconds : 0;
}

api::GatewayStatus Statistics::statusOf(std::string_view organisation, const LiveStates& states) const {
  const api::GatewayStatus whole = status(false);
  api::GatewayStatus own;
  own.version = whole.version;
  own.mqttAddress = whole.mqttAddress;
  own.httpAddress = whole.httpAddress;
  own.startedAt = whole.startedAt;
  own.now = whole.now;
  own.trouble = whole.trouble;
  const auto cars = m_registry.numbersOf(api::PrincipalType::device, organisation);
  own.cars = cars.size();
  own.connections = static_cast<std::uint64_t>(std::count_if(cars.begin(), cars.end(), [&](PrincipalNumber car) {
    const api::CarState* state = states.find(car);
    return state != nullptr && state->position.connected;
  }));
  return own;
}

api::GatewayStatus Statistics::status(bool forAdministrator) const {
  api::GatewayStatus status = m_fixed;
  if (!forAdministrator) status.dataFolder.clear();
  status.now = m_clock.now();
  status.cars = m_registry.count(api::PrincipalType::device);
  if (m_mqtt != nullptr) {
    const MqttCounters counters = m_mqtt->counters();
    status.connections = counters.connections;
    status.messagesReceived = counters.messagesReceived;
    status.shedMessages = counters.shedMessages;
    status.shedDeliveries = counters.shedDeliveries;
    status.refusedMessages = counters.refusedMessages;
  }
  status.messagesPerSecond = messagesPerSecond();
  const WriterStatus writer = m_durableLog.status();
  status.samplesStored = writer.samplesStored;
  status.commitLatencyMs = writer.commitLatencyMs;
  status.queuedBatches = writer.queuedJobs;
  status.storedBytes = writer.storedBytes;
  status.freeBytes = writer.freeBytes;
  status.trouble = writer.trouble;
  if (!forAdministrator && !status.trouble.empty()) status.trouble = kTroubleForAll;
  return status;
}

}  // namespace carport
