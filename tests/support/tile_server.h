#pragma once

#include <QByteArray>
#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#include <algorithm>
#include <functional>

/// A server of map tiles on loopback, which answers as a test wants it and remembers what it was asked.
namespace carport::ui::test {

class TileServer : public QObject {
 public:
  struct Request {
    QByteArray path;
    QHash<QByteArray, QByteArray> headers;  ///< names in lower case
  };
  struct Answer {
    int status = 200;
    QByteArray body;
    QList<QByteArray> headers = {};
    int afterMs = 0;
  };

  TileServer() {
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
      while (QTcpSocket* socket = m_server.nextPendingConnection())
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
    });
    m_server.listen(QHostAddress::LocalHost, 0);
  }

  QString address() const { return QStringLiteral("http://127.0.0.1:%1/{z}/{x}/{y}.png").arg(m_server.serverPort()); }
  quint16 port() const { return m_server.serverPort(); }
  void stop() { m_server.close(); }
  bool restart(quint16 port) { return m_server.listen(QHostAddress::LocalHost, port); }

  /// What a path is answered with.
  std::function<Answer(const Request&)> answer = [](const Request&) { return Answer{404, {}, {}, 0}; };
  QList<Request> requests;
  int mostAtOnce = 0;

 private:
  void read(QTcpSocket* socket) {
    QByteArray& text = m_heads[socket];
    text += socket->readAll();
    if (!text.contains("\r\n\r\n")) return;
    const QList<QByteArray> lines = m_heads.take(socket).split('\n');
    Request request{lines.first().split(' ').value(1), {}};
    for (const QByteArray& line : lines.mid(1)) {
      const qsizetype colon = line.indexOf(':');
      if (colon > 0) request.headers[line.left(colon).toLower()] = line.mid(colon + 1).trimmed();
    }
    requests << request;
    mostAtOnce = std::max(mostAtOnce, ++m_open);
    const Answer chosen = answer(request);
    QTimer::singleShot(chosen.afterMs, this, [this, chosen, socket = QPointer<QTcpSocket>(socket)] {
      --m_open;
      if (socket) write(*socket, chosen);
    });
  }

  static void write(QTcpSocket& socket, const Answer& answer) {
    QByteArray head = "HTTP/1.1 " + QByteArray::number(answer.status) + " Said\r\nConnection: close\r\n";
    for (const QByteArray& header : answer.headers) head += header + "\r\n";
    head += "Content-Length: " + QByteArray::number(answer.body.size()) + "\r\n\r\n";
    socket.write(head + answer.body);
    socket.disconnectFromHost();
  }

  QTcpServer m_server;
  QHash<QTcpSocket*, QByteArray> m_heads;
  int m_open = 0;
};

}  // namespace carport::ui::test
