// What the client asks of many cars at once, and of the past.
#include "ui/client/client_errc.h"
#include "ui/client/gateway_requests.h"
#include "ui/client/heat_answer.h"
#include "ui/client/moment_answers.h"

namespace carport::ui {

namespace {

/// Weeks of a whole fleet take their time to count; it can be taken back meanwhile.
constexpr Milliseconds kHeatTimeout{120'000};

void addTime(QUrlQuery& query, const QString& key, TimePoint time) {
  query.addQueryItem(key, QString::number(toMs(time)));
}

QString textOf(const api::GeoBox& box) {
  const auto text = [](double degrees) { return QString::number(degrees, 'f', 8); };
  return QStringList{text(box.west), text(box.south), text(box.east), text(box.north)}.join(',');
}

}  // namespace

Reply<api::FleetHeat> GatewayRequests::fleetHeat(const api::FleetHeatQuery& wanted, const QStringList& carIds) {
  HttpRequest request = get("/fleet/heat");
  addTime(request.query, "from", wanted.from);
  addTime(request.query, "to", wanted.to);
  request.query.addQueryItem("level", QString::number(wanted.grid.level));
  request.query.addQueryItem("bbox", textOf(wanted.grid.middles()));
  for (const QString& id : carIds) request.query.addQueryItem("car", QString::fromUtf8(QUrl::toPercentEncoding(id)));
  request.accept = "application/cbor";
  request.timeout = kHeatTimeout;
  return m_http.send<api::FleetHeat>(request, answers::fleetHeat);
}

Reply<api::FleetLatest> GatewayRequests::fleetLatest(const QStringList& metrics, const QStringList& carIds) {
  HttpRequest request = get("/fleet/latest");
  const auto add = [&request](const QString& key, const QStringList& texts) {
    for (const QString& text : texts) request.query.addQueryItem(key, QString::fromUtf8(QUrl::toPercentEncoding(text)));
  };
  add("metric", metrics);
  add("car", carIds);
  request.accept = "application/cbor";
  request.timeout = m_timeouts.history;
  return m_http.send<api::FleetLatest>(request, answers::fleetLatest);
}

Reply<api::FleetMoments> GatewayRequests::fleetMoments(const api::FleetMomentsQuery& wanted) {
  HttpRequest request = get("/fleet/moments");
  addTime(request.query, "from", wanted.from);
  addTime(request.query, "to", wanted.to);
  request.query.addQueryItem("stepMs", QString::number(wanted.step.count()));
  request.query.addQueryItem("lookBackMs", QString::number(wanted.lookBack.count()));
  request.accept = "application/cbor";
  request.timeout = m_timeouts.history;
  return m_http.send<api::FleetMoments>(request, answers::fleetMoments);
}

Reply<std::optional<api::CarState>> GatewayRequests::carMoment(const QString& id, TimePoint at) {
  HttpRequest request = get("/cars/" + pathPart(id) + "/moment");
  addTime(request.query, "at", at);
  return m_http.send<std::optional<api::CarState>>(request, answers::carMoment);
}

Reply<api::FleetHistory> GatewayRequests::fleetHistory(const api::FleetHistoryQuery& wanted) {
  HttpRequest request = get("/history");
  request.query.addQueryItem("metric",
                             QString::fromUtf8(QUrl::toPercentEncoding(QString::fromStdString(wanted.metric))));
  addTime(request.query, "from", wanted.from);
  addTime(request.query, "to", wanted.to);
  request.query.addQueryItem("buckets", QString::number(wanted.maxBuckets));
  request.timeout = m_timeouts.history;
  return m_http.send<api::FleetHistory>(request, answers::fleetHistory);
}

Reply<api::Command> GatewayRequests::refuseCommand() {
  auto state = std::make_shared<Reply<api::Command>::State>();
  // As every answer it comes after whoever asked has said who is to be called.
  QMetaObject::invokeMethod(
      this, [state, why = m_noCommands] { state->answer(fail(ClientErrc::answeredDenied, why.toStdString())); },
      Qt::QueuedConnection);
  return Reply<api::Command>(state);
}

}  // namespace carport::ui
