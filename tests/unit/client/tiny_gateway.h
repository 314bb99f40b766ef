#pragma once

#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

#include <functional>

/// A scripted peer on loopback for tests of the client: answers HTTP by a table, hands upgrades to a WebSocket server.
/// It exists to misbehave in ways that a real gateway does not; the real one is met in tests/contract.
class TinyGateway : public QObject {
 public:
  struct Answer {
    int status = 200;
    QByteArray body;
    QByteArray contentType = "application/json";
    bool silent = false;  ///< never answers
  };
  struct Request {
    QByteArray method;
    QByteArray path;
    QByteArray body;
    QHash<QByteArray, QByteArray> headers;  ///< names in lower case
  };

  TinyGateway() : m_webSockets("tiny", QWebSocketServer::NonSecureMode) {
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
      while (QTcpSocket* socket = m_server.nextPendingConnection()) accept(socket);
    });
    connect(&m_webSockets, &QWebSocketServer::newConnection, this, [this] {
      QWebSocket* socket = m_webSockets.nextPendingConnection();
      socket->setParent(this);  // the server leaves its sockets to whoever takes them
      live = socket;
      ++liveConnections;
      connect(socket, &QWebSocket::textMessageReceived, this, [this](const QString& text) { liveTexts.append(text); });
    });
    answers["GET /api/v2/session"] = {200, R"({"principal":)" + principal() + "}"};
  }

  bool listen(quint16 port = 0) { return m_server.listen(QHostAddress::LocalHost, port); }
  void stop() {
    m_server.close();
    for (const auto& socket : std::as_const(m_sockets)) {
      if (socket) socket->abort();
    }
    if (live) live->abort();
  }
  quint16 port() const { return m_server.serverPort(); }
  /// Connections that are open now, whatever is spoken over them.
  int openConnections() const {
    int open = 0;
    for (const auto& socket : m_sockets) open += socket && socket->state() == QAbstractSocket::ConnectedState;
    return open;
  }
  QUrl url() const { return QUrl(QString("http://127.0.0.1:%1").arg(port())); }

  static QByteArray principal() {
    return R"({"number":1,"id":"ann","name":"Ann","type":"user","role":"admin","blocked":false,"groups":[],"createdAt":1})";
  }

  QHash<QByteArray, Answer> answers;  ///< by "METHOD /path?query", or for every query by "METHOD /path"
  QList<Request> requests;
  QPointer<QWebSocket> live;
  int liveConnections = 0;
  QStringList liveTexts;

 private:
  void accept(QTcpSocket* socket) {
    m_sockets.append(socket);
    connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
  }

  void read(QTcpSocket* socket) {
    const QByteArray seen = socket->peek(1 << 20);
    const qsizetype end = seen.indexOf("\r\n\r\n");
    if (end < 0) return;
    if (seen.toLower().contains("upgrade: websocket")) {
      socket->disconnect(this);
      return m_webSockets.handleConnection(socket);
    }
    Request request;
    const QList<QByteArray> lines = seen.left(end).split('\n');
    const QList<QByteArray> first = lines.first().trimmed().split(' ');
    request.method = first.value(0);
    request.path = first.value(1);
    for (const QByteArray& line : lines.mid(1)) {
      const qsizetype colon = line.indexOf(':');
      request.headers[line.left(colon).toLower()] = line.mid(colon + 1).trimmed();
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (seen.size() < end + 4 + length) return;
    request.body = socket->read(end + 4 + length).mid(end + 4);
    requests.append(request);
    const QByteArray whole = request.method + ' ' + request.path;
    const QByteArray key = answers.contains(whole) ? whole : whole.split('?').first();
    const Answer answer = answers.value(key, Answer{404, R"({"status":404,"kind":"notFound","detail":"no such path"})"});
    if (answer.silent) return;
    socket->write("HTTP/1.1 " + QByteArray::number(answer.status) + " X\r\nContent-Type: " + answer.contentType +
                  "\r\nContent-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n" + answer.body);
  }

  QTcpServer m_server;
  QWebSocketServer m_webSockets;
  QList<QPointer<QTcpSocket>> m_sockets;
};
