#include "ui/client/gateway_client.h"

#include "gateway/api/json_codec.h"
#include "ui/client/answers.h"
#include "ui/client/client_errc.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace carport::ui {

namespace {

std::uint32_t seedOf(const GatewayClient::Settings& settings) {
  return settings.seed != 0 ? settings.seed : std::random_device{}();
}

/// The address without what has no place in it; invalid where it is none.
QUrl cleaned(const QUrl& url) {
  if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http" && url.scheme() != "https")) return {};
  QUrl clean;
  clean.setScheme(url.scheme());
  clean.setHost(url.host());
  clean.setPort(url.port());
  QString path = url.path();
  while (path.endsWith('/')) path.chop(1);
  clean.setPath(path);
  return clean;
}

}  // namespace

GatewayClient::GatewayClient(const Settings& settings, QObject* parent)
    : GatewayRequests({settings.requestTimeout, settings.historyTimeout}, parent),
      m_live(settings.live),
      m_policy(seedOf(settings), settings.reconnect) {
  m_retry.setSingleShot(true);
  connect(&m_retry, &QTimer::timeout, this, &GatewayClient::attempt);
  connect(&m_live, &LiveSocket::opened, this, &GatewayClient::onOpened);
  connect(&m_live, &LiveSocket::ended, this, &GatewayClient::onLost);
  connect(&m_live, &LiveSocket::positionsReceived, this, &GatewayClient::positionsReceived);
  connect(&m_live, &LiveSocket::stateReceived, this, &GatewayClient::carStateReceived);
  connect(&m_live, &LiveSocket::eventReceived, this, &GatewayClient::eventReceived);
  connect(&m_live, &LiveSocket::commandChanged, this, &GatewayClient::commandChanged);
  connect(&m_live, &LiveSocket::statusReceived, this, &GatewayClient::onStatus);
  connect(&m_live, &LiveSocket::messagesReceived, this, &GatewayClient::messagesReceived);
  connect(&m_live, &LiveSocket::carsChanged, this, &GatewayClient::carsChanged);
  connect(&m_live, &LiveSocket::fencesChanged, this, &GatewayClient::fencesChanged);
  connect(&m_live, &LiveSocket::complained, this, &GatewayClient::gatewayComplained);
}

GatewayClient::~GatewayClient() = default;

QString GatewayClient::gatewayName() const {
  return m_baseUrl.authority() + m_baseUrl.path();
}

TimePoint GatewayClient::now() const {
  return SystemClock().now() + m_clockOffset;
}

std::optional<Milliseconds> GatewayClient::silence() const {
  return m_silentFor.isValid() ? std::optional(Milliseconds(m_silentFor.elapsed())) : std::nullopt;
}

void GatewayClient::start(const QUrl& baseUrl) {
  disconnectFromGateway();
  m_baseUrl = cleaned(baseUrl);
  m_http.setBaseUrl(m_baseUrl);
  m_policy.reset();
  if (!m_baseUrl.isValid()) {
    setState(ConnectionState::failed,
             tr("The address “%1” is not understood; it should look like http://gateway.example:8080.")
                 .arg(baseUrl.toDisplayString()));
  }
}

Result<void> GatewayClient::trustAuthority(const QString& file) {
  const auto trust = GatewayTrust::fromFile(file);
  if (!trust) return failFrom(trust);
  m_http.setTrust(*trust);
  m_live.setTrust(*trust);
  return {};
}

void GatewayClient::connectWithToken(const QUrl& baseUrl, const QString& token) {
  start(baseUrl);
  if (!m_baseUrl.isValid()) return;
  m_token = token.toUtf8();
  attempt();
}

void GatewayClient::connectWithPassword(const QUrl& baseUrl, const QString& id, const QString& password,
                                        const QString& code) {
  start(baseUrl);
  if (m_baseUrl.isValid()) signIn(id, password, code);
}

void GatewayClient::disconnectFromGateway() {
  m_retry.stop();
  m_sessionReply.cancel();
  m_signInReply.cancel();
  m_live.close();
  m_token.clear();
  m_http.setToken({});
  m_http.abortAll();
  m_self = {};
  m_status = {};
  m_clockOffset = Milliseconds(0);
  m_mustChangePassword = false;
  m_needsCode = false;
  setState(ConnectionState::idle, tr("Not connected."));
}

void GatewayClient::retryNow() {
  if (m_state != ConnectionState::waiting) return;
  m_retry.stop();
  attempt();
}

void GatewayClient::signIn(const QString& id, const QString& password, const QString& code) {
  setState(ConnectionState::connecting, tr("Signing in to %1 …").arg(gatewayName()));
  nlohmann::json body{{"id", id.toStdString()}, {"password", password.toStdString()}};
  if (!code.isEmpty()) body["code"] = code.toStdString();
  HttpRequest request = post("/session", QByteArray::fromStdString(body.dump()));
  request.withToken = false;
  m_signInReply = m_http.send<Session>(request, answers::session);
  m_signInReply.then(this, [this](const Result<Session>& session) {
    m_needsCode = !session && session.error().is(ClientErrc::answeredCodeNeeded);
    if (!session) {
      // Without the password nothing can be tried again by itself.
      const bool again = classify(session.error()) != FailureClass::permanent;
      return setState(
          again ? ConnectionState::needsSignIn : ConnectionState::failed,
          tr("Signing in to %1 failed. %2").arg(gatewayName(), QString::fromStdString(session.error().message())));
    }
    m_token = QByteArray::fromStdString(session->token);
    m_http.setToken(m_token);
    m_mustChangePassword = session->mustChangePassword;
    sessionKnown(session->principal);
  });
}

