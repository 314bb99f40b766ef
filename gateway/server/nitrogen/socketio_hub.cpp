#include "gateway/server/nitrogen/socketio_hub.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/ulid.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace carport {

std::optional<std::string> SocketioHub::shakeHands(const api::Principal& caller) {
  std::erase_if(m_handshakes, [now = m_context.now()](const auto& entry) { return entry.second.until <= now; });
  if (m_handshakes.size() >= kMaxHandshakes) return std::nullopt;
  std::array<std::uint8_t, 16> random{};
  sodiumRandom()(random);
  std::string sessionId;
  for (const std::uint8_t byte : random) sessionId += fmt::format("{:02x}", byte);
  m_handshakes[sessionId] = {caller.number, m_context.now() + kHandshakeLife};
  return sessionId;
}

bool SocketioHub::takeHandshake(const std::string& sessionId, const api::Principal& caller) {
  const auto found = m_handshakes.find(sessionId);
  if (found == m_handshakes.end() || found->second.caller != caller.number) return false;
  const bool isFresh = m_context.now() < found->second.until;
  m_handshakes.erase(found);
  return isFresh;
}

bool SocketioHub::add(SocketioSession& session) {
  const auto number = session.caller().principal.number;
  const auto own = std::count_if(m_sessions.begin(), m_sessions.end(), [number](const auto& entry) {
    return entry.first->caller().principal.number == number;
  });
  m_sessions[&session] = m_context.control.parts.clock.steadyNow();
  return m_sessions.size() <= kMaxSessions && static_cast<std::size_t>(own) < kMaxSessionsOfPrincipal;
}

std::size_t SocketioHub::subscriptions() const {
  std::size_t count = 0;
  for (const auto& [session, beaten] : m_sessions) count += session->subscriptions();
  return count;
}

nlohmann::json SocketioHub::deliver(const NitrogenMessage& message) {
  auto parsed = api::parseJson(message.document);
  nlohmann::json document = parsed ? std::move(*parsed) : nlohmann::json::object();
  document["id"] = m_context.ids.idOf(NitrogenKind::message, message.number);
  const std::string text = api::toText(document);
  bool reachedReceiver = false;
  for (const auto& [session, beaten] : m_sessions) {
    const bool delivered = session->deliver(message, document, text);
    if (delivered && session->caller().principal.number == message.to) reachedReceiver = true;
  }
  if (reachedReceiver && !message.command.empty()) m_context.control.commands.sent(message.command);
  return document;
}

void SocketioHub::principalChanged(const api::Principal& principal) {
  for (const auto& [session, beaten] : m_sessions) session->deliverPrincipal(principal);
}

void SocketioHub::tick(SteadyPoint now) {
  for (auto& [session, beaten] : m_sessions) {
    if (now - beaten < kHeartbeatEvery || session->isOver()) continue;
    beaten = now;
    session->beat();
  }
}

void SocketioHub::refresh() {
  for (const auto& [session, beaten] : m_sessions) {
    if (!isStillSignedIn(m_context, session->caller())) session->close("Your token has ended; sign in again");
  }
}

void SocketioHub::closeAll() {
  for (const auto& [session, beaten] : m_sessions) session->close("The gateway is stopping");
}

}  // namespace carport
