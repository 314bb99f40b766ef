#pragma once

#include "gateway/server/mqtt/mqtt_subscription.h"
#include "gateway/server/mqtt/outgoing.h"

#include <cstddef>
#include <string>
#include <vector>

namespace carport {

class MqttSession;
class ShardCore;

/// The retained messages that a new subscription brings, read in portions as its client takes them: there may be a
/// million. What is not read yet costs nothing, and is sent as it is then. Owner: OutgoingQueue; its thread.
class RetainedReader {
 public:
  /// Most messages in a portion, and most topics that are looked at for one: what others wait for meanwhile.
  static constexpr std::size_t kMaxPortion = 256;
  static constexpr std::size_t kMaxLookedAt = 2048;

  /// `session` lives longer than this.
  RetainedReader(MqttSession& session, const MqttSubscription& subscription)
      : m_session(&session), m_filter(subscription.filter), m_wish(subscription.wish) {}

  const std::string& filter() const { return m_filter; }
  /// The next ones that the session's principal may have. False where there are no more after them.
  bool read(ShardCore& core, std::vector<Outgoing>& portion);

 private:
  MqttSession* m_session;
  std::string m_filter;
  SubscriptionWish m_wish;
  std::string m_after;  // topic that was looked at last
};

}  // namespace carport
