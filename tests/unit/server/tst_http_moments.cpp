#include "gateway/api/heat.h"
#include "gateway/api/live_frame.h"
#include "gateway/api/moments.h"
#include "tests/unit/server/control_fixture.h"

#include <QtTest>

#include <cstdlib>
#include <future>
#include <vector>

using namespace carport;
using namespace carport::test;

/// Where the fleet was, asked for over HTTP: the form of the answers, their limits, and whose cars are in them.
class TestHttpMoments : public QObject, private WithAdministrator {
  Q_OBJECT

 private slots:
  void init() { QVERIFY(begin()); }
  void cleanup() { m_gateway.reset(); }

  void rowsAndFramesSayTheSame() {
    store("car-1", kAt - 2000, 43.7, 7.4, 50);
    store("car-1", kAt + 1000, 43.8, 7.5, 60);
    store("car-2", kAt - 600'000, 43.9, 7.6, 0);
    const std::string path = fmt::format("/fleet/moments?from={}&to={}", kAt, kAt + 10'000);
    const auto told = call(path).json;
    QCOMPARE(told["from"].get<std::int64_t>(), kAt);
    QCOMPARE(told["stepMs"].get<int>(), 1000);
    QCOMPARE(told["lookBackMs"].get<std::int64_t>(), api::kMomentLookBack.count());
    const auto number = m_gateway->numberOf("car-1").value;
    const auto other = m_gateway->numberOf("car-2").value;
    const nlohmann::json expected = {{other, kAt - 600'000, 43.9, 7.6, 0.0, nullptr, "silent"},
                                     {number, kAt - 2000, 43.7, 7.4, 50.0, nullptr, "driving"},
                                     {number, kAt + 1000, 43.8, 7.5, 60.0, nullptr, "driving"}};
    QCOMPARE(told["fixes"], expected);

    const auto fixes = packed(path, m_token);
    QCOMPARE(fixes.size(), std::size_t(3));
    QCOMPARE(fixes[2].car.value, number);
    QCOMPARE(toMs(fixes[2].time), kAt + 1000);
    QCOMPARE(fixes[2].latitude, 43.8);
    QCOMPARE(fixes[2].speed, 60.0F);
    QVERIFY(std::isnan(fixes[2].heading));
    QVERIFY(fixes[2].connected && !fixes[0].connected);
    QVERIFY(fixes[0].activity == api::Activity::silent);
  }

  void aMomentAloneAndItsLookBack() {
    store("car-1", kAt - 60'000, 43.7, 7.4, 50);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}", kAt)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=59999", kAt)), 0);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=60000", kAt)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&lookBackMs=0", kAt - 60'000)), 1);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}", kAt - 60'001)), 0);
    QCOMPARE(fixesOf(fmt::format("/fleet/moments?from={}&car=car-2", kAt)), 0);
    QCOMPARE(fixesOf("/fleet/moments?from=0"), 0);
    QCOMPARE(fixesOf("/fleet/moments?from=253402300799999"), 0);
  }

  void wrongParametersAreNamed() {
    for (const char* bad : {"?from=-1", "?from=x", "?from=9&to=8", "?from=0&to=86400001", "?stepMs=99",
                            "?stepMs=3600001", "?lookBackMs=-1", "?lookBackMs=604800001", "?points=5"}) {
      QCOMPARE(call(std::string("/fleet/moments") + bad).status, 400U);
    }
    for (const char* bad : {"?at=-1", "?at=x", "?lookBackMs=604800001", "?from=5"}) {
      QCOMPARE(call(std::string("/cars/car-1/moment") + bad).status, 400U);
    }
    QCOMPARE(call("/fleet/moments?car=nobody").status, 404U);
    QCOMPARE(call("/cars/nobody/moment").status, 404U);
  }

