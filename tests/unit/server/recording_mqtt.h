#pragma once

#include "gateway/server/device_door.h"
#include "gateway/server/links.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace carport::test {

/// Stands where other doors lead: everybody has to wait, and nothing is taken.
class ClosedDoor final : public DeviceDoor {
 public:
  DoorSignIn signIn(const std::string&, const std::string&, const std::string&, bool) override {
    return {std::nullopt, DoorRefusal::throttled};
  }
  bool take(DoorMessage, Done) override { return false; }
};

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
  MqttCounters counters() const override { return {.connections = connections, .messagesReceived = 7}; }
  /// As the MQTT side with one I/O thread that forgets nothing. A place is the number of messages before it, plus one.
  void rawMessages(RawWish wish, std::function<void(RawAnswer)> done) override {
    RawAnswer answer;
    {
      std::lock_guard lock(m_mutex);
      const std::size_t first = wish.after.empty() ? 0 : static_cast<std::size_t>(wish.after.front()) - 1;
      for (std::size_t i = first; i < m_raw.size(); ++i) {
        if (m_raw[i].first == wish.car) answer.messages.push_back(m_raw[i].second);
      }
      answer.next = {m_raw.size() + 1};
    }
    if (answer.messages.size() > wish.most) {
      const auto newest = answer.messages.end() - static_cast<std::ptrdiff_t>(wish.most);
      for (auto i = answer.messages.begin(); !wish.after.empty() && i != newest; ++i) ++answer.leftOut[i->topic];
      answer.messages.erase(answer.messages.begin(), newest);
    }
    done(std::move(answer));
  }
  /// A message has come in.
  void received(PrincipalNumber car, api::RawMessage message) {
    std::lock_guard lock(m_mutex);
    m_raw.emplace_back(car, std::move(message));
  }
  void drain(DrainOrder order) override {
    std::lock_guard lock(m_mutex);
    m_drains.push_back(std::move(order));
  }
  void resume(std::function<void(Result<void>)> done) override { done(resumeResult); }
  DeviceDoor& deviceDoor() override { return m_door; }

  std::vector<std::pair<api::Command, std::string>> delivered() const {
    std::lock_guard lock(m_mutex);
    return m_delivered;
  }
  std::vector<DrainOrder> drains() const {
    std::lock_guard lock(m_mutex);
    return m_drains;
  }
  int registryChanges() const {
    std::lock_guard lock(m_mutex);
    return m_registryChanges;
  }

  std::atomic<std::uint64_t> connections = 3;
  Result<void> resumeResult;  ///< what resume() answers; set before it is called

 private:
  std::vector<DrainOrder> m_drains;
  std::vector<std::pair<PrincipalNumber, api::RawMessage>> m_raw;
  ClosedDoor m_door;
  mutable std::mutex m_mutex;  // guards the members below: the control thread writes, the test reads
  std::vector<std::pair<api::Command, std::string>> m_delivered;
  int m_registryChanges = 0;
};

}  // namespace carport::test
