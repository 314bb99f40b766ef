#pragma once

#include "ui/client/connection_state.h"
#include "ui/client/gateway_requests.h"
#include "ui/client/live_socket.h"
#include "ui/client/reconnect_policy.h"

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QUrl>

#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

/// The portal's one door to a gateway: requests with typed replies (GatewayRequests), and signals for what changes.
/// Keeps the connection up by itself and says how it stands. The same for the gateway inside the portal and for any
/// other. Owner: app. GUI thread.
class GatewayClient : public GatewayRequests {
  Q_OBJECT

 public:
  struct Settings {
    ReconnectPolicy::Limits reconnect;
    LiveSocket::Timing live;
    Milliseconds requestTimeout{15'000};
    Milliseconds historyTimeout{30'000};
    std::uint32_t seed = 0;  ///< of the reconnect policy; 0 takes a random one
  };

  explicit GatewayClient(QObject* parent = nullptr) : GatewayClient(Settings(), parent) {}
  explicit GatewayClient(const Settings& settings, QObject* parent = nullptr);
  ~GatewayClient() override;

  // --- The connection ---

  /// Whose word to take for the certificates of gateways with https, from the next attaching on: the authorities in
  /// this file (PEM) alone, or, where it is empty, those that this computer knows. Fails with a sentence.
  Result<void> trustAuthority(const QString& file);
  /// Attaches to the gateway at `baseUrl` (http or https), letting go of the one before.
  void connectWithToken(const QUrl& baseUrl, const QString& token);
  /// The same after signing in. The password is not kept: when the session ends, a person has to sign in again.
  void connectWithPassword(const QUrl& baseUrl, const QString& id, const QString& password, const QString& code = {});
  /// Whether the latest sign-in failed for want of a (right) code of the authenticator app.
  bool needsCode() const { return m_needsCode; }
  void disconnectFromGateway();
  /// While waiting: does not wait any longer.
  void retryNow();

  ConnectionState connectionState() const { return m_state; }
  bool isConnected() const { return m_state == ConnectionState::connected; }
  /// How the connection stands, in words: "Connected to localhost:8080".
  QString connectionSentence() const { return m_sentence; }
  QUrl baseUrl() const { return m_baseUrl; }
  /// How long nothing has been heard of the gateway; none while connected, and before the first connection with it.
  std::optional<Milliseconds> silence() const;
  /// Who is signed in; number 0 before that is known.
  const api::Principal& self() const { return m_self; }
  /// The person signed in with a one-time password and should change it.
  bool mustChangePassword() const { return m_mustChangePassword; }
  /// The newest status; version is empty before the first.
  const api::GatewayStatus& latestStatus() const { return m_status; }
  /// Clock of the gateway minus clock of this computer, from the newest status; ages are told by the gateway's clock.
  Milliseconds clockOffset() const { return m_clockOffset; }
  /// Now, by the gateway's clock.
  TimePoint now() const;

  /// Asks for the whole state of a car whenever it changes; counted, so that several pages may ask for the same car.
  /// False where LiveWatch::kMaxStates are watched already.
  bool watchCarState(PrincipalNumber car);
  void unwatchCarState(PrincipalNumber car);
  /// Asks for the messages of a car as they come (messagesReceived()); counted as well. False where as many cars as the
  /// gateway allows are watched already.
  bool watchMessages(PrincipalNumber car);
  void unwatchMessages(PrincipalNumber car);
  /// Those whose states are asked for now, in no order.
  std::vector<PrincipalNumber> watchedStates() const;

 signals:
  /// `sentence` is for people.
  void connectionStateChanged(carport::ui::ConnectionState state, const QString& sentence);
  /// What is known may be out of date: connected for the first time or again. Fetch anew what is shown.
  void refreshNeeded();
  void positionsReceived(const std::vector<carport::api::CarPosition>& positions);
  void carStateReceived(const carport::api::CarState& state);
  void eventReceived(const carport::api::Event& event);
  void commandChanged(const carport::api::Command& command);
  void statusReceived(const carport::api::GatewayStatus& status);
  /// Of a car whose messages are watched: first the newest that the gateway keeps, then what comes.
  void messagesReceived(const carport::api::RawMessages& messages);
  /// Cars, or what the person may see, changed: fetch cars() again.
  void carsChanged();
  /// Somebody added, changed or removed a fence, or the person may see them from now on, or no longer.
  void fencesChanged();
  /// watchedStates() has others now.
  void watchedStatesChanged();
  /// Something the gateway complained about on the live connection; a sentence for people.
  void gatewayComplained(const QString& sentence);

 private:
  void start(const QUrl& baseUrl);
  void signIn(const QString& id, const QString& password, const QString& code);
  void attempt();
  void sessionKnown(const api::Principal& self);
  void onOpened();
  void onLost(const Error& error);
  void onStatus(const api::GatewayStatus& status);
  void measureSilence();
  void setState(ConnectionState state, const QString& sentence);
  void sendWatch();
  QString gatewayName() const;

  LiveSocket m_live;
  ReconnectPolicy m_policy;
  QTimer m_retry;
  QElapsedTimer m_connectedFor;
  QElapsedTimer m_silentFor;  // invalid while silence() is none
  QUrl m_heard;               // the gateway of the latest connection
  QUrl m_baseUrl;
  QByteArray m_token;
  ConnectionState m_state = ConnectionState::idle;
  QString m_sentence;
  api::Principal m_self;
  bool m_mustChangePassword = false;
  bool m_needsCode = false;
  api::GatewayStatus m_status;
  Milliseconds m_clockOffset{0};
  Reply<api::Principal> m_sessionReply;
  Reply<Session> m_signInReply;
  QHash<quint32, int> m_watchedStates;
  QHash<quint32, int> m_watchedMessages;
  bool m_watchPending = false;
};

}  // namespace carport::ui
