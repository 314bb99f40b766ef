#include "tests/unit/server/control_fixture.h"

#include "gateway/domain/access.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/first_start.h"

#include <QtTest>

#include <boost/asio/connect.hpp>

namespace carport::test {

ControlFixture::ControlFixture() {
  init();
  store = *folder->openRegistry();
  static_cast<void>(ensureDefaultRules(*store));
  addUser("root", api::kAdministratorRole);
  addUser("olga", api::kOperatorRole);
  addUser("vera", api::kViewerRole);
  for (const char* id : {"car-1", "car-2", "car-3"}) addCar(id);
  writer = *folder->startWriter();
  readers = *folder->startReaders(2);
  startControl();
}

ControlFixture::~ControlFixture() {
  control.reset();
  passwords.reset();
}

void ControlFixture::startControl() {
  control = std::make_unique<Control>(ControlParts{*writer,
                                                   *readers,
                                                   *polled,
                                                   registry,
                                                   names,
                                                   clock,
                                                   folder->secretKey(),
                                                   *passwords,
                                                   recent,
                                                   Log::toMemory(recent),
                                                   {"9.9.9", "the folder"},
                                                   operations,
                                                   0,
                                                   corsOrigins});
  started = control->start();
  if (!started) return;
  control->attach(mqtt, Endpoint{"127.0.0.1", 1883});
  address = *control->listenHttp(Endpoint{"127.0.0.1", 0}, false);
}

void ControlFixture::restartControl() {
  control.reset();
  startControl();
}

PrincipalNumber ControlFixture::addUser(const std::string& id, std::string_view role) {
  PrincipalRecord record;
  record.principal.id = id;
  record.principal.type = api::PrincipalType::user;
  record.principal.role = role;
  return store->addPrincipal(record)->principal.number;
}

void ControlFixture::addTwoOrganisations() {
  for (const char* id : {"acme", "beta"}) {
    api::Organisation organisation;
    organisation.id = id;
    QVERIFY(store->addOrganisation(organisation).has_value());
  }
  for (const char* id : {"acme.anna", "beta.bert"}) addUser(id, api::kAdministratorRole);
  addUser("acme.vera", api::kViewerRole);
}

PrincipalNumber ControlFixture::addCar(const std::string& id) {
  PrincipalRecord record;
  record.principal.id = id;
  record.principal.type = api::PrincipalType::device;
  record.secret = *hashDeviceSecret("a secret of sixteen", folder->secretKey());
  return store->addPrincipal(record)->principal.number;
}

std::string ControlFixture::tokenFor(const std::string& id, std::optional<TimePoint> expiresAt) {
  const auto snapshot = store->load();
  for (const PrincipalRecord& record : snapshot->principals) {
    if (record.principal.id != id) continue;
    const std::string text = makeToken();
    TokenRecord token;
    token.info = {0, record.principal.number, "test", clock.now(), expiresAt};
    token.hash = hashToken(text);
    static_cast<void>(store->addToken(token));
    return text;
  }
  return {};
}

PrincipalNumber ControlFixture::numberOf(const std::string& id) const {
  const auto found = registry.find(id);
  return found ? found->number : PrincipalNumber{};
}

bool ControlFixture::knowsToken(const std::string& token) const {
  return registry.tokenByHash(hashToken(token)).has_value();
}

std::string ControlFixture::usableToken(const std::string& id) {
  const std::string token = started ? tokenFor(id) : std::string();
  return QTest::qWaitFor([&] { return knowsToken(token); }) ? token : std::string();
}

void ControlFixture::sample(const std::string& car, double latitude, double longitude, double speed) {
  SampleBatch batch;
  batch.beginRow(numberOf(car), clock.now(), clock.now());
  batch.addMetric(MetricNames::kLatitudeId, latitude);
  batch.addMetric(MetricNames::kLongitudeId, longitude);
  batch.addMetric(MetricNames::kSpeedId, speed);
  control->samplesCommitted(std::make_shared<const SampleBatch>(std::move(batch)));
}

HttpAnswer ControlFixture::call(Verb method, const std::string& path, const std::string& token, const std::string& body,
                                const std::string& contentType) {
  return ask(method, "/api/v2" + path, token, body,
             body.empty() ? HttpFields() : HttpFields{{"Content-Type", contentType}});
}

HttpAnswer ControlFixture::ask(Verb method, const std::string& target, const std::string& token,
                               const std::string& body, const HttpFields& fields) {
  http::request<http::string_body> request{method, target, 11};
  request.set(http::field::host, "localhost");
  if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : fields) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  return send(request);
}

HttpAnswer ControlFixture::send(const http::request<http::string_body>& request) {
  boost::asio::io_context context;
  tcp::socket socket = connect(context);
  http::write(socket, request);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(64 * 1024 * 1024);
  parser.skip(request.method() == Verb::head);
  beast::error_code ec;
  http::read(socket, buffer, parser, ec);
  return toAnswer(parser.release());
}

tcp::socket ControlFixture::connect(boost::asio::io_context& context) const {
  tcp::socket socket(context);
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), address.port});
  return socket;
}

HttpAnswer ControlFixture::toAnswer(http::response<http::string_body> raw) {
  HttpAnswer answer;
  answer.status = raw.result_int();
  answer.body = raw.body();
  answer.json = nlohmann::json::parse(raw.body(), nullptr, false);
  answer.raw = std::move(raw);
  return answer;
}

void ControlFixture::init() {
  static_cast<void>(initCryptography());
  folder.emplace(*DataFolder::open(dir.path().toStdString(), StorageContext{names, clock, Log::toMemory(recent)}));
  polled = *folder->openRegistry();
  passwords = std::make_unique<PasswordChecker>();
}

bool WithAdministrator::begin() {
  m_gateway = std::make_unique<ControlFixture>();
  m_token = m_gateway->usableToken("root");
  return !m_token.empty();
}

}  // namespace carport::test
