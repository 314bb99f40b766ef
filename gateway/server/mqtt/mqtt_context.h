#pragma once

#include "gateway/domain/session_record.h"
#include "gateway/protocol/mqtt/connection_options.h"
#include "gateway/server/mqtt/client_directory.h"
#include "gateway/server/mqtt/mqtt_front.h"
#include "gateway/server/mqtt/mqtt_limits.h"
#include "gateway/server/mqtt/mqtt_message.h"
#include "gateway/server/mqtt/mqtt_tally.h"
#include "gateway/server/mqtt/retained_store.h"
#include "gateway/server/mqtt/shared_groups.h"
#include "gateway/server/mqtt/sign_in.h"
#include "gateway/server/mqtt/sign_in_guard.h"
#include "gateway/server/mqtt/slow_subscribers.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace carport {

class MqttShard;

/// What all I/O threads of the MQTT side share. Owner: MqttFront. Everything in it may be used from any thread.
struct MqttContext {
  MqttContext(MqttFrontParts theParts, MqttLimits theLimits);

  const MqttFrontParts parts;
  const MqttLimits limits;
  const mqtt::ConnectionOptions connectionOptions;
  const SignIn signIn;
  SignInGuard signInGuard;
  MqttTally tally;
  ClientDirectory directory;
  RetainedStore retained;
  SharedGroups sharedGroups;
  /// Subscriptions other than the cars' to their own command topics, in all shards: while there are none, no message is
  /// copied for anybody.
  std::atomic<std::size_t> listeners = 0;
  /// Of them, those of sessions that outlive their connections.
  std::atomic<std::size_t> durableListeners = 0;
  /// I/O threads whose durable sessions take no more for the disk just now.
  std::atomic<std::size_t> fullJournals = 0;
  /// The house's users and services that do not keep up with what they subscribed to: while there are any, who sends
  /// with QoS 1 or 2 waits.
  std::atomic<std::size_t> slowSubscribers = 0;
  /// The same of organisations, for each alone.
  SlowSubscribers slowInOrganisations;
  /// Newest number of a session; above those of an earlier run.
  std::atomic<std::int64_t> lastSession = 0;
  SessionNumber nextSession() { return SessionNumber{lastSession.fetch_add(1, std::memory_order_relaxed) + 1}; }
  /// Newest number of a recorded connection; above those of an earlier run.
  std::atomic<std::int64_t> lastConnection = 0;
  /// A number that was never given, about the microseconds since the epoch.
  std::int64_t nextConnection(TimePoint now) {
    auto last = lastConnection.load(std::memory_order_relaxed);
    std::int64_t next = 0;
    do {
      next = std::max(last + 1, toMs(now) * 1000);
    } while (!lastConnection.compare_exchange_weak(last, next, std::memory_order_relaxed));
    return next;
  }
  std::vector<MqttShard*> shards;  ///< does not change while the threads run
};

}  // namespace carport