  void aCarsStateIsPutTogetherAsOfThen() {
    store("car-1", kAt - 90'000, 43.6, 7.3, 40, 80);
    store("car-1", kAt - 60'000, 43.7, 7.4, 0);
    store("car-1", kAt + 5000, 44, 8, 100);
    raise("car-1", "battery low", kAt - 30'000, true);
    raise("car-1", "battery low", kAt - 10'000, false);
    const auto state = call(fmt::format("/cars/car-1/moment?at={}", kAt)).json["state"];
    QCOMPARE(state["position"]["time"].get<std::int64_t>(), kAt - 60'000);
    QCOMPARE(state["position"]["lat"].get<double>(), 43.7);
    QCOMPARE(state["position"]["activity"].get<std::string>(), std::string("idling"));
    QCOMPARE(state["metrics"]["soc"]["value"].get<double>(), 80.0);
    QCOMPARE(state["metrics"]["soc"]["time"].get<std::int64_t>(), kAt - 90'000);
    QVERIFY(state["activeAlarms"].empty());
    const auto earlier = call(fmt::format("/cars/car-1/moment?at={}", kAt - 20'000)).json["state"];
    QCOMPARE(earlier["position"]["activity"].get<std::string>(), std::string("alarm"));
    QCOMPARE(earlier["activeAlarms"], nlohmann::json::array({"battery low"}));
    const auto much = call(fmt::format("/cars/car-1/moment?at={}", kAt + 20 * 3'600'000)).json["state"];
    QCOMPARE(much["position"]["lat"].get<double>(), 44.0);
    QCOMPARE(much["position"]["activity"].get<std::string>(), std::string("silent"));
    QVERIFY(!much["position"]["connected"].get<bool>());
    QVERIFY(!call(fmt::format("/cars/car-1/moment?at={}", kAt - 100'000)).json.contains("state"));
    QVERIFY(!call(fmt::format("/cars/car-1/moment?at={}&lookBackMs=1000", kAt)).json.contains("state"));
  }

  void heatIsTheTimeInEachCell() {
    store("car-1", kAt, 43.7, 7.4, 50);
    store("car-1", kAt + 60'000, 43.7, 7.4, 0);
    store("car-2", kAt, 43.9, 7.6, 0);
    const std::string path =
        fmt::format("/fleet/heat?from={}&to={}&bbox=7.3,43.6,7.5,43.8&level=14", kAt, kAt + 3'600'000);
    const auto told = call(path).json;
    const auto grid = *api::HeatGrid::of({7.3, 43.6, 7.5, 43.8}, 14);
    QCOMPARE(told["level"].get<int>(), 14);
    QCOMPARE(told["column"].get<std::uint32_t>(), grid.column);
    QCOMPARE(told["columns"].get<std::uint32_t>(), grid.columns);
    QCOMPARE(told["totalSeconds"].get<double>(), 360.0);
    QCOMPARE(told["cars"].get<int>(), 1);
    QCOMPARE(told["resolutionMs"].get<int>(), 0);
    const auto cell = *api::HeatGrid::of({7.4, 43.7, 7.4, 43.7}, 14);
    const nlohmann::json expected = {{cell.column - grid.column, cell.row - grid.row, 360.0}};
    QCOMPARE(told["cells"], expected);

    http::request<http::string_body> request{Verb::get, "/api/v2" + path, 11};
    request.set(http::field::authorization, "Bearer " + m_token);
    request.set(http::field::accept, "application/cbor");
    const auto packed = nlohmann::json::from_cbor(m_gateway->send(request).body);
    const auto& bytes = packed["seconds"].get_binary();
    QCOMPARE(bytes.size(), grid.size() * sizeof(float));
    const std::size_t at = (std::size_t(cell.row - grid.row) * grid.columns + cell.column - grid.column) * 4;
    const std::vector<std::uint8_t> threeHundredSixty{0, 0, 0xB4, 0x43};
    QVERIFY(std::equal(threeHundredSixty.begin(), threeHundredSixty.end(), bytes.begin() + std::ptrdiff_t(at)));

    QCOMPARE(call(path + "&car=car-2").json["totalSeconds"].get<double>(), 0.0);
    QCOMPARE(
        call(fmt::format("/fleet/heat?from={0}&to={0}&bbox=7,43,8,44&level=9", kAt)).json["totalSeconds"].get<double>(),
        0.0);
    // Nobody knows where a car will be.
    const auto now = toMs(m_gateway->clock.now());
    store("car-3", now - 20'000, 43.7, 7.4, 0);
    const auto last = call(fmt::format("/fleet/heat?to={}&bbox=7,43,8,44&level=9&car=car-3", now + 3'600'000)).json;
    QVERIFY(last["totalSeconds"].get<double>() >= 20 && last["totalSeconds"].get<double>() < 300);
  }

  void heatHasItsLimits() {
    for (const char* bad :
         {"", "?bbox=1,2,3", "?bbox=7,44,8,43", "?bbox=-180,-85,180,85&level=10", "?bbox=7,43,8,44&level=25",
          "?bbox=7,43,8,44&from=9&to=8", "?bbox=7,43,8,44&from=0&to=2678400001", "?bbox=7,43,8,44&zoom=3"}) {
      QCOMPARE(call(std::string("/fleet/heat") + bad).status, 400U);
    }
    QCOMPARE(call("/fleet/heat?bbox=7,43,8,44&car=nobody").status, 404U);
    QCOMPARE(call("/fleet/heat?bbox=7,43,8,44&from=0&to=2678400000").status, 200U);
  }

  void aReadWhoseClientHasGoneIsNotMade() {
    const int before = failedCalls();
    // Both readers are busy, so that the reads wait behind them.
    std::promise<void> freed;
    const std::shared_future<void> free = freed.get_future().share();
    for (int i = 0; i < 2; ++i) QVERIFY(m_gateway->readers->read([free](HistoryReader&) { free.wait(); }));
    boost::asio::io_context context;
    const std::string query = fmt::format("?from={}&to={}", kAt - 20 * 3'600'000, kAt);
    const std::vector<std::string> paths{"/fleet/moments" + query, "/fleet/heat" + query + "&bbox=7,43,8,44",
                                         "/history" + query + "&metric=speed",
                                         "/cars/car-1/history" + query + "&metric=speed"};
    for (const std::string& path : paths) {
      auto left = m_gateway->connect(context);
      write(left, path);
      auto stays = m_gateway->connect(context);
      write(stays, path);
      left.close();
      m_stay.push_back(std::move(stays));
    }
    // These are answered after the gateway has seen the others go: it takes what happens at its ports in turn.
    for (int i = 0; i < 5; ++i) QCOMPARE(call("/health").status, 200U);
    freed.set_value();
    for (auto& stays : m_stay) {
      beast::flat_buffer buffer;
      http::response<http::string_body> answer;
      http::read(stays, buffer, answer);
      QCOMPARE(answer.result_int(), 200U);
    }
    m_stay.clear();
    QTRY_COMPARE(failedCalls() - before, 4);
  }

  void whatIsSentDuringAReadIsAnsweredAfterIt() {
    boost::asio::io_context context;
    auto socket = m_gateway->connect(context);
    std::promise<void> freed;
    const std::shared_future<void> free = freed.get_future().share();
    for (int i = 0; i < 2; ++i) QVERIFY(m_gateway->readers->read([free](HistoryReader&) { free.wait(); }));
    write(socket, fmt::format("/fleet/moments?from={}", kAt));
    for (int i = 0; i < 5; ++i) QCOMPARE(call("/health").status, 200U);
    // In two pieces: the first arrives while the gateway watches, the second when it reads again.
    const std::string next = "GET /api/v2/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(next.data(), 20));
    for (int i = 0; i < 5; ++i) QCOMPARE(call("/health").status, 200U);
    freed.set_value();
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(socket, buffer, answer);
    QVERIFY(answer.body().find("fixes") != std::string::npos);
    boost::asio::write(socket, boost::asio::buffer(next.data() + 20, next.size() - 20));
    answer = {};
    http::read(socket, buffer, answer);
    QCOMPARE(answer.result_int(), 200U);
    QVERIFY(answer.body().find("status") != std::string::npos);
  }

  void anOrganisationIsToldItsOwnCarsByItsOwnNumbers() {
    api::Organisation organisation;
    organisation.id = "acme";
    QVERIFY(m_gateway->store->addOrganisation(organisation).has_value());
    m_gateway->addUser("acme.anna", api::kAdministratorRole);
    m_gateway->addCar("acme.van");
    const auto anna = m_gateway->usableToken("acme.anna");
    store("acme.van", kAt, 43.7, 7.4, 50);
    store("car-1", kAt, 43.7, 7.4, 50);
    const std::string path = fmt::format("/fleet/moments?from={}", kAt);
    const auto cars = m_gateway->call(Verb::get, "/cars", anna).json["cars"];
    QCOMPARE(cars.size(), std::size_t(1));
    const auto fixes = packed(path, anna);
    QCOMPARE(fixes.size(), std::size_t(1));
    QCOMPARE(fixes[0].car.value, cars[0]["number"].get<std::uint32_t>());
    QVERIFY(fixes[0].car != m_gateway->numberOf("acme.van"));
    const auto state = m_gateway->call(Verb::get, fmt::format("/cars/acme.van/moment?at={}", kAt), anna).json["state"];
    QCOMPARE(state["position"]["car"].get<std::uint32_t>(), fixes[0].car.value);
    QCOMPARE(fixesOf(path), 1);  // the house sees its own
    QCOMPARE(m_gateway->call(Verb::get, path + "&car=car-1", anna).status, 404U);
    const std::string heat = fmt::format("/fleet/heat?from={}&to={}&bbox=7,43,8,44&level=9", kAt, kAt + 3'600'000);
    const auto own = m_gateway->call(Verb::get, heat, anna).json;
    QCOMPARE(own["totalSeconds"].get<double>(), 300.0);
    QCOMPARE(own["cars"].get<int>(), 1);
    QCOMPARE(m_gateway->call(Verb::get, heat + "&car=car-1", anna).status, 404U);
  }

 private:
  static constexpr std::int64_t kAt = 1'700'006'400'000;

  std::vector<tcp::socket> m_stay;

  void write(tcp::socket& socket, const std::string& path) {
    const std::string request =
        "GET /api/v2" + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + m_token + "\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
  }
  /// How many calls have failed for the gateway's sake, or been taken back.
  int failedCalls() {
    const auto text = m_gateway->ask(Verb::get, "/metrics", m_token, {}, {}).body;
    const std::string name = "carport_http_requests_total{code=\"5xx\"} ";
    const auto at = text.find(name);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + name.size());
  }

  HttpAnswer call(const std::string& path) { return m_gateway->call(Verb::get, path, m_token); }
  int fixesOf(const std::string& path) {
    const auto answer = call(path);
    return answer.status == 200 ? static_cast<int>(answer.json["fixes"].size()) : -1;
  }
  std::vector<api::CarPosition> packed(const std::string& path, const std::string& token) {
    http::request<http::string_body> request{Verb::get, "/api/v2" + path, 11};
    request.set(http::field::authorization, "Bearer " + token);
    request.set(http::field::accept, "application/cbor");
    const auto answer = m_gateway->send(request);
    std::vector<api::CarPosition> fixes;
    if (answer.header(http::field::content_type) != "application/cbor") return fixes;
    const auto json = nlohmann::json::from_cbor(answer.body);
    for (const auto& frame : json["frames"]) {
      const auto& bytes = frame.get_binary();
      const auto some = api::decodeLiveFrame(std::as_bytes(std::span(bytes)));
      if (some) fixes.insert(fixes.end(), some->begin(), some->end());
    }
    return fixes;
  }
  void store(const std::string& car, std::int64_t time, double latitude, double longitude, double speed,
             std::optional<double> soc = {}) {
    auto batch = std::make_shared<SampleBatch>();
    batch->beginRow(m_gateway->numberOf(car), fromMs(time), m_gateway->clock.now());
    batch->addMetric(MetricNames::kLatitudeId, latitude);
    batch->addMetric(MetricNames::kLongitudeId, longitude);
    batch->addMetric(MetricNames::kSpeedId, speed);
    if (soc) batch->addMetric(*m_gateway->names.intern("soc"), *soc);
    std::promise<bool> stored;
    QVERIFY(
        m_gateway->writer->appendSamples(batch, [&](const Result<void>& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
  }
  void raise(const std::string& car, const std::string& name, std::int64_t time, bool active) {
    api::Event event;
    event.car = m_gateway->numberOf(car);
    event.time = fromMs(time);
    event.arrival = m_gateway->clock.now();
    event.name = name;
    event.severity = api::Severity::alarm;
    event.active = active;
    std::promise<bool> stored;
    QVERIFY(m_gateway->writer->appendEvents({event}, [&](const auto& done) { stored.set_value(done.has_value()); }));
    QVERIFY(stored.get_future().get());
  }
};

QTEST_GUILESS_MAIN(TestHttpMoments)
#include "tst_http_moments.moc"
