#include "gateway/server/control/raw_tail.h"

#include "gateway/api/raw_message.h"
#include "gateway/server/control/live_feed.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace carport {

void RawTail::watch(const std::unordered_set<PrincipalNumber>& cars) {
  std::erase_if(m_watched, [&](const auto& watched) { return !cars.contains(watched.first); });
  for (const PrincipalNumber car : cars) {
    const auto [watched, isNew] = m_watched.try_emplace(car);
    if (isNew) watched->second.turn = ++m_lastTurn;
  }
  m_next = {};
}

void RawTail::ask(MqttLink& mqtt, const std::shared_ptr<ControlPort>& port, SteadyPoint now) {
  if (now < m_next) return;
  m_next = now + kEvery;
  for (auto& [car, watched] : m_watched) {
    if (std::exchange(watched.isAsked, true)) continue;
    // Called on an I/O thread. One answer a question, so it need not be refused.
    auto done = [port, weak = weak_from_this(), number = car, turn = watched.turn](RawAnswer answer) {
      auto parcel = std::make_shared<RawAnswer>(std::move(answer));
      port->answer([weak, number, turn, parcel] {
        if (const auto tail = weak.lock()) tail->take(number, turn, std::move(*parcel));
      });
    };
    mqtt.rawMessages({car, watched.after, api::RawMessages::kMaxAtOnce}, std::move(done));
  }
}

void RawTail::take(PrincipalNumber car, std::uint64_t turn, RawAnswer answer) {
  const auto watched = m_watched.find(car);
  if (m_feed == nullptr || watched == m_watched.end() || watched->second.turn != turn) return;
  watched->second.isAsked = false;
  const bool isFirst = watched->second.after.empty();
  watched->second.after = std::move(answer.next);
  if (!m_feed->mayView(car)) return;
  api::RawMessages told;
  told.car = m_feed->numbers().told(car);
  for (const auto& [topic, count] : answer.leftOut) told.leftOut += m_feed->mayReceiveAll(topic) ? count : 0;
  for (api::RawMessage& message : answer.messages) {
    if (m_feed->mayReceive(message)) told.messages.push_back(std::move(message));
  }
  if (told.messages.empty() && told.leftOut == 0 && !isFirst) return;
  nlohmann::json json = api::toJson(told);
  json["type"] = "messages";
  m_feed->tell(api::toText(json));
}

}  // namespace carport
