#pragma once

#include "gateway/api/fence.h"
#include "gateway/api/heat.h"
#include "gateway/api/history.h"
#include "gateway/api/latest.h"
#include "gateway/api/moments.h"
#include "gateway/base/log.h"
#include "ui/client/http_requester.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

/// What can be asked of a gateway, one function a call; the calls and their rights are those of docs/api.md. Base of
/// GatewayClient, which says which gateway. GUI thread.
class GatewayRequests : public QObject {
 public:
  struct Timeouts {
    Milliseconds request{15'000};
    Milliseconds history{30'000};
  };

  /// Gives and takes back no commands from now on, and answers with this sentence why; empty: does so again.
  void refuseCommands(const QString& sentence) { m_noCommands = sentence; }

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
  /// The newest values of these metrics of every car that the person may see, or of the cars with these ids; without
  /// metrics all that they have.
  Reply<api::FleetLatest> fleetLatest(const QStringList& metrics, const QStringList& carIds = {});
  /// How long cars were where: those with these ids, or every one that the person may see; `query.cars` does not
  /// matter.
  Reply<api::FleetHeat> fleetHeat(const api::FleetHeatQuery& query, const QStringList& carIds);
  /// What a car was doing at a moment; none where nothing was heard of it.
  Reply<std::optional<api::CarState>> carMoment(const QString& carId, TimePoint at);
  /// One metric of every car that the person may see.
  Reply<api::FleetHistory> fleetHistory(const api::FleetHistoryQuery& query);
  Reply<std::vector<api::Event>> carEvents(const QString& carId, const EventQuery& query = {});
  Reply<std::vector<api::Event>> events(const EventQuery& query = {});
  Reply<ConnectionHistory> carConnections(const QString& carId, const ConnectionsQuery& query = {});

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

  /// Those of the person's organisation, by number.
  Reply<std::vector<api::Fence>> fences();
  /// Name, colour, note and shape count.
  Reply<api::Fence> addFence(const api::Fence& fence);
  /// With its revision it is refused where somebody else has changed the fence since.
  Reply<api::Fence> replaceFence(const api::Fence& fence);
  Reply<Nothing> removeFence(api::FenceNumber number, const std::string& revision = {});

  Reply<std::vector<api::TokenInfo>> tokens(const QString& ownerId);
  Reply<AddedToken> addToken(const NewToken& token);
  Reply<Nothing> removeToken(std::int64_t number);

 protected:
  GatewayRequests(Timeouts timeouts, QObject* parent) : QObject(parent), m_timeouts(timeouts) {}

  HttpRequest get(const QString& path) const;
  HttpRequest post(const QString& path, const QByteArray& body) const;
  HttpRequest remove(const QString& path) const;

  HttpRequester m_http;

 private:
  Reply<api::Command> refuseCommand();

  const Timeouts m_timeouts;
  QString m_noCommands;
};

}  // namespace carport::ui
