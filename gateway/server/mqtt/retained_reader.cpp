#include "gateway/server/mqtt/retained_reader.h"

#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/shard_core.h"

#include <algorithm>
#include <utility>

namespace carport {

bool RetainedReader::read(ShardCore& core, std::vector<Outgoing>& portion) {
  std::vector<MqttMessagePtr> found;
  const bool isMore = core.context.retained.read(m_filter, m_after, {kMaxPortion, kMaxLookedAt}, found);
  const auto now = core.now();
  const auto& who = m_session->principal;
  for (auto& message : found) {
    if (message->hasExpired(now) || !core.gate.mayReceive(m_session->access, who, *message)) continue;
    Outgoing outgoing;
    outgoing.qos = std::min(m_wish.qos, static_cast<mqtt::Qos>(message->qos));
    outgoing.message = std::move(message);
    outgoing.retain = true;
    outgoing.isStored = true;
    if (m_wish.identifier > 0) outgoing.identifiers.push_back(m_wish.identifier);
    portion.push_back(std::move(outgoing));
  }
  return isMore;
}

}  // namespace carport
