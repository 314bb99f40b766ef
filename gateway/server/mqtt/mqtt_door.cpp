#include "gateway/server/mqtt/mqtt_door.h"

#include "gateway/server/mqtt/mqtt_context.h"
#include "gateway/server/mqtt/mqtt_shard.h"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace carport {

namespace {

/// As SignInGuard wants it, which knows addresses with their ports.
std::string peerOf(const std::string& address) {
  return address.find(':') == std::string::npos ? address + ":0" : "[" + address + "]:0";
}

}  // namespace

DoorSignIn MqttDoor::signIn(const std::string& id, const std::string& secret, const std::string& address, bool counts) {
  auto& guard = m_context.signInGuard;
  const auto now = m_context.parts.clock.steadyNow();
  const auto peer = peerOf(address);
  if (guard.look(id, peer, now).idMustWait) return {std::nullopt, DoorRefusal::throttled};
  SignInClaim claim;
  // People's passwords are not looked at here; their ids are treated as those of nobody, at the same price.
  if (m_context.signIn.isCheap(id)) claim.id = id;
  claim.password = secret;
  // Of a device the answer is there at once. Should the id become a person's just now, it comes later, to nobody.
  const auto promise = std::make_shared<std::promise<SignInAnswer>>();
  auto answered = promise->get_future();
  m_context.signIn.check(claim, [promise](SignInAnswer answer) { promise->set_value(std::move(answer)); });
  SignInAnswer answer;
  answer.refusal = SignInRefusal::wrong;
  if (answered.wait_for(std::chrono::seconds(0)) == std::future_status::ready) answer = answered.get();
  if (answer.principal) {
    guard.succeeded(id, peer);
    return {std::move(answer.principal), DoorRefusal::none};
  }
  const bool isBlocked = answer.refusal == SignInRefusal::blocked;
  if (counts) {
    if (!isBlocked) guard.failed(id, peer, now);
    logRefused(id, address, answer.why);
    countRefused(id, address, isBlocked ? api::AttemptKind::blocked : api::AttemptKind::wrongSecret);
  }
  return {std::nullopt, isBlocked ? DoorRefusal::blocked : DoorRefusal::wrong};
}

void MqttDoor::logRefused(const std::string& id, const std::string& address, const std::string& why) {
  const auto alike = m_throttle.admit(fmt::format("{} {}", address, why), m_context.parts.clock.steadyNow());
  if (!alike) return;
  m_context.parts.log.warning(fmt::format("Refused to sign \"{}\" in over HTTP from {}: {}", id, address, why),
                              {{"alike", *alike}});
}

void MqttDoor::countRefused(const std::string& id, const std::string& address, api::AttemptKind kind) {
  const auto who = m_context.parts.registry.find(id);
  if (!who) return;
  const auto& shards = m_context.shards;
  shards[static_cast<std::size_t>(who->number.value) % shards.size()]->countAttempt(who->number, kind, address);
}

bool MqttDoor::take(DoorMessage message, Done done) {
  const auto& shards = m_context.shards;
  const auto shard = static_cast<std::size_t>(message.car.value) % shards.size();
  return shards[shard]->takeFromDoor(std::move(message), std::move(done));
}

}  // namespace carport
