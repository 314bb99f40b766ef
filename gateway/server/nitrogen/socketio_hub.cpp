#include "gateway/server/nitrogen/socketio_hub.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/domain/ulid.h"
#include "gateway/server/nitrogen/sample_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace carport {

namespace {
/// What of a sample is told live.
constexpr std::string_view kSampleTypes[] = {"location", "temperature", "humidity", "light", "ultraviolet"};
}  // namespace

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
  std::size_t count = m_mqtt.size();
  for (const auto& [session, beaten] : m_sessions) count += session->subscriptions();
  return count;
}

nlohmann::json SocketioHub::deliver(const NitrogenMessage& message) {
  auto parsed = api::parseJson(message.document);
  nlohmann::json document = parsed ? std::move(*parsed) : nlohmann::json::object();
  document["id"] = m_context.ids.idOf(NitrogenKind::message, message.number);
  const std::string text = api::toText(document);
  bool reachedReceiver = m_mqtt.deliver(message, document);
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

void SocketioHub::expectOwnSample(PrincipalNumber car, TimePoint time) {
  if (m_ownSamples.size() >= kMaxOwnSamples) return;
  m_ownSamples[{car, time}] = m_context.control.parts.clock.steadyNow() + kOwnSampleLife;
}

void SocketioHub::samplesCommitted(const SampleBatch& samples) {
  if (m_sessions.empty() && m_mqtt.empty()) return;
  for (const SampleBatch::Row& row : samples.rows()) {
    if (!m_ownSamples.empty() && m_ownSamples.erase({row.car, row.time}) > 0) continue;
    for (const std::string_view type : kSampleTypes) {
      const bool isWanted = m_mqtt.mayWant(row.car, type) ||
                            std::any_of(m_sessions.begin(), m_sessions.end(),
                                        [&](const auto& entry) { return entry.first->mayWant(row.car, type); });
      if (isWanted) tellSample(samples, row, std::string(type));
    }
  }
}

void SocketioHub::tellSample(const SampleBatch& samples, const SampleBatch::Row& row, const std::string& type) {
  if (m_samplesTold >= kMaxSamplesPerSecond) {
    ++m_samplesLeftOut;
    return;
  }
  const auto document = sampleMessage(m_context.ids, m_context.control.parts.names, samples, row, type);
  if (!document) return;
  ++m_samplesTold;
  NitrogenMessage message;
  message.from = row.car;
  const std::string text = api::toText(*document);
  for (const auto& [session, beaten] : m_sessions) session->deliver(message, *document, text);
  m_mqtt.deliver(message, *document);
}

void SocketioHub::tick(SteadyPoint now) {
  m_samplesTold = 0;
  std::erase_if(m_ownSamples, [now](const auto& entry) { return entry.second <= now; });
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
