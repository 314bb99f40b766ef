// What the client asks of the past.
#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"
#include "ui/client/moment_answers.h"

namespace carport::ui {

namespace {

void addTime(QUrlQuery& query, const QString& key, TimePoint time) {
  query.addQueryItem(key, QString::number(toMs(time)));
}

}  // namespace

Reply<api::FleetMoments> GatewayClient::fleetMoments(const api::FleetMomentsQuery& wanted) {
  HttpRequest request = get("/fleet/moments");
  addTime(request.query, "from", wanted.from);
  addTime(request.query, "to", wanted.to);
  request.query.addQueryItem("stepMs", QString::number(wanted.step.count()));
  request.query.addQueryItem("lookBackMs", QString::number(wanted.lookBack.count()));
  request.accept = "application/cbor";
  request.timeout = m_settings.historyTimeout;
  return m_http.send<api::FleetMoments>(request, answers::fleetMoments);
}

Reply<std::optional<api::CarState>> GatewayClient::carMoment(const QString& id, TimePoint at) {
  HttpRequest request = get("/cars/" + pathPart(id) + "/moment");
  addTime(request.query, "at", at);
  return m_http.send<std::optional<api::CarState>>(request, answers::carMoment);
}

Reply<api::FleetHistory> GatewayClient::fleetHistory(const api::FleetHistoryQuery& wanted) {
  HttpRequest request = get("/history");
  request.query.addQueryItem("metric",
                             QString::fromUtf8(QUrl::toPercentEncoding(QString::fromStdString(wanted.metric))));
  addTime(request.query, "from", wanted.from);
  addTime(request.query, "to", wanted.to);
  request.query.addQueryItem("buckets", QString::number(wanted.maxBuckets));
  request.timeout = m_settings.historyTimeout;
  return m_http.send<api::FleetHistory>(request, answers::fleetHistory);
}

std::vector<PrincipalNumber> GatewayClient::watchedStates() const {
  std::vector<PrincipalNumber> cars;
  for (auto it = m_watchedStates.cbegin(); it != m_watchedStates.cend(); ++it)
    cars.push_back(PrincipalNumber{it.key()});
  return cars;
}

Reply<api::Command> GatewayClient::refuseCommand() {
  auto state = std::make_shared<Reply<api::Command>::State>();
  // As every answer it comes after whoever asked has said who is to be called.
  QMetaObject::invokeMethod(
      this, [state, why = m_noCommands] { state->answer(fail(ClientErrc::answeredDenied, why.toStdString())); },
      Qt::QueuedConnection);
  return Reply<api::Command>(state);
}

}  // namespace carport::ui
