#include "gateway/server/mqtt/connect_desk.h"

#include "gateway/domain/nitrogen_ids.h"
#include "gateway/domain/self_registration.h"
#include "gateway/server/mqtt/mqtt_connection.h"
#include "gateway/server/mqtt/session_table.h"
#include "gateway/server/mqtt/shard_core.h"

#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

mqtt::ReasonCode reasonFor(SignInRefusal refusal) {
  switch (refusal) {
    case SignInRefusal::busy:
      return mqtt::ReasonCode::serverBusy;
    case SignInRefusal::throttled:
      return mqtt::ReasonCode::connectionRateExceeded;
    case SignInRefusal::blocked:
      return mqtt::ReasonCode::notAuthorised;
    default:
      return mqtt::ReasonCode::badUserNameOrPassword;
  }
}

ConnectionRefusal refusalFor(mqtt::ReasonCode reason) {
  switch (reason) {
    case mqtt::ReasonCode::serverBusy:
      return ConnectionRefusal::busy;
    case mqtt::ReasonCode::connectionRateExceeded:
      return ConnectionRefusal::throttled;
    case mqtt::ReasonCode::notAuthorised:
      return ConnectionRefusal::blocked;
    default:
      return ConnectionRefusal::credentials;
  }
}

MqttWill willOf(const mqtt::Will& will) {
  MqttWill kept{std::string(will.topic), std::string(will.payload), will.qos, will.retain};
  if (will.properties.empty()) return kept;
  mqtt::appendForwarded(will.properties, kept.properties);
  kept.expirySeconds = will.properties.number(mqtt::PropertyId::messageExpiryInterval);
  kept.delaySeconds = will.properties.number(mqtt::PropertyId::willDelayInterval).value_or(0);
  return kept;
}

api::AttemptKind attemptFor(ConnectionRefusal refusal) {
  switch (refusal) {
    case ConnectionRefusal::blocked:
      return api::AttemptKind::blocked;
    case ConnectionRefusal::full:
    case ConnectionRefusal::busy:
      return api::AttemptKind::busy;
    case ConnectionRefusal::throttled:
      return api::AttemptKind::throttled;
    case ConnectionRefusal::limited:
      return api::AttemptKind::limited;
    default:
      return api::AttemptKind::wrongSecret;
  }
}

/// What a client says its name is, fit for a log line.
std::string forLog(std::string_view id) {
  std::string text(id.substr(0, api::kMaxPrincipalIdBytes));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

}  // namespace

void ConnectDesk::connect(MqttConnection& connection, const mqtt::Connect& connect) {
  Request request;
  request.connection = connection.weak_from_this();
  request.clientId = connect.clientId;
  request.cleanStart = connect.cleanSession;
  request.expirySeconds = connect.sessionExpirySeconds();
  request.at = m_core.steadyNow();
  if (connect.will) request.will = willOf(*connect.will);
  if (request.clientId.empty()) {
    // Nobody can guess it, and it never comes again: a session under it is this client's alone.
    request.clientId = "made-" + makeDeviceSecret();
    connection.assignedClientId = request.clientId;
  }
  connection.wishedExpirySeconds = request.expirySeconds;
  connection.wishedKeepAliveSeconds = connect.keepAliveSeconds;
  if (const auto mistake = hear(connection, connect, request.claim); !mistake.empty()) {
    return refuseLater(request, mqtt::ReasonCode::notAuthorised, ConnectionRefusal::credentials, std::string(mistake));
  }
  if (request.claim.isNitrogen) {
    // Its subscriptions are conditions, not topics: nothing of them outlives the connection.
    connection.speaksNitrogen = true;
    connection.wishedExpirySeconds = request.expirySeconds = 0;
    request.cleanStart = true;
    request.will.reset();
  }
  if (!mayTry(connection, request.claim)) {
    return refuseLater(request, reasonFor(SignInRefusal::throttled), ConnectionRefusal::throttled,
                       "it got it wrong too often; it may try again later");
  }
  if (!areSignInsLimited()) return check(std::move(request));
  underLimits(request, nullptr, [this, request] { check(request); });
}

