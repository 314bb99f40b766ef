#pragma once

#include "gateway/base/clock.h"
#include "gateway/domain/limit_book.h"
#include "gateway/server/mqtt/mqtt_connection.h"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace carport {

class ShardCore;

/// Holds the connections of one I/O thread to the limits: messages that are over wait with their connection, which is
/// read from no further, or are turned down. Owner: MqttShard; its thread.
///
/// Who cannot be told that a message was refused (MQTT 3.1.1, QoS 1 and 2) waits where others are refused, and is
/// closed without an acknowledgement where it would have to wait too long: nothing that is acknowledged is lost.
class LimitDesk {
 public:
  /// A client over a limit is named in the log this often.
  static constexpr Milliseconds kWarnPause = std::chrono::minutes(1);

  explicit LimitDesk(ShardCore& core);

  /// A session has begun: from now on the connection is held to its limits. False where there are too many connections
  /// already: the client has been told, and the connection closes.
  bool letIn(MqttConnection& connection, const api::Principal& who);
  /// The same for one that is open, where the limits are others now, or it is in other groups.
  void renew(MqttConnection& connection, const api::Principal& who, bool hasChanged);
  /// What limits make of a message; none where they have nothing against it. Routed::later: it is to be parked.
  std::optional<Routed> admit(MqttConnection& connection, const mqtt::Publish& publish);
  /// Wakes the connection when its turn comes; false where it does not wait for a limit.
  bool park(MqttConnection& connection);
  /// The registry changed: where limits did, all that wait may try now.
  void wakeWhereChanged();

  /// Takes a connection that found no room once it was woken. Set by MqttShard.
  std::function<void(MqttConnection&)> onStillParked;

 private:
  // The machine's time, not the gateway's: a timer knows no other.
  using Due = boost::asio::steady_timer::clock_type::time_point;

  Routed refuse(MqttConnection& connection, const mqtt::Publish& publish, const LimitVerdict& verdict);
  void warn(MqttConnection& connection, const LimitVerdict& verdict);
  void wake(MqttConnection& connection);
  void wakeDue();
  void armTimer();

  ShardCore& m_core;
  LimitBook& m_book;
  std::uint32_t m_wokenFor = 0;                                 // this version of the limits
  std::multimap<Due, std::weak_ptr<MqttConnection>> m_waiting;  // no more than there are connections
  boost::asio::steady_timer m_timer;
};

}  // namespace carport
