#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/gateway_status.h"
#include "gateway/api/raw_message.h"
#include "gateway/base/error.h"
#include "gateway/base/result.h"
#include "ui/client/gateway_trust.h"
#include "ui/client/live_watch.h"

#include <QAbstractSocket>
#include <QByteArray>
#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QUrl>
#include <QWebSocket>

#include <vector>

namespace carport::ui {

/// One connection to `/api/v2/live`: opens, says what is wanted, decodes what comes, notices silence. Does not connect
/// again by itself. Owner: GatewayClient. GUI thread.
class LiveSocket : public QObject {
  Q_OBJECT

 public:
  static constexpr quint64 kMaxMessageBytes = 8 * 1024 * 1024;

  struct Timing {
    Milliseconds openWithin{10'000};
    Milliseconds pingEvery{10'000};
    Milliseconds silentAfter{30'000};  ///< nothing heard for so long: the connection is dead
  };

  explicit LiveSocket(QObject* parent = nullptr) : LiveSocket(Timing(), parent) {}
  LiveSocket(Timing timing, QObject* parent = nullptr);
  ~LiveSocket() override;

  /// For https; from the next open() on.
  void setTrust(const GatewayTrust& trust) { m_trust = trust; }
  void open(const QUrl& baseUrl, const QByteArray& token);
  /// Closes without a signal.
  void close();
  bool isOpen() const { return m_open; }
  /// What to hear; sent at once where open, and after every opening.
  void setWatch(const LiveWatch& watch);

  /// Messages that could not be read since the socket was made.
  quint64 unreadableMessages() const { return m_unreadable; }

 signals:
  void opened();
  /// It could not be opened, or broke. Said once for each open().
  void ended(const carport::Error& error);
  void positionsReceived(const std::vector<carport::api::CarPosition>& positions);
  void stateReceived(const carport::api::CarState& state);
  void eventReceived(const carport::api::Event& event);
  void commandChanged(const carport::api::Command& command);
  void statusReceived(const carport::api::GatewayStatus& status);
  void messagesReceived(const carport::api::RawMessages& messages);
  void carsChanged();
  void fencesChanged();
  /// A sentence that the gateway sent, or that something unreadable came.
  void complained(const QString& sentence);

 private:
  void onConnected();
  void onEnded();
  void onText(const QString& text);
  void onBinary(const QByteArray& frame);
  void onTick();
  void end(const Error& error);
  void complain(const QString& sentence);

  Timing m_timing;
  QWebSocket m_socket;
  QTimer m_tick;
  QElapsedTimer m_heard;
  LiveWatch m_watch;
  GatewayTrust m_trust;
  QString m_tlsTrouble;
  bool m_open = false;
  bool m_active = false;
  quint64 m_unreadable = 0;
};

}  // namespace carport::ui