void GatewayClient::attempt() {
  setState(ConnectionState::connecting, tr("Connecting to %1 …").arg(gatewayName()));
  m_http.setToken(m_token);
  // A plain request first: it tells a wrong token from a gateway that is away, which a failed upgrade does not.
  m_sessionReply = m_http.send<api::Principal>(get("/session"), answers::sessionPrincipal);
  m_sessionReply.then(this, [this](const Result<api::Principal>& self) {
    if (!self) return onLost(self.error());
    sessionKnown(*self);
  });
}

void GatewayClient::sessionKnown(const api::Principal& self) {
  m_self = self;
  sendWatch();
  m_live.open(m_baseUrl, m_token);
}

void GatewayClient::onOpened() {
  m_connectedFor.start();
  setState(ConnectionState::connected, tr("Connected to %1.").arg(gatewayName()));
  emit refreshNeeded();
}

void GatewayClient::onLost(const Error& error) {
  if (m_connectedFor.isValid()) {
    m_policy.connectionEnded(Milliseconds(m_connectedFor.elapsed()));
    m_connectedFor.invalidate();
  }
  const QString reason = QString::fromStdString(error.message());
  switch (classify(error)) {
    case FailureClass::needsSignIn:
      return setState(ConnectionState::needsSignIn, tr("%1 asks to sign in again. %2").arg(gatewayName(), reason));
    case FailureClass::permanent:
      return setState(ConnectionState::failed, tr("Cannot connect to %1. %2").arg(gatewayName(), reason));
    case FailureClass::transient:
      break;
  }
  const Milliseconds delay = m_policy.nextDelay();
  m_retry.start(delay);
  const qint64 seconds = (delay.count() + 999) / 1000;
  setState(ConnectionState::waiting,
           tr("No connection to %1; trying again in %2 s. %3").arg(gatewayName(), QString::number(seconds), reason));
}

void GatewayClient::onStatus(const api::GatewayStatus& status) {
  m_status = status;
  m_clockOffset = status.now - SystemClock().now();
  emit statusReceived(status);
}

void GatewayClient::measureSilence() {
  if (isConnected()) m_heard = m_baseUrl;
  if (isConnected() || m_heard != m_baseUrl) return m_silentFor.invalidate();
  if (!m_heard.isEmpty() && !m_silentFor.isValid()) m_silentFor.start();
}

void GatewayClient::setState(ConnectionState state, const QString& sentence) {
  if (state == m_state && sentence == m_sentence) return;
  m_state = state;
  m_sentence = sentence;
  measureSilence();
  emit connectionStateChanged(state, sentence);
}

bool GatewayClient::watchCarState(PrincipalNumber car) {
  if (!m_watchedStates.contains(car.value) && std::size_t(m_watchedStates.size()) >= LiveWatch::kMaxStates)
    return false;
  if (m_watchedStates[car.value]++ == 0) sendWatch();
  return true;
}

void GatewayClient::unwatchCarState(PrincipalNumber car) {
  const auto it = m_watchedStates.find(car.value);
  if (it == m_watchedStates.end()) return;
  if (--it.value() > 0) return;
  m_watchedStates.erase(it);
  sendWatch();
}

bool GatewayClient::watchMessages(PrincipalNumber car) {
  if (!m_watchedMessages.contains(car.value) && std::size_t(m_watchedMessages.size()) >= LiveWatch::kMaxMessages)
    return false;
  if (m_watchedMessages[car.value]++ == 0) sendWatch();
  return true;
}

void GatewayClient::unwatchMessages(PrincipalNumber car) {
  const auto it = m_watchedMessages.find(car.value);
  if (it == m_watchedMessages.end() || --it.value() > 0) return;
  m_watchedMessages.erase(it);
  sendWatch();
}

std::vector<PrincipalNumber> GatewayClient::watchedStates() const {
  std::vector<PrincipalNumber> cars;
  for (auto it = m_watchedStates.cbegin(); it != m_watchedStates.cend(); ++it)
    cars.push_back(PrincipalNumber{it.key()});
  return cars;
}

void GatewayClient::sendWatch() {
  // Many cars come and go at once while a list scrolls: one message for all of them.
  if (std::exchange(m_watchPending, true)) return;
  QMetaObject::invokeMethod(
      this,
      [this] {
        m_watchPending = false;
        LiveWatch watch;
        for (auto it = m_watchedStates.keyBegin(); it != m_watchedStates.keyEnd(); ++it) {
          watch.states.push_back(PrincipalNumber{*it});
        }
        std::sort(watch.states.begin(), watch.states.end());
        for (auto it = m_watchedMessages.keyBegin(); it != m_watchedMessages.keyEnd(); ++it) {
          watch.messages.push_back(PrincipalNumber{*it});
        }
        std::sort(watch.messages.begin(), watch.messages.end());
        m_live.setWatch(watch);
        emit watchedStatesChanged();
      },
      Qt::QueuedConnection);
}

}  // namespace carport::ui
