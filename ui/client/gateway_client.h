#pragma once

#include "gateway/api/history.h"
#include "gateway/api/moments.h"
#include "gateway/base/log.h"
#include "ui/client/connection_state.h"
#include "ui/client/http_requester.h"
#include "ui/client/live_socket.h"
#include "ui/client/reconnect_policy.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"

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

/// The portal's one door to a gateway: requests with typed replies, and signals for what changes. Keeps the connection
/// up by itself and says how it stands. The same for the gateway inside the portal and for any other. Owner: app. GUI
/// thread.
class GatewayClient : public QObject {
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
  /// Those that are asked for now, in no order.
  std::vector<PrincipalNumber> watchedStates() const;

  /// Gives and takes back no commands from now on, and answers with this sentence why; empty: does so again.
  void refuseCommands(const QString& sentence) { m_noCommands = sentence; }

  // --- Requests; the calls and their rights are those of docs/api.md ---

  Reply<Nothing> changePassword(const QString& current, const QString& replacement);
  Reply<Nothing> signOut();
  Reply<api::GatewayStatus> status();
  Reply<std::vector<LogEntry>> log(std::size_t limit);

  Reply<std::vector<Car>> cars();
  Reply<Car> car(const QString& id);
  Reply<AddedCar> addCar(const NewCar& car);
  Reply<ImportedCars> importCars(const QByteArray& csv);
  /// With `revision` (of carToChange()) it is refused where somebody else has changed the car since.
  Reply<Car> changeCar(const QString& id, const CarChange& change, const std::string& revision = {});
  /// The same as car(), with what a change has to bring along.
  Reply<CarToChange> carToChange(const QString& id);
  /// Gives the car a new secret (a made one where `secret` is none) and answers it.
  Reply<std::string> renewSecret(const QString& id, const std::optional<std::string>& secret = {});
  Reply<Nothing> removeCar(const QString& id);

  /// `query.car` does not matter: the path names the car by its id.
  Reply<api::History> history(const QString& carId, const api::HistoryQuery& query);
  Reply<std::vector<std::string>> metrics(const QString& carId);
  /// Where every car was that the person may see; `query.cars` and `maxFixes` do not matter.
  Reply<api::FleetMoments> fleetMoments(const api::FleetMomentsQuery& query);
  /// What a car was doing at a moment; none where nothing was heard of it.
  Reply<std::optional<api::CarState>> carMoment(const QString& carId, TimePoint at);
  /// One metric of every car that the person may see.
  Reply<api::FleetHistory> fleetHistory(const api::FleetHistoryQuery& query);
  Reply<std::vector<api::Event>> carEvents(const QString& carId, const EventQuery& query = {});
  Reply<std::vector<api::Event>> events(const EventQuery& query = {});

  Reply<api::Command> sendCommand(const QString& carId, const NewCommand& command);
  Reply<std::vector<api::Command>> carCommands(const QString& carId, std::size_t limit);
  Reply<std::vector<api::Command>> commands(std::size_t limit);
  Reply<api::Command> command(const QString& commandId);
  Reply<api::Command> cancelCommand(const QString& commandId);

  /// Every principal, or those of one type.
  Reply<std::vector<api::Principal>> principals(const std::optional<api::PrincipalType>& type = {});
  Reply<AddedPrincipal> addPrincipal(const NewPrincipal& principal);
  Reply<api::Principal> changePrincipal(const QString& id, const PrincipalChange& change);
  Reply<Nothing> removePrincipal(const QString& id);

  /// In the order in which they are tried.
  Reply<std::vector<api::Rule>> permissions();
  Reply<api::Rule> addRule(const api::Rule& rule);
  Reply<api::Rule> changeRule(const api::Rule& rule);
  Reply<Nothing> removeRule(RuleNumber number);
  Reply<api::Decision> explain(const DecisionQuestion& question);

  Reply<std::vector<api::TokenInfo>> tokens(const QString& ownerId);
  Reply<AddedToken> addToken(const NewToken& token);
  Reply<Nothing> removeToken(std::int64_t number);

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
  /// Cars, or what the person may see, changed: fetch cars() again.
  void carsChanged();
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
  void setState(ConnectionState state, const QString& sentence);
  void sendWatch();
  QString gatewayName() const;
  Reply<api::Command> refuseCommand();
  HttpRequest get(const QString& path) const;
  HttpRequest post(const QString& path, const QByteArray& body) const;
  HttpRequest remove(const QString& path) const;

  Settings m_settings;
  HttpRequester m_http;
  LiveSocket m_live;
  ReconnectPolicy m_policy;
  QTimer m_retry;
  QElapsedTimer m_connectedFor;
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
  QString m_noCommands;
  bool m_watchPending = false;
};

}  // namespace carport::ui