bool ConnectDesk::areSignInsLimited() const {
  return m_core.context.parts.registry.limitBook().has(api::LimitMeasure::signInsPerMinute);
}

void ConnectDesk::underLimits(const Request& request, const api::Principal* who, std::function<void()> then) {
  const auto connection = request.connection.lock();
  auto& book = m_core.context.parts.registry.limitBook();
  if (!connection) return;
  const auto address = connection->address();
  const LimitSubject subject{who, who == nullptr ? std::string_view(address) : std::string_view()};
  const auto verdict = book.charge(api::LimitMeasure::signInsPerMinute, subject, 1, m_core.steadyNow(), kLongestWait);
  if (verdict.kind == LimitVerdict::Kind::pass) return then();
  if (verdict.kind == LimitVerdict::Kind::refused) {
    return refuseLater(request, mqtt::ReasonCode::connectionRateExceeded, ConnectionRefusal::limited,
                       fmt::format("limit {} allows no more sign-ins just now", verdict.limit));
  }
  auto timer = std::make_shared<boost::asio::steady_timer>(m_core.io->context(), verdict.wait);
  timer->async_wait([weak = request.connection, then = std::move(then), timer](const boost::system::error_code& ec) {
    const auto waiting = weak.lock();
    if (!ec && waiting && waiting->isOpen()) then();
  });
}

std::string_view ConnectDesk::hear(const MqttConnection& connection, const mqtt::Connect& connect,
                                   SignInClaim& claim) const {
  const auto& channel = connection.channel();
  // What a browser brings along by itself proves nothing about the page that uses it.
  const bool onItsOwn = !channel.isFromForeignPage();
  if (connect.userName) claim.id = *connect.userName;
  if (const auto* certificate = onItsOwn ? channel.certificate() : nullptr) {
    if (connect.userName && *connect.userName != certificate->name) {
      return "its user name is not the name in its certificate";
    }
    claim.id = certificate->name;
    claim.certificate = *certificate;
    return {};
  }
  const auto& anonymous = m_core.context.parts.anonymous;
  if (onItsOwn && !anonymous.empty() && !connect.userName && !connect.password) {
    claim.id = anonymous;
    claim.anonymous = true;
    return {};
  }
  if (!connect.userName || !connect.password) return "it gave no user name and password";
  claim.password = *connect.password;
  claim.isNitrogen = isNitrogen(claim);
  return {};
}

bool ConnectDesk::isNitrogen(SignInClaim& claim) const {
  if (claim.id.size() != NitrogenIds::kIdChars) return false;
  const auto number = NitrogenIds(m_core.context.parts.secretKey).principalOf(claim.id);
  const auto who = number ? m_core.context.parts.registry.find(*number) : std::nullopt;
  if (who) claim.id = who->id;
  return who.has_value();
}

bool ConnectDesk::mayTry(const MqttConnection& connection, const SignInClaim& claim) const {
  if (claim.certificate || claim.anonymous) return true;
  const auto verdict = m_core.context.signInGuard.look(claim.id, connection.peer(), m_core.steadyNow());
  // A fleet may sit behind one address: its cars still get in with the right secret, whoever guesses beside them.
  return !verdict.idMustWait && (!verdict.addressMustWait || m_core.context.signIn.isCheap(claim.id));
}

void ConnectDesk::check(Request request) {
  request.registryVersion = m_core.context.parts.registry.version();
  // Answered by a post even where the answer is known at once: the protocol is still in the middle of CONNECT here.
  auto answered = m_core.answerHere([this, request](const SignInAnswer& answer) { decide(request, answer); });
  m_core.context.signIn.check(request.claim, std::move(answered));
}

