#include "ui/client/live_socket.h"

#include "gateway/api/json_codec.h"
#include "gateway/api/live_frame.h"
#include "ui/client/client_errc.h"

#include <QNetworkRequest>

#include <nlohmann/json.hpp>

#include <span>
#include <utility>

namespace carport::ui {

LiveSocket::LiveSocket(Timing timing, QObject* parent) : QObject(parent), m_timing(timing) {
  m_socket.setMaxAllowedIncomingMessageSize(kMaxMessageBytes);
  m_socket.setMaxAllowedIncomingFrameSize(kMaxMessageBytes);
  connect(&m_socket, &QWebSocket::connected, this, &LiveSocket::onConnected);
  connect(&m_socket, &QWebSocket::disconnected, this, &LiveSocket::onEnded);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
  connect(&m_socket, &QWebSocket::errorOccurred, this, &LiveSocket::onEnded);
#else
  connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, &LiveSocket::onEnded);
#endif
  connect(&m_socket, &QWebSocket::textMessageReceived, this, &LiveSocket::onText);
  connect(&m_socket, &QWebSocket::binaryMessageReceived, this, &LiveSocket::onBinary);
  connect(&m_socket, &QWebSocket::pong, this, [this] { m_heard.restart(); });
  connect(&m_socket, &QWebSocket::sslErrors, this,
          [this](const QList<QSslError>& errors) { m_tlsTrouble = m_trust.explain(errors, m_socket.requestUrl()); });
  connect(&m_tick, &QTimer::timeout, this, &LiveSocket::onTick);
}

LiveSocket::~LiveSocket() {
  m_active = false;
  m_socket.disconnect(this);
  m_socket.abort();
}

void LiveSocket::open(const QUrl& baseUrl, const QByteArray& token) {
  close();
  QUrl url = baseUrl;
  url.setScheme(baseUrl.scheme() == "https" ? "wss" : "ws");
  url.setPath(baseUrl.path() + "/api/v2/live");
  QNetworkRequest request(url);
  request.setRawHeader("Authorization", "Bearer " + token);
  m_active = true;
  m_heard.start();
  m_tick.start(m_timing.openWithin);
  m_tlsTrouble = m_trust.explain({}, baseUrl);
  m_socket.setSslConfiguration(m_trust.configuration());
  m_socket.open(request);
}

void LiveSocket::close() {
  m_active = false;
  m_open = false;
  m_tick.stop();
  m_socket.abort();
}

void LiveSocket::setWatch(const LiveWatch& watch) {
  m_watch = watch;
  if (m_open) m_socket.sendTextMessage(QString::fromUtf8(m_watch.toMessage()));
}

void LiveSocket::onConnected() {
  if (!m_active) return;
  m_open = true;
  m_heard.restart();
  m_tick.start(m_timing.pingEvery);
  m_socket.sendTextMessage(QString::fromUtf8(m_watch.toMessage()));
  emit opened();
}

void LiveSocket::onEnded() {
  if (!m_active) return;
  QString reason = m_socket.closeReason();
  if (reason.isEmpty()) reason = m_socket.errorString();
  // An answer to the upgrade that is no upgrade is reported as text alone; the request before it has ruled out the
  // rest.
  const ClientErrc code =
      m_socket.error() == QAbstractSocket::SslHandshakeFailedError ? ClientErrc::certificate : ClientErrc::unreachable;
  end(Error(code, code == ClientErrc::certificate ? m_tlsTrouble.toStdString() : reason.toStdString()));
}

void LiveSocket::onTick() {
  if (!m_open) return end(ClientErrc::timedOut);
  if (m_heard.hasExpired(m_timing.silentAfter.count())) return end(ClientErrc::timedOut);
  m_socket.ping();
}

void LiveSocket::end(const Error& error) {
  close();
  emit ended(error);
}

void LiveSocket::complain(const QString& sentence) {
  ++m_unreadable;
  emit complained(sentence);
}

void LiveSocket::onBinary(const QByteArray& frame) {
  m_heard.restart();
  const auto positions = api::decodeLiveFrame(std::as_bytes(std::span(frame.constData(), std::size_t(frame.size()))));
  if (!positions) return complain(QString::fromStdString(positions.error().message()));
  emit positionsReceived(*positions);
}

void LiveSocket::onText(const QString& text) {
  m_heard.restart();
  const auto json = api::parseJson(text.toStdString());
  const QString unreadable =
      tr("The gateway sent a message that this portal cannot read; they may be of different versions.");
  if (!json || !json->is_object() || !json->contains("type") || !json->at("type").is_string()) {
    return complain(unreadable);
  }
  const auto type = json->at("type").get<std::string>();
  // Hands `field` on to `signal` where it reads as a T.
  const auto pass = [&]<class T>(const char* field, void (LiveSocket::*signal)(const T&)) {
    const auto it = json->find(field);
    const auto value =
        it != json->end() ? api::fromJson<T>(*it) : Result<T>(tl::unexpected<Error>(ClientErrc::unreadableAnswer));
    if (value) {
      emit(this->*signal)(*value);
    } else {
      complain(QString::fromStdString(value.error().message()));
    }
  };
  if (type == "event") return pass("event", &LiveSocket::eventReceived);
  if (type == "command") return pass("command", &LiveSocket::commandChanged);
  if (type == "status") return pass("status", &LiveSocket::statusReceived);
  if (type == "state") return pass("state", &LiveSocket::stateReceived);
  if (type == "messages") {
    const auto messages = api::fromJson<api::RawMessages>(*json);
    if (!messages) return complain(QString::fromStdString(messages.error().message()));
    emit messagesReceived(*messages);
  } else if (type == "cars") {
    emit carsChanged();
  } else if (type == "fences") {
    emit fencesChanged();
  } else if (type == "error") {
    const auto message = json->find("message");
    emit complained(message != json->end() && message->is_string() ? QString::fromStdString(message->get<std::string>())
                                                                   : unreadable);
  }
  // Further types belong to a newer gateway and are of no use here.
}

}  // namespace carport::ui
