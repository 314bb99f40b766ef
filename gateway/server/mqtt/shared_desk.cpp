#include "gateway/server/mqtt/shared_desk.h"

#include "gateway/protocol/mqtt/topic.h"
#include "gateway/server/mqtt/delivery_receipt.h"
#include "gateway/server/mqtt/fan_out.h"
#include "gateway/server/mqtt/mqtt_session.h"
#include "gateway/server/mqtt/mqtt_shard.h"
#include "gateway/server/mqtt/shard_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace carport {

bool SharedDesk::subscribe(MqttSubscription& subscription) {
  if (subscription.group) return false;
  const auto shared = mqtt::parseSharedFilter(subscription.filter);
  if (!shared || !*shared) return false;
  auto& context = m_core.context;
  subscription.group = context.sharedGroups.join(subscription.session->principal.organisation(), (*shared)->group,
                                                 (*shared)->filter, m_core.index, context.shards.size());
  m_members[subscription.group.get()].list.push_back(&subscription);
  return true;
}

void SharedDesk::unsubscribe(MqttSubscription& subscription) {
  const auto group = std::exchange(subscription.group, nullptr);
  const auto members = m_members.find(group.get());
  std::erase(members->second.list, &subscription);
  if (members->second.list.empty()) m_members.erase(members);
  m_core.context.sharedGroups.leave(group, m_core.index);
}

void SharedDesk::offer(const DeliveryBatch& batch) {
  std::vector<std::shared_ptr<SharedGroup>> groups;
  for (std::size_t i = 0; i < batch.messages.size(); ++i) {
    const auto& message = batch.messages[i];
    groups.clear();
    m_core.context.sharedGroups.match(message->topic, message->organisation(),
                                      [&](const std::shared_ptr<SharedGroup>& group) { groups.push_back(group); });
    if (!groups.empty() && batch.receipt) batch.receipt->reached(i);
    for (const auto& group : groups) start(message, group, batch.receipt);
  }
  sendPassed();
}

void SharedDesk::offerAgain(const std::vector<Outgoing>& left) {
  for (const auto& outgoing : left) {
    // By topic and name, because the group itself may have ended and begun anew meanwhile.
    const auto& message = *outgoing.message;
    m_core.context.sharedGroups.match(
        message.topic, message.organisation(), [&](const std::shared_ptr<SharedGroup>& group) {
          const bool same = group->organisation() == outgoing.group->organisation() &&
                            group->name() == outgoing.group->name() && group->filter() == outgoing.group->filter();
          if (same) m_again.emplace_back(outgoing.message, group);
        });
  }
  for (const auto& [message, group] : std::exchange(m_again, {})) start(message, group, nullptr);
  sendPassed();
}

void SharedDesk::start(const MqttMessagePtr& message, const std::shared_ptr<SharedGroup>& group,
                       const std::shared_ptr<DeliveryReceipt>& receipt) {
  const auto home = group->nextShard();
  if (!home) return;
  SharedOffer offer{message, group, 0, false, receipt};
  *home == m_core.index ? settle(std::move(offer)) : passTo(*home, std::move(offer));
}

void SharedDesk::take(std::vector<SharedOffer> offers) {
  for (auto& offer : offers) settle(std::move(offer));
  sendPassed();
}

void SharedDesk::settle(SharedOffer offer) {
  while (!give(offer)) {
    const auto threads = offer.group->shardsWithMembers();
    const auto next = offer.group->shardAfter(m_core.index);
    ++offer.tries;
    offer.mayWait = offer.tries >= threads;
    if (!next || offer.tries >= 2 * threads) return nobodyTakes(offer);
    if (*next != m_core.index) return passTo(*next, std::move(offer));
  }
}

bool SharedDesk::give(const SharedOffer& offer) {
  const auto entry = m_members.find(offer.group.get());
  if (entry == m_members.end()) return false;
  auto& members = entry->second;
  const auto count = members.list.size();
  for (std::size_t i = 0; i < count; ++i) {
    const auto turn = (members.next + i) % count;
    if (!giveTo(*members.list[turn], offer)) continue;
    members.next = (turn + 1) % count;
    return true;
  }
  return false;
}

bool SharedDesk::giveTo(const MqttSubscription& member, const SharedOffer& offer) {
  auto& session = *member.session;
  const auto& message = *offer.message;
  const auto qos = std::min(member.wish.qos, static_cast<mqtt::Qos>(message.qos));
  const bool here = session.outgoing().takesNow(qos);
  const bool canKeep = offer.mayWait && qos > mqtt::Qos::atMostOnce && session.outgoing().hasRoomFor(message);
  if (!here && !canKeep) return false;
  if (message.isCommand && session.principal.type == api::PrincipalType::device) return false;
  if (!m_core.gate.mayReceive(session.access, session.principal, message)) return false;
  Outgoing outgoing{offer.message, qos, message.retain && member.wish.retainAsPublished};
  outgoing.group = offer.group;
  if (member.wish.identifier > 0) outgoing.identifiers.push_back(member.wish.identifier);
  auto& journal = m_core.journal;
  const auto before = journal.puts();
  m_fanOut.deliverTo(session, std::move(outgoing), offer.receipt);
  if (offer.receipt && journal.puts() != before) journal.whenCommitted([receipt = offer.receipt] {});
  return true;
}

void SharedDesk::nobodyTakes(const SharedOffer& offer) {
  MqttTally::count(m_core.context.tally.shedDeliveries);
  m_core.warn("shared " + offer.group->name(),
              fmt::format("No member of the shared subscription $share/{}/{} takes messages; they are dropped",
                          offer.group->name(), offer.group->filter()));
}

void SharedDesk::passTo(SharedGroup::ShardIndex shard, SharedOffer offer) {
  if (m_passed.empty()) m_passed.resize(m_core.context.shards.size());
  m_passed[shard].push_back(std::move(offer));
}

void SharedDesk::sendPassed() {
  for (std::size_t shard = 0; shard < m_passed.size(); ++shard) {
    auto& offers = m_passed[shard];
    if (offers.empty()) continue;
    const bool isBehind = !m_backlog.empty() && !m_backlog[shard].empty();
    if (!isBehind && m_core.context.shards[shard]->postOffers(offers)) continue;
    // The other thread takes no more: those of QoS 0 are dropped, the others wait here.
    const auto shed = std::erase_if(offers, [](const SharedOffer& offer) { return offer.message->qos == 0; });
    MqttTally::count(m_core.context.tally.shedDeliveries, shed);
    if (offers.empty()) continue;
    if (m_backlog.empty()) m_backlog.resize(m_passed.size());
    std::move(offers.begin(), offers.end(), std::back_inserter(m_backlog[shard]));
    offers.clear();
    if (onBacklog) onBacklog();
  }
}

bool SharedDesk::retry() {
  bool waits = false;
  for (std::size_t shard = 0; shard < m_backlog.size(); ++shard) {
    auto& offers = m_backlog[shard];
    if (!offers.empty() && !m_core.context.shards[shard]->postOffers(offers)) waits = true;
  }
  if (!waits) m_backlog.clear();
  return !waits;
}

}  // namespace carport