void ConnectDesk::decide(const Request& request, const SignInAnswer& answer) {
  const auto connection = request.connection.lock();
  if (!connection || !connection->isOpen() || m_core.draining) return;
  auto& guard = m_core.context.signInGuard;
  if (answer.principal) {
    if (!request.claim.anonymous) guard.succeeded(request.claim.id, connection->peer());
    if (!areSignInsLimited()) return letIn(*connection, request, answer);
    return underLimits(request, &*answer.principal, [this, request, answer] {
      const auto here = request.connection.lock();
      if (here && here->isOpen() && !m_core.draining) letIn(*here, request, answer);
    });
  }
  const bool isSecret = !request.claim.certificate && !request.claim.anonymous;
  if (isSecret && !request.hasProvisioned && answer.refusal == SignInRefusal::wrong &&
      !provisioningKeyIn(request.claim.password).empty()) {
    return provision(request);
  }
  if (!request.isLast && answer.refusal != SignInRefusal::busy) return askAgain(request, answer);
  if (answer.refusal == SignInRefusal::wrong) {
    guard.failed(request.claim.id, connection->peer(), m_core.steadyNow());
  }
  const auto reason = reasonFor(answer.refusal);
  refuseLater(request, reason, refusalFor(reason), answer.why);
}

void ConnectDesk::provision(Request request) {
  const auto connection = request.connection.lock();
  if (!connection) return;
  request.hasProvisioned = true;
  auto registered = m_core.answerHere([this, request](bool isBusy) {
    if (!isBusy) return check(request);
    refuseLater(request, reasonFor(SignInRefusal::busy), ConnectionRefusal::busy,
                "too many devices are being registered at once; try again in a moment");
  });
  m_core.context.parts.control.deviceWantsIn(request.claim.id, request.claim.password, connection->address(),
                                             std::move(registered));
}

void ConnectDesk::askAgain(Request request, const SignInAnswer& refused) {
  request.isLast = true;
  m_core.context.parts.control.registryMayHaveChanged(m_core.answerHere([this, request, refused] {
    // A wrong password is not worth being worked on twice.
    if (m_core.context.parts.registry.version() == request.registryVersion) return decide(request, refused);
    check(request);
  }));
}

void ConnectDesk::refuseLater(const Request& request, mqtt::ReasonCode reason, ConnectionRefusal counted,
                              const std::string& why) {
  m_core.context.tally.refuse(counted);
  if (const auto connection = request.connection.lock()) {
    const auto address = connection->address();
    const auto who = m_core.context.parts.registry.find(request.claim.id);
    if (who) m_core.connections.count(who->number, attemptFor(counted), address);
    m_core.warn(
        fmt::format("sign-in {} {}", address, why),
        fmt::format("Refused to sign \"{}\" in from {}: {}", forLog(request.claim.id), connection->peer(), why));
    m_core.context.parts.control.attemptRefused(
        refusalOf({forLog(request.claim.id), {}, api::Door::mqtt, address}, std::string(kSignInAttempt), {}, why));
  }
  auto timer = std::make_shared<boost::asio::steady_timer>(m_core.io->context());
  timer->expires_after(std::max(SteadyPoint::duration::zero(), request.at + kFailureDelay - m_core.steadyNow()));
  timer->async_wait([weak = request.connection, reason, timer](const boost::system::error_code& ec) {
    const auto connection = weak.lock();
    if (ec || !connection || !connection->isOpen()) return;
    connection->protocol().refuseConnect(reason);
    connection->close({"its sign-in was refused", mqtt::ReasonCode::success, true});  // has been logged
  });
}

void ConnectDesk::letIn(MqttConnection& connection, const Request& request, const SignInAnswer& answer) {
  const auto& who = *answer.principal;
  connection.signedInUntil = answer.validUntil;
  connection.proof = answer.proof;
  if (answer.proof.token) m_core.context.parts.control.tokenUsed(*answer.proof.token, connection.address());
  if (who.type == api::PrincipalType::device) {
    connection.car = who.number;
    m_core.context.directory.carCame(who.number, [&] { m_core.context.parts.control.carConnected(who.number, true); });
  }
  m_sessions.open(connection,
                  {{who.number, request.clientId}, who, request.cleanStart, request.expirySeconds, request.will});
}

}  // namespace carport
