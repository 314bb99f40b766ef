#include "gateway/server/http/target.h"
#include "tests/unit/server/control_fixture.h"
#include "tests/unit/server/live_client.h"

#include <QDir>
#include <QtTest>

#include <bit>
#include <cstdint>
#include <filesystem>
#include <fstream>

using namespace carport;
using namespace carport::test;

/// The calls one by one, as an administrator makes them, and what is wrong with bad ones.
class TestHttpApi : public QObject, protected WithAdministrator {
  Q_OBJECT

 private:
  HttpAnswer call(Verb method, const std::string& path, const std::string& body = {}) {
    return m_gateway->call(method, path, m_token, body);
  }
  static std::string messageOf(const HttpAnswer& answer) { return answer.json["detail"].get<std::string>(); }

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void healthAndGatewaySpeakForThemselves() {
    const auto health = m_gateway->call(Verb::get, "/health");
    QCOMPARE(health.json["status"].get<std::string>(), std::string("ok"));
    QCOMPARE(health.json["apiVersion"].get<int>(), 2);
    const auto status = call(Verb::get, "/gateway").json;
    QCOMPARE(status["version"].get<std::string>(), std::string("9.9.9"));
    QCOMPARE(status["dataFolder"].get<std::string>(), QDir::current().absoluteFilePath("the folder").toStdString());
    QCOMPARE(status["cars"].get<int>(), 3);
    QCOMPARE(status["connections"].get<int>(), 3);
    QCOMPARE(status["httpAddress"].get<std::string>(), m_gateway->address.toString());
    QVERIFY(call(Verb::get, "/log?limit=5").json["entries"].is_array());
    QCOMPARE(call(Verb::get, "/log?limit=0").status, 400U);
  }

