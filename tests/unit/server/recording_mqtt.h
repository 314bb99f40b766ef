#pragma once

#include "gateway/server/links.h"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace carport::test {

/// Stands where the MQTT side is attached, and notes what it was asked for. Any thread.
class RecordingMqtt final : public MqttLink {
 public:
  void deliverCommand(api::Command command, std::string carId) override {
    std::lock_guard lock(m_mutex);
    m_delivered.emplace_back(std::move(command), std::move(carId));
  }
  void registryChanged() override {
    std::lock_guard lock(m_mutex);
    ++m_registryChanges;
  }
  MqttCounters counters() const override { return {.connections = 3, .messagesReceived = 7}; }

  std::vector<std::pair<api::Command, std::string>> delivered() const {
    std::lock_guard lock(m_mutex);
    return m_delivered;
  }
  int registryChanges() const {
    std::lock_guard lock(m_mutex);
    return m_registryChanges;
  }

 private:
  mutable std::mutex m_mutex;  // guards the members below: the control thread writes, the test reads
  std::vector<std::pair<api::Command, std::string>> m_delivered;
  int m_registryChanges = 0;
};

}  // namespace carport::test
