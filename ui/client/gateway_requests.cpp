#include "ui/client/gateway_requests.h"

#include "gateway/api/enum_names.h"
#include "gateway/api/json_codec.h"
#include "ui/client/answers.h"
#include "ui/client/client_errc.h"

#include <QUrlQuery>

#include <nlohmann/json.hpp>

#include <string_view>

namespace carport::ui {

namespace {

/// What is asked for at once of a list that is wanted whole: as much as the gateway gives (docs/api.md).
constexpr std::size_t kCarsInOneGo = 50'000;
constexpr std::size_t kItemsInOneGo = 10'000;

QByteArray bytesOf(const nlohmann::json& json) {
  return QByteArray::fromStdString(api::toText(json));
}

QString carPath(const QString& id, const char* rest = "") {
  return "/cars/" + pathPart(id) + rest;
}

QString word(std::string_view text) {
  return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// A value that may hold characters which mean something in a query.
void add(QUrlQuery& query, const QString& key, const QString& value) {
  query.addQueryItem(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

QUrlQuery limitQuery(std::size_t limit) {
  QUrlQuery query;
  query.addQueryItem("limit", QString::number(limit));
  return query;
}

QUrlQuery toQuery(const EventQuery& events) {
  QUrlQuery query = limitQuery(events.limit);
  if (events.from) query.addQueryItem("from", QString::number(toMs(*events.from)));
  if (events.to) query.addQueryItem("to", QString::number(toMs(*events.to)));
  return query;
}

template <class T>
void put(nlohmann::json& json, const char* key, const std::optional<T>& value) {
  if (value) json[key] = *value;
}

}  // namespace

HttpRequest GatewayRequests::get(const QString& path) const {
  HttpRequest request;
  request.path = path;
  request.timeout = m_timeouts.request;
  return request;
}

HttpRequest GatewayRequests::post(const QString& path, const QByteArray& body) const {
  HttpRequest request = get(path);
  request.method = "POST";
  request.body = body;
  return request;
}

HttpRequest GatewayRequests::remove(const QString& path) const {
  HttpRequest request = get(path);
  request.method = "DELETE";
  return request;
}

Reply<Nothing> GatewayRequests::changePassword(const QString& current, const QString& replacement) {
  const nlohmann::json body{{"current", current.toStdString()}, {"new", replacement.toStdString()}};
  return m_http.send<Nothing>(post("/session/password", bytesOf(body)), answers::nothing);
}

Reply<Nothing> GatewayRequests::signOut() {
  return m_http.send<Nothing>(remove("/session"), answers::nothing);
}

Reply<api::GatewayStatus> GatewayRequests::status() {
  return m_http.send<api::GatewayStatus>(get("/gateway"), answers::one<api::GatewayStatus>);
}

Reply<std::vector<LogEntry>> GatewayRequests::log(std::size_t limit) {
  HttpRequest request = get("/log");
  request.query = limitQuery(limit);
  return m_http.send(request, answers::list<LogEntry>("entries"));
}

Reply<std::vector<Car>> GatewayRequests::cars() {
  HttpRequest request = get("/cars");
  request.timeout = m_timeouts.history;
  request.query = limitQuery(kCarsInOneGo);
  return m_http.sendForAll(request, answers::page<Car>("cars"));
}

Reply<Car> GatewayRequests::car(const QString& id) {
  return m_http.send<Car>(get(carPath(id)), answers::one<Car>);
}

Reply<AddedCar> GatewayRequests::addCar(const NewCar& car) {
  nlohmann::json body{{"id", car.id}};
  if (!car.name.empty()) body["name"] = car.name;
  put(body, "secret", car.secret);
  return m_http.send<AddedCar>(post("/cars", bytesOf(body)), answers::addedCar);
}

Reply<ImportedCars> GatewayRequests::importCars(const QByteArray& csv) {
  HttpRequest request = post("/cars/import", csv);
  request.contentType = "text/csv";
  request.timeout = m_timeouts.history;
  return m_http.send<ImportedCars>(request, answers::importedCars);
}

Reply<CarToChange> GatewayRequests::carToChange(const QString& id) {
  return m_http.send<CarToChange>(get(carPath(id)), answers::carToChange);
}

Reply<Car> GatewayRequests::changeCar(const QString& id, const CarChange& change, const std::string& revision) {
  nlohmann::json body = nlohmann::json::object();
  put(body, "name", change.name);
  put(body, "blocked", change.blocked);
  put(body, "groups", change.groups);
  if (change.attributes) {
    nlohmann::json& attributes = body["attributes"] = nlohmann::json::object();
    for (const auto& [name, text] : *change.attributes) attributes[name] = text;
  }
  HttpRequest request = post(carPath(id), bytesOf(body));
  request.method = "PATCH";
  if (!revision.empty()) request.ifMatch = '"' + QByteArray::fromStdString(revision) + '"';
  return m_http.send<Car>(request, answers::one<Car>);
}

Reply<std::string> GatewayRequests::renewSecret(const QString& id, const std::optional<std::string>& secret) {
  nlohmann::json body = nlohmann::json::object();
  put(body, "secret", secret);
  return m_http.send<std::string>(post(carPath(id, "/secret"), bytesOf(body)), answers::secret);
}

Reply<Nothing> GatewayRequests::removeCar(const QString& id) {
  return m_http.send<Nothing>(remove(carPath(id)), answers::nothing);
}

Reply<api::History> GatewayRequests::history(const QString& carId, const api::HistoryQuery& query) {
  HttpRequest request = get(carPath(carId, "/history"));
  for (const std::string& metric : query.metrics) add(request.query, "metric", QString::fromStdString(metric));
  request.query.addQueryItem("from", QString::number(toMs(query.from)));
  request.query.addQueryItem("to", QString::number(toMs(query.to)));
  request.query.addQueryItem("points", QString::number(query.maxPoints));
  request.accept = "application/cbor, application/json;q=0.5";
  request.timeout = m_timeouts.history;
  return m_http.send<api::History>(request, answers::history);
}

Reply<std::vector<std::string>> GatewayRequests::metrics(const QString& carId) {
  return m_http.send<std::vector<std::string>>(get(carPath(carId, "/metrics")), answers::metricNames);
}

Reply<std::vector<api::Event>> GatewayRequests::carEvents(const QString& carId, const EventQuery& query) {
  HttpRequest request = get(carPath(carId, "/events"));
  request.query = toQuery(query);
  return m_http.send(request, answers::list<api::Event>("events"));
}

Reply<std::vector<api::Event>> GatewayRequests::events(const EventQuery& query) {
  HttpRequest request = get("/events");
  request.query = toQuery(query);
  return m_http.send(request, answers::list<api::Event>("events"));
}

Reply<api::Command> GatewayRequests::sendCommand(const QString& carId, const NewCommand& command) {
  if (!m_noCommands.isEmpty()) return refuseCommand();
  nlohmann::json body{{"name", command.name}};
  const auto arguments = api::parseJson(command.arguments);
  // What is not JSON goes as text, and the gateway says what is wrong with it.
  body["arguments"] = arguments ? *arguments : nlohmann::json(command.arguments);
  if (command.expiresAt) body["expiresAt"] = toMs(*command.expiresAt);
  return m_http.send<api::Command>(post(carPath(carId, "/commands"), bytesOf(body)), answers::one<api::Command>);
}

Reply<std::vector<api::Command>> GatewayRequests::carCommands(const QString& carId, std::size_t limit) {
  HttpRequest request = get(carPath(carId, "/commands"));
  request.query = limitQuery(limit);
  return m_http.send(request, answers::list<api::Command>("commands"));
}

Reply<std::vector<api::Command>> GatewayRequests::commands(std::size_t limit) {
  HttpRequest request = get("/commands");
  request.query = limitQuery(limit);
  return m_http.send(request, answers::list<api::Command>("commands"));
}

Reply<api::Command> GatewayRequests::command(const QString& commandId) {
  return m_http.send<api::Command>(get("/commands/" + pathPart(commandId)), answers::one<api::Command>);
}

Reply<api::Command> GatewayRequests::cancelCommand(const QString& commandId) {
  if (!m_noCommands.isEmpty()) return refuseCommand();
  return m_http.send<api::Command>(remove("/commands/" + pathPart(commandId)), answers::one<api::Command>);
}

Reply<std::vector<api::Principal>> GatewayRequests::principals(const std::optional<api::PrincipalType>& type) {
  HttpRequest request = get("/principals");
  request.query = limitQuery(kItemsInOneGo);
  if (type) request.query.addQueryItem("type", word(api::nameOf(*type)));
  return m_http.sendForAll(request, answers::page<api::Principal>("principals"));
}

Reply<AddedPrincipal> GatewayRequests::addPrincipal(const NewPrincipal& principal) {
  nlohmann::json body{{"type", api::nameOf(principal.type)}, {"id", principal.id}};
  if (!principal.name.empty()) body["name"] = principal.name;
  if (!principal.role.empty()) body["role"] = principal.role;
  put(body, "password", principal.password);
  return m_http.send<AddedPrincipal>(post("/principals", bytesOf(body)), answers::addedPrincipal);
}

Reply<api::Principal> GatewayRequests::changePrincipal(const QString& id, const PrincipalChange& change) {
  nlohmann::json body = nlohmann::json::object();
  put(body, "name", change.name);
  put(body, "role", change.role);
  put(body, "blocked", change.blocked);
  put(body, "groups", change.groups);
  put(body, "password", change.password);
  HttpRequest request = post("/principals/" + pathPart(id), bytesOf(body));
  request.method = "PATCH";
  return m_http.send<api::Principal>(request, answers::one<api::Principal>);
}

Reply<Nothing> GatewayRequests::removePrincipal(const QString& id) {
  return m_http.send<Nothing>(remove("/principals/" + pathPart(id)), answers::nothing);
}

Reply<std::vector<api::Rule>> GatewayRequests::permissions() {
  HttpRequest request = get("/permissions");
  request.query = limitQuery(kItemsInOneGo);
  return m_http.sendForAll(request, answers::page<api::Rule>("rules"));
}

Reply<api::Rule> GatewayRequests::addRule(const api::Rule& rule) {
  nlohmann::json body = api::toJson(rule);
  body.erase("number");
  body.erase("builtIn");
  return m_http.send<api::Rule>(post("/permissions", bytesOf(body)), answers::one<api::Rule>);
}

Reply<api::Rule> GatewayRequests::changeRule(const api::Rule& rule) {
  HttpRequest request = post("/permissions/" + QString::number(rule.number.value), bytesOf(api::toJson(rule)));
  request.method = "PUT";
  if (!rule.revision.empty()) request.ifMatch = '"' + QByteArray::fromStdString(rule.revision) + '"';
  return m_http.send<api::Rule>(request, answers::one<api::Rule>);
}

Reply<Nothing> GatewayRequests::removeRule(RuleNumber number) {
  return m_http.send<Nothing>(remove("/permissions/" + QString::number(number.value)), answers::nothing);
}

Reply<api::Decision> GatewayRequests::explain(const DecisionQuestion& question) {
  HttpRequest request = get("/permissions/decision");
  add(request.query, "who", QString::fromStdString(question.who));
  add(request.query, "action", word(api::nameOf(question.action)));
  if (question.topic.empty()) {
    add(request.query, "about", QString::fromStdString(question.about));
  } else {
    add(request.query, "topic", QString::fromStdString(question.topic));
  }
  return m_http.send<api::Decision>(request, answers::one<api::Decision>);
}

Reply<std::vector<api::TokenInfo>> GatewayRequests::tokens(const QString& ownerId) {
  HttpRequest request = get("/tokens");
  if (!ownerId.isEmpty()) add(request.query, "owner", ownerId);
  return m_http.sendForAll(request, answers::page<api::TokenInfo>("tokens"));
}

Reply<AddedToken> GatewayRequests::addToken(const NewToken& token) {
  nlohmann::json body = nlohmann::json::object();
  if (!token.owner.empty()) body["owner"] = token.owner;
  if (!token.label.empty()) body["label"] = token.label;
  if (token.expiresAt) body["expiresAt"] = toMs(*token.expiresAt);
  return m_http.send<AddedToken>(post("/tokens", bytesOf(body)), answers::addedToken);
}

Reply<Nothing> GatewayRequests::removeToken(std::int64_t number) {
  return m_http.send<Nothing>(remove("/tokens/" + QString::number(number)), answers::nothing);
}

}  // namespace carport::ui
