#pragma once

#include "gateway/api/gateway_status.h"
#include "gateway/base/clock.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/registry.h"
#include "gateway/server/links.h"

#include <deque>
#include <string>
#include <string_view>

namespace carport {

class LiveStates;

/// Puts together what the Gateway page shows. Owner: Control; its thread.
class Statistics {
 public:
  /// What others than administrators are told of trouble.
  static constexpr std::string_view kTroubleForAll =
      "Something is wrong with the gateway's disk or data; an administrator finds the reason on the Gateway page";
  /// The stretch of time over which messages per second are counted.
  static constexpr Milliseconds kRateWindow{5000};

  Statistics(const Clock& clock, const Registry& registry, const DurableLog& durableLog);

  void setDraining(bool draining) { m_fixed.draining = draining; }
  void setVersion(std::string version) { m_fixed.version = std::move(version); }
  /// In UTF-8; told from the root of the file system, wherever the program was started.
  void setDataFolder(const std::string& folder);
  void setHttpAddress(std::string address) { m_fixed.httpAddress = std::move(address); }
  void attach(const MqttLink* mqtt, std::string mqttAddress);

  /// Notes the counters; call about once a second.
  void sample();
  /// How things are now. The data folder, and trouble in full, which may name files, are for administrators only.
  api::GatewayStatus status(bool forAdministrator) const;
  /// As an organisation may see it: its own cars and how many of them are connected, and nothing of what others make
  /// the gateway do.
  api::GatewayStatus statusOf(std::string_view organisation, const LiveStates& states) const;

 private:
  struct Reading {
    SteadyPoint at;
    std::uint64_t messages = 0;
  };
  double messagesPerSecond() const;

  const Clock& m_clock;
  const Registry& m_registry;
  const DurableLog& m_durableLog;
  const MqttLink* m_mqtt = nullptr;
  api::GatewayStatus m_fixed;      // what changes seldom
  std::deque<Reading> m_readings;  // oldest first, no more than the window has
};

}  // namespace carport
