#include "gateway/server/nitrogen/socketio_hub.h"

#include "gateway/api/json_codec.h"
#include "gateway/domain/nitrogen_message.h"
#include "gateway/server/nitrogen/random_text.h"
#include "gateway/server/nitrogen/sample_message.h"
#include "gateway/server/nitrogen/share.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace carport {

std::optional<std::string> SocketioHub::shakeHands(const api::Principal& caller) {
  std::erase_if(m_handshakes, [now = m_context.now()](const auto& entry) { return entry.second.until <= now; });
  if (m_handshakes.size() >= kMaxHandshakes) return std::nullopt;
  Share share(caller.number, caller.organisation());
  for (const auto& [id, handshake] : m_handshakes) share.add(handshake.caller, handshake.organisation);
  if (share.isUsedUp(kMaxSessionsOfPrincipal, kMaxSessionsOfOrganisation)) return std::nullopt;
  std::string sessionId = randomHex<16>();
  m_handshakes[sessionId] = {caller.number, std::string(caller.organisation()), m_context.now() + kHandshakeLife};
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
  const api::Principal& caller = session.caller().principal;
  Share share(caller.number, caller.organisation());
  for (const auto& [other, beaten] : m_sessions) {
    share.add(other->caller().principal.number, other->caller().principal.organisation());
  }
  m_sessions[&session] = m_context.control.parts.clock.steadyNow();
  return m_sessions.size() <= kMaxSessions && !share.isUsedUp(kMaxSessionsOfPrincipal, kMaxSessionsOfOrganisation);
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

void SocketioHub::remove(SocketioSession& session) {
  m_sessions.erase(&session);
  subscriptionsChanged();
}

const SampleInterest& SocketioHub::interest() {
  if (m_isInterestKnown) return m_interest;
  m_interest = {};
  for (const auto& [session, beaten] : m_sessions) session->addTo(m_interest);
  m_mqtt.addTo(m_interest);
  m_isInterestKnown = true;
  return m_interest;
}

void SocketioHub::samplesCommitted(const SampleBatch& samples) {
  const SampleInterest& wanted = interest();
  if (wanted.empty()) return;
  for (const SampleBatch::Row& row : samples.rows()) {
    if (!m_ownSamples.empty() && m_ownSamples.erase({row.car, row.time}) > 0) continue;
    for (std::size_t type = 0; type < SampleInterest::kTypeCount; ++type) {
      if (wanted.wants(row.car, type)) tellSample(samples, row, std::string(SampleInterest::kTypes[type]));
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