  void troubleIsToldInFullToAdministratorsOnly() {
    const std::string folder = m_gateway->dir.path().toStdString();
    std::filesystem::remove_all(folder + "/telemetry");
    std::ofstream(folder + "/telemetry") << "a file where the folder should be";
    const TimePoint now = m_gateway->clock.now();
    auto batch = std::make_shared<SampleBatch>();
    batch->beginRow(m_gateway->numberOf("car-1"), now, now);
    batch->addMetric(MetricNames::kSpeedId, 1);
    std::promise<bool> stored;
    QVERIFY(
        m_gateway->writer->appendSamples(batch, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(!stored.get_future().get());
    const auto health = m_gateway->call(Verb::get, "/health");
    QCOMPARE(health.status, 503U);
    QCOMPARE(health.json["status"].get<std::string>(), std::string("trouble"));
    QVERIFY(!health.json["trouble"].get<std::string>().empty());
    QVERIFY2(health.body.find(folder) == std::string::npos, health.body.c_str());
    const std::string vera = m_gateway->tokenFor("vera");
    QTRY_VERIFY(m_gateway->knowsToken(vera));
    QCOMPARE(m_gateway->call(Verb::get, "/gateway", vera).json["trouble"], health.json["trouble"]);
    QVERIFY(call(Verb::get, "/gateway").json["trouble"].get<std::string>().find(folder) != std::string::npos);
    for (const auto& [token, sees] : {std::pair(m_token, true), std::pair(vera, false)}) {
      LiveClient client(*m_gateway, token);
      client.say(R"({"watch":{"status":true}})");
      const auto status = client.nextOfType("status");
      QVERIFY(status.has_value());
      const auto trouble = (*status)["status"]["trouble"].get<std::string>();
      QCOMPARE(trouble.find(folder) != std::string::npos, sees);
    }
  }

  void commandsSayTheIdsOfCarAndSender() {
    const auto sent = call(Verb::post, "/cars/car-1/commands", R"({"name":"lock"})");
    QCOMPARE(sent.status, 201U);
    const auto listed = call(Verb::get, "/commands").json["commands"][0];
    for (const auto& command : {sent.json, listed}) {
      QCOMPARE(command["carId"].get<std::string>(), std::string("car-1"));
      QCOMPARE(command["issuedById"].get<std::string>(), std::string("root"));
    }
  }

  void aCarIsAddedChangedAndRemoved() {
    const auto added = call(Verb::post, "/cars", R"({"id":"new-car","name":"New"})");
    QCOMPARE(added.status, 201U);
    QCOMPARE(added.json["secret"].get<std::string>().size(), std::size_t(32));
    QVERIFY(m_gateway->numberOf("new-car"));
    QCOMPARE(call(Verb::post, "/cars", R"({"id":"new-car"})").status, 409U);
    QCOMPARE(call(Verb::post, "/cars", R"({"id":"short","secret":"short"})").status, 400U);
    QCOMPARE(call(Verb::post, "/cars", R"({"id":"bad id"})").status, 400U);
    QVERIFY(messageOf(call(Verb::post, "/cars", R"({"id":"x","nmae":"y"})")).find("nmae") != std::string::npos);
    const auto changed = call(Verb::patch, "/cars/new-car", R"({"name":"Renamed","blocked":true})");
    QCOMPARE(changed.json["name"].get<std::string>(), std::string("Renamed"));
    QVERIFY(m_gateway->registry.find("new-car")->blocked);
    QCOMPARE(call(Verb::patch, "/cars/new-car", R"({"groups":["nobody"]})").status, 400U);
    const auto secret = call(Verb::post, "/cars/new-car/secret").json["secret"].get<std::string>();
    QVERIFY(verifyDeviceSecret(secret, *m_gateway->registry.record("new-car")->secret, m_gateway->folder->secretKey()));
    QCOMPARE(call(Verb::delete_, "/cars/new-car").status, 204U);
    QCOMPARE(call(Verb::get, "/cars/new-car").status, 404U);
    QCOMPARE(call(Verb::get, "/cars/root").status, 404U);  // a user is no car
  }

  void carsAreImported() {
    const std::string csv = "id,name,password\r\ncsv-1,\"One, the first\",a password long enough\r\ncsv-2,Two,\r\n";
    const auto imported = m_gateway->call(Verb::post, "/cars/import", m_token, csv, "text/csv");
    QCOMPARE(imported.status, 200U);
    QCOMPARE(imported.json["added"].get<int>(), 2);
    QCOMPARE(imported.json["secrets"].size(), std::size_t(1));
    QVERIFY(imported.json["secrets"].contains("csv-2"));
    QCOMPARE(m_gateway->registry.find("csv-1")->name, std::string("One, the first"));
    // Whoever has a secret keeps it where the file has none.
    const auto before = m_gateway->registry.record("csv-1")->secret;
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, "id,name\ncsv-1,Renamed\n", "text/csv").status, 200U);
    QVERIFY(m_gateway->registry.record("csv-1")->secret == before);
    QCOMPARE(m_gateway->registry.find("csv-1")->name, std::string("Renamed"));
    // Nor does a list without names take any away, in either form.
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, "id\ncsv-1\n", "text/csv").status, 200U);
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, R"({"cars":[{"id":"csv-1"}]})").status, 200U);
    QCOMPARE(m_gateway->registry.find("csv-1")->name, std::string("Renamed"));
    const auto wrong = m_gateway->call(Verb::post, "/cars/import", m_token, "id,nam\nx,y\n", "text/csv");
    QVERIFY(wrong.json["detail"].get<std::string>().find("Line 1: The column “nam” is unknown") == 0);
    for (const char* bad :
         {"id,name\na,b,c\n", "name\nx\n", "id\n\"open\n", "id\nbad id\n", "id\ntwice\ntwice\n", "id\nbad/id\n"}) {
      QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, bad, "text/csv").status, 400U);
    }
    QCOMPARE(m_gateway->call(Verb::post, "/cars/import", m_token, "id\nroot\n", "text/csv").status, 400U);
    const auto xml = m_gateway->call(Verb::post, "/cars/import", m_token, "<xml/>", "application/xml");
    QCOMPARE(xml.status, 415U);
    QVERIFY(messageOf(xml).find("Content-Type") != std::string::npos);
    QVERIFY(!m_gateway->registry.find("twice"));
  }

  void newestValuesOfManyCarsComeInColumns() {
    const TimePoint now = m_gateway->clock.now();
    QCOMPARE(call(Verb::get, "/fleet/latest").json["cars"], nlohmann::json::array());
    auto batch = std::make_shared<SampleBatch>();
    for (const char* car : {"car-1", "car-2"}) {
      batch->beginRow(m_gateway->numberOf(car), now, now);
      batch->addMetric(MetricNames::kSpeedId, car == std::string("car-1") ? 42.5 : 7);
      if (car == std::string("car-2")) batch->addMetric(MetricNames::kHeadingId, 90);
    }
    m_gateway->control->samplesCommitted(batch);
    QTRY_COMPARE(call(Verb::get, "/fleet/latest").json["cars"].size(), std::size_t(2));
    const auto told = call(Verb::get, "/fleet/latest").json;
    const nlohmann::json time = toMs(now);
    const nlohmann::json headings = {{"metric", "heading"}, {"values", {nullptr, 90.0}}, {"times", {nullptr, time}}};
    const nlohmann::json speeds = {{"metric", "speed"}, {"values", {42.5, 7.0}}, {"times", {time, time}}};
    QCOMPARE(told["columns"], nlohmann::json::array({headings, speeds}));
    QVERIFY(told["whole"].get<bool>() && !told.contains("leftOut"));
    const auto one = call(Verb::get, "/fleet/latest?metric=speed&metric=speed&metric=soc&car=car-2").json;
    QCOMPARE(one["cars"], nlohmann::json::array({m_gateway->numberOf("car-2").value}));
    QCOMPARE(one["columns"].size(), std::size_t(2));
    QCOMPARE(one["columns"][0]["values"], nlohmann::json::array({nullptr}));
    QVERIFY(!one["whole"].get<bool>());

    http::request<http::string_body> request{Verb::get, "/api/v2/fleet/latest", 11};
    request.set(http::field::authorization, "Bearer " + m_token);
    request.set(http::field::accept, "application/cbor");
    const auto packed = nlohmann::json::from_cbor(m_gateway->send(request).body);
    QCOMPARE(packed["cars"].get_binary().size(), std::size_t(8));
    const auto& bytes = packed["columns"][1]["values"].get_binary();
    QCOMPARE(bytes.size(), std::size_t(16));
    std::uint64_t bits = 0;
    for (std::size_t n = 0; n < 8; ++n) bits |= std::uint64_t(bytes[n]) << (8 * n);
    QCOMPARE(std::bit_cast<double>(bits), 42.5);

    QCOMPARE(call(Verb::get, "/fleet/latest?car=nobody").status, 404U);
    QCOMPARE(call(Verb::get, "/fleet/latest?metric=").status, 400U);
    std::string many = "/fleet/latest?metric=speed";
    for (int n = 0; n < 64; ++n) many += "&metric=m" + std::to_string(n);
    QCOMPARE(call(Verb::get, many).status, 400U);
    QVERIFY(messageOf(call(Verb::get, many)).find("at most 64") != std::string::npos);
  }

  void statesAndHistoryAreRead() {
    const TimePoint now = m_gateway->clock.now();
    auto batch = std::make_shared<SampleBatch>();
    batch->beginRow(m_gateway->numberOf("car-1"), now, now);
    batch->addMetric(MetricNames::kSpeedId, 42.5);
    std::promise<bool> stored;
    QVERIFY(
        m_gateway->writer->appendSamples(batch, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
    m_gateway->control->samplesCommitted(batch);
    QTRY_COMPARE(call(Verb::get, "/cars/car-1/metrics").json["metrics"].size(), std::size_t(1));
    QCOMPARE(call(Verb::get, "/cars/car-1").json["state"]["metrics"]["speed"]["value"].get<double>(), 42.5);
    const std::string path = "/cars/car-1/history?metric=speed&from=0&to=" + std::to_string(toMs(now) + 1);
    const auto history = call(Verb::get, path).json;
    QVERIFY(history["exact"].get<bool>());
    QCOMPARE(history["series"][0]["points"][0][0].get<std::int64_t>(), toMs(now));
    QCOMPARE(history["series"][0]["points"][0][4].get<double>(), 42.5);
    http::request<http::string_body> request{Verb::get, "/api/v2" + path, 11};
    request.set(http::field::authorization, "Bearer " + m_token);
    request.set(http::field::accept, "application/cbor");
    const auto packed = m_gateway->send(request);
    QCOMPARE(packed.header(http::field::content_type), std::string("application/cbor"));
    QCOMPARE(nlohmann::json::from_cbor(packed.body), history);
    const std::string fleetPath = "/history?metric=speed&buckets=3&from=0&to=" + std::to_string(toMs(now) + 1);
    const auto fleet = call(Verb::get, fleetPath).json;
    QCOMPARE(fleet["buckets"].size(), std::size_t(1));
    QCOMPARE(fleet["buckets"][0][3].get<double>(), 42.5);
    QCOMPARE(call(Verb::get, fleetPath + "&car=car-1").json, fleet);
    QVERIFY(call(Verb::get, fleetPath + "&car=car-2").json["buckets"].empty());
    QCOMPARE(call(Verb::get, fleetPath + "&car=nobody").status, 404U);
    for (const char* bad : {"", "?metric=", "?metric=speed&buckets=0", "?metric=speed&buckets=2001"}) {
      QCOMPARE(call(Verb::get, std::string("/history") + bad).status, 400U);
    }
    for (const char* bad : {"", "?metric=speed&points=0", "?metric=speed&from=9&to=8", "?metric=speed&from=x",
                            "?metric=", "?metric=speed&metric="}) {
      QCOMPARE(call(Verb::get, std::string("/cars/car-1/history") + bad).status, 400U);
    }
    std::string many = "/cars/car-1/history?metric=speed";
    for (int i = 0; i < 99; ++i) many += "&metric=m" + std::to_string(i);
    QCOMPARE(call(Verb::get, many).status, 400U);
    QVERIFY(messageOf(call(Verb::get, many)).find("Name 1 to 16 metrics") != std::string::npos);
  }

  void principalsComeChangeAndGo() {
    const auto added = call(Verb::post, "/principals", R"({"type":"user","id":"ute","role":"viewer"})");
    QCOMPARE(added.status, 201U);
    QVERIFY(!added.json["password"].get<std::string>().empty());
    QVERIFY(m_gateway->registry.record("ute")->mustChangePassword);
    QCOMPARE(call(Verb::post, "/principals", R"({"type":"group","id":"vans"})").status, 201U);
    QCOMPARE(call(Verb::patch, "/cars/car-1", R"({"groups":["vans"]})").status, 200U);
    QCOMPARE(m_gateway->registry.find("car-1")->groups, std::vector<std::string>{"vans"});
    QCOMPARE(call(Verb::patch, "/principals/ute", R"({"role":"operator"})").json["role"].get<std::string>(),
             std::string("operator"));
    QCOMPARE(call(Verb::get, "/principals?type=group").json["principals"].size(), std::size_t(1));
    QCOMPARE(call(Verb::get, "/principals?type=robot").status, 400U);
    QCOMPARE(call(Verb::post, "/principals", R"({"type":"device","id":"d"})").status, 400U);
    QCOMPARE(call(Verb::patch, "/principals/root", R"({"blocked":true})").status, 400U);
    QCOMPARE(call(Verb::delete_, "/principals/root").status, 409U);
    QCOMPARE(call(Verb::delete_, "/principals/ute").status, 204U);
    QCOMPARE(call(Verb::delete_, "/principals/ute").status, 404U);
  }

  void tokensAreMadeAndRevoked() {
    const auto made = call(Verb::post, "/tokens", R"({"owner":"vera","label":"script"})");
    QCOMPARE(made.status, 201U);
    const auto token = made.json["token"].get<std::string>();
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).json["principal"]["id"].get<std::string>(),
             std::string("vera"));
    const std::string path = "/tokens/" + std::to_string(made.json["number"].get<int>());
    QCOMPARE(m_gateway->call(Verb::delete_, path, m_gateway->tokenFor("olga")).status,
             403U);  // known at once, and may not
    QCOMPARE(call(Verb::delete_, path).status, 204U);
    QCOMPARE(m_gateway->call(Verb::get, "/session", token).status, 401U);
    QCOMPARE(call(Verb::delete_, path).status, 404U);
    QCOMPARE(call(Verb::post, "/tokens", R"({"label":"session"})").status, 400U);
    QCOMPARE(call(Verb::post, "/tokens", R"({"expiresAt":1})").status, 400U);
  }

  void rulesAreReadWrittenAndExplained() {
    const auto rules = call(Verb::get, "/permissions").json["rules"];
    QVERIFY(!rules.empty());
    QCOMPARE(call(Verb::put, "/permissions/999999", R"({"who":"*","about":"*","allow":true})").status, 404U);
    QCOMPARE(call(Verb::post, "/permissions", R"({"who":"nonsense","about":"*","allow":true})").status, 400U);
    QCOMPARE(call(Verb::delete_, "/permissions/x").status, 404U);
    const auto decision = call(Verb::get, "/permissions/decision?who=vera&action=command&about=car-1").json;
    QVERIFY(!decision["allowed"].get<bool>());
    QVERIFY(!decision["explanation"].get<std::string>().empty());
    QCOMPARE(call(Verb::get, "/permissions/decision?who=vera&action=fly&about=car-1").status, 400U);
    QCOMPARE(call(Verb::get, "/permissions/decision?who=vera&action=view").status, 400U);
    QCOMPARE(call(Verb::get, "/permissions/decision?who=vera&action=subscribe&topic=a%2Fb").status, 200U);
  }

  void unknownPathsMethodsAndBodiesAreToldApart() {
    QCOMPARE(call(Verb::get, "/nothing").status, 404U);
    const auto wrong = call(Verb::put, "/cars");
    QCOMPARE(wrong.status, 405U);
    QCOMPARE(wrong.header(http::field::allow), std::string("GET, HEAD, POST"));
    QCOMPARE(call(Verb::post, "/cars", "{").status, 400U);
    QCOMPARE(call(Verb::post, "/cars", "[]").status, 400U);
    QCOMPARE(call(Verb::get, "/cars/..%2Fx").status, 404U);
    QCOMPARE(call(Verb::get, "/live").status, 426U);
    QVERIFY(messageOf(call(Verb::get, "/cars/car-1/history?metrics=speed")).find("'metrics'") != std::string::npos);
    QCOMPARE(call(Verb::get, "/cars?lmit=5").status, 400U);
    QCOMPARE(call(Verb::get, "/events?%20=1").status, 400U);
    std::string flood = "/events?limit=1";
    for (std::size_t i = 0; i < Target::kMaxParameters; ++i) flood += "&limit=1";
    QCOMPARE(call(Verb::get, flood).status, 400U);
    const auto head = call(Verb::head, "/cars");
    QCOMPARE(head.status, 200U);
    QVERIFY(head.body.empty());
    QCOMPARE(head.header("X-Content-Type-Options"), std::string("nosniff"));
  }
};

QTEST_GUILESS_MAIN(TestHttpApi)
#include "tst_http_api.moc"
