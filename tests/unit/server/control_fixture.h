#pragma once

#include "gateway/domain/access.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/first_start.h"
#include "gateway/server/control/control.h"
#include "gateway/storage/data_folder.h"
#include "tests/unit/server/recording_mqtt.h"

#include <QTemporaryDir>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport::test {

namespace beast = boost::beast;
namespace http = beast::http;
using tcp = boost::asio::ip::tcp;
using Verb = http::verb;

struct HttpAnswer {
  unsigned status = 0;
  nlohmann::json json;
  std::string body;
  http::response<http::string_body> raw;

  template <class Name>
  std::string header(Name name) const {
    const auto value = raw[name];
    return {value.data(), value.size()};
  }
};

/// A control thread over real storage in a folder of its own, with one of each kind of caller and three cars.
class ControlFixture {
 public:
  ControlFixture() {
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
  ~ControlFixture() {
    control.reset();
    passwords.reset();
  }

  void startControl() {
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
  void restartControl() {
    control.reset();
    startControl();
  }

  PrincipalNumber addUser(const std::string& id, std::string_view role) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = api::PrincipalType::user;
    record.principal.role = role;
    return store->addPrincipal(record)->principal.number;
  }
  PrincipalNumber addCar(const std::string& id) {
    PrincipalRecord record;
    record.principal.id = id;
    record.principal.type = api::PrincipalType::device;
    record.secret = *hashDeviceSecret("a secret of sixteen", folder->secretKey());
    return store->addPrincipal(record)->principal.number;
  }
  /// A token for `id`; the gateway sees it at its next poll, before start at once.
  std::string tokenFor(const std::string& id, std::optional<TimePoint> expiresAt = {}) {
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
  PrincipalNumber numberOf(const std::string& id) const {
    const auto found = registry.find(id);
    return found ? found->number : PrincipalNumber{};
  }
  bool knowsToken(const std::string& token) const { return registry.tokenByHash(hashToken(token)).has_value(); }

  /// One sample, as the MQTT side reports it after the commit.
  void sample(const std::string& car, double latitude, double longitude, double speed) {
    SampleBatch batch;
    batch.beginRow(numberOf(car), clock.now(), clock.now());
    batch.addMetric(MetricNames::kLatitudeId, latitude);
    batch.addMetric(MetricNames::kLongitudeId, longitude);
    batch.addMetric(MetricNames::kSpeedId, speed);
    control->samplesCommitted(std::make_shared<const SampleBatch>(std::move(batch)));
  }

  HttpAnswer call(Verb method, const std::string& path, const std::string& token = {}, const std::string& body = {},
                  const std::string& contentType = "application/json") {
    http::request<http::string_body> request{method, "/api/v2" + path, 11};
    request.set(http::field::host, "localhost");
    if (!token.empty()) request.set(http::field::authorization, "Bearer " + token);
    if (!body.empty()) request.set(http::field::content_type, contentType);
    request.body() = body;
    request.prepare_payload();
    return send(request);
  }
  HttpAnswer send(const http::request<http::string_body>& request) {
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
  tcp::socket connect(boost::asio::io_context& context) const {
    tcp::socket socket(context);
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), address.port});
    return socket;
  }
  static HttpAnswer toAnswer(http::response<http::string_body> raw) {
    HttpAnswer answer;
    answer.status = raw.result_int();
    answer.body = raw.body();
    answer.json = nlohmann::json::parse(raw.body(), nullptr, false);
    answer.raw = std::move(raw);
    return answer;
  }

  QTemporaryDir dir;
  SystemClock clock;
  MetricNames names;
  std::shared_ptr<RecentLog> recent = std::make_shared<RecentLog>();
  std::optional<DataFolder> folder;
  std::unique_ptr<RegistryStore> store;   ///< as a second process has it
  std::unique_ptr<RegistryStore> polled;  ///< the gateway's own
  std::unique_ptr<PasswordChecker> passwords;
  std::unique_ptr<DurableLog> writer;
  std::unique_ptr<ReaderPool> readers;
  Registry registry;
  RecordingMqtt mqtt;
  OperationsSettings operations{};  ///< for the next startControl()
  std::vector<std::string> corsOrigins;  ///< before startControl()
  Result<void> started;
  Endpoint address;
  std::unique_ptr<Control> control;

 private:
  void init() {
    static_cast<void>(initCryptography());
    folder.emplace(*DataFolder::open(dir.path().toStdString(), StorageContext{names, clock, Log::toMemory(recent)}));
    polled = *folder->openRegistry();
    passwords = std::make_unique<PasswordChecker>();
  }
};

}  // namespace carport::test
